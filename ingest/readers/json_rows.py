"""JSON arrays and JSON Lines: objects become rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

import ijson

from ingest.rows import MAX_DEPTH, ReaderOptions, Row, Scan, plain
from practicegraph.errors import MalformedDocument

#: Files up to this many bytes are read again as a whole to name the exact line of a fault.
_REREAD: Final = 64 << 20
_MAX_LINE: Final = 16 << 20
#: What decides the depth of a place in JSON: an escape, a quote or a bracket.
_MARK: Final = re.compile(rb'\\.?|["\[\]{}]', re.DOTALL)
_ESCAPE: Final = ord("\\")


class JsonRows:
    """Rows of a JSON array (streamed), of an array inside a document, or of JSON Lines."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._items = options.items

    def scan(self) -> Scan:
        """Read the whole file once. Raises MalformedDocument with the line of the fault."""
        columns: dict[str, None] = {}
        count = 0
        for _, item in self._checked():
            count += 1
            if count <= 100:
                columns.update(dict.fromkeys(item))
        if not count:
            raise MalformedDocument(self._path.name, "the document holds no objects.")
        return Scan(count, tuple(columns))

    def rows(self) -> Iterator[Row]:
        """Yield the objects, numbered from 1 (JSON Lines: by their line)."""
        for number, item in self._checked():
            cells = plain(item, f"{self._path.name}, entry {number}")
            if isinstance(cells, dict):
                yield Row(number, cells)

    def _checked(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, item in self._objects():
            if not isinstance(item, dict):
                raise MalformedDocument(
                    self._path.name,
                    f"entry {number} is not an object; each row is written as {{…}}.",
                )
            yield number, item

    def _objects(self) -> Iterator[tuple[int, Any]]:
        lines = self._path.suffix.lower() in {".jsonl", ".ndjson"}
        return self._by_line() if lines else self._by_array()

    def _by_line(self) -> Iterator[tuple[int, Any]]:
        with self._path.open("rb") as file:
            for number, line in enumerate(_lines(file, self._path.name), start=1):
                if line.strip():
                    _Shallow(self._path.name, MAX_DEPTH, number).check(line)
                    yield number, _load(line, self._path.name, number)

    def _by_array(self) -> Iterator[tuple[int, Any]]:
        prefix = f"{self._items}.item" if self._items else "item"
        with self._path.open("rb") as file:
            start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
            if not start:
                raise MalformedDocument(self._path.name, "the file is empty.", 1)
            if not self._items and not start.startswith(b"["):
                raise MalformedDocument(
                    self._path.name,
                    "the document is not an array of objects; write [ … ], or name the path to "
                    "the array in the mapping ('#+ items: …').",
                    1,
                )
            skip = 3 if self._has_bom() else 0
            file.seek(skip)
            levels = MAX_DEPTH + prefix.count(".") + 1
            shallow = _Shallow(self._path.name, levels, 1, file)
            try:
                yield from enumerate(ijson.items(shallow, prefix), start=1)
            except (ijson.JSONError, ValueError, RecursionError) as error:
                raise self._fault(error) from error

    def _has_bom(self) -> bool:
        with self._path.open("rb") as file:
            return file.read(3) == b"\xef\xbb\xbf"

    def _fault(self, error: Exception) -> MalformedDocument:
        name = self._path.name
        if self._path.stat().st_size <= _REREAD:
            try:
                json.loads(self._path.read_bytes().decode("utf-8-sig"))
            except json.JSONDecodeError as exact:
                return MalformedDocument(name, f"{exact.msg}.", exact.lineno, exact.colno)
            except UnicodeDecodeError as exact:
                line = exact.object[: exact.start].count(b"\n") + 1
                return MalformedDocument(name, "JSON is written in UTF-8; this byte is not.", line)
            except RecursionError:
                return MalformedDocument(name, "the values are nested too deep.")
        # ijson names no line and adds a drawing of the place below its first line.
        return MalformedDocument(name, re.split(r"[\r\n]", str(error))[0].strip() + ".")


class _Shallow:
    """A file of JSON that may be read only as long as it is not nested too deep.

    The parser keeps a name for every level that is open, each as long as all those above it, so
    that the depth is counted before the parser sees the bytes, in memory of one chunk.
    """

    def __init__(self, name: str, levels: int, line: int, file: BinaryIO | None = None) -> None:
        self._name = name
        self._levels = levels
        self._line = line
        self._file = file
        self._depth = 0
        self._in_text = False
        self._escaped = False

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises MalformedDocument with the line that goes too deep."""
        chunk = self._file.read(size) if self._file is not None else b""
        self.check(chunk)
        return chunk

    def check(self, chunk: bytes) -> None:
        """Count on over the next bytes. Raises MalformedDocument with the line."""
        start, self._escaped = int(self._escaped and bool(chunk)), self._escaped and not chunk
        for mark in _MARK.finditer(chunk, start):
            found = mark[0]
            if found == b'"':
                self._in_text = not self._in_text
            elif found[0] == _ESCAPE:
                # The end of a chunk may part an escape.
                self._escaped = len(found) == 1
            elif self._in_text:
                continue
            elif found in b"]}":
                self._depth -= 1
            else:
                self._depth += 1
                if self._depth > self._levels:
                    raise self._too_deep(self._line + chunk.count(b"\n", 0, mark.start()))
        self._line += chunk.count(b"\n")

    def _too_deep(self, line: int) -> MalformedDocument:
        return MalformedDocument(
            self._name,
            f"the values are nested more than {MAX_DEPTH} levels deep; make each row flatter.",
            line,
        )


def _lines(file: Any, name: str) -> Iterator[bytes]:
    number = 0
    while line := file.readline(_MAX_LINE):
        number += 1
        if len(line) == _MAX_LINE:
            raise MalformedDocument(name, "the line is too long.", number)
        yield line


def _load(line: bytes, name: str, number: int) -> Any:
    try:
        return json.loads(
            line.decode("utf-8-sig" if number == 1 else "utf-8"),
            parse_float=Decimal,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise MalformedDocument(name, f"{error.msg}.", number, error.colno) from error
    except UnicodeDecodeError as error:
        raise MalformedDocument(
            name, "JSON is written in UTF-8; this byte is not.", number
        ) from error
    except (ValueError, RecursionError) as error:
        raise MalformedDocument(name, f"{error}.", number) from error


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a value of JSON")
