"""An import tells what is likely to be there already, and a dry run tells the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_merged_again import described, write

from ingest import ingest
from practicegraph.duplicates.candidates import Candidates
from practicegraph.repository import Repository
from practicegraph.settings import Settings


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        yield repository


def told(repository: Repository, file: Path, *, dry_run: bool = False) -> list[tuple[str, str]]:
    """What the report says of duplicates: record and the one it is likely to be."""
    with ingest(repository, [file], dry_run=dry_run, find_duplicates=True) as report:
        return [
            (p.record.rpartition("/")[2], p.value.rpartition("/")[2])
            for p in report.problems()
            if p.rule == "possible duplicate"
        ]


def test_a_dry_run_and_the_run_tell_the_same(repository: Repository, tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    write(one, described("urn:one:7", "Walking bus to school"))
    write(
        two,
        described("urn:two:x", "The walking bus to school") + described("urn:two:y", "Repair café"),
    )
    assert told(repository, one) == []
    predicted = told(repository, two, dry_run=True)
    assert predicted == [("the-walking-bus-to-school", "walking-bus-to-school")]
    assert Candidates(repository.log).count() == 0
    assert told(repository, two) == predicted
    assert Candidates(repository.log).count() == 1


def test_a_dry_run_sees_what_no_index_has_seen(repository: Repository, tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    write(one, described("urn:one:7", "Walking bus to school"))
    write(two, described("urn:two:x", "Walking bus to school"))
    ingest(repository, [one]).close()
    assert len(told(repository, two, dry_run=True)) == 1
    assert not repository.duplicates.exists()
