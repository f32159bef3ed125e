"""CSV and its relatives (RFC 4180), with any of the usual delimiters."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Final

from ingest.readers.text import encoding_of
from ingest.rows import MAX_CELL, MAX_COLUMNS, ReaderOptions, Row, Scan
from practicegraph.errors import InvalidInput, MalformedDocument

_DELIMITERS: Final = ",;\t|"
#: The first line with which a spreadsheet tells itself the delimiter.
_SEPARATOR: Final = re.compile(r"sep=([^\w\r\n\"])(?=\r?\n)")
_MAX_LINE: Final = 16 << 20


class Delimited:
    """Rows of a delimited text file. The first line holds the names of the columns.

    A line `sep=;` above them, as spreadsheets write it, tells the delimiter. Columns without a name
    at the end are padding, and must be empty.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        delimiter = options.delimiter
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
            raise InvalidInput(
                f"{path.name}: {delimiter!r} cannot part cells; a delimiter is one character."
            )
        self._path = path
        self._delimiter = delimiter
        self._given = options.encoding
        self._encoding: str | None = None

    def scan(self) -> Scan:
        """Read the whole file once. Raises MalformedDocument with the line of the first fault."""
        encoding = encoding_of(self._path, self._given)
        self._encoding = encoding.name
        columns, lines = self._table()
        count = sum(1 for _ in _rows(self._path.name, columns, lines))
        if not count:
            raise MalformedDocument(self._path.name, "the file has a header and no rows.", 1)
        return Scan(count, tuple(columns), (encoding.note,) if encoding.note else ())

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered by the line on which they start."""
        columns, lines = self._table()
        yield from _rows(self._path.name, columns, lines)

    def _table(self) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
        lines = self._lines()
        number, columns = next(lines, (1, []))
        if columns == ["sep=", ""]:
            number, columns = next(lines, (number, []))
        while len(columns) > 1 and not columns[-1].strip():
            columns.pop()
        _check_columns(self._path.name, columns, number)
        return columns, lines

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        if self._encoding is None:
            self._encoding = encoding_of(self._path, self._given).name
        if self._delimiter is None:
            self._delimiter = self._sniff(self._encoding)
        csv.field_size_limit(MAX_CELL)
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = iter(lambda: file.readline(_MAX_LINE), "")
            reader = csv.reader(self._short(lines), delimiter=self._delimiter, strict=True)
            start = 1
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise MalformedDocument(self._path.name, _cause(error), start) from error
                if cells is None:
                    return
                yield start, cells
                start = reader.line_num + 1

    def _short(self, lines: Iterator[str]) -> Iterator[str]:
        # The module for CSV takes in a whole line before it looks at it.
        for number, line in enumerate(lines, start=1):
            if len(line) >= _MAX_LINE:
                raise MalformedDocument(self._path.name, "the line is too long.", number)
            yield line

    def _sniff(self, encoding: str) -> str:
        with self._path.open(encoding=encoding, newline="") as file:
            start = file.read(MAX_CELL)
        told = _SEPARATOR.match(start)
        if told is not None:
            return told[1]
        # The delimiter is the one that makes the most columns of the header.
        best, most = _DELIMITERS[0], 1
        for delimiter in _DELIMITERS:
            try:
                header = next(csv.reader(StringIO(start, newline=""), delimiter=delimiter))
            except (csv.Error, StopIteration):
                continue
            if len(header) > most:
                best, most = delimiter, len(header)
        return best


def _rows(name: str, columns: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, cells in lines:
        if len(cells) != len(columns):
            if not any(cells):
                continue
            surplus = cells[len(columns) :]
            if len(cells) < len(columns) or any(surplus):
                raise MalformedDocument(
                    name,
                    f"the row has {len(cells)} cells, and the header has {len(columns)}; look for "
                    "a missing quote or delimiter.",
                    number,
                )
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        if named:
            yield Row(number, named)


def _check_columns(name: str, columns: list[str], line: int) -> None:
    if not columns:
        raise MalformedDocument(name, "the file is empty.", line)
    if len(columns) > MAX_COLUMNS:
        raise MalformedDocument(name, f"there are more than {MAX_COLUMNS:,} columns.", line)
    for place, column in enumerate(columns, start=1):
        if not column.strip():
            raise MalformedDocument(name, f"column {place} has no name; give it one.", line)
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise MalformedDocument(
            name, f"there are two columns called {twice[0]!r}; rename one of them.", line
        )


def _cause(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "a quote that opens in this row is never closed."
    if "field larger than field limit" in text:
        return f"a cell has more than {MAX_CELL:,} characters; look for a quote left open."
    if "expected after" in text:
        return f"{text}; double a quote that belongs to the text."
    return f"{text}."
