"""XLSX (ECMA-376): the rows of one sheet, streamed; what a date is, openpyxl tells.

Texts stand in a table of their own (the shared strings), which may be larger than the sheet. It is
kept in a temporary file, so that in memory only a number of eight bytes grows with each text.
"""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from ingest.readers.workbook import (
    MAX_COLUMN,
    GridRow,
    Workbook,
    cell_text,
    moment_text,
    number_text,
)
from ingest.readers.xml_stream import events, forget, local
from practicegraph.errors import MalformedDocument

MAX_ROW_NUMBER: Final = 1_048_576
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
#: How OOXML writes a character that XML cannot hold (Part 1, 22.9.2.19, ST_Xstring).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Formats of dates that a file need not name (Part 1, 18.8.30), also those of East Asia.
_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_RELATION: Final = "/relationships/{}"


def grid(workbook: Workbook, wanted: str | None) -> Iterator[GridRow]:
    """Yield the rows of a sheet that have cells, of the first sheet unless a name is given."""
    book = _Book(workbook)
    part = book.sheet(wanted)
    with book.strings() as texts:
        yield from _Sheet(workbook, part, texts, book).rows()


def names(workbook: Workbook) -> list[str]:
    """What the sheets are called."""
    return list(_Book(workbook).sheets())


class _Book:
    """What the workbook says about its sheets, and how it writes dates."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        if any(part.lower().endswith("workbook.bin") for part in workbook.parts):
            raise MalformedDocument(
                workbook.name, "this is a binary workbook (XLSB); save it as XLSX."
            )
        main = self._related("", "officeDocument")
        if not main:
            raise MalformedDocument(workbook.name, "the workbook cannot be read (it has no parts).")
        self._main = main[0][1]
        self._root = workbook.tree(self._main)
        properties = self._root.find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self.epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
        self.dates = self._dates()

    def sheet(self, wanted: str | None) -> str:
        """The part of a sheet. Raises MalformedDocument where there is none of the name."""
        return chosen(self._workbook.name, self.sheets(), wanted)

    def sheets(self) -> dict[str, str]:
        """The parts of the sheets, by name."""
        parts = dict(self._related(self._main, "worksheet"))
        sheets: dict[str, str] = {}
        for sheet in self._root.iterfind("{*}sheets/{*}sheet"):
            key = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            if key in parts:
                sheets.setdefault(sheet.get("name", ""), parts[key])
        return sheets

    @contextmanager
    def strings(self) -> Iterator[_Strings]:
        """The texts of the workbook, in a file that vanishes."""
        parts = self._related(self._main, "sharedStrings")
        with tempfile.TemporaryFile(prefix="practicegraph-") as file:
            texts = _Strings(file, self._workbook.name)
            if parts and parts[0][1] in self._workbook.parts:
                with self._workbook.stream(parts[0][1]) as stream:
                    for _, item in events(stream, self._workbook.name, tags=["{*}si"]):
                        texts.add(_text_of(item))
                        stream.refill()
                        forget(item)
            file.flush()
            yield texts

    def _dates(self) -> dict[int, str]:
        """The styles by which a number is a moment, with the format that each has."""
        parts = self._related(self._main, "styles")
        if not parts or parts[0][1] not in self._workbook.parts:
            return {}
        root = self._workbook.tree(parts[0][1])
        own = {f.get("numFmtId"): f.get("formatCode") for f in root.iterfind(".//{*}numFmt")}
        found: dict[int, str] = {}
        for index, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            key = style.get("numFmtId", "0")
            number = int(key) if key.isdecimal() and len(key) < 6 else 0
            code = own.get(key) or BUILTIN_FORMATS.get(number, "")
            if (key not in own and number in _DATES) or (code and is_date_format(code)):
                found[index] = code
        return found

    def _related(self, part: str, kind: str) -> list[tuple[str, str]]:
        """The parts that another one names as its own: their key and their path."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._workbook.parts:
            return []
        return [
            (relation.get("Id", ""), posixpath.normpath(posixpath.join("/", folder, target))[1:])
            for relation in self._workbook.tree(relations).iterfind("{*}Relationship")
            if relation.get("Type", "").endswith(_RELATION.format(kind))
            and (target := relation.get("Target"))
        ]


