"""What a workbook may not do: make the library hold more than there is memory for.

The library holds the bounding box of the cells of a sheet, so that two cells far apart would fill
the memory, and it takes any part of the archive for a sheet that the workbook calls one. So every
part is unpacked here first, piece by piece, and what could be a sheet is read with a strict parser.
"""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn
from xml.parsers import expat

from practicegraph.errors import MalformedDocument, TooLarge

#: Bytes that a workbook may have when it is unpacked, parts that it may consist of, and cells that
#: the bounding box of a sheet may hold.
MAX_UNPACKED: Final = 1 << 30
MAX_PARTS: Final = 10_000
MAX_CELLS: Final = 50_000_000

_PIECE: Final = 1 << 18
_OVERLAP: Final = 256
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,6}")
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
#: Where the library starts to read cells; it reads names as they stand, in UTF-8.
_SHEET: Final = re.compile(rb"<(?:[^<>/\s]{1,100}:)?sheetData|<table:table\b")
_ROOTS: Final = frozenset({"worksheet", "document-content", "document"})


def guard(path: Path) -> None:
    """Refuse what would not fit into memory. Raises TooLarge, MalformedDocument or BadZipFile."""
    found = path.stat()
    _examine(path, found.st_ino, found.st_size, found.st_mtime_ns)


# A workbook is opened for each of its sheets, and looked at once as long as it is the same file.
@lru_cache(maxsize=16)
def _examine(path: Path, _inode: int, _size: int, _modified: int) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_PARTS:
            raise TooLarge(f"{path.name}: the workbook has more than {MAX_PARTS:,} parts.")
        left = MAX_UNPACKED
        for member in members:
            if member.filename.lower().endswith("workbook.bin"):
                raise MalformedDocument(
                    path.name, "this is a binary workbook (XLSB); save it as XLSX."
                )
            left = _part(path.name, archive, member, left)


def _part(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    # The size that an archive names may be a lie, by which reading would end too soon.
    member.file_size = MAX_UNPACKED + 1
    part = _Part(name)
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise TooLarge(f"{name}: unpacked, the workbook has more than 1 GiB.")
            part.feed(piece)
    part.close()
    return left


class _Part:
    """One part of the archive on its way through the parser."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tail = b""
        self._fault = ""
        self._is_sheet = False
        self._root: str | None = None
        self._box = _Box(name)
        # The encoding is fixed, because the library does not heed the one that a part declares.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.ProcessingInstructionHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        """Read on. What is no XML, or another document, is only searched for the mark of sheets."""
        self._is_sheet = self._is_sheet or _SHEET.search(self._tail + piece) is not None
        self._tail = piece[-_OVERLAP:]
        self._parse(piece, last=False)

    def close(self) -> None:
        """Refuse a sheet that the parser could not follow to its end."""
        self._parse(b"", last=True)
        if self._is_sheet and self._fault:
            raise MalformedDocument(
                self._name, f"a sheet of the workbook is not sound ({self._fault})."
            )

    def _parse(self, piece: bytes, *, last: bool) -> None:
        if self._fault:
            return
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, _Refused) as error:
            self._fault = str(error)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = element.rpartition(":")[2]
            if self._root not in _ROOTS:
                raise _Refused(f"its root is {self._root}")
            self._parser.StartElementHandler = self._box.start
            self._parser.EndElementHandler = self._box.end

    def _refuse(self, *_: object) -> NoReturn:
        raise _Refused("it has a document type or a processing instruction")


class _Refused(Exception):
    """The part is nothing that a sheet may be."""


class _Box:
    """The bounding box of the cells of OOXML and OpenDocument."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._row = self._column = self._right = self._bottom = 0
        self._repeated = 1

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Follow an element, whatever its prefix."""
        match element.rpartition(":")[2]:
            case "c":
                self._cell(attributes.get("r"))
            case "row":
                number = attributes.get("r")
                if number is not None and not _NUMBER.fullmatch(number):
                    raise self._malformed(number)
                self._row = int(number) if number else self._row + 1
                self._column = 0
            case "table":
                self._row = self._right = self._bottom = 0
            case "table-row":
                self._repeated = self._times(attributes, "table:number-rows-repeated")
                self._column = 0
            case "table-cell" | "covered-table-cell":
                self._column += self._times(attributes, "table:number-columns-repeated")
                # Sheets are often padded with empty cells, which the library does not hold.
                if any(key.startswith(("office:", "table:formula")) for key in attributes):
                    self._reach(self._row + self._repeated, self._column)

    def end(self, element: str) -> None:
        """Close a row of OpenDocument, which may stand for many."""
        if element.rpartition(":")[2] == "table-row":
            self._row += self._repeated

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise self._malformed(reference)
            self._column = 0
            for letter in found[1].upper():
                self._column = self._column * 26 + ord(letter) - 64
            self._row = int(found[2])
        self._reach(self._row, self._column)

    def _reach(self, row: int, column: int) -> None:
        self._right, self._bottom = max(self._right, column), max(self._bottom, row)
        if self._right * self._bottom > MAX_CELLS:
            raise TooLarge(
                f"{self._name}: the sheet spans {self._bottom:,} rows and {self._right:,} columns; "
                "delete the stray cells far from the table."
            )

    def _times(self, attributes: dict[str, str], key: str) -> int:
        number = attributes.get(key, "1")
        if not _NUMBER.fullmatch(number):
            raise self._malformed(number)
        return int(number)

    def _malformed(self, place: str) -> MalformedDocument:
        return MalformedDocument(self._name, f"{place[:40]!r} is no place in a sheet.")
