"""What stewards and consumers ask, competency questions 13 to 24.

Answered exactly on a fixture, and at all on the practices that come with the program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from question_kit import BASE, BUNDLED, IRIS, Ask, Case, asking, records
from steward_cases import CASES, FIXTURE, resolve

from practicegraph import queries
from practicegraph.graph import OxigraphGraph
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

#: What the bundled practices, which are in order, do not have.
UNANSWERED = {"unsupported-outcomes", "questionable-values", "probable-duplicates"}

ASKED = [name for name in queries.names() if (queries.load(name).question or 0) > 12]


def write(repository: Repository) -> None:
    """Bring the fixture in as it would come: runs, one by hand, a change and a withdrawal."""
    log = repository.log
    by_hand = Provenance(agent="test", activity="curation")
    first = Provenance("test", "run/1", "https://catalogue.example/")
    second = Provenance("test", "run/2", "List of the region")
    log.append(records([FIXTURE / "catalogue.ttl"]), first)
    for record in records([FIXTURE / "others.ttl"]):
        log.append([record], by_hand if record.iri.endswith("/club") else second)
    (bikes,) = (r for r in records([FIXTURE / "catalogue.ttl"]) if r.iri.endswith("/bikes"))
    note = ox.Triple(
        ox.NamedNode(bikes.iri),
        ox.NamedNode("http://xmlns.com/foaf/0.1/page"),
        ox.NamedNode("https://bikes.example/"),
    )
    third = Provenance("test", "run/3", "https://catalogue.example/")
    log.append([Record.of(bikes.iri, [*bikes.triples(), note], IRIS)], third)
    log.withdraw(IRIS.thing("practice", "gone"), by_hand, IRIS.thing("practice", "parks"))


def learn(repository: Repository) -> None:
    """Bring a vocabulary into the graph that the program does not carry; `rebuild` drops it."""
    with repository.projecting() as projector:
        assert isinstance(projector.graph, OxigraphGraph)
        projector.graph.store.load(
            path=str(FIXTURE / "vocabulary.ttl"),
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(f"{BASE}/graph/vocabulary/later"),
        )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """A repository that holds the fixture."""
    with Repository.open(Settings(data=tmp_path_factory.mktemp("steward"))) as repository:
        write(repository)
        yield repository


@pytest.fixture(scope="module")
def ask(repository: Repository) -> Iterator[Ask]:
    """Ask the fixture."""
    learn(repository)
    with asking(repository) as ask:
        yield ask


@pytest.fixture(scope="module")
def ask_bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask the practices that come with the program."""
    with Repository.open(Settings(data=tmp_path_factory.mktemp("bundled"))) as repository:
        files = sorted(BUNDLED.glob("*/*.ttl"))
        repository.log.append(records(files), Provenance("test", "run/1", "bundled"))
        with asking(repository) as ask:
            yield ask


def test_each_question_of_stewards_and_consumers_has_a_query() -> None:
    assert {queries.load(name).question for name in ASKED} == set(range(13, 25))
    for name in ASKED:
        query = queries.load(name)
        stewards = (query.question or 0) < 20
        assert ("steward" if stewards else "consumer") in query.audience, name


def test_each_query_has_cases_with_an_answer_and_one_without() -> None:
    always = {"missing-translations", "probable-duplicates", "questionable-values"}
    for name in ASKED:
        answers = [bool(case.rows) for case in CASES if case.query == name]
        assert any(answers), name
        # Those are asked for an empty answer of repositories of their own, below.
        assert not all(answers) or name in {*always, "source-completeness"}, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}: {case.about}")
def test_the_answer_is_exact(ask: Ask, repository: Repository, case: Case) -> None:
    parameters = {
        name: [resolve(value, repository) or "" for value in values]
        for name, values in case.parameters.items()
    }
    columns, rows = ask(case.query, parameters)
    assert tuple(columns) == tuple(case.columns)
    assert rows == [tuple(resolve(cell, repository) for cell in row) for row in case.rows]


@pytest.mark.parametrize("name", ASKED)
def test_the_example_has_an_answer_among_the_bundled_practices(ask_bundled: Ask, name: str) -> None:
    _, rows = ask_bundled(name, queries.load(name).example)
    assert bool(rows) == (name not in UNANSWERED)


@pytest.mark.parametrize("name", ["probable-duplicates", "questionable-values"])
def test_records_without_a_fault_give_an_empty_answer(tmp_path: Path, name: str) -> None:
    with Repository.open(Settings(data=tmp_path)) as repository:
        (town,) = (r for r in records([FIXTURE / "catalogue.ttl"]) if r.iri.endswith("/town"))
        repository.log.append([town], Provenance("test", "run/1"))
        with asking(repository) as ask:
            assert ask(name, {})[1] == []
            assert ask("missing-translations", {"language": "it"})[1] == []


def test_without_records_there_is_no_source_to_judge(tmp_path: Path) -> None:
    with Repository.open(Settings(data=tmp_path)) as repository, asking(repository) as ask:
        assert ask("source-completeness", {})[1] == []


def test_what_tells_no_date_is_as_old_as_its_last_revision(
    ask: Ask, repository: Repository
) -> None:
    town = f"{BASE}/id/organisation/town"
    changed = repository.log.history(town)[0].time.astimezone(dt.UTC).date()
    due = dt.date(changed.year + 3, 1, 1)
    _, rows = ask("overdue-reviews", {"today": due.isoformat(), "months": "13"})
    months = 12 * (due.year - changed.year) + due.month - changed.month - (due.day < changed.day)
    assert [row for row in rows if row[0] == town] == [
        (town, "Town of Trees", None, None, changed.isoformat(), str(months))
    ]


def body(number: int, homepage: str) -> Record:
    """An organisation that has little but a page."""
    thing = ox.NamedNode(IRIS.thing("organisation", f"body-{number:02}"))
    facts = {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": ox.NamedNode(
            "http://www.w3.org/ns/org#Organization"
        ),
        "http://xmlns.com/foaf/0.1/homepage": ox.NamedNode(homepage),
    }
    return Record.of(
        thing.value, [ox.Triple(thing, ox.NamedNode(p), o) for p, o in facts.items()], IRIS
    )


def test_many_with_one_address_are_paired_with_the_first_until_it_is_that_of_a_list(
    tmp_path: Path,
) -> None:
    shared = [body(number, f"http{'s' * (number % 2)}://ten.example/") for number in range(10)]
    listed = [body(number, "https://eleven.example/") for number in range(20, 31)]
    with Repository.open(Settings(data=tmp_path)) as repository:
        repository.log.append([*shared, *listed], Provenance("test", "run/1"))
        with asking(repository) as ask:
            _, rows = ask("probable-duplicates", {})
    first = shared[0].iri
    assert rows == [(first, None, other.iri, None, "ten.example", None) for other in shared[1:]]
