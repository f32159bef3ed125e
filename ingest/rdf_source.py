"""Sources in RDF: in our vocabulary as it is, or in another by a mapping, subject by subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ingest.assembly import ORDER, RANKS, View, draft_of, inside, name_of
from ingest.clock import Clock
from ingest.completion import complete
from ingest.executors import Crew
from ingest.findings import noticed
from ingest.inputs import InputFile
from ingest.mapping import RDF, RECORDS, SourceMapping
from ingest.problems import Place, malformed, problem
from ingest.sources import STRAY, Described, Trace, described
from ingest.staging import Aside, Shelf, Staged, node_of
from practicegraph import ntriples
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
        self._shelf = Shelf(files, _RANKS, base, skip_broken=skip_broken)
        self._memory = self._shelf.memory
        # Countries, themes and other concepts come again and again.
        self._elsewhere = lru_cache(4096)(lambda node: self._shelf.statements(name_of(node)))
        self._iris = Iris(base.rstrip("/"))
        self._clock = clock

    @property
    def count(self) -> int:
        """How many files it is read from."""
        return len(self._shelf.files.all)

    @property
    def digest(self) -> str:
        """SHA-256 over the files."""
        return self._shelf.files.digest()

    @property
    def has_keys(self) -> bool:
        """Whether some subject has an IRI that is not one of ours."""
        return self._memory.has_roots_outside(f"{self._iris.base}/")

    def scan(self) -> int:
        """Read all documents and put them aside, and count the records they describe."""
        self._shelf.read()
        self._memory.drop_roots_below_roots()
        found = self._memory.count_roots()
        if not found and not self._shelf.files.broken:
            raise InvalidInput(
                f"{self.files}: nothing in it is a practice, service, organisation or asset in "
                "our vocabulary. Give each its class, such as gp:GoodPractice."
            )
        return found

    def describe(self, crew: Crew) -> Iterator[Described]:
        """Yield what was left out on reading, what each root makes, and what belongs to none."""
        for noted in self._memory.problems():
            yield Described(Place(noted.file, noted.place), [], [noted])
        for name, rank, file in self._memory.roots(ORDER):
            with self._clock.stage("assemble"):
                found = self._described(name, rank, file)
            yield found
        for name in self._memory.left_over():
            finding = _ADDITION if self._iris.name(name) is not None else STRAY
            place = Place(self.files, name)
            yield Described(place, [], [problem(place, finding, value=name)])

    def _described(self, name: str, rank: int, file: str) -> Described:
        place = Place(file, name)
        root = ntriples.named(name)
        found = self._shelf.record(name)
        view = View(
            statements=lambda node: found.get(node) or self._elsewhere(node),
            below=lambda root: [node for node in found if node != root],
            is_root=lambda node: self._memory.is_root(name_of(node)),
        )
        try:
            draft = draft_of(root, RANKS[rank], view, self.name)
        except InvalidRecord as error:
            return Described(place, [], [problem(place, malformed(error))])
        if not name.startswith(f"{self._iris.base}/"):
            complete(draft)
        below = inside(root)
        covered = [name_of(node) for node in draft.names if not node.startswith(below)]
        if covered:
            self._memory.cover(covered)
        return Described(place, [draft], [])

    def trace(self, row: str) -> Trace | None:
        """The subject of that IRI."""
        for name, rank, file in self._memory.roots(ORDER):
            if name == row:
                found = self._described(name, rank, file)
                return Trace(_raw(self._shelf, name, file), None, None, found)
        return None

    def close(self) -> None:
        """Remove what was put aside."""
        self._shelf.close()


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

    @property
    def has_keys(self) -> bool:
        """A mapping gives every record a key."""
        return True

    @property
    def count(self) -> int:
        """How many files it is read from."""
        return len(self._staged.files.all)

    @property
    def digest(self) -> str:
        """SHA-256 over the files."""
        return self._staged.files.digest()

    def scan(self) -> int:
        """Read all documents into a store aside, and count the subjects of the classes."""
        self._staged.read()
        found = self._staged.memory.count_roots()
        if not found and not self._staged.files.broken:
            raise InvalidInput(
                f"{self.files}: it has no subject of the classes that {self._mapping.name} gives "
                f"meaning to ({', '.join(self._mapping.classes)})."
            )
        return found

    def describe(self, crew: Crew) -> Iterator[Described]:
        """Yield what was left out on reading, and what the mapping makes of each subject."""
        for noted in self._staged.memory.problems():
            yield Described(Place(noted.file, noted.place), [], [noted])
        for name, _, file in self._staged.memory.roots(self._order):
            if not self._is_meant(name):
                # The label of a blank node is another one each time.
                place = Place(file, "" if name.startswith("_:") else name)
                yield Described(place, [], [problem(place, _OTHER_SUBJECT)])
                continue
            with self._clock.stage("map"):
                mapped = self._mapping.apply_to(self._staged.store, node_of(name))
            with self._clock.stage("assemble"):
                found = described(Place(file, name), mapped, self.name)
            yield found

    def _is_meant(self, name: str) -> bool:
        subjects = self._mapping.subjects
        return not subjects or name.startswith(subjects)

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


def _raw(aside: Aside, name: str, file: str) -> str:
    lines = "\n".join(aside.triples(name))
    return f"{file}, {name}\n{lines}"


_OTHER_SUBJECT: Final = noticed("other subject")
_ADDITION: Final = noticed("addition")
