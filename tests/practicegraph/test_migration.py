"""A log that an older program made is brought up to date, and keeps what it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from builders import IRIS, practice
from practicegraph.log import Log
from practicegraph.revisions import Provenance
from practicegraph.tables import SCHEMA_VERSION, metadata

ANYONE = Provenance(agent="test", activity="run/1")

#: The tables of version 1, as it made them on SQLite.
VERSION_1 = """
CREATE TABLE meta ("key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE revision (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL, kind TEXT NOT NULL,
    action TEXT NOT NULL, content BLOB, digest TEXT, previous BIGINT, agent TEXT NOT NULL,
    activity TEXT NOT NULL, source TEXT, message TEXT NOT NULL, replaced_by TEXT,
    time TEXT NOT NULL,
    CONSTRAINT known_action CHECK (action IN ('create', 'update', 'withdraw'))
);
CREATE INDEX revision_of_record ON revision (record, seq);
CREATE TABLE head (
    record TEXT NOT NULL, kind TEXT NOT NULL, seq BIGINT NOT NULL, live BOOLEAN NOT NULL,
    digest TEXT, PRIMARY KEY (record)
);
CREATE INDEX head_by_kind ON head (kind, live, seq);
CREATE TABLE identity (
    source TEXT NOT NULL, "key" TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (source, "key")
);
CREATE INDEX identity_of_record ON identity (record);
CREATE TABLE run (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, source_digest TEXT,
    mapping TEXT, mapping_digest TEXT, agent TEXT NOT NULL, tool TEXT NOT NULL,
    started TEXT NOT NULL, ended TEXT, counts JSON
);
"""
MOMENT = "2026-01-01T00:00:00.000000+00:00"


def older(path: Path) -> str:
    """A log of version 1 with a record, a run that ended, one that did not, and another."""
    record = practice("x", "A")
    with sqlite3.connect(path) as log:
        log.executescript(VERSION_1)
        log.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("schema_version", "1"), ("base_iri", IRIS.base), ("made", MOMENT)],
        )
        log.execute(
            "INSERT INTO revision VALUES (1, ?, 'practice', 'create', ?, ?, NULL, 'a', 'run/1', "
            "'s', 'm', NULL, ?)",
            [record.iri, record.content, record.digest, MOMENT],
        )
        log.execute("INSERT INTO head VALUES (?, 'practice', 1, 1, ?)", [record.iri, record.digest])
        log.execute("INSERT INTO identity VALUES ('s', 'k', ?)", [record.iri])
        for ended in (MOMENT, None, MOMENT):
            log.execute(
                "INSERT INTO run (source, agent, tool, started, ended, counts) "
                "VALUES ('s', 'a', 't', ?, ?, '{\"created\": 1}')",
                [MOMENT, ended],
            )
    log.close()
    return f"sqlite:///{path}"


def layout(url: str) -> dict[str, tuple[set[str], set[str | None]]]:
    """Names of the columns and indexes of each table."""
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    found = {
        table: (
            {column["name"] for column in inspector.get_columns(table)},
            {index["name"] for index in inspector.get_indexes(table)},
        )
        for table in metadata.tables
    }
    engine.dispose()
    return found


def test_an_older_log_gets_the_tables_columns_and_indexes_of_a_new_one(tmp_path: Path) -> None:
    url = older(tmp_path / "old.sqlite")
    Log(url, IRIS.base).close()
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    Log(new, IRIS.base).close()
    assert layout(url) == layout(new)
    with sqlite3.connect(tmp_path / "old.sqlite") as log:
        rows = dict(log.execute("SELECT * FROM meta"))
        assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    log.close()
    assert rows == {
        "schema_version": str(SCHEMA_VERSION), "base_iri": IRIS.base, "made": MOMENT
    }  # fmt: skip


def test_what_an_older_log_holds_is_read_as_before_and_goes_on(tmp_path: Path) -> None:
    url = older(tmp_path / "old.sqlite")
    log = Log(url, IRIS.base)
    (revision,) = log.revisions()
    assert revision.as_record() == practice("x", "A")
    assert (revision.run, revision.restores) == (1, None)
    assert log.resolve("s", ["k"]) == {"k": practice("x").iri}
    assert [(r.number, r.kind, r.state, r.ended_seq) for r in log.runs()] == [
        (3, "ingest", "finished", 2),
        (2, "ingest", "interrupted", None),
        (1, "ingest", "finished", 1),
    ]
    assert log.append([practice("x", "B")], ANYONE) == [2]
    with log.writing() as transaction:
        number = transaction.start_run(source="s", agent="a", tool="t")
        transaction.end_run(number, {})
    assert [r.number for r in log.ended_runs()] == [1, 3, 2, 4]
    log.close()


def test_an_upgrade_that_fails_leaves_the_older_log_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = older(tmp_path / "old.sqlite")
    with monkeypatch.context() as patch:
        patch.setattr("practicegraph.migration._number_ends", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Log(url, IRIS.base)
    with sqlite3.connect(tmp_path / "old.sqlite") as log:
        columns = [row[1] for row in log.execute("PRAGMA table_info(run)")]
        tables = [row[0] for row in log.execute("SELECT name FROM sqlite_master")]
    log.close()
    assert "ended_seq" not in columns
    assert "sighting" not in tables
    Log(url, IRIS.base).close()
