"""The constraints of a shapes graph: what each is, where it looks, what it cannot fail without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from practicegraph.validation.shapes import key

#: A constraint as results name it: `sh:sourceShape` and `sh:sourceConstraintComponent`.
Key = tuple[str, str]

#: Parameters that belong to the constraint of another one, or that no result is ever about.
_SILENT: Final = frozenset(
    {SH.property, SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint, SH.ignoredProperties}
)
_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_LISTS: Final = (SH["or"], SH["and"], SH.xone)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One parameter of one shape, such as `sh:minCount 1` (SHACL §2.1.1)."""

    shape: Node
    parameter: rdflib.URIRef
    value: Node

    @property
    def component(self) -> str:
        """IRI of its constraint component, which SHACL names after the parameter."""
        if self.parameter == SH.sparql:
            return str(SH.SPARQLConstraintComponent)
        name = str(self.parameter).removeprefix(str(SH))
        return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"

    @property
    def key(self) -> Key:
        """How results name it."""
        return key(self.shape), self.component


class Inventory:
    """The shapes of a graph by their place.

    *Fields* are looked at by a target: a node shape that has one, and its property shapes; their
    results are those that people see. *Nested* shapes (`sh:node`, `sh:or`, `sh:not` …) only say
    whether a value conforms; the field that asks them has the result.
    """

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph
        self.targeted = frozenset(s for p in _TARGETS for s in graph.subjects(p))
        self.fields = frozenset(
            {*self.targeted, *(p for s in self.targeted for p in graph.objects(s, SH.property))}
        )

    def constraints(self, shape: Node) -> list[Constraint]:
        """The constraints of one shape."""
        return sorted(
            (
                Constraint(shape, parameter, value)
                for parameter, value in self.graph.predicate_objects(shape)
                if parameter in CONSTRAINT_PARAMETERS_MAP
                and parameter not in _SILENT
                and isinstance(parameter, rdflib.URIRef)
            ),
            key=lambda constraint: (constraint.component, str(constraint.value)),
        )

    @cached_property
    def of_fields(self) -> list[Constraint]:
        """The constraints of all fields, in a stable order."""
        return [c for shape in sorted(self.fields, key=key) for c in self.constraints(shape)]

    @cached_property
    def keys(self) -> frozenset[Key]:
        """How results name the constraints of fields."""
        return frozenset(constraint.key for constraint in self.of_fields)

    @cached_property
    def nested(self) -> list[Node]:
        """Shapes that a field asks about its values, near or far, in a stable order."""
        return sorted(self._reached - self.fields - self._below, key=key)

    @cached_property
    def _reached(self) -> set[Node]:
        seen, waiting = set(self.targeted), list(self.targeted)
        while waiting:
            shape = waiting.pop()
            for other in (*self.graph.objects(shape, SH.property), *self.asked(shape)):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    @cached_property
    def _below(self) -> set[Node]:
        return set(self.graph.objects(None, SH.property))

    def asked(self, shape: Node) -> Iterator[Node]:
        """Shapes to which this one hands its values."""
        for parameter in (SH.node, SH["not"], SH.qualifiedValueShape):
            yield from self.graph.objects(shape, parameter)
        for parameter in _LISTS:
            for alternatives in self.graph.objects(shape, parameter):
                yield from self.graph.items(alternatives)

    def family(self, shape: Node) -> list[Node]:
        """A nested shape and the property shapes below it: its own results come from these."""
        found = [shape]
        for each in found:
            found.extend(p for p in self.graph.objects(each, SH.property) if p not in found)
        return found

    def hosts(self, shape: Node) -> list[Node]:
        """The targeted shapes whose focus nodes a field looks at."""
        above = {n for n in self.graph.subjects(SH.property, shape) if n in self.targeted}
        return sorted({shape} & self.targeted | above, key=key)

    def path(self, shape: Node) -> rdflib.URIRef | None:
        """The property of a field; None where its path is more than that, or it has none."""
        path = self.graph.value(shape, SH.path)
        return path if isinstance(path, rdflib.URIRef) else None

    def on_path(self, path: Node, hosts: list[Node]) -> Iterator[Constraint]:
        """Constraints of all fields with this path that one of the targeted shapes holds."""
        for host in hosts:
            for shape in self.graph.objects(host, SH.property):
                if self.graph.value(shape, SH.path) == path:
                    yield from self.constraints(shape)

    def entailed(self, constraint: Constraint) -> frozenset[Key]:
        """Other constraints that must fail wherever this one does, so that none fails alone.

        Where too few values are there for one count, they are too few for every count on the same
        path that asks for as many and looks at the same nodes. And a literal, which is what a
        `sh:nodeKind` refuses, is an instance of no `sh:class`.
        """
        found: set[Key] = set()
        if constraint.parameter == SH.nodeKind:
            found |= {
                c.key for c in self.constraints(constraint.shape) if c.parameter == SH["class"]
            }
        path = self.path(constraint.shape)
        if constraint.parameter == SH.minCount and path is not None:
            mine = self._targets(constraint.shape)
            for shape in self.fields:
                if self.path(shape) == path and mine <= self._targets(shape):
                    found |= {
                        c.key
                        for c in self.constraints(shape)
                        if c.parameter in {SH.minCount, SH.qualifiedMinCount}
                        and number(c.value) >= number(constraint.value)
                    }
        return frozenset(found - {constraint.key})

    def _targets(self, shape: Node) -> set[tuple[Node, Node]]:
        return {
            (predicate, target)
            for host in self.hosts(shape)
            for predicate in _TARGETS
            for target in self.graph.objects(host, predicate)
        }

    def without_rule(self) -> Iterator[Node]:
        """Fields and nested shapes that check nothing, most often because a rule is misspelt."""
        for shape in sorted(self._reached, key=key):
            if not self.constraints(shape) and (shape, SH.property, None) not in self.graph:
                yield shape

    def without_reader(self) -> Iterator[Node]:
        """Shapes that no target leads to."""
        kinds = (SH.NodeShape, SH.PropertyShape)
        shapes = {shape for kind in kinds for shape in self.graph.subjects(RDF.type, kind)}
        yield from sorted(shapes - self._reached, key=key)

    def indistinct(self) -> Iterator[Constraint]:
        """Constraints that share shape and component with another: no result tells which."""
        for shape in sorted(self._reached, key=key):
            seen: set[str] = set()
            for constraint in self.constraints(shape):
                if constraint.component in seen:
                    yield constraint
                seen.add(constraint.component)


def number(value: Node) -> float:
    """The number that a parameter gives; 0 where it gives none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0
