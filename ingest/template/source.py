"""The source of records that is a filled template."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox

from ingest.clock import Clock
from ingest.executors import Crew
from ingest.inputs import InputFile
from ingest.mapping import Mapped, SourceMapping
from ingest.problems import Place
from ingest.sources import Described, Files, Trace, described
from ingest.template.columns import Template
from ingest.template.gathered import RecordRows
from ingest.template.records import Records
from ingest.template.sheets import Sheets, companions
from practicegraph.concepts import Vocabularies
from practicegraph.forms import Forms, forms
from practicegraph.iris import Iris

#: The source under which the records of all templates keep their identity: by their identifiers.
NAMESPACE = "template"


class TemplateSource:
    """A workbook that was made as a template, or a file of CSV with those that belong to it.

    It is held in memory as a whole, up to a limit, because any row may name any other.
    """

    name = namespace = NAMESPACE
    mapping: SourceMapping | None = None

    def __init__(
        self,
        file: InputFile,
        iris: Iris,
        clock: Clock,
        *,
        skip_broken: bool = False,
        vocabularies: Vocabularies | None = None,
        of: Forms | None = None,
    ) -> None:
        self.files = file.name
        self._main = file
        beside = [
            InputFile(path, file.name.removesuffix(file.path.name) + path.name)
            for path in companions(file.path)
        ]
        self._files = Files([file, *beside], skip_broken=skip_broken)
        self._iris = iris
        self._clock = clock
        self._sheets = Sheets(Template.whole(of or forms(vocabularies)))
        self._records: Records | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the files."""
        return self._files.digest()

    @property
    def has_keys(self) -> bool:
        """Records are known by their identifiers, or their titles."""
        return True

    @property
    def count(self) -> int:
        """How many files it is read from."""
        return len(self._files.all)

    def scan(self) -> int:
        """Read every sheet, and count the records."""
        with self._clock.stage("read"):
            for _ in self._files.each(lambda file: self._sheets.add(file, self._main.path)):
                pass
        with self._clock.stage("map"):
            self._records = Records(self._sheets, self._iris)
        return len(self._records)

    def describe(self, crew: Crew) -> Iterator[Described]:
        """Yield what there is to say about sheets and stray rows, then each record."""
        if self._records is None:
            self.scan()
        records = self._records
        if records is None:
            return
        for found in (*self._files.broken, *self._sheets.problems, *records.strays):
            yield Described(Place(found.file, found.place), [], [found])
        for record in records.each():
            yield self._described(record)

    def _described(self, record: RecordRows) -> Described:
        place = record.line.place()
        with self._clock.stage("assemble"):
            found = described(place, _mapped(record), self.name)
        for draft in found.drafts:
            draft.title = record.title
            draft.cells = record.cells
        found.problems[:0] = record.problems
        return found

    def trace(self, row: str) -> Trace | None:
        """The record of a row, by its place (`Step!7:7`, or `7`), step by step."""
        for record in self._records.each() if self._records is not None else ():
            for line in (record.line, *record.parts):
                if row in {str(line.number), line.place().row, f"{line.sheet.file}:{line.number}"}:
                    raw = json.dumps(line.cells, ensure_ascii=False, indent=2)
                    mapped = _mapped(record)
                    return Trace(raw, None, mapped.triples, self._described(record))
        return None

    def close(self) -> None:
        """Nothing is held but memory."""


def _mapped(record: RecordRows) -> Mapped:
    leading = [
        ox.Triple(found.subject, found.predicate, ox.NamedNode(found.target))
        for found in record.references
    ]
    return Mapped([*record.triples, *leading], [])
