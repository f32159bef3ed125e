"""Read-only snapshots of the graph, published by its one writer and read by the query workers.

Opening a store read-only while it is being written gives wrong or no answers; a checkpoint of it
(hard links, some milliseconds) is always consistent. Each snapshot is a directory of its own,
`current` names the newest one, and a file lock inside each tells whether somebody still reads it.
Snapshots are derived: after a crash the writer publishes a new one, and clears what is left over.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pyoxigraph as ox

_NAME: Final = re.compile(r"r([0-9]+)-[0-9a-f]{12}")
_POINTER: Final = "current"
_UNFINISHED: Final = ".new-"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A consistent state of the graph: its directory and the revision of the log it reflects."""

    path: Path
    revision: int

    @property
    def store(self) -> Path:
        """Directory of the store itself."""
        return self.path / "store"

    @property
    def lock(self) -> Path:
        """The file on which readers hold a shared lock."""
        return self.path / "lock"


class Snapshots:
    """The snapshots below one directory. Safe to use from any number of processes and threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def publish(self, store: ox.Store, revision: int) -> Snapshot:
        """Make a snapshot of an on-disk store, make it the current one, drop those nobody reads.

        `revision` is the last revision of the log that the store reflects. Raises OSError when
        the disk does not take it; after any error the snapshot before stays the current one.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._publishing():
            name = f"r{revision}-{uuid.uuid4().hex[:12]}"
            unfinished = Snapshot(self.directory / (_UNFINISHED + name), revision)
            try:
                unfinished.path.mkdir()
                unfinished.lock.touch()
                store.flush()
                store.backup(unfinished.store)
                snapshot = Snapshot(unfinished.path.rename(self.directory / name), revision)
            except BaseException:
                shutil.rmtree(unfinished.path, ignore_errors=True)
                raise
            pointer = self.directory / f"{_UNFINISHED}pointer"
            pointer.write_text(name + "\n", encoding="ascii")
            pointer.replace(self.directory / _POINTER)
            self._clear(keep=name)
            return snapshot

    def current(self) -> Snapshot | None:
        """The newest snapshot, or None where none was published yet."""
        try:
            name = (self.directory / _POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        match = _NAME.fullmatch(name)
        return Snapshot(self.directory / name, int(match[1])) if match else None

    def mark(self) -> tuple[int, int] | None:
        """A cheap value (one stat) that changes whenever another snapshot becomes current."""
        try:
            status = (self.directory / _POINTER).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    @contextmanager
    def _publishing(self) -> Iterator[None]:
        with (self.directory / "publish.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _clear(self, keep: str) -> None:
        for entry in self.directory.iterdir():
            if entry.name.startswith(_UNFINISHED):
                # Only the holder of the publishing lock makes these: what is here was left behind.
                shutil.rmtree(entry, ignore_errors=True)
            elif _NAME.fullmatch(entry.name) and entry.name != keep:
                _drop_unless_read(entry)


def _drop_unless_read(path: Path) -> None:
    try:
        file = (path / "lock").open("rb")
    except FileNotFoundError:
        shutil.rmtree(path, ignore_errors=True)  # a crash interrupted its removal
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # The lock file goes first: a reader that was about to lock it sees that it has no name.
        (path / "lock").unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


class SnapshotReader:
    """The newest snapshot, open for reading; its files stay until the reader moves on or ends."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._mark: tuple[int, int] | None = None
        self._lock: int | None = None
        self.store: ox.Store | None = None
        self.revision = 0

    def refresh(self) -> bool:
        """Move to the newest snapshot; returns whether another one was opened.

        Costs one stat while nothing has changed. Raises OSError when it cannot be opened.
        """
        mark = self._snapshots.mark()
        if mark == self._mark:
            return False
        while snapshot := self._snapshots.current():
            lock = _lock_shared(snapshot)
            if lock is not None:
                try:
                    store = ox.Store.read_only(str(snapshot.store))
                except BaseException:
                    os.close(lock)
                    raise
                self._let_go()
                self.store, self.revision, self._lock = store, snapshot.revision, lock
                # The mark read first: when the pointer moved since, the next refresh sees it.
                self._mark = mark
                return True
            if self._snapshots.mark() == mark:  # a pointer to nothing, by somebody's hand
                break
            mark = self._snapshots.mark()
        self._let_go()
        self._mark = mark
        return False

    def close(self) -> None:
        """Close the store and let its files go."""
        self._let_go()
        self._mark = None

    def _let_go(self) -> None:
        self.store = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _lock_shared(snapshot: Snapshot) -> int | None:
    """Descriptor that holds the shared lock, or None when the snapshot is being removed."""
    try:
        lock = os.open(snapshot.lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(lock).st_nlink:
            return lock
    except BlockingIOError:
        pass
    os.close(lock)
    return None
