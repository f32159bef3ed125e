"""The commands about runs, as somebody types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from test_cli import THIN, Run, run, thin

__all__ = ["run", "thin"]  # fixtures


@pytest.fixture
def brought(run: Run, thin: Path) -> Path:
    """A record in two runs: the first creates it, the second updates it."""
    assert run("ingest", thin).code == 0
    thin.write_text(THIN.replace("A thin one.", "A thinner one."))
    assert run("ingest", thin).code == 0
    return thin


def digest() -> str | None:
    with Repository.open(Settings.load()) as repository:
        latest = repository.log.latest(repository.iris.thing("practice", "thin"))
        return latest.digest if latest else None


def test_runs_are_listed_the_newest_first(run: Run, brought: Path) -> None:
    rows = json.loads(run("runs", "--format", "json").out)
    assert [(r["run"], r["kind"], r["outcome"], r["created"], r["updated"]) for r in rows] == [
        (2, "ingest", "finished", 0, 1), (1, "ingest", "finished", 1, 0)
    ]  # fmt: skip
    assert [r["run"] for r in json.loads(run("runs", "--limit", "1", "--format", "json").out)] == [
        2
    ]
    assert "ingest" in run("runs").out


def test_a_run_is_shown_with_its_counts_and_the_records_it_touched(run: Run, brought: Path) -> None:
    shown = json.loads(run("runs", "show", "2", "--format", "json").out)
    assert (shown["run"], shown["outcome"], shown["undone_by"]) == (2, "finished", None)
    assert shown["counts"]["practice.updated"] == 1
    (record,) = shown["records"]
    assert (record["action"], record["record"]) == (
        "update", "http://127.0.0.1:8000/id/practice/thin"
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("runs", "show", "1", "--format", "csv").out)))
    assert [row["action"] for row in rows] == ["create"]
    table = run("runs", "show", "1")
    assert "id/practice/thin" in table.out
    assert "PracticeGraph" in table.out


def test_a_table_shows_some_of_many_records_and_says_so(run: Run) -> None:
    assert run("demo").code == 0
    table = run("runs", "show", "1", "--limit", "3")
    assert table.out.count("│ create ") == 3
    assert "111 more records" in table.err
    rows = list(csv.reader(io.StringIO(run("runs", "show", "1", "--format", "csv").out)))
    assert len(rows) == 115


def test_a_run_is_undone_after_a_look_at_what_that_does(run: Run, brought: Path) -> None:
    with Repository.open(Settings.load()) as repository:
        *_, first = repository.log.history(repository.iris.thing("practice", "thin"))
    foreseen = json.loads(run("runs", "undo", "2", "--dry-run", "--format", "json").out)
    assert digest() != first.digest
    done = run("runs", "undo", "2", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out) == foreseen
    assert "Run 3 has undone run 2" in done.err
    assert digest() == first.digest
    again = run("runs", "undo", "2")
    assert again.code == 2
    assert "undone by run 3 already" in again.err
    assert run("runs", "undo", "3").code == 0
    assert digest() != first.digest
    listed = json.loads(run("runs", "--format", "json").out)
    assert {r["run"]: (r["undoes"], r["undone_by"]) for r in listed} == {
        1: (None, None), 2: (None, None), 3: (2, 4), 4: (3, None)
    }  # fmt: skip


def test_what_was_changed_since_is_left_alone_listed_and_told_by_the_exit_code(
    run: Run, brought: Path
) -> None:
    thing = "http://127.0.0.1:8000/id/practice/thin"
    with Repository.open(Settings.load()) as repository:
        repository.log.withdraw(thing, Provenance("steward", "by hand"))
        first, *_ = reversed(repository.log.history(thing))
        record = first.as_record()
        assert record is not None
        repository.log.append([record], Provenance("steward", "by hand"))
    dry = run("runs", "undo", "2", "--dry-run", "--format", "csv")
    assert dry.code == 1
    wet = run("runs", "undo", "2", "--format", "csv")
    assert wet.code == 1
    assert wet.out == dry.out
    (row,) = csv.DictReader(io.StringIO(wet.out))
    assert (row["record"], row["effect"], row["changed_by"]) == (thing, "conflict", "by hand")
    assert "1 left alone" in wet.err


@pytest.mark.parametrize("command", [("show", "7"), ("undo", "7"), ("undo", "7", "--dry-run")])
def test_a_run_that_is_not_there_is_an_error(run: Run, command: tuple[str, ...]) -> None:
    run("init")
    refused = run("runs", *command)
    assert refused.code == 2
    assert "There is no run 7" in refused.err


def test_there_may_be_no_runs_yet(run: Run) -> None:
    run("init")
    assert json.loads(run("runs", "--format", "json").out) == []
    assert run("runs", "show", "0").code == 2
