"""A row: what every reader yields, whatever the format it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from practicegraph.errors import TooLarge

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

#: Columns that one row may have.
MAX_COLUMNS: Final = 1_000
#: Members that one list or object of JSON may have.
MAX_MEMBERS: Final = 10_000
#: Characters that one cell may hold (a sheet cannot hold more than 32,767).
MAX_CELL: Final = 131_072
#: Levels that JSON may be nested.
MAX_DEPTH: Final = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the person sees it in the file, and its cells by column name.

    The number is the line of a CSV file on which the row starts, the row of a sheet, or the place
    in a JSON array counted from 1. Empty cells are absent.
    """

    number: int
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a first pass over a file found: how many rows it has, and what its columns are called.

    `notes` says what the reader had to assume, such as an encoding that the file does not name.
    """

    rows: int
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """A column whose entries name rows of another sheet of the workbook, by a column of these.

    `pattern` parts the entries of a cell; without it a cell is one entry.
    """

    column: str
    pattern: re.Pattern[str] | None
    sheet: str
    key: str


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How to read a file where it does not say so itself; the header of a mapping sets them.

    `delimiter` and `encoding` are for CSV, `sheet` for workbooks (the first one by default),
    `items` is the path to the array in a JSON document, such as `data.cases`. `joins` are the
    columns of a workbook whose entries name rows of other sheets.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    items: str | None = None
    joins: tuple[Join, ...] = ()


def plain(value: object, place: str, depth: int = 0) -> Value | None:
    """Turn a value of JSON or of a sheet into text, lists and mappings of text; None if empty.

    Whole numbers stay whole: 2020 and 2020.0 of a sheet are both "2020". Raises TooLarge with the
    `place` where a cell is too long or too deep.
    """
    match value:
        case None | "":
            return None
        case str():
            if len(value) > MAX_CELL:
                raise TooLarge(f"{place}: a cell has more than {MAX_CELL:,} characters.")
            return value
        case list() | dict():
            if depth >= MAX_DEPTH or len(value) > MAX_MEMBERS:
                raise TooLarge(
                    f"{place}: a value is nested more than {MAX_DEPTH} levels deep, or has more "
                    f"than {MAX_MEMBERS:,} members."
                )
            return _members(value, place, depth + 1)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _members(value: list[object] | dict[str, object], place: str, depth: int) -> Value | None:
    if isinstance(value, dict):
        named = {str(k): plain(v, place, depth) for k, v in value.items()}
        return {k: v for k, v in named.items() if v is not None} or None
    texts = [plain(item, place, depth) for item in value]
    return [text for text in texts if text is not None] or None
