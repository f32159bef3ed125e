"""The commands about duplicates, as somebody types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from test_cli import THIN, Run, run, thin

__all__ = ["run", "thin"]  # fixtures

#: The same practice, as somebody else tells of it.
OTHER = THIN.replace("practice/thin", "practice/lean").replace('"thin"', '"lean"')


@pytest.fixture
def twice(run: Run, thin: Path) -> Path:
    """One practice from two sources."""
    assert run("ingest", thin).code == 0
    other = thin.with_name("lean.ttl")
    other.write_text(OTHER)
    assert run("ingest", other).code == 0
    return thin


def test_likely_duplicates_are_listed_with_titles_sources_and_reasons(
    run: Run, twice: Path
) -> None:
    (pair,) = json.loads(run("duplicates", "--format", "json").out)
    assert {pair["record"][-4:], pair["other"][-4:]} == {"thin", "lean"}
    assert pair["title"] == pair["other_title"] != ""
    assert {pair["source"], pair["other_source"]} == {"thin", "lean"}
    assert "title 1.00" in pair["reasons"]
    assert 0.5 <= pair["score"] <= 1
    assert "title 1.00" in run("duplicates").out
    assert json.loads(run("duplicates", "--kind", "service", "--format", "json").out) == []
    assert json.loads(run("duplicates", "--min-score", "1", "--format", "json").out) == []


def test_a_dismissed_pair_is_not_listed_again(run: Run, twice: Path) -> None:
    assert run("duplicates").code == 0
    assert run("duplicates", "dismiss", "practice/thin", "practice/lean").code == 0
    assert json.loads(run("duplicates", "--format", "json").out) == []
    assert run("duplicates", "find").code == 0
    assert json.loads(run("duplicates", "--format", "json").out) == []
    rows = csv.DictReader(io.StringIO(run("duplicates", "--all", "--format", "csv").out))
    assert [row["status"] for row in rows] == ["dismissed"]


def test_wrong_use_is_told(run: Run, twice: Path) -> None:
    assert run("duplicates", "--kind", "planet").code == 2
    refused = run("duplicates", "dismiss", "practice/thin", "practice/none")
    assert refused.code == 2
    assert "no candidate" in refused.err


def test_the_index_is_made_anew_with_the_projections(run: Run, twice: Path) -> None:
    assert run("duplicates").code == 0
    assert run("rebuild").code == 0
    assert len(json.loads(run("duplicates", "--format", "json").out)) == 1


def test_a_pair_is_merged_and_the_merge_undone(run: Run, twice: Path) -> None:
    told = run("duplicates", "merge", "practice/thin", "practice/lean", "--dry-run")
    assert told.code == 0
    assert "would go into" in told.err
    assert run("history", "practice/lean").out.count("withdraw") == 0
    done = run("duplicates", "merge", "practice/thin", "practice/lean", "--format", "json")
    assert done.code == 0
    assert {row["gives_way"] for row in json.loads(done.out)} == {"dct:identifier"}
    assert "practicegraph runs undo" in done.err
    number = json.loads(run("runs", "--format", "json").out)[0]["run"]
    assert json.loads(run("duplicates", "--format", "json").out) == []
    assert run("runs", "undo", number).code == 0
    assert len(json.loads(run("duplicates", "--format", "json").out)) == 1


def test_what_cannot_be_merged_is_told(run: Run, twice: Path) -> None:
    refused = run("duplicates", "merge", "practice/thin", "practice/none")
    assert refused.code == 2
    assert "not published" in refused.err
