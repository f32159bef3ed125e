"""Folding: what an import brings is put together with what others contribute to the same thing.

A description that comes in for a record that was merged updates its own contribution alone, and
what is published is combined anew. References to what was merged into another lead to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from practicegraph.duplicates import merges
from practicegraph.duplicates.combining import combine, rewritten
from practicegraph.duplicates.merges import Contribution
from practicegraph.iris import Iris
from practicegraph.record import Record


@dataclass(frozen=True, slots=True)
class Folded:
    """What becomes of records that come in.

    `records` maps the IRI under which each came to the record to be published: the same for the
    descriptions of one thing. `merged` are the published ones of which several descriptions are
    kept, and `contributed` lists, by these, the descriptions that are to be kept from now on.
    """

    records: Mapping[str, Record]
    merged: frozenset[str] = frozenset()
    contributed: Mapping[str, Sequence[Record]] = field(default_factory=dict)


def fold(connection: sa.Connection, records: Sequence[Record], iris: Iris) -> Folded:
    """What is to be published for records that come in, the last description of an origin counts.

    Where nothing was ever merged this is one question to the log; else a few, however many records.
    Raises InvalidRecord where what several say together is too large for one record.
    """
    given = {record.iri: record for record in records}
    if not merges.any_merged(connection):
        return Folded(given)
    winners = merges.winners_of(connection, given)
    final = {origin: winners.get(origin, origin) for origin in given}
    groups = merges.groups_of(connection, set(final.values()))
    known = merges.contributions_of(
        connection, [origin for origins in groups.values() for origin in origins]
    )
    combined = {
        winner: combine([given.get(o) or known[o].record for o in origins], iris).record
        for winner, origins in groups.items()
    }
    found = {origin: combined.get(final[origin], record) for origin, record in given.items()}
    names = renamings(connection, found.values(), iris)
    contributed: dict[str, list[Record]] = {}
    for origin, record in given.items():
        if final[origin] in groups and known[origin].record.digest != record.digest:
            contributed.setdefault(final[origin], []).append(record)
    return Folded(
        {
            origin: rewritten(record, names, iris) if names else record
            for origin, record in found.items()
        },
        frozenset(groups),
        contributed,
    )


def keep(
    connection: sa.Connection, records: Iterable[Record], source: str | None, activity: str
) -> None:
    """Keep descriptions as contributions, inside the transaction that publishes what they make."""
    merges.keep(connection, [Contribution(record, source, activity) for record in records])


def renamings(connection: sa.Connection, records: Iterable[Record], iris: Iris) -> dict[str, str]:
    """What the things and parts that records refer to are called since they were merged."""
    base = re.escape(f"{iris.base}/id/".encode())
    pattern = re.compile(rb"<(" + base + rb"[a-z]+/[a-z0-9-]+)(#?)")
    mentioned: dict[str, bool] = {}
    for record in records:
        for name, hash_ in set(pattern.findall(record.content)):
            iri = name.decode()
            if iri != record.iri:
                mentioned[iri] = mentioned.get(iri, False) or bool(hash_)
    winners = merges.winners_of(connection, mentioned)
    names = dict(winners)
    in_parts = {winners[iri] for iri, part in mentioned.items() if part and iri in winners}
    groups = merges.groups_of(connection, in_parts)
    known = merges.contributions_of(connection, [o for group in groups.values() for o in group])
    for origins in groups.values():
        names |= combine([known[origin].record for origin in origins], iris).renamed
    return names
