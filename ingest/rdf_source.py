"""Sources in RDF: in our vocabulary as it is, or in another by a mapping, subject by subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from ingest.assembly import ORDER, RANKS, Node, View, draft_of, name_of
from ingest.clock import Clock
from ingest.inputs import InputFile
from ingest.mapping import RDF, RECORDS, SourceMapping
from ingest.problems import Finding, Place, malformed, problem
from ingest.sources import STRAY, Described, Trace, described
from ingest.staging import Staged, node_of
from practicegraph.errors import InvalidInput, InvalidRecord
from practicegraph.iris import KIND_OF_CLASS, Iris

_RANKS: Final = {cls: RANKS.index(kind) for cls, kind in KIND_OF_CLASS.items()}


class RdfSource:
    """Documents in our vocabulary, or in one that it reuses, taken as they are.

    An IRI is the same thing whatever the file is called, so all of them share one namespace; the
    name of the source tells apart only what has no IRI.
    """

    namespace = RDF
    mapping: SourceMapping | None = None

    def __init__(
        self,
        name: str,
        label: str,
        files: Sequence[InputFile],
        base: str,
        clock: Clock,
        *,
        skip_broken: bool = False,
    ) -> None:
        self.name = name
        self.files = label
        self.digest = ""
        self._staged = Staged(files, _RANKS, base, skip_broken=skip_broken)
        self._memory = self._staged.memory
        self._iris = Iris(base.rstrip("/"))
        self._clock = clock

    def scan(self) -> int:
        """Read all documents into a store aside, and count the records they describe."""
        self.digest = self._staged.files.digest()
        with self._clock.stage("read"):
            self._staged.read()
            self._memory.drop_roots_below_roots()
        found = self._memory.count_roots()
        if not found and not self._staged.files.broken:
            raise InvalidInput(
                f"{self.files}: nothing in it is a practice, service, organisation or asset in "
                "our vocabulary. Give each its class, such as gp:GoodPractice."
            )
        return found

    def describe(self) -> Iterator[Described]:
        """Yield what was left out on reading, what each root makes, and what belongs to none."""
        for noted in self._memory.problems():
            yield Described(Place(noted.file, noted.place), [], [noted])
        view = self._view()
        for name, rank, file in self._memory.roots(ORDER):
            with self._clock.stage("assemble"):
                found = self._described(name, rank, file, view)
            yield found
        yield from self._left_over()

    def _view(self) -> View:
        # Countries, themes and other concepts come again and again.
        return View(lru_cache(4096)(self._staged.statements), self._below, self._is_root)

    def _described(self, name: str, rank: int, file: str, view: View) -> Described:
        place = Place(file, name)
        try:
            draft = draft_of(node_of(name), RANKS[rank], view, self.name)
        except InvalidRecord as error:
            return Described(place, [], [problem(place, malformed(error))])
        inside = name + "#"
        self._memory.cover(
            name_of(node) for node in draft.names if not node.value.startswith(inside)
        )
        return Described(place, [draft], [])

    def _left_over(self) -> Iterator[Described]:
        last: Node | None = None
        for quad in self._staged.store.quads_for_pattern(None, None, None, None):
            subject = quad.subject
            if subject == last or isinstance(subject, ox.Triple):
                continue
            last = subject
            stem, hash_, _ = subject.value.partition("#")
            name = name_of(subject)
            if (hash_ and self._memory.is_root(stem)) or self._memory.is_root(name):
                continue
            if not self._memory.is_covered(name):
                place = Place(self.files, name)
                is_ours = self._iris.name(name) is not None
                finding = _ADDITION if is_ours else STRAY
                yield Described(place, [], [problem(place, finding, value=name)])

    def _below(self, root: Node) -> list[Node]:
        return [ox.NamedNode(iri) for iri in self._memory.parts(root.value)]

    def _is_root(self, node: Node) -> bool:
        return self._memory.is_root(name_of(node))

    def trace(self, row: str) -> Trace | None:
        """The subject of that IRI."""
        for name, rank, file in self._memory.roots(ORDER):
            if name == row:
                found = self._described(name, rank, file, self._view())
                return Trace(_raw(self._staged, name, file), None, None, found)
        return None

    def close(self) -> None:
        """Remove the store aside."""
        self._staged.close()


class MappedRdfSource:
    """Documents in another vocabulary: the mapping says what each subject of its classes means."""

    def __init__(
        self,
        name: str,
        files: Sequence[InputFile],
        mapping: SourceMapping,
        clock: Clock,
        *,
        skip_broken: bool = False,
    ) -> None:
        self.name = self.namespace = mapping.source
        self.files = name
        self.digest = ""
        self.mapping: SourceMapping | None = mapping
        self._mapping = mapping
        self._clock = clock
        self._staged = Staged(
            files,
            {cls: rank for rank, cls in enumerate(mapping.classes)},
            f"{RECORDS}{mapping.source}/",
            mapping.contexts,
            skip_broken=skip_broken,
        )
        self._order = range(len(mapping.classes))

    def scan(self) -> int:
        """Read all documents into a store aside, and count the subjects of the classes."""
        self.digest = self._staged.files.digest()
        with self._clock.stage("read"):
            self._staged.read()
        found = self._staged.memory.count_roots()
        if not found and not self._staged.files.broken:
            raise InvalidInput(
                f"{self.files}: it has no subject of the classes that {self._mapping.name} gives "
                f"meaning to ({', '.join(self._mapping.classes)})."
            )
        return found

    def describe(self) -> Iterator[Described]:
        """Yield what was left out on reading, and what the mapping makes of each subject."""
        for noted in self._staged.memory.problems():
            yield Described(Place(noted.file, noted.place), [], [noted])
        for name, _, file in self._staged.memory.roots(self._order):
            with self._clock.stage("map"):
                mapped = self._mapping.apply_to(self._staged.store, node_of(name))
            with self._clock.stage("assemble"):
                found = described(Place(file, name), mapped, self.name)
            yield found

    def trace(self, row: str) -> Trace | None:
        """The subject of that IRI."""
        for name, _, file in self._staged.memory.roots(self._order):
            if name == row:
                mapped = self._mapping.apply_to(self._staged.store, node_of(name))
                found = described(Place(file, name), mapped, self.name)
                return Trace(_raw(self._staged, name, file), None, mapped.triples, found)
        return None

    def close(self) -> None:
        """Remove the store aside."""
        self._staged.close()


def _raw(staged: Staged, name: str, file: str) -> str:
    lines = "\n".join(f"{triple} ." for triple in staged.triples(node_of(name)))
    return f"{file}, {name}\n{lines}"


_ADDITION: Final = Finding(
    "part of a record",
    "This is the address of a record, which is not described here, and it was left out: a record "
    "is described as a whole, with its class and all its statements, and cannot be added to.",
)
