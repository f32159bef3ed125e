"""pySHACL-turbo, the fast path for bulk: one call for all the records of a batch.

It is young, so it is pinned exactly, never the only engine, and a test keeps it equal to pySHACL.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import pyoxigraph as ox
from pyshacl_turbo import CompiledShapes, ReportableRuntimeError, ValidationFailure
from rdflib.namespace import SH
from rdflib.term import Node

from practicegraph import ntriples
from practicegraph.namespaces import XSD, compact
from practicegraph.validation.engines import Data, Finding
from practicegraph.validation.reference import Reference
from practicegraph.validation.shapes import Focus, Shapes, as_rdflib

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
        self._resident_text = ntriples.written(self._resident)
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

    def run(self, data: Data, focus: Focus) -> Iterator[Finding]:
        """Find the results for all focus nodes of the data graph, the resident ones among them."""
        if self._shapes is None or _EDGE.search(data.text):
            return self._reference().run(data, focus)
        try:
            report = self._report(self._resident_text + data.text)
        except _FAULTS as fault:
            # It may be the data of this call that it stumbled over: the next one is tried again.
            _log.warning("pyshacl-turbo leaves this call to pySHACL: %s", fault)
            return self._reference().run(data, focus)
        return _findings(report, self._shapes._blank_nodes)

    def _report(self, text: str) -> str:
        """The results graph in N-Triples.

        What `CompiledShapes.validate` does with its defaults, without a graph of rdflib at either
        end: text is what the engine reads fastest, and to parse its report takes rdflib a third as
        long as the validation itself.
        """
        depth, no, nothing = 15, False, ()
        _, report, _, _, _ = self._shapes._native.validate(
            *(text, "nt", None, no, 100, depth, no, no, no, no, nothing, nothing, nothing)
        )
        return str(report)

    def _give_way(self, reason: str) -> None:
        _log.warning("pyshacl-turbo leaves these shapes to pySHACL: %s", reason)
        self._shapes = None
        self._reference()

    def _reference(self) -> Reference:
        if self._authority is None:
            self._authority = Reference(self._graph, self._resident)
        return self._authority


def _findings(report: str, blank_nodes: Mapping[str, Node]) -> Iterator[Finding]:
    """The results; `blank_nodes` are those of the shapes, by their labels in the report."""
    about: dict[Node, dict[tuple[Node, Node], None]] = defaultdict(dict)
    found: dict[Node, None] = {}
    known: dict[str, Node] = {}

    def node(term: str) -> Node:
        # Components, shapes and messages come again with every result.
        made = known.get(term)
        if made is None:
            made = as_rdflib(ntriples.term(term))
            made = known[term] = blank_nodes.get(str(made), made) if term[0] == "_" else made
        return made

    for subject, predicate, value in ntriples.statements(report):
        about[node(subject)][node(predicate), node(value)] = None
        if node(predicate) == SH.result:
            found[node(value)] = None
    for result in found:
        yield Finding.of(result, lambda node: about.get(node, ()))
