"""A source of rows: one or more files that readers read and a mapping gives a meaning."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from ingest.clock import Clock
from ingest.executors import Crew
from ingest.inputs import InputFile
from ingest.mapping import SourceMapping
from ingest.problems import Finding, Place, problem
from ingest.rows import Row, Scan
from ingest.scans import Scans
from ingest.sources import Described, Files, Trace, described
from ingest.work import describe

#: Rows that are handed to a worker at a time: about a tenth of a second of mapping.
_CHUNK: Final = 50


class RowSource:
    """Files of rows, one after the other, under one mapping."""

    def __init__(
        self,
        name: str,
        files: Sequence[InputFile],
        mapping: SourceMapping,
        clock: Clock,
        *,
        skip_broken: bool = False,
        scans: Scans | None = None,
    ) -> None:
        """`scans` holds what was read of the files to choose them."""
        self.name = self.namespace = mapping.source
        self.files = name
        self.mapping: SourceMapping | None = mapping
        self._files = Files(files, skip_broken=skip_broken)
        self._mapping = mapping
        self._clock = clock
        self._scans = scans or Scans()
        self._notes: list[tuple[str, str]] = []

    @property
    def has_keys(self) -> bool:
        """A mapping gives every record a key."""
        return True

    @property
    def count(self) -> int:
        """How many files it is read from."""
        return len(self._files.all)

    @property
    def digest(self) -> str:
        """SHA-256 over the files."""
        return self._files.digest()

    def scan(self) -> int:
        """Read every file to its end, unless that was done to choose it, and count the rows."""
        rows = 0
        for file, found in self._files.each(self._scanned):
            rows += found.rows
            self._notes += [(file.name, note) for note in found.notes]
        return rows

    def _scanned(self, file: InputFile) -> tuple[InputFile, Scan]:
        return file, self._scans.of(file.path, self._mapping.options_for(file.name))

    def describe(self, crew: Crew) -> Iterator[Described]:
        """Yield what each row makes."""
        for broken in self._files.broken:
            yield Described(Place(broken.file, ""), [], [broken])
        for file, note in self._notes:
            place = Place(file, "")
            yield Described(place, [], [problem(place, Finding("reading", note, "info"))])
        packed = pickle.dumps(self._mapping)
        rows = self._clock.each("read", self.rows())
        pieces = iter(lambda: list(islice(rows, _CHUNK)), [])
        for done in crew.each(describe, ((packed, self.name, piece) for piece in pieces)):
            self._clock.add("map", done.mapping)
            self._clock.add("assemble", done.assembly)
            yield from done.found

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield every row with the name of its file."""
        for file in self._files.whole:
            reader = self._scans.reader(file.path, self._mapping.options_for(file.name))
            for row in reader.rows():
                yield file.name, row

    def trace(self, row: str) -> Trace | None:
        """The row of that number, or `file:number`, or the only row of a file, step by step."""
        for file, found in self.rows():
            if row in {str(found.number), f"{file}:{found.number}", file}:
                break
        else:
            return None
        mapped = self._mapping.apply(found, file)
        raw = json.dumps(dict(found.cells), ensure_ascii=False, indent=2)
        return Trace(
            f"{file}, row {found.number}\n{raw}",
            [quad.triple for quad in self._mapping.lifted(found, file)],
            mapped.triples,
            described(Place(file, str(found.number)), mapped, self.name),
        )

    def close(self) -> None:
        """Nothing is held."""
