"""What undoing a run would do to each record that it touched.

Two revisions hold the same state of a record when one restores the other; the state of a revision
is known by the sequence number of the one that first held it. So a record stands as a run left it
also where later runs changed it and were undone, and undoing the runs of a source one after the
other, the last first, leads back step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from practicegraph.lookups import chunks
from practicegraph.revisions import Revision, activity_of, revision_of
from practicegraph.tables import head, revision, run

Effect = Literal["create", "update", "withdraw", "none", "conflict"]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one record.

    `made` is the last revision that the run made of it, `head` its newest one, and `before` the
    revision that stood before the run, None where the record was not there. With the effect
    `conflict` the activity `by` changed it since, and it is left alone; with `none` it stands as
    it did before the run already.
    """

    record: str
    kind: str
    made: int
    head: int
    effect: Effect
    before: Revision | None
    source: str | None
    by: str

    @property
    def writes(self) -> bool:
        """Whether it takes a revision."""
        return self.effect in {"create", "update", "withdraw"}

    @property
    def restores(self) -> int | None:
        """The revision that first held the state that comes back."""
        return None if self.before is None else _state(self.before)


def steps_of(
    connection: sa.Connection, number: int, after: int, limit: int
) -> tuple[list[Step], int]:
    """The steps for the next so many revisions of a run, and the last revision that was read.

    That is `after` itself where there is no more. Each record comes once, at the last revision
    that the run made of it.
    """
    activity = activity_of(number)
    made = connection.execute(
        sa.select(
            revision.c.seq,
            revision.c.record,
            revision.c.kind,
            revision.c.previous,
            revision.c.source,
            revision.c.restores,
        )
        .where(revision.c.activity == activity, revision.c.seq > after)
        .order_by(revision.c.seq)
        .limit(limit)
    ).all()
    if not made:
        return [], after
    records = list(dict.fromkeys(row.record for row in made))
    last = _last(connection, activity, records)
    made_last = [row for row in made if last[row.record] == row.seq]
    heads = _heads(connection, [row.record for row in made_last])
    before = _before(connection, activity, {r.record: r.previous for r in made_last})
    undoing = {
        activity_of(found)
        for found in connection.scalars(sa.select(run.c.id).where(run.c.undoes == number))
    }
    steps = [_step(row, heads[row.record], before.get(row.record), undoing) for row in made_last]
    return steps, made[-1].seq


def _step(made: Any, now: Any, before: Revision | None, undoing: set[str]) -> Step:
    there = before is not None and before.content is not None
    effect: Effect
    if _state(now) != _state(made):
        as_before = _state(now) == _state(before) if before else not now.live
        effect = "none" if as_before or now.activity in undoing else "conflict"
    elif not there:
        effect = "withdraw" if now.live else "none"
    elif not now.live:
        effect = "create"
    else:
        effect = "none" if before and before.digest == now.digest else "update"
    return Step(
        made.record, made.kind, made.seq, now.seq, effect, before, made.source, now.activity
    )


def _state(of: Any) -> int:
    return int(of.seq if of.restores is None else of.restores)


def _last(connection: sa.Connection, activity: str, records: list[str]) -> dict[str, int]:
    """The last revision that an activity made of each record."""
    found: dict[str, int] = {}
    for chunk in chunks(records):
        query = (
            sa.select(revision.c.record, sa.func.max(revision.c.seq))
            .where(revision.c.record.in_(chunk), revision.c.activity == activity)
            .group_by(revision.c.record)
        )
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def _heads(connection: sa.Connection, records: list[str]) -> dict[str, Any]:
    """The newest revision of each record, without its content."""
    found: dict[str, Any] = {}
    for chunk in chunks(records):
        query = (
            sa.select(
                head.c.record,
                head.c.seq,
                head.c.live,
                head.c.digest,
                revision.c.activity,
                revision.c.restores,
            )
            .join(revision, revision.c.seq == head.c.seq)
            .where(head.c.record.in_(chunk))
        )
        found.update((row.record, row) for row in connection.execute(query))
    return found


def _before(
    connection: sa.Connection, activity: str, previous: dict[str, int | None]
) -> dict[str, Revision]:
    """The revision of each record that stood before the run's last ones in a row."""
    found: dict[str, Revision] = {}
    wanted = [seq for seq in previous.values() if seq is not None]
    while wanted:
        further: list[int] = []
        for chunk in chunks(wanted):
            for row in connection.execute(sa.select(revision).where(revision.c.seq.in_(chunk))):
                if row.activity != activity:
                    found[row.record] = revision_of(row)
                elif row.previous is not None:
                    further.append(row.previous)
        wanted = further
    return found
