"""XML: elements become rows, one at a time, with no document type and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ingest.readers.bounded import MAX_XML, Bounded
from ingest.readers.xml_stream import events, forget, local
from ingest.rows import MAX_DEPTH, ReaderOptions, Row, Scan, Value, plain
from practicegraph.errors import MalformedDocument, TooLarge

#: Under this column stands the text of an element that has attributes or children too.
TEXT: Final = "#text"
#: Elements that one row may be made of.
_MAX_ELEMENTS: Final = 100_000


class XmlRows:
    """Rows of XML: the elements that `items` names, or else the children of the root.

    `items` is a name (`service`) or the end of a path (`catalogue/service`). Names are taken
    without their namespace. An attribute is the column `@name`, a child element the column of its
    name (a list where there are several), and text beside them the column `#text`.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._wanted = [part for part in (options.items or "").split("/") if part]
        self._child: str | None = None

    def scan(self) -> Scan:
        """Read the whole file once. Raises MalformedDocument with the line of the fault."""
        columns: dict[str, None] = {}
        count = 0
        for row in self.rows():
            count += 1
            if count <= 100:
                columns.update(dict.fromkeys(row.cells))
        if not count:
            wanted = "/".join(self._wanted)
            what = f"there is no element {wanted!r} with content" if wanted else "there are no rows"
            raise MalformedDocument(self._path.name, f"{what}.", 1)
        return Scan(count, tuple(columns))

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered by their place among the elements of a row, from 1."""
        name = self._path.name
        with self._path.open("rb") as file:
            bounded = Bounded(file, name, MAX_XML)
            for number, element in enumerate(self._elements(bounded), start=1):
                bounded.refill()
                value = plain(_value(element), f"{name}, element {number}")
                if isinstance(value, dict):
                    yield Row(number, value)
                elif value is not None:
                    yield Row(number, {TEXT: value})

    def _elements(self, file: Bounded[bytes]) -> Iterator[Any]:
        path: list[str] = []
        row: Any = None
        depth = count = 0
        for event, element in events(file, self._path.name, ("start", "end")):
            if event == "start":
                path.append(local(element.tag))
                if row is not None:
                    count += 1
                    self._check(element, len(path) - depth, count)
                elif self._is_row(path, element):
                    row, depth, count = element, len(path), 0
                continue
            path.pop()
            if element is row:
                yield element
                row = None
            if row is None:
                forget(element)

    def _is_row(self, path: list[str], element: Any) -> bool:
        if self._wanted:
            return path[-len(self._wanted) :] == self._wanted
        if len(path) != 2:
            return False
        self._child = self._child or path[1]
        if self._child != path[1]:
            raise MalformedDocument(
                self._path.name,
                f"below the root there are elements {self._child!r} and {path[1]!r}; name that of "
                "a row in the mapping ('#+ items: …').",
                element.sourceline,
            )
        return True

    def _check(self, element: Any, depth: int, count: int) -> None:
        if depth > MAX_DEPTH:
            raise MalformedDocument(
                self._path.name,
                f"the elements of a row are nested more than {MAX_DEPTH} levels deep.",
                element.sourceline,
            )
        if count > _MAX_ELEMENTS:
            raise TooLarge(
                f"{self._path.name}, line {element.sourceline}: a row is made of more than "
                f"{_MAX_ELEMENTS:,} elements."
            )


def _value(element: Any) -> Value:
    members: dict[str, Value] = {}
    for name, text in element.attrib.items():
        _add(members, f"@{local(name)}", text.strip())
    # The text of `some <b>bold</b> words` is all of it, in its order.
    is_mixed = bool((element.text or "").strip())
    for child in element:
        _add(members, local(child.tag), _value(child))
        is_mixed = is_mixed or bool((child.tail or "").strip())
    text = "".join(element.itertext()).strip() if is_mixed else ""
    if not members:
        return text
    if text:
        members[TEXT] = text
    return members


def _add(members: dict[str, Value], name: str, value: Value) -> None:
    before = members.get(name)
    if before is None:
        members[name] = value
    elif isinstance(before, list):
        before.append(value)
    else:
        members[name] = [before, value]
