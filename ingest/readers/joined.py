"""Joins: entries that name rows of another sheet of a workbook become these rows.

A workbook often holds tables that refer to one another. The other sheets are held in memory
by the name of their rows; the sheet itself is streamed, and of a million rows with a few references
each, every row stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from ingest.readers.sheets import Sheet
from ingest.rows import Join, ReaderOptions, Row, Scan, Value

#: The rows of a sheet by the name that they go by.
_Table: TypeAlias = Mapping[str, dict[str, Value]]


class JoinedSheet:
    """A sheet, and in its rows those of other sheets that they name. An unknown name stays text."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._options = options
        self._sheet = Sheet(path, options)

    def scan(self) -> Scan:
        """Read all the sheets once. Raises MalformedDocument for one that is not there."""
        found = self._sheet.scan()
        for join in self._options.joins:
            self._table(join)
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered as in the sheet."""
        for row in self._sheet.rows():
            cells = dict(row.cells)
            for join, table in self._tables:
                if join.column in cells:
                    cells[join.column] = list(_joined(cells[join.column], join, table))
            yield Row(row.number, cells)

    @cached_property
    def _tables(self) -> list[tuple[Join, _Table]]:
        return [(join, self._table(join)) for join in self._options.joins]

    def _table(self, join: Join) -> _Table:
        sheet = Sheet(self._path, replace(self._options, sheet=join.sheet))
        table: dict[str, dict[str, Value]] = {}
        for row in sheet.rows():
            name = row.cells.get(join.key)
            if isinstance(name, str):
                table.setdefault(name.strip(), dict(row.cells))
        return table


def _joined(value: Value, join: Join, table: _Table) -> Iterator[Value]:
    """The entries of a cell; another join may have replaced some of them before."""
    for member in value if isinstance(value, list) else [value]:
        if not isinstance(member, str):
            yield member
            continue
        for entry in join.pattern.split(member) if join.pattern else [member]:
            if entry and not entry.isspace():
                yield table.get(entry.strip(), entry)
