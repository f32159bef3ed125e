"""JSON arrays, single objects and JSON Lines: objects become rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import ijson

from ingest.readers.bounded import Bounded
from ingest.rows import MAX_DEPTH, ReaderOptions, Row, Scan, plain
from practicegraph.errors import MalformedDocument

#: Files up to this many bytes are read again as a whole to name the exact line of a fault.
_REREAD: Final = 64 << 20
_MAX_LINE: Final = 16 << 20
#: What decides the depth of a place in JSON (an escape, a quote or a bracket), and long numbers.
_MARK: Final = re.compile(rb'\\.?|["\[\]{}]|[0-9]{64,}', re.DOTALL)
_DIGITS: Final = b"0123456789"
#: Digits of a number. The library does not survive one of more than 4,300.
_MAX_DIGITS: Final = 1_000
_ESCAPE: Final = ord("\\")


class JsonRows:
    """Rows of a JSON array (streamed), of an array inside a document, or of JSON Lines.

    A document that is an object, where no path is given, is one row.
    """

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
            twice = _key_twice(item)
            if twice is not None:
                raise MalformedDocument(f"{self._path.name}, entry {number}", _twice(twice))
            yield number, item

    def _objects(self) -> Iterator[tuple[int, Any]]:
        lines = self._path.suffix.lower() in {".jsonl", ".ndjson"}
        return self._by_line() if lines else self._by_array()

    def _by_line(self) -> Iterator[tuple[int, Any]]:
        with self._path.open("rb") as file:
            for number, line in enumerate(_lines(file, self._path.name), start=1):
                if line.strip():
                    if line.count(b"[") + line.count(b"{") > MAX_DEPTH:
                        _Shallow(self._path.name, MAX_DEPTH, number).check(line)
                    yield number, _load(line, self._path.name, number)

    def _by_array(self) -> Iterator[tuple[int, Any]]:
        with self._path.open("rb") as file:
            start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
            if not start:
                raise MalformedDocument(self._path.name, "the file is empty.", 1)
            file.seek(3 if self._has_bom() else 0)
            bounded = Bounded(file, self._path.name)
            prefix = self._prefix(start)
            levels = MAX_DEPTH + len(prefix.split("."))
            shallow = _Shallow(self._path.name, levels, 1, bounded)
            try:
                items = ijson.items(shallow, prefix, map_type=_Unique)
                for number, item in enumerate(items, start=1):
                    bounded.refill()
                    yield number, item
            except (ijson.JSONError, ArithmeticError, ValueError, SystemError) as error:
                # SystemError: the library loses the error for a number of more than 4,300 digits.
                raise self._fault(error) from error

    def _prefix(self, start: bytes) -> str:
        if self._items:
            return f"{self._items}.item"
        if start.startswith((b"[", b"{")):
            return "item" if start.startswith(b"[") else ""
        raise MalformedDocument(
            self._path.name,
            "the document is neither an array of objects nor an object; write [ … ], or name the "
            "path to the array in the mapping ('#+ items: …').",
            1,
        )

    def _has_bom(self) -> bool:
        with self._path.open("rb") as file:
            return file.read(3) == b"\xef\xbb\xbf"

    def _fault(self, error: Exception) -> MalformedDocument:
        name = self._path.name
        if self._path.stat().st_size <= _REREAD:
            try:
                json.loads(self._path.read_bytes().decode("utf-8-sig"))
            except json.JSONDecodeError as exact:
                cause = f"{exact.msg}."
                if exact.msg == "Extra data":
                    cause = (
                        "there is more after the end of the document; a file with one object a "
                        "line is called .jsonl."
                    )
                return MalformedDocument(name, cause, exact.lineno, exact.colno)
            except UnicodeDecodeError as exact:
                line = exact.object[: exact.start].count(b"\n") + 1
                return MalformedDocument(name, "JSON is written in UTF-8; this byte is not.", line)
            except RecursionError:
                return MalformedDocument(name, "the values are nested too deep.")
            except ValueError as exact:
                return MalformedDocument(name, f"{exact}.")
        # ijson names no line and adds a drawing of the place below its first line.
        return MalformedDocument(name, re.split(r"[\r\n]", str(error))[0].strip() + ".")


class _Shallow:
    """A file of JSON that may be read only as long as it is not nested too deep.

    Nor may a number be too long. The parser keeps a name for every level that is open, each as long
    as all those above it, so that the depth is counted before the parser sees the bytes, in memory
    of one chunk.
    """

    def __init__(
        self, name: str, levels: int, line: int, file: Bounded[bytes] | None = None
    ) -> None:
        self._name = name
        self._levels = levels
        self._line = line
        self._file = file
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._digits = 0

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises MalformedDocument with the line that goes too deep."""
        chunk = self._file.read(size) if self._file is not None else b""
        self.check(chunk)
        return chunk

    def check(self, chunk: bytes) -> None:
        """Count on over the next bytes. Raises MalformedDocument with the line."""
        # The end of a chunk may part a number.
        begun = len(chunk) - len(chunk.lstrip(_DIGITS))
        if self._digits + begun > _MAX_DIGITS and not self._in_text:
            raise self._too_long(self._line)
        rest = len(chunk) - len(chunk.rstrip(_DIGITS))
        self._digits = self._digits + begun if begun == len(chunk) else rest
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
            elif found[:1].isdigit():
                if len(found) > _MAX_DIGITS:
                    raise self._too_long(self._line + chunk.count(b"\n", 0, mark.start()))
            elif found in b"]}":
                self._depth -= 1
            else:
                self._depth += 1
                if self._depth > self._levels:
                    raise self._too_deep(self._line + chunk.count(b"\n", 0, mark.start()))
        self._line += chunk.count(b"\n")

    def _too_long(self, line: int) -> MalformedDocument:
        return MalformedDocument(
            self._name, f"a number has more than {_MAX_DIGITS:,} digits; write it as text.", line
        )

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
            object_pairs_hook=_unique,
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


class _Unique(dict[str, Any]):
    """An object that remembers a key which came twice: the library lets no exception through."""

    __slots__ = ("twice",)

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self:
            self.twice = key
        super().__setitem__(key, value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    raise ValueError(_twice(next(key for key in keys if keys.count(key) > 1)).rstrip("."))


def _key_twice(value: Any) -> str | None:
    """The first key that came twice, in the objects that a streamed document is made of."""
    if isinstance(value, _Unique):
        inside: Any = value.values()
        if (twice := getattr(value, "twice", None)) is not None:
            return str(twice)
    elif isinstance(value, list):
        inside = value
    else:
        return None
    return next((twice for v in inside if (twice := _key_twice(v)) is not None), None)


def _twice(key: str) -> str:
    return f"there are two keys called {key!r} in one object; rename one of them."


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a value of JSON")
