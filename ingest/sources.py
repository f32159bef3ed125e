"""Sources: what is ingested, as a stream of drafts, whether it is made of rows or of RDF.

A source is scanned to its end before anything is written, so that a broken file writes nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import pyoxigraph as ox

from ingest.assembly import (
    ORDER,
    RANKS,
    Draft,
    Node,
    Statements,
    View,
    assemble,
    draft_of,
    inside,
    name_of,
)
from ingest.clock import Clock
from ingest.mapping import RDF, SourceMapping
from ingest.memory import RunMemory
from ingest.privacy import without_personal
from ingest.problems import Finding, Place, Problem, malformed, problem
from ingest.readers import open_reader
from practicegraph import documents, ntriples
from practicegraph.errors import InvalidInput, InvalidRecord, MalformedDocument
from practicegraph.formats import FORMATS
from practicegraph.iris import KIND_OF_CLASS, Iris
from practicegraph.namespaces import RDF_TYPE, compact
from practicegraph.validation.shapes import text_of

_Object = ox.NamedNode | ox.BlankNode | ox.Literal

#: From so many bytes on, RDF is staged on disk, not in memory.
_ON_DISK: Final = 32 << 20


@dataclass(slots=True)
class Described:
    """What one row, or one subject of RDF, makes: drafts of records, and problems met."""

    place: Place
    drafts: list[Draft]
    problems: list[Problem]

    @property
    def lost(self) -> bool:
        """Whether no record could be made, although one should have been."""
        return not self.drafts and any(p.severity == "violation" for p in self.problems)


class Source(Protocol):
    """What the pipeline asks of a source.

    `name` is what the run is called, `namespace` what the keys of its records are kept under.
    """

    name: str
    namespace: str
    files: str
    digest: str
    mapping: SourceMapping | None

    def scan(self) -> int:
        """Read everything once, and count what will come. Raises MalformedDocument."""

    def describe(self) -> Iterator[Described]:
        """Yield what the source describes, piece by piece."""

    def close(self) -> None:
        """Let go of temporary files."""


class RowSource:
    """A table: a file that a reader reads and a mapping gives a meaning."""

    def __init__(self, path: Path, mapping: SourceMapping, clock: Clock) -> None:
        self.name = self.namespace = mapping.source
        self.files = path.name
        self.mapping: SourceMapping | None = mapping
        self.digest = ""
        self._path = path
        self._mapping = mapping
        self._clock = clock
        self._reader = open_reader(path, mapping.options)
        self._notes: tuple[str, ...] = ()

    def scan(self) -> int:
        """Read the file once, and count its rows."""
        self.digest = digest_of([self._path])
        found = self._reader.scan()
        self._notes = found.notes
        return found.rows

    def describe(self) -> Iterator[Described]:
        """Yield what each row makes."""
        for note in self._notes:
            place = Place(self.files, "")
            yield Described(place, [], [problem(place, Finding("encoding", note, "info"))])
        for row in self._clock.each("read", self._reader.rows()):
            place = Place(self.files, str(row.number))
            with self._clock.stage("map"):
                triples, notes = self._mapping.apply(row)
            with self._clock.stage("assemble"):
                described = Described(
                    place, [], [problem(place, n.finding, n.field, n.value) for n in notes]
                )
                self._assemble(triples, described)
            yield described

    def _assemble(self, triples: list[ox.Triple], described: Described) -> None:
        place = described.place
        try:
            described.drafts, stray = assemble(triples, self.name)
        except InvalidRecord as error:
            described.problems.append(problem(place, malformed(error)))
            return
        described.problems += [problem(place, _STRAY, value=name_of(node)) for node in stray]
        if not described.drafts:
            described.problems.append(problem(place, _NOTHING))

    def close(self) -> None:
        """Nothing is held."""


class RdfSource:
    """Documents in RDF, read as one set: what one describes another may refer to.

    An IRI is the same thing whatever the file is called, so all of them share one namespace; the
    name of the source tells apart only what has no IRI.
    """

    namespace = RDF
    mapping: SourceMapping | None = None

    def __init__(self, name: str, paths: list[Path], root: Path, base: str, clock: Clock) -> None:
        self.name = name
        self.files = root.name
        self.digest = ""
        self._paths = paths
        self._root = root
        self._base = base
        self._iris = Iris(base.rstrip("/"))
        self._memory = RunMemory()
        self._clock = clock
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._store = ox.Store()

    def scan(self) -> int:
        """Read all documents into a store aside, and count the records they describe."""
        self.digest = digest_of(self._paths)
        if sum(path.stat().st_size for path in self._paths) > _ON_DISK:
            self._directory = tempfile.TemporaryDirectory(prefix="practicegraph-")
            self._store = ox.Store(self._directory.name)
        with self._clock.stage("read"):
            for path in self._paths:
                file = self._file(path)
                with path.open("rb") as stream:
                    quads = documents.read(file, stream, None, self._base)
                    self._store.bulk_extend(self._noticed(quads, file))
            self._memory.drop_roots_below_roots()
        found = self._memory.count_roots()
        if not found:
            raise InvalidInput(
                f"{self.files}: nothing in it is a practice, service, organisation or asset in "
                "our vocabulary. Give each its class, such as gp:GoodPractice."
            )
        return found

    def _file(self, path: Path) -> str:
        return path.name if path == self._root else path.relative_to(self._root).as_posix()

    def _noticed(self, quads: Iterator[ox.Quad], file: str) -> Iterator[ox.Quad]:
        last = ""
        for quad in quads:
            subject = quad.subject
            if isinstance(subject, ox.Triple):
                continue
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                kind = KIND_OF_CLASS.get(quad.object.value)
                if kind is not None:
                    self._memory.add_root(text_of(subject), RANKS.index(kind), file)
            if isinstance(subject, ox.NamedNode) and subject.value != last:
                last = subject.value
                stem, hash_, _ = last.partition("#")
                if hash_:
                    self._memory.add_part(stem, last)
            value = self._without_personal(quad, file)
            if value is not None:
                # A record is one graph here; in which graph a document puts it has no meaning.
                yield ox.Quad(subject, quad.predicate, value)

    def _without_personal(self, quad: ox.Quad, file: str) -> _Object | None:
        if isinstance(quad.object, ox.Triple):
            return None
        value, finding = without_personal(quad.predicate, quad.object)
        if finding is not None:
            # The label of a blank node is another one each time, and tells nobody anything.
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            field, said = compact(quad.predicate.value), quad.object.value
            self._memory.report([problem(Place(file, subject), finding, field, said)])
        return value

    def describe(self) -> Iterator[Described]:
        """Yield what was left out on reading, what each root makes, and what belongs to none."""
        for noted in self._memory.problems():
            yield Described(Place(noted.file, noted.place), [], [noted])
        # Countries, themes and other concepts come again and again.
        view = View(lru_cache(4096)(self._statements), self._below, self._is_root)
        for name, rank, file in self._memory.roots(ORDER):
            place = Place(file, name)
            root = name if name.startswith("_:") else ntriples.iri(name)
            with self._clock.stage("assemble"):
                try:
                    draft = draft_of(root, RANKS[rank], view, self.name)
                except InvalidRecord as error:
                    described = Described(place, [], [problem(place, malformed(error))])
                else:
                    described = Described(place, [draft], [])
                    below = inside(root)
                    self._memory.cover(
                        name_of(node) for node in draft.names if not node.startswith(below)
                    )
            yield described
        yield from self._left_over()

    def _left_over(self) -> Iterator[Described]:
        last = None
        for quad in self._store.quads_for_pattern(None, None, None, None):
            subject = quad.subject
            if subject == last or isinstance(subject, ox.Triple):
                continue
            last = subject
            stem, hash_, _ = subject.value.partition("#")
            name = text_of(subject)
            if (hash_ and self._memory.is_root(stem)) or self._memory.is_root(name):
                continue
            if not self._memory.is_covered(name):
                place = Place(self.files, name)
                is_ours = self._iris.name(name) is not None
                finding = _ADDITION if is_ours else _STRAY
                yield Described(place, [], [problem(place, finding, value=name)])

    def _below(self, root: Node) -> list[Node]:
        return [ntriples.iri(iri) for iri in self._memory.parts(name_of(root))]

    def _is_root(self, node: Node) -> bool:
        return self._memory.is_root(name_of(node))

    def _statements(self, node: Node) -> Statements:
        subject = ntriples.term(node)
        if isinstance(subject, ox.Literal):
            return []
        quads = self._store.quads_for_pattern(subject, None, None, ox.DefaultGraph())
        text = ntriples.written(quad.triple for quad in quads)
        return [(p, o) for _, p, o in ntriples.statements(text)]

    def close(self) -> None:
        """Remove the store aside."""
        self._memory.close()
        del self._store
        if self._directory is not None:
            self._directory.cleanup()


_STRAY: Final = Finding(
    "part of a record",
    "This belongs to no record, and was left out; link it from one, or give it a class.",
)
_ADDITION: Final = Finding(
    "part of a record",
    "This is the address of a record, which is not described here, and it was left out: a record "
    "is described as a whole, with its class and all its statements, and cannot be added to.",
)
_NOTHING: Final = Finding(
    "no record",
    "The mapping makes no record of this row; fill in the columns that identify it.",
    "violation",
)


def rdf_files(path: Path) -> list[Path]:
    """The documents in RDF of a folder, with those below it, in a stable order; or the one file."""
    if path.is_file():
        return [path]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and is_rdf(file) and not _hidden(file, path)
    )
    if not found:
        raise InvalidInput(f"{path.name}: the folder holds no documents in RDF.")
    return found


def is_rdf(path: Path) -> bool:
    """Whether the suffix is one of RDF (plain `.json` and `.xml` are not)."""
    return path.suffix.lower().removeprefix(".") in _RDF


_RDF: Final = {e for f in FORMATS for e in f.extensions} - {"json", "xml"}


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def digest_of(paths: list[Path]) -> str:
    """SHA-256 over the names and contents of files, in lower-case hexadecimal."""
    whole = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        except OSError as error:
            raise MalformedDocument(path.name, f"the file cannot be read ({error}).") from error
        if len(paths) == 1:
            return digest.hexdigest()
        whole.update(f"{path.name}\0{digest.hexdigest()}\n".encode())
    return whole.hexdigest()
