"""Bringing the tables of an older log up to those of this program.

Only what is missing is added: tables, columns, indexes. Nothing that the log holds is rewritten.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn

from practicegraph.runs import RunOutcome
from practicegraph.tables import SCHEMA_VERSION, meta, metadata, run


def upgrade(connection: sa.Connection, version: int) -> None:
    """Bring a log from a version up to this one, inside the transaction of the connection."""
    if version >= SCHEMA_VERSION:
        return
    metadata.create_all(connection)
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                _add(connection, table, column)
        indexes = {index["name"] for index in inspector.get_indexes(table.name)}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.name not in indexes:
                index.create(connection)
    if version < _ENDS_ARE_NUMBERED:
        _number_ends(connection)
    connection.execute(
        sa.update(meta).where(meta.c.key == "schema_version").values(value=str(SCHEMA_VERSION))
    )


def _add(connection: sa.Connection, table: sa.Table, column: sa.Column[object]) -> None:
    name = connection.dialect.identifier_preparer.format_table(table)
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    # Names and types are those of our own tables.
    connection.execute(sa.text(f"ALTER TABLE {name} ADD COLUMN {definition}"))


#: Since this version a run has an outcome, and its end a number.
_ENDS_ARE_NUMBERED: Final = 2


def _number_ends(connection: sa.Connection) -> None:
    """Tell which of the runs there were had ended, in the order in which they began."""
    earlier = run.alias()
    position = (
        sa.select(sa.func.count())
        .select_from(earlier)
        .where(earlier.c.ended.is_not(None), earlier.c.id <= run.c.id)
        .scalar_subquery()
    )
    connection.execute(
        sa.update(run)
        .where(run.c.ended.is_not(None))
        .values(outcome=RunOutcome.FINISHED, ended_seq=position)
    )
