"""pySHACL-turbo, the fast path for bulk: one call for all the records of a batch.

It is young, so it is pinned exactly, never the only engine, and a test keeps it equal to pySHACL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import pyoxigraph as ox
import rdflib
from pyshacl_turbo import CompiledShapes, ReportableRuntimeError, ValidationFailure
from pyshacl_turbo.rdf import Input
from rdflib.namespace import SH
from rdflib.term import Node

from practicegraph.errors import InvalidInput
from practicegraph.validation.engines import Finding
from practicegraph.validation.shapes import Focus, Shapes


class Turbo:
    """An engine on pySHACL-turbo. It keeps nothing between calls, so threads may share it."""

    def __init__(self, shapes: Shapes, resident: Iterable[ox.Triple]) -> None:
        self._resident = _text(resident)
        try:
            self._shapes: Any = cast(Any, CompiledShapes)(shapes.graph)
        except (ReportableRuntimeError, ValidationFailure, RuntimeError, ValueError) as fault:
            raise InvalidInput(f"The shapes cannot be used: {fault}") from fault

    def run(self, data: Sequence[ox.Triple], focus: Focus) -> Iterator[Finding]:
        """Find the results for all focus nodes of the data graph, the resident ones among them."""
        # Text is what the engine reads fastest, and it changes no literal: 16 ms against 130 ms for
        # one record and our vocabulary as a graph of rdflib.
        source = Input(self._resident + _text(data), "nt", None, {}, {}, preserve_ids=True)
        try:
            _, report, _ = self._shapes.validate(source, _normalize_report_literals=False)
        except (ReportableRuntimeError, ValidationFailure, RuntimeError, ValueError) as fault:
            raise InvalidInput(f"The shapes cannot be used: {fault}") from fault
        for whole in report.subjects(SH.conforms):
            for result in report.objects(whole, SH.result):
                yield _finding(report, result)


def _text(triples: Iterable[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _finding(report: rdflib.Graph, result: Node) -> Finding:
    found: dict[Node, list[Node]] = {}
    for predicate, obj in report.predicate_objects(result):
        found.setdefault(predicate, []).append(obj)

    def one(predicate: Node) -> Node | None:
        return found.get(predicate, [None])[0]

    return Finding(
        focus=found[SH.focusNode][0],
        path=one(SH.resultPath),
        value=one(SH.value),
        shape=found[SH.sourceShape][0],
        component=found[SH.sourceConstraintComponent][0],
        severity=found[SH.resultSeverity][0],
        constraint=one(SH.sourceConstraint),
        messages=tuple(found.get(SH.resultMessage, ())),
    )
