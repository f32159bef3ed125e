"""What commands print: tables for people, and CSV or JSON for pipes."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

#: First characters with which a spreadsheet starts a formula; some take the wide forms as well.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Columns of a table that goes to a file or a pipe.
_WIDTH: Final = 140
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")

messages = Console(stderr=True, soft_wrap=True)


class Format(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def harmless(cell: object) -> str:
    """The text of a cell for CSV, kept from becoming a formula in a spreadsheet.

    A number with a sign is no formula and stays as it is.
    """
    text = "" if cell is None else str(cell)
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """A cell of CSV without the apostrophe that `harmless` put before it."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(
        c if c.isprintable() or c in " \n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    form: Format,
    out: TextIO | None = None,
) -> None:
    """Print rows under the names of their columns; CSV streams, JSON is a list of objects."""
    out = out or sys.stdout
    match form:
        case Format.CSV:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([harmless(cell) for cell in row] for row in rows)
        case Format.JSON:
            out.write("[")
            for number, row in enumerate(rows):
                out.write(",\n " if number else "\n ")
                json.dump(
                    dict(zip(columns, row, strict=True)), out, ensure_ascii=False, default=str
                )
            out.write("\n]\n")
        case Format.TABLE:
            table = Table(header_style="bold")
            for column in columns:
                table.add_column(column, overflow="fold")
            for row in rows:
                table.add_row(*(escape("" if cell is None else plain(str(cell))) for cell in row))
            Console(file=out, width=None if out.isatty() else _WIDTH).print(table)


@contextmanager
def progress_bar(label: str, total: int | None = None) -> Iterator[_Advance]:
    """Show a bar on the terminal (nothing where there is none) while the block lasts."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    with bar:
        task = bar.add_task(label, total=total)
        yield _Advance(bar, task)


class _Advance:
    """Moves a bar: call it with a number of steps; `expect` tells how many there will be."""

    def __init__(self, bar: Progress, task: Any) -> None:
        self._bar, self._task = bar, task

    def __call__(self, steps: int) -> None:
        self._bar.advance(self._task, steps)

    def expect(self, total: int) -> None:
        """Set the number of steps in all."""
        self._bar.update(self._task, total=total)
