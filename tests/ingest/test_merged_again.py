"""Importing after a merge: each source goes on saying its own, and the record is both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from practicegraph import ntriples
from practicegraph.duplicates.merging import merge
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.undoing import undo

PREFIXES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix scheme: <https://w3id.org/practicegraph/scheme/> .
"""
ONE, OTHER, SCHOOL = (
    f"http://127.0.0.1:8000/id/practice/{slug}" for slug in ("walking-bus", "pedibus", "school-run")
)


def described(iri: str, title: str, more: str = "", language: str = "en") -> str:
    return f"""<{iri}> a gp:GoodPractice , dcat:Resource ; dct:title "{title}"@{language} ;
  dct:description "About {title}."@{language} ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> ;
  dct:source <https://{title.split(maxsplit=1)[0].lower()}.example/> ;
  gp:maturity <https://w3id.org/practicegraph/scheme/maturity/pilot> ; {more}
  gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed> .
"""


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        yield repository


@pytest.fixture
def files(tmp_path: Path, repository: Repository) -> dict[str, Path]:
    """Two sources of one practice, and a third one whose practice was adapted from it; merged."""
    named = {name: tmp_path / f"{name}.ttl" for name in ("one", "two", "three")}
    write(named["one"], described("urn:one:7", "Walking bus"))
    write(named["two"], described("urn:two:x", "Pedibus", language="it"))
    write(named["three"], described(SCHOOL, "School run", f"gp:adaptedFrom <{OTHER}> ;"))
    for file in named.values():
        bring(repository, file)
    merge(repository, ONE, OTHER, agent="Jane")
    return named


def write(file: Path, text: str) -> None:
    file.write_text(PREFIXES + text, "utf-8")


def bring(repository: Repository, *files: Path) -> dict[str, int]:
    with ingest(repository, [*files], force=True) as report:
        return report.counts.flat()


def published(repository: Repository, iri: str) -> str:
    latest = repository.log.latest(iri)
    record = latest.as_record() if latest else None
    return record.content.decode() if record else ""


def test_the_same_files_again_make_no_revision(
    repository: Repository, files: dict[str, Path]
) -> None:
    before = repository.log.last_seq()
    for file in files.values():
        counts = bring(repository, file)
        assert counts.get("unchanged") == 1, counts
    assert bring(repository, *files.values())["unchanged"] >= 2
    assert repository.log.last_seq() == before


def test_a_source_that_changed_changes_its_own_part_of_the_record(
    repository: Repository, files: dict[str, Path]
) -> None:
    write(files["two"], described("urn:two:x", "Piedibus", language="it"))
    assert bring(repository, files["two"])["updated"] == 1
    text = published(repository, ONE)
    assert '"Piedibus"@it' in text
    assert '"Pedibus"@it' not in text
    assert '"Walking bus"@en' in text
    assert published(repository, OTHER) == ""
    before = repository.log.last_seq()
    assert bring(repository, files["one"])["unchanged"] == 1
    assert repository.log.last_seq() == before


def test_both_sources_may_change_in_one_run_whichever_comes_first(
    repository: Repository, files: dict[str, Path]
) -> None:
    write(files["one"], described("urn:one:7", "Bus on foot"))
    write(files["two"], described("urn:two:x", "Piedibus", language="it"))
    bring(repository, files["two"], files["one"])
    text = published(repository, ONE)
    assert '"Piedibus"@it' in text
    assert '"Bus on foot"@en' in text


def test_a_dry_run_says_what_would_become_of_the_record_that_stays(
    repository: Repository, files: dict[str, Path]
) -> None:
    write(files["two"], described("urn:two:x", "Piedibus", language="it"))
    with ingest(repository, [files["two"]], dry_run=True) as report:
        (change,) = report.changes()
        assert change.record == ONE
        assert report.counts.flat()["updated"] == 1


def test_what_comes_in_later_refers_to_the_record_that_stays(
    repository: Repository, files: dict[str, Path]
) -> None:
    file = files["one"].with_name("four.ttl")
    write(file, described("urn:four:1", "Fourth", f"gp:adaptedFrom <{OTHER}> ;"))
    bring(repository, file)
    statements = ntriples.statements(published(repository, f"{ONE.rsplit('/', 1)[0]}/fourth"))
    assert any(p.endswith("adaptedFrom>") and o == f"<{ONE}>" for _, p, o in statements)


def test_the_undo_gives_each_source_its_own_record_back(
    repository: Repository, files: dict[str, Path]
) -> None:
    write(files["two"], described("urn:two:x", "Piedibus", language="it"))
    bring(repository, files["two"])
    number = next(run.number for run in repository.log.runs() if run.kind == "merge")
    undo(repository.log, number, agent="Jane")
    assert '"Piedibus"@it' in published(repository, OTHER)
    assert "edibus" not in published(repository, ONE)
    assert f"<{OTHER}>" in published(repository, SCHOOL)
    before = repository.log.last_seq()
    for file in files.values():
        bring(repository, file)
    assert repository.log.last_seq() == before
