"""A record: the unit of curation, one named graph about one thing.

Its subjects are the IRI of the thing and hash-IRIs below it, so that there are no blank nodes and
no record can speak for another. Its canonical form is that of RDFC-1.0, which for a graph without
blank nodes is the sorted canonical N-Triples; the SHA-256 of it is the digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox
import rdflib

from practicegraph import ntriples
from practicegraph.errors import InvalidRecord
from practicegraph.iris import Iris
from practicegraph.namespaces import XSD
from practicegraph.nesting import depth

#: What one record may hold. Far above what people write, far below what would weigh on a reader.
MAX_STATEMENTS: Final = 50_000
MAX_BYTES: Final = 8 * 2**20
#: How far links may lead from part to part: pages and JSON nest as deep.
MAX_DEPTH: Final = 50

_XSD_STRING = ox.NamedNode(XSD + "string")


@dataclass(frozen=True, slots=True)
class Record:
    """One record in canonical form. Build it with `Record.of`, or from the log.

    `content` is canonical N-Triples in UTF-8; `digest` is its SHA-256 in lower-case hexadecimal.
    """

    iri: str
    kind: str
    content: bytes = field(repr=False)
    digest: str

    @classmethod
    def of(cls, iri: str, triples: Iterable[ox.Triple], iris: Iris) -> Record:
        """Make the record of `iri` from its triples.

        Raises InvalidRecord when the IRI is not ours, the graph is empty, holds a blank node, or
        says something about a subject outside the record, is too large (MAX_STATEMENTS, MAX_BYTES)
        or too deep (MAX_DEPTH).
        """
        return cls.written(iri, ntriples.statements(ntriples.written(triples)), iris)

    @classmethod
    def written(cls, iri: str, statements: Iterable[ntriples.Statement], iris: Iris) -> Record:
        """Make the record of `iri` from its statements as text; raises as `of` does."""
        name = iris.name(iri)
        if name is None or "#" in iri:
            raise InvalidRecord(
                f"{iri} is not the IRI of a record; it has the form "
                f"{iris.base}/id/{{kind}}/{{slug}}.",
                record=iri,
            )
        lines: list[str] = []
        inside = iri + "#"
        about, below = f"<{iri}>", f"<{inside}"
        links: dict[str, set[str]] = {}
        for subject, predicate, value in statements:
            if subject[0] == "_" or value[0] == "_" or value.startswith("<<"):
                raise InvalidRecord(
                    f"{iri}: {subject} {predicate} {value} has a blank node; name the part with a "
                    f"hash-IRI such as {inside}step-1.",
                    record=iri,
                )
            if subject != about and not subject.startswith(below):
                raise InvalidRecord(
                    f"{iri}: the statement about {subject[1:-1]} lies outside the record; move it "
                    "to the record of its subject.",
                    record=iri,
                    subject=subject[1:-1],
                )
            if value.startswith(below):
                links.setdefault(subject, set()).add(value)
            lines.append(f"{subject} {predicate} {value} .\n")
        # Without blank nodes RDFC-1.0 leaves nothing to label: what remains is canonical N-Triples,
        # each line once, in code point order (which UTF-8 keeps).
        lines = sorted(set(lines))
        if len(lines) > MAX_STATEMENTS:
            raise InvalidRecord(
                f"{iri}: a record has at most {MAX_STATEMENTS:,} statements; divide this one.",
                record=iri,
            )
        if not lines:
            raise InvalidRecord(f"{iri}: the record says nothing.", record=iri)
        # No chain is longer than there are nodes that lead on.
        if len(links) > MAX_DEPTH and depth(about, links) > MAX_DEPTH:
            raise InvalidRecord(
                f"{iri}: from part to part its links lead more than {MAX_DEPTH} steps deep; "
                "shorten that chain, or divide the record.",
                record=iri,
            )
        content = "".join(lines).encode()
        if len(content) > MAX_BYTES:
            raise InvalidRecord(
                f"{iri}: a record has at most {MAX_BYTES // 2**20} MiB as N-Triples, and this one "
                f"has {len(content):,} bytes; divide it, or link to large texts.",
                record=iri,
            )
        return cls(iri, name.kind, content, digest_of(content))

    def statements(self) -> list[ntriples.Statement]:
        """The statements as text, in canonical order."""
        return ntriples.statements(self.content.decode())

    def triples(self) -> Iterator[ox.Triple]:
        """The statements, as terms of pyoxigraph, in canonical order."""
        for quad in ox.parse(self.content, ox.RdfFormat.N_TRIPLES):
            yield quad.triple

    def nquads(self, graph: str) -> bytes:
        """The statements as N-Quads, in the graph of that name."""
        # Canonical N-Triples: every line ends with " .", and none of them holds a line break.
        return self.content.replace(b" .\n", f" <{graph}> .\n".encode())

    def graph(self) -> rdflib.Graph:
        """The statements as an rdflib graph, literals left exactly as they are written."""
        graph = rdflib.Graph()
        for triple in self.triples():
            graph.add(to_rdflib(triple))
        return graph


def digest_of(content: bytes) -> str:
    """SHA-256 of canonical content."""
    return hashlib.sha256(content).hexdigest()


def to_rdflib(
    triple: ox.Triple,
) -> tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]:
    """The same statement in terms of rdflib; ill-typed literals stay as they are."""
    return _term(triple.subject), _term(triple.predicate), _term(triple.object)


def _term(term: object) -> rdflib.term.Node:
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            if term.datatype == _XSD_STRING:  # rdflib's plain literal is the same term
                return rdflib.Literal(term.value)
            return rdflib.Literal(
                term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False
            )
    raise TypeError(f"{term!r} has no counterpart in rdflib")
