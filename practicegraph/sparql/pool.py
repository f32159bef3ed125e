"""The pool of worker processes that answer the public's queries.

The engine cannot be interrupted, so a query that goes past its time is ended by killing its
process; a new one is started in the background. See docs/decisions/0003-query-workers.md.
"""

from __future__ import annotations

import json
import logging
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final, Self

from practicegraph.errors import (
    MalformedQuery,
    NotAcceptable,
    Overloaded,
    PracticeGraphError,
    QueryLimitExceeded,
    QueryRefused,
    RepositoryError,
)
from practicegraph.snapshots import Snapshots
from practicegraph.sparql.frames import Kind
from practicegraph.sparql.line import Lease, Line, Ticket
from practicegraph.sparql.process import WorkerProcess
from practicegraph.sparql.request import (
    Answer,
    Cancellation,
    QueryCancelled,
    QueryLimits,
    QueryRequest,
    Task,
    memory_exceeded,
    nesting_exceeded,
    time_exceeded,
)

#: Bytes up to which an answer is held back until it is whole, so that errors can still be told.
WHOLE: Final = 256 * 1024
#: Seconds after its deadline at which a worker ends itself, should the pool not have done it.
_GRACE: Final = 2.0
#: Workers beyond those for long queries: one for short ones, one ready for when another is killed.
_MORE: Final = 2
_PAUSE_AFTER_FAILURE: Final = 1.0
_DEFECT: Final = "The query could not be answered, for a reason of our own; it was logged."
_STOPPING: Final = "The service is being stopped. Ask again later."

_log: Final = logging.getLogger(__name__)
_ERRORS: Final[dict[str, type[PracticeGraphError]]] = {
    error.slug: error
    for error in (MalformedQuery, NotAcceptable, QueryLimitExceeded, QueryRefused, RepositoryError)
}


class _TryAgain(Exception):
    """The query was not answered by the worker it was given to; another one may."""


