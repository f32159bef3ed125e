"""How the report of a run is written: a table for people, JSON, CSV and HTML for what comes after.

All of them tell the same: the counts, what happens to each record, field by field where one is
updated, and every problem with its place and its mend. They are written as a stream.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import jinja2
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ingest.changes import Change
from ingest.outcome import Outcome
from ingest.problems import Problem
from ingest.report_texts import TEXTS
from practicegraph.terminal import harmless, plain
from practicegraph.texts import in_language, pick

if TYPE_CHECKING:
    from ingest.report import Report

#: Of CSV: `what` is a problem or what happens to a record, `before` what an update takes away.
COLUMNS: Final = (
    "what", "severity", "file", "row", "record", "field", "before", "value", "rule", "message"
)  # fmt: skip
_PROBLEM: Final = ("severity", "file", "row", "record", "field", "value", "rule", "message")
_MAX_SHOWN: Final = 60
#: Changes that the table for people shows; files hold all of them.
_MAX_CHANGES: Final = 20
_ALWAYS: Final = {
    Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.REJECTED, Outcome.SKIPPED
}  # fmt: skip


def write(report: Report, out: TextIO, form: str, languages: Sequence[str]) -> None:
    """Write the report as `table`, `json`, `csv` or `html`."""
    FORMS[form](report, out, languages)


def print_summary(report: Report, console: Console) -> None:
    """Print the counts by kind and outcome."""
    counts = report.counts
    kinds = sorted({kind for kind, _ in counts.records})
    shown = [o for o in Outcome if o in _ALWAYS or counts.of(o)]
    table = Table("kind", *map(str, shown), header_style="bold")
    for kind in kinds:
        numbers = (counts.of(outcome, kind) for outcome in shown)
        table.add_row(kind, *(f"{n:,}" if n else "" for n in numbers))
    verb = "would make" if report.dry_run else "made"
    for source in report.sources:
        if source.unchanged_since is not None:
            console.print(
                f"{escape(plain(source.files))}: unchanged since run {source.unchanged_since}, so "
                "it was left out; --force reads it again."
            )
    for found in report.vocabularies:
        console.print(
            f"Vocabulary {escape(plain(found.name or ', '.join(found.files)))}: {found.outcome}"
            + (f", {found.concepts:,} concepts." if found.concepts else ".")
        )
    read = dict.fromkeys(s.files for s in report.sources if s.unchanged_since is None)
    if not read and (report.sources or report.vocabularies):
        return
    console.print(f"{escape(plain(', '.join(read)))}: {counts.rows:,} rows or subjects {verb}:")
    if kinds:
        console.print(table)
    if counts.lost:
        console.print(f"Of {counts.lost:,} no record could be made.")


def _table(report: Report, out: TextIO, languages: Sequence[str]) -> None:
    console = Console(file=out)
    print_summary(report, console)
    if report.dry_run:
        _print_changes(report, console)
    table = Table("times", "field", "what to do", header_style="bold")
    table.columns[0].justify = "right"
    table.columns[1].no_wrap = True
    for severity, name, rule, times, first in report.memory.summary():
        value = first.value if len(first.value) <= _MAX_SHOWN else first.value[:59] + "…"
        stands = ", ".join(filter(None, (first.file, first.place))) or first.record
        where = f"{rule}; first at {stands}"
        text = Text(plain(f"{severity}: {_message(first, languages)}\n"))
        text.append(plain(f"{where}: {value}" if value else where), style="dim")
        table.add_row(f"{times:,}", Text(plain(name)), text)
    if table.row_count:
        console.print(table)


def _print_changes(report: Report, console: Console) -> None:
    changes = report.changes()
    table = Table("would be", "record", "what differs", header_style="bold")
    for change in islice(changes, _MAX_CHANGES):
        text = Text()
        for d in change.differences:
            text.append(plain(f"{d.name}: "))
            text.append(plain(_short(d.removed)), style="red")
            text.append(" → " if d.removed and d.added else "")
            text.append(plain(f"{_short(d.added)}\n"), style="green")
        name = Text(plain(f"{change.title}\n"))
        name.append(plain(change.record), style="dim")
        table.add_row(str(change.outcome), name, text)
    if table.row_count:
        console.print(table)
    more = sum(1 for _ in changes)
    if more:
        console.print(f"… and {more:,} more; --report FILE.html, .csv or .json tells all of them.")


def _short(values: Sequence[str]) -> str:
    text = " · ".join(values)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _csv(report: Report, out: TextIO, languages: Sequence[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for change in report.changes():
        for cells in _lines(change):
            writer.writerow([harmless(cell) for cell in cells])
    for found in report.problems():
        told = dict(zip(_PROBLEM, _cells(found, languages), strict=True), what="problem")
        writer.writerow([harmless(told.get(name, "")) for name in COLUMNS])


def _lines(change: Change) -> Iterator[tuple[str, ...]]:
    what = (change.outcome.value, "", change.file, change.place, change.record)
    if not change.differences:
        yield (*what, "", "", change.title, "", "")
    for d in change.differences:
        yield (*what, d.name, " | ".join(d.removed), " | ".join(d.added), "", "")


def _json(report: Report, out: TextIO, languages: Sequence[str]) -> None:
    head = json.dumps(report.summary(), ensure_ascii=False, indent=1)
    out.write(head[: head.rindex("}")].rstrip())
    _array(out, "changes", map(_as_json, report.changes()))
    problems = (
        dict(zip(_PROBLEM, _cells(found, languages), strict=True)) for found in report.problems()
    )
    _array(out, "problems", problems)
    out.write("\n}\n")


def _array(out: TextIO, name: str, members: Iterator[dict[str, Any]]) -> None:
    out.write(f',\n "{name}": [')
    for number, member in enumerate(members):
        out.write(",\n  " if number else "\n  ")
        json.dump(member, out, ensure_ascii=False)
    out.write("\n ]")


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "outcome": change.outcome.value,
        "record": change.record,
        "title": change.title,
        "file": change.file,
        "row": change.place,
        "differences": [
            {"part": d.part, "property": d.path, "removed": d.removed, "added": d.added}
            for d in change.differences
        ],
    }


def _html(report: Report, out: TextIO, languages: Sequence[str]) -> None:
    _, language = pick(dict.fromkeys(TEXTS, "x"), languages)
    page = _environment().get_template("report.html")
    kinds = sorted({kind for kind, _ in report.counts.records})
    shown = [o for o in Outcome if o in _ALWAYS or report.counts.of(o)]
    stream = page.stream(
        report=report,
        language=language,
        t=TEXTS[language],
        kinds=kinds,
        outcomes=shown,
        groups=report.memory.summary(),
        message=lambda found: _message(found, languages),
    )
    stream.enable_buffering(64)
    out.writelines(stream)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _cells(found: Problem, languages: Sequence[str]) -> tuple[str, ...]:
    return (
        found.severity,
        found.file,
        found.place,
        found.record,
        found.field,
        found.value,
        found.rule,
        _message(found, languages),
    )


def _message(found: Problem, languages: Sequence[str]) -> str:
    return in_language(found.messages, languages)


FORMS: Final[dict[str, Callable[[Report, TextIO, Sequence[str]], None]]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "html": _html,
}
#: The forms of files: what is for the terminal is none.
FILES: Final = tuple(form for form in FORMS if form != "table")
