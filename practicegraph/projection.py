"""Keeping the projections up with the log.

One process at a time holds the lock on the projections and applies revisions; any process may
append to the log. A running server looks for news several times a second.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from practicegraph.concepts import Vocabularies
from practicegraph.errors import ProjectionsTaken, RepositoryError
from practicegraph.graph import Graph, OxigraphGraph
from practicegraph.iris import Iris
from practicegraph.log import Log
from practicegraph.revisions import Revision

_BATCH: Final = 1000
_RUNS: Final = 100
#: From so many revisions at a time on, the storage is put in order afterwards. On 100,000 practices
#: that took 9 s, and questions about all of them a third to two thirds of their time.
_MANY: Final = 5_000
_POLL_SECONDS: Final = 0.25
_TELL_SECONDS: Final = 1.0
_LOGGER: Final = logging.getLogger(__name__)


class ProjectionLock:
    """The lock on the projections of a data directory, held by at most one process."""

    def __init__(self, directory: Path) -> None:
        self._file = (directory / "projections.lock").open("a+b")

    def acquire(self) -> bool:
        """Take the lock if it is free."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()


class Projector:
    """Applies the log to the graph. Opened only by the process that holds the lock.

    `make` makes the graph in a directory of its own; after so `many` revisions at a time it is put
    in order. Raises ProjectionsTaken when another process
    holds the lock, RepositoryError when the graph cannot be opened.
    """

    def __init__(
        self,
        directory: Path,
        log: Log,
        iris: Iris,
        make: Callable[[Path, Iris], Graph] = OxigraphGraph,
        many: int = _MANY,
    ) -> None:
        self._directory = directory
        self._log = log
        self._iris = iris
        self._make = make
        self._many = many
        self._applying = threading.Lock()
        self._stop = threading.Event()
        self._vocabularies = Vocabularies()
        self._thread: threading.Thread | None = None
        self.failure: Exception | None = None
        self._lock = ProjectionLock(directory)
        if not self._lock.acquire():
            self._lock.release()
            raise ProjectionsTaken(
                f"Another process (a running server?) serves the data directory {directory}. "
                "Stop it, or use another directory."
            )
        try:
            self.graph = self._opened()
        except BaseException:
            self._lock.release()
            raise

    def _opened(self) -> Graph:
        place = self._directory / "graph"
        try:
            graph = self._make(place, self._iris)
            try:
                if graph.outdated():
                    graph.close()
                    shutil.rmtree(place)
                    graph = self._make(place, self._iris)
                vocabularies = self._log.vocabularies()
                graph.publish_vocabularies(vocabularies)
            except BaseException:
                graph.close()
                raise
        except (OSError, RuntimeError) as error:  # the store raises either
            raise RepositoryError(
                f"The graph in {place} cannot be opened: {error}. If its files are broken, remove "
                "that directory: the graph is made anew from the log."
            ) from error
        self._vocabularies = vocabularies
        return graph

    def catch_up(self, progress: Callable[[int], None] | None = None) -> int:
        """Apply every revision that the graph has not seen; returns the last one applied.

        `progress` is told how many revisions each step has applied.
        """
        self._publish_vocabularies()
        applied = self.graph.applied()
        with closing(self._steps()) as steps:
            for count, reached in steps:
                applied = reached
                if progress:
                    progress(count)
        return applied

    def _publish_vocabularies(self) -> None:
        """Publish official tables that were loaded or taken away since."""
        vocabularies = self._log.vocabularies()
        if vocabularies != self._vocabularies:
            with self._applying:
                self.graph.publish_vocabularies(vocabularies)
            self._vocabularies = vocabularies

    def _steps(self) -> Generator[tuple[int, int], None, None]:
        """Apply news step by step; yields how many revisions it was, and the last one.

        The runs that have ended follow after all of their revisions.
        """
        with self._applying:
            ended = self._log.last_ended()
            count = 0
            batch: list[Revision] = []
            for revision in self._log.revisions(after=self.graph.applied()):
                batch.append(revision)
                count += 1
                if len(batch) == _BATCH:
                    self.graph.apply(batch)
                    yield len(batch), revision.seq
                    batch = []
            if batch:
                self.graph.apply(batch)
                yield len(batch), batch[-1].seq
            if self._apply_runs(ended):
                yield 0, self.graph.applied()
            if count >= self._many:
                self.graph.optimise()

    def _apply_runs(self, ended: int) -> bool:
        """Tell the graph of the runs that ended, up to this end; returns whether there were any."""
        news = self._log.ended_runs(self.graph.applied_runs(), ended)
        batch = list(islice(news, _RUNS))
        any_ = bool(batch)
        while batch:
            self.graph.apply_runs(batch)
            batch = list(islice(news, _RUNS))
        return any_

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Throw the graph away and make it anew from the log; returns the last one applied."""
        with self._applying:
            self.graph.close()
            shutil.rmtree(self._directory / "graph")
            self.graph = self._opened()
        return self.catch_up(progress)

    def follow(self, changed: Callable[[int], object]) -> None:
        """Apply news in the background until `close`.

        `changed` hears the revision reached, at once and then at most once a second, also while
        there is more to apply, and again where only a run has ended or only vocabularies have
        changed. Where applying or `changed` raises, `failure` holds the error until a later round
        goes well.
        """
        self._thread = threading.Thread(
            target=self._follow, args=(changed,), name="projector", daemon=True
        )
        self._thread.start()

    def _follow(self, changed: Callable[[int], object]) -> None:
        teller = _Teller(changed)
        while True:
            try:
                self._publish_vocabularies()
                teller.tell(*self._reached())
                if (
                    self._log.last_seq() > self.graph.applied()
                    or self._log.last_ended() > self.graph.applied_runs()
                ):
                    with closing(self._steps()) as steps:
                        for _ in steps:
                            if self._stop.is_set():
                                return
                            teller.tell(*self._reached())
                if not teller.failing:
                    self.failure = None
            except Exception as error:
                # A full disk or a locked database must not end the following: /health tells, and
                # the next round tries again. Messages hold names that change with every attempt,
                # so it is by the kind of error that the server's log hears of a failure once.
                if type(error) is not type(self.failure):
                    _LOGGER.exception("The graph cannot follow the log.")
                self.failure = error
            if self._stop.wait(_POLL_SECONDS):
                return

    def _reached(self) -> tuple[int, int, str]:
        return self.graph.applied(), self.graph.applied_runs(), self._vocabularies.digest

    def close(self) -> None:
        """Stop following, put everything on disk, release the lock."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        try:
            with self._applying:
                self.graph.close()
        finally:
            self._lock.release()


class _Teller:
    """Tells the revision reached where it, the last end of a run, or a vocabulary is another.

    That is at most once a second.
    """

    def __init__(self, changed: Callable[[int], object]) -> None:
        self._changed = changed
        self._told: tuple[int, int, str] | None = None
        self._told_at = float("-inf")
        self.failing = False

    def tell(self, revision: int, ended: int, vocabularies: str) -> None:
        """Tell, unless it is known or too soon; what has failed is too soon to repeat, too."""
        state = revision, ended, vocabularies
        if state == self._told or time.monotonic() - self._told_at < _TELL_SECONDS:
            return
        self.failing = True
        try:
            self._changed(revision)
        finally:
            self._told_at = time.monotonic()
        self._told, self.failing = state, False
