"""Writing results in a worker: each media type, counted row by row, in pieces for the pipe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import IO, Final, Protocol, cast

import pyoxigraph as ox

from practicegraph.errors import NotAcceptable, QueryLimitExceeded
from practicegraph.formats import FORMATS, nameable
from practicegraph.namespaces import PREFIXES
from practicegraph.sparql import frames
from practicegraph.sparql.frames import Kind
from practicegraph.sparql.request import GRAPHS, SOLUTIONS, Formats

#: Pieces are at most this long. The first goes out when it is full or the answer is whole.
PIECE: Final = 64 * 1024
#: Graphs smaller than this are written with the prefixes that they use, larger ones with all.
_LOOKED_AT: Final = 500

#: Characters that XML 1.0 leaves out (production 2), in UTF-8.
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")

_SOLUTIONS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {syntax.extension: syntax.rdf for syntax in FORMATS}


def write(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    formats: Formats,
    revision: int,
    rows: int,
    descriptor: int,
) -> None:
    """Evaluate a result and send its head and its data, all but the end.

    Raises NotAcceptable when no media type that the client takes fits the kind of result, and
    QueryLimitExceeded past so many rows.
    """
    media_type = _media_type(result, formats)
    head = {"media_type": media_type, "revision": revision}
    frames.send(descriptor, Kind.HEAD, json.dumps(head).encode())
    if isinstance(result, ox.QueryTriples):
        written_as = GRAPHS[media_type]
        xml = written_as == "rdf"
        output = Output(descriptor, rows, xml=xml)
        file, syntax = cast(IO[bytes], output), _GRAPHS[written_as]
        triples = _limited(nameable(result) if xml else result, rows)
        first = list(islice(triples, _LOOKED_AT))
        prefixes = _prefixes(first) if len(first) < _LOOKED_AT else PREFIXES
        ox.serialize(chain(first, triples), file, syntax, prefixes=prefixes)
    else:
        written_as = SOLUTIONS[media_type]
        count = _ROWS[written_as]() if isinstance(result, ox.QuerySolutions) else None
        output = Output(descriptor, rows, count, xml=written_as == "xml")
        result.serialize(cast(IO[bytes], output), _SOLUTIONS[written_as])
    output.finish()


def _media_type(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, formats: Formats
) -> str:
    graph = isinstance(result, ox.QueryTriples)
    media_type = formats.graph if graph else formats.solutions
    if media_type is None:
        offers = list(GRAPHS if graph else SOLUTIONS)
        raise NotAcceptable(
            f"The result of this query is {'a graph' if graph else 'a table or a boolean'}. "
            f"Accept one of: {', '.join(offers)}.",
            available=offers,
        )
    return media_type


def _prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}


def _limited(triples: Iterable[ox.Triple], rows: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples):
        if number == rows:
            raise _too_many(rows)
        yield triple


def _too_many(rows: int) -> QueryLimitExceeded:
    return QueryLimitExceeded(
        f"The answer has more than {rows} rows. Narrow the query, or page through it with ORDER "
        "BY, LIMIT and OFFSET.",
        limit="rows",
        value=rows,
    )


class Output:
    """A file that cuts what is written into pieces for the pipe and counts the rows in them.

    With `xml` it lets nothing pass that would make XML malformed, which the engine would write.
    """

    def __init__(
        self, descriptor: int, rows: int, count: _Rows | None = None, *, xml: bool = False
    ) -> None:
        self._xml = xml
        self._descriptor = descriptor
        self._rows = rows
        self._count = count
        self._counted = 0
        self._piece = bytearray()

    def write(self, data: bytes) -> int:
        """Take data; sends it when a piece is full. Raises QueryLimitExceeded."""
        self._piece += data
        if len(self._piece) >= PIECE:
            self.finish()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine flushes often, and pieces are better large."""

    def finish(self) -> None:
        """Send what is left."""
        piece, self._piece = bytes(self._piece), bytearray()
        if self._xml and _NOT_XML.search(piece):
            raise NotAcceptable(
                "A value holds a character that XML cannot hold. Ask for JSON, CSV or Turtle."
            )
        if self._count:
            self._counted += self._count(piece)
            if self._counted > self._rows:
                raise _too_many(self._rows)
        if piece:
            frames.send(self._descriptor, Kind.DATA, piece)


# The engine writes tables much faster than Python could, but without a limit on rows. In each
# format a row can be told by bytes that its escaping keeps out of values.


class _Rows(Protocol):
    def __call__(self, piece: bytes) -> int: ...


class XmlRows:
    """Counts the rows of a table in XML; `<` is escaped in every value."""

    def __init__(self) -> None:
        self._tail = b""

    def __call__(self, piece: bytes) -> int:
        """Tell how many rows begin in the next piece."""
        text = self._tail + piece
        self._tail = text[-(len(b"<result>") - 1) :]
        return text.count(b"<result>")


class LineRows:
    """Counts the rows of a table in lines: those of TSV, where no value has a line end.

    With `quotes` those of CSV, where line ends in values stand in quotes.
    """

    def __init__(self, *, quotes: bool = False) -> None:
        self._quotes = quotes
        self._header = 1
        self._quoted = False

    def __call__(self, piece: bytes) -> int:
        """Tell how many rows end in the next piece."""
        parts = piece.split(b'"') if self._quotes else [piece]
        lines = sum(part.count(b"\n") for part in parts[int(self._quoted) :: 2])
        self._quoted ^= len(parts) % 2 == 0
        header, self._header = min(self._header, lines), self._header - min(self._header, lines)
        return lines - header


class JsonRows:
    """Counts the rows of a table in JSON; a quote is escaped in every value.

    A term that is itself a triple counts as one more row.
    Rows in which nothing is bound (`{}`) are counted where a long piece holds nothing else.
    """

    _ROW: Final = re.compile(rb'\{"[^"\\{}:,\[\]]+":\{"type":"')
    _LONGEST: Final = 4096  # bytes of a variable's name; one more row is missed at a seam

    def __init__(self) -> None:
        self._tail = b""

    def __call__(self, piece: bytes) -> int:
        """Tell how many rows begin in the next piece."""
        if len(piece) > self._LONGEST and not piece.strip(b"{},"):
            return piece.count(b"{}")
        text, rows, end = self._tail + piece, 0, 0
        for match in self._ROW.finditer(text):
            rows, end = rows + 1, match.end()
        self._tail = text[max(end, len(text) - self._LONGEST) :]
        return rows


_ROWS: Final[dict[str, Callable[[], _Rows]]] = {
    "json": JsonRows,
    "xml": XmlRows,
    "csv": lambda: LineRows(quotes=True),
    "tsv": LineRows,
}
