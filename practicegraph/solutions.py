"""Solutions of a query, read as they come, and written as people and spreadsheets want them.

The query workers speak the formats of the W3C. This reads the JSON one (SPARQL 1.1 Query Results
JSON Format) in pieces, so that a long answer passes through without being held.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final, cast

import pyoxigraph as ox

from practicegraph.namespaces import XSD
from practicegraph.sparql import Answer
from practicegraph.terminal import harmless

MEDIA_TYPE: Final = "application/sparql-results+json"
#: The column in which the answer to ASK stands.
BOOLEAN: Final = "answer"

Solution = Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | None]

#: Bytes of text that are gathered before a piece is sent on.
_PIECE: Final = 64 * 1024
_NATIVE: Final = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"0|-?[1-9]\d{0,14}"),
}


class Solutions:
    """The table that an answer in `MEDIA_TYPE` holds: names of columns, and rows to iterate once.

    The answer to ASK is one row with one column, `BOOLEAN`.
    """

    def __init__(self, answer: Answer) -> None:
        results = ox.parse_query_results(
            cast(IO[bytes], _File(answer.chunks)), ox.QueryResultsFormat.JSON
        )
        self.columns: list[str]
        self._rows: Iterator[Solution]
        if isinstance(results, ox.QueryBoolean):
            truth = ox.Literal(bool(results))
            self.columns, self._rows = [BOOLEAN], iter([[truth]])
        else:
            self.columns = [variable.value for variable in results.variables]
            self._rows = ([row[name] for name in self.columns] for row in results)

    def __iter__(self) -> Iterator[Solution]:
        return self._rows


class _File:
    """The bytes of an answer as a file that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes; none at the end."""
        if size < 0:
            return self._rest + b"".join(self._chunks)
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


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
