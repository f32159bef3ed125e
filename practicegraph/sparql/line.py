"""Who may use a worker, and when: places for long queries, one for short ones, and a line."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from practicegraph.errors import Overloaded
from practicegraph.sparql.process import WorkerProcess
from practicegraph.sparql.request import Cancellation, QueryCancelled, QueryLimits

#: Seconds that a query may run in the place for short ones, before it has to wait like the others.
SLICE: Final = 0.3
_RETRY_SECONDS: Final = 10


@dataclass(eq=False, slots=True)
class Ticket:
    """A query in the line: until when it waits (monotonic), and what it may still try."""

    cancellation: Cancellation
    gives_up: float
    may_be_short: bool = True


@dataclass(eq=False, slots=True)
class Lease:
    """A worker in use by one query: in which place, until when (monotonic), and how it ended."""

    worker: WorkerProcess
    short: bool
    deadline: float
    over: bool = False
    ended_by: str | None = None


class Line:
    """Hands out idle workers, in the order in which they were asked for.

    `limits.workers` queries may run for the whole time limit. One more may run beside them for
    SLICE seconds, so that quick queries are answered while all other places are taken by slow
    ones; the pool keeps more workers than `limits.workers` for that.
    """

    def __init__(self, limits: QueryLimits) -> None:
        self._limits = limits
        lock = threading.Lock()
        self._changed = threading.Condition(lock)  # for those who wait
        self._nearer = threading.Condition(lock)  # for the one who watches the deadlines
        self._watched_until = math.inf
        self._idle: list[WorkerProcess] = []
        self._waiting: deque[Ticket] = deque()
        self._leases: set[Lease] = set()
        self._closed = False

    def add(self, worker: WorkerProcess) -> bool:
        """Let a new worker be used; returns False when the line is closed."""
        with self._changed:
            if self._closed:
                return False
            # Those that were used last are used first: they have everything at hand.
            self._idle.insert(0, worker)
            self._changed.notify_all()
            return True

    def take(self, ticket: Ticket) -> Lease:
        """Wait for a worker.

        Raises Overloaded when too many wait, or when it takes longer than the time limit, and
        QueryCancelled when nobody waits for the answer any more.
        """
        with self._changed:
            came_back = not ticket.may_be_short
            (self._waiting.appendleft if came_back else self._waiting.append)(ticket)
            try:
                full = len(self._waiting) > self._limits.queue and not came_back
                while not self._is_next(ticket):
                    left = ticket.gives_up - time.monotonic()
                    if ticket.cancellation.requested:
                        raise QueryCancelled
                    if full or left <= 0 or self._closed:
                        raise self._overloaded()
                    self._changed.wait(left)
                return self._lease()
            finally:
                self._waiting.remove(ticket)
                if self._waiting:
                    self._changed.notify_all()

    def wake(self) -> None:
        """Have those who wait look again whether they still need to."""
        with self._changed:
            self._changed.notify_all()

    def promote(self, lease: Lease) -> bool:
        """Move a query from the place for short ones to one for long ones, if one is free."""
        with self._changed:
            if lease.short and not lease.over and self._long() < self._limits.workers:
                lease.short = False
                lease.deadline += self._limits.timeout - SLICE
                return True
            return not lease.short

    def finish(self, lease: Lease) -> None:
        """Give a worker back that is ready for the next query."""
        with self._changed:
            if not lease.over:
                lease.over = True
                self._leases.remove(lease)
                self._idle.append(lease.worker)
                if self._waiting:
                    self._changed.notify_all()

    def end(self, lease: Lease, reason: str) -> bool:
        """End a lease whose worker will not be used again; returns whether this call ended it."""
        with self._changed:
            if lease.over:
                return False
            lease.over, lease.ended_by = True, reason
            self._leases.remove(lease)
            if self._waiting:
                self._changed.notify_all()
            return True

    def overdue(self) -> list[Lease] | None:
        """Wait for leases that are past their deadline; None when the line is closed."""
        with self._nearer:
            while not self._closed:
                now = time.monotonic()
                late = [lease for lease in self._leases if lease.deadline <= now]
                if late:
                    return late
                self._watched_until = min((x.deadline for x in self._leases), default=math.inf)
                idle = self._watched_until == math.inf
                self._nearer.wait(None if idle else self._watched_until - now)
            return None

    def close(self) -> tuple[list[WorkerProcess], list[Lease]]:
        """Let nobody in any more; returns the idle workers and the leases that are left."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
            self._nearer.notify_all()
            return idle, list(self._leases)

    def _long(self) -> int:
        return sum(not lease.short for lease in self._leases)

    def _is_next(self, ticket: Ticket) -> bool:
        if not self._idle or self._closed:
            return False
        if self._long() < self._limits.workers:
            return self._waiting[0] is ticket
        if len(self._leases) > self._limits.workers:
            return False
        return next((other for other in self._waiting if other.may_be_short), None) is ticket

    def _lease(self) -> Lease:
        short = self._long() >= self._limits.workers
        seconds = min(SLICE, self._limits.timeout) if short else self._limits.timeout
        lease = Lease(self._idle.pop(), short, time.monotonic() + seconds)
        self._leases.add(lease)
        if lease.deadline < self._watched_until:
            self._nearer.notify()
        return lease

    def _overloaded(self) -> Overloaded:
        if self._closed:
            return Overloaded("The service is being stopped. Ask again later.", retry_after=5)
        seconds = math.ceil(min(self._limits.timeout, _RETRY_SECONDS))
        return Overloaded(
            f"All {self._limits.workers} places for queries are taken, and others wait for them. "
            f"Ask again in {seconds} s.",
            retry_after=seconds,
        )
