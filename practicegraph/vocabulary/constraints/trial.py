"""What changed records, and single values, break: one validation over all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH
from rdflib.term import Node

from practicegraph.validation import EngineName, Validator
from practicegraph.validation.shapes import Term, as_rdflib, key, text_of
from practicegraph.vocabulary.constraints.fixtures import moved, place
from practicegraph.vocabulary.constraints.inventory import Inventory, Key

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


class Trial:
    """Tries records on the shapes of an inventory, with a vocabulary in the data graph."""

    def __init__(
        self, inventory: Inventory, vocabulary: Iterable[ox.Triple], engine: EngineName = "pyshacl"
    ) -> None:
        self._inventory = inventory
        self._vocabulary = tuple(vocabulary)
        self._engine: EngineName = engine
        self._validator = self._on(inventory.graph)

    def _on(self, shapes: rdflib.Graph) -> Validator:
        return Validator(engine=self._engine, shapes=shapes, resident=self._vocabulary)

    def broken(self, records: Sequence[Iterable[ox.Triple]]) -> list[frozenset[Key]]:
        """The constraints that each record breaks, of whatever severity. The records are apart."""
        data = [triple for number, record in enumerate(records) for triple in moved(record, number)]
        found: list[set[Key]] = [set() for _ in records]
        for report in self._validator.check_graph(data):
            for result in report.results:
                number = place(result.focus)
                if number is not None:
                    found[number].add((result.shape, result.component))
        return [frozenset(keys) for keys in found]

    def refused(
        self, values: dict[Node, list[Term]], context: Iterable[ox.Triple]
    ) -> dict[Node, dict[Term, frozenset[Key]]]:
        """The constraints that each value breaks when a nested shape looks at it by itself."""
        graph = rdflib.Graph()
        for triple in self._inventory.graph:
            if triple[1] not in _TARGETS:
                graph.add(triple)
        for shape, candidates in values.items():
            for value in candidates:
                graph.add((shape, SH.targetNode, as_rdflib(value)))
        found: dict[str, set[Key]] = defaultdict(set)
        for report in self._on(graph).check_graph(context):
            for result in report.results:
                found[result.focus].add((result.shape, result.component))
        answer: dict[Node, dict[Term, frozenset[Key]]] = {}
        for shape, candidates in values.items():
            family = {key(member) for member in self._inventory.family(shape)}
            answer[shape] = {
                value: frozenset(k for k in found[text_of(value)] if k[0] in family)
                for value in candidates
            }
        return answer
