"""What officers ask, competency questions 1 to 12.

Answered exactly on a fixture, and at all on the practices that come with the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from officer_cases import CASES, FIXTURE
from question_kit import BUNDLED, Ask, Case, asking, records

from practicegraph import queries
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

#: No bundled service names the event in which people need it.
UNANSWERED = {"practices-for-life-event"}

OFFICERS = [name for name in queries.names() if queries.load(name).question in range(1, 13)]


@contextmanager
def repository_of(data: Path, files: Iterable[Path]) -> Iterator[Repository]:
    """A repository that holds the records of these files."""
    with Repository.open(Settings(data=data)) as repository:
        repository.log.append(records(files), Provenance(agent="test", activity="run/1"))
        yield repository


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask the fixture."""
    data = tmp_path_factory.mktemp("officer")
    files = sorted(FIXTURE.glob("*.ttl"))
    with repository_of(data, files) as repository, asking(repository) as ask:
        yield ask


@pytest.fixture(scope="module")
def ask_bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask the practices that come with the program."""
    data = tmp_path_factory.mktemp("bundled")
    files = sorted(BUNDLED.glob("*/*.ttl"))
    with repository_of(data, files) as repository, asking(repository) as ask:
        yield ask


def test_each_question_of_officers_has_a_query_of_its_own() -> None:
    assert sorted(queries.load(name).question or 0 for name in OFFICERS) == list(range(1, 13))
    assert all("officer" in queries.load(name).audience for name in OFFICERS)


def test_each_query_has_an_answer_another_one_and_an_empty_one() -> None:
    for name in OFFICERS:
        answers = [bool(case.rows) for case in CASES if case.query == name]
        assert answers.count(True) >= 2, name
        assert answers.count(False) >= 1, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}: {case.about}")
def test_the_answer_is_exact(ask: Ask, case: Case) -> None:
    columns, rows = ask(case.query, case.parameters)
    assert tuple(columns) == tuple(case.columns)
    assert rows == list(case.rows)


@pytest.mark.parametrize("name", OFFICERS)
def test_the_example_has_an_answer_among_the_bundled_practices(ask_bundled: Ask, name: str) -> None:
    _, rows = ask_bundled(name, queries.load(name).example)
    assert bool(rows) == (name not in UNANSWERED)
