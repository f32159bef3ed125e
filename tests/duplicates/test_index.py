"""The index finds what comparing all with all finds, follows the log, and stays small."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from duplicate_cases import CASES
from duplicate_records import described
from real_sources import all_rows

from benchmarks.practices import Generator
from builders import IRIS
from practicegraph.duplicates import blocking, finding
from practicegraph.duplicates.candidates import Candidate, Candidates, Status
from practicegraph.duplicates.features import features_of
from practicegraph.duplicates.index import MOST, Draft, Index
from practicegraph.duplicates.scoring import LIKELY, Surroundings, score
from practicegraph.duplicates.shelf import CAP, Blocks
from practicegraph.errors import RepositoryError
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

PERMIT = {"titles": {"en": "Parking permit for residents"}, "country": "ITA"}


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        yield repository


def publish(repository: Repository, *records: Record, source: str = "a") -> None:
    repository.log.append(records, Provenance("Jane", "by hand", source))


def permit(slug: str, **said: object) -> Record:
    return described("service", slug, **(PERMIT | said))  # type: ignore[arg-type]


def open_pairs(repository: Repository) -> list[tuple[str, str]]:
    found = Candidates(repository.log).listed(Status.OPEN)
    return [(c.a.rpartition("/")[2], c.b.rpartition("/")[2]) for c in found]


# ---- finding


def test_the_index_finds_the_same_pairs_as_comparing_all_with_all(tmp_path: Path) -> None:
    assert_finds_all(
        [
            (described(case.kind, f"{side}-{n}", **said), side)
            for n, case in enumerate(CASES)
            for side, said in (("one", case.one), ("other", case.other))
        ],
        tmp_path,
    )


def test_the_index_finds_the_same_pairs_of_real_records(third_party: Path, tmp_path: Path) -> None:
    # Two countries of one catalogue, and three formats of another.
    rows = [
        row
        for row in all_rows(third_party).values()
        if (row.source == "jrc" and row.country in {"NLD", "FIN"})
        or (row.source.startswith("trento") and row.kind == "service")
    ]
    assert_finds_all([(row.record(), row.source) for row in rows], tmp_path)


def assert_finds_all(records: Sequence[tuple[Record, str]], folder: Path) -> None:
    """The index, once it holds them all, finds every pair that is likely, and no other."""
    known = {record.iri: features_of(record, source) for record, source in records}
    bearers = Counter(key for f in known.values() for key in dict(blocking.keys(f)))
    around = Surroundings(known.get, bearers.__getitem__)
    likely = {
        (min(one.record, other.record), max(one.record, other.record)): found
        for one, other in combinations(known.values(), 2)
        if one.kind == other.kind and (found := score(one, other, around)).value >= LIKELY
    }
    with Draft(folder / "index.sqlite") as draft:
        for record, source in records:
            list(draft.find([record], source))
        found_there = {c.pair: (c.score, c.reasons) for c in draft.among_all()}
    assert len(likely) > 10
    assert found_there == {pair: (found.value, found.reasons) for pair, found in likely.items()}


def test_a_key_that_very_many_have_says_nothing(tmp_path: Path) -> None:
    with Draft(tmp_path / "index.sqlite") as draft:
        found = [len(list(draft.find([permit(f"p-{n}")], f"source-{n}"))) for n in range(CAP + 10)]
    assert found[5] == 5
    assert max(found) <= MOST
    assert found[-1] == 0


def test_work_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    """Generated titles are made of few words, and every word becomes too common to be a key."""
    with Draft(tmp_path / "index.sqlite") as draft:
        generated = Generator(IRIS.base).records(3000)
        assert sum(1 for _ in draft.find(generated, "generated")) < 100
    # What the index keeps of a key is bounded, however many records have it.
    blocks = Blocks()
    for number in range(1000):
        blocks.add(7, number)
    assert list(blocks.packed()) == [(7, CAP + 1, None)]


# ---- following the log


def test_candidates_are_noted_as_records_come_in(repository: Repository) -> None:
    publish(repository, permit("one"))
    assert finding.catch_up(repository) == 0
    publish(repository, permit("two"), source="b")
    assert finding.catch_up(repository) == 1
    assert open_pairs(repository) == [("one", "two")]
    assert finding.catch_up(repository) == 0


def test_what_is_no_longer_likely_is_forgotten_while_nobody_decided(
    repository: Repository,
) -> None:
    publish(repository, permit("one"))
    publish(repository, permit("two"), source="b")
    finding.catch_up(repository)
    publish(repository, permit("two", titles={"en": "Fishing licence"}), source="b")
    finding.catch_up(repository)
    assert open_pairs(repository) == []


def test_a_withdrawn_record_is_no_candidate_and_one_that_comes_back_is(
    repository: Repository,
) -> None:
    publish(repository, permit("one"))
    publish(repository, permit("two"), source="b")
    finding.catch_up(repository)
    repository.log.withdraw(permit("two").iri, Provenance("Jane", "by hand"))
    finding.catch_up(repository)
    assert open_pairs(repository) == []
    publish(repository, permit("two"), source="b")
    finding.catch_up(repository)
    assert open_pairs(repository) == [("one", "two")]


def test_an_index_made_anew_finds_the_same(repository: Repository) -> None:
    publish(repository, permit("one"), permit("else", titles={"en": "Fishing licence"}))
    publish(repository, permit("two"), source="b")
    finding.catch_up(repository)
    before = list(Candidates(repository.log).listed())
    finding.rebuild(repository)
    assert [c.pair for c in Candidates(repository.log).listed()] == [c.pair for c in before]
    with Index(repository.duplicates) as index:
        assert index.applied() == repository.log.last_seq()


def test_finding_anew_scores_what_is_open_and_leaves_decisions(repository: Repository) -> None:
    publish(repository, permit("one"))
    publish(repository, permit("two"), source="b")
    publish(repository, permit("three"), source="c")
    finding.catch_up(repository)
    candidates = Candidates(repository.log)
    candidates.dismiss(permit("one").iri, permit("two").iri, "Jane")
    candidates.note(
        [Candidate.of(IRIS.thing("service", "x"), permit("one").iri, "service", 0.9, [])]
    )
    assert finding.find_all(repository) == 2
    assert sorted(open_pairs(repository)) == [("one", "three"), ("three", "two")]
    dismissed = candidates.get(permit("one").iri, permit("two").iri)
    assert dismissed is not None
    assert dismissed.status is Status.DISMISSED


def test_a_crash_between_log_and_index_loses_no_candidate(repository: Repository) -> None:
    publish(repository, permit("one"))
    publish(repository, permit("two"), source="b")

    def note(*_: object) -> None:
        raise KeyboardInterrupt

    with Index(repository.duplicates) as index:
        with pytest.raises(KeyboardInterrupt):
            index.catch_up(repository.log, note)
        assert index.applied() == 0
    assert finding.catch_up(repository) == 1


# ---- dry runs


def test_a_draft_sees_what_is_published_and_changes_nothing(repository: Repository) -> None:
    publish(repository, permit("one"))
    with finding.draft(repository) as draft:
        (found,) = draft.find([permit("two")], "b")
        assert found.pair == (permit("one").iri, permit("two").iri)
        assert len(list(draft.find([permit("three")], "c"))) == 2
    assert finding.catch_up(repository) == 0
    with finding.draft(repository) as draft:
        assert len(list(draft.find([permit("three")], "c"))) == 1


def test_a_drafted_change_hides_what_is_published(repository: Repository) -> None:
    publish(repository, permit("one"))
    with finding.draft(repository) as draft:
        assert list(draft.find([permit("one", titles={"en": "Fishing licence"})], "a")) == []
        assert list(draft.find([permit("two")], "b")) == []


def test_a_dry_run_predicts_what_the_run_then_finds(repository: Repository) -> None:
    publish(repository, permit("one"), permit("fish", titles={"en": "Fishing licence"}))
    coming = [permit("two"), permit("three"), permit("fishing", titles={"en": "Fishing licence"})]
    with finding.draft(repository) as draft:
        predicted = [(c.pair, c.score, c.reasons) for c in draft.find(coming, "b")]
    publish(repository, *coming, source="b")
    finding.catch_up(repository)
    found = [(c.pair, c.score, c.reasons) for c in Candidates(repository.log).listed()]
    assert sorted(found) == sorted(predicted)


def test_a_broken_index_is_named_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    file.write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(RepositoryError, match="Remove that file"):
        Index(file)


def test_an_index_of_an_older_layout_is_made_anew(repository: Repository) -> None:
    publish(repository, permit("one"))
    finding.catch_up(repository)
    with sqlite3.connect(repository.duplicates) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'layout'")
    connection.close()
    with Index(repository.duplicates) as index:
        assert index.applied() == 0
    publish(repository, permit("two"), source="b")
    assert finding.catch_up(repository) == 1
