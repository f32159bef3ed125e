"""Databases: a table or a query of any that SQLAlchemy speaks to becomes JSON Lines."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from ingest.fetching.limits import Limits
from ingest.rows import plain
from practicegraph.errors import InvalidInput, MalformedDocument, NotFound, TooLarge

#: Rows are taken from the database in portions, where its driver can.
_STREAMED: Final[dict[str, Any]] = {
    "stream_results": True,
    "yield_per": 1_000,
    "no_parameters": True,
}
_BYTES: Final = (bytes, bytearray, memoryview)
_COMMENTS: Final = r"(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*"
_SELECT: Final = re.compile(rf"{_COMMENTS}\(?{_COMMENTS}(?:SELECT|WITH|VALUES)\b", re.IGNORECASE)
#: What may hold a semicolon that ends nothing, or one that does.
_SEMICOLON: Final = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|(?P<end>;)"""
)


class Database:
    """A database by its URL, read and never written.

    `name` is the URL without user, password, options and folder: it may be seen by anybody.
    """

    def __init__(self, url: str, limits: Limits) -> None:
        """Take in a URL. Raises InvalidInput where it is none, or needs what is not installed."""
        self._limits = limits
        self._ends = time.monotonic() + limits.seconds
        try:
            self._url = sa.make_url(url)
            self.name = _shown(self._url)
            self._engine = self._made()
        except (ArgumentError, NoSuchModuleError, ValueError) as error:
            scheme = url.partition("://")[0]
            raise InvalidInput(
                f"{scheme}://…: this is no URL of a database that can be read; write it as "
                "'sqlite:///file.db' or 'postgresql+psycopg://user@host/name'. Files are fetched "
                "from http:// and https://, endpoints are sparql+http:// and sparql+https://."
            ) from error
        except ImportError as error:
            raise InvalidInput(
                f"{self.name}: the driver is not installed ({error.name}); install it with pip."
            ) from error
        if self._engine.dialect.is_async:
            raise InvalidInput(f"{self.name}: the driver is asynchronous; name another one.")

    def fetch(self, table: str | None, query: str | None, target: Path) -> tuple[str, ...]:
        """Write a table, or what a query gives, as one JSON object a row; returns notes.

        Values are text: dates and times by ISO 8601, decimals as they are; NULL is absent. Bytes
        are left out with a note. A table is sorted by its primary key, so that two fetches of it
        are the same file. Raises InvalidInput, NotFound, TooLarge or MalformedDocument.
        """
        try:
            with self._connected() as connection:
                result, notes = self._result(connection, table, query)
                return (*notes, *self._write(result, target))
        except SQLAlchemyError as error:
            self._check(0)
            raise MalformedDocument(self.name, self._cause(error)) from error
        finally:
            self._engine.dispose()

    def _made(self) -> sa.Engine:
        if self._url.get_backend_name() != "sqlite":
            return sa.create_engine(self._url)
        path = Path(self._url.database or "")
        if not path.is_file():
            # SQLite would make a new one.
            raise NotFound(f"{self.name}: there is no such database.")
        bare = self._url.set(query={})
        return sa.create_engine(bare, creator=lambda: self._sqlite(path))

    def _sqlite(self, path: Path) -> sqlite3.Connection:
        address = f"file:{quote(str(path.resolve()))}?mode=ro"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.set_progress_handler(lambda: time.monotonic() > self._ends, 100_000)
        return connection

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        backend = self._url.get_backend_name()
        with self._engine.connect() as connection:
            if backend == "postgresql":
                connection = connection.execution_options(postgresql_readonly=True)  # noqa: PLW2901
                milliseconds = int(self._limits.seconds * 1000)
                connection.exec_driver_sql(f"SET statement_timeout = {milliseconds}")
            elif backend in {"mysql", "mariadb"}:
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
                connection.rollback()
            yield connection
            connection.rollback()

    def _result(
        self, connection: sa.Connection, table: str | None, query: str | None
    ) -> tuple[sa.CursorResult[Any], tuple[str, ...]]:
        if table is not None and query is None:
            selected, notes = self._whole(sa.inspect(connection), table)
            return connection.execute(selected, execution_options=_STREAMED), notes
        if query is not None and table is None:
            # Unlike a text of the library, a colon or a percent sign in it means nothing.
            text = _one_select(self.name, query)
            return connection.exec_driver_sql(text, execution_options=_STREAMED), ()
        raise InvalidInput(
            f"{self.name}: name what to read by --table or by --query; the tables are: "
            f"{_names(sa.inspect(connection))}."
        )

    def _whole(self, inspector: sa.Inspector, table: str) -> tuple[sa.Select[Any], tuple[str, ...]]:
        schema, name = None, table
        if not inspector.has_table(table) and "." in table:
            schema, _, name = table.rpartition(".")
        if not inspector.has_table(name, schema):
            raise NotFound(
                f"{self.name}: there is no table {table[:100]!r}; there are: {_names(inspector)}."
            )
        # Columns without a type: the values are those of the driver, and not made into others.
        columns: list[sa.ColumnClause[Any]] = [
            sa.column(column["name"]) for column in inspector.get_columns(name, schema)
        ]
        selected = sa.select(*columns).select_from(sa.table(name, schema=schema))
        keys = inspector.get_pk_constraint(name, schema)["constrained_columns"]
        if keys:
            return selected.order_by(*map(sa.column, keys)), ()
        return selected, (
            f"{self.name}: {table} has no primary key, so that the order of its rows, and their "
            "numbers, may differ the next time.",
        )

    def _write(self, result: sa.CursorResult[Any], target: Path) -> tuple[str, ...]:
        names = list(result.keys())
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InvalidInput(
                f"{self.name}: there are two columns called {twice!r}; rename one with AS."
            )
        bytes_in: dict[str, None] = {}
        size = 0
        with target.open("w", encoding="utf-8") as file:
            for row in result:
                cells: dict[str, Any] = {}
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, _BYTES):
                        bytes_in[name] = None
                    elif value is not None:
                        cells[name] = _text(value)
                size += file.write(json.dumps(cells, ensure_ascii=False, default=_text) + "\n")
                self._check(size)
        if not size:
            raise InvalidInput(f"{self.name}: there are no rows.")
        if not bytes_in:
            return ()
        return (f"{self.name}: bytes were left out in the columns {', '.join(bytes_in)}.",)

    def _check(self, size: int) -> None:
        if size > self._limits.size:
            raise TooLarge(f"{self.name}: the rows have more than {self._limits.size:,} bytes.")
        if time.monotonic() > self._ends:
            raise TooLarge(
                f"{self.name}: reading took more than {self._limits.seconds:,.0f} seconds."
            )

    def _cause(self, error: SQLAlchemyError) -> str:
        # The library adds the statement and an address of its documentation.
        cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        secrets = [self._url.password, *map(str, self._url.query.values())]
        for secret in secrets:
            if secret:
                cause = cause.replace(str(secret), "***")
        return f"{cause}."


def _shown(url: sa.URL) -> str:
    database = url.database or ""
    if url.get_backend_name() == "sqlite":
        database = Path(database).name
    # `set` takes None for "as it was".
    bare = url.set(query={}, database=database)._replace(username=None, password=None)
    return bare.render_as_string(hide_password=True)


def _names(inspector: sa.Inspector) -> str:
    return ", ".join(sorted([*inspector.get_table_names(), *inspector.get_view_names()])[:20])


def _one_select(name: str, query: str) -> str:
    text = query.strip()
    ends = [match.start() for match in _SEMICOLON.finditer(text) if match["end"]]
    if ends and ends[0] == len(text) - 1:
        text = text[: ends.pop()]
    if ends or not _SELECT.match(text):
        raise InvalidInput(f"{name}: the query must be one SELECT.")
    return text


def _text(value: object) -> Any:
    """A value as text; what is made of several stays so, and its members come here in turn."""
    match value:
        case dict() | list():
            return value
        case datetime() | date() | time_of_day():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case Enum():
            return str(value.value)
    text = plain(value, "") if isinstance(value, bool | int | float) else str(value)
    return text or ""
