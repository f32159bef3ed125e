"""Undoing a run brings back exactly what was before, and leaves alone what came after."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import IRIS, practice
from practicegraph.errors import Conflict, NotFound
from practicegraph.log import Log
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.runs import RunOutcome
from practicegraph.settings import Settings
from practicegraph.undoing import conflicts, preview, undo
from test_projection import assert_agreement

STEWARD = Provenance("Jane", "by hand")
State = dict[str, str | None]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    yield log
    log.close()


def bring(log: Log, texts: Mapping[str, str | None], source: str = "village") -> int:
    """A run that brings records in, or withdraws those without a text."""
    with log.writing() as transaction:
        number = transaction.start_run(source=source, input="a.csv", agent="a", tool="t 1")
    by = Provenance("a", f"run/{number}", source, "imported")
    for slug, text in texts.items():
        head = log.heads([practice(slug).iri]).get(practice(slug).iri)
        with log.writing() as transaction:
            if text is not None:
                transaction.append([practice(slug, text)], by)
            elif head and head.live:
                transaction.withdraw_many({head.record: head.seq}, by)
    with log.writing() as transaction:
        transaction.end_run(number, {})
    return number


def take_back(log: Log, number: int, batch: int = 2) -> int:
    return undo(log, number, agent="Jane", batch=batch).run


def state(log: Log) -> State:
    """Digest of each published record."""
    return {r.record.rsplit("/", 1)[1]: r.digest for r in log.live_revisions()}


def effects(log: Log, number: int) -> dict[str, str]:
    return {s.record.rsplit("/", 1)[1]: s.effect for s in preview(log, number, batch=2)}


def test_what_was_created_goes_what_was_changed_comes_back_and_nothing_is_erased(log: Log) -> None:
    bring(log, {"a": "A", "b": "B", "w": "W"})
    before = state(log)
    number = bring(log, {"a": "changed", "c": "C", "w": None, "b": "B"})
    assert effects(log, number) == {"a": "update", "c": "withdraw", "w": "create"}
    last = log.last_seq()
    done = undo(log, number, agent="Jane", batch=2)
    assert state(log) == before
    assert log.last_seq() == last + 3
    assert (done.counts["created"], done.counts["updated"], done.counts["withdrawn"]) == (1, 1, 1)
    run = log.run(done.run)
    assert run is not None
    assert (run.kind, run.undoes, run.source, run.outcome) == (
        "undo",
        number,
        "village",
        "finished",
    )
    assert run.counts == done.counts
    newest, *_ = log.history(practice("a").iri)
    assert (newest.action, newest.run, newest.restores) == ("update", done.run, 1)
    assert (newest.source, newest.agent) == ("village", "Jane")


def test_a_preview_writes_nothing_and_says_exactly_what_the_undo_does(log: Log) -> None:
    bring(log, {"a": "A", "b": "B"})
    number = bring(log, {"a": "changed", "c": "C", "b": None, "d": "D"})
    log.append([practice("d", "edited")], STEWARD)
    last = log.last_seq()
    foreseen = effects(log, number)
    assert log.last_seq() == last
    own = take_back(log, number)
    done = {t.record.rsplit("/", 1)[1]: t.action for t in log.all_touched(own)}
    left = {s.record.rsplit("/", 1)[1]: s.effect for s in conflicts(log, number)}
    assert foreseen == {**done, **left}
    assert left == {"d": "conflict"}


def test_what_somebody_changed_since_is_left_alone_and_told(log: Log) -> None:
    number = bring(log, {"a": "A", "b": "B", "c": "C"})
    log.append([practice("a", "edited")], STEWARD)
    log.withdraw(practice("b").iri, STEWARD)
    later = bring(log, {"c": "later"})
    edited = state(log)
    done = undo(log, number, agent="Jane")
    assert done.conflicts == 2
    assert {(s.record[-1], s.by) for s in conflicts(log, number)} == {
        ("a", "by hand"), ("c", f"run/{later}")
    }  # fmt: skip
    assert state(log) == edited


def test_an_undo_can_be_undone_and_the_run_undone_again(log: Log) -> None:
    bring(log, {"a": "A", "w": "W"})
    before = state(log)
    number = bring(log, {"a": "changed", "b": "B", "w": None})
    after = state(log)
    for _ in range(2):
        own = take_back(log, number)
        assert state(log) == before
        with pytest.raises(Conflict, match=f"was undone by run {own} already"):
            undo(log, number, agent="Jane")
        take_back(log, own)
        assert state(log) == after
    assert log.undone([number]) == {}


def test_runs_are_undone_one_after_the_other_back_to_the_beginning(log: Log) -> None:
    editions = [{"a": "1", "b": "1"}, {"a": "2", "c": "2"}, {"a": "3", "b": None}, {"b": "4"}]
    states, numbers = [state(log)], []
    for edition in editions:
        numbers.append(bring(log, edition))
        states.append(state(log))
    for number, expected in zip(reversed(numbers), reversed(states[:-1]), strict=True):
        assert "conflict" not in effects(log, number).values()
        take_back(log, number)
        assert state(log) == expected


def test_a_person_who_changed_a_record_between_two_changes_of_a_run_loses_nothing(log: Log) -> None:
    with log.writing() as transaction:
        number = transaction.start_run(source="s", agent="a", tool="t")
        transaction.end_run(number, {})
    by = Provenance("a", f"run/{number}")
    log.append([practice("a", "A")], by)
    log.append([practice("a", "edited")], STEWARD)
    edited = state(log)
    log.append([practice("a", "B")], by)
    log.append([practice("a", "C")], by)
    assert effects(log, number) == {"a": "update"}
    take_back(log, number, batch=1)
    assert state(log) == edited


def test_a_withdrawal_that_comes_back_is_still_the_one_that_a_person_made(log: Log) -> None:
    bring(log, {"a": "A", "b": "B"})
    log.withdraw(practice("a").iri, STEWARD, replaced_by=practice("b").iri)
    take_back(log, bring(log, {"a": "revived", "b": None}))
    newest, *_ = log.history(practice("a").iri)
    assert (newest.action, newest.replaced_by) == ("withdraw", practice("b").iri)
    log.withdraw(practice("b").iri, STEWARD)
    take_back(log, bring(log, {"b": "revived"}))
    assert log.withdrawn_by_run([practice("a").iri, practice("b").iri]) == set()


def test_only_a_run_that_is_there_and_has_ended_can_be_undone(log: Log) -> None:
    with pytest.raises(NotFound, match="There is no run 7"):
        undo(log, 7, agent="Jane")
    with log.writing() as transaction:
        number = transaction.start_run(source="s", agent="a", tool="t")
    for attempt in (lambda: undo(log, number, agent="Jane"), lambda: preview(log, number)):
        with pytest.raises(Conflict, match="still at work"):
            attempt()
    assert [run.number for run in log.runs()] == [number]


def test_an_undo_that_fails_is_told_so_and_goes_on_under_its_own_number(log: Log) -> None:
    number = bring(log, dict.fromkeys("abcdef", "A"))
    looked: list[int] = []

    def stop_in_the_middle(steps: int) -> None:
        looked.append(steps)
        if len(looked) == 2:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError):
        undo(log, number, agent="Jane", progress=stop_in_the_middle, batch=2)
    broken = log.runs()[0]
    assert (broken.outcome, broken.counts["withdrawn"]) == (RunOutcome.FAILED, 4)
    assert set(effects(log, number).values()) == {"none", "withdraw"}
    done = undo(log, number, agent="Jane", batch=2)
    assert (done.run, done.counts["withdrawn"], done.conflicts) == (broken.number, 6, 0)
    assert [r.action for r in log.all_touched(done.run)] == ["withdraw"] * 6
    assert [r.number for r in log.ended_runs(log.last_ended() - 1)] == [done.run]


UNDO = """
import os, signal, sys
from practicegraph.log import Log
from practicegraph.undoing import undo

