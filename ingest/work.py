"""The work that an executor does: functions of nothing but what they are given.

Whoever does it, in this process or another, builds validator and mapping once and keeps them, one
for each thread, since neither is made for several.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, NamedTuple

from ingest.mapping import SourceMapping
from ingest.problems import Place
from ingest.rows import Row
from ingest.sources import Described, described
from practicegraph import ntriples
from practicegraph.namespaces import compact
from practicegraph.record import Record
from practicegraph.validation import EngineName, RecordReport, Severity, Validator

_kept: Final = threading.local()


class Told(NamedTuple):
    """One validation result, as the report of a run has it.

    `path` is for people; `focus` and `property` are IRIs, by which its cell in a sheet is found.
    """

    severity: Severity
    focus: str
    property: str | None
    path: str
    value: str
    shape: str
    messages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the shapes say about one record."""

    checked: bool
    conforms: bool
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the shapes say about records, in their order, and the seconds that it took."""

    verdicts: list[Verdict]
    seconds: float


@dataclass(frozen=True, slots=True)
class Rows:
    """What rows make, in their order, and the seconds that mapping and assembly took."""

    found: list[Described]
    mapping: float
    assembly: float


def validate(
    engine: EngineName, vocabularies: bytes, records: Sequence[Record], context: str
) -> Verdicts:
    """Validate records against the *listed* shapes; the `context` is N-Triples.

    `vocabularies` are those in which values are looked up, pickled.
    """
    start = perf_counter()
    validator: Validator = _keep(
        "validator",
        (engine, vocabularies),
        lambda: Validator("listed", engine, vocabularies=pickle.loads(vocabularies)),  # noqa: S301
    )
    reports = validator.check(records, ntriples.terms(context))
    return Verdicts([_verdict(report) for report in reports], perf_counter() - start)


def describe(packed: bytes, source: str, rows: Sequence[tuple[str, Row]]) -> Rows:
    """Map rows, each with the name of its file, and assemble what comes of them.

    `packed` is the mapping, pickled.
    """
    mapping: SourceMapping = _keep("mapping", packed, lambda: pickle.loads(packed))  # noqa: S301
    found: list[Described] = []
    mapping_time = assembly_time = 0.0
    for file, row in rows:
        start = perf_counter()
        mapped = mapping.apply(row, file)
        middle = perf_counter()
        found.append(described(Place(file, str(row.number)), mapped, source))
        mapping_time += middle - start
        assembly_time += perf_counter() - middle
    return Rows(found, mapping_time, assembly_time)


def _verdict(report: RecordReport) -> Verdict:
    told = tuple(
        Told(
            result.severity,
            result.focus,
            result.path_iri,
            result.path or "",
            result.value or "",
            compact(result.shape),
            dict(result.messages),
        )
        for result in report.results
        if result.severity != "info"
    )
    return Verdict(report.checked, report.conforms, told)


def _keep(name: str, key: object, make: Any) -> Any:
    """What was made last under this name, if it was for the same key."""
    kept = getattr(_kept, name, None)
    if kept is None or kept[0] != key:
        kept = key, make()
        setattr(_kept, name, kept)
    return kept[1]
