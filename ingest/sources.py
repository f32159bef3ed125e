"""Sources: what is ingested, as a stream of drafts, whether it is made of rows or of RDF.

A source is scanned to its end before anything is written, so that a broken file writes nothing.
The sources of rows are in `row_source`, those of RDF in `rdf_source`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import pyoxigraph as ox

from ingest.assembly import Draft, assemble, name_of
from ingest.executors import Crew
from ingest.findings import left_out, noticed
from ingest.inputs import InputFile
from ingest.mapping import Mapped, SourceMapping
from ingest.problems import Place, Problem, malformed, problem
from practicegraph.errors import InvalidInput, InvalidRecord, MalformedDocument, TooLarge

T = TypeVar("T")


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


@dataclass(slots=True)
class Trace:
    """A row or subject on its way: as it stands in the file, as the query sees it, as it is mapped.

    `lifted` and `mapped` are None where this kind of source has no such step.
    """

    raw: str
    lifted: list[ox.Triple] | None
    mapped: list[ox.Triple] | None
    described: Described


class Source(Protocol):
    """What the pipeline asks of a source.

    `name` is what the run is called, `namespace` what the keys of its records are kept under,
    `files` what it was read from, in short, and `count` how many files that are.
    """

    name: str
    namespace: str
    files: str
    mapping: SourceMapping | None

    @property
    def has_keys(self) -> bool:
        """Whether it knows things by keys of its own, which need names; known after `scan`."""

    @property
    def count(self) -> int:
        """How many files it is read from."""

    @property
    def digest(self) -> str:
        """SHA-256 over the files; to ask for it needs no scan."""

    def scan(self) -> int:
        """Read everything once, and count what will come. Raises MalformedDocument."""

    def describe(self, crew: Crew) -> Iterator[Described]:
        """Yield what the source describes, piece by piece; the crew does what can be done apart."""

    def trace(self, row: str) -> Trace | None:
        """One row or subject through every step: `12`, `file.csv:12`, or an IRI; None if absent."""

    def close(self) -> None:
        """Let go of temporary files."""


class Files:
    """The files of a source. With `skip_broken`, what cannot be read is left out and told."""

    def __init__(self, files: Sequence[InputFile], *, skip_broken: bool) -> None:
        self.all = tuple(files)
        self.whole: list[InputFile] = []
        self.broken: list[Problem] = []
        self._skip_broken = skip_broken
        self._digest: str | None = None

    def each(self, read: Callable[[InputFile], T]) -> Iterator[T]:
        """Yield what reading each file gives; the files that went well are `whole` afterwards."""
        for file in self.all:
            try:
                found = read(file)
            except (InvalidInput, TooLarge) as error:
                if not self._skip_broken:
                    raise
                finding = left_out(error.detail)
                self.broken.append(problem(Place(file.name, ""), finding))
                continue
            self.whole.append(file)
            yield found

    def digest(self) -> str:
        """SHA-256 over the names and contents of the files, in lower-case hexadecimal."""
        if self._digest is None:
            self._digest = self._digested()
        return self._digest

    def _digested(self) -> str:
        whole = hashlib.sha256()
        for file in self.all:
            try:
                with file.path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256")
            except OSError as error:
                raise MalformedDocument(file.name, f"the file cannot be read ({error}).") from error
            if len(self.all) == 1:
                return digest.hexdigest()
            whole.update(f"{file.name}\0{digest.hexdigest()}\n".encode())
        return whole.hexdigest()


def described(place: Place, mapped: Mapped, source: str) -> Described:
    """What a mapping made of a row or subject, assembled; notes of its functions are problems."""
    found = Described(
        place, [], [problem(place, n.finding, n.field, n.value) for n in mapped.notes]
    )
    try:
        found.drafts, stray = assemble(mapped.triples, source)
    except InvalidRecord as error:
        found.problems.append(problem(place, malformed(error)))
        return found
    found.problems += [problem(place, STRAY, value=name_of(node)) for node in stray]
    if not found.drafts:
        found.problems.append(problem(place, _NOTHING))
    return found


STRAY: Final = noticed("stray")
_NOTHING: Final = noticed("nothing made")
