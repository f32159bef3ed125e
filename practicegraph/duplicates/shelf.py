"""The storage of the index of duplicates: features by record, and which records have a key.

A key that more than `CAP` records have keeps nothing but that: it says nothing.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from practicegraph.duplicates.features import Features
from practicegraph.errors import RepositoryError

#: So many records may have a key before it says nothing.
CAP: Final = 48
#: Raised when features or keys change: an older index is made anew.
_LAYOUT: Final = "2"
_CACHE_KIB: Final = 48 * 1024
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feature (id INTEGER PRIMARY KEY, record TEXT NOT NULL UNIQUE, data BLOB);
CREATE TABLE IF NOT EXISTS block (key INTEGER PRIMARY KEY, size INTEGER NOT NULL, members BLOB);
"""
_CLEAR: Final = "DELETE FROM meta; DELETE FROM feature; DELETE FROM block;"
_GET: Final = "SELECT value FROM meta WHERE name = ?"
_SET: Final = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
_LAST: Final = "SELECT max(id) FROM feature"
_BY_RECORD: Final = (
    "SELECT record, id, data FROM feature WHERE record IN (SELECT value FROM json_each(?))"
)
_BY_NUMBER: Final = (
    "SELECT id, data FROM feature WHERE id IN (SELECT value FROM json_each(?)) AND data IS NOT NULL"
)
_NEXT: Final = "SELECT id, data FROM feature WHERE id > ? AND data IS NOT NULL ORDER BY id LIMIT ?"
_BLOCKS: Final = (
    "SELECT key, size, members FROM block WHERE key IN (SELECT value FROM json_each(?))"
)
_SIZE: Final = "SELECT size FROM block WHERE key = ?"
_PUT_FEATURE: Final = "INSERT OR REPLACE INTO feature VALUES (?, ?, ?)"
_FORGET: Final = "UPDATE feature SET data = NULL WHERE id = ?"
_PUT_BLOCK: Final = "INSERT OR REPLACE INTO block VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Known:
    """A record on a shelf: its number, and what is known of it; nothing once it is gone."""

    number: int
    features: Features | None


