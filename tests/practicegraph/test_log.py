"""The log keeps every revision, in order, and writes nothing twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa

from builders import IRIS, practice
from practicegraph.errors import Conflict, RepositoryError
from practicegraph.log import Log
from practicegraph.revisions import Provenance

ANYONE = Provenance(agent="test", activity="test", source="source", message="why")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    yield log
    log.close()


def test_a_revision_holds_what_was_written_and_by_whom(log: Log) -> None:
    record = practice("x", "A")
    assert log.append([record], ANYONE) == [1]
    revision = log.latest(record.iri)
    assert revision is not None
    assert revision.as_record() == record
    assert (revision.action, revision.previous, revision.agent) == ("create", None, "test")
    assert (revision.source, revision.message) == ("source", "why")
    assert revision.time.tzinfo is not None


def test_the_same_content_twice_makes_no_revision(log: Log) -> None:
    assert log.append([practice("x", "A"), practice("x", "A")], ANYONE) == [1, None]
    assert log.append([practice("x", "A")], ANYONE) == [None]
    assert log.last_seq() == 1


def test_a_change_is_an_update_of_the_revision_before(log: Log) -> None:
    log.append([practice("x", "A"), practice("y", "A")], ANYONE)
    assert log.append([practice("x", "B")], ANYONE) == [3]
    assert [(r.seq, r.action, r.previous) for r in log.history(practice("x", "B").iri)] == [
        (3, "update", 1),
        (1, "create", None),
    ]


def test_a_withdrawn_record_can_come_back(log: Log) -> None:
    record = practice("x", "A")
    log.append([record], ANYONE)
    log.withdraw(record.iri, ANYONE, replaced_by="http://e.org/other")
    with pytest.raises(Conflict, match="not published"):
        log.withdraw(record.iri, ANYONE)
    assert log.count("practice") == 0
    assert log.append([record], ANYONE) == [3]
    assert [r.action for r in log.history(record.iri)] == ["create", "withdraw", "create"]
    assert log.history(record.iri)[1].replaced_by == "http://e.org/other"


def test_a_failing_block_writes_nothing(log: Log) -> None:
    with pytest.raises(RuntimeError), log.writing() as transaction:
        transaction.append([practice("x", "A")], ANYONE)
        transaction.identify("s", {"k": practice("x", "A").iri})
        raise RuntimeError
    assert log.last_seq() == 0
    assert log.resolve("s", ["k"]) == {}


def test_pages_come_last_changed_first_by_offset_or_below_a_revision(log: Log) -> None:
    log.append([practice(s, "A") for s in "abcd"], ANYONE)
    log.append([practice("a", "B"), practice("z", "A", kind="asset")], ANYONE)
    log.withdraw(practice("c").iri, ANYONE)

    def slugs(**page: int) -> list[str]:
        return [h.record.rsplit("/", 1)[1] for h in log.live("practice", **page)]

    assert slugs(limit=2) == ["a", "d"]
    assert slugs(limit=2, offset=2) == ["b"]
    assert slugs(limit=2, before=5) == ["d", "b"]
    assert slugs(limit=9, before=2) == []
    assert log.count("practice") == 3


def test_revisions_are_found_by_their_numbers(log: Log) -> None:
    log.append([practice(s, "A") for s in "abc"], ANYONE)
    assert [r.record for r in log.at([3, 9, 1])] == [practice("c").iri, practice("a").iri]


def test_a_key_names_one_record_for_ever(log: Log) -> None:
    with log.writing() as transaction:
        transaction.identify("s", {"k": "http://e.org/1"})
        transaction.identify("s", {"k": "http://e.org/1", "other": "http://e.org/1"})
    with pytest.raises(Conflict, match="already names"), log.writing() as transaction:
        transaction.identify("s", {"k": "http://e.org/2"})
    assert log.resolve("s", ["k", "other", "absent"]) == {
        "k": "http://e.org/1",
        "other": "http://e.org/1",
    }
    assert log.resolve("another source", ["k"]) == {}
    assert log.taken(["http://e.org/1", "http://e.org/2"]) == {"http://e.org/1"}


def test_threads_append_one_after_the_other(log: Log) -> None:
    def write(worker: int) -> None:
        for n in range(10):
            log.append([practice(f"w{worker}-{n}", "A")], ANYONE)

    threads = [threading.Thread(target=write, args=(w,)) for w in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.seq for r in log.revisions()] == list(range(1, 41))


def test_reading_in_small_batches_gives_every_revision_once(log: Log) -> None:
    log.append([practice(f"p{n}", "A") for n in range(25)], ANYONE)
    assert [r.seq for r in log.revisions(after=3, batch=4)] == list(range(4, 26))
    log.withdraw(practice("p0").iri, ANYONE)
    assert len(list(log.live_revisions(batch=4))) == 24


def test_commits_reach_the_disk(tmp_path: Path) -> None:
    log = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    with log._engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA synchronous")) == 2
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    log.close()


def test_another_base_iri_is_refused_with_the_mend(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    Log(url, "http://a.example").close()
    with pytest.raises(RepositoryError, match=r"PRACTICEGRAPH_BASE_IRI=http://a\.example"):
        Log(url, "http://b.example")


def test_a_newer_log_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    log = Log(url, IRIS.base)
    with log._engine.begin() as connection:
        connection.execute(sa.text("UPDATE meta SET value = '99' WHERE key = 'schema_version'"))
    log.close()
    with pytest.raises(RepositoryError, match="newer"):
        Log(url, IRIS.base)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_text("this is not a database, but it is long enough to see")
    with pytest.raises(RepositoryError, match=r"cannot be used: file is not a database\. Set"):
        Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)


def test_runs_remember_how_they_ended(log: Log) -> None:
    with log.writing() as transaction:
        number = transaction.start_run(source="s", agent="a", tool="t")
        transaction.end_run(number, {"created": 3})
    (run,) = log.runs()
    assert (run.number, run.outcome, run.counts) == (number, "finished", {"created": 3})


def test_a_change_based_on_an_older_head_is_refused(log: Log) -> None:
    x, y = practice("x", "A"), practice("y", "A")
    assert log.append([x], ANYONE, {x.iri: None}) == [1]
    log.withdraw(x.iri, ANYONE)
    for read in (None, 1):
        with pytest.raises(Conflict, match="at revision 2"):
            log.append([y, practice("x", "B")], ANYONE, {y.iri: None, x.iri: read})
    with pytest.raises(Conflict, match="based on 1"):
        log.append([y], ANYONE, {y.iri: 1})
    assert log.last_seq() == 2
    assert log.append([x, y], ANYONE, {x.iri: 2, y.iri: None}) == [3, 4]


def test_opening_waits_for_no_writer(log: Log, tmp_path: Path) -> None:
    start = time.monotonic()
    with log.writing() as transaction:
        transaction.append([practice("x", "A")], ANYONE)
        other = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
        assert other.last_seq() == 0
        other.close()
    assert time.monotonic() - start < 10  # a writer would wait a minute
    assert log.last_seq() == 1


@pytest.mark.parametrize(
    ("pragma", "message"),
    [
        ("max_page_count = 1", "full. Make room"),
        ("query_only = ON", "readonly database. Give this user"),
        ("busy_timeout = 20", "locked. Another process"),
    ],
)
def test_what_the_database_cannot_do_is_told_with_the_mend(
    log: Log, tmp_path: Path, pragma: str, message: str
) -> None:
    other = Log(f"sqlite:///{tmp_path / 'log.sqlite'}", IRIS.base)
    with other._engine.connect() as connection:  # the one that is taken again below
        connection.execute(sa.text(f"PRAGMA {pragma}"))
    held = log.writing() if "busy" in pragma else nullcontext()
    with held, pytest.raises(RepositoryError, match=message):
        other.append([practice("x", "A" * 100_000)], ANYONE)
    other.close()
    assert log.last_seq() == 0


def test_a_broken_constraint_is_a_defect_and_not_the_repository(log: Log) -> None:
    with pytest.raises(sa.exc.IntegrityError), log.writing() as transaction:
        transaction.start_run(source=None, agent="a", tool="t")  # type: ignore[arg-type]
