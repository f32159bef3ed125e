"""Runs are remembered: what they read, how they ended, which records they met and touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import sqlalchemy as sa

from builders import IRIS, practice
from practicegraph import processes
from practicegraph.graph import OxigraphGraph
from practicegraph.log import Log
from practicegraph.namespaces import DCT, PREFIXES, PROV
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance, activity_of
from practicegraph.run_statements import statements
from practicegraph.runs import Origin, RunOutcome
from practicegraph.settings import Settings
from practicegraph.tables import run as run_table
from test_projection import statements as everything
from test_projection import wait_for

BASICS: dict[str, Any] = {"source": "village", "agent": "Jane Doe", "tool": "PracticeGraph 9.9"}
DIGESTS: dict[str, Any] = {
    "source_digest": "a1", "mapping_digest": "b2", "rules_digest": "c3", "tool": BASICS["tool"]
}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    yield log
    log.close()


def start(log: Log, **values: Any) -> int:
    with log.writing() as transaction:
        return transaction.start_run(**{**BASICS, **values})


def end(log: Log, number: int, **values: Any) -> None:
    with log.writing() as transaction:
        transaction.end_run(number, {"created": 1}, **values)


def by(number: int) -> Provenance:
    return Provenance("Jane Doe", activity_of(number), "village", "why")


def test_a_run_holds_what_was_read_with_which_means_and_how_it_ended(log: Log) -> None:
    given = {
        "kind": "ingest", "input": "village.csv", "files": 1, "title": "Village",
        "homepage": "https://example.org/", "licence": "https://example.org/licence",
        "mapping": "village.rq", "source_digest": "a1", "mapping_digest": "b2",
        "rules_digest": "c3", "options": {"force": True},
    }  # fmt: skip
    number = start(log, **given)
    begun = log.run(number)
    assert begun is not None
    assert (begun.outcome, begun.state, begun.ended, begun.counts) == (
        "running",
        "running",
        None,
        {},
    )
    end(log, number, summary=[{"rule": "r", "count": 3}])
    run = log.run(number)
    assert run is not None
    assert {name: getattr(run, name) for name in given} == given
    assert (run.outcome, run.counts, run.summary) == (
        "finished", {"created": 1}, ({"rule": "r", "count": 3},)
    )  # fmt: skip
    assert run.ended is not None
    assert run.started <= run.ended
    assert log.run(number + 1) is None


def test_ends_are_numbered_in_their_order_and_told_once(log: Log) -> None:
    first, second, third = start(log), start(log), start(log)
    end(log, second)
    end(log, first, outcome=RunOutcome.FAILED)
    assert [r.number for r in log.ended_runs()] == [second, first]
    seen = log.last_ended()
    end(log, third)
    assert [(r.number, r.outcome) for r in log.ended_runs(seen)] == [(third, "finished")]
    assert [r.number for r in log.ended_runs(0, seen)] == [second, first]


def test_a_run_whose_process_died_is_interrupted_and_closed_by_the_next(
    log: Log, tmp_path: Path
) -> None:
    code = (
        "import sys; from practicegraph.log import Log\n"
        "with Log(sys.argv[1], sys.argv[2]).writing() as t: "
        "t.start_run(source='s', agent='a', tool='t')"
    )
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    subprocess.run([sys.executable, "-c", code, url, IRIS.base], check=True)
    (died,) = log.runs()
    assert (died.outcome, died.state, died.ended_seq) == ("running", "interrupted", None)
    alive = start(log)
    closed = log.run(died.number)
    assert closed is not None
    assert (closed.outcome, closed.ended, closed.ended_seq) == ("interrupted", None, 1)
    still = log.run(alive)
    assert still is not None
    assert still.state == "running"


def test_a_process_is_known_again_and_not_mistaken_for_a_later_one() -> None:
    mine = processes.mark()
    host, boot, room, pid, begun = mine.split("|")
    assert not processes.ended(mine)
    assert processes.ended(None)
    assert processes.ended("nonsense")
    assert processes.ended("|".join([host, boot, room, pid, f"{begun}0"]))
    assert processes.ended("|".join([host, "another boot", room, pid, begun]))
    assert not processes.ended("|".join(["another machine", boot, room, pid, begun]))
    assert not processes.ended("|".join([host, boot, "another container", pid, begun]))
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie, not yet collected
        assert processes.ended("|".join([host, boot, room, str(child.pid), begun]))


def test_the_name_and_password_in_an_address_are_not_kept(log: Log) -> None:
    number = start(log, input="postgresql://jane:secret@db.example/cases?key=hidden")
    run = log.run(number)
    assert run is not None
    assert run.input == "postgresql://db.example/cases?key=hidden"
    assert run.public_input == "postgresql://db.example/cases"


def test_the_revisions_of_a_run_are_found_without_a_scan(log: Log) -> None:
    number = start(log)
    log.append([practice("a", "A")], Provenance("x", "by hand"))
    log.append([practice(s, "B") for s in "abc"], by(number))
    log.withdraw(practice("c").iri, by(number))
    assert log.count_touched(number) == 4
    assert [(t.seq, t.action) for t in log.all_touched(number, batch=3)] == [
        (2, "update"), (3, "create"), (4, "create"), (5, "withdraw")
    ]  # fmt: skip
    assert [t.seq for t in log.touched(number, limit=2, offset=1)] == [3, 4]
    assert log.totals(number) == {
        ("practice", "create"): 2, ("practice", "update"): 1, ("practice", "withdraw"): 1
    }  # fmt: skip
    with log._engine.connect() as connection:
        plan = connection.execute(
            sa.text("EXPLAIN QUERY PLAN SELECT * FROM revision WHERE activity = 'run/1'")
        ).all()
    assert "revision_of_activity" in str(plan)


# ---- sightings


def sight(log: Log, number: int, slugs: str, input_: str = "a.csv") -> None:
    with log.writing() as transaction:
        transaction.sight(number, Origin("village", input_), [practice(s).iri for s in slugs])


def vanished(log: Log, number: int, input_: str = "a.csv") -> list[str]:
    pages = log.vanished(Origin("village", input_), number, batch=2)
    return [v.record[-1] + ("*" if v.kept_by else "") for page in pages for v in page]


def test_records_that_an_input_does_not_hold_any_more_have_vanished(log: Log) -> None:
    first = start(log, input="a.csv")
    log.append([practice(s, "A") for s in "abcde"], by(first))
    sight(log, first, "abcde")
    end(log, first)
    assert vanished(log, first) == []
    second = start(log, input="a.csv")
    sight(log, second, "bb")
    end(log, second)
    assert vanished(log, second) == ["a", "c", "d", "e"]
    log.withdraw(practice("c").iri, by(second))
    assert vanished(log, second) == ["a", "d", "e"]
    assert vanished(log, second, "other.csv") == []
    sight(log, first, "b")  # a run that goes on beside a later one takes nothing back
    assert vanished(log, second) == ["a", "d", "e"]


def test_what_another_input_still_describes_has_not_vanished(log: Log) -> None:
    first, other = start(log, input="a.csv"), start(log, input="b.csv")
    log.append([practice(s, "A") for s in "abc"], by(first))
    sight(log, first, "abc")
    sight(log, other, "ab", "b.csv")
    end(log, first)
    end(log, other)
    again = start(log, input="a.csv")
    assert vanished(log, again) == ["a*", "b*", "c"]
    later = start(log, input="b.csv")  # the other input has lost one of them as well
    sight(log, later, "b", "b.csv")
    end(log, later)
    assert vanished(log, again) == ["a", "b*", "c"]


def test_only_what_stands_where_it_was_seen_is_withdrawn(log: Log) -> None:
    number = start(log)
    log.append([practice(s, "A") for s in "abc"], by(number))
    seen = {h.record: h.seq for h in log.heads([practice(s).iri for s in "abc"]).values()}
    log.append([practice("b", "changed")], Provenance("Jane", "by hand"))
    with log.writing() as transaction:
        gone = transaction.withdraw_many(seen, by(number))
    assert sorted(iri[-1] for iri in gone) == ["a", "c"]
    assert log.count("practice") == 1
    assert log.withdrawn_by_run([practice(s).iri for s in "abc"]) == set(gone)


def test_what_a_person_withdrew_or_another_record_replaced_is_not_brought_back(log: Log) -> None:
    number = start(log)
    log.append([practice(s, "A") for s in "abc"], by(number))
    log.withdraw(practice("a").iri, Provenance("Jane", "by hand"))
    log.withdraw(practice("b").iri, by(number), replaced_by=practice("c").iri)
    log.withdraw(practice("c").iri, by(number))
    assert log.withdrawn_by_run([practice(s).iri for s in "abcd"]) == {practice("c").iri}


# ---- unchanged inputs


def unchanged(log: Log, **other: Any) -> int | None:
    given = {**DIGESTS, **other}
    found = log.unchanged_since(Origin("village", "a.csv"), **given)
    return found.number if found else None


def test_an_input_is_unchanged_while_content_mapping_rules_and_program_are_the_same(
    log: Log,
) -> None:
    assert unchanged(log) is None
    number = start(log, input="a.csv", **DIGESTS)
    assert unchanged(log) is None  # it has not ended yet
    end(log, number)
    assert unchanged(log) == number
    for name in DIGESTS:
        assert unchanged(log, **{name: "other"}) is None
    assert log.unchanged_since(Origin("town", "a.csv"), **DIGESTS) is None
    assert log.unchanged_since(Origin("village", "a.csv", "village.rq"), **DIGESTS) is None


@pytest.mark.parametrize("outcome", [RunOutcome.FAILED, RunOutcome.INTERRUPTED])
def test_after_a_run_that_did_not_reach_its_end_an_input_is_read_again(
    log: Log, outcome: RunOutcome
) -> None:
    end(log, start(log, input="a.csv", **DIGESTS))
    broken = start(log, input="a.csv", **{**DIGESTS, "source_digest": "d4"})
    end(log, broken, outcome=outcome)
    assert unchanged(log) is None


def test_after_an_undo_an_input_is_read_again_until_that_is_undone(log: Log) -> None:
    number = start(log, input="a.csv", **DIGESTS)
    end(log, number)
    undo = start(log, kind="undo", input="a.csv", undoes=number)
    assert unchanged(log) is None
    end(log, undo)
    assert log.undone([number, undo]) == {number: undo}
    redo = start(log, kind="undo", undoes=undo)
    end(log, redo)
    assert log.undone([number, undo, redo]) == {undo: redo}
    assert unchanged(log) == number


# ---- the graph


def of_runs(graph: OxigraphGraph) -> set[ox.Triple]:
    about = ox.NamedNode(IRIS.run_graph)
    return {
        quad.triple
        for quad in graph.store.quads_for_pattern(None, None, None, about)
        if quad.subject != ox.NamedNode(IRIS.runs)
    }


def told(log: Log) -> set[ox.Triple]:
    return {fact for run in log.ended_runs() for fact in statements(run, IRIS)}


def test_ended_runs_are_in_the_graph_and_others_are_not(tmp_path: Path) -> None:
    with (
        Repository.open(Settings(data=tmp_path)) as repository,
        repository.projecting() as projector,
    ):
        graph, log = projector.graph, repository.log
        assert isinstance(graph, OxigraphGraph)
        first = start(log, input="a.csv", mapping="village.rq", **DIGESTS)
        log.append([practice("a", "A")], by(first))
        projector.catch_up()
        assert of_runs(graph) == set()
        end(log, first)
        projector.catch_up()
        assert graph.applied_runs() == 1
        assert of_runs(graph) == told(log) != set()
        start(log)
        end(log, start(log, undoes=first, kind="undo"))
        projector.catch_up()
        assert of_runs(graph) == told(log)
        before = everything(graph)
        projector.rebuild()
        assert everything(projector.graph) == before


def test_a_run_that_ends_again_is_told_as_it_ended_last(tmp_path: Path) -> None:
    with (
        Repository.open(Settings(data=tmp_path)) as repository,
        repository.projecting() as projector,
    ):
        graph, log = projector.graph, repository.log
        assert isinstance(graph, OxigraphGraph)
        number = start(log)
        end(log, number, outcome=RunOutcome.FAILED)
        projector.catch_up()
        with log.writing() as transaction:
            transaction.resume_run(number)
        assert projector.catch_up() == 0
        with log.writing() as transaction:
            transaction.end_run(number, {"updated": 2})
        projector.catch_up()
        assert of_runs(graph) == told(log)
        assert graph.applied_runs() == 2


def test_a_follower_tells_of_a_run_that_ends_after_its_last_revision(tmp_path: Path) -> None:
    reached: list[int] = []
    with (
        Repository.open(Settings(data=tmp_path)) as repository,
        repository.projecting() as projector,
    ):
        number = start(repository.log)
        repository.log.append([practice("a", "A")], by(number))
        projector.follow(reached.append)
        wait_for(lambda: reached[-1:] == [1])
        end(repository.log, number)
        wait_for(lambda: projector.graph.applied_runs() == 1)
        wait_for(lambda: reached[-2:] == [1, 1])
        assert projector.failure is None


def test_the_statements_of_a_run_name_input_mapping_and_program_and_no_person(log: Log) -> None:
    number = start(
        log,
        input="https://example.org/cases.csv?token=hidden",
        mapping="village.rq",
        title="Village",
        homepage="not an address",
        options={"by": "Jane Doe"},
        **DIGESTS,
    )
    with log.writing() as transaction:
        transaction.end_run(
            number, {"practice.created": 2, "rejected": 0}, summary=[{"example": "Jane Doe"}]
        )
    run = log.run(number)
    assert run is not None
    triples = statements(run, IRIS)
    text = "\n".join(map(str, triples))
    assert "Jane" not in text
    assert "hidden" not in text
    store = ox.Store()
    store.extend(ox.Quad(*t) for t in triples)
    (row,) = store.query(
        f"""SELECT * {{ ?run a <{PROV}Activity> ; <{PROV}used> ?input ; <{PROV}startedAtTime> ?s ;
          <{PROV}endedAtTime> ?e ; <{PROV}wasAssociatedWith>/<{DCT}title> ?tool ;
          <{PROV}qualifiedAssociation>/<{PROV}hadPlan> ?plan ; <{PROV}generated> ?report .
        ?input <{DCT}title> ?name ; <{DCT}identifier> ?digest .
        ?plan <{DCT}title> ?mapping ; <{DCT}identifier> ?its .
        ?report <{PREFIXES["void"]}subset> [
          <{DCT}identifier> ?outcome ; <{PREFIXES["void"]}entities> ?number ] }}"""
    )
    assert {name: row[name].value for name in "run name digest mapping its tool".split()} == {
        "run": IRIS.run(number), "name": "https://example.org/cases.csv", "digest": "sha256:a1",
        "mapping": "village.rq", "its": "sha256:b2", "tool": "PracticeGraph",
    }  # fmt: skip
    assert (row["outcome"].value, row["number"].value) == ("practice.created", "2")


def test_a_summary_that_is_not_there_is_none(log: Log) -> None:
    number = start(log)
    with log.writing() as transaction:
        transaction._connection.execute(sa.update(run_table).values(summary=None, options=None))
    run = log.run(number)
    assert run is not None
    assert (run.summary, run.options) == ((), {})