looked = 0
def count(steps):
    global looked
    looked += steps
    if looked >= 30:
        os.kill(os.getpid(), signal.SIGKILL)
undo(Log(sys.argv[1], sys.argv[2]), int(sys.argv[3]), agent="Jane", progress=count, batch=10)
"""


def test_an_undo_that_is_killed_is_finished_by_the_next_without_doubles(
    log: Log, tmp_path: Path
) -> None:
    bring(log, {f"p{n}": "A" for n in range(30)})
    before = state(log)
    number = bring(log, {f"p{n}": "B" for n in range(60)})
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    child = subprocess.run([sys.executable, "-c", UNDO, url, IRIS.base, str(number)], check=False)
    assert child.returncode == -signal.SIGKILL
    assert len(list(log.all_touched(log.runs()[0].number))) == 30
    done = undo(log, number, agent="Jane", batch=7)
    assert state(log) == before
    touched = [t.record for t in log.all_touched(done.run)]
    assert len(touched) == len(set(touched)) == 60
    assert log.runs()[0].number == done.run


texts = st.dictionaries(
    st.sampled_from("abcd"), st.sampled_from(["A", "B", None]), min_size=1, max_size=4
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), texts),
        st.tuples(st.just("edit"), texts),
        st.tuples(st.just("undo"), st.integers(1, 8)),
        st.tuples(st.just("project"), st.none()),
    ),
    max_size=10,
)


def edit(log: Log, changes: Mapping[str, str | None]) -> None:
    for slug, text in changes.items():
        head = log.heads([practice(slug).iri]).get(practice(slug).iri)
        if text is not None:
            log.append([practice(slug, text)], STEWARD)
        elif head and head.live:
            log.withdraw(head.record, STEWARD)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_any_sequence_of_imports_edits_and_undos_leaves_log_heads_and_graph_agreeing(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, object]]
) -> None:
    directory = tmp_path_factory.mktemp("repository")
    with (
        Repository.open(Settings(data=directory)) as repository,
        repository.projecting() as projector,
    ):
        log = repository.log
        states: dict[int, State] = {}
        for action, what in actions:
            before = state(log)
            if action == "bring":
                assert isinstance(what, dict)
                number = bring(log, what)
                states[number] = before
            elif action == "edit":
                assert isinstance(what, dict)
                edit(log, what)
            elif action == "undo":
                assert isinstance(what, int)
                try:
                    own = undo(log, what, agent="Jane", batch=2).run
                except (Conflict, NotFound):
                    assert state(log) == before
                    continue
                states[own] = before
                untouched = {t.record for t in log.all_touched(what)}
                left = {s.record for s in conflicts(log, what)}
                for record in untouched - left:
                    # What stood before the run stands again.
                    slug = record.rsplit("/", 1)[1]
                    assert state(log).get(slug) == states[what].get(slug)
                for slug, digest in before.items():
                    if practice(slug).iri in left or practice(slug).iri not in untouched:
                        assert state(log)[slug] == digest
            else:
                projector.catch_up()
        newest: dict[str, tuple[int, bool]] = {}
        for revision in log.revisions():
            newest[revision.record] = (revision.seq, revision.content is not None)
        assert newest == {h.record: (h.seq, h.live) for h in log.heads(newest).values()}
        projector.catch_up()
        assert_agreement(repository, projector.graph)
        assert projector.graph.applied_runs() == log.last_ended()


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_undoing_every_run_the_last_first_restores_the_exact_digests(
    tmp_path_factory: pytest.TempPathFactory, editions: list[dict[str, str | None]]
) -> None:
    log = Log(f"sqlite:///{tmp_path_factory.mktemp('log') / 'log.sqlite'}", IRIS.base)
    history = []
    for edition in editions:
        before = state(log)
        history.append((bring(log, edition), before))
    for number, before in reversed(history):
        done = undo(log, number, agent="Jane", batch=2)
        assert done.conflicts == 0
        assert state(log) == before
    log.close()
