"""The valid records beside the shapes, and the changes to them that somebody wrote by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import PREFIXES
from practicegraph.sparql.text import reaches_out
from practicegraph.vocabulary.constraints.inventory import Key

#: Where the valid records live; each changed one moves to a host of its own.
VALID: Final = "http://valid.example/"
_BLANK: Final = "_:valid"
_PLACE: Final = re.compile(r"(?:http://|_:)case-?(\d+)[.x]")
_HEADER: Final = re.compile(r"^#\+\s*(\w+):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fixture:
    """A valid record: its file's name without the ending, its address and its statements."""

    name: str
    record: str
    triples: tuple[ox.Triple, ...]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A valid record with one change that breaks one constraint, and those of `also` with it."""

    breaks: Key
    fixture: Fixture
    change: str
    triples: tuple[ox.Triple, ...]
    also: frozenset[Key] = field(default=frozenset())


def host(number: int) -> str:
    """The address of a case, so that one validation can serve them all."""
    return f"http://case-{number}.example/"


def parsed(text: str, base: str = VALID) -> tuple[ox.Triple, ...]:
    """The statements of a Turtle text that may use the prefixes of the project."""
    prefixes = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in PREFIXES.items())
    return tuple(
        quad.triple
        for quad in ox.parse(
            prefixes + text, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True
        )
    )


def moved(triples: Iterable[ox.Triple], number: int) -> list[ox.Triple]:
    """The same statements at the host of a case, its blank nodes named after it."""
    text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    text = text.replace(VALID, host(number)).replace(_BLANK, f"_:case{number}x")
    return [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]


def place(focus: str) -> int | None:
    """The number of the case that a focus node belongs to."""
    found = _PLACE.match(focus)
    return int(found[1]) if found else None


def blank(number: int) -> ox.BlankNode:
    """A blank node that moves with its record."""
    return ox.BlankNode(f"valid{number}")


def fixtures(rooms: artefacts.Rooms) -> list[Fixture]:
    """The valid records of the rooms.

    Raises InvalidInput where a file is not Turtle, or does not hold exactly one record.
    """
    return [_fixture(file) for file in rooms.fixture_files()]


def _fixture(file: Path) -> Fixture:
    try:
        triples = parsed(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as fault:
        raise InvalidInput(f"shapes/fixtures/{file.name} cannot be read: {fault}") from fault
    records = {str(triple.subject).strip("<>").partition("#")[0] for triple in triples}
    if len(records) != 1:
        raise InvalidInput(
            f"shapes/fixtures/{file.name} must hold one record, and holds {len(records)}: "
            "give each record a file of its own."
        )
    return Fixture(file.stem, records.pop(), triples)


def written(rooms: artefacts.Rooms, records: Iterable[Fixture]) -> list[Mutation]:
    """The changes written by hand: SPARQL updates relative to the record's address.

    Lines that begin with `#+` say what the update `breaks` (shape and component), of which `record`
    (the fixture's name), the `summary` for people, and where another constraint must fail with it,
    `also` which and `because` of what. Raises InvalidInput where one of them cannot be used.
    """
    by_name = {fixture.name: fixture for fixture in records}
    return [_written(file, by_name) for file in rooms.mutation_files()]


def _written(file: Path, by_name: dict[str, Fixture]) -> Mutation:
    place = f"shapes/fixtures/{file.name}"
    text = file.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {}
    for name, value in _HEADER.findall(text):
        header.setdefault(name, []).append(value)
    missing = [name for name in ("summary", "breaks", "record") if name not in header]
    if missing:
        raise InvalidInput(f"{place} has no line “#+ {missing[0]}: …”; add it.")
    if "also" in header and "because" not in header:
        raise InvalidInput(f"{place} says “also” and not why; add a line “#+ because: …”.")
    fixture = by_name.get(header["record"][0])
    if fixture is None:
        raise InvalidInput(
            f"{place} changes the record “{header['record'][0]}”, and there is no such file; "
            f"choose one of {', '.join(sorted(by_name))}."
        )
    if reaches_out(text):
        raise InvalidInput(f"{place} asks for data from elsewhere; write them into the update.")
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in fixture.triples)
    try:
        store.update(text, base_iri=fixture.record, prefixes=PREFIXES)
        breaks = _key(header["breaks"][0])
        also = frozenset(_key(value) for value in header.get("also", ()))
    except (SyntaxError, ValueError, KeyError) as fault:
        raise InvalidInput(f"{place} cannot be used: {fault}") from fault
    triples = tuple(quad.triple for quad in store)
    if set(triples) == set(fixture.triples):
        raise InvalidInput(f"{place} changes nothing in the record “{fixture.name}”; correct it.")
    return Mutation(breaks, fixture, f"{file.name}: {header['summary'][0]}", triples, also)


def _key(text: str) -> Key:
    shape, _, component = text.partition(" ")
    return _expanded(shape), _expanded(component.strip())


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    if prefix not in PREFIXES or not local:
        raise ValueError(f"“{name}” is not a name with a prefix of the project")
    return PREFIXES[prefix] + local
