"""Candidates: pairs of records that are likely to be about one thing, and what people decided.

They stand in the log beside the revisions. A decision is a truth of its own: it is never asked
again, whatever the score becomes; only pairs that wait for one are scored anew, or forgotten when
they are no longer likely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

import sqlalchemy as sa

from practicegraph.errors import Conflict, NotFound
from practicegraph.log import Log
from practicegraph.revisions import now
from practicegraph.tables import candidate
from practicegraph.transaction import Transaction

#: Bound parameters of one statement stay below the smallest limit of SQLite builds (999).
_CHUNK: Final = 400


class Status(StrEnum):
    """What became of a candidate."""

    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair of records of one kind with score and reasons; `a` comes before `b`."""

    a: str
    b: str
    kind: str
    score: float
    reasons: tuple[str, ...]
    status: Status = Status.OPEN
    found: str = ""
    decided_by: str | None = None
    decided_at: str | None = None

    @classmethod
    def of(cls, one: str, other: str, kind: str, score: float, reasons: Sequence[str]) -> Self:
        """The candidate of two records, whichever comes first."""
        a, b = sorted((one, other))
        return cls(a, b, kind, score, tuple(reasons))

    @property
    def pair(self) -> tuple[str, str]:
        """The two records, in order."""
        return self.a, self.b