class _Strings:
    """The shared strings: texts in a file, and where each of them ends."""

    def __init__(self, file: Any, name: str) -> None:
        self._file = file
        self._name = name
        self._ends = array("Q", [0])
        self.get = lru_cache(512)(self._get)

    def add(self, text: str) -> None:
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "replace")))

    def _get(self, index: str) -> str:
        number = int(index) if index.isdecimal() and len(index) < 10 else -1
        if not 0 <= number < len(self._ends) - 1:
            raise MalformedDocument(self._name, f"there is no shared text {index[:40]!r}.")
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - start, start).decode("utf-8")


class _Sheet:
    """The rows of one sheet."""

    def __init__(self, workbook: Workbook, part: str, texts: _Strings, book: _Book) -> None:
        self._workbook = workbook
        self._name = workbook.name
        self._part = part
        self._texts = texts
        self._book = book

    def rows(self) -> Iterator[GridRow]:
        """Yield them; what comes after the cells, such as rules of colour, is not parsed."""
        with self._workbook.stream(self._part) as stream:
            number = 0
            for _, element in events(stream, self._name, tags=["{*}row", "{*}sheetData"]):
                if local(element.tag) == "sheetData":
                    return
                parent = element.getparent()
                if parent is None or local(parent.tag) != "sheetData":
                    continue
                given = element.get("r")
                number = number + 1 if given is None else self._row_number(given)
                yield number, self._cells(element, number)
                stream.refill()
                forget(element)
        raise MalformedDocument(self._name, f"the part {self._part} is no sheet.")

    def _row_number(self, given: str) -> int:
        return self._workbook.number(given, MAX_ROW_NUMBER)

    def _cells(self, row: Any, number: int) -> dict[int, str]:
        cells: dict[int, str] = {}
        column = -1
        for cell in row.iterchildren("{*}c"):
            reference = cell.get("r")
            column = column + 1 if reference is None else self._column(reference)
            if column >= MAX_COLUMN:
                raise MalformedDocument(self._name, "there are too many columns.", None)
            try:
                text = self._text(cell, number, column)
            except (ValueError, OverflowError) as error:
                raise MalformedDocument(
                    f"{self._name}, cell {reference}", f"the value cannot be read ({error})."
                ) from error
            if text:
                cells[column] = cell_text(text, self._name, number)
        return cells

    def _column(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise MalformedDocument(self._name, f"{reference[:40]!r} is no place in a sheet.")
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - 64
        return column - 1

    def _text(self, cell: Any, row: int, column: int) -> str:
        value, formula, inline = "", False, ""
        for child in cell:
            match local(child.tag):
                case "v":
                    value = (
                        (child.text or "").strip() if cell.get("t") != "str" else child.text or ""
                    )
                case "f":
                    formula = True
                case "is":
                    inline = _text_of(child)
        kind = cell.get("t", "n")
        if kind == "e":
            self._workbook.leave_out("errors such as #N/A", row, column)
        elif kind == "inlineStr":
            return inline
        elif value:
            return self._typed(kind, value if kind == "str" else value.strip(), cell.get("s"))
        elif formula and kind != "str":
            self._workbook.leave_out("formulas that were never calculated", row, column)
        return ""

    def _typed(self, kind: str, value: str, style: str | None) -> str:
        match kind:
            case "s":
                text = self._texts.get(value)
            case "str":
                text = _unescaped(value)
            case "b":
                text = {"0": "false", "1": "true"}.get(value, value)
            case "d":
                text = value
            case _:
                text = self._number(value, style)
        return text

    def _number(self, value: str, style: str | None) -> str:
        code = self._book.dates.get(int(style)) if style and style.isdecimal() else None
        if code is None:
            return number_text(value, self._name)
        moment = from_excel(float(value), self._book.epoch, timedelta=is_timedelta_format(code))
        return number_text(value, self._name) if moment is None else moment_text(moment)


def _text_of(item: Any) -> str:
    """The text of a string, which may be made of parts; how it is pronounced is no part of it."""
    if len(item) == 1 and local(item[0].tag) == "t":
        return _unescaped(item[0].text or "")
    return _unescaped(
        "".join(
            text.text or "" for text in item.iter("{*}t") if local(text.getparent().tag) != "rPh"
        )
    )


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def chosen(name: str, sheets: dict[str, str], wanted: str | None) -> str:
    """What stands for a sheet, the first one unless a name is given. Raises MalformedDocument."""
    if not sheets:
        raise MalformedDocument(name, "the workbook has no sheets.")
    if wanted is None:
        return next(iter(sheets.values()))
    if wanted not in sheets:
        raise MalformedDocument(
            name, f"there is no sheet {wanted!r}; there are {', '.join(sheets)}."
        )
    return sheets[wanted]
