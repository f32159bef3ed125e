"""Sheets: the rows of a filled template as lines, with the place of each of their cells.

A workbook has a sheet for each table, and CSV a file: `practices.csv`, and beside it
`practices-step.csv` and so on. Which table it is, and what its columns are, is told by the hidden
row of keys, or else by its name and its header.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter, quote_sheetname

from ingest.inputs import InputFile
from ingest.problems import Place, Problem
from ingest.readers import open_reader
from ingest.readers.sheets import sheet_names
from ingest.rows import ReaderOptions, Row
from ingest.template.columns import Column, Table, Template, keys_of, read_header
from ingest.template.faults import fault
from ingest.template.words import labels
from practicegraph.errors import InvalidInput, MalformedDocument, TooLarge
from practicegraph.fields import Need
from practicegraph.forms import forms
from practicegraph.namespaces import compact
from practicegraph.terminal import unguarded
from practicegraph.texts import Texts, fold

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
DELIMITED: Final = frozenset({".csv", ".tsv"})

#: What the sheet that holds the lists of values is called; it is hidden.
LISTS: Final = "_lists"
#: Rows that a template may have in all its sheets: they are read as a whole.
MAX_ROWS: Final = 20_000
#: Sheets that are looked at: each of them is opened anew.
_MAX_SHEETS: Final = 64
_BARE: Final = re.compile(r"[^\W\d]\w*")
#: Rows from which a header is recognised where the keys are gone.
_PEEK: Final = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet or file, and what its columns are: by their keys, with their letters."""

    file: str
    title: str
    table: Table
    columns: Mapping[str, Column]
    letters: Mapping[str, str]

    def place(self, row: int, key: str | None = None) -> Place:
        """The place of a row, or of the cell of a column in it."""
        letter = self.letters.get(key) if key else None
        return self.at(f"{letter}{row}" if letter else f"{row}:{row}")

    def at(self, cell: str) -> Place:
        """The place of a cell of this sheet."""
        if not self.title:
            return Place(self.file, cell)
        title = self.title if _BARE.fullmatch(self.title) else quote_sheetname(self.title)
        return Place(self.file, f"{title}!{cell}")

    def key(self, name: str, language: str = "") -> str | None:
        """The column of a property, of the language or else the first; None where there is none."""
        bare = compact(name)
        found = [key for key in self.letters if key.partition("@")[0] == bare]
        exact = f"{bare}@{language.lower()}"
        return exact if exact in found else next(iter(found), None)


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

    def name(self, key: str) -> Texts | str:
        """What stands above a column, for people, which the sheet need not have."""
        column = self.sheet.columns.get(key) or self.table.column(key)
        return column.names if column else key


@dataclass(slots=True)
class Sheets:
    """What the files of a template hold, and what there is to say about the sheets themselves."""

    whole: Template
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tables: dict[str, Sheet] = field(default_factory=dict)
    read: int = 0

    def add(self, file: InputFile, main: Path) -> None:
        """Read a workbook, or a file of CSV, which `main` may belong to.

        Raises MalformedDocument and TooLarge.
        """
        for title in _titles(file.path, main):
            try:
                rows = list(islice(_rows(file.path, title), MAX_ROWS - self.read + 1))
            except MalformedDocument:
                if not _is_book(file.path) or self.whole.titled(title) is not None:
                    raise
                self._unknown(file, title)  # a sheet of notes, which need not be a table
                continue
            self.read += len(rows)
            if self.read > MAX_ROWS:
                raise TooLarge(
                    f"{file.name}: a template has at most {MAX_ROWS:,} rows in all; divide it."
                )
            if rows:
                self._take(file, title, rows)

    def _take(self, file: InputFile, title: str, rows: list[Row]) -> None:
        keys = _keys(rows)
        in_book = _is_book(file.path)
        table = _table(title, rows, keys, self.whole)
        if table is None:
            self._unknown(file, title)
            return
        headers = open_reader(file.path, _options(file.path, title)).scan().columns
        header = read_header(table, headers, {h: key for h, (_, key) in keys.items()})
        at = {name: get_column_letter(n) for n, name in enumerate(headers, start=1)}
        letters = {column.key: at[name] for name, column in header.columns.items()}
        columns = {column.key: column for column in header.columns.values()}
        sheet = Sheet(file.name, title if in_book else "", table, columns, letters)
        self.tables.setdefault(table.form.cls, sheet)
        for rule, names in (
            ("known column", header.unknown),
            ("column with a language", header.untagged),
            ("one column", header.repeated),
        ):
            for name in names:
                self.problems.append(fault(rule, sheet.at(f"{at[name]}1"), name))
        for row in rows:
            if keys_of(row.cells.values()):
                continue
            cells = {
                column.key: unguarded(text)
                for name, column in header.columns.items()
                if isinstance(text := row.cells.get(name), str) and text.strip()
            }
            if cells:
                self.lines.append(Line(sheet, row.number, cells))

    def _unknown(self, file: InputFile, title: str) -> None:
        place = Place(file.name, quote_sheetname(title) if _is_book(file.path) else "")
        self.problems.append(fault("known sheet", place, title or file.name))


