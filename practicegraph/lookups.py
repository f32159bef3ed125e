"""Looking many names up at once, on a connection of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import sqlalchemy as sa

from practicegraph.revisions import Head
from practicegraph.runs import INGEST, RunOutcome
from practicegraph.tables import head, identity, revision, run, sighting

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
    source and input that still describe it, it has not vanished altogether.
    """

    record: str
    kind: str
    seq: int
    last: int
    kept_by: tuple[str, str] | None = None


def vanished_of(
    connection: sa.Connection, origin: tuple[str, str], number: int, *, after: str, limit: int
) -> list[Vanished]:
    """The next so many records that vanished from an input with a run, in the order of their IRIs.

    Those are the published ones that the input described, but not in this run or a later one.
    `origin` is the source and the input.
    """
    source, input_ = origin
    rows = connection.execute(
        sa.select(sighting.c.record, sighting.c.run, head.c.kind, head.c.seq)
        .join(head, head.c.record == sighting.c.record)
        .where(
            sighting.c.source == source,
            sighting.c.input == input_,
            sighting.c.record > after,
            sighting.c.run < number,
            head.c.live,
        )
        .order_by(sighting.c.record)
        .limit(limit)
    ).all()
    kept = _kept_elsewhere(connection, origin, [row.record for row in rows])
    return [Vanished(row.record, row.kind, row.seq, row.run, kept.get(row.record)) for row in rows]


def _kept_elsewhere(
    connection: sa.Connection, origin: tuple[str, str], records: list[str]
) -> dict[str, tuple[str, str]]:
    """Which other source and input described each record when they were last read to the end."""
    source, input_ = origin
    last = (
        sa.select(run.c.source, run.c.input, sa.func.max(run.c.id).label("id"))
        .where(run.c.kind == INGEST, run.c.outcome == RunOutcome.FINISHED)
        .group_by(run.c.source, run.c.input)
        .subquery()
    )
    found: dict[str, tuple[str, str]] = {}
    for chunk in chunks(records):
        query = (
            sa.select(sighting.c.record, sighting.c.source, sighting.c.input)
            .join(
                last, sa.and_(last.c.source == sighting.c.source, last.c.input == sighting.c.input)
            )
            .where(
                sighting.c.record.in_(chunk),
                sa.or_(sighting.c.source != source, sighting.c.input != input_),
                sighting.c.run >= last.c.id,
            )
        )
        found.update((row.record, (row.source, row.input)) for row in connection.execute(query))
    return found
