"""What vocabularies say of the concepts that records name, kept in memory by concept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.namespaces import DCT, SKOS

#: What a profile may repeat of a concept: no definitions. `dct:type` is the kind of a licence.
_TAKEN: Final = {SKOS + "prefLabel", SKOS + "notation", SKOS + "inScheme", DCT + "type"}


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, tuple[ox.Triple, ...]]:
    """By IRI of a concept: its names, notations and scheme."""
    found: dict[str, list[ox.Triple]] = {}
    for file in artefacts.vocabulary_files():
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and quad.predicate.value in _TAKEN:
                found.setdefault(quad.subject.value, []).append(quad.triple)
    return {iri: tuple(triples) for iri, triples in found.items()}


def labels(iris: Iterable[str]) -> Iterator[ox.Triple]:
    """What the vocabularies say of these concepts; of others nothing."""
    known = vocabulary()
    for iri in iris:
        yield from known.get(iri, ())


@lru_cache(maxsize=256)
def language(tag: str) -> str | None:
    """The IRI of a language in the EU table of languages, by its code; None where it has none."""
    scheme = "http://publications.europa.eu/resource/authority/language/"
    for iri, triples in vocabulary().items():
        if iri.startswith(scheme) and any(
            triple.predicate.value == SKOS + "notation"
            and isinstance(triple.object, ox.Literal)
            and triple.object.value == tag
            for triple in triples
        ):
            return iri
    return None
