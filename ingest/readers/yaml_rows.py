"""YAML 1.1: mappings become rows, and every scalar is the text that stands in the file.

`1.10`, `no` and `2024-01-31` stay as they are written. PyYAML (libyaml) makes the events; they are
put together here, because its own composer would hold the whole document, take the last of two
equal keys, and expand what refers to itself again and again.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO, TypeAlias

import yaml

from ingest.readers.bounded import Bounded
from ingest.readers.text import Encoding, encoding_of
from ingest.rows import MAX_DEPTH, MAX_MEMBERS, ReaderOptions, Row, Scan, Value, plain
from practicegraph.errors import MalformedDocument

#: Scalars and characters that one row may have, and that the anchors of a document may hold, once
#: everything that refers to them is written out.
MAX_EXPANDED: Final = 1 << 20
_TAG: Final = "tag:yaml.org,2002:"
#: Tags that change nothing, because a scalar is the text that stands there.
_TAGS: Final = frozenset(
    f"{_TAG}{name}" for name in "str int float bool null timestamp map seq".split()
)
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})

_Composed: TypeAlias = "str | list[_Composed] | dict[str, _Composed] | None"


class YamlRows:
    """Rows of YAML: a mapping is one, a list of mappings many; so in each document of a file."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._items = tuple(options.items.split(".")) if options.items else ()
        self._given = options.encoding
        self._encoding: Encoding | None = None

    def scan(self) -> Scan:
        """Read the whole file once. Raises MalformedDocument with the line of the fault."""
        self._encoding = encoding_of(self._path, self._given)
        note = self._encoding.note
        columns: dict[str, None] = {}
        count = 0
        for row in self.rows():
            count += 1
            if count <= 100:
                columns.update(dict.fromkeys(row.cells))
        if not count:
            raise MalformedDocument(self._path.name, "the document holds no mappings.", 1)
        return Scan(count, tuple(columns), (note,) if note else ())

    def rows(self) -> Iterator[Row]:
        """Yield the mappings, numbered by the line on which they start."""
        name = self._path.name
        encoding = (self._encoding or encoding_of(self._path, self._given)).name
        with self._path.open(encoding=encoding, newline="") as file:
            stream = Bounded(file, name)
            try:
                for line, item in _Composer(name, stream).items(self._items):
                    stream.refill()
                    cells = _cells(item, name, line)
                    if cells:
                        yield Row(line, cells)
            except yaml.reader.ReaderError as error:
                raise _unreadable(error, name, self._path, encoding) from error


def load_mapping(text: str, name: str, before: int = 0) -> dict[str, Value]:
    """Read YAML that is part of something else, such as front matter: one mapping, or nothing.

    `name` is what errors call it, `before` the number of lines above it. Raises MalformedDocument.
    """
    try:
        found = list(_Composer(name, Bounded(io.StringIO(text), name), before).items(()))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 + before
        raise MalformedDocument(name, f"{error.reason}.", line) from error
    if len(found) > 1:
        raise MalformedDocument(name, "there is more than one mapping.", found[1][0])
    return _cells(found[0][1], name, found[0][0]) if found else {}


def _cells(item: _Composed, name: str, line: int) -> dict[str, Value]:
    if not isinstance(item, dict):
        raise MalformedDocument(
            name, "this is no mapping; each row is written as 'key: value'.", line
        )
    cells = plain(item, f"{name}, line {line}")
    return cells if isinstance(cells, dict) else {}


def _unreadable(
    error: yaml.reader.ReaderError, name: str, path: Path, encoding: str
) -> MalformedDocument:
    # The library tells how many bytes of UTF-8 stand before the character, not on which line.
    line, left = 1, error.position
    with path.open(encoding=encoding, newline="") as file:
        while left > 0 and (piece := file.read(1 << 16)):
            data = piece.encode()[:left]
            line, left = line + data.count(b"\n"), left - len(data)
    return MalformedDocument(name, f"{error.reason}.", line)


