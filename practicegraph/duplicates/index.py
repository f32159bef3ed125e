"""The index of duplicates: a projection of the log that finds what a record should be compared with.

It holds the features of every published record, and for each key of `blocking` the records that
have it. A key that more than `CAP` records have keeps only their number: it says nothing, and a
record never meets more than `CAP` others through one key. So work grows with the number of records.

In its own storage, in the same transaction as the data, it remembers the last revision applied.
Several processes may use one index: whoever needs it brings it up to date. A `Draft` lies over it
and holds what was never published, as a dry run needs it.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, Self

from practicegraph.duplicates import blocking
from practicegraph.duplicates.candidates import Candidate
from practicegraph.duplicates.comparison import promising
from practicegraph.duplicates.features import Features, features_of
from practicegraph.duplicates.scoring import LIKELY, Surroundings, score
from practicegraph.errors import RepositoryError
from practicegraph.log import Log
from practicegraph.record import Record
from practicegraph.revisions import Revision

#: So many records may have a key before it says nothing.
CAP: Final = 48
#: A record is compared with so many others at the most, those with the weightiest keys in common.
MOST: Final = 24
#: Weight of the keys in common from which on two records are compared.
ENOUGH: Final = 1.0
_BATCH: Final = 500
#: Raised when features or keys change: an older index is made anew.
_LAYOUT: Final = "1"
_CACHE: Final = 4096
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS {0}.meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) "
    "WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS {0}.feature "
    "(id INTEGER PRIMARY KEY, record TEXT NOT NULL UNIQUE, data BLOB)",
    "CREATE TABLE IF NOT EXISTS {0}.block "
    "(key INTEGER PRIMARY KEY, size INTEGER NOT NULL, members BLOB)",
)


class Index:
    """The index in a file. Not to be shared between threads."""

    #: Schemas of the database, the one that is written last.
    _schemas: tuple[str, ...] = ("main",)
    _first_id: int = 1

    def __init__(self, file: Path) -> None:
        try:
            self._db = sqlite3.connect(file, isolation_level=None, timeout=60)
            self._db.execute("PRAGMA journal_mode=WAL")
            # Whatever is lost with the power is made anew from the log.
            self._db.execute("PRAGMA synchronous=NORMAL")
            with self._writing():
                self._prepare("main")
        except sqlite3.Error as error:
            raise RepositoryError(
                f"The index of duplicates in {file} cannot be used: {error}. Remove that file: it "
                "is made anew from the log."
            ) from error
        self._features: OrderedDict[str, Features | None] = OrderedDict()
        self._next: int | None = None

    def _prepare(self, schema: str) -> None:
        for table in _TABLES:
            self._db.execute(table.format(schema))
        found = dict(self._db.execute(f"SELECT name, value FROM {schema}.meta"))
        if found.get("layout") not in {None, _LAYOUT}:
            self._clear(schema)
        self._db.execute(f"INSERT OR REPLACE INTO {schema}.meta VALUES ('layout', ?)", (_LAYOUT,))

    def _clear(self, schema: str) -> None:
        for table in ("feature", "block", "meta"):
            self._db.execute(f"DELETE FROM {schema}.{table}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- following the log

    def applied(self) -> int:
        """Sequence number of the last revision that the index reflects."""
        row = self._db.execute("SELECT value FROM main.meta WHERE name = 'applied'").fetchone()
        return int(row[0]) if row else 0

    def catch_up(
        self,
        log: Log,
        note: Callable[[Sequence[Candidate], Sequence[str]], object],
        progress: Callable[[int], object] | None = None,
    ) -> int:
        """Apply every revision that the index has not seen; returns the last one applied.

        After each batch `note` hears the candidates found and the records that were changed or
        withdrawn, before the index remembers them: what a crash cuts off is told again.
        """
        revisions = log.revisions(after=self.applied())
        while batch := list(islice(revisions, _BATCH)):
            with self._writing():
                if self.applied() >= batch[0].seq:  # another process was faster
                    revisions = log.revisions(after=self.applied())
                    continue
                last = {revision.record: revision for revision in batch}
                found = list(self._apply(last.values()))
                note(found, list(last))
                self._db.execute(
                    "INSERT OR REPLACE INTO main.meta VALUES ('applied', ?)", (batch[-1].seq,)
                )
            if progress:
                progress(len(batch))
        return self.applied()

    def _apply(self, revisions: Iterable[Revision]) -> Iterator[Candidate]:
        given, gone = [], []
        for revision in revisions:
            record = revision.as_record()
            if record is None:
                gone.append(revision.record)
            else:
                given.append(features_of(record, revision.source))
        return self._take(given, gone)

    def rebuild(self) -> None:
        """Forget everything; the next catching up makes the index anew."""
        with self._writing():
            self._clear("main")
            self._prepare("main")
        self._features.clear()
        self._next = None

    # ---- finding

    def among_all(self) -> Iterator[Candidate]:
        """Yield the likely pairs of all records that are in the index, each pair once."""
        last = 0
        while rows := self._db.execute(
            "SELECT id, data FROM main.feature WHERE id > ? AND data IS NOT NULL "
            f"ORDER BY id LIMIT {_BATCH}",
            (last,),
        ).fetchall():
            last = rows[-1][0]
            mine = {number: Features.load(data) for number, data in rows}
            keyed = {number: _weighed(features) for number, features in mine.items()}
            blocks = self._blocks({key for keys in keyed.values() for key in keys})
            met = {number: self._met(keyed[number], blocks, below=number) for number in mine}
            yield from self._compare(mine, met, blocks)

    def _take(self, given: Sequence[Features], gone: Sequence[str]) -> Iterator[Candidate]:
        """Put features in (and take withdrawn records out), and yield what they are likely to be.

        The records are compared with what was there before them, in the order given.
        """
        there = self._known([*(f.record for f in given), *gone])
        keyed = {f.record: _weighed(f) for f in given}
        before = {
            number: _weighed(Features.load(data))
            for number, data, inner in there.values()
            if data is not None and inner
        }
        wanted = {k for keys in (*keyed.values(), *before.values()) for k in keys}
        blocks = self._blocks(wanted)
        for number, keys in before.items():
            for key in keys:
                blocks[key].discard(number)
        mine: dict[int, Features] = {}
        met: dict[int, list[int]] = {}
        for features in given:
            number, _, inner = there.get(features.record, (0, None, False))
            if not inner:
                number = self._number()
            met[number] = self._met(keyed[features.record], blocks)
            for key in keyed[features.record]:
                blocks[key].add(number)
            mine[number] = features
        self._write(mine, gone, there, blocks)
        return self._compare(mine, met, blocks)

    def _met(
        self, keys: dict[int, float], blocks: dict[int, _Block], below: int | None = None
    ) -> list[int]:
        """The records that share most with a record that has these keys; of all, or below one."""
        weights: defaultdict[int, float] = defaultdict(float)
        for key, weight in keys.items():
            for member in blocks[key].members:
                weights[member] += weight
        likely = [
            (-weight, number)
            for number, weight in weights.items()
            if weight >= ENOUGH and (below is None or number < below)
        ]
        likely.sort()
        return [number for _, number in likely[:MOST]]

    def _compare(
        self,
        mine: dict[int, Features],
        met: dict[int, list[int]],
        blocks: dict[int, _Block],
    ) -> Iterator[Candidate]:
        others = {number for numbers in met.values() for number in numbers} - mine.keys()
        known = mine | self._load(others)
        around = Surroundings(
            self._lookup, lambda key: blocks[key].size if key in blocks else self._size(key)
        )
        for number, features in mine.items():
            for other in met[number]:
                beside = known.get(other)
                if beside is None or beside.kind != features.kind:
                    continue
                if not promising(features, beside):
                    continue
                found = score(features, beside, around)
                if found.value >= LIKELY:
                    yield Candidate.of(
                        features.record, beside.record, features.kind, found.value, found.reasons
                    )

    def rescore(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Candidate]:
        """Score pairs again, as the records are now; those that are gone are left out."""
        around = Surroundings(self._lookup, self._size)
        for a, b in pairs:
            one, other = self._lookup(a), self._lookup(b)
            if one is not None and other is not None:
                found = score(one, other, around)
                yield Candidate.of(a, b, one.kind, found.value, found.reasons)

    def features(self, record: str) -> Features | None:
        """What is known of one record."""
        return self._lookup(record)

    # ---- storage

    def _number(self) -> int:
        if self._next is None:
            schema = self._schemas[-1]
            row = self._db.execute(f"SELECT max(id) FROM {schema}.feature").fetchone()
            self._next = (row[0] or self._first_id - 1) + 1
        self._next += 1
        return self._next - 1

    def _known(self, records: Sequence[str]) -> dict[str, tuple[int, bytes | None, bool]]:
        """Number and features of records, and whether they are in the schema that is written."""
        found: dict[str, tuple[int, bytes | None, bool]] = {}
        for schema in self._schemas:
            rows = self._db.execute(
                f"SELECT record, id, data FROM {schema}.feature "
                "WHERE record IN (SELECT value FROM json_each(?))",
                (json.dumps(list(records)),),
            )
            for record, number, data in rows:
                found[record] = number, data, schema == self._schemas[-1]
        return found

    def _load(self, numbers: Iterable[int]) -> dict[int, Features]:
        asked = json.dumps(list(numbers))
        found: dict[int, Features] = {}
        for schema in self._schemas:
            query = (
                f"SELECT id, data FROM {schema}.feature "
                "WHERE id IN (SELECT value FROM json_each(?)) AND data IS NOT NULL"
            )
            if schema != self._schemas[-1]:  # what lies over it counts
                query += f" AND record NOT IN (SELECT record FROM {self._schemas[-1]}.feature)"
            found.update((n, Features.load(data)) for n, data in self._db.execute(query, (asked,)))
        return found

    def _lookup(self, record: str) -> Features | None:
        if record in self._features:
            self._features.move_to_end(record)
            return self._features[record]
        known = self._known([record]).get(record)
        found = Features.load(known[1]) if known and known[1] is not None else None
        self._features[record] = found
        if len(self._features) > _CACHE:
            self._features.popitem(last=False)
        return found

    def _size(self, key: int) -> int:
        return sum(
            row[0]
            for schema in self._schemas
            for row in self._db.execute(f"SELECT size FROM {schema}.block WHERE key = ?", (key,))
        )

    def _blocks(self, keys: Iterable[int]) -> dict[int, _Block]:
        asked = list(keys)
        blocks = {key: _Block() for key in asked}
        for schema in self._schemas:
            for key, size, members in self._db.execute(
                f"SELECT key, size, members FROM {schema}.block "
                "WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(asked),),
            ):
                blocks[key].read(size, members, inner=schema == self._schemas[-1])
        return blocks

    def _write(
        self,
        mine: dict[int, Features],
        gone: Sequence[str],
        there: dict[str, tuple[int, bytes | None, bool]],
        blocks: dict[int, _Block],
    ) -> None:
        schema = self._schemas[-1]
        self._db.executemany(
            f"INSERT OR REPLACE INTO {schema}.feature VALUES (?, ?, ?)",
            [(number, f.record, f.dump()) for number, f in mine.items()],
        )
        # A record that is gone keeps its number, without features: it may come back.
        self._db.executemany(
            f"UPDATE {schema}.feature SET data = NULL WHERE id = ?",
            [(there[record][0],) for record in gone if record in there],
        )
        self._db.executemany(
            f"INSERT OR REPLACE INTO {schema}.block VALUES (?, ?, ?)",
            [(key, *block.row()) for key, block in blocks.items() if block.changed],
        )
        for record in (*gone, *(f.record for f in mine.values())):
            self._features.pop(record, None)


class Draft(Index):
    """What was never published, over an index that is only read: for a dry run."""

    _schemas = ("main", "draft")
    _first_id = 1 << 48

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        # In a file of its own that SQLite makes and removes: memory stays flat.
        self._db.execute("ATTACH '' AS draft")
        with self._writing():
            self._prepare("draft")

    def find(self, records: Iterable[Record], source: str | None) -> Iterator[Candidate]:
        """Yield the likely duplicates of records, among them and of what is published.

        They stay in the draft, and are compared with those that come after them.
        """
        given = iter(records)
        while batch := list(islice(given, _BATCH)):
            with self._writing():
                last = {record.iri: record for record in batch}
                found = list(self._take([features_of(r, source) for r in last.values()], []))
            yield from found


class _Block:
    """The records that have a key: how many, and while they are few, which.

    `base` counts those of the schema below, which is not written.
    """

    __slots__ = ("base", "changed", "full", "inner", "outer")

    def __init__(self) -> None:
        self.outer: array[int] = array("q")
        self.inner: list[int] = []
        self.base = 0
        self.full = 0
        self.changed = False

    def read(self, size: int, members: bytes | None, inner: bool) -> None:
        if not inner:
            self.base = size
            self.outer.frombytes(members or b"")
        elif members is None:
            self.full = size
        else:
            found: array[int] = array("q")
            found.frombytes(members)
            self.inner = found.tolist()

    @property
    def size(self) -> int:
        return self.base + (self.full or len(self.inner))

    @property
    def members(self) -> Iterable[int]:
        if self.size > CAP:
            return ()
        return (*self.outer, *self.inner)

    def add(self, number: int) -> None:
        self.changed = True
        if self.full:
            self.full += 1
        elif number not in self.inner:
            self.inner.append(number)
            if len(self.inner) > CAP:
                self.full, self.inner = len(self.inner), []

    def discard(self, number: int) -> None:
        self.changed = True
        if self.full:
            self.full = max(CAP + 1, self.full - 1)
        elif number in self.inner:
            self.inner.remove(number)

    def row(self) -> tuple[int, bytes | None]:
        if self.full:
            return self.full, None
        return len(self.inner), array("q", self.inner).tobytes()


def _weighed(features: Features) -> dict[int, float]:
    """The keys of a record, each with its weight."""
    return dict(blocking.keys(features))