@cache
def whole() -> Template:
    """Every table of our own forms."""
    return Template.whole(forms())


def is_template(path: Path) -> bool:
    """Whether a table was made as a template. Looks only at its first rows."""
    if not _is_book(path) and path.suffix.lower() not in DELIMITED:
        return False
    try:
        if _is_book(path) and not _is_ours(sheet_names(path)):
            return False
        return any(
            _recognised(title, _first(path, title), whole()) for title in _titles(path, path)
        )
    except (InvalidInput, TooLarge):  # whoever reads it will tell what is wrong with it
        return False


def companions(path: Path) -> list[Path]:
    """The files of CSV that hold the further tables of one: `practices-step.csv`, for example."""
    if path.suffix.lower() not in DELIMITED:
        return []
    beside = path.parent.glob(f"{glob.escape(path.stem)}-*{glob.escape(path.suffix)}")
    return sorted(
        file
        for file in beside
        if file.is_file() and whole().titled(file.stem.removeprefix(f"{path.stem}-")) is not None
    )


def is_companion(path: Path) -> bool:
    """Whether a file is read together with another one of its folder."""
    suffix = path.suffix
    stems = accumulate(path.stem.split("-")[:-1], lambda stem, part: f"{stem}-{part}")
    mains = (path.with_name(stem + suffix) for stem in stems if suffix.lower() in DELIMITED)
    return any(main.is_file() and is_template(main) for main in mains)


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
        found = {name: keys[0] for name, cell in row.cells.items() if (keys := keys_of([cell]))}
        if found:
            return found
    return {}


def _titles(path: Path, main: Path) -> list[str]:
    """What the sheets of a workbook are called that may hold data; of CSV, what its name adds."""
    if not _is_book(path):
        return [path.stem.removeprefix(main.stem).removeprefix("-")]
    about = set(map(fold, labels("about").values()))
    names = [name for name in sheet_names(path) if name != LISTS and fold(name) not in about]
    return names[:_MAX_SHEETS]


def _first(path: Path, title: str) -> list[Row]:
    """The first rows of a sheet; none of what is no table, such as somebody's notes."""
    try:
        return list(islice(_rows(path, title), _PEEK))
    except MalformedDocument:
        return []


def _rows(path: Path, title: str) -> Iterator[Row]:
    yield from open_reader(path, _options(path, title)).rows()


def _is_ours(titles: Sequence[str]) -> bool:
    """Whether a workbook has the sheet of lists, or one that is called after a table.

    Without that, no sheet is opened: it may be large, and somebody else's.
    """
    return LISTS in titles or any(whole().titled(title) is not None for title in titles)


def _options(path: Path, title: str) -> ReaderOptions:
    return ReaderOptions(sheet=title if _is_book(path) else None)


def _is_book(path: Path) -> bool:
    return path.suffix.lower() in WORKBOOKS