class Shelf:
    """Features and keys in an SQLite file, or in one that goes with the process (`file` None)."""

    def __init__(self, file: Path | None, first: int = 1) -> None:
        self._first = first
        self._last: int | None = None
        try:
            self._db = sqlite3.connect(file or "", isolation_level=None, timeout=60)
            if file is not None:
                self._db.execute("PRAGMA journal_mode=WAL")
            # Whatever is lost with the power is made anew from the log.
            self._db.execute("PRAGMA synchronous=NORMAL")
            # Keys are spread all over the file: what a transaction changes is to stay in memory.
            self._db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            self._db.executescript(_TABLES)
            with self.writing():
                if self.get("layout") != _LAYOUT:
                    self.clear()
        except sqlite3.Error as error:
            raise RepositoryError(
                f"The index of duplicates in {file} cannot be used: {error}. Remove that file: it "
                "is made anew from the log."
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; what is read in it is the newest, and nobody else writes."""
        self._db.execute("BEGIN IMMEDIATE")
        self._last = None
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def clear(self) -> None:
        """Forget everything, inside a transaction."""
        for statement in filter(None, _CLEAR.split(";")):
            self._db.execute(statement)
        self.set("layout", _LAYOUT)

    def get(self, name: str) -> str | None:
        """A note about the whole."""
        row = self._db.execute(_GET, (name,)).fetchone()
        return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        """Write a note about the whole."""
        self._db.execute(_SET, (name, value))

    def number(self) -> int:
        """A number for a record that has none."""
        if self._last is None:
            self._last = self._db.execute(_LAST).fetchone()[0] or self._first - 1
        self._last += 1
        return self._last

    def known(self, records: Iterable[str]) -> dict[str, Known]:
        """What is known of records, also of those that are gone."""
        return {
            record: Known(number, Features.load(data) if data is not None else None)
            for record, number, data in self._db.execute(_BY_RECORD, (json.dumps([*records]),))
        }

    def load(self, numbers: Iterable[int]) -> dict[int, Features]:
        """The features of records that are there, by number."""
        rows = self._db.execute(_BY_NUMBER, (json.dumps([*numbers]),))
        return {number: Features.load(data) for number, data in rows}

    def after(self, number: int, limit: int) -> dict[int, Features]:
        """The next so many records in the order of their numbers."""
        return {n: Features.load(data) for n, data in self._db.execute(_NEXT, (number, limit))}

    def size(self, key: int) -> int:
        """How many records have a key; at most `CAP` and one."""
        row = self._db.execute(_SIZE, (key,)).fetchone()
        return row[0] if row else 0

    def blocks(self, keys: Iterable[int]) -> Iterator[tuple[int, int, bytes | None]]:
        """Yield the keys that any record has, with the number of records and packed members."""
        yield from self._db.execute(_BLOCKS, (json.dumps(sorted(keys)),))

    def put(
        self,
        features: Mapping[int, Features],
        gone: Sequence[int],
        blocks: Iterable[tuple[int, int, bytes | None]],
    ) -> None:
        """Write, inside a transaction, features, whose records are gone, and changed keys.

        A record that is gone keeps its number: it may come back.
        """
        rows = [(number, found.record, found.dump()) for number, found in features.items()]
        self._db.executemany(_PUT_FEATURE, rows)
        self._db.executemany(_FORGET, [(number,) for number in gone])
        self._db.executemany(_PUT_BLOCK, blocks)


class Blocks:
    """The records that have some keys, while they are few.

    Those of the shelf below are only counted in; those of the shelf that is written change.
    Numbers stand in arrays: thousands of small lists would keep the garbage collector busy.
    """

    def __init__(self) -> None:
        self._members: dict[int, array[int]] = {}
        self._full: dict[int, int] = {}
        self._outer: dict[int, array[int]] = {}
        self._below: dict[int, int] = {}
        self._changed: set[int] = set()

    def lay_under(self, key: int, size: int, members: bytes | None) -> None:
        """Count in the records of the shelf below."""
        self._below[key] = size
        self._outer[key] = _unpacked(members)

    def fill(self, key: int, size: int, members: bytes | None) -> None:
        """Put in the records of the shelf that is written."""
        if members is None:
            self._full[key] = size
        else:
            self._members[key] = _unpacked(members)

    def size(self, key: int) -> int:
        """How many records have the key; those that are too many are not counted on."""
        mine = self._full.get(key) or len(self._members.get(key, ()))
        return self._below.get(key, 0) + mine

    def __contains__(self, key: int) -> bool:
        """Whether any record has the key, as far as was asked for."""
        return key in self._members or key in self._full or key in self._below

    def members(self, key: int) -> Sequence[int]:
        """The records that have the key; none where they are too many."""
        if self.size(key) > CAP:
            return ()
        mine = self._members.get(key, ())
        return [*self._outer[key], *mine] if key in self._outer else mine

    def add(self, key: int, number: int) -> None:
        """Add a record that does not have the key so far."""
        if key in self._full:
            return
        self._changed.add(key)
        members = self._members.get(key)
        if members is None:
            self._members[key] = array("q", (number,))
        else:
            members.append(number)
            if len(members) > CAP:
                self._full[key] = len(self._members.pop(key))

    def discard(self, key: int, number: int) -> None:
        """Take a record out; a key that was too common stays so."""
        members = self._members.get(key)
        if members is not None and number in members:
            self._changed.add(key)
            members.remove(number)

    def packed(self) -> Iterator[tuple[int, int, bytes | None]]:
        """Yield the keys that changed, as the shelf keeps them."""
        for key in sorted(self._changed):
            if key in self._full:
                yield key, self._full[key], None
            else:
                yield key, len(self._members[key]), self._members[key].tobytes()


def _unpacked(members: bytes | None) -> array[int]:
    found: array[int] = array("q")
    found.frombytes(members or b"")
    return found
