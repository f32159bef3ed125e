"""What is asked of the query workers, within which limits, and what comes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from practicegraph.errors import QueryLimitExceeded

if TYPE_CHECKING:  # the workers import this module, and should stay small
    from practicegraph.settings import Settings

#: The media types of each family of results and what they are written in, the preferred ones
#: first. A media type that has no registration for the purpose comes after those that have.
SOLUTIONS: Final = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPHS: Final = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "text/plain": "nt",
    "application/xml": "rdf",
    "text/xml": "rdf",
}


class Formats(NamedTuple):
    """The media type wanted for each family of results; None where none of it is acceptable.

    Which family is needed only the engine knows. `solutions` serves SELECT and ASK, `graph`
    CONSTRUCT and DESCRIBE.
    """

    solutions: str | None = "application/sparql-results+json"
    graph: str | None = "text/turtle"


PREFERRED: Final = Formats()


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query and its dataset as the protocol gives them (SPARQL 1.1 Protocol §2.1).

    When either list of graphs holds something, both replace what the query says by FROM.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: Formats = PREFERRED


@dataclass(frozen=True, slots=True)
class Task:
    """A request on its way to a worker, with the seconds after which the worker ends itself."""

    request: QueryRequest
    seconds: float

    def encoded(self) -> bytes:
        """Write it as the payload of a message."""
        request = self.request
        return json.dumps(
            [
                request.query,
                request.default_graphs,
                request.named_graphs,
                request.formats,
                self.seconds,
            ]
        ).encode()

    @classmethod
    def decoded(cls, payload: bytes) -> Self:
        """Read it back."""
        query, default_graphs, named_graphs, formats, seconds = json.loads(payload)
        request = QueryRequest(query, tuple(default_graphs), tuple(named_graphs), Formats(*formats))
        return cls(request, seconds)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What the public may use.

    `timeout`: seconds for which one query may wait, and again for which it may run until the last
    byte of its answer is taken. `memory`: MiB for one worker. `workers`: how many queries run for
    long at once. `rows`: solutions or triples in one answer. `queue`: how many may wait.
    """

    timeout: float = 30.0
    memory: int = 1024
    workers: int = 2
    rows: int = 1_000_000
    queue: int = 64

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take the limits from the settings."""
        return cls(
            timeout=settings.query_timeout,
            memory=settings.query_memory,
            workers=settings.query_workers,
            rows=settings.query_rows,
            queue=settings.query_queue,
        )


class Chunks(Protocol):
    """The bytes of an answer, piece by piece; closing it early frees the worker."""

    def __iter__(self) -> Iterator[bytes]: ...
    def __next__(self) -> bytes: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query has given.

    `revision` is the last revision of the log that it reflects. `length` is the number of bytes
    where the answer is whole already; None where it is still being made, and then reading
    `chunks` may raise QueryLimitExceeded: what was read until then is worth nothing.
    """

    media_type: str
    revision: int
    length: int | None
    chunks: Chunks

    def close(self) -> None:
        """Let go of the worker, whether all chunks were read or not."""
        self.chunks.close()

    def read(self) -> bytes:
        """Read all of it."""
        try:
            return b"".join(self.chunks)
        finally:
            self.close()


class QueryCancelled(Exception):
    """The client that asked has gone away; nobody waits for the answer."""


class Cancellation:
    """Lets another thread call off a query that waits or runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hooks: list[Callable[[], object]] = []
        self.requested = False

    def cancel(self) -> None:
        """Call the query off, now or as soon as it starts."""
        with self._lock:
            self.requested = True
            hooks, self._hooks = self._hooks, []
        for hook in hooks:
            hook()

    def on_cancel(self, hook: Callable[[], object]) -> None:
        """Have `hook` called on cancellation; at once if it was requested before."""
        with self._lock:
            if not self.requested:
                self._hooks.append(hook)
                return
        hook()


def time_exceeded(seconds: float) -> QueryLimitExceeded:
    """The error for a query that did not end in time."""
    return QueryLimitExceeded(
        f"The query took longer than {seconds:g} s and was stopped. Narrow it: name a class or a "
        "graph, join on what is bound, leave out ORDER BY, or ask for less with LIMIT.",
        limit="time",
        value=seconds,
    )


def memory_exceeded(mebibytes: int) -> QueryLimitExceeded:
    """The error for a query that wanted more memory than a worker has."""
    return QueryLimitExceeded(
        f"The query needed more than {mebibytes} MiB of memory and was stopped. Narrow it: sort, "
        "group and aggregate fewer rows, or ask in parts with LIMIT and OFFSET.",
        limit="memory",
        value=mebibytes,
    )


def nesting_exceeded() -> QueryLimitExceeded:
    """The error for a query that is nested too deeply to be parsed or planned."""
    return QueryLimitExceeded(
        "The query is nested too deeply. Write it with fewer brackets inside one another; long "
        "lists of values belong in VALUES.",
        limit="nesting",
    )
