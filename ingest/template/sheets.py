"""Sheets: the rows of a filled template as lines, with the place of each of their cells.

A workbook has a sheet for each table, and CSV a file: `practices.csv`, and beside it
`practices-step.csv` and so on. Which table it is, and what its columns are, is told by the hidden
row of keys, or else by its name and its header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter, quote_sheetname

from ingest.problems import Place, Problem
from ingest.readers import open_reader
from ingest.readers.sheets import sheet_names
from ingest.rows import ReaderOptions, Row
from ingest.template.columns import Column, Header, Table, Template, keys_of, read_header
from ingest.template.faults import fault
from ingest.template.words import labels
from practicegraph.errors import MalformedDocument, TooLarge
from practicegraph.fields import Need
from practicegraph.namespaces import compact
from practicegraph.terminal import unguarded
from practicegraph.texts import Texts, fold

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
DELIMITED: Final = frozenset({".csv", ".tsv"})

#: What the sheet that holds the lists of values is called; it is hidden.
LISTS: Final = "_lists"
#: Rows that a template may have in all its sheets: they are read as a whole.
MAX_ROWS: Final = 20_000
#: Rows from which a header is recognised where the keys are gone.
_PEEK: Final = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet or file, and how its header was understood. `letters` has the place of each column."""

    file: str
    title: str
    table: Table
    header: Header
    letters: Mapping[str, str]

    def place(self, row: int, key: str | None = None) -> Place:
        """The place of a row, or of the cell of a column in it."""
        letter = self.letters.get(key) if key else None
        cell = f"{letter}{row}" if letter else f"{row}:{row}"
        return Place(self.file, f"{quote_sheetname(self.title)}!{cell}" if self.title else cell)

    def property(self, row: int, name: str, language: str = "") -> Place:
        """The place of a property in a row, as the column of the language or else the first one."""
        key = compact(name)
        found = [k for k in self.letters if k == key or k.partition("@")[0] == key]
        exact = f"{key}@{language.lower()}"
        return self.place(row, exact if exact in found else next(iter(found), None))


@dataclass(slots=True)
class Line:
    """A row of a sheet: its cells by key of the column."""

    sheet: Sheet
    number: int
    cells: dict[str, str]

    @property
    def table(self) -> Table:
        """What it is a row of."""
        return self.sheet.table

    def place(self, key: str | None = None) -> Place:
        """The place of the row, or of a cell in it."""
        return self.sheet.place(self.number, key)

    def column(self, key: str) -> Column | None:
        """The column of a key, which the sheet need not have."""
        return next((c for c in self.sheet.header.columns.values() if c.key == key), None)

    def name(self, key: str) -> Texts | str:
        """What stands above a column, for people."""
        column = self.column(key) or self.table.column(key)
        return column.names if column else key


@dataclass(slots=True)
class Sheets:
    """What a file holds of a template, and what there is to say about the sheets themselves."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    titles: dict[str, Sheet] = field(default_factory=dict)


def is_template(path: Path, whole: Template) -> bool:
    """Whether a table was made as a template. Looks only at its first rows."""
    return any(
        _recognised(title, list(islice(_rows(file, title), _PEEK)), whole)
        for file, title in islice(_parts(path), 64)
    )


def load(path: Path, whole: Template) -> Sheets:
    """Read all tables of a template. Raises MalformedDocument and TooLarge."""
    found = Sheets(files=sorted({file for file, _ in _parts(path)}))
    left = MAX_ROWS
    for file, title in _parts(path):
        rows = list(islice(_rows(file, title), left + 1))
        left -= len(rows)
        if left < 0:
            raise TooLarge(
                f"{path.name}: a template has at most {MAX_ROWS:,} rows in all; divide it."
            )
        if rows:
            _take(found, file, title, rows, whole)
    return found


def _take(found: Sheets, file: Path, title: str, rows: list[Row], whole: Template) -> None:
    keys = _keys(rows)
    table = _table(title, rows, keys, whole)
    is_sheet = file.suffix.lower() in WORKBOOKS
    if table is None:
        place = Place(file.name, quote_sheetname(title) if is_sheet else "")
        found.problems.append(fault("known sheet", place, title or file.name))
        return
    headers = open_reader(file, _options(file, title)).scan().columns
    header = read_header(table, headers, {h: key for h, (_, key) in keys.items()})
    at = {name: get_column_letter(n) for n, name in enumerate(headers, start=1)}
    sheet = Sheet(
        file.name,
        title if is_sheet else "",
        table,
        header,
        {column.key: at[name] for name, column in header.columns.items()},
    )
    found.titles.setdefault(table.form.cls, sheet)
    for rule, names in (
        ("known column", header.unknown),
        ("column with a language", header.untagged),
        ("one column", header.repeated),
    ):
        for name in names:
            place = Place(sheet.file, f"{quote_sheetname(title)}!{at[name]}1" if is_sheet else at[name])
            found.problems.append(fault(rule, place, name))
    for row in rows:
        if keys_of(row.cells.values()):
            continue
        cells = {
            column.key: unguarded(text)
            for name, column in header.columns.items()
            if isinstance(text := row.cells.get(name), str) and text.strip()
        }
        if cells:
            found.lines.append(Line(sheet, row.number, cells))


def _recognised(title: str, rows: Sequence[Row], whole: Template) -> bool:
    keys = _keys(rows)
    if keys:
        return any(whole.table(name) is not None for name, _ in keys.values())
    return bool(rows) and _by_header(title, _headers(rows), whole) is not None


def _table(
    title: str, rows: Sequence[Row], keys: Mapping[str, tuple[str, str]], whole: Template
) -> Table | None:
    for name, _ in keys.values():
        if (table := whole.table(name)) is not None:
            return table
    return whole.titled(title) or _by_header(title, _headers(rows[:_PEEK]), whole)


def _by_header(title: str, headers: Sequence[str], whole: Template) -> Table | None:
    """The table that most of a header fits, with one column of texts at least."""
    named = whole.titled(title) if title else None
    best: tuple[int, bool, Table] | None = None
    for table in whole.tables:
        known = [columns[0][1] for h in headers if (columns := table.called(h))]
        enough = len(known) >= 3 and len(known) >= 0.7 * len(headers)
        if enough and any(column.language for column in known):
            asked = sum(c.need is Need.MANDATORY for c in known)
            rank = (len(known) + asked, table is named)
            if best is None or rank > best[:2]:
                best = (*rank, table)
    return best[2] if best else None


def _headers(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.cells))


def _keys(rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Header → class and key, from the row of keys wherever it was moved to."""
    for row in rows:
        found = {
            name: keys[0]
            for name, cell in row.cells.items()
            if (keys := keys_of([cell]))
        }
        if found:
            return found
    return {}


def _parts(path: Path) -> Iterator[tuple[Path, str]]:
    """The sheets of a workbook, or the files of CSV that belong together, with what they are
    called."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        about = set(map(fold, labels("about").values()))
        for title in sheet_names(path):
            if title != LISTS and fold(title) not in about:
                yield path, title
    elif suffix in DELIMITED:
        yield path, ""
        for other in sorted(path.parent.glob("*" + path.suffix)):
            stem, hyphen, title = other.stem.partition(f"{path.stem}-")
            if other != path and not stem and hyphen and other.is_file():
                yield other, title


def _rows(file: Path, title: str) -> Iterator[Row]:
    yield from open_reader(file, _options(file, title)).rows()


def _options(file: Path, title: str) -> ReaderOptions:
    return ReaderOptions(sheet=title if file.suffix.lower() in WORKBOOKS else None)
