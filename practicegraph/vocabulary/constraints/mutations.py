"""Changes to valid records that should break one constraint, derived from the shapes.

A change looks after what hangs on it, so that nothing else breaks: a part that loses its link is
linked from elsewhere, and fields that `sh:equals` binds together change together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import SH
from rdflib.term import Node

from practicegraph.namespaces import RDF_TYPE, compact
from practicegraph.validation.shapes import Shapes, Subclasses, Term, as_rdflib, from_rdflib, key
from practicegraph.vocabulary.constraints.fixtures import VALID, Fixture, Mutation, blank
from practicegraph.vocabulary.constraints.inventory import Constraint, Inventory, number
from practicegraph.vocabulary.constraints.values import another, wrong

_ELSEWHERE: Final = ox.NamedNode(VALID + "elsewhere")
_TYPE: Final = ox.NamedNode(RDF_TYPE)
Subject = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class _Field:
    """One property of one node of a valid record, and the values it has there."""

    fixture: Fixture
    node: Subject
    path: ox.NamedNode
    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Values that go and values that come; `extra` is what else must be said for that."""

    says: str
    drop: tuple[Term, ...] = ()
    add: tuple[Term, ...] = ()
    extra: tuple[ox.Triple, ...] = ()


class Deriver:
    """Derives changes for the constraints of an inventory from some valid records.

    The vocabulary says what the values of a concept scheme are.
    """

    def __init__(
        self, inventory: Inventory, fixtures: Iterable[Fixture], vocabulary: Iterable[ox.Triple]
    ) -> None:
        self._inventory = inventory
        self._fixtures = tuple(fixtures)
        self._vocabulary = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in vocabulary)
        shapes = Shapes(inventory.graph)
        self._focus = {
            fixture.name: shapes.focus(fixture.triples, Subclasses()) for fixture in self._fixtures
        }

    def filled(self, shape: Node) -> bool:
        """Whether a valid record has the field; for a node shape, a node that it looks at."""
        return (
            any(self._nodes(shape))
            if shape in self._inventory.targeted
            else any(self._fields(shape))
        )

    def mutations(self, constraint: Constraint) -> Iterator[Mutation]:
        """Changes to try, the likeliest first; none where no way to derive one is known."""
        if constraint.shape in self._inventory.targeted:
            if constraint.parameter == SH.nodeKind:
                yield from self._without_address(constraint)
            return
        ways: dict[Node, Callable[[Constraint, _Field], Iterator[Mutation]]] = {
            SH.minCount: self._too_few,
            SH.maxCount: self._too_many,
            SH.uniqueLang: self._twice_in_a_language,
            SH.equals: self._unequal,
            SH.disjoint: self._shared,
            SH.lessThan: self._shared,
        }
        way = ways.get(constraint.parameter, self._wrong_value)
        for field in self._fields(constraint.shape):
            yield from way(constraint, field)

    def _nodes(self, shape: Node) -> Iterator[tuple[Fixture, Subject]]:
        for fixture in self._fixtures:
            seen: dict[Term, None] = {}
            for host in self._inventory.hosts(shape):
                seen |= self._focus[fixture.name].get(key(host), {})
            for node in seen:
                if not isinstance(node, ox.Literal):
                    yield fixture, node

    def _fields(self, shape: Node) -> Iterator[_Field]:
        path = self._inventory.path(shape)
        if path is None:
            return
        predicate = ox.NamedNode(str(path))
        # The last part first: the others more often lean on the first.
        for fixture, node in reversed(list(self._nodes(shape))):
            values = tuple(
                t.object
                for t in fixture.triples
                if t.subject == node
                and t.predicate == predicate
                and not isinstance(t.object, ox.Triple)
            )
            if values:
                yield _Field(fixture, node, predicate, values)

    def _without_address(self, constraint: Constraint) -> Iterator[Mutation]:
        for fixture, node in self._nodes(constraint.shape):
            triples = tuple(
                ox.Triple(
                    blank(0) if triple.subject == node else triple.subject,
                    triple.predicate,
                    blank(0) if triple.object == node else triple.object,
                )
                for triple in fixture.triples
            )
            change = f"{_short(node)} without an address"
            yield Mutation(constraint.key, fixture, change, triples)

    def _too_few(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        keep = int(number(constraint.value)) - 1
        if len(field.values) > keep >= 0:
            # English, where there is a text in it, is what another rule may ask for.
            values = sorted(field.values, key=_not_english)
            yield self._changed(
                constraint, field, _Change("too few values", drop=tuple(values[keep:]))
            )

    def _too_many(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        hosts = self._inventory.hosts(constraint.shape)
        path = as_rdflib(field.path)
        shapes = [
            shape
            for host in hosts
            for shape in self._inventory.graph.objects(host, SH.property)
            if self._inventory.graph.value(shape, SH.path) == path
        ]
        for value in self._as_good(field, shapes):
            change = _Change(f"one more value, {value}", add=(value,))
            yield self._changed(constraint, field, change)

    def _as_good(self, field: _Field, shapes: list[Node]) -> Iterator[Term]:
        good = field.values[0]
        offered: dict[Term, None] = {}
        classes = {c for s in shapes for c in self._inventory.graph.objects(s, SH["class"])}
        for cls in classes:
            for triple in field.fixture.triples:
                if triple.predicate == _TYPE and triple.object == from_rdflib(cls):
                    offered[triple.subject] = None  # type: ignore[index]
        for shape in shapes:
            for nested in self._inventory.graph.objects(shape, SH.node):
                for below in self._inventory.family(nested)[1:]:
                    offered |= dict.fromkeys(self._described(below))
        offered |= dict.fromkeys(another(good, shapes, self._inventory))
        for value in offered:
            if value not in field.values:
                yield value

    def _described(self, shape: Node) -> Iterator[Term]:
        """Nodes of the vocabulary that have the value a property shape asks for."""
        path = self._inventory.path(shape)
        for value in self._inventory.graph.objects(shape, SH.hasValue):
            if path is not None:
                for quad in self._vocabulary.quads_for_object(from_rdflib(value)):
                    if quad.predicate.value == str(path):
                        yield quad.subject  # type: ignore[misc]

    def _twice_in_a_language(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        for value in field.values:
            if isinstance(value, ox.Literal) and value.language:
                text = ox.Literal(value.value + " 2", language=value.language)
                change = _Change(f"a second text, {text}", add=(text,))
                yield self._changed(constraint, field, change)

    def _unequal(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        yield self._changed(constraint, field, _Change("a value left out", drop=field.values[:1]))

    def _shared(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        other = from_rdflib(constraint.value)
        for triple in field.fixture.triples:
            value = triple.object
            if triple.subject != field.node or triple.predicate != other:
                continue
            if not isinstance(value, ox.Triple):
                change = _Change(f"the value {value}", field.values, (value,))
                yield self._changed(constraint, field, change)

    def _wrong_value(self, constraint: Constraint, field: _Field) -> Iterator[Mutation]:
        hosts = self._inventory.hosts(constraint.shape)
        rules = {c.parameter for c in self._inventory.on_path(as_rdflib(field.path), hosts)}
        # A value beside the good ones disturbs less than one in their place, if there is room.
        room = SH.maxCount not in rules
        for good in field.values:
            for value in wrong(constraint, good, self._inventory):
                extra = self._as_blank(good) if isinstance(value, ox.BlankNode) else ()
                for drop in ((), (good,)) if room and not _language(value) else ((good,),):
                    change = _Change(f"the value {value}", drop, (value,), extra)
                    yield self._changed(constraint, field, change)

    def _as_blank(self, good: Term) -> tuple[ox.Triple, ...]:
        """What is said of a good value, said of a blank node."""
        return tuple(
            ox.Triple(ox.BlankNode("validvalue"), quad.predicate, quad.object)
            for quad in self._vocabulary.quads_for_subject(good)  # type: ignore[arg-type]
        )

    def _changed(self, constraint: Constraint, field: _Field, change: _Change) -> Mutation:
        """The record with the field changed, and what hangs on it in order."""
        paths = [field.path]
        if constraint.parameter != SH.equals:
            paths += self._equal_to(constraint, field.path)
        gone = {ox.Triple(field.node, path, value) for path in paths for value in change.drop}
        kept = [triple for triple in field.fixture.triples if triple not in gone]
        subjects = {triple.subject for triple in kept}
        # A part without its link would be one that nobody has.
        kept += [
            ox.Triple(_ELSEWHERE, field.path, value) for value in change.drop if value in subjects
        ]
        kept += [ox.Triple(field.node, path, value) for path in paths for value in change.add]
        return Mutation(
            constraint.key,
            field.fixture,
            f"{_short(field.node)} {compact(field.path.value)} with {change.says}",
            (*kept, *change.extra),
            self._inventory.entailed(constraint),
        )

    def _equal_to(self, constraint: Constraint, path: ox.NamedNode) -> Iterator[ox.NamedNode]:
        graph = self._inventory.graph
        for shape in graph.subjects(SH.equals, as_rdflib(path)):
            other = self._inventory.path(shape)
            if other is not None and set(self._inventory.hosts(shape)) & set(
                self._inventory.hosts(constraint.shape)
            ):
                yield ox.NamedNode(str(other))


def _not_english(value: Term) -> bool:
    return not (isinstance(value, ox.Literal) and (value.language or "").startswith("en"))


def _language(value: Term) -> bool:
    return isinstance(value, ox.Literal) and bool(value.language)


def _short(node: Term) -> str:
    return f"<{str(node).strip('<>').removeprefix(VALID)}>"
