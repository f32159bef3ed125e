"""Runs of sources: what is left alone, what has vanished, how a run ends that did not go well."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from village import BASE, Line, as_csv, bring, digests, fresh, line, live, mapping_file

from ingest import Report, ingest
from ingest.changes import Change
from ingest.inputs import Wanted
from ingest.outcome import Outcome
from ingest.pipeline import Pipeline
from practicegraph.errors import MalformedDocument
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.runs import RunOutcome
from practicegraph.undoing import undo

STEWARD = Provenance("steward", "by hand")
LINES = [
    line("Open kitchen", id="1", body="Village council"),
    line("Open garden", id="2", body="Village council"),
    line("Open workshop", id="3", body="Other council"),
]
KITCHEN = f"{BASE}/id/practice/open-kitchen"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as opened:
        yield opened


def again(
    repository: Repository, folder: Path, lines: Sequence[Line] = LINES, **options: bool
) -> Report:
    """Ingest the village, as one table."""
    return bring(repository, as_csv(folder / "a.csv", lines), **options)


def told(report: Report) -> list[Change]:
    return [c for c in report.changes() if c.outcome in {Outcome.VANISHED, Outcome.WITHDRAWN}]


def test_a_run_holds_what_it_was_read_from_and_by_what(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path, [*LINES, line("No place", country="Atlantis")], force=True).close()
    (run,) = repository.log.runs()
    assert (run.source, run.input, run.files, run.mapping) == ("village", "a.csv", 1, "village.rq")
    assert (run.title, run.homepage) == (
        "Practices of an invented village", "https://example.org/catalogue"
    )  # fmt: skip
    assert run.outcome is RunOutcome.FINISHED
    assert dict(run.options) == {"force": True}
    assert all(
        len(d or "") == 64 for d in (run.source_digest, run.mapping_digest, run.rules_digest)
    )
    groups = {(g["field"], g["severity"]): g for g in run.summary}
    assert groups["country", "warning"]["count"] == 1
    assert "Atlantis" in groups["country", "warning"]["example"]
    assert groups["dct:spatial", "violation"]["message"]


# ---- left alone


def test_an_unchanged_file_is_left_alone_and_the_report_says_since_when(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with again(repository, tmp_path) as report:
        number = report.sources[0].run
    for dry_run in (True, False):
        with again(repository, tmp_path, dry_run=dry_run) as report:
            assert [(s.run, s.unchanged_since) for s in report.sources] == [(None, number)]
            report.print("table")
            assert f"a.csv: unchanged since run {number}" in capsys.readouterr().out
            report.print("json")
            (source,) = json.loads(capsys.readouterr().out)["sources"]
            assert source["unchanged_since"] == number
            report.save(tmp_path / "report.html", ["lv"])
            assert f"nemainīts kopš darbības {number}" in (tmp_path / "report.html").read_text()
    assert len(repository.log.runs()) == 1


def test_with_force_an_unchanged_file_is_read_all_the_same(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    last = repository.log.last_seq()
    for dry_run in (True, False):
        with again(repository, tmp_path, dry_run=dry_run, force=True) as report:
            assert report.counts.of(Outcome.UNCHANGED) == 5
    assert repository.log.last_seq() == last
    assert len(repository.log.runs()) == 2


@pytest.mark.parametrize("what", ["file", "mapping", "rules", "program"])
def test_a_file_is_read_again_when_it_or_what_gives_it_meaning_has_changed(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    again(repository, tmp_path).close()
    lines = LINES
    if what == "file":
        lines = [*LINES, line("Open bakery")]
    elif what == "mapping":
        mapping_file(tmp_path)
        text = (tmp_path / "village.rq").read_text()
        monkeypatch.setattr("village.MAPPING", text + "\n# another word\n")
    elif what == "rules":
        monkeypatch.setattr("ingest.source_run.rules_digest", lambda _: "other")
    else:
        monkeypatch.setattr("ingest.source_run.TOOL", "PracticeGraph 99")
    with again(repository, tmp_path, lines) as report:
        assert report.sources[0].run is not None


def test_an_undone_run_is_read_again(repository: Repository, tmp_path: Path) -> None:
    with again(repository, tmp_path) as report:
        number = report.sources[0].run
    before = digests(repository)
    assert number is not None
    undo(repository.log, number, agent="steward")
    with again(repository, tmp_path) as report:
        assert report.counts.of(Outcome.CREATED) == 5
    assert digests(repository) == before


def test_in_a_folder_only_the_parts_that_changed_are_read(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    as_csv(folder / "a.csv", LINES)
    thin = folder / "thin.ttl"
    text = (
        "@prefix gp: <https://w3id.org/practicegraph/ns#> . "
        "@prefix dct: <http://purl.org/dc/terms/> ."
        '<id/practice/thin> a gp:GoodPractice ; dct:title "Thin"@en ; dct:description "{}"@en ; '
        "dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> ; "
        "dct:source <https://example.org/thin> ; "
        "gp:maturity <https://w3id.org/practicegraph/scheme/maturity/pilot> ; "
        "gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed> ."
    )
    thin.write_text(text.format("A thin one."))
    own = tmp_path / "mappings"
    own.mkdir()
    mapping_file(own)
    settings = repository.settings.model_copy(update={"mappings": own, "data": tmp_path / "other"})
    with Repository.open(settings) as other:
        ingest(other, [folder]).close()
        assert [(r.source, r.input) for r in other.log.runs()] == [
            ("village", "catalogue"), ("catalogue", "catalogue")
        ]  # fmt: skip
        thin.write_text(text.format("A thinner one."))
        with ingest(other, [folder]) as report:
            assert {s.source: s.unchanged_since for s in report.sources} == {
                "catalogue": None, "village": 2
            }  # fmt: skip


# ---- vanished


def test_what_a_source_does_not_hold_any_more_is_listed_and_stays(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    before = digests(repository)
    for dry_run in (True, False):
        with again(repository, tmp_path, LINES[1:], dry_run=dry_run) as report:
            assert [(c.outcome, c.record, c.title) for c in told(report)] == [
                (Outcome.VANISHED, KITCHEN, "Open kitchen")
            ]
            assert report.counts.of(Outcome.VANISHED, "practice") == 1
            (note,) = [p for p in report.problems() if p.rule == "vanished"]
            assert "--withdraw-missing" in note.messages["en"]
    assert KITCHEN in digests(repository)
    assert digests(repository).keys() == before.keys()


def test_what_is_missing_is_withdrawn_on_demand_and_the_preview_says_exactly_what(
    tmp_path: Path,
) -> None:
    with fresh(tmp_path / "data", batch_size=2) as repository:
        again(repository, tmp_path, [*LINES, line("Open bakery")]).close()
        rest = LINES[1:]
        dry = again(repository, tmp_path, rest, dry_run=True, withdraw_missing=True)
        wet = again(repository, tmp_path, rest, withdraw_missing=True)
        assert dry.counts == wet.counts
        assert list(dry.changes()) == list(wet.changes())
        assert list(dry.problems()) == list(wet.problems())
        assert {c.record for c in told(wet)} == {KITCHEN, f"{BASE}/id/practice/open-bakery"}
        assert "practice/open-kitchen" not in live(repository)
        newest, *_ = repository.log.history(KITCHEN)
        assert (newest.action, newest.run) == ("withdraw", wet.sources[0].run)
        run = repository.log.runs()[0]
        assert run.counts["practice.withdrawn"] == 2
        # Undoing the run brings them back, and reading the first file again does so as well.
        undo(repository.log, run.number, agent="steward")
        assert "practice/open-kitchen" in live(repository)
        dry.close()
        wet.close()


def test_what_was_withdrawn_as_missing_comes_back_with_the_source(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    before = digests(repository)
    again(repository, tmp_path, LINES[1:], withdraw_missing=True).close()
    with again(repository, tmp_path) as report:
        assert report.counts.of(Outcome.CREATED, "practice") == 1
    assert digests(repository) == before


def test_an_unchanged_file_is_read_again_when_what_is_missing_shall_be_withdrawn_now(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    again(repository, tmp_path, LINES[1:]).close()
    with again(repository, tmp_path, LINES[1:], withdraw_missing=True) as report:
        assert report.counts.of(Outcome.WITHDRAWN, "practice") == 1
    with again(repository, tmp_path, LINES[1:], withdraw_missing=True) as report:
        assert report.sources[0].unchanged_since == 3


def test_a_record_that_is_rejected_has_not_vanished(repository: Repository, tmp_path: Path) -> None:
    again(repository, tmp_path).close()
    lines = [{**LINES[0], "country": "Atlantis"}, *LINES[1:]]
    with again(repository, tmp_path, lines, withdraw_missing=True) as report:
        assert report.counts.of(Outcome.REJECTED) == 1
        assert told(report) == []
    assert KITCHEN in digests(repository)


def test_while_some_rows_make_no_record_nothing_is_withdrawn(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    lines = [{**LINES[0], "title": ""}, *LINES[1:]]
    for dry_run in (True, False):
        with again(repository, tmp_path, lines, dry_run=dry_run, withdraw_missing=True) as report:
            assert report.counts.lost == 1
            assert [c.outcome for c in told(report)] == [Outcome.VANISHED]
            (note,) = [p for p in report.problems() if p.rule == "vanished"]
            assert "None was withdrawn" in note.messages["en"]
    assert KITCHEN in digests(repository)


def test_while_a_file_is_broken_nothing_is_withdrawn(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "village"
    folder.mkdir()
    mapping = mapping_file(tmp_path)
    as_csv(folder / "a.csv", LINES[:2])
    as_csv(folder / "b.csv", LINES[2:])
    ingest(repository, [folder], mapping).close()
    (folder / "a.csv").write_text('title,text,country,body\nA,"B,LV,\n')
    with ingest(repository, [folder], mapping, skip_broken=True, withdraw_missing=True) as report:
        assert {c.outcome for c in told(report)} == {Outcome.VANISHED}
    assert KITCHEN in digests(repository)


def test_while_a_table_is_not_recognised_any_more_nothing_is_withdrawn(tmp_path: Path) -> None:
    own, folder = tmp_path / "own", tmp_path / "village"
    own.mkdir()
    folder.mkdir()
    mapping_file(own)
    (folder / "readme.csv").write_text("a,b\n1,2\n")
    as_csv(folder / "a.csv", LINES[:1])
    b = as_csv(folder / "b.csv", LINES[1:])
    with fresh(tmp_path / "data", mappings=own) as repository:
        ingest(repository, [folder]).close()
        b.write_text(b.read_text().replace("country", "land"))
        for orders in ({}, {"withdraw_missing": True}):
            with ingest(repository, [folder], **orders) as report:  # type: ignore[arg-type]
                assert {c.outcome for c in told(report)} == {Outcome.VANISHED}
                (note,) = [p for p in report.problems() if p.rule == "vanished"]
        assert "no mapping recognises" in note.messages["en"]
        b.unlink()
        (folder / "readme.csv").unlink()
        with ingest(repository, [folder], withdraw_missing=True) as report:
            assert {c.outcome for c in told(report)} == {Outcome.WITHDRAWN}


def test_another_source_of_the_same_name_withdraws_nothing(
    repository: Repository, tmp_path: Path
) -> None:
    mapping = mapping_file(tmp_path)
    for year, lines in (
        ("2024", LINES),
        ("2025", [line("Open roof", id="9", body="Third council")]),
    ):
        (tmp_path / year / "data").mkdir(parents=True)
        as_csv(tmp_path / year / "data" / "a.csv", lines)
    ingest(repository, [tmp_path / "2024" / "data"], mapping).close()
    before = set(digests(repository))
    other = tmp_path / "2025" / "data"
    for dry_run in (True, False):
        with ingest(repository, [other], mapping, withdraw_missing=True, dry_run=dry_run) as report:
            assert {c.outcome for c in told(report)} == {Outcome.VANISHED}
            (note,) = [p for p in report.problems() if p.rule == "vanished"]
            assert "nothing that it described before" in note.messages["en"]
    assert before <= set(digests(repository))


def test_two_queries_of_one_database_are_two_inputs(repository: Repository, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "cases.db") as db:
        db.execute("CREATE TABLE cases (id TEXT, title, text, country, body)")
        rows = [(f"{n}", f"Case {n}", "What it does.", "Latvia", "Council") for n in (1, 2)]
        db.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, ?)", rows)
    db.close()
    mapping = mapping_file(tmp_path)
    for number in (1, 2):
        wanted = Wanted(query=f"SELECT * FROM cases WHERE id = '{number}'")
        source = f"sqlite:///{tmp_path}/cases.db"
        with ingest(repository, [source], mapping, wanted=wanted, withdraw_missing=True) as report:
            assert told(report) == []


def test_what_was_left_out_as_broken_is_told_when_it_shall_not_be_left_out(
    repository: Repository, tmp_path: Path
) -> None:
    mapping = mapping_file(tmp_path)
    folder = tmp_path / "village"
    folder.mkdir()
    as_csv(folder / "a.csv", LINES)
    (folder / "b.csv").write_text('title,text,country,body\nA,"B,LV,\n')
    ingest(repository, [folder], mapping, skip_broken=True).close()
    with pytest.raises(MalformedDocument, match=r"b\.csv"):
        ingest(repository, [folder], mapping)


def test_what_another_source_of_the_same_call_or_an_earlier_one_describes_has_not_vanished(
    repository: Repository, tmp_path: Path
) -> None:
    mapping = mapping_file(tmp_path)
    a, b = as_csv(tmp_path / "a.csv", LINES), as_csv(tmp_path / "b.csv", LINES[:1])
    ingest(repository, [a, b], mapping).close()
    as_csv(a, LINES[1:])
    with ingest(repository, [a], mapping, withdraw_missing=True) as report:
        assert told(report) == []
    as_csv(a, LINES[2:])
    with ingest(repository, [a, b], mapping, withdraw_missing=True, force=True) as report:
        assert [c.record for c in told(report)] == [f"{BASE}/id/practice/open-garden"]


def test_what_somebody_withdrew_is_not_listed_as_missing(
    repository: Repository, tmp_path: Path
) -> None:
    again(repository, tmp_path).close()
    repository.log.withdraw(KITCHEN, STEWARD)
    with again(repository, tmp_path, LINES[1:], withdraw_missing=True) as report:
        assert told(report) == []


# ---- ends


def test_a_run_that_fails_says_so_and_what_it_did_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember = Pipeline._remember
    batches = 0

    def fail_in_the_third(self: Pipeline, batch: object) -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise RuntimeError("the disk is on fire")
        remember(self, batch)  # type: ignore[arg-type]

    with fresh(tmp_path / "data", batch_size=1) as repository:
        monkeypatch.setattr(Pipeline, "_remember", fail_in_the_third)
        with pytest.raises(RuntimeError):
            again(repository, tmp_path)
        monkeypatch.undo()
        (run,) = repository.log.runs()
        assert run.outcome is RunOutcome.FAILED
        assert 0 < run.counts["created"] < 5
        assert [r.number for r in repository.log.ended_runs()] == [run.number]
        with again(repository, tmp_path, withdraw_missing=True) as report:
            assert report.sources[0].unchanged_since is None
            assert told(report) == []
        assert len(live(repository)) == 5


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from village import bring, fresh
from ingest.pipeline import Pipeline

write, batches = Pipeline._write, 0
def die_after_the_third(self, batch):
    global batches
    write(self, batch)
    batches += 1
    if batches == 3:
        os.kill(os.getpid(), signal.SIGKILL)
Pipeline._write = die_after_the_third
bring(fresh(Path(sys.argv[1]), batch_size=5), Path(sys.argv[2]))
"""


def test_a_run_that_is_killed_is_finished_by_the_next_without_doubles(tmp_path: Path) -> None:
    lines = [line(f"Practice {n}", id=str(n), body=f"Body {n % 7}") for n in range(40)]
    path = as_csv(tmp_path / "a.csv", lines)
    here = str(Path(__file__).parent)
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(path), here], check=False
    )
    assert child.returncode == -signal.SIGKILL
    with fresh(tmp_path / "data", batch_size=5) as repository:
        (broken,) = repository.log.runs()
        assert broken.state is RunOutcome.INTERRUPTED
        assert 0 < len(live(repository)) < 47
        with bring(repository, path) as report:
            assert report.sources[0].unchanged_since is None
        assert len(live(repository)) == 47
        revisions = list(repository.log.revisions())
        assert len(revisions) == 47
        assert {r.run for r in revisions} == {1, 2}
        assert [r.outcome for r in repository.log.runs()] == ["finished", "interrupted"]
        # The broken one can be undone on its own; what it made goes, the rest stays.
        undo(repository.log, 1, agent="steward")
        assert len(live(repository)) == 47 - len(list(repository.log.all_touched(1)))