class _Composer:
    """Values out of the events of one file, with the limits that the library does not know."""

    def __init__(self, name: str, stream: Bounded[str] | TextIO, before: int = 0) -> None:
        self._name = name
        self._before = before
        self._events = yaml.parse(stream, Loader=yaml.CSafeLoader)
        self._anchors: dict[str, tuple[_Composed, int]] = {}
        self._held = 0
        self._size = 0

    def items(self, path: tuple[str, ...]) -> Iterator[tuple[int, _Composed]]:
        """Yield what stands at the path, in all documents, with the lines on which it starts."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self._held = 0
                yield from self._at(path, self._next())

    def _at(self, path: tuple[str, ...], event: yaml.Event) -> Iterator[tuple[int, _Composed]]:
        if path:
            if not isinstance(event, yaml.MappingStartEvent):
                raise self._fault(event, f"there is no key {path[0]!r}, because it is no mapping")
            for key, value in self._pairs():
                if key == path[0]:
                    yield from self._at(path[1:], value)
                else:
                    self._compose(value, 0)
                    self._size = 0
        elif isinstance(event, yaml.SequenceStartEvent):
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                yield self._row(event)
        elif not _is_null(event):
            yield self._row(event)

    def _row(self, event: yaml.Event) -> tuple[int, _Composed]:
        self._size = 0
        return self._line(event), self._compose(event, 0)

    def _compose(self, event: yaml.Event, depth: int) -> _Composed:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if not isinstance(event, yaml.NodeEvent):
            raise self._fault(event, "a value is missing")
        before = self._size
        self._check_tag(event)
        value: _Composed
        if isinstance(event, yaml.ScalarEvent):
            self._grow(event, 1 + len(event.value))
            value = None if _is_null(event) else event.value
        elif depth >= MAX_DEPTH:
            raise self._fault(event, f"the values are nested more than {MAX_DEPTH} levels deep")
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(event, depth + 1)
        else:
            value = self._mapping(depth + 1)
        if event.anchor is not None:
            size = self._size - before
            self._held += size
            if self._held > MAX_EXPANDED:
                raise self._fault(event, "the anchors of the document hold too much")
            self._anchors[event.anchor] = (value, size)
        return value

    def _alias(self, event: yaml.AliasEvent) -> _Composed:
        # What refers to itself is not known yet, as it gets its name when it is complete.
        if event.anchor not in self._anchors:
            raise self._fault(event, f"nothing above is called &{event.anchor}")
        value, size = self._anchors[event.anchor]
        self._grow(event, size)
        return value

    def _sequence(self, start: yaml.Event, depth: int) -> list[_Composed]:
        values: list[_Composed] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            if len(values) >= MAX_MEMBERS:
                raise self._fault(start, f"the list has more than {MAX_MEMBERS:,} members")
            values.append(self._compose(event, depth))
        return values

    def _mapping(self, depth: int) -> dict[str, _Composed]:
        values: dict[str, _Composed] = {}
        merged: list[_Composed] = []
        for key, event in self._pairs():
            value = self._compose(event, depth)
            if key == "<<":
                merged += value if isinstance(value, list) else [value]
                if not all(isinstance(other, dict) for other in merged):
                    raise self._fault(event, "only mappings can be merged by '<<'")
            else:
                values[key] = value
        for other in merged:
            if isinstance(other, dict):
                values = other | values
        return values

    def _pairs(self) -> Iterator[tuple[str, yaml.Event]]:
        """The keys of a mapping, each with the event with which its value starts."""
        seen: set[str] = set()
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            is_text = isinstance(event, yaml.ScalarEvent | yaml.AliasEvent)
            key = self._compose(event, MAX_DEPTH) if is_text else None
            if not isinstance(key, str) or not key:
                raise self._fault(event, "a key is a text, and never empty")
            if key in seen:
                raise self._fault(event, f"there are two keys called {key!r}; rename one of them")
            if len(seen) >= MAX_MEMBERS:
                raise self._fault(event, f"the mapping has more than {MAX_MEMBERS:,} keys")
            seen.add(key)
            yield key, self._next()

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"} and tag not in _TAGS:
            raise self._fault(event, f"values tagged {tag.replace(_TAG, '!!')} are not read")

    def _grow(self, event: yaml.Event, size: int) -> None:
        self._size += size
        if self._size > MAX_EXPANDED:
            raise self._fault(
                event, f"written out, the row has more than {MAX_EXPANDED:,} characters"
            )

    def _next(self) -> yaml.Event:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            cause = ": ".join(filter(None, (error.context, error.problem))) or "not sound"
            line, column = (mark.line, mark.column) if mark else (0, 0)
            raise MalformedDocument(
                self._name, f"{cause}.", line + 1 + self._before, column + 1
            ) from error

    def _line(self, event: yaml.Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + 1 + self._before

    def _fault(self, event: yaml.Event, cause: str) -> MalformedDocument:
        column = event.start_mark.column + 1 if event.start_mark else None
        return MalformedDocument(self._name, f"{cause}.", self._line(event), column)


def _is_null(event: yaml.Event) -> bool:
    return (
        isinstance(event, yaml.ScalarEvent)
        and event.value in _NULL
        and (bool(event.implicit[0]) or event.tag == f"{_TAG}null")
    )
