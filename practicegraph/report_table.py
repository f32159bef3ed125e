"""A validation report for people: a table for the terminal, rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from practicegraph.namespaces import compact
from practicegraph.terminal import plain
from practicegraph.texts import in_language
from practicegraph.validation import RecordReport
from practicegraph.validation.results import SEVERITIES

if TYPE_CHECKING:
    from practicegraph.report import Report, Source

#: Characters of a literal in a table.
_VALUE: Final = 120
_STYLE: Final = {
    "violation": "bold red",
    "warning": "yellow",
    "info": "cyan",
    "valid": "green",
    "invalid": "bold red",
    "not checked": "yellow",
}
_WORDS: Final[dict[str, dict[str, str]]] = {
    "violation": {"en": "violation", "it": "violazione", "es": "infracción", "lv": "pārkāpums"},
    "warning": {"en": "warning", "it": "avviso", "es": "aviso", "lv": "brīdinājums"},
    "info": {"en": "hint", "it": "suggerimento", "es": "sugerencia", "lv": "ieteikums"},
    "valid": {"en": "valid", "it": "conforme", "es": "conforme", "lv": "derīgs"},
    "invalid": {"en": "not valid", "it": "non conforme", "es": "no conforme", "lv": "nederīgs"},
    "not checked": {
        "en": "not checked",
        "it": "senza verifica",
        "es": "sin comprobar",
        "lv": "nav pārbaudīts",
    },
    "no shape": {
        "en": "No shape looks at",
        "it": "Nessuna regola riguarda",
        "es": "Ninguna regla se aplica a",
        "lv": "Neviens noteikums neattiecas uz",
    },
    "severity": {"en": "Severity", "it": "Gravità", "es": "Gravedad", "lv": "Nopietnība"},
    "where": {"en": "Where", "it": "Dove", "es": "Dónde", "lv": "Kur"},
    "field": {"en": "Field", "it": "Campo", "es": "Campo", "lv": "Lauks"},
    "value": {"en": "Value", "it": "Valore", "es": "Valor", "lv": "Vērtība"},
    "mend": {
        "en": "How to mend it",
        "it": "Come correggere",
        "es": "Cómo corregirlo",
        "lv": "Kā labot",
    },
    "shape": {"en": "Shape", "it": "Regola", "es": "Regla", "lv": "Noteikums"},
    "checked": {
        "en": "Nodes checked",
        "it": "Nodi verificati",
        "es": "Nodos comprobados",
        "lv": "Pārbaudītie mezgli",
    },
    "records": {"en": "Records", "it": "Schede", "es": "Fichas", "lv": "Ieraksti"},
    "file": {"en": "File", "it": "File", "es": "Archivo", "lv": "Fails"},
    "unknown": {
        "en": "The shapes know nothing in this file. Is it meant for others (--profile, --shapes)?",
        "it": "Le regole non conoscono nulla di questo file. È destinato ad altre regole "
        "(--profile, --shapes)?",
        "es": "Las reglas no conocen nada de este archivo. ¿Es para otras reglas "
        "(--profile, --shapes)?",
        "lv": "Noteikumi šajā failā neko nepazīst. Vai tas paredzēts citiem noteikumiem "
        "(--profile, --shapes)?",
    },
    "empty": {
        "en": "There is not a single statement in this file.",
        "it": "In questo file non c'è nessuna affermazione.",
        "es": "En este archivo no hay ninguna afirmación.",
        "lv": "Šajā failā nav neviena apgalvojuma.",
    },
}


def table(report: Report, languages: Sequence[str] = ("en",)) -> RenderableType:
    """The report for a terminal: records with something to say, then counts.

    Texts are in the first of `languages` that there is. What comes from the data is never read as
    markup.
    """

    def word(name: str) -> str:
        return in_language(_WORDS[name], languages)

    parts: list[RenderableType] = []
    for record in report.records:
        if not record.results and not record.unchecked and record.checked:
            continue
        files = report.files_of(record.record) if len(report.sources) > 1 else []
        parts.append(
            Text.assemble(
                *(
                    (plain(record.record), "bold"),
                    " ",
                    (word(record.status), _STYLE[record.status]),
                ),
                ("".join(f"  {plain(file)}" for file in files), "dim"),
            )
        )
        if record.results:
            parts.append(_results(record, languages))
        parts.extend(Text(f"  {word('no shape')} {plain(subject)}") for subject in record.unchecked)
        parts.append(Text())
    seen = {shape: count for shape, count in report.focus_counts.items() if count}
    if seen:
        shapes = Table(box=None, padding=(0, 2, 0, 0))
        shapes.add_column(word("shape"))
        shapes.add_column(word("checked"), justify="right")
        for shape, count in seen.items():
            shapes.add_row(Text(plain(compact(shape))), str(count))
        parts.append(shapes)
    if len(report.sources) > 1 or "not checked" in report.files.values():
        parts.append(_files(report, languages))
    counts = report.counts
    parts.append(
        Text(
            f"{word('records')}: {counts['records']}; "
            + ", ".join(
                f"{word(name)}: {counts[name]}"
                for name in ("valid", "invalid", "not checked", *SEVERITIES)
            ),
            style=_STYLE[report.status],
        )
    )
    return Group(*parts)


def _files(report: Report, languages: Sequence[str]) -> Table:
    found = Table(box=None, padding=(0, 2, 0, 0))
    found.add_column(in_language(_WORDS["file"], languages), overflow="fold")
    found.add_column()
    found.add_column(overflow="fold")
    for source in report.sources:
        status = report.files[source.name]
        found.add_row(
            Text(plain(source.name)),
            Text(in_language(_WORDS[status], languages), _STYLE[status]),
            Text(reason(source, languages) or ""),
        )
    return found


def reason(source: Source, languages: Sequence[str] = ("en",)) -> str | None:
    """Why a file was not checked; nothing for one that was."""
    if source.checked:
        return None
    return in_language(_WORDS["unknown" if source.subjects else "empty"], languages)


def _results(record: RecordReport, languages: Sequence[str]) -> Table:
    found = Table(box=None, padding=(0, 2, 0, 2))
    for name, width in (("severity", 12), ("where", 24), ("field", 28), ("value", 40)):
        found.add_column(in_language(_WORDS[name], languages), max_width=width, overflow="fold")
    found.add_column(in_language(_WORDS["mend"], languages), ratio=1)
    # What several shapes say alike is several results; a person reads it once.
    for result in dict.fromkeys(record.results):
        where = result.where(languages)
        found.add_row(
            Text(in_language(_WORDS[result.severity], languages), _STYLE[result.severity]),
            Text(plain("" if where == compact(record.record) else _short(where, record.record))),
            Text(plain(result.label(languages))),
            Text(plain(_short(result.value or "", record.record))),
            Text(plain(result.message(languages))),
        )
    return found


def _short(value: str, record: str) -> str:
    """A term for people: parts of the record without its address, other IRIs with a prefix."""
    if value.startswith("<"):
        iri = value[1:-1]
        return iri.removeprefix(record) if iri.startswith(record + "#") else compact(iri)
    return value if len(value) <= _VALUE else value[: _VALUE - 1] + "\N{HORIZONTAL ELLIPSIS}"


#: What `rows` holds.
COLUMNS: Final = (
    *("files", "record", "severity", "where", "field", "value", "message"),
    *("focus", "path", "shape", "component"),
)


def rows(report: Report, languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One row for each result, and one for each file and record that nothing looked at."""
    empty = ("",) * 4
    for source in report.sources:
        why = reason(source, languages)
        if why:
            yield (source.name, "", "not checked", "", "", "", why, *empty)
    for record in report.records:
        files = "; ".join(report.files_of(record.record))
        for result in record.results:
            yield (
                *(files, record.record, result.severity, result.where(languages)),
                *(result.label(languages), result.value or "", result.message(languages)),
                *(result.focus, result.path or "", result.shape, result.component),
            )
        for subject in record.unchecked:
            why = f"{in_language(_WORDS['no shape'], languages)} {subject}"
            yield (files, record.record, "not checked", "", "", "", why, subject, *empty[1:])
