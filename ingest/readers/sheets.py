"""Workbooks: XLSX and ODS, streamed, and XLS, which has no more rows than fit into memory."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import python_calamine as calamine

from ingest.readers import ooxml, opendocument
from ingest.readers.workbook import GridRow, cell_text, column_name, moment_text, opened
from ingest.rows import MAX_COLUMNS, ReaderOptions, Row, Scan, plain
from practicegraph.errors import MalformedDocument, TooLarge

#: Rows above the header that may hold a title: one cell each, as merged cells have.
_MAX_LEAD: Final = 5
#: Bytes of an XLS file, of which the library holds the whole.
_MAX_XLS: Final = 64 << 20


def sheet_names(path: Path) -> tuple[str, ...]:
    """What the sheets of a workbook are called. Raises MalformedDocument if it cannot be read."""
    if not zipfile.is_zipfile(path):
        return tuple(_old_workbook(path).sheet_names)
    with opened(path, {}) as workbook:
        is_odf = opendocument.is_opendocument(workbook)
        return tuple((opendocument if is_odf else ooxml).names(workbook))


class Sheet:
    """Rows of one sheet, the first unless the options name another. Formulas count by value.

    The header is the first row with cells; a title above it, in rows of one cell each, is left out
    with a note.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._name = options.sheet

    def scan(self) -> Scan:
        """Read the sheet once. Raises MalformedDocument if the workbook is broken or empty."""
        table = _Table(self._path.name)
        left_out: dict[str, str] = {}
        with closing(self._grid(left_out)) as grid:
            count = sum(1 for _ in table.rows(grid))
        if not table.header:
            raise MalformedDocument(self._path.name, "the sheet is empty.")
        if not count:
            raise MalformedDocument(self._path.name, "the sheet has a header and no rows.")
        notes = [f"{what} were left out, first in {at}" for what, at in left_out.items()]
        said = (f"{self._path.name}: {note}." for note in (*table.notes, *notes))
        return Scan(count, tuple(table.header.values()), tuple(said))

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered as in the sheet."""
        with closing(self._grid({})) as grid:
            yield from _Table(self._path.name).rows(grid)

    def _grid(self, left_out: dict[str, str]) -> Generator[GridRow, None, None]:
        if not zipfile.is_zipfile(self._path):
            yield from _old(self._path, self._name)
            return
        with opened(self._path, left_out) as workbook:
            is_odf = opendocument.is_opendocument(workbook)
            yield from (opendocument if is_odf else ooxml).grid(workbook, self._name)


class _Table:
    """A header, the rows below it, and what does not fit."""

    def __init__(self, name: str) -> None:
        self.header: dict[int, str] = {}
        self.notes: list[str] = []
        self._name = name

    def rows(self, grid: Iterator[GridRow]) -> Iterator[Row]:
        filled = (row for row in grid if row[1])
        below = self._below_header(filled)
        stray: str | None = None
        for number, cells in below:
            named = {self.header[n]: text for n, text in cells.items() if n in self.header}
            if len(named) < len(cells) and stray is None:
                column = next(n for n in cells if n not in self.header)
                stray = f"{column_name(column)}{number}"
                self.notes.append(f"cells in columns without a name were left out, first {stray}")
            if named:
                yield Row(number, named)

    def _below_header(self, filled: Iterator[GridRow]) -> Iterator[GridRow]:
        lead: list[GridRow] = []
        for row in filled:
            lead.append(row)
            if len(row[1]) > 1 or len(lead) > _MAX_LEAD:
                break
        if not lead:
            return
        # Rows of one cell above the names of several columns are a title; else they are a column.
        is_title = len(lead) > 1 and _are_names(lead[-1][1])
        header = lead.pop() if is_title else lead.pop(0)
        self.header = self._named(*header)
        if is_title:
            self.notes.append(
                f"the names of the columns were taken from row {header[0]}, and what stands above "
                "them was left out"
            )
        else:
            yield from lead
        yield from filled

    def _named(self, number: int, cells: dict[int, str]) -> dict[int, str]:
        header = {column: " ".join(text.split()) for column, text in cells.items()}
        header = {column: text for column, text in header.items() if text}
        if len(header) > MAX_COLUMNS:
            raise MalformedDocument(
                self._name, f"there are more than {MAX_COLUMNS:,} columns.", number
            )
        seen: set[str] = set()
        for column in range(max(header, default=-1) + 1):
            if column not in header:
                raise MalformedDocument(
                    self._name, f"column {column_name(column)} has no name; give it one.", number
                )
            if header[column] in seen:
                raise MalformedDocument(
                    self._name,
                    f"there are two columns called {header[column]!r}; rename one of them.",
                    number,
                )
            seen.add(header[column])
        return header


def _are_names(cells: dict[int, str]) -> bool:
    texts = {text.casefold() for text in cells.values()}
    is_whole = max(cells) - min(cells) + 1 == len(cells) == len(texts)
    return len(cells) > 1 and is_whole and not any(text[0].isdecimal() for text in texts)


class _Old(NamedTuple):
    """A sheet of XLS as the library holds it."""

    first: int
    left: int
    values: list[list[Any]]


def _old_workbook(path: Path) -> calamine.CalamineWorkbook:
    if path.stat().st_size > _MAX_XLS:
        raise TooLarge(f"{path.name}: a workbook in the old format has at most 64 MiB.")
    with _old_faults(path):
        return calamine.CalamineWorkbook.from_path(str(path))


@contextmanager
def _old_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise MalformedDocument(path.name, f"the workbook cannot be read ({error}).") from error
    except BaseException as error:
        # A panic of the library is no Exception; a hostile file must not end the process.
        if type(error).__name__ != "PanicException":
            raise
        raise MalformedDocument(path.name, "the workbook cannot be read.") from error


def _old(path: Path, wanted: str | None) -> Iterator[GridRow]:
    workbook = _old_workbook(path)
    with _old_faults(path):
        sheets = {name: name for name in workbook.sheet_names}
        sheet = workbook.get_sheet_by_name(ooxml.chosen(path.name, sheets, wanted))
        top, left = sheet.start or (0, 0)
        found = _Old(top + 1, left, sheet.to_python(skip_empty_area=True))
    for number, values in enumerate(found.values, start=found.first):
        texts = ((n, _old_text(value, path.name)) for n, value in enumerate(values, found.left))
        yield number, {n: cell_text(text, path.name, number) for n, text in texts if text}


def _old_text(value: object, name: str) -> str:
    if isinstance(value, datetime | date | time | timedelta):
        return moment_text(value)
    return str(plain(value, name) or "")