class Candidates:
    """The candidates in a log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def note(self, found: Sequence[Candidate], changed: Sequence[str] = ()) -> int:
        """Keep what was found; returns how many pairs are new.

        Open pairs of records in `changed` that were not found again are forgotten.
        """
        best: dict[tuple[str, str], Candidate] = {}
        for each in found:
            if each.pair not in best or best[each.pair].score < each.score:
                best[each.pair] = each
        if not best and not self._any_open(changed):
            return 0
        with self._log.writing() as transaction:
            return _note(transaction.connection, best, changed)

    def replace(self, found: Iterable[Candidate]) -> int:
        """Keep what was found among all records, and forget other open pairs; how many are open.

        Streams: `found` may be long.
        """
        with self._log.writing() as transaction:
            moment = now()
            batch: list[Candidate] = []
            for each in found:
                batch.append(each)
                if len(batch) == _CHUNK:
                    _upsert(transaction.connection, batch, moment)
                    batch = []
            _upsert(transaction.connection, batch, moment)
            transaction.connection.execute(
                sa.delete(candidate).where(
                    candidate.c.status == Status.OPEN, candidate.c.scored < moment
                )
            )
        return self.count(Status.OPEN)

    def count(
        self, status: Status | None = None, kind: str | None = None, least: float = 0.0
    ) -> int:
        """How many pairs `listed` would yield."""
        query = _where(sa.select(sa.func.count()).select_from(candidate), status, kind, least)
        with self._log.reading() as connection:
            return connection.scalar(query) or 0

    def listed(
        self, status: Status | None = None, kind: str | None = None, least: float = 0.0
    ) -> Iterator[Candidate]:
        """Yield candidates, the likeliest first, without holding a transaction."""
        last: tuple[float, str, str] | None = None
        while True:
            query = _where(sa.select(candidate), status, kind, least)
            if last is not None:
                score, a, b = last
                query = query.where(
                    sa.or_(
                        candidate.c.score < score,
                        sa.and_(
                            candidate.c.score == score,
                            sa.tuple_(candidate.c.a, candidate.c.b) > sa.tuple_(a, b),
                        ),
                    )
                )
            query = query.order_by(candidate.c.score.desc(), candidate.c.a, candidate.c.b)
            with self._log.reading() as connection:
                rows = connection.execute(query.limit(200)).all()
            for row in rows:
                yield _candidate(row)
            if not rows:
                return
            last = rows[-1].score, rows[-1].a, rows[-1].b

    def get(self, one: str, other: str) -> Candidate | None:
        """The candidate of two records, if there is one."""
        a, b = sorted((one, other))
        query = sa.select(candidate).where(candidate.c.a == a, candidate.c.b == b)
        with self._log.reading() as connection:
            row = connection.execute(query).first()
        return _candidate(row) if row else None

    def dismiss(self, one: str, other: str, agent: str) -> None:
        """Decide that two records are about two things.

        Raises NotFound where they are no candidate, Conflict where they were merged.
        """
        with self._log.writing() as transaction:
            found = self.get(one, other)
            if found is None:
                raise NotFound(
                    f"{one} and {other} are no candidate; `practicegraph duplicates` lists them."
                )
            if found.status is Status.MERGED:
                raise Conflict(f"{one} and {other} were merged; undo the merge first.")
            decide(transaction, found.pair, found.kind, Status.DISMISSED, agent)

    def _any_open(self, records: Sequence[str]) -> bool:
        with self._log.reading() as connection:
            return any(True for _ in _open_pairs(connection, records))


def _where(
    query: sa.Select[Any], status: Status | None, kind: str | None, least: float
) -> sa.Select[Any]:
    query = query.where(candidate.c.score >= least)
    if status is not None:
        query = query.where(candidate.c.status == status)
    if kind is not None:
        query = query.where(candidate.c.kind == kind)
    return query


def decide(
    transaction: Transaction, pair: tuple[str, str], kind: str, status: Status, agent: str
) -> None:
    """Note a decision about two records, candidates or not, inside a transaction."""
    a, b = sorted(pair)
    decided = (
        {"decided_by": None, "decided_at": None}
        if status is Status.OPEN
        else {"decided_by": agent, "decided_at": now()}
    )
    changed = transaction.connection.execute(
        sa.update(candidate)
        .where(candidate.c.a == a, candidate.c.b == b)
        .values(status=status, **decided)
    )
    if not changed.rowcount:
        moment = now()
        transaction.connection.execute(
            sa.insert(candidate).values(
                a=a,
                b=b,
                kind=kind,
                score=0.0,
                reasons=[],
                status=status,
                found=moment,
                scored=moment,
                **decided,
            )
        )


def _note(
    connection: sa.Connection,
    best: dict[tuple[str, str], Candidate],
    changed: Sequence[str],
) -> int:
    before = _count(connection)
    _upsert(connection, list(best.values()), now())
    new = _count(connection) - before
    forgotten = [pair for pair in _open_pairs(connection, changed) if pair not in best]
    if forgotten:
        connection.execute(
            sa.delete(candidate).where(
                candidate.c.a == sa.bindparam("one"), candidate.c.b == sa.bindparam("other")
            ),
            [{"one": a, "other": b} for a, b in forgotten],
        )
    return new


def _count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(candidate)) or 0


def _open_pairs(connection: sa.Connection, records: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(records), _CHUNK):
        chunk = records[start : start + _CHUNK]
        for column in (candidate.c.a, candidate.c.b):
            query = sa.select(candidate.c.a, candidate.c.b).where(
                column.in_(chunk), candidate.c.status == Status.OPEN
            )
            for row in connection.execute(query):
                yield row.a, row.b


def _upsert(connection: sa.Connection, found: Sequence[Candidate], moment: str) -> None:
    if not found:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415
    statement = insert(candidate)
    statement = statement.on_conflict_do_update(
        index_elements=[candidate.c.a, candidate.c.b],
        set_={name: statement.excluded[name] for name in ("score", "reasons", "scored")},
        where=candidate.c.status == Status.OPEN,
    )
    connection.execute(
        statement,
        [
            {
                "a": each.a,
                "b": each.b,
                "kind": each.kind,
                "score": each.score,
                "reasons": list(each.reasons),
                "status": Status.OPEN,
                "found": moment,
                "scored": moment,
            }
            for each in found
        ],
    )


def _candidate(row: Any) -> Candidate:
    return Candidate(
        row.a,
        row.b,
        row.kind,
        row.score,
        tuple(row.reasons),
        Status(row.status),
        row.found,
        row.decided_by,
        row.decided_at,
    )
