"""The official tables in the log: which are loaded now, and how one is added or taken away."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from practicegraph.concepts.table import Table
from practicegraph.revisions import now
from practicegraph.tables import vocabulary


def mark_of(connection: sa.Connection) -> int:
    """A number that grows with everything that is loaded or taken away; 0 before the first."""
    return connection.scalar(sa.select(sa.func.max(vocabulary.c.seq))) or 0


def tables_of(connection: sa.Connection, name: str | None = None) -> list[Table]:
    """The tables that are loaded now, in the order in which they were; or the one of that name."""
    last = sa.select(sa.func.max(vocabulary.c.seq)).group_by(vocabulary.c.name)
    if name is not None:
        last = last.where(vocabulary.c.name == name)
    query = (
        sa.select(vocabulary)
        .where(vocabulary.c.seq.in_(last), vocabulary.c.content.is_not(None))
        .order_by(vocabulary.c.seq)
    )
    return [
        Table(
            row.name,
            row.scheme,
            bytes(row.content),
            row.agent,
            row.source,
            datetime.fromisoformat(row.time),
        )
        for row in connection.execute(query)
    ]


def keep(connection: sa.Connection, table: Table, agent: str) -> bool:
    """Add a table to the log; returns whether it says anything else than what is loaded."""
    if any(known.digest == table.digest for known in tables_of(connection, table.name)):
        return False
    _add(connection, table, agent, content=table.content, digest=table.digest)
    return True


def take_away(connection: sa.Connection, name: str, agent: str) -> bool:
    """Note that a table counts no longer; returns whether there was one."""
    known = tables_of(connection, name)
    for table in known:
        _add(connection, table, agent, content=None, digest=None)
    return bool(known)


def _add(
    connection: sa.Connection,
    table: Table,
    agent: str,
    *,
    content: bytes | None,
    digest: str | None,
) -> None:
    connection.execute(
        sa.insert(vocabulary).values(
            name=table.name,
            scheme=table.scheme,
            content=content,
            digest=digest,
            agent=agent,
            source=table.source,
            time=now(),
        )
    )
