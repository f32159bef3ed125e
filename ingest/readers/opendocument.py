"""ODS (OpenDocument 1.3): the rows of one sheet, streamed, with all that stands for many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ingest.readers.workbook import MAX_COLUMN, GridRow, Workbook, cell_text, number_text
from ingest.readers.xml_stream import events, forget, local
from practicegraph.errors import MalformedDocument, TooLarge

#: Cells with content that a sheet may have, those that one cell stands for counted in.
MAX_CELLS: Final = 50_000_000
_MAX_TIMES: Final = 1_048_576
_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
#: Kinds of values → the attribute that holds one, by ISO 8601 or as true and false.
_MOMENTS: Final = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}


def is_opendocument(workbook: Workbook) -> bool:
    """Whether the archive is one of OpenDocument."""
    return _CONTENT in workbook.parts


def grid(workbook: Workbook, wanted: str | None) -> Iterator[GridRow]:
    """Yield the rows of a sheet that have cells, of the first sheet unless a name is given.

    A row that stands for many is yielded as often. Raises MalformedDocument or TooLarge.
    """
    _check_open(workbook)
    yield from _Sheet(workbook).rows(wanted)


def names(workbook: Workbook) -> list[str]:
    """What the sheets are called."""
    _check_open(workbook)
    found: list[str] = []
    depth = 0
    tags = [f"{_TABLE}table", f"{_TABLE}table-row"]
    with workbook.stream(_CONTENT) as stream:
        for event, element in events(stream, workbook.name, ("start", "end"), tags):
            if element.tag == tags[0]:
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    found.append(element.get(f"{_TABLE}name", ""))
            elif event == "end" and depth == 1:
                stream.refill()
                forget(element)
    return found


def _check_open(workbook: Workbook) -> None:
    if _MANIFEST in workbook.parts:
        with workbook.stream(_MANIFEST) as manifest:
            if b"encryption-data" in manifest.read(1 << 20):
                raise MalformedDocument(
                    workbook.name, "the workbook is protected by a password; save it without."
                )


class _Sheet:
    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._name = workbook.name
        self._cells = 0

    def rows(self, wanted: str | None) -> Iterator[GridRow]:
        """Yield the rows; a table inside of a cell is none of them."""
        names: list[str] = []
        depth = number = 0
        is_wanted = False
        tags = [f"{_TABLE}table", f"{_TABLE}table-row"]
        with self._workbook.stream(_CONTENT) as stream:
            for event, element in events(stream, self._name, ("start", "end"), tags):
                is_table = element.tag == tags[0]
                if is_table and event == "start":
                    depth += 1
                    if depth == 1:
                        name = element.get(f"{_TABLE}name", "")
                        is_wanted = name == wanted if wanted is not None else not names
                        names.append(name)
                elif is_table:
                    depth -= 1
                    if depth == 0 and is_wanted:
                        return
                elif event == "end" and depth == 1:
                    if is_wanted:
                        times = self._times(element, "number-rows-repeated", _MAX_TIMES)
                        yield from self._repeated(element, number + 1, times)
                        number += times
                    stream.refill()
                    forget(element)
        if not names:
            raise MalformedDocument(self._name, "the workbook has no sheets.")
        raise MalformedDocument(
            self._name, f"there is no sheet {wanted!r}; there are {', '.join(names)}."
        )

    def _repeated(self, row: Any, number: int, times: int) -> Iterator[GridRow]:
        cells = self._row(row, number)
        if not cells:
            return
        self._cells += len(cells) * times
        if self._cells > MAX_CELLS:
            raise TooLarge(
                f"{self._name}: the sheet has more than {MAX_CELLS:,} cells; delete the stray "
                "cells far from the table."
            )
        for n in range(number, number + times):
            yield n, cells

    def _row(self, row: Any, number: int) -> dict[int, str]:
        cells: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            times = self._times(cell, "number-columns-repeated", MAX_COLUMN)
            # What a merged cell covers is none of the sheet's content.
            is_seen = cell.tag == f"{_TABLE}table-cell"
            text = self._text(cell, number, column) if is_seen else ""
            if column + times > MAX_COLUMN:
                times = MAX_COLUMN - column
            if text:
                text = cell_text(text, self._name, number)
                cells.update(dict.fromkeys(range(column, column + times), text))
            column += times
        return cells

    def _text(self, cell: Any, row: int, column: int) -> str:
        kind = cell.get(f"{_OFFICE}value-type")
        if cell.get(f"{_CALC}value-type") == "error":
            self._workbook.leave_out("errors such as #N/A", row, column)
            return ""
        if kind in _MOMENTS:
            return str(cell.get(_OFFICE + _MOMENTS[kind], "")).removesuffix("T00:00:00")
        if kind in _NUMBERS:
            try:
                return number_text(cell.get(f"{_OFFICE}value", ""), self._name)
            except ValueError as error:
                raise MalformedDocument(
                    f"{self._name}, row {row}", f"the value cannot be read ({error})."
                ) from error
        paragraphs = map(_paragraph, cell.iterchildren(f"{_TEXT}p", f"{_TEXT}h"))
        return str(cell.get(f"{_OFFICE}string-value") or "\n".join(paragraphs))

    def _times(self, element: Any, name: str, most: int) -> int:
        given = element.get(_TABLE + name)
        return 1 if given is None else self._workbook.number(given, most)


def _paragraph(element: Any) -> str:
    """The text of a paragraph, with the blanks that XML would lose (6.1.2 to 6.1.5)."""
    parts = [element.text or ""]
    for child in element:
        match local(child.tag):
            case "s":
                times = child.get(f"{_TEXT}c", "1")
                parts.append(" " * (int(times) if times.isdecimal() and len(times) < 5 else 1))
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case "note" | "annotation" | "ruby-text":
                pass
            case _:
                parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
