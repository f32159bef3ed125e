"""Looking many names up at once, on a connection of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import sqlalchemy as sa

from practicegraph.revisions import Head
from practicegraph.runs import INGEST, Origin, RunOutcome
from practicegraph.tables import head, identity, origin, revision, run, sighting

#: Bound parameters of one statement stay below the smallest limit of SQLite builds (999).
CHUNK: Final = 500
_Value = TypeVar("_Value")


def chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """The values in portions that one statement can take."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def heads_of(connection: sa.Connection, records: list[str]) -> dict[str, Head]:
    """The heads of the records that exist, by IRI."""
    found: dict[str, Head] = {}
    for chunk in chunks(records):
        for row in connection.execute(sa.select(head).where(head.c.record.in_(chunk))):
            found[row.record] = Head(*row)
    return found


def resolved(connection: sa.Connection, source: str, keys: list[str]) -> dict[str, str]:
    """The record IRI of each key that the source is known to use."""
    found: dict[str, str] = {}
    for chunk in chunks(keys):
        query = sa.select(identity.c.key, identity.c.record).where(
            identity.c.source == source, identity.c.key.in_(chunk)
        )
        found.update((row.key, row.record) for row in connection.execute(query))
    return found


def taken_of(connection: sa.Connection, records: list[str]) -> set[str]:
    """Those of the IRIs that a record or an identity already has."""
    found: set[str] = set()
    for chunk in chunks(records):
        for column in (head.c.record, identity.c.record):
            found.update(connection.scalars(sa.select(column).where(column.in_(chunk))))
    return found


def withdrawn_by_run_of(connection: sa.Connection, records: list[str]) -> set[str]:
    """Those of the records that a run withdrew, so that an import may bring them back.

    What a person withdrew is not among them, also where the undoing of a run withdrew it again;
    nor is what was replaced by another record.
    """
    now, first = revision.alias("now"), revision.alias("first")
    found: set[str] = set()
    for chunk in chunks(records):
        query = (
            sa.select(head.c.record)
            .join(now, now.c.seq == head.c.seq)
            .join(first, first.c.seq == sa.func.coalesce(now.c.restores, now.c.seq))
            .where(
                head.c.record.in_(chunk),
                sa.not_(head.c.live),
                first.c.activity.like("run/%"),
                now.c.replaced_by.is_(None),
            )
        )
        found.update(connection.scalars(query))
    return found


@dataclass(frozen=True, slots=True)
class Vanished:
    """A published record that an input described once, and does not any more.

    `seq` is its newest revision, `last` the last run that met it. Where `kept_by` names another
    origin that still describes it, it has not vanished altogether.
    """

    record: str
    kind: str
    seq: int
    last: int
    kept_by: Origin | None = None


def origin_id_of(connection: sa.Connection, given: Origin) -> int | None:
    """The number of an origin that is known."""
    query = sa.select(origin.c.id).where(
        origin.c.source == given.source,
        origin.c.input == given.input,
        origin.c.mapping == given.mapping,
    )
    return connection.scalar(query)


def vanished_of(
    connection: sa.Connection,
    given: Origin,
    number: int | None,
    *,
    after: tuple[int, int] = (0, 0),
    limit: int,
) -> tuple[list[Vanished], tuple[int, int]]:
    """The next so many records that vanished from an origin with a run, and where to go on.

    Those are the published ones that it described once, but not in this run or a later one;
    without a number, all that it ever described.
    """
    known = origin_id_of(connection, given)
    run_, id_ = after
    query = (
        sa.select(sighting.c.id, sighting.c.record, sighting.c.run, head.c.kind, head.c.seq)
        .join(head, head.c.record == sighting.c.record)
        .where(
            sighting.c.origin == known,
            sighting.c.run >= run_,
            sa.or_(sighting.c.run > run_, sighting.c.id > id_),
            head.c.live,
        )
        .order_by(sighting.c.run, sighting.c.id)
        .limit(limit)
    )
    if number is not None:
        query = query.where(sighting.c.run < number)
    rows = connection.execute(query).all() if known is not None else []
    kept = _kept_elsewhere(connection, known or 0, [row.record for row in rows])
    found = [Vanished(row.record, row.kind, row.seq, row.run, kept.get(row.record)) for row in rows]
    return found, (rows[-1].run, rows[-1].id) if rows else after


def _kept_elsewhere(connection: sa.Connection, known: int, records: list[str]) -> dict[str, Origin]:
    """Which other origin described each record when it was last read to the end."""
    mapping = sa.func.coalesce(run.c.mapping, "")
    last = (
        sa.select(origin, sa.func.max(run.c.id).label("last"))
        .join(
            run,
            sa.and_(
                run.c.source == origin.c.source,
                run.c.input == origin.c.input,
                mapping == origin.c.mapping,
            ),
        )
        .where(run.c.kind == INGEST, run.c.outcome == RunOutcome.FINISHED, origin.c.id != known)
        .group_by(origin.c.id)
        .subquery()
    )
    found: dict[str, Origin] = {}
    for chunk in chunks(records):
        query = (
            sa.select(sighting.c.record, last.c.source, last.c.input, last.c.mapping)
            .join(last, last.c.id == sighting.c.origin)
            .where(sighting.c.record.in_(chunk), sighting.c.run >= last.c.last)
        )
        found.update((row[0], Origin(*row[1:])) for row in connection.execute(query))
    return found
