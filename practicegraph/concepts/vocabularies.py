"""The vocabularies in force: short lists that the program carries, and official tables over them.

A vocabulary is called by the IRI of its concept scheme, by the short name of one of our own schemes
(`maturity`), or by the name of a list for foreign codes (`countries`, `data-themes`).
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.concepts.overlay import laid_over
from practicegraph.concepts.table import Table
from practicegraph.namespaces import DCT, OWL, SCHEME, SKOS
from practicegraph.texts import fold

COUNTRIES: Final = "http://publications.europa.eu/resource/authority/country"

#: How much a kind of name says: where several concepts go by a name, the least number decides.
_RANKS: Final = {
    SKOS + "prefLabel": 0,
    SKOS + "notation": 0,
    SKOS + "altLabel": 1,
    SKOS + "hiddenLabel": 2,
}
#: A concept that is no longer used is meant only where no other goes by the name.
_PAST: Final = 10
_DEPRECATED: Final = OWL + "deprecated"
#: What others may repeat of a concept: no definitions. `dct:type` is the kind of a licence.
_TAKEN: Final = {SKOS + "prefLabel", SKOS + "notation", SKOS + "inScheme", DCT + "type"}
#: What rules ask of a concept of an official table: for its labels in 24 languages they do not.
_STRUCTURE: Final = {SKOS + "inScheme", _DEPRECATED}


def scheme_iri(name: str) -> str:
    """IRI of a concept scheme: of one of our own by its short name, of any by its IRI."""
    return name if ":" in name else SCHEME + name


class Vocabulary:
    """One list of values in force: a file of ours, an official table, or one laid over the other.

    `own` says that it is a scheme of our own. Everything is read when it is first asked for.
    """

    def __init__(
        self, name: str, file: Path | None, table: Table | None = None, *, own: bool = False
    ) -> None:
        self.name, self.file, self.table, self.own = name, file, table, own

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Everything that it says."""
        carried = self._carried()
        return tuple(laid_over(self.table.triples(), carried) if self.table else carried)

    def _carried(self) -> Iterator[ox.Triple]:
        if self.file is not None:
            for quad in ox.parse(
                path=self.file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True
            ):
                yield quad.triple

    @cached_property
    def structure(self) -> tuple[ox.Triple, ...]:
        """What rules ask of it: all of our own words, and of a table what holds it together."""
        table = self.table.triples() if self.table else ()
        kept = (t for t in table if t.predicate.value in _STRUCTURE)
        return tuple(dict.fromkeys((*self._carried(), *kept)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it is made from."""
        digest = hashlib.sha256(self.file.read_bytes() if self.file else b"")
        if self.table:
            digest.update(self.table.digest.encode())
        return digest.hexdigest()

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, str]]:
        """The concepts, each with its preferred labels by language; ours come first."""
        found: dict[str, dict[str, str]] = {}
        ours = self._carried() if self.table else ()
        for triple in (*ours, *self.triples):
            subject, value = triple.subject, triple.object
            if triple.predicate.value != SKOS + "prefLabel" or subject in self._about:
                continue
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal):
                # Ours are read first for their order, and the table's word comes after them.
                found.setdefault(subject.value, {})[value.language or ""] = value.value
        return found

    @cached_property
    def schemes(self) -> Mapping[str, frozenset[str]]:
        """IRI of a scheme → those of the concepts that are in it."""
        found: dict[str, set[str]] = defaultdict(set)
        for triple in self.triples:
            if triple.predicate.value == SKOS + "inScheme" and isinstance(
                triple.object, ox.NamedNode
            ):
                found[triple.object.value].add(_name(triple.subject))
        return {scheme: frozenset(concepts) for scheme, concepts in found.items()}

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The concepts that should no longer be used."""
        return frozenset(
            _name(triple.subject)
            for triple in self.triples
            if triple.predicate.value == _DEPRECATED
            and isinstance(triple.object, ox.Literal)
            and triple.object.value in {"true", "1"}
        )

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, int]]:
        """Folded name or code → the concepts that go by it, each with the rank of the name."""
        found: dict[str, dict[str, int]] = defaultdict(dict)

        def call(name: str, concept: str, rank: int) -> None:
            folded = fold(name)
            if folded:
                rank += _PAST if concept in self.deprecated else 0
                found[folded][concept] = min(rank, found[folded].get(concept, rank))

        for triple in self.triples:
            rank = _RANKS.get(triple.predicate.value)
            subject, value = triple.subject, triple.object
            if (
                rank is not None
                and isinstance(subject, ox.NamedNode)
                and isinstance(value, ox.Literal)
                and subject not in self._about
            ):
                call(value.value, subject.value, rank)
        for concept in self.members:
            call(concept.rpartition("/")[2], concept, 0)
        return found

    @cached_property
    def _about(self) -> frozenset[object]:
        """The scheme itself, which has a label and is no concept of its own."""
        return frozenset({ox.NamedNode(self.table.scheme)} if self.table else ())


