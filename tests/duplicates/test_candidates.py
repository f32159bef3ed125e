"""Candidates in the log: what people decided is never asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import IRIS
from practicegraph.duplicates.candidates import Candidate, Candidates, Status
from practicegraph.errors import NotFound
from practicegraph.log import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    yield log
    log.close()


def pair(one: str, other: str, score: float = 0.8, kind: str = "practice") -> Candidate:
    return Candidate.of(IRIS.thing(kind, one), IRIS.thing(kind, other), kind, score, ["title 0.80"])


def test_a_pair_is_one_whichever_comes_first(log: Log) -> None:
    candidates = Candidates(log)
    assert candidates.note([pair("b", "a"), pair("a", "b", 0.9)]) == 1
    (found,) = candidates.listed()
    assert (found.a, found.score) == (IRIS.thing("practice", "a"), 0.9)
    assert candidates.get(found.b, found.a) == found
    assert candidates.note([pair("a", "b", 0.7)]) == 0
    assert next(candidates.listed()).score == 0.7


def test_candidates_are_listed_the_likeliest_first_and_by_kind_and_score(log: Log) -> None:
    candidates = Candidates(log)
    many = [pair(f"a-{n:03}", f"b-{n:03}", 0.5 + n / 1000) for n in range(450)]
    candidates.note([*many, pair("x", "y", 0.95, "service"), pair("w", "z", 0.95, "service")])
    scores = [c.score for c in candidates.listed()]
    assert len(scores) == 452
    assert scores == sorted(scores, reverse=True)
    assert [c.a[-1] for c in candidates.listed(kind="service")] == ["w", "x"]
    assert candidates.count(least=0.9) == sum(score >= 0.9 for score in scores)


def test_a_dismissed_pair_keeps_its_decision_and_its_score(log: Log) -> None:
    candidates = Candidates(log)
    candidates.note([pair("a", "b")])
    candidates.dismiss(IRIS.thing("practice", "b"), IRIS.thing("practice", "a"), "Jane")
    assert candidates.note([pair("a", "b", 0.99)], [IRIS.thing("practice", "a")]) == 0
    assert candidates.count(Status.OPEN) == 0
    (found,) = candidates.listed(Status.DISMISSED)
    assert (found.decided_by, found.score) == ("Jane", 0.8)
    assert found.decided_at is not None


def test_what_is_no_candidate_cannot_be_dismissed(log: Log) -> None:
    with pytest.raises(NotFound, match="no candidate"):
        Candidates(log).dismiss(IRIS.thing("practice", "a"), IRIS.thing("practice", "b"), "Jane")


def test_open_pairs_of_changed_records_go_unless_they_were_found_again(log: Log) -> None:
    candidates = Candidates(log)
    candidates.note([pair("a", "b"), pair("b", "c"), pair("d", "e")])
    candidates.note([pair("a", "b")], [IRIS.thing("practice", "b")])
    assert {(c.a[-1], c.b[-1]) for c in candidates.listed()} == {("a", "b"), ("d", "e")}


def test_replacing_forgets_what_was_not_found_again(log: Log) -> None:
    candidates = Candidates(log)
    candidates.note([pair("a", "b"), pair("b", "c")])
    assert candidates.replace(iter([pair("b", "c", 0.6), pair("c", "d")])) == 2
    assert {(c.a[-1], c.score) for c in candidates.listed()} == {("b", 0.6), ("c", 0.8)}
