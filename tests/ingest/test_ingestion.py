"""Ingestion end to end, with a small source of our own: what enters, and what is told."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from village import (
    BASE,
    as_csv,
    as_json,
    as_xlsx,
    bring,
    digests,
    fresh,
    line,
    live,
    mapping_file,
    statements,
)

from ingest import MappingError, ingest
from ingest.outcome import Outcome
from ingest.readers.delimited import Delimited
from ingest.report import check_target
from ingest.rows import Scan
from practicegraph.errors import ForbiddenReference, InvalidInput, MalformedDocument
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.undoing import undo

LINES = [
    line("Open kitchen", id="1", body="Village council", links="https://example.org/a; www.b.org"),
    line("Open garden", id="2", body="village  council", country="LV"),
    line("Open workshop", id="3", body="Other council", **{"from": "Open kitchen"}),
]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as opened:
        yield opened


def test_rows_become_practices_and_the_bodies_that_lead_them(
    repository: Repository, tmp_path: Path
) -> None:
    with bring(repository, as_csv(tmp_path / "a.csv", LINES)) as report:
        assert report.counts.of(Outcome.CREATED, "practice") == 3
        assert report.counts.of(Outcome.CREATED, "organisation") == 2
    assert live(repository) == {
        "practice/open-kitchen", "practice/open-garden", "practice/open-workshop",
        "organisation/village-council", "organisation/other-council",
    }  # fmt: skip
    garden = statements(repository, "practice/open-garden")
    assert f"leadOrganisation> <{BASE}/id/organisation/village-council>" in garden
    assert 'identifier> "open-garden"' in garden
    assert f"adaptedFrom> <{BASE}/id/practice/open-kitchen>" in statements(
        repository, "practice/open-workshop"
    )


def test_a_second_run_makes_no_revision_and_a_changed_row_makes_one(
    repository: Repository, tmp_path: Path
) -> None:
    bring(repository, as_csv(tmp_path / "a.csv", LINES)).close()
    last = repository.log.last_seq()
    with bring(repository, as_csv(tmp_path / "a.csv", LINES), force=True) as report:
        assert report.counts.of(Outcome.UNCHANGED) == 5
    assert repository.log.last_seq() == last
    changed = [LINES[0], {**LINES[1], "text": "What it does now."}, LINES[2]]
    with bring(repository, as_csv(tmp_path / "a.csv", changed)) as report:
        assert report.counts.of(Outcome.UPDATED) == 1
        assert report.counts.of(Outcome.UNCHANGED) == 4
    assert repository.log.last_seq() == last + 1


def test_csv_json_and_xlsx_make_the_same_records(tmp_path: Path) -> None:
    found = []
    for make, name in ((as_csv, "a.csv"), (as_json, "a.json"), (as_xlsx, "a.xlsx")):
        with fresh(tmp_path / make.__name__) as repository:
            bring(repository, make(tmp_path / name, LINES)).close()
            found.append(digests(repository))
    assert found[0] == found[1] == found[2]


def test_a_dry_run_writes_nothing_and_says_exactly_what_the_run_does(
    tmp_path: Path,
) -> None:
    lines = [
        *LINES,
        line("Open kitchen", id="9", links="nowhere"),
        line("No place", country="Atlantis"),
        line("", text="No title"),
        {**LINES[0], "text": "Said otherwise."},
    ]
    path = as_csv(tmp_path / "a.csv", lines)
    with fresh(tmp_path / "data", batch_size=2) as repository:
        dry, wet = bring(repository, path, dry_run=True), None
        assert repository.log.last_seq() == 0
        assert repository.log.runs() == []
        assert repository.log.resolve("village", ["https://example.org/numbered/1"]) == {}
        wet = bring(repository, path)
    assert dry.counts == wet.counts
    assert list(dry.problems()) == list(wet.problems())
    assert dry.rejected == 2
    dry.close()
    wet.close()


@pytest.mark.parametrize("size", [1, 2, 500])
def test_two_things_of_one_name_are_two_whatever_the_size_of_a_batch(
    tmp_path: Path, size: int
) -> None:
    lines = [*LINES, line("Open  kitchen?", id="7")]
    path = as_csv(tmp_path / "a.csv", lines)
    with fresh(tmp_path / "data", batch_size=size) as repository:
        bring(repository, path).close()
        assert live(repository) >= {"practice/open-kitchen", "practice/open-kitchen-2"}
        last = repository.log.last_seq()
        bring(repository, path).close()
        assert repository.log.last_seq() == last


def test_a_row_keeps_its_record_under_any_of_its_names(
    repository: Repository, tmp_path: Path
) -> None:
    without = [{k: v for k, v in row.items() if k != "id"} for row in LINES]
    bring(repository, as_csv(tmp_path / "a.csv", without)).close()
    before = digests(repository)
    bring(repository, as_csv(tmp_path / "a.csv", LINES)).close()
    assert digests(repository) == before
    renamed = [{**LINES[0], "title": "Open canteen"}]
    with bring(repository, as_csv(tmp_path / "a.csv", renamed)) as report:
        assert report.counts.of(Outcome.UPDATED, "practice") == 1
    assert "practice/open-canteen" not in live(repository)


def test_a_record_that_does_not_conform_is_rejected_and_the_rest_enters(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("Lost", country="Atlantis", body="Council"), LINES[0]])
    with bring(repository, path) as report:
        assert report.rejected == 1
        told = {(p.place, p.field, p.value): p for p in report.problems()}
    assert live(repository) == {
        "organisation/council", "organisation/village-council", "practice/open-kitchen"
    }  # fmt: skip
    assert told["2", "country", "Atlantis"].severity == "warning"
    violation = told["2", "dct:spatial", ""]
    assert violation.severity == "violation"
    assert set(violation.messages) >= {"en", "it", "es", "lv"}


def test_what_refers_to_a_rejected_record_loses_the_reference_and_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", [{**LINES[0], "kind": "wrong"}])
    with bring(repository, path) as report:
        assert report.counts.of(Outcome.REJECTED, "organisation") == 1
        assert any(p.rule == "refers to what is there" for p in report.problems())
    assert live(repository) == {"practice/open-kitchen"}
    assert "leadOrganisation" not in statements(repository, "practice/open-kitchen")


def test_the_first_description_in_a_run_counts_and_another_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    lines = [LINES[0], {**LINES[0], "text": "Said otherwise."}, LINES[0]]
    with bring(repository, as_csv(tmp_path / "a.csv", lines)) as report:
        told = [p.place for p in report.problems() if p.rule == "one description"]
    assert told == ["3"]
    assert "What Open kitchen does." in statements(repository, "practice/open-kitchen")


def test_a_row_of_which_nothing_can_be_made_is_told(repository: Repository, tmp_path: Path) -> None:
    with bring(repository, as_csv(tmp_path / "a.csv", [line("", id="1"), LINES[0]])) as report:
        assert report.counts.lost == 1
        assert [p.place for p in report.problems() if p.rule == "no record"] == ["2"]


@pytest.mark.parametrize(
    ("name", "text", "line_number"),
    [
        ("a.csv", 'title,text,country,body\nA,B,LV,\nC,"D,LV,\n', 3),
        ("a.json", '[{"title": "A"},\n{"title": }]', 2),
        ("a.ttl", "<id/practice/a> a <b> .\n<x> <y> .\n", 2),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_nothing_is_written(
    repository: Repository, tmp_path: Path, name: str, text: str, line_number: int
) -> None:
    good = as_csv(tmp_path / "good.csv", LINES)
    bad = tmp_path / name
    bad.write_text(text, encoding="utf-8")
    given = None if name.endswith(".ttl") else mapping_file(tmp_path)
    sources = [bad] if name.endswith(".ttl") else [good, bad]
    with pytest.raises(MalformedDocument) as raised:
        ingest(repository, sources, given)
    assert (raised.value.name, raised.value.line) == (name, line_number)
    assert repository.log.last_seq() == 0
    assert repository.log.runs() == []


def test_xml_with_external_entities_is_refused(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    path.write_text('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>')
    with pytest.raises(ForbiddenReference):
        ingest(repository, [path])


def test_every_revision_points_to_its_run(repository: Repository, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", LINES)
    with bring(repository, path) as report:
        number = report.sources[0].run
    run = repository.log.runs()[0]
    assert (run.number, run.source, run.mapping) == (number, "village", "village.rq")
    assert run.ended is not None
    assert run.counts["created"] == 5
    revisions = list(repository.log.revisions())
    assert {r.activity for r in revisions} == {f"run/{number}"}
    assert {r.source for r in revisions} == {"https://example.org/catalogue"}


def test_an_import_does_not_bring_a_withdrawn_record_back(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", LINES)
    bring(repository, path).close()
    repository.log.withdraw(f"{BASE}/id/practice/open-kitchen", Provenance("steward", "test"))
    with bring(repository, path, force=True) as report:
        assert report.counts.of(Outcome.SKIPPED) == 1
        assert any(p.rule == "withdrawn" for p in report.problems())
    assert "practice/open-kitchen" not in live(repository)


def test_an_import_brings_back_what_a_run_withdrew(repository: Repository, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", LINES)
    with bring(repository, path) as report:
        number = report.sources[0].run
    assert number is not None
    before = digests(repository)
    undo(repository.log, number, agent="steward")
    assert live(repository) == set()
    with bring(repository, path) as report:
        assert report.counts.of(Outcome.CREATED) == 5
    assert digests(repository) == before


def test_two_imports_at_once_share_no_name(tmp_path: Path) -> None:
    lines = [line(f"Practice {n}", id=str(n), body=f"Body {n}") for n in range(12)]
    first = as_csv(tmp_path / "a.csv", lines)
    other = tmp_path / "other"
    other.mkdir()
    second = as_csv(other / "a.csv", lines)
    text = mapping_file(tmp_path).read_text().replace("source: village", "source: town")
    (other / "town.rq").write_text(text)
    failures: list[Exception] = []

    def run(path: Path, given: Path) -> None:
        try:
            with fresh(tmp_path / "data", batch_size=2) as repository:
                ingest(repository, [path], given).close()
        except Exception as error:
            failures.append(error)

    fresh(tmp_path / "data").close()
    threads = [
        threading.Thread(target=run, args=pair)
        for pair in ((first, tmp_path / "village.rq"), (second, other / "town.rq"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with fresh(tmp_path / "data") as repository:
        assert len(digests(repository)) == 48
        keys = [f"https://example.org/numbered/{n}" for n in range(12)]
        village = set(repository.log.resolve("village", keys).values())
        town = set(repository.log.resolve("town", keys).values())
    assert len(village) == len(town) == 12
    assert not village & town


def test_the_report_is_written_as_csv_and_json(repository: Repository, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A", country="=cmd()"), LINES[0]])
    with bring(repository, path) as report:
        report.save(tmp_path / "report.csv", ("it",))
        report.save(tmp_path / "report.json")
        with pytest.raises(InvalidInput, match=r"\.json, \.csv or \.html"):
            report.save(tmp_path / "report.xml")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    problems = [x for x in lines if x["what"] == "problem"]
    assert len(problems) == len(written["problems"]) == sum(written["problem_counts"].values())
    created = [x["record"] for x in lines if x["what"] == "created"]
    assert created == [x["record"] for x in written["changes"]]
    assert [x["value"] for x in lines if x["field"] == "country"] == ["'=cmd()"]
    assert [x["value"] for x in written["problems"] if x["field"] == "country"] == ["=cmd()"]
    assert written["counts"]["rejected"] == 1
    assert all(x["message"] for x in problems)


def test_the_report_is_printed_for_people(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A [bold]", country="[red]Nowhere")])
    with bring(repository, path) as report:
        report.print("table", ("en",))
    printed = capsys.readouterr().out
    assert "[red]Nowhere" in printed
    assert "rejected" in printed


def test_no_cell_and_no_name_of_a_file_commands_the_terminal(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_csv(tmp_path / "a\x1b[2J.csv", [line("A", country="\x1b]0;owned\x07Nowhere\x9b31m")])
    with bring(repository, path) as report:
        report.print("table", ("en",))
    printed = capsys.readouterr().out
    assert "Nowhere" in printed
    assert all(c.isprintable() or c == "\n" for c in printed)


@pytest.mark.parametrize("name", ["report.txt", "report", "gone/report.csv", "folder.json"])
def test_a_place_where_no_report_can_be_written_is_refused_beforehand(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidInput):
        check_target(tmp_path / name)
    check_target(tmp_path / "report.CSV")
    assert not (tmp_path / "report.CSV").exists()


def test_a_table_that_no_mapping_knows_is_refused_with_the_candidates(
    repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(MappingError, match="jrc-ips"):
        ingest(repository, [as_csv(tmp_path / "a.csv", LINES)])


@pytest.mark.parametrize("name", ["cases", "cases.dat"])
def test_a_file_that_a_mapping_cannot_be_for_is_refused_with_the_endings_of_tables(
    repository: Repository, tmp_path: Path, name: str
) -> None:
    path = as_csv(tmp_path / "cases.csv", LINES).rename(tmp_path / name)
    with pytest.raises(
        MappingError, match=r"gives meaning to tables.*\.csv, .*\.jsonl, .*\.xlsx, .*\.ods"
    ):
        bring(repository, path)


def test_files_of_one_source_share_their_things_by_name_where_only_one_of_them_numbers_these(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    mapping = mapping_file(tmp_path)
    numbered = [line("A", id="1"), line("B", id="2"), line("B", id="3")]
    as_csv(folder / "a.csv", numbered)
    as_json(folder / "b.json", [line("A"), line("B")])
    with ingest(repository, [folder], mapping) as report:
        assert report.counts.rows == 5
    assert live(repository) == {"practice/a", "practice/b", "practice/b-2"}


def test_a_reference_finds_what_is_described_later_in_another_batch(tmp_path: Path) -> None:
    with fresh(tmp_path / "data", batch_size=1) as repository:
        lines = [line("A", **{"from": "C"}), line("B"), line("C")]
        path = as_csv(tmp_path / "a.csv", lines)
        with bring(repository, path) as report:
            assert report.counts.of(Outcome.CREATED) == 3
        assert f"adaptedFrom> <{BASE}/id/practice/c>" in statements(repository, "practice/a")
        last = repository.log.last_seq()
        bring(repository, path).close()
        assert repository.log.last_seq() == last


def test_a_preview_names_what_is_described_later_too(tmp_path: Path) -> None:
    with fresh(tmp_path / "data", batch_size=1) as repository:
        path = as_csv(
            tmp_path / "a.csv", [line("A", **{"from": "B"}), line("B"), line("B", id="2")]
        )
        with bring(repository, path, dry_run=True) as report:
            preview = [(c.outcome, c.record) for c in report.changes()]
        assert repository.log.resolve("village", ["https://example.org/named/b"]) == {}
        with bring(repository, path) as report:
            assert [(c.outcome, c.record) for c in report.changes()] == preview


def test_a_table_is_scanned_once_to_be_recognised_and_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned: list[str] = []
    scan = Delimited.scan

    def counted(reader: Delimited) -> Scan:
        scanned.append(reader._path.name)
        return scan(reader)

    monkeypatch.setattr(Delimited, "scan", counted)
    (tmp_path / "own").mkdir()
    mapping_file(tmp_path / "own")
    table = as_csv(tmp_path / "a.csv", LINES)
    with (
        fresh(tmp_path / "data", mappings=tmp_path / "own") as repository,
        ingest(repository, [table]) as report,
    ):
        assert report.counts.of(Outcome.CREATED, "practice") == 3
    assert scanned == ["a.csv"]
