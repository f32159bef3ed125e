"""Databases: read as they are, never written, and their passwords never seen."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from reading import rows

from ingest.fetching import database as module
from ingest.fetching.database import Database
from ingest.fetching.limits import Limits
from ingest.fetching.redaction import shown
from ingest.inputs import Inputs
from practicegraph.errors import InvalidInput, MalformedDocument, NotFound, TooLarge


@pytest.fixture
def url(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "cases.db") as db:
        db.executescript("""
            CREATE TABLE cases (name TEXT, id INTEGER PRIMARY KEY, share REAL, seen DATE, logo BLOB,
                                price NUMERIC);
            INSERT INTO cases VALUES ('B', 2, 0.1, '2024-01-31', x'00', 1.50);
            INSERT INTO cases VALUES ('Città: 100 %', 1, 2020.0, NULL, NULL, 9007199254740993);
            CREATE TABLE "odd "" name" (a TEXT);
            INSERT INTO "odd "" name" VALUES ('x');
            CREATE TABLE empty (a TEXT);
            CREATE VIEW names AS SELECT name FROM cases;
        """)
    db.close()
    return f"sqlite:///{tmp_path}/cases.db"


def read(url: str, *, table: str | None = None, query: str | None = None) -> list[dict[str, str]]:
    with Inputs() as inputs:
        (found,) = inputs.open([url], table=table, query=query)
        return [dict(row.cells) for row in rows(found.files[0].path)]  # type: ignore[arg-type]


def test_a_table_becomes_rows_of_text_in_the_order_of_its_key(url: str) -> None:
    with Inputs() as inputs:
        (found,) = inputs.open([url], table="cases")
        (file,) = found.files
        assert [row.cells for row in rows(file.path)] == [
            {"name": "Città: 100 %", "id": "1", "share": "2020", "price": "9007199254740993"},
            {"name": "B", "id": "2", "share": "0.1", "seen": "2024-01-31", "price": "1.5"},
        ]
    assert (found.name, file.name) == ("sqlite:///cases.db#cases", "cases.jsonl")
    assert found.is_single
    assert found.notes == ("sqlite:///cases.db: bytes were left out in the columns logo.",)
    assert not file.path.exists()


def test_two_fetches_of_a_table_are_the_same_file(url: str) -> None:
    with Inputs() as inputs:
        one, two = inputs.open([url, url], table="cases")
        assert one.files[0].path.read_bytes() == two.files[0].path.read_bytes()


def test_a_table_without_a_key_is_read_with_a_note(url: str) -> None:
    with Inputs() as inputs:
        (found,) = inputs.open([url], table='odd " name')
        assert [row.cells for row in rows(found.files[0].path)] == [{"a": "x"}]
    assert "no primary key" in found.notes[0]
    assert read(url, table="names") == [{"name": "Città: 100 %"}, {"name": "B"}]
    assert read(url, table="main.cases")[1]["name"] == "B"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name FROM cases WHERE name LIKE '%B' AND name <> ' :x;'",
        "-- a comment; with more\n/* and; */ select name from cases where id = 2;",
        "WITH c AS (SELECT * FROM cases) SELECT name FROM c WHERE id = 2",
    ],
)
def test_a_query_is_read_as_it_is_or_from_its_file(url: str, tmp_path: Path, query: str) -> None:
    (tmp_path / "b.sql").write_text(query)
    assert read(url, query=query) == read(url, query=f"{tmp_path}/b.sql") == [{"name": "B"}]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM cases",
        "SELECT 1; DELETE FROM cases",
        "ATTACH 'x.db' AS x",
        "PRAGMA writable_schema = 1",
        "",
    ],
)
def test_a_query_that_is_not_one_select_is_refused(url: str, query: str) -> None:
    with pytest.raises(InvalidInput, match=r"cases\.db.*one SELECT"):
        read(url, query=query)
    assert len(read(url, table="cases")) == 2


def test_the_database_is_opened_to_be_read_only(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_one_select", lambda _, query: query)
    with pytest.raises(MalformedDocument, match="readonly"):
        read(url, query="DELETE FROM cases")


@pytest.mark.parametrize(
    ("table", "query", "cause"),
    [
        (None, None, "--table or by --query; the tables are: cases, empty, names"),
        ("cases", "SELECT 1", "--table or by --query"),
        ("nothing", None, "no table 'nothing'; there are: cases, empty"),
        ("empty", None, "no rows"),
        (None, "SELECT absent FROM cases", "no such column: absent"),
        (None, "SELECT id AS a, name AS a FROM cases", "two columns called 'a'"),
        (None, "absent.sql", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(
    url: str, table: str | None, query: str | None, cause: str
) -> None:
    with pytest.raises((InvalidInput, NotFound), match=cause):
        read(url, table=table, query=query)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"sqlite:///absent\.db"):
        read(f"sqlite:///{tmp_path}/absent.db", table="x")
    assert not list(tmp_path.iterdir())
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(MalformedDocument, match="not a database"):
        read(f"sqlite:///{tmp_path}/text.db", table="x")


def test_a_query_without_end_and_rows_without_end_are_stopped(url: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"
    with Inputs(Limits(seconds=0.3)) as inputs, pytest.raises(TooLarge, match="seconds"):
        inputs.open([url], query=endless.format("max(i)"))
    with Inputs(Limits(size=1 << 16)) as inputs, pytest.raises(TooLarge, match="65,536 bytes"):
        inputs.open([url], query=endless.format("i"))


@pytest.mark.parametrize(
    "url",
    [
        "nonsense://user:hunter2@host/db",
        "sqlite://user:hunter2@/cases.db",
        "postgresql+psycopg2://user:hunter2@127.0.0.1:1/db?sslpassword=hunter2",
        "mysql+pymysql://user:hunter2@127.0.0.1:1/db",
        "postgresql://user:hunter2@[bad/db",
        "://hunter2",
    ],
)
def test_no_password_is_seen_when_a_database_cannot_be_opened(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises((InvalidInput, NotFound)) as raised:
        read(url, table="x")
    for secret in ("hunter2", "user:", "user@"):
        assert secret not in str(raised.value).partition("; write it as")[0]
    assert "hunter2" not in caplog.text


def test_the_cause_of_a_driver_loses_the_secrets_of_the_url(url: str) -> None:
    database = Database(url + "?password=hunter2", Limits())
    error = sa.exc.OperationalError("SELECT 1", None, Exception("no door for hunter2\nat all"))
    assert database._cause(error) == "no door for ***."


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:hunter2@example.org/a?x=1#y", "https://example.org/a?x=1"),
        ("https://example.org/a?api_key=hunter2&x=1", "https://example.org/a?api_key=***&x=1"),
        ("https://[bad/hunter2", "https://…"),
    ],
)
def test_an_address_is_shown_without_what_opens_a_door(url: str, expected: str) -> None:
    assert shown(url) == expected
