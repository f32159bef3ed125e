"""Merges in the log: which record went into which, and what each description contributes.

A description keeps the IRI under which it came, its *origin*, also when its record was merged into
another: so a later import updates its own contribution alone. Merges may be merged again; a chain
of them leads from every origin to the one record that is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from practicegraph.log import Log
from practicegraph.lookups import chunks
from practicegraph.record import Record
from practicegraph.revisions import now
from practicegraph.tables import contribution, merger


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one description says of a thing, under the IRI that it had; where it came from."""

    record: Record
    source: str | None
    activity: str
    time: str = ""

    @property
    def origin(self) -> str:
        """The IRI under which the description came."""
        return self.record.iri


def any_merged(connection: sa.Connection) -> bool:
    """Whether any record is merged into another now."""
    query = sa.select(merger.c.run).where(merger.c.active).limit(1)
    return connection.execute(query).first() is not None


def winners_of(connection: sa.Connection, records: Iterable[str]) -> dict[str, str]:
    """The record that each of the records was merged into, at the end of the chain."""
    found: dict[str, str] = {}
    # Where chains stand, and where they began.
    begun: dict[str, list[str]] = {record: [record] for record in records}
    while begun:
        further: dict[str, list[str]] = defaultdict(list)
        for chunk in chunks(sorted(begun)):
            query = sa.select(merger.c.loser, merger.c.winner).where(
                merger.c.loser.in_(chunk), merger.c.active
            )
            for row in connection.execute(query):
                further[row.winner] += begun[row.loser]
        for winner, origins in further.items():
            found.update(dict.fromkeys(origins, winner))
        begun = dict(further)
    return found


def merged_into(log: Log, record: str) -> str | None:
    """The published record into which a record was merged, at the end of the chain."""
    with log.reading() as connection:
        return winners_of(connection, [record]).get(record)


def groups_of(connection: sa.Connection, winners: Iterable[str]) -> dict[str, list[str]]:
    """The origins of each record that others were merged into: itself, then they as they came."""
    found = {winner: [winner] for winner in winners}
    whole = {winner: winner for winner in found}  # origin → the record it belongs to
    step = sorted(found)
    while step:
        merged: list[tuple[int, str, str]] = []
        for chunk in chunks(step):
            query = sa.select(merger.c.run, merger.c.loser, merger.c.winner).where(
                merger.c.winner.in_(chunk), merger.c.active
            )
            merged += [(row.run, row.loser, row.winner) for row in connection.execute(query)]
        for _, loser, winner in sorted(merged):
            whole[loser] = whole[winner]
            found[whole[winner]].append(loser)
        step = sorted({loser for _, loser, _ in merged})
    return {winner: origins for winner, origins in found.items() if len(origins) > 1}


def contributions_of(connection: sa.Connection, origins: Sequence[str]) -> dict[str, Contribution]:
    """What each origin contributes, as far as any merge has needed it."""
    found: dict[str, Contribution] = {}
    for chunk in chunks(origins):
        query = sa.select(contribution).where(contribution.c.origin.in_(chunk))
        for row in connection.execute(query):
            kind = row.origin.rsplit("/", 2)[1]
            record = Record(row.origin, kind, row.content, row.digest)
            found[row.origin] = Contribution(record, row.source, row.activity, row.time)
    return found


def keep(connection: sa.Connection, contributions: Iterable[Contribution]) -> None:
    """Write what origins contribute from now on."""
    moment = now()
    rows = [
        {
            "origin": each.origin,
            "content": each.record.content,
            "digest": each.record.digest,
            "source": each.source,
            "activity": each.activity,
            "time": moment,
        }
        for each in contributions
    ]
    for chunk in chunks([row["origin"] for row in rows]):
        connection.execute(sa.delete(contribution).where(contribution.c.origin.in_(chunk)))
    if rows:
        connection.execute(sa.insert(contribution), rows)


def note(connection: sa.Connection, run: int, loser: str, winner: str, kind: str) -> None:
    """Note that a run merged a record into another."""
    connection.execute(
        sa.insert(merger).values(run=run, loser=loser, winner=winner, kind=kind, active=True)
    )


def activate(connection: sa.Connection, run: int, active: bool) -> tuple[str, str] | None:
    """Let the merge of a run hold, or not; its loser and winner, None where there is no such."""
    row = connection.execute(sa.select(merger).where(merger.c.run == run)).first()
    if row is None:
        return None
    connection.execute(sa.update(merger).where(merger.c.run == run).values(active=active))
    return row.loser, row.winner
