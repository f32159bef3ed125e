"""Combining: one record out of what several sources say about one thing.

The result is a function of the contributions and their order, and of nothing else. The first one
is the record that stays; of the others everything is added that can stand beside it:

- A property that the shapes allow once, or once in a language, keeps the value it has; what gives
  way stays in its contribution. Names of a body that give way become alternative labels.
- Parts get numbers after those that there are (`#step-2`), and steps positions after the last one;
  a part that says the same as one that is there already is that one.
- The record says of each other one that it replaces it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from practicegraph import ntriples
from practicegraph.fields import Field, fields_of
from practicegraph.iris import Iris
from practicegraph.namespaces import DCT, FOAF, GP, RDF_TYPE, SKOS
from practicegraph.ntriples import Statement
from practicegraph.record import Record

_TYPE: Final = ntriples.iri(RDF_TYPE)
_REPLACES: Final = ntriples.iri(DCT + "replaces")
_POSITION: Final = ntriples.iri(GP + "position")
_ALTERNATIVE: Final = ntriples.iri(SKOS + "altLabel")
_NAMES: Final = frozenset(map(ntriples.iri, (SKOS + "prefLabel", DCT + "title", FOAF + "name")))
_NUMBERED: Final = re.compile(r"(.+)-([0-9]{1,6})")
_INTEGER: Final = re.compile(r'"([0-9]{1,9})"(\^\^<[^>]*>)?')


@dataclass(frozen=True, slots=True)
class Combined:
    """One record of several; `renamed` tells what became of each thing and part of the others."""

    record: Record
    renamed: Mapping[str, str]


def combine(contributions: Sequence[Record], iris: Iris) -> Combined:
    """Make one record of contributions about one thing, the first of which gives it its IRI.

    Raises InvalidRecord where together they are too large to be a record.
    """
    first, *others = contributions
    whole = _Whole(first)
    renamed: dict[str, str] = {other.iri: first.iri for other in others}
    for other in others:
        whole.add(other, renamed)
    statements = whole.statements(renamed)
    return Combined(Record.written(first.iri, statements, iris), renamed)


def rewritten(record: Record, renamed: Mapping[str, str], iris: Iris) -> Record:
    """The record with other names for the things and parts that it refers to.

    What would then refer to itself is left out: nothing is adapted from itself.
    """
    about = ntriples.iri(record.iri)
    found = []
    for subject, property_, value in ntriples.statements(record.content.decode()):
        target = value
        if value.startswith("<") and property_ not in {_TYPE, _REPLACES}:
            target = ntriples.iri(renamed_name(value[1:-1], renamed))
            if target != value and target == about == subject:
                continue
        found.append((subject, property_, target))
    return Record.written(record.iri, found, iris)


def renamed_name(name: str, renamed: Mapping[str, str]) -> str:
    """What a thing or a part is called from now on."""
    if name in renamed:
        return renamed[name]
    stem, hash_, fragment = name.partition("#")
    return f"{renamed[stem]}#{fragment}" if hash_ and stem in renamed else name


@dataclass(slots=True)
class _Node:
    """The statements about a thing or a part, by property."""

    values: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    #: Names that came with the contribution that is being added.
    added: set[str] = field(default_factory=set)

    def fields(self) -> dict[str, Field]:
        return fields_of([value[1:-1] for value in self.values.get(_TYPE, ())])


class _Whole:
    """What there is so far of the one record."""

    def __init__(self, first: Record) -> None:
        self._about = ntriples.iri(first.iri)
        self._kind = first.kind
        self._nodes: dict[str, _Node] = defaultdict(_Node)
        for subject, property_, value in ntriples.statements(first.content.decode()):
            self._nodes[subject].values[property_][value] = None
        self._replaced: list[str] = []

    def add(self, other: Record, renamed: dict[str, str]) -> None:
        """Add a contribution; `renamed` learns what its parts are called from now on."""
        self._replaced.append(ntriples.iri(other.iri))
        given = ntriples.statements(other.content.decode())
        names = self._names(other.iri, given)
        renamed.update((old[1:-1], new[1:-1]) for old, new in names.items())
        about = ntriples.iri(other.iri)
        names[about] = self._about
        root = self._nodes[self._about]
        root.added.clear()
        # Which fields there are depends on the classes of both.
        root.values[_TYPE] |= {v: None for s, p, v in given if s == about and p == _TYPE}
        fields = root.fields()
        allowed: dict[tuple[str, str], bool] = {}
        new_parts = set(names.values()) - self._nodes.keys()
        last = self._last_position()
        for subject, property_, value in given:
            named = names.get(value, value)
            if subject == about:
                self._add_to_root(root, property_, named, fields, allowed)
            elif names[subject] in new_parts:
                moved = _moved(named, last) if property_ == _POSITION else named
                self._nodes[names[subject]].values[property_][moved] = None
        self._drop_unreached(new_parts)

    def _add_to_root(
        self,
        root: _Node,
        property_: str,
        value: str,
        fields: Mapping[str, Field],
        allowed: dict[tuple[str, str], bool],
    ) -> None:
        if value == self._about or value in root.values.get(property_, {}):
            return
        known = fields.get(property_[1:-1])
        tag = _language(value)
        if self._kind == "organisation" and property_ in _NAMES:
            self._add_name(root, property_, value, tag)
            return
        place = (property_, tag if known and known.per_language else "")
        if place not in allowed:
            allowed[place] = _has_room(known, root.values.get(property_, {}), tag)
        if allowed[place]:
            root.values[property_][value] = None
            if known and known.most == 1:
                allowed[place] = False

    def _add_name(self, root: _Node, property_: str, value: str, tag: str) -> None:
        """Add a name of a body: it has one in a language, and any number of other labels."""
        there = {v for name in _NAMES for v in root.values.get(name, ())}
        if not any(_language(v) == tag for v in there - root.added):
            root.values[property_][value] = None
            root.added.add(value)
        elif tag and value not in there:
            root.values[_ALTERNATIVE][value] = None

    def _names(self, iri: str, given: Sequence[Statement]) -> dict[str, str]:
        """What the parts of a contribution are called here."""
        inside = f"<{iri}#"
        parts: dict[str, list[Statement]] = defaultdict(list)
        for statement in given:
            if statement[0].startswith(inside):
                parts[statement[0]].append(statement)
        same = self._same(iri, parts)
        taken = {node[len(self._about) : -1] for node in self._nodes if node != self._about}
        last: dict[str, int] = defaultdict(int)
        for fragment in taken:
            numbered = _NUMBERED.fullmatch(fragment)
            if numbered:
                last[numbered[1]] = max(last[numbered[1]], int(numbered[2]))
        names: dict[str, str] = dict(same)
        for part in sorted(parts.keys() - same.keys(), key=_order):
            fragment = part[len(inside) : -1]
            numbered = _NUMBERED.fullmatch(fragment)
            if numbered:
                last[numbered[1]] += 1
                fragment = f"{numbered[1]}-{last[numbered[1]]}"
            while fragment in taken:
                fragment += "-2"
            taken.add(fragment)
            names[part] = f"{self._about[:-1]}#{fragment}>"
        return names

    def _same(self, iri: str, parts: Mapping[str, list[Statement]]) -> dict[str, str]:
        """Parts that say what a part says that is there already, save for the name of the thing."""
        there = {
            _said(node, [(p, v) for p, vs in held.values.items() for v in vs], self._about): node
            for node, held in self._nodes.items()
            if node != self._about
        }
        found: dict[str, str] = {}
        marks = {ntriples.iri(iri): self._about}
        while True:
            # A part that leads to others is the same once those are known to be.
            new = {
                part: node
                for part, statements in parts.items()
                if part not in found
                and (
                    node := there.get(
                        _said(part, [(p, marks.get(v, v)) for _, p, v in statements], self._about)
                    )
                )
                and node not in found.values()
            }
            if not new:
                return found
            for part, node in new.items():
                if node not in found.values():  # each part there is is taken once
                    found[part] = marks[part] = node

    def _last_position(self) -> int:
        return max(
            (
                int(number[1])
                for node in self._nodes.values()
                for value in node.values.get(_POSITION, ())
                if (number := _INTEGER.fullmatch(value))
            ),
            default=0,
        )

    def _drop_unreached(self, parts: Iterable[str]) -> None:
        """Take out parts that nothing leads to, because what led to them gave way."""
        doubtful = set(parts)
        reached = {self._about}
        ahead = [self._about]
        while ahead:
            node = ahead.pop()
            for values in self._nodes[node].values.values() if node in self._nodes else ():
                for value in values:
                    if value in self._nodes and value not in reached:
                        reached.add(value)
                        ahead.append(value)
        for part in doubtful - reached:
            self._nodes.pop(part, None)

    def statements(self, renamed: Mapping[str, str]) -> list[Statement]:
        """All statements, by the names that hold now."""
        found = [
            (node, property_, value)
            for node, held in self._nodes.items()
            for property_, values in held.values.items()
            for value in values
        ]
        found = [
            (s, p, ntriples.iri(renamed_name(v[1:-1], renamed)) if v.startswith("<") else v)
            for s, p, v in found
        ]
        kept = [(s, p, v) for s, p, v in found if not (s == v == self._about)]
        return kept + [(self._about, _REPLACES, other) for other in self._replaced]


def _has_room(known: Field | None, there: Mapping[str, None], tag: str) -> bool:
    if known is None:
        return True
    if known.per_language and any(_language(value) == tag for value in there):
        return False
    return known.most is None or len(there) < known.most


def _language(value: str) -> str:
    """The language tag of a literal in small letters, empty for what has none."""
    if not value.startswith('"'):
        return ""
    suffix = value[value.rindex('"') + 1 :]
    return suffix[1:].lower() if suffix.startswith("@") else ""


def _said(node: str, pairs: Iterable[tuple[str, str]], about: str) -> frozenset[tuple[str, str]]:
    """What a part says, without how it and the thing are called."""
    marks = {node: "itself", about: "the thing"}
    return frozenset((p, marks.get(v, v)) for p, v in pairs if p != _POSITION)


def _moved(value: str, by: int) -> str:
    number = _INTEGER.fullmatch(value)
    return f'"{int(number[1]) + by}"{number[2] or ""}' if number else value


def _order(part: str) -> tuple[str, int, str]:
    numbered = _NUMBERED.fullmatch(part[1:-1])
    return (numbered[1], int(numbered[2]), part) if numbered else (part, 0, part)
