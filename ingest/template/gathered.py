"""What the lines of a template say of one record, and where each of its statements stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyoxigraph as ox

from ingest.problems import Place, Problem
from ingest.template.sheets import Line, Sheet
from practicegraph.forms import Form


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the statements of a record stand: the row of each of its subjects, by fragment."""

    rows: dict[str, tuple[Sheet, int]]
    faults: frozenset[Place] = frozenset()

    def at(self, focus: str, path: str | None, value: str | None) -> Place:
        """The cell of a property of a subject, as near as the sheets have it.

        `value` is in N-Triples syntax; a part is where its own row is.
        """
        sheet, row = self.rows.get(focus.partition("#")[2]) or self.rows[""]
        said = value or ""
        tag = re.search(r'"@([A-Za-z0-9-]+)\Z', said)
        key = sheet.key(path, tag[1] if tag else "") if path else None
        if key is None and said.startswith("<"):
            sheet, row = self.rows.get(said.strip("<>").partition("#")[2] or "") or (sheet, row)
        return sheet.place(row, key)


@dataclass(slots=True)
class Reference:
    """A statement that leads to another row of the template."""

    subject: ox.NamedNode
    predicate: ox.NamedNode
    target: str


@dataclass(slots=True)
class RecordRows:
    """A record as its lines describe it. `root` is what it is called inside the template."""

    line: Line
    form: Form
    root: str
    title: str
    parts: list[Line] = field(default_factory=list)
    triples: list[ox.Triple] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, Line] = field(default_factory=dict)
    #: Class of part and what it is called → its names, and the same for its titles.
    called: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    titled: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def cells(self) -> Cells:
        """Where its statements stand."""
        rows = {name: (line.sheet, line.number) for name, line in self.names.items()}
        faults = (Place(p.file, p.place) for p in self.problems if p.severity == "violation")
        return Cells({"": (self.line.sheet, self.line.number), **rows}, frozenset(faults))
