"""The memory of one run: what it has seen and found, on disk, so that runs of any length fit.

It is a temporary SQLite database that vanishes when it is closed. Keys, digests and problems of a
million rows would not fit into the memory of a small machine.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ingest.changes import Change
from ingest.outcome import Outcome
from ingest.problems import Problem
from practicegraph.differences import Difference

_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE identity (source TEXT, key TEXT, record TEXT, PRIMARY KEY (source, key)) WITHOUT ROWID;
CREATE TABLE seen (record TEXT PRIMARY KEY, digest TEXT, place TEXT) WITHOUT ROWID;
CREATE TABLE claim (record TEXT PRIMARY KEY, file TEXT, root TEXT) WITHOUT ROWID;
CREATE TABLE stem (stem TEXT PRIMARY KEY, last INTEGER) WITHOUT ROWID;
CREATE TABLE reserved (record TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE refused (record TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE edge (origin TEXT, target TEXT, PRIMARY KEY (origin, target)) WITHOUT ROWID;
CREATE TABLE walked (record TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stored_edge (origin TEXT, target TEXT, PRIMARY KEY (origin, target)) WITHOUT ROWID;
CREATE TABLE awaited (
    n INTEGER PRIMARY KEY, target TEXT, file TEXT, place TEXT, record TEXT, field TEXT
);
CREATE TABLE root (n INTEGER PRIMARY KEY, iri TEXT UNIQUE, kind INTEGER, file TEXT);
CREATE TABLE said (n INTEGER PRIMARY KEY, subject TEXT, lines TEXT);
CREATE TABLE covered (node TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE change (
    n INTEGER PRIMARY KEY, outcome TEXT, record TEXT, title TEXT, file TEXT, place TEXT,
    differences TEXT
);
CREATE TABLE problem (
    n INTEGER PRIMARY KEY, severity TEXT, file TEXT, place TEXT, record TEXT, field TEXT,
    value TEXT, rule TEXT, messages TEXT
);
"""


