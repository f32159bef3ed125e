"""Look-up of concepts by any of their labels or codes, in the vocabularies the program carries.

A vocabulary is called by the IRI of its concept scheme, by the short name of one of our own schemes
(`maturity`), or by the name of one of the lists for foreign codes (`countries`, `data-themes`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.namespaces import SCHEME, SKOS
from practicegraph.texts import fold

COUNTRIES: Final = "http://publications.europa.eu/resource/authority/country"

_NAMES: Final = {SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")}


def scheme_iri(name: str) -> str:
    """IRI of a concept scheme: of one of our own by its short name, of any by its IRI."""
    return name if ":" in name else SCHEME + name


def lists() -> frozenset[str]:
    """Names of the vocabularies: the schemes of our own, and the lists for foreign codes."""
    return frozenset(file.stem for file in artefacts.vocabulary_files())


def find(vocabulary: str, text: str) -> frozenset[str]:
    """The concepts of a vocabulary that go by this name or code; more than one if it is ambiguous.

    Raises KeyError for a vocabulary that the program does not carry.
    """
    tables = _tables()
    table = tables.get(vocabulary)
    return (tables[scheme_iri(vocabulary)] if table is None else table).get(fold(text), frozenset())


def members(vocabulary: str) -> Mapping[str, Mapping[str, str]]:
    """The concepts of a list or scheme of ours with their preferred labels by language.

    Raises KeyError for a vocabulary that the program does not carry.
    """
    return _labels()[vocabulary]


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for file in artefacts.vocabulary_files():
        of_list = found.setdefault(file.stem, {})
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if (
                quad.predicate.value == SKOS + "prefLabel"
                and isinstance(subject, ox.NamedNode)
                and isinstance(value, ox.Literal)
            ):
                of_list.setdefault(subject.value, {})[value.language or ""] = value.value
    return found


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, frozenset[str]]]:
    tables: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in artefacts.vocabulary_files():
        names: dict[str, set[str]] = defaultdict(set)
        schemes: dict[str, set[str]] = defaultdict(set)
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            if quad.predicate.value == SKOS + "inScheme" and isinstance(value, ox.NamedNode):
                schemes[subject.value].add(value.value)
            elif quad.predicate.value in _NAMES and isinstance(value, ox.Literal):
                names[subject.value].add(fold(value.value))
        for concept, of_concept in names.items():
            local = fold(concept.rpartition("/")[2])
            for vocabulary in {file.stem, *schemes[concept]}:
                for name in {*of_concept, local}:
                    tables[vocabulary][name].add(concept)
    return {
        vocabulary: {name: frozenset(found) for name, found in table.items() if name}
        for vocabulary, table in tables.items()
    }
