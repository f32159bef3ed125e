"""Listing: candidates with what people need to decide about them, titles and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox

from practicegraph.duplicates.candidates import Candidate
from practicegraph.log import Log
from practicegraph.namespaces import DCT, FOAF, SKOS
from practicegraph.record import Record
from practicegraph.revisions import Revision
from practicegraph.texts import pick

_PORTION: Final = 100
_TITLES: Final = tuple(map(ox.NamedNode, (DCT + "title", SKOS + "prefLabel", FOAF + "name")))


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair: its title in the language of the reader, and where it came from."""

    record: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A candidate with its two records."""

    candidate: Candidate
    a: Side
    b: Side


def listed(log: Log, candidates: Iterable[Candidate], languages: Sequence[str]) -> Iterator[Listed]:
    """Yield candidates with their records, a portion at a time; a withdrawn one has no title."""
    given = iter(candidates)
    while portion := list(islice(given, _PORTION)):
        heads = log.heads({record for each in portion for record in each.pair})
        newest = {r.record: r for r in log.at([head.seq for head in heads.values()])}
        for each in portion:
            a, b = (_side(record, newest.get(record), languages) for record in each.pair)
            yield Listed(each, a, b)


def _side(name: str, revision: Revision | None, languages: Sequence[str]) -> Side:
    record = revision.as_record() if revision else None
    title = title_of(record, languages) if record else ""
    return Side(name, title, (revision.source if revision else None) or "")


def title_of(record: Record, languages: Sequence[str]) -> str:
    """The title of a record in the first of the languages that there is."""
    found: dict[ox.NamedNode, dict[str, str]] = {name: {} for name in _TITLES}
    root = ox.NamedNode(record.iri)
    for triple in record.triples():
        if triple.subject == root and triple.predicate in found:
            value = triple.object
            if isinstance(value, ox.Literal):
                found[triple.predicate][(value.language or "").lower()] = value.value
    return next((pick(found[name], languages)[0] for name in _TITLES if found[name]), "")
