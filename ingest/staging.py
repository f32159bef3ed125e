"""Staging: documents in RDF are read as one set into a store aside, so that any size fits.

What one document describes another may refer to. What may be personal data is left out here, before
anything else sees it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from ingest.assembly import Node, Statements, name_of
from ingest.inputs import InputFile
from ingest.memory import RunMemory
from ingest.privacy import without_personal
from ingest.problems import Place, problem
from ingest.sources import Files
from practicegraph import documents
from practicegraph.namespaces import RDF_TYPE, compact

_Object = ox.NamedNode | ox.BlankNode | ox.Literal

#: From so many bytes on, RDF is staged on disk, not in memory.
_ON_DISK: Final = 32 << 20


class Staged:
    """Documents in a store. `ranks` says of which classes the subjects are looked for.

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
        self.store = ox.Store()
        self.files = Files(files, skip_broken=skip_broken)
        self._ranks = ranks
        self._base = base
        self._contexts = contexts
        self._skip_broken = skip_broken
        self._directory: tempfile.TemporaryDirectory[str] | None = None

    def read(self) -> None:
        """Read all documents. Raises MalformedDocument for a broken one, or leaves it out."""
        if sum(file.path.stat().st_size for file in self.files.all) > _ON_DISK:
            self._directory = tempfile.TemporaryDirectory(prefix="practicegraph-")
            self.store = ox.Store(self._directory.name)
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
            self.store.bulk_extend(self._noticed(quads, file.name))

    def _noticed(self, quads: Iterator[ox.Quad], file: str) -> Iterator[ox.Quad]:
        last = ""
        for quad in quads:
            subject = quad.subject
            if isinstance(subject, ox.Triple):
                continue
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                rank = self._ranks.get(quad.object.value)
                if rank is not None:
                    self.memory.add_root(name_of(subject), rank, file)
            if isinstance(subject, ox.NamedNode) and subject.value != last:
                last = subject.value
                stem, hash_, _ = last.partition("#")
                if hash_:
                    self.memory.add_part(stem, last)
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
            self.memory.report([problem(Place(file, subject), finding, field, said)])
        return value

    def statements(self, node: Node) -> Statements:
        """What the documents say about a subject."""
        return [
            (quad.predicate, quad.object)
            for quad in self.store.quads_for_pattern(node, None, None, ox.DefaultGraph())
            if not isinstance(quad.object, ox.Triple)
        ]

    def triples(self, node: Node, depth: int = 3) -> list[ox.Triple]:
        """The statements about a subject, and about the blank nodes it leads to, for people."""
        found = [ox.Triple(node, p, o) for p, o in self.statements(node)]
        for triple in list(found) if depth else ():
            if isinstance(triple.object, ox.BlankNode):
                found += self.triples(triple.object, depth - 1)
        return found

    def close(self) -> None:
        """Let go of the store and its files."""
        self.memory.close()
        del self.store
        if self._directory is not None:
            self._directory.cleanup()


def node_of(name: str) -> Node:
    """The node of a name that `name_of` gave."""
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)
