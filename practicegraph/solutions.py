"""Solutions of a query, read as they come, and written as people and spreadsheets want them.

The query workers speak the formats of the W3C. This reads the JSON one (SPARQL 1.1 Query Results
JSON Format) in pieces, so that a long answer passes through without being held.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import pyoxigraph as ox

from practicegraph.namespaces import XSD
from practicegraph.sparql import Answer
from practicegraph.terminal import harmless

MEDIA_TYPE: Final = "application/sparql-results+json"
#: The column in which the answer to ASK stands.
BOOLEAN: Final = "answer"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Solution = Sequence[Term | None]

#: Bytes of text that are gathered before a piece is sent on.
_PIECE: Final = 64 * 1024
_NATIVE: Final = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"0|-?[1-9]\d{0,14}"),
}


class Solutions:
    """The table that an answer in `MEDIA_TYPE` holds: names of columns, and rows to iterate once.

    The answer to ASK is one row with one column, `BOOLEAN`. What the answer raises while it is
    read goes on to the caller; one that ends too early raises ValueError.
    """

    # Not read by the engine: what that gives for a table is bound to the thread in which it was
    # made, and one that sends an answer takes each piece in whichever thread is free.

    def __init__(self, answer: Answer) -> None:
        self._text = _Text(answer.chunks)
        self._text.expect("{")
        self._text.member("head")
        head = self._text.value()
        self._text.expect(",")
        self.columns: list[str] = head.get("vars", [BOOLEAN])
        self._boolean = "vars" not in head

    def __iter__(self) -> Iterator[Solution]:
        text = self._text
        if self._boolean:
            text.member("boolean")
            yield [ox.Literal(bool(text.value()))]
        else:
            text.member("results")
            text.expect("{")
            text.member("bindings")
            text.expect("[")
            while not text.comes("]"):
                row = text.value()
                yield [_term(row[name]) if name in row else None for name in self.columns]
                text.comes(",")
            text.expect("}")
        text.expect("}")
        # After the last row the worker may still tell of an error; then it is free.
        text.finish()


class _Text:
    """JSON whose text comes in pieces: marks and whole values are taken off its front."""

    _DECODER: Final = json.JSONDecoder()

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._text = ""
        self._at = 0

    def comes(self, mark: str) -> bool:
        """Take the mark if it comes next."""
        while self._at == len(self._text):
            self._more()
        if self._text[self._at] != mark:
            return False
        self._at += 1
        return True

    def expect(self, mark: str) -> None:
        """Take the mark. Raises ValueError where another comes."""
        if not self.comes(mark):
            raise ValueError(f"{self._text[self._at]!r} stands where {mark!r} belongs")

    def member(self, name: str) -> None:
        """Take the name of a member and its colon. Raises ValueError where another comes."""
        found = self.value()
        if found != name:
            raise ValueError(f"{found!r} stands where {name!r} belongs")
        self.expect(":")

    def value(self) -> Any:
        """Take a whole value."""
        while True:
            try:
                found, self._at = self._DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                self._more()
            else:
                return found

    def finish(self) -> None:
        """Wait for the end of the pieces."""
        for _ in self._chunks:
            pass

    def _more(self) -> None:
        rest = self._text[self._at :]
        pieces, size = [rest], 0
        # As much as there is already, so that a long value is not looked through piece by piece.
        while size <= len(rest):
            chunk = next(self._chunks, None)
            if chunk is None:
                if size:
                    break
                raise ValueError("the answer ends too early")
            pieces.append(self._decode(chunk))
            size += len(chunk)
        self._text, self._at = "".join(pieces), 0


def _term(cell: Mapping[str, Any]) -> Term:
    value = cell["value"]
    match cell["type"]:
        case "uri":
            return ox.NamedNode(value)
        case "bnode":
            return ox.BlankNode(value)
        case "triple":
            subject, predicate, obj = (_term(value[n]) for n in ("subject", "predicate", "object"))
            return ox.Triple(subject, predicate, obj)  # type: ignore[arg-type]
    if language := cell.get("xml:lang"):
        direction = cell.get("its:dir")
        return ox.Literal(
            value, language=language, direction=ox.BaseDirection(direction) if direction else None
        )
    datatype = cell.get("datatype")
    return ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None)


def text(term: object) -> str | None:
    """A term as plain text: IRIs and the lexical forms of literals as they are."""
    if term is None:
        return None
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def as_csv(solutions: Solutions) -> Iterator[bytes]:
    """The table in CSV (RFC 4180), its cells kept from becoming formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(solutions.columns)
    for row in solutions:
        writer.writerow([harmless(text(term)) for term in row])
        if buffer.tell() >= _PIECE:
            yield _taken(buffer)
    yield _taken(buffer)


def as_json(solutions: Solutions, about: dict[str, Any]) -> Iterator[bytes]:
    """The table as a JSON object: what `about` says, `columns`, and `rows` as objects.

    Values are texts, whole numbers and booleans; what is not bound is left out.
    """
    buffer = io.StringIO()
    head = json.dumps({**about, "columns": solutions.columns}, ensure_ascii=False)
    buffer.write(head.removesuffix("}") + ', "rows": [')
    for number, row in enumerate(solutions):
        cells = {
            name: _native(term)
            for name, term in zip(solutions.columns, row, strict=True)
            if term is not None
        }
        buffer.write((",\n " if number else "\n ") + json.dumps(cells, ensure_ascii=False))
        if buffer.tell() >= _PIECE:
            yield _taken(buffer)
    buffer.write("\n]}\n")
    yield _taken(buffer)


def _native(term: object) -> str | int | bool | None:
    if isinstance(term, ox.Literal):
        pattern = _NATIVE.get(term.datatype.value)
        if pattern and pattern.fullmatch(term.value):
            return cast("int | bool", json.loads(term.value))
    return text(term)


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return content
