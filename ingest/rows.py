"""A row: what every reader yields, whatever the format it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from practicegraph.errors import TooLarge

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

#: Columns that one row may have.
MAX_COLUMNS: Final = 1_000
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
class ReaderOptions:
    """How to read a file where it does not say so itself; the header of a mapping sets them.

    `delimiter` and `encoding` are for CSV, `sheet` for workbooks (the first one by default),
    `items` is the path to the array in a JSON document, such as `data.cases`.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    items: str | None = None


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
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list() | dict() if depth >= MAX_DEPTH:
            raise TooLarge(f"{place}: values are nested more than {MAX_DEPTH} levels deep.")
        case list():
            texts = [plain(item, place, depth + 1) for item in value]
            return [text for text in texts if text is not None] or None
        case dict():
            if len(value) > MAX_COLUMNS:
                raise TooLarge(f"{place}: there are more than {MAX_COLUMNS:,} columns.")
            members = {str(k): plain(v, place, depth + 1) for k, v in value.items()}
            return {k: v for k, v in members.items() if v is not None} or None
    return str(value)