class Vocabularies:
    """All vocabularies in force. It does not change; two made of the same tables are equal.

    `tables` are the official tables in the order in which they were loaded. It can be pickled, and
    is made anew from the tables where it arrives.
    """

    def __init__(self, tables: Sequence[Table] = ()) -> None:
        self.tables = tuple(tables)
        self._lists = dict(_carried())
        for table in self.tables:
            carried = self._lists.get(table.name)
            self._lists[table.name] = Vocabulary(
                table.name, carried.file if carried else None, table
            )

    @cached_property
    def digest(self) -> str:
        """Tells these vocabularies from others; empty for those that the program carries."""
        if not self.tables:
            return ""
        told = "\n".join(f"{table.name} {table.digest}" for table in self.tables)
        return hashlib.sha256(told.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabularies) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unpacked, (self._packed,)) if self.tables else (bundled, ())

    @cached_property
    def _packed(self) -> bytes:
        """The tables in a tenth of their size: they go along with each piece of work."""
        return zlib.compress(pickle.dumps(self.tables), level=1)

    def __iter__(self) -> Iterator[Vocabulary]:
        return iter(self._lists.values())

    def __getitem__(self, name: str) -> Vocabulary:
        return self._lists[name]

    def lists(self) -> frozenset[str]:
        """Names of the vocabularies."""
        return frozenset(self._lists)

    def names_of(self, scheme: str) -> list[str]:
        """Names of the vocabularies that have concepts of a scheme, by the IRI of it."""
        return [found.name for found in self if scheme in found.schemes]

    def find(self, vocabulary: str, text: str) -> frozenset[str]:
        """The concepts of a vocabulary that go by this name or code; several if it is ambiguous.

        A preferred label or a code says more than an alternative label, this more than a hidden
        one, and any name of a concept in use more than one of a deprecated concept: a lesser name
        counts only where no better one is found. Raises KeyError for a vocabulary that is not
        there.
        """
        folded = fold(text)
        ranks: dict[str, int] = {}
        for found, members in self._places(vocabulary):
            for concept, rank in found.names.get(folded, {}).items():
                if members is None or concept in members:
                    ranks[concept] = min(rank, ranks.get(concept, rank))
        best = min(ranks.values(), default=0)
        return frozenset(concept for concept, rank in ranks.items() if rank == best)

    def members(self, vocabulary: str) -> Mapping[str, Mapping[str, str]]:
        """The concepts of a vocabulary with their preferred labels by language.

        Raises KeyError for a vocabulary that is not there.
        """
        if vocabulary in self._lists:
            return self._lists[vocabulary].members
        return {
            concept: labels
            for found, members in self._places(vocabulary)
            for concept, labels in found.members.items()
            if members is None or concept in members
        }

    def deprecated(self, concept: str) -> bool:
        """Whether a concept should no longer be used."""
        return concept in self._deprecated

    @cached_property
    def _deprecated(self) -> frozenset[str]:
        return frozenset().union(*(found.deprecated for found in self))

    def _places(self, vocabulary: str) -> list[tuple[Vocabulary, frozenset[str] | None]]:
        """Where to look: lists, each with those concepts that count, or None for all of them."""
        if vocabulary in self._lists:
            return [(self._lists[vocabulary], None)]
        return self._by_scheme[scheme_iri(vocabulary)]

    @cached_property
    def _by_scheme(self) -> Mapping[str, list[tuple[Vocabulary, frozenset[str] | None]]]:
        places: dict[str, list[tuple[Vocabulary, frozenset[str] | None]]] = {}
        for found in self:
            for scheme, members in found.schemes.items():
                places.setdefault(scheme, []).append((found, members))
        return MappingProxyType(places)

    def about(self, concepts: Iterable[str]) -> Iterator[ox.Triple]:
        """Names, notations and schemes of these concepts; of what is none of ours nothing.

        Where two tables name a concept in the same language, the one loaded last counts.
        """
        for concept in concepts:
            yield from self._about.get(concept, ())

    @cached_property
    def _about(self) -> Mapping[str, tuple[ox.Triple, ...]]:
        found: dict[str, dict[object, ox.Triple]] = {}
        for vocabulary in self:
            for triple in vocabulary.triples:
                if triple.predicate.value in _TAKEN and isinstance(triple.subject, ox.NamedNode):
                    value = triple.object
                    key: object = triple
                    if triple.predicate.value == SKOS + "prefLabel" and isinstance(
                        value, ox.Literal
                    ):
                        key = value.language
                    found.setdefault(triple.subject.value, {})[key] = triple
        return {iri: tuple(triples.values()) for iri, triples in found.items()}

    @cached_property
    def structure(self) -> tuple[ox.Triple, ...]:
        """What is part of every data graph that is validated."""
        return tuple(triple for found in self for triple in found.structure)

    def language(self, tag: str) -> str | None:
        """The IRI of a language in the EU table of languages, by its code; None for no such."""
        return self._languages.get(tag)

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        return {
            triple.object.value: _name(triple.subject)
            for triple in self._lists["languages"].triples
            if triple.predicate.value == SKOS + "notation" and isinstance(triple.object, ox.Literal)
        }


@lru_cache(maxsize=1)
def bundled() -> Vocabularies:
    """The vocabularies that the program carries."""
    return Vocabularies()


def _unpacked(packed: bytes) -> Vocabularies:
    return Vocabularies(pickle.loads(zlib.decompress(packed)))  # noqa: S301 - packed by ourselves


@lru_cache(maxsize=1)
def _carried() -> Mapping[str, Vocabulary]:
    own = set(artefacts.OWN.scheme_files())
    return {
        file.stem: Vocabulary(file.stem, file, own=file in own)
        for file in artefacts.vocabulary_files()
    }


def _name(node: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.BlankNode) else ""
