"""Staging: documents in RDF are read as one set and put aside, so that any size fits.

What one document describes another may refer to. What may be personal data is left out here, before
anything else sees it. A mapping asks a store (`Staged`); what is taken as it is lies by subject, as
text (`Shelf`).
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

import pyoxigraph as ox

from ingest.assembly import Statements
from ingest.inputs import InputFile
from ingest.memory import RunMemory
from ingest.privacy import may_be_personal, without_personal
from ingest.problems import Place, Problem, problem
from ingest.sources import Files
from practicegraph import documents, ntriples
from practicegraph.namespaces import RDF_TYPE, compact
from practicegraph.ntriples import Statement, iri, value_of

#: From so many bytes on, RDF is staged on disk, not in memory.
_ON_DISK: Final = 32 << 20
#: Statements that are looked through at a time.
_CHUNK: Final = 2_000
_TYPE: Final = iri(RDF_TYPE)


class Aside(ABC):
    """Documents put aside. `ranks` says of which classes the subjects are looked for.

    `base` is what relative IRIs are resolved against, `contexts` are the JSON-LD contexts that the
    documents may name. Close it, so that its files vanish.
    """

    def __init__(
        self,
        files: Sequence[InputFile],
        ranks: Mapping[str, int],
        base: str,
        contexts: Mapping[str, str] | None = None,
        *,
        skip_broken: bool = False,
    ) -> None:
        self.memory = RunMemory()
        self.files = Files(files, skip_broken=skip_broken)
        self._ranks = {iri(cls): rank for cls, rank in ranks.items()}
        self._base = base
        self._contexts = contexts
        self._skip_broken = skip_broken

    def read(self) -> None:
        """Read all documents. Raises MalformedDocument for a broken one, or leaves it out."""
        for _ in self.files.each(self._load):
            pass
        self.memory.report(self.files.broken)

    def _load(self, file: InputFile) -> None:
        if self._skip_broken:
            # What is broken further down must leave nothing of what comes before.
            with file.path.open("rb") as stream:
                for _ in documents.read(file.name, stream, None, self._base, self._contexts):
                    pass
        with file.path.open("rb") as stream:
            quads = documents.read(file.name, stream, None, self._base, self._contexts)
            self._keep(self._noticed(quads, file.name))

    @abstractmethod
    def _keep(self, chunks: Iterator[list[Statement]]) -> None:
        """Put the statements of one document aside."""

    def _noticed(self, quads: Iterator[ox.Quad], file: str) -> Iterator[list[Statement]]:
        # A record is one graph here; in which graph a document puts it has no meaning.
        triples = (quad.triple for quad in quads)
        while chunk := list(islice(triples, _CHUNK)):
            found: list[Statement] = []
            roots: list[tuple[str, int, str]] = []
            problems: list[Problem] = []
            for statement in ntriples.statements(ntriples.written(chunk)):
                subject, predicate, value = statement
                if predicate == _TYPE and (rank := self._ranks.get(value)) is not None:
                    roots.append((value_of(subject), rank, file))
                if may_be_personal(value):
                    kept, noted = _without_personal(statement, file)
                    problems += noted
                    if kept is not None:
                        found.append(kept)
                else:
                    found.append(statement)
            self.memory.add_roots(roots)
            self.memory.report(problems)
            yield found

    @abstractmethod
    def statements(self, name: str) -> Statements:
        """What the documents say about the subject of that name."""

    def triples(self, name: str, depth: int = 3) -> list[str]:
        """The lines about a subject, and about the blank nodes it leads to, for people."""
        subject = ntriples.named(name)
        found = self.statements(name)
        lines = [f"{subject} {predicate} {value} ." for predicate, value in found]
        for _, value in found if depth else ():
            if value.startswith("_:"):
                lines += self.triples(value, depth - 1)
        return lines

    def close(self) -> None:
        """Let go of what was put aside."""
        self.memory.close()


class Staged(Aside):
    """Documents in a store that a mapping can ask."""

    def __init__(
        self,
        files: Sequence[InputFile],
        ranks: Mapping[str, int],
        base: str,
        contexts: Mapping[str, str] | None = None,
        *,
        skip_broken: bool = False,
    ) -> None:
        super().__init__(files, ranks, base, contexts, skip_broken=skip_broken)
        self.store = ox.Store()
        self._directory: tempfile.TemporaryDirectory[str] | None = None

    def read(self) -> None:
        """Read all documents. Raises MalformedDocument for a broken one, or leaves it out."""
        if sum(file.path.stat().st_size for file in self.files.all) > _ON_DISK:
            self._directory = tempfile.TemporaryDirectory(prefix="practicegraph-")
            self.store = ox.Store(self._directory.name)
        super().read()

    def _keep(self, chunks: Iterator[list[Statement]]) -> None:
        self.store.bulk_extend(
            ox.Quad(*triple) for chunk in chunks for triple in ntriples.terms(_lines(chunk))
        )

    def statements(self, name: str) -> Statements:
        """What the documents say about the subject of that name."""
        quads = self.store.quads_for_pattern(node_of(name), None, None, ox.DefaultGraph())
        text = ntriples.written(quad.triple for quad in quads)
        return [(p, o) for _, p, o in ntriples.statements(text)]

    def close(self) -> None:
        """Let go of the store and its files."""
        super().close()
        del self.store
        if self._directory is not None:
            self._directory.cleanup()


class Shelf(Aside):
    """Documents by subject, as text: a look-up in an index instead of a query for each subject.

    The statements lie in the memory of the run, which is on disk, so that no size fills the memory.
    """

    def read(self) -> None:
        """Read all documents. Raises MalformedDocument for a broken one, or leaves it out."""
        super().read()
        self.memory.index_subjects()

    def _keep(self, chunks: Iterator[list[Statement]]) -> None:
        for chunk in chunks:
            self.memory.put(
                (value_of(subject), _lines(said)) for subject, said in groupby(chunk, itemgetter(0))
            )

    def statements(self, name: str) -> Statements:
        """What the documents say about the subject of that name."""
        return [
            (predicate, value)
            for text in self.memory.said(name)
            for _, predicate, value in ntriples.statements(text)
        ]

    def record(self, name: str) -> dict[str, Statements]:
        """What the documents say about a subject and the hash-IRIs below it, by term."""
        found: dict[str, Statements] = {}
        for text in self.memory.said_below(name):
            for subject, predicate, value in ntriples.statements(text):
                found.setdefault(subject, []).append((predicate, value))
        return found


def _lines(statements: Iterable[Statement]) -> str:
    return "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in statements)


def _without_personal(statement: Statement, file: str) -> tuple[Statement | None, list[Problem]]:
    subject, predicate, value = statement
    [triple] = ntriples.terms(f"{subject} {predicate} {value} .")
    if isinstance(triple.object, ox.Triple):
        return None, []
    kept, finding = without_personal(triple.predicate, triple.object)
    if finding is None:
        return statement, []
    # The label of a blank node is another one each time, and tells nobody anything.
    place = Place(file, "" if subject.startswith("_:") else value_of(subject))
    told = problem(place, finding, compact(value_of(predicate)), triple.object.value)
    return None if kept is None else (subject, predicate, str(kept)), [told]


def node_of(name: str) -> ox.NamedNode | ox.BlankNode:
    """The subject of that name, as the store has it."""
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)
