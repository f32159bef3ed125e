"""Workbooks: XLSX, XLS and ODS. The library holds one sheet in memory; the rest is streamed."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import python_calamine as calamine

from ingest.readers.workbook_guard import guard
from ingest.rows import MAX_COLUMNS, ReaderOptions, Row, Scan, plain
from practicegraph.errors import MalformedDocument

#: What the library and the archive raise for what they cannot read; an archive with a password or
#: a compression of its own is a RuntimeError.
_FAULTS: Final = (
    calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)

#: How OOXML writes a character that XML cannot hold (ECMA-376 Part 1, 22.9.2.19, ST_Xstring).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def sheet_names(path: Path) -> tuple[str, ...]:
    """What the sheets of a workbook are called. Raises MalformedDocument if it cannot be read."""
    with _guarded(path):
        return tuple(calamine.CalamineWorkbook.from_path(str(path)).sheet_names)


class Sheet:
    """Rows of one sheet, the first unless the options name another. Formulas count by value."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._name = options.sheet

    def scan(self) -> Scan:
        """Read the sheet once. Raises MalformedDocument if the workbook is broken or empty."""
        columns: tuple[str, ...] = ()
        count = 0
        for number, names, _ in self._rows():
            columns = columns or names
            count += number > 0
        if not columns:
            raise MalformedDocument(self._path.name, "the sheet is empty.")
        if not count:
            raise MalformedDocument(self._path.name, "the sheet has a header and no rows.")
        return Scan(count, columns)

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered as in the sheet."""
        for number, _, cells in self._rows():
            if number > 0:
                yield Row(number, cells)

    def _rows(self) -> Iterator[tuple[int, tuple[str, ...], dict[str, Any]]]:
        name = self._path.name
        columns: tuple[tuple[int, str], ...] = ()
        for number, values in self._grid():
            place = f"{name}, row {number}"
            if not columns:
                if any(value != "" for value in values):
                    columns = _columns(name, number, values)
                    yield 0, tuple(column for _, column in columns), {}
                continue
            cells: dict[str, Any] = {}
            for index, column in columns:
                text = plain(values[index], place) if index < len(values) else None
                if isinstance(text, str):
                    cells[column] = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
            if cells:
                yield number, (), cells

    def _grid(self) -> Iterator[tuple[int, list[Any]]]:
        with _guarded(self._path):
            sheet = self._sheet(calamine.CalamineWorkbook.from_path(str(self._path)))
            first = (sheet.start or (0, 0))[0] + 1
            grid = sheet.to_python(skip_empty_area=True)
        yield from enumerate(grid, start=first)

    def _sheet(self, workbook: calamine.CalamineWorkbook) -> calamine.CalamineSheet:
        names = workbook.sheet_names
        wanted = self._name or next(iter(names), None)
        if wanted is None:
            raise MalformedDocument(self._path.name, "the workbook has no sheets.")
        if wanted not in names:
            raise MalformedDocument(
                self._path.name, f"there is no sheet {wanted!r}; there are {', '.join(names)}."
            )
        return workbook.get_sheet_by_name(wanted)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Refuse a workbook that would not fit into memory, and name what cannot be read in it."""
    try:
        guard(path)
        yield
    except _FAULTS as error:
        raise MalformedDocument(path.name, f"the workbook cannot be read ({error}).") from error
    except BaseException as error:
        # A panic of the library is no Exception; a hostile file must not end the process.
        if type(error).__name__ != "PanicException":
            raise
        raise MalformedDocument(path.name, "the workbook cannot be read.") from error


def _columns(name: str, number: int, values: list[Any]) -> tuple[tuple[int, str], ...]:
    names = [(index, str(plain(v, name) or "").strip()) for index, v in enumerate(values)]
    while names and not names[-1][1]:  # sheets are often padded to the right
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise MalformedDocument(name, f"there are more than {MAX_COLUMNS:,} columns.", number)
    seen: set[str] = set()
    for index, column in names:
        if not column:
            raise MalformedDocument(name, f"column {index + 1} has no name; give it one.", number)
        if column in seen:
            raise MalformedDocument(
                name, f"there are two columns called {column!r}; rename one of them.", number
            )
        seen.add(column)
    return tuple(names)
