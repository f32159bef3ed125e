"""Look-up of concepts by any of their labels or codes, in the vocabularies the program carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from ingest.cleaning import fold
from practicegraph import artefacts
from practicegraph.namespaces import SCHEME, SKOS

COUNTRIES: Final = "http://publications.europa.eu/resource/authority/country"

_NAMES: Final = {SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")}


def scheme_iri(name: str) -> str:
    """IRI of a concept scheme: of one of our own by its short name, of any by its IRI."""
    return name if ":" in name else SCHEME + name


def find(scheme: str, text: str) -> frozenset[str]:
    """The concepts of a scheme that go by this name or code; more than one if it is ambiguous.

    Raises KeyError for a scheme that the program does not carry.
    """
    return _tables()[scheme_iri(scheme)].get(fold(text), frozenset())


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, frozenset[str]]]:
    names: dict[str, set[str]] = defaultdict(set)
    schemes: dict[str, set[str]] = defaultdict(set)
    for file in artefacts.vocabulary_files():
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            if quad.predicate.value == SKOS + "inScheme" and isinstance(value, ox.NamedNode):
                schemes[subject.value].add(value.value)
            elif quad.predicate.value in _NAMES and isinstance(value, ox.Literal):
                names[subject.value].add(fold(value.value))
    tables: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for concept, of in schemes.items():
        local = fold(concept.rpartition("/")[2])
        for scheme in of:
            for name in {*names[concept], local}:
                tables[scheme][name].add(concept)
    return {
        scheme: {name: frozenset(concepts) for name, concepts in table.items() if name}
        for scheme, table in tables.items()
    }
