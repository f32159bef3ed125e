"""A validation report over many records, for people and for machines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final, TextIO

import pyoxigraph as ox
import rdflib
from rich.console import Console

from practicegraph.concepts import Vocabularies
from practicegraph.documents import read
from practicegraph.errors import InvalidInput
from practicegraph.record import to_rdflib
from practicegraph.report_graph import as_graph, as_turtle
from practicegraph.report_table import COLUMNS, reason, rows, table
from practicegraph.terminal import Format, print_rows
from practicegraph.validation import EngineName, RecordReport, Result, Status, Validator
from practicegraph.validation.results import SEVERITIES
from practicegraph.validation.shapes import Shapes, text_of

__all__ = [
    "FORMS",
    "Report",
    "Source",
    "as_graph",
    "as_json",
    "as_turtle",
    "check_files",
    "table",
    "validate_files",
]

#: Columns of a table that goes to a file or a pipe.
_WIDTH: Final = 140
#: How a report can be written.
FORMS: Final = ("table", "json", "csv", "turtle")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was validated: its name, its subjects, and whether a shape looked at any."""

    name: str
    subjects: frozenset[str] = field(repr=False)
    checked: bool


@dataclass(frozen=True)
class Report:
    """What validation found about a document or a batch, record by record.

    `shapes` are those it was validated with; the Turtle report copies property paths from them.
    `sources` are the files, where it is about files.
    """

    records: tuple[RecordReport, ...]
    shapes: Shapes | None = field(default=None, compare=False, repr=False)
    sources: tuple[Source, ...] = ()

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
    def files(self) -> dict[str, Status]:
        """The status of each file: what was found about its subjects, or that nothing looked."""
        wrong = {r.focus for record in self.records for r in record.results if _grave(r)}
        return {
            source.name: "not checked"
            if not source.checked
            else "invalid"
            if source.subjects & wrong
            else "valid"
            for source in self.sources
        }

    def files_of(self, node: str) -> list[str]:
        """The files that say something about a node."""
        return [source.name for source in self.sources if node in source.subjects]

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
        """Write the report as one of FORMS to `out`, or to standard output."""
        out = out or sys.stdout
        match form:
            case "table":
                width = None if out.isatty() else _WIDTH
                Console(file=out, highlight=False, width=width).print(table(self, languages))
            case "json":
                json.dump(as_json(self, languages), out, ensure_ascii=False, indent=1)
                out.write("\n")
            case "csv":
                print_rows(COLUMNS, rows(self, languages), Format.CSV, out)
            case "turtle":
                out.write(as_turtle(self))
            case _:
                raise InvalidInput(f"There is no report in {form}: choose {', '.join(FORMS)}.")


def validate_files(
    paths: Iterable[Path],
    profile: str = "listed",
    engine: EngineName = "pyshacl",
    base_iri: str = "http://127.0.0.1:8000",
    shapes: Sequence[Path] | None = None,
    *,
    vocabularies: Vocabularies | None = None,
) -> Report:
    """Validate RDF files in any syntax, all together as one data graph.

    Relative IRIs are resolved against `base_iri` and a slash. Values are looked up in the
    `vocabularies`, by default those that the program carries. With `shapes` those files are used
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
    validator = Validator(profile, engine, shapes=foreign, vocabularies=vocabularies)
    return check_files(paths, validator, base_iri)


def check_files(paths: Iterable[Path], validator: Validator, base_iri: str) -> Report:
    """Validate files as `validate_files` does, with a validator that has its shapes already."""
    base = base_iri.rstrip("/") + "/"
    parts = {str(path): [quad.triple for quad in _quads([path], base)] for path in paths}
    reports = tuple(validator.check_graph(chain.from_iterable(parts.values())))
    seen = {node for report in reports for node in report.seen}
    sources = []
    for name, triples in parts.items():
        subjects = frozenset(text_of(triple.subject) for triple in triples)
        sources.append(
            Source(name, subjects, not seen.isdisjoint(subjects) or validator.knows(triples))
        )
    return Report(reports, validator.shapes, tuple(sources))


def _quads(paths: Iterable[Path], base: str) -> Iterator[ox.Quad]:
    for path in paths:
        try:
            with path.open("rb") as file:
                yield from read(str(path), file, None, base)
        except OSError as fault:
            raise InvalidInput(f"{path} cannot be read: {fault.strerror}.") from fault


def as_json(report: Report, languages: Sequence[str] = ("en",)) -> dict[str, Any]:
    """The report as plain JSON.

    `status`, `conforms`, `counts`, `focusNodes` (shape → number) and `records`, each with its
    `record`, `status`, `focusNodes`, `unchecked` and `results`. A result has `severity`, `focus`,
    `path`, `property` (IRI of a path that is one), `value` (N-Triples), `shape`, `component`,
    `where` (the focus node for people), `field` and `message` in the language asked for, and
    `messages` in all. `files` has the `status` of each file, and the `reason` for *not checked*.
    """
    return {
        "status": report.status,
        "conforms": report.conforms,
        "counts": report.counts,
        "focusNodes": report.focus_counts,
        "files": [
            {
                "file": source.name,
                "status": report.files[source.name],
                "reason": reason(source, languages),
            }
            for source in report.sources
        ],
        "records": [
            {
                "record": record.record,
                "status": record.status,
                "files": report.files_of(record.record),
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
        "where": result.where(languages),
        "field": result.label(languages),
        "message": result.message(languages),
        "messages": dict(result.messages),
    }


def _grave(result: Result) -> bool:
    return result.severity == "violation"
