"""What the two formats of workbooks share: an archive of parts, and cells that are text.

A part is unpacked piece by piece while it is parsed, so that neither its size nor what the archive
says about it matters to the memory; how much may come out is bounded.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

from ingest.readers.bounded import MAX_XML, Bounded
from ingest.readers.recognition import root_of
from ingest.rows import MAX_CELL, plain
from ingest.zips import FAULTS, mend
from practicegraph.errors import ForbiddenReference, MalformedDocument, TooLarge

#: Bytes that one part may have when it is unpacked, and those that are read whole.
MAX_PART: Final = 4 << 30
MAX_SMALL_PART: Final = 16 << 20
#: Parts that a workbook may consist of, and columns that a sheet may have.
MAX_PARTS: Final = 10_000
MAX_COLUMN: Final = 16_384

#: A row of a sheet: its number, and the text of its cells by the number of their column from 0.
GridRow: TypeAlias = tuple[int, dict[int, str]]

_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,6}")


class Workbook:
    """The archive of a workbook, and what was met in its cells."""

    def __init__(self, name: str, archive: zipfile.ZipFile, left_out: dict[str, str]) -> None:
        """Take in an open archive; `left_out` gets what is left out, with the first cell of it."""
        if len(archive.filelist) > MAX_PARTS:
            raise TooLarge(f"{name}: the workbook has more than {MAX_PARTS:,} parts.")
        self.name = name
        self.parts = frozenset(archive.namelist())
        self._left_out = left_out
        self._archive = archive

    @contextmanager
    def stream(self, part: str, limit: int = MAX_PART) -> Iterator[Bounded[bytes]]:
        """Open a part to be parsed. What comes after the last read is read too, for its checksum.

        Raises MalformedDocument where there is none of this name.
        """
        if part not in self.parts:
            raise MalformedDocument(self.name, f"the workbook has no part {part[:100]!r}.")
        with self._archive.open(part) as packed:
            file = _Part(packed, self.name, limit)
            yield Bounded(file, self.name, MAX_XML)
            while file.read(1 << 18):
                pass

    def tree(self, part: str) -> Any:
        """The root element of a part that is read whole. Raises MalformedDocument or TooLarge."""
        with self.stream(part, MAX_SMALL_PART) as file:
            content = b"".join(iter(lambda: file.read(1 << 16), b""))
        place = f"{self.name}, part {part}"
        if root_of(place, content).doctype is not None:
            raise ForbiddenReference(f"{place}: there is a document type (DOCTYPE); take it out.")
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise MalformedDocument(place, f"{error.msg}.", *error.position) from error

    def leave_out(self, what: str, row: int, column: int) -> None:
        """Remember that something was left out, and the first cell in which it was met."""
        self._left_out.setdefault(what, f"{column_name(column)}{row}")

    def number(self, text: str | None, most: int) -> int:
        """A whole number of a place or a repetition. Raises MalformedDocument."""
        if text is None or not _NUMBER.fullmatch(text) or int(text) > most:
            raise MalformedDocument(self.name, f"{(text or '')[:40]!r} is no place in a sheet.")
        return int(text)


class _Part:
    """A part on its way out of the archive, which ends at its limit whatever it says."""

    def __init__(self, packed: IO[bytes], name: str, limit: int) -> None:
        self._packed = packed
        self._name = name
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        piece = self._packed.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(f"{self._name}: unpacked, a part of the workbook is too large.")
        return piece


@contextmanager
def opened(path: Path, left_out: dict[str, str]) -> Iterator[Workbook]:
    """Open a workbook that is an archive, see `Workbook`. Raises MalformedDocument."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Workbook(path.name, archive, left_out)
    except FAULTS as error:
        raise MalformedDocument(path.name, f"the workbook cannot be read: {mend(error)}") from error


def number_text(text: str, place: str) -> str:
    """A number as people read it: whole numbers without a fraction. Raises ValueError."""
    return text if _WHOLE.fullmatch(text) else str(plain(float(text), place) or "")


def moment_text(value: date | datetime | time | timedelta) -> str:
    """A date, a time, both or a duration by ISO 8601; midnight is a date alone."""
    if isinstance(value, timedelta):
        sign, seconds = ("-", -value.total_seconds()) if value < timedelta() else ("", 0.0)
        seconds = seconds or value.total_seconds()
        hours, rest = divmod(round(seconds), 3600)
        parts = [f"{hours}H" * bool(hours), f"{rest // 60}M" * bool(rest // 60)]
        parts.append(f"{rest % 60}S" * (bool(rest % 60) or (not rest and not hours)))
        return f"{sign}PT{''.join(parts)}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat()


def cell_text(text: str, name: str, row: int) -> str:
    """A text that a cell may have. Raises TooLarge."""
    if len(text) > MAX_CELL:
        raise TooLarge(f"{name}, row {row}: a cell has more than {MAX_CELL:,} characters.")
    return text


def column_name(column: int) -> str:
    """The letters of a column, numbered from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
