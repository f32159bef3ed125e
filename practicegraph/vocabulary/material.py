"""What the gates examine: the data rooms and the records, side by side in one store.

Every file is a named graph of its own, `urn:practicegraph:` followed by its path below the rooms
(`urn:practicegraph:ontology/gp.ttl`) or by `records/` and its path below the folder of records, so
that a query tells files apart and a message can name one. What is not RDF becomes RDF: a query and
the texts of SHACL's SPARQL constraints say which terms they name (`dct:references`), the names of
the JSON-LD context which term they stand for.

Two graphs speak of the files: `urn:practicegraph:files` says what kind each is (`dct:type`) and in
which languages texts must exist (`dct:language`), `urn:practicegraph:uses` which IRIs each holds,
as subject, property, object or datatype (`dct:references`), and which of them stand where only a
class, a property or a datatype may (`dct:requires`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from practicegraph import documents
from practicegraph.artefacts import Rooms
from practicegraph.errors import InvalidInput, MalformedDocument, PracticeGraphError
from practicegraph.namespaces import DCT, GP, OWL, RDF, RDFS, SH, SKOS
from practicegraph.texts import LANGUAGES
from practicegraph.vocabulary.findings import Fault
from practicegraph.vocabulary.references import check_query, named_in_context, named_in_query

URN: Final = "urn:practicegraph:"
#: What relative IRIs are resolved against, as in a repository with the default base IRI.
BASE: Final = "http://127.0.0.1:8000/"

_FILES, _USES = ox.NamedNode(URN + "files"), ox.NamedNode(URN + "uses")
_TYPE, _LANGUAGE = ox.NamedNode(DCT + "type"), ox.NamedNode(DCT + "language")
_REFERENCES, _LABEL = ox.NamedNode(DCT + "references"), ox.NamedNode(RDFS + "label")
_REQUIRES: Final = ox.NamedNode(DCT + "requires")
_FIRST, _REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
#: Properties whose values are classes, properties or datatypes.
_OF_TERMS: Final = frozenset(
    ox.NamedNode(namespace + name)
    for namespace, names in {
        RDF: "type",
        RDFS: "subClassOf subPropertyOf domain range",
        OWL: "equivalentClass equivalentProperty inverseOf disjointWith onProperty someValuesFrom "
        "allValuesFrom",
        SH: "path inversePath zeroOrMorePath oneOrMorePath zeroOrOnePath class datatype equals "
        "targetClass targetSubjectsOf targetObjectsOf disjoint lessThan lessThanOrEquals",
    }.items()
    for name in names.split()
)
#: Properties whose values may be lists of properties.
_OF_LISTS: Final = frozenset(
    ox.NamedNode(SH + name) for name in ("path", "alternativePath", "ignoredProperties")
)
_MAPPINGS: Final = frozenset(
    ox.NamedNode(f"{SKOS}{name}Match") for name in ("exact", "close", "broad", "narrow", "related")
)
_SELECT, _ASK = ox.NamedNode(SH + "select"), ox.NamedNode(SH + "ask")
_CONSTRUCT = ox.NamedNode(SH + "construct")
_PREFIXES, _DECLARE = ox.NamedNode(SH + "prefixes"), ox.NamedNode(SH + "declare")
_PREFIX, _NAMESPACE = ox.NamedNode(SH + "prefix"), ox.NamedNode(SH + "namespace")


class Kind(StrEnum):
    """What a file is for; the gates tell files apart by it."""

    NAMESPACE = auto()
    ALIGNMENTS = auto()
    SCHEME = auto()
    EXTERNAL = auto()
    PUBLISHED = auto()
    CONTEXT = auto()
    SHAPES = auto()
    CONSTRAINTS = auto()  # the SPARQL texts of a file of shapes
    MESSAGES = auto()
    COLUMNS = auto()
    QUERY = auto()
    GATE = auto()
    RECORD = auto()


@dataclass(frozen=True, slots=True)
class Source:
    """A file to examine: its path as messages give it, what it is for, and its bytes."""

    name: str
    kind: Kind
    data: bytes

    @property
    def graph(self) -> ox.NamedNode:
        """The name of its graph."""
        return ox.NamedNode(URN + quote(self.name))


@dataclass(frozen=True, slots=True)
class Part:
    """A file as RDF, the IRIs that it holds, and what keeps it from being read."""

    source: Source
    triples: tuple[ox.Triple, ...]
    references: frozenset[ox.NamedNode] = frozenset()
    requires: frozenset[ox.NamedNode] = frozenset()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All files in one store, and what could not be read."""

    store: ox.Store
    faults: tuple[Fault, ...]


