"""One record as a profile has it, together with all that its readers need beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from practicegraph.iris import Iris
from practicegraph.log import Log
from practicegraph.namespaces import FOAF, RDF_TYPE
from practicegraph.profiles import Profile
from practicegraph.record import Record

#: What is taken in of other records: how many, how many statements of each, and how long a one in
#: bytes. Far above what people write, far below what would keep a reader waiting. What is beyond
#: stays without a name, and an organisation beyond stays out.
MAX_MENTIONS: Final = 200
MAX_STATEMENTS: Final = 200
MAX_LENGTH: Final = 2_000
_CACHED: Final = 500

_PAGE: Final = ox.NamedNode(FOAF + "isPrimaryTopicOf")


class Views:
    """Shows records of a log under profiles. Remembers what it has looked up: use it for a while.

    Other records are read from the log as they are now, whatever revision of the record is shown.
    """

    def __init__(self, log: Log, iris: Iris) -> None:
        self._log = log
        self._iris = iris
        self._mention = lru_cache(maxsize=_CACHED)(self._read)

    def of(self, profile: Profile, record: Record) -> list[ox.Triple]:
        """The record as the profile has it; empty where the profile has no place for it."""
        store = ox.Store()
        store.extend(
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in self._around(record)
        )
        triples = profile.construct(store, record.iri)
        # What the profile has no class for it has no place for, whatever it knows of the parts.
        thing, is_a = ox.NamedNode(record.iri), ox.NamedNode(RDF_TYPE)
        placed = any(t.subject == thing and t.predicate == is_a for t in triples)
        return triples if placed else []

    def _around(self, record: Record) -> Iterator[ox.Triple]:
        """The record, where its page is, what it says of other records, and labels."""
        own = list(record.triples())
        # What is said of the thing itself comes first; its parts may name very many others.
        named = _objects(sorted(own, key=lambda triple: triple.subject != ox.NamedNode(record.iri)))
        name = self._iris.name(record.iri)
        if name:
            page = self._iris.document(*name)
            yield ox.Triple(ox.NamedNode(record.iri), _PAGE, ox.NamedNode(page))
        yield from own
        others = [iri for iri in named if self._iris.name(iri) and not _part(iri, record.iri)]
        for iri in others[:MAX_MENTIONS]:
            mention = self._mention(iri)
            yield from mention
            named |= _objects(mention)
        yield from self._log.vocabularies().about(named)

    def _read(self, iri: str) -> tuple[ox.Triple, ...]:
        """What a record says of its thing itself, without the parts; nothing once withdrawn."""
        revision = self._log.latest(iri)
        if revision is None or revision.content is None:
            return ()
        start = f"<{iri}> ".encode()
        lines = [
            line
            for line in revision.content.split(b"\n")
            if line.startswith(start) and len(line) <= MAX_LENGTH
        ]
        quads = ox.parse(b"\n".join(lines[:MAX_STATEMENTS]) + b"\n", ox.RdfFormat.N_TRIPLES)
        return tuple(quad.triple for quad in quads)


def _objects(triples: Iterable[ox.Triple]) -> dict[str, None]:
    # A dictionary, so that the order is that of the statements.
    return {t.object.value: None for t in triples if isinstance(t.object, ox.NamedNode)}


def _part(iri: str, record: str) -> bool:
    return iri == record or iri.startswith(record + "#")
