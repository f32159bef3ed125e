"""pySHACL-turbo, the fast path for bulk: one call for all the records of a batch.

It is young, so it is pinned exactly, never the only engine, and a test keeps it equal to pySHACL.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, cast

import pyoxigraph as ox
import rdflib
from pyshacl_turbo import CompiledShapes, ReportableRuntimeError, ValidationFailure
from pyshacl_turbo.rdf import Input
from rdflib.namespace import SH

from practicegraph.namespaces import XSD, compact
from practicegraph.validation.engines import Finding
from practicegraph.validation.reference import Reference
from practicegraph.validation.shapes import Focus, Shapes

_log: Final = logging.getLogger(__name__)
_FAULTS: Final = (ReportableRuntimeError, ValidationFailure, RuntimeError, ValueError)


#: pySHACL orders an IRI and a text by their characters and stops at a blank node, where turbo (and
#: SHACL §4.5.3) finds that they cannot be compared. None of our shapes says either.
_DIFFERING: Final = (SH.lessThan, SH.lessThanOrEquals)

#: Literals at the edge, in N-Triples, that the engines read differently: integers beyond 64 bits,
#: other spellings of infinity, years that Python has not, the hour 24, and foreign datatypes, which
#: pySHACL orders by their names.
_EDGE: Final = re.compile(
    rf'"\^\^<(?!{XSD})|"[+-]?[0-9]{{18,}}[^"]*"\^\^<{XSD}|"[+-]?(?!INF"|NaN")(?i:inf|nan)[a-zA-Z]*"\^\^<{XSD}'
    rf'|"(?:-|0000|[0-9]{{5,}}-)[^"]*"\^\^<{XSD}date|"[^"]*T24:[^"]*"\^\^<{XSD}dateTime'
)


class Turbo:
    """An engine on pySHACL-turbo. Between calls it keeps nothing that changes.

    What it refuses is left to pySHACL: shapes for good (it takes a misspelt `sh:` term, say, for a
    feature that it lacks, where pySHACL passes over it), data for the one call.
    """

    def __init__(self, shapes: Shapes, resident: Iterable[ox.Triple]) -> None:
        self._resident = tuple(resident)
        self._resident_text = _text(self._resident)
        self._graph = shapes
        self._authority: Reference | None = None
        self._shapes: Any = None
        differing = [compact(term) for term in _DIFFERING if (None, term, None) in shapes.graph]
        try:
            if differing:
                self._give_way(f"it differs on {', '.join(differing)}")
            else:
                self._shapes = cast(Any, CompiledShapes)(shapes.graph)
        except _FAULTS as fault:
            self._give_way(str(fault))

    def run(self, data: Sequence[ox.Triple], focus: Focus) -> Iterator[Finding]:
        """Find the results for all focus nodes of the data graph, the resident ones among them."""
        if self._shapes is None:
            return self._reference().run(data, focus)
        addition = _text(data)
        if _EDGE.search(addition):
            return self._reference().run(data, focus)
        # Text is what the engine reads fastest, and it changes no literal: 16 ms against 130 ms for
        # one record and our vocabulary as a graph of rdflib.
        source = Input(self._resident_text + addition, "nt", None, {}, {}, preserve_ids=True)
        try:
            _, report, _ = self._shapes.validate(source, _normalize_report_literals=False)
        except _FAULTS as fault:
            # It may be the data of this call that it stumbled over: the next one is tried again.
            _log.warning("pyshacl-turbo leaves this call to pySHACL: %s", fault)
            return self._reference().run(data, focus)
        return _findings(report)

    def _give_way(self, reason: str) -> None:
        _log.warning("pyshacl-turbo leaves these shapes to pySHACL: %s", reason)
        self._shapes = None
        self._reference()

    def _reference(self) -> Reference:
        if self._authority is None:
            self._authority = Reference(self._graph, self._resident)
        return self._authority


def _findings(report: rdflib.Graph) -> Iterator[Finding]:
    for whole in report.subjects(SH.conforms):
        for result in report.objects(whole, SH.result):
            yield Finding.of(result, report.predicate_objects)


def _text(triples: Iterable[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