class QueryPool:
    """Answers queries on the newest snapshot. Safe to use from many threads.

    `start` it before, and `close` it after use, or use it as a context manager.
    """

    def __init__(self, snapshots: Snapshots, limits: QueryLimits) -> None:
        self.limits = limits
        self._snapshots = snapshots
        self._line = Line(limits)
        self._dead: queue.SimpleQueue[WorkerProcess | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the workers; returns when they are ready. Raises RepositoryError if they die."""
        workers = [self._spawn() for _ in range(self.limits.workers + _MORE)]
        try:
            for worker in workers:
                worker.receive()
        except EOFError as error:
            for worker in workers:
                worker.bury()
            raise RepositoryError(
                "A query worker cannot start; what it wrote to standard error says why."
            ) from error
        for worker in workers:
            self._line.add(worker)
        for name, target in (("query-deadlines", self._watch), ("query-workers", self._replace)):
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """End all workers; queries that run or wait get Overloaded."""
        self._closed.set()
        idle, leases = self._line.close()
        for lease in leases:
            self.end(lease, "close")
        for worker in idle:
            self._dead.put(worker)
        self._dead.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, request: QueryRequest, cancellation: Cancellation | None = None) -> Answer:
        """Answer a query; blocks until the answer is whole, or larger than WHOLE.

        Raises MalformedQuery, QueryRefused, NotAcceptable, QueryLimitExceeded, Overloaded,
        RepositoryError when nothing was published yet, and QueryCancelled when `cancellation`
        was requested meanwhile. The answer must be closed when it is not read to its end.
        """
        cancellation = cancellation or Cancellation()
        cancellation.on_cancel(self._line.wake)
        ticket = Ticket(cancellation, gives_up=time.monotonic() + self.limits.timeout)
        task = Task(request, self.limits.timeout + _GRACE).encoded()
        while True:
            lease = self._line.take(ticket)
            cancellation.on_cancel(partial(self.end, lease, "close"))
            try:
                return self._answer(lease, task)
            except _TryAgain:
                ticket.may_be_short = lease.ended_by != "slice" and ticket.may_be_short
            except BaseException:
                self.end(lease, "close")
                raise

    def _answer(self, lease: Lease, task: bytes) -> Answer:
        try:
            lease.worker.send(Kind.QUERY, task)
            lease.worker.receive()
        except (BrokenPipeError, EOFError):
            # It died while it was idle, or has left because it had grown too large.
            if self.end(lease, "death"):
                raise _TryAgain from None
            raise self._cause(lease) from None
        _, head = self.message(lease)
        pieces: list[bytes] = []
        size = 0
        length: int | None = None
        while size <= WHOLE:
            kind, piece = self.message(lease)
            if kind is Kind.END:
                length = size
                break
            pieces.append(piece)
            size += len(piece)
        else:
            if not self._line.promote(lease):
                self.end(lease, "slice")
                raise _TryAgain
        return Answer(**json.loads(head), length=length, chunks=_Stream(self, lease, pieces))

    def message(self, lease: Lease) -> tuple[Kind, bytes]:
        """Wait for the next part of an answer; gives the worker back after the last.

        Raises what the worker tells, or what its death means.
        """
        try:
            kind, payload = lease.worker.receive()
        except EOFError:
            raise self._cause(lease) from None
        if kind in {Kind.END, Kind.ERROR}:
            self._line.finish(lease)
        if kind is Kind.ERROR:
            raise _told(json.loads(payload))
        return kind, payload

    def end(self, lease: Lease, reason: str) -> bool:
        """Kill the worker of a query; returns False when the query was over already."""
        if not self._line.end(lease, reason):
            return False
        lease.worker.kill()
        self._dead.put(lease.worker)
        return True

    def _cause(self, lease: Lease) -> Exception:
        died_by = lease.worker.died_by()
        self.end(lease, "death")
        if lease.ended_by != "death":
            _log.info("a query worker was ended (%s)", lease.ended_by)
        match lease.ended_by, died_by:
            case ("time", _) | ("death", signal.SIGALRM):
                return time_exceeded(self.limits.timeout)
            case "slice", _:
                return _TryAgain()
            case "close", _:
                closed = self._closed.is_set()
                return Overloaded(_STOPPING, retry_after=5) if closed else QueryCancelled()
            case _, signal.SIGSEGV | signal.SIGBUS:
                return nesting_exceeded()
            case _, None:
                _log.error("a query worker has left in the middle of a query")
                return PracticeGraphError(_DEFECT)
            case _:  # the engine aborts, or the system kills it, when memory runs out
                return memory_exceeded(self.limits.memory)

    def _watch(self) -> None:
        while (late := self._line.overdue()) is not None:
            for lease in late:
                if not lease.short:
                    self.end(lease, "time")
                elif not self._line.promote(lease):
                    self.end(lease, "slice")

    def _replace(self) -> None:
        while (worker := self._dead.get()) is not None:
            worker.bury()
            while not self._closed.is_set() and not self._add():
                self._closed.wait(_PAUSE_AFTER_FAILURE)

    def _add(self) -> bool:
        try:
            worker = self._spawn()
        except OSError as error:
            _log.error("a query worker cannot be started: %s", error)
            return False
        try:
            worker.receive()
        except EOFError:
            _log.error("a query worker ended while it started")
            worker.bury()
            return False
        if not self._line.add(worker):
            worker.bury()
        return True

    def _spawn(self) -> WorkerProcess:
        limits = self.limits
        return WorkerProcess(self._snapshots.directory, limits.memory, limits.rows)


class _Stream:
    """The bytes of one answer: what came already, then what the worker still sends."""

    def __init__(self, pool: QueryPool, lease: Lease, pieces: Iterable[bytes]) -> None:
        self._pool = pool
        self._lease = lease
        self._pieces = deque(pieces)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._pieces:
            return self._pieces.popleft()
        if self._lease.over and self._lease.ended_by is None:
            raise StopIteration
        kind, piece = self._pool.message(self._lease)
        if kind is Kind.END:
            raise StopIteration
        return piece

    def close(self) -> None:
        """Free the worker, by killing it if it is not done yet."""
        self._pieces.clear()
        self._pool.end(self._lease, "close")

    def __del__(self) -> None:
        self.close()


def _told(error: Mapping[str, Any]) -> PracticeGraphError:
    known = _ERRORS.get(error["slug"])
    if known is None:
        _log.error("a query worker met a defect:\n%s", error.get("trace"))
        return PracticeGraphError(_DEFECT)
    return known(error["detail"], **error["extra"])
