"""Small records for tests that care about storage, not about content."""

from __future__ import annotations

import pyoxigraph as ox

from practicegraph.iris import Iris
from practicegraph.namespaces import DCT, GP, RDF_TYPE
from practicegraph.record import Record

IRIS = Iris("http://127.0.0.1:8000")


def practice(slug: str, *titles: str, kind: str = "practice") -> Record:
    """A record with a type and the given titles, the first in English, the others in Italian."""
    thing = ox.NamedNode(IRIS.thing(kind, slug))
    triples = [ox.Triple(thing, ox.NamedNode(RDF_TYPE), ox.NamedNode(GP + "GoodPractice"))]
    for n, title in enumerate(titles):
        language = "it" if n else "en"
        triples.append(
            ox.Triple(thing, ox.NamedNode(DCT + "title"), ox.Literal(title, language=language))
        )
    return Record.of(thing.value, triples, IRIS)
