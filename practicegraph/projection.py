"""Keeping the projections up with the log.

One process at a time holds the lock on the projections and applies revisions; any process may
append to the log. A running server looks for news several times a second.
"""

from __future__ import annotations

import fcntl
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from practicegraph.errors import RepositoryError
from practicegraph.graph import OxigraphGraph
from practicegraph.iris import Iris
from practicegraph.log import Log
from practicegraph.revisions import Revision

_BATCH: Final = 1000
_POLL_SECONDS: Final = 0.25
_SNAPSHOT_SECONDS: Final = 1.0


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

    Raises RepositoryError when another process holds it.
    """

    def __init__(self, directory: Path, log: Log, iris: Iris) -> None:
        self._directory = directory
        self._log = log
        self._iris = iris
        self._lock = ProjectionLock(directory)
        if not self._lock.acquire():
            self._lock.release()
            raise RepositoryError(
                f"Another process (a running server?) serves the data directory {directory}. "
                "Stop it, or use another directory."
            )
        self.graph = OxigraphGraph(directory / "graph", iris)
        self._applying = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure: Exception | None = None
        self.graph.publish_vocabularies()

    def catch_up(self, progress: Callable[[int], None] | None = None) -> int:
        """Apply every revision that the graph has not seen; returns the last one applied.

        `progress` is told how many revisions each step has applied.
        """
        with self._applying:
            applied = self.graph.applied()
            batch: list[Revision] = []
            for revision in self._log.revisions(after=applied):
                batch.append(revision)
                if len(batch) == _BATCH:
                    applied = self._step(batch, progress)
                    batch = []
            if batch:
                applied = self._step(batch, progress)
            return applied

    def _step(self, batch: list[Revision], progress: Callable[[int], None] | None) -> int:
        self.graph.apply(batch)
        if progress:
            progress(len(batch))
        return batch[-1].seq

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Throw the graph away and make it anew from the log; returns the last one applied."""
        with self._applying:
            self.graph.close()
            shutil.rmtree(self._directory / "graph")
            self.graph = OxigraphGraph(self._directory / "graph", self._iris)
            self.graph.publish_vocabularies()
        return self.catch_up(progress)

    def follow(self, changed: Callable[[int], None]) -> None:
        """Apply news in the background until `close`.

        `changed` hears the revision reached, at once and then at most once a second.
        """
        self._thread = threading.Thread(
            target=self._follow, args=(changed,), name="projector", daemon=True
        )
        self._thread.start()

    def _follow(self, changed: Callable[[int], None]) -> None:
        told = self.graph.applied()
        changed(told)
        told_at = time.monotonic()
        while not self._stop.wait(_POLL_SECONDS):
            try:
                applied = self.graph.applied()
                if self._log.last_seq() > applied:
                    applied = self.catch_up()
                if applied != told and time.monotonic() - told_at >= _SNAPSHOT_SECONDS:
                    changed(applied)
                    told, told_at = applied, time.monotonic()
                self.failure = None
            except Exception as error:
                # A full disk or a locked database must not end the following: /health tells, and
                # the next round tries again.
                self.failure = error

    def close(self) -> None:
        """Stop following, put everything on disk, release the lock."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        with self._applying:
            self.graph.close()
        self._lock.release()