def file_of(graph: str) -> str:
    """The path that stands in the name of a graph."""
    return unquote(graph.removeprefix(URN).partition("#")[0])


def sources(rooms: Rooms, records: Sequence[Path]) -> list[Source]:
    """The files of the rooms, their examples, and the records (files, or folders of Turtle).

    Raises InvalidInput where there is no namespace document, a folder of records holds none, or a
    file cannot be read.
    """
    namespace = rooms.ontology / "gp.ttl"
    if not namespace.is_file():
        raise InvalidInput(f"{rooms.root} holds no {namespace.relative_to(rooms.root)}.")
    kinds = {
        Kind.NAMESPACE: [namespace],
        Kind.ALIGNMENTS: [f for f in rooms.ontology_files() if f != namespace],
        Kind.SCHEME: rooms.scheme_files(),
        Kind.EXTERNAL: [f for f in rooms.vocabulary_files() if f not in rooms.scheme_files()],
        Kind.PUBLISHED: rooms.published_files(),
        Kind.CONTEXT: [rooms.context_file()],
        Kind.SHAPES: rooms.shape_files("reviewed"),
        Kind.MESSAGES: rooms.message_files(),
        Kind.COLUMNS: [file for file in [rooms.column_file()] if file.is_file()],
        Kind.QUERY: rooms.query_files(),
        Kind.GATE: rooms.gate_files(),
        Kind.RECORD: rooms.example_files(),
    }
    found = [
        Source(file.relative_to(rooms.root).as_posix(), kind, _bytes(file))
        for kind, files in kinds.items()
        for file in files
    ]
    for place in records:
        folder = place if place.is_dir() else place.parent
        files = record_files([place])
        if not files:
            raise InvalidInput(f"{place} holds no records in Turtle (.ttl).")
        found += [
            Source(f"records/{file.relative_to(folder).as_posix()}", Kind.RECORD, _bytes(file))
            for file in files
        ]
    return found


def absent(rooms: Rooms, found: Iterable[Source]) -> tuple[Fault, ...]:
    """Folders of the rooms in which there is nothing to examine: nothing found is not all right."""
    kinds = {source.kind for source in found}
    needed = {
        Kind.SCHEME: rooms.ontology / "schemes",
        Kind.PUBLISHED: rooms.ontology / "published",
        Kind.SHAPES: rooms.shapes,
        Kind.QUERY: rooms.queries,
    }
    return tuple(
        Fault(None, f"{folder} is empty or not there. Put its files back.", folder)
        for kind, path in needed.items()
        if kind not in kinds
        for folder in [path.relative_to(rooms.root).as_posix()]
    )


def record_files(records: Sequence[Path]) -> list[Path]:
    """The files of records that are given as files or as folders of Turtle, in a stable order."""
    return [
        file
        for place in records
        for file in (sorted(place.rglob("*.ttl")) if place.is_dir() else [place])
    ]


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error


def read(source: Source) -> Part:
    """Read a file as RDF; one that cannot be read becomes a fault that names file and line."""
    try:
        match source.kind:
            case Kind.QUERY | Kind.GATE:
                triples = tuple(_query_triples(source))
            case Kind.CONTEXT:
                triples = tuple(_context_triples(source))
            case _:
                triples = tuple(
                    quad.triple for quad in documents.read(source.name, source.data, None, BASE)
                )
    except PracticeGraphError as error:
        return Part(source, (), faults=(_unreadable(error, source.name),))
    required = frozenset(_required(triples))
    if source.kind is Kind.CONTEXT:
        required = frozenset(_iris(t.object for t in triples))
    terms = _iris(term for triple in triples for term in (triple.subject, triple.object))
    return Part(source, triples, required.union(terms), required)


def _iris(terms: Iterable[object]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))


def _required(triples: Sequence[ox.Triple]) -> Iterator[ox.NamedNode]:
    """The IRIs that stand where only a class, a property or a datatype may."""
    after: dict[object, object] = {t.subject: t.object for t in triples if t.predicate == _REST}
    member: dict[object, object] = {t.subject: t.object for t in triples if t.predicate == _FIRST}
    for triple in triples:
        predicate = triple.predicate
        term: object = triple.object
        yield predicate
        if isinstance(term, ox.Literal):
            yield term.datatype
        elif isinstance(term, ox.NamedNode):
            mapping = predicate in _MAPPINGS and str(triple.subject).startswith(f"<{GP}")
            if mapping or predicate in _OF_TERMS:
                yield term
        elif predicate in _OF_LISTS:
            seen: set[object] = set()
            while term in member and term not in seen:
                seen.add(term)
                yield from _iris([member[term]])
                term = after.get(term, term)