class RunMemory:
    """The temporary database of a run. Close it to let it vanish."""

    def __init__(self) -> None:
        # An empty name is a private temporary file, deleted on close; small ones stay in memory.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")
        self.severities: Counter[str] = Counter()

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    # ---- identity

    def identify(self, source: str, names: Mapping[str, str]) -> None:
        """Remember under which keys the source knows records (key → record)."""
        self._db.executemany(
            "INSERT OR IGNORE INTO identity VALUES (?, ?, ?)",
            [(source, key, record) for key, record in names.items()],
        )

    def resolve(self, source: str, keys: Iterable[str]) -> dict[str, str]:
        """The record of each of the keys that this run has given one."""
        return dict(
            self._db.execute(
                "SELECT key, record FROM identity "
                "WHERE source = ? AND key IN (SELECT value FROM json_each(?))",
                [source, _array(keys)],
            )
        )

    def claim(self, claims: Mapping[str, tuple[str, str]]) -> None:
        """Remember in which file, and for which subject there, a record was found last."""
        self._db.executemany(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?)",
            [(record, *claim) for record, claim in claims.items()],
        )

    def claims(self, records: Iterable[str]) -> dict[str, tuple[str, str]]:
        """In which file, and for which subject, each of the records was found in this run."""
        rows = self._db.execute(
            "SELECT record, file, root FROM claim WHERE record IN (SELECT value FROM json_each(?))",
            [_array(records)],
        )
        return {record: (file, root) for record, file, root in rows}

    def last_suffix(self, stem: str) -> int:
        """The highest number that was put behind a stem to make it unique; 1 for none."""
        row = self._db.execute("SELECT last FROM stem WHERE stem = ?", [stem]).fetchone()
        return int(row[0]) if row else 1

    def use_suffix(self, stem: str, number: int) -> None:
        """Remember that a stem was used with this number."""
        self._db.execute("INSERT OR REPLACE INTO stem VALUES (?, ?)", [stem, number])

    # ---- records

    def see(self, records: Iterable[tuple[str, str, str]]) -> None:
        """Remember records that entered or were there (record, digest, place)."""
        self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", records)

    def seen(self, records: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Digest and place of those records that this run has seen."""
        rows = self._db.execute(
            "SELECT record, digest, place FROM seen "
            "WHERE record IN (SELECT value FROM json_each(?))",
            [_array(records)],
        )
        return {record: (digest, place) for record, digest, place in rows}

    def reserve(self, records: Iterable[str]) -> None:
        """Remember that records to come go by these names."""
        self._db.executemany("INSERT OR IGNORE INTO reserved VALUES (?)", [(r,) for r in records])

    def reserved(self, records: Iterable[str]) -> set[str]:
        """Those of the names that a record to come goes by."""
        return self._known("reserved", records)

    def refuse(self, records: Iterable[str]) -> None:
        """Remember records that were rejected."""
        self._db.executemany("INSERT OR IGNORE INTO refused VALUES (?)", [(r,) for r in records])

    def refused(self, records: Iterable[str]) -> set[str]:
        """Those of the records that were rejected."""
        return self._known("refused", records)

    def link(self, edges: Iterable[tuple[str, str]]) -> None:
        """Remember what was adapted from what."""
        self._db.executemany("INSERT OR IGNORE INTO edge VALUES (?, ?)", edges)

    def links(self, origins: Iterable[str]) -> list[tuple[str, str]]:
        """What these were adapted from, in this run."""
        return self._edges("edge", origins)

    def store_links(self, walked: Iterable[str], edges: Iterable[tuple[str, str]]) -> None:
        """Remember that these records of the log were read, and what was adapted from what."""
        self._db.executemany("INSERT OR IGNORE INTO walked VALUES (?)", [(r,) for r in walked])
        self._db.executemany("INSERT OR IGNORE INTO stored_edge VALUES (?, ?)", edges)

    def walked(self, records: Iterable[str]) -> set[str]:
        """Those of the records that were read from the log for what they were adapted from."""
        return self._known("walked", records)

    def stored_links(self, origins: Iterable[str]) -> list[tuple[str, str]]:
        """What these were adapted from, as the log has it."""
        return self._edges("stored_edge", origins)

    def _known(self, table: str, records: Iterable[str]) -> set[str]:
        """Those of the records that a table holds."""
        where = "WHERE record IN (SELECT value FROM json_each(?))"
        query = f"SELECT record FROM {table} {where}"  # noqa: S608 - the table is one of ours
        return {row[0] for row in self._db.execute(query, [_array(records)])}

    def _edges(self, table: str, origins: Iterable[str]) -> list[tuple[str, str]]:
        """The edges of a table that begin at these."""
        where = "WHERE origin IN (SELECT value FROM json_each(?))"
        query = f"SELECT origin, target FROM {table} {where}"  # noqa: S608 - as above
        return [(origin, target) for origin, target in self._db.execute(query, [_array(origins)])]

    def wait_for(self, references: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Remember references to records not met yet (target, file, place, record, field)."""
        self._db.executemany(
            "INSERT INTO awaited (target, file, place, record, field) VALUES (?, ?, ?, ?, ?)",
            references,
        )

    def unmet(self) -> Iterator[tuple[bool, tuple[str, str, str, str, str]]]:
        """Yield the references to records that never came, and whether these were rejected."""
        rows = self._db.execute(
            "SELECT refused.record IS NOT NULL, target, file, place, awaited.record, field "
            "FROM awaited LEFT JOIN refused ON refused.record = target "
            "WHERE NOT EXISTS (SELECT 1 FROM seen WHERE seen.record = target) ORDER BY n"
        )
        for refused, *reference in rows:
            yield bool(refused), tuple(reference)

    # ---- subjects of RDF documents

    def add_roots(self, roots: Iterable[tuple[str, int, str]]) -> None:
        """Remember subjects that make records, or that they are of a kind of a lower rank too.

        Each comes with the rank of its kind and its file; the first file counts.
        """
        self._db.executemany(
            "INSERT INTO root (iri, kind, file) VALUES (?, ?, ?) "
            "ON CONFLICT (iri) DO UPDATE SET kind = min(kind, excluded.kind)",
            roots,
        )

    def drop_roots_below_roots(self) -> None:
        """A hash-IRI below a root is part of it, whatever its class says."""
        self._db.execute(
            "DELETE FROM root WHERE instr(iri, '#') > 0 AND EXISTS (SELECT 1 FROM root AS whole "
            "WHERE whole.iri = substr(root.iri, 1, instr(root.iri, '#') - 1))"
        )

    def is_root(self, iri: str) -> bool:
        """Whether the subject makes a record."""
        return self._db.execute("SELECT 1 FROM root WHERE iri = ?", [iri]).fetchone() is not None

    def roots(self, order: Sequence[int]) -> Iterator[tuple[str, int, str]]:
        """Yield subject, rank of its kind and file, rank by rank, in the order they came."""
        for rank in order:
            yield from self._db.execute(
                "SELECT iri, kind, file FROM root WHERE kind = ? ORDER BY n", [rank]
            )

    def has_roots_outside(self, base: str) -> bool:
        """Whether a subject that makes a record has no IRI below this one."""
        row = self._db.execute(
            "SELECT 1 FROM root WHERE substr(iri, 1, ?) <> ? LIMIT 1", [len(base), base]
        ).fetchone()
        return row is not None

    def count_roots(self) -> int:
        """How many subjects make records."""
        return int(self._db.execute("SELECT count(*) FROM root").fetchone()[0])

    def put(self, said: Iterable[tuple[str, str]]) -> None:
        """Keep what documents say (subject, lines of N-Triples)."""
        self._db.executemany("INSERT INTO said (subject, lines) VALUES (?, ?)", said)

    def index_subjects(self) -> None:
        """Call it once, when everything was put and before anything is looked up."""
        self._db.execute("CREATE INDEX said_by_subject ON said (subject)")

    def said(self, subject: str) -> list[str]:
        """What documents say about a subject, in the order it came."""
        rows = self._db.execute("SELECT lines FROM said WHERE subject = ? ORDER BY n", [subject])
        return [row[0] for row in rows]

    def said_below(self, subject: str) -> list[str]:
        """What documents say about a subject and the hash-IRIs below it."""
        rows = self._db.execute(
            "SELECT subject, n, lines FROM said WHERE subject = ?1 "
            "UNION ALL SELECT subject, n, lines FROM said WHERE subject > ?1 || '#' "
            "AND subject < ?1 || '$' ORDER BY subject, n",
            [subject],
        )
        return [row[2] for row in rows]

    def left_over(self) -> Iterator[str]:
        """Yield the subjects that no record took in, and that are no part of one."""
        rows = self._db.execute(
            "SELECT DISTINCT subject, substr(subject, 1, instr(subject || '#', '#') - 1) AS whole "
            "FROM said WHERE NOT EXISTS (SELECT 1 FROM root WHERE iri IN (subject, whole)) "
            "AND NOT EXISTS (SELECT 1 FROM covered WHERE node = subject) ORDER BY subject"
        )
        for row in rows:
            yield row[0]

    def cover(self, nodes: Iterable[str]) -> None:
        """Remember subjects that a record took in, other than the hash-IRIs below it."""
        self._db.executemany("INSERT OR IGNORE INTO covered VALUES (?)", [(n,) for n in nodes])

    # ---- changes

    def change(self, changes: Iterable[Change]) -> None:
        """Keep what the run does to records."""
        self._db.executemany(
            "INSERT INTO change (outcome, record, title, file, place, differences) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (c.outcome, c.record, c.title, c.file, c.place, _differences(c.differences))
                for c in changes
            ],
        )

    def changes(self) -> Iterator[Change]:
        """Yield the changes in the order they were made."""
        after = 0
        while True:
            rows = self._db.execute(
                "SELECT * FROM change WHERE n > ? ORDER BY n LIMIT 1000", [after]
            ).fetchall()
            if not rows:
                return
            for _, outcome, record, title, file, place, told in rows:
                found = tuple(
                    Difference(part, name, tuple(removed), tuple(added))
                    for part, name, removed, added in json.loads(told or "[]")
                )
                yield Change(Outcome(outcome), record, title, file, place, found)
            after = rows[-1][0]

    # ---- problems

    def report(self, problems: Iterable[Problem]) -> None:
        """Keep problems."""
        rows = []
        for p in problems:
            self.severities[p.severity] += 1
            messages = json.dumps(dict(p.messages), ensure_ascii=False)
            rows.append((p.severity, p.file, p.place, p.record, p.field, p.value, p.rule, messages))
        self._db.executemany(
            "INSERT INTO problem (severity, file, place, record, field, value, rule, messages) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def problems(self) -> Iterator[Problem]:
        """Yield the problems in the order they were met."""
        after = 0
        while True:
            rows = self._db.execute(
                "SELECT * FROM problem WHERE n > ? ORDER BY n LIMIT 1000", [after]
            ).fetchall()
            if not rows:
                return
            for row in rows:
                yield _problem(row)
            after = rows[-1][0]

    def last_problem(self) -> int:
        """A number that grows with every problem that is kept."""
        return int(self._db.execute("SELECT coalesce(max(n), 0) FROM problem").fetchone()[0])

    def summary(self, after: int = 0) -> Iterator[tuple[str, str, str, int, Problem]]:
        """Yield severity, field, rule, how many, and the first problem of each such group.

        `after` leaves out the problems up to one of `last_problem`.
        """
        groups = self._db.execute(
            "SELECT severity, field, rule, count(*), min(n) FROM problem WHERE n > ? "
            "GROUP BY severity, field, rule "
            "ORDER BY instr('violation warning info', severity), count(*) DESC, field, rule",
            [after],
        ).fetchall()
        for severity, name, rule, count, first in groups:
            row = self._db.execute("SELECT * FROM problem WHERE n = ?", [first]).fetchone()
            yield severity, name, rule, count, _problem(row)


def _problem(row: tuple[Any, ...]) -> Problem:
    _, severity, file, place, record, name, value, rule, messages = row
    return Problem(severity, file, place, record, name, value, rule, json.loads(messages))


def _differences(found: Sequence[Difference]) -> str | None:
    if not found:
        return None
    told = [(d.part, d.path, d.removed, d.added) for d in found]
    return json.dumps(told, ensure_ascii=False)


def _array(values: Iterable[str]) -> str:
    # One bound value for any number of names: the number of bound values has a limit.
    return json.dumps(list(values))
