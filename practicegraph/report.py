"""A validation report over many records, for people and for machines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TextIO

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from practicegraph.documents import read
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import GPSH, PREFIXES, compact
from practicegraph.record import to_rdflib
from practicegraph.terminal import plain
from practicegraph.texts import in_language
from practicegraph.validation import EngineName, RecordReport, Result, Status, Validator
from practicegraph.validation.results import SEVERITIES
from practicegraph.validation.shapes import Shapes

_DQV: Final = rdflib.Namespace(PREFIXES["dqv"])
#: What `dqv:isMeasurementOf` says of the counts in the Turtle report.
FOCUS_NODES: Final = rdflib.URIRef(GPSH + "focus-nodes")
_SEVERITY: Final = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
#: Columns of a table that goes to a file or a pipe, and characters of a literal in it.
_WIDTH: Final = 140
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
    "valid": {"en": "valid", "it": "valido", "es": "válido", "lv": "derīgs"},
    "invalid": {"en": "not valid", "it": "non valido", "es": "no válido", "lv": "nederīgs"},
    "not checked": {
        "en": "not checked",
        "it": "non verificato",
        "es": "no comprobado",
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
    "records": {"en": "records", "it": "schede", "es": "fichas", "lv": "ieraksti"},
}


@dataclass(frozen=True)
class Report:
    """What validation found about a document or a batch, record by record.

    `shapes` are those it was validated with; the Turtle report copies property paths from them.
    """

    records: tuple[RecordReport, ...]
    shapes: Shapes | None = field(default=None, compare=False, repr=False)

    @property
    def conforms(self) -> bool:
        """Something was checked, and nothing of it is a violation."""
        return self.status == "valid"

    @property
    def status(self) -> Status:
        """`invalid` if any record is, `not checked` if no shape matched anything at all."""
        found = {record.status for record in self.records}
        if "invalid" in found:
            return "invalid"
        return "valid" if "valid" in found else "not checked"

    @cached_property
    def counts(self) -> dict[str, int]:
        """Records in all and by status, results by severity, and subjects no shape matched."""
        statuses = Counter(record.status for record in self.records)
        severities = Counter(r.severity for record in self.records for r in record.results)
        return {
            "records": len(self.records),
            "valid": statuses["valid"],
            "invalid": statuses["invalid"],
            "not checked": statuses["not checked"],
            **{severity: severities[severity] for severity in SEVERITIES},
            "unchecked subjects": sum(len(record.unchecked) for record in self.records),
        }

    @cached_property
    def focus_counts(self) -> dict[str, int]:
        """How many focus nodes each shape with a target saw; 0 where it saw none."""
        total: Counter[str] = Counter()
        for record in self.records:
            total.update(record.focus_counts)
        targeted = self.shapes.targeted if self.shapes is not None else frozenset[str]()
        return {shape: total[shape] for shape in sorted(targeted | set(total))}

    def print(
        self, form: str, languages: Sequence[str] = ("en",), out: TextIO | None = None
    ) -> None:
        """Write the report as `table`, `json` or `turtle` to `out`, or to standard output."""
        out = out or sys.stdout
        match form:
            case "table":
                width = None if out.isatty() else _WIDTH
                Console(file=out, highlight=False, width=width).print(table(self, languages))
            case "json":
                json.dump(as_json(self, languages), out, ensure_ascii=False, indent=1)
                out.write("\n")
            case "turtle":
                out.write(as_turtle(self))
            case _:
                raise InvalidInput(f"There is no report in {form}: choose table, json or turtle.")


def validate_files(
    paths: Iterable[Path],
    profile: str = "listed",
    engine: EngineName = "pyshacl",
    base_iri: str = "http://127.0.0.1:8000",
    shapes: Sequence[Path] | None = None,
) -> Report:
    """Validate RDF files in any syntax, all together as one data graph.

    Relative IRIs are resolved against `base_iri` and a slash. With `shapes` those files are used
    instead of the profile, and nothing but the data is in the data graph.

    Raises MalformedDocument, ForbiddenReference or UnsupportedMediaType for a file that cannot be
    read as RDF, InvalidInput for one that cannot be read at all or for unusable shapes.
    """
    base = base_iri.rstrip("/") + "/"
    foreign = None
    if shapes:
        foreign = rdflib.Graph()
        for quad in _quads(shapes, base):
            foreign.add(to_rdflib(quad.triple))
    validator = Validator(profile, engine, shapes=foreign)
    triples = (quad.triple for quad in _quads(paths, base))
    return Report(tuple(validator.check_graph(triples)), validator.shapes)


def _quads(paths: Iterable[Path], base: str) -> Iterator[ox.Quad]:
    for path in paths:
        try:
            with path.open("rb") as file:
                yield from read(str(path), file, None, base)
        except OSError as fault:
            raise InvalidInput(f"{path} cannot be read: {fault.strerror}.") from fault


# --- for people -------------------------------------------------------------------------------


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
        parts.append(
            Text.assemble(
                (plain(record.record), "bold"), " ", (word(record.status), _STYLE[record.status])
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
    counts = report.counts
    parts.append(
        Text(
            f"{counts['records']} {word('records')}: "
            + ", ".join(
                f"{counts[name]} {word(name)}"
                for name in ("valid", "invalid", "not checked", *SEVERITIES)
            ),
            style=_STYLE[report.status],
        )
    )
    return Group(*parts)


def _results(record: RecordReport, languages: Sequence[str]) -> Table:
    found = Table(box=None, padding=(0, 2, 0, 2))
    for name, width in (("severity", 12), ("where", 24), ("field", 28), ("value", 40)):
        found.add_column(in_language(_WORDS[name], languages), max_width=width, overflow="fold")
    found.add_column(in_language(_WORDS["mend"], languages), ratio=1)
    for result in record.results:
        where = result.focus.removeprefix(record.record)
        found.add_row(
            Text(in_language(_WORDS[result.severity], languages), _STYLE[result.severity]),
            Text(plain(where)),
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


# --- for machines -----------------------------------------------------------------------------


def as_json(report: Report, languages: Sequence[str] = ("en",)) -> dict[str, Any]:
    """The report as plain JSON.

    `status`, `conforms`, `counts`, `focusNodes` (shape → number) and `records`, each with its
    `record`, `status`, `focusNodes`, `unchecked` and `results`. A result has `severity`, `focus`,
    `path`, `property` (IRI of a path that is one), `value` (N-Triples), `shape`, `component`,
    `field` and `message` in the language asked for, and `messages` in all.
    """
    return {
        "status": report.status,
        "conforms": report.conforms,
        "counts": report.counts,
        "focusNodes": report.focus_counts,
        "records": [
            {
                "record": record.record,
                "status": record.status,
                "focusNodes": dict(record.focus_counts),
                "unchecked": list(record.unchecked),
                "results": [_json_result(result, languages) for result in record.results],
            }
            for record in report.records
        ],
    }


def _json_result(result: Result, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "severity": result.severity,
        "focus": result.focus,
        "path": result.path,
        "property": result.path_iri,
        "value": result.value,
        "shape": result.shape,
        "component": result.component,
        "field": result.label(languages),
        "message": result.message(languages),
        "messages": dict(result.messages),
    }


def as_graph(report: Report) -> rdflib.Graph:
    """The report in the vocabulary of SHACL §3.6, messages in all languages.

    `sh:conforms` is true when there is no result of any severity, as SHACL has it, and something
    was checked, as we have it. How many focus nodes each shape saw is a `dqv:QualityMeasurement`
    of `gpsh:focus-nodes` computed on the shape; one computed on a subject, with the value 0, says
    that no shape looked at it.
    """
    graph = rdflib.Graph()
    for prefix in ("sh", "gpsh", "gp", "dct", "dqv", "xsd"):
        graph.bind(prefix, PREFIXES[prefix])
    whole = rdflib.BNode()
    results = [result for record in report.records for result in record.results]
    conforms = not results and report.status == "valid"
    graph.add((whole, RDF.type, SH.ValidationReport))
    graph.add((whole, SH.conforms, rdflib.Literal(conforms)))
    paths: dict[str, rdflib.term.Node] = {}
    for result in results:
        node = rdflib.BNode()
        graph.add((whole, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.resultSeverity, _SEVERITY[result.severity]))
        graph.add((node, SH.focusNode, _node(result.focus)))
        graph.add((node, SH.sourceShape, _node(result.shape)))
        graph.add((node, SH.sourceConstraintComponent, rdflib.URIRef(result.component)))
        if result.value is not None:
            graph.add((node, SH.value, _term(result.value)))
        path = _path(report, result, graph, paths)
        if path is not None:
            graph.add((node, SH.resultPath, path))
        for language, message in result.messages.items():
            graph.add((node, SH.resultMessage, rdflib.Literal(message, lang=language or None)))
    counted: Mapping[str, int] = {
        **report.focus_counts,
        **{subject: 0 for record in report.records for subject in record.unchecked},
    }
    for about, count in counted.items():
        measurement = rdflib.BNode()
        graph.add((whole, _DQV.hasQualityMeasurement, measurement))
        graph.add((measurement, RDF.type, _DQV.QualityMeasurement))
        graph.add((measurement, _DQV.isMeasurementOf, FOCUS_NODES))
        graph.add((measurement, _DQV.computedOn, _node(about)))
        graph.add((measurement, _DQV.value, rdflib.Literal(count)))
    return graph


def as_turtle(report: Report) -> str:
    """The report as a SHACL validation report in Turtle; see `as_graph`."""
    return as_graph(report).serialize(format="turtle")


def _node(name: str) -> rdflib.term.Node:
    """The node that a result names: an IRI, or any other term in N-Triples syntax."""
    return _term(name) if name.startswith(("_:", '"')) else rdflib.URIRef(name)


def _term(text: str) -> rdflib.term.Node:
    # The text was written by pyoxigraph, so it is read back as the very same term.
    [quad] = ox.parse(f"<x:> <x:> {text} .".encode(), ox.RdfFormat.N_TRIPLES)
    node: rdflib.term.Node = to_rdflib(quad.triple)[2]
    return node


def _path(
    report: Report, result: Result, graph: rdflib.Graph, copied: dict[str, rdflib.term.Node]
) -> rdflib.term.Node | None:
    if result.path_iri is not None:
        return rdflib.URIRef(result.path_iri)
    if result.path is None or report.shapes is None:
        return None
    if result.path not in copied:
        shape = _node(result.shape)
        source = report.shapes.path(shape)
        if source is None:
            return None
        copied[result.path] = source
        waiting = [source]
        while waiting:
            node = waiting.pop()
            for predicate, obj in report.shapes.graph.predicate_objects(node):
                graph.add((node, predicate, obj))
                if isinstance(obj, rdflib.BNode):
                    waiting.append(obj)
    return copied[result.path]