def _unreadable(error: PracticeGraphError, file: str, term: str | None = None) -> Fault:
    """A place within the file comes first; the file itself has a column of its own."""
    detail = error.detail.removeprefix(file).lstrip(",: ") if term is None else error.detail
    return Fault(term, f"{detail[:1].upper()}{detail[1:]}", file)


def _text(source: Source) -> str:
    try:
        return source.data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = source.data[: fault.start].count(b"\n") + 1
        raise MalformedDocument(source.name, "the text is not in UTF-8", line) from fault


def _query_triples(source: Source) -> Iterator[ox.Triple]:
    text = _text(source)
    check_query(source.name, text)
    for term in sorted(named_in_query(text)):
        yield ox.Triple(source.graph, _REFERENCES, ox.NamedNode(term))


def _context_triples(source: Source) -> Iterator[ox.Triple]:
    for name, iri in named_in_context(source.name, _text(source)).items():
        subject = ox.NamedNode(f"{source.graph.value}#{quote(name)}")
        yield ox.Triple(subject, _LABEL, ox.Literal(name))
        yield ox.Triple(subject, _REFERENCES, ox.NamedNode(iri))


def of_kind(store: ox.Store, kind: Kind) -> list[ox.NamedNode]:
    """The graphs of the files of one kind."""
    quads = store.quads_for_pattern(None, _TYPE, ox.Literal(kind), _FILES)
    return sorted((q.subject for q in quads if isinstance(q.subject, ox.NamedNode)), key=str)


def gather(parts: Iterable[Part]) -> Material:
    """Put the files into one store, and read the queries that shapes hold."""
    store = ox.Store()
    faults: list[Fault] = []
    shapes: list[ox.NamedNode] = []
    about = [(_FILES, _LANGUAGE, ox.Literal(language)) for language in LANGUAGES]
    for part in parts:
        graph = part.source.graph
        store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in part.triples)
        store.extend(ox.Quad(graph, _REFERENCES, term, _USES) for term in part.references)
        store.extend(ox.Quad(graph, _REQUIRES, term, _USES) for term in part.requires)
        about.append((graph, _TYPE, ox.Literal(part.source.kind)))
        faults += part.faults
        if part.source.kind is Kind.SHAPES:
            shapes.append(graph)
    for graph in shapes:
        texts = ox.NamedNode(f"{graph.value}#queries")
        about.append((texts, _TYPE, ox.Literal(Kind.CONSTRAINTS)))
        faults += _read_constraints(store, graph, texts)
    store.extend(ox.Quad(*said, _FILES) for said in about)
    return Material(store, tuple(faults))


def _read_constraints(store: ox.Store, graph: ox.NamedNode, into: ox.NamedNode) -> Iterator[Fault]:
    """Write down which terms the queries of a file of shapes name; yield those that are broken."""
    for predicate in (_SELECT, _ASK, _CONSTRUCT):
        for quad in store.quads_for_pattern(None, predicate, None, graph):
            subject = quad.subject
            text = _prologue(store, subject) + getattr(quad.object, "value", "")
            term = getattr(subject, "value", str(subject))
            try:
                check_query(f"The query of {subject}", text)
                for iri in map(ox.NamedNode, named_in_query(text)):
                    store.add(ox.Quad(subject, _REFERENCES, iri, into))
                    store.add(ox.Quad(into, _REFERENCES, iri, _USES))
            except PracticeGraphError as error:
                yield _unreadable(error, file_of(graph.value), term)


def _prologue(store: ox.Store, constraint: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    """The prefixes that a constraint declares (SHACL §5.2.1), on one line to keep line numbers."""
    declared: dict[str, str] = {}
    for prefixes in store.quads_for_pattern(constraint, _PREFIXES, None, None):
        for declaration in store.quads_for_pattern(prefixes.object, _DECLARE, None, None):  # type: ignore[arg-type]
            names = _values(store, declaration.object, _PREFIX)
            namespaces = _values(store, declaration.object, _NAMESPACE)
            declared.update(zip(names, namespaces, strict=False))
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in sorted(declared.items()))


def _values(store: ox.Store, subject: object, predicate: ox.NamedNode) -> list[str]:
    quads = store.quads_for_pattern(subject, predicate, None, None)  # type: ignore[arg-type]
    return [str(getattr(quad.object, "value", "")) for quad in quads]
