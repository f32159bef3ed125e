"""What officers ask, competency questions 1 to 12.

Answered exactly on a fixture, and at all on the practices that come with the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from officer_cases import BASE, CASES, FIXTURE, Case

from practicegraph import queries
from practicegraph.iris import Iris
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import Formats, QueryLimits, QueryPool, QueryRequest

BUNDLED = Path(__file__).resolve().parents[2] / "ingest" / "bundled"
IRIS = Iris(BASE)
FORMATS = Formats("application/sparql-results+json", "application/n-triples")
#: No bundled service names the event in which people need it.
UNANSWERED = {"practices-for-life-event"}

OFFICERS = [name for name in queries.names() if queries.load(name).question in range(1, 13)]
Table = tuple[Sequence[str], list[tuple[str | None, ...]]]
Ask = Callable[[str, Mapping[str, Sequence[str] | str]], Table]


def records(files: Sequence[Path]) -> Iterator[Record]:
    """The records that the files hold, each from the statements about it and its parts."""
    found: dict[str, list[ox.Triple]] = defaultdict(list)
    for file in files:
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=BASE + "/"):
            assert isinstance(quad.subject, ox.NamedNode)
            found[quad.subject.value.partition("#")[0]].append(quad.triple)
    for iri, triples in found.items():
        yield Record.of(iri, triples, IRIS)


def text(term: object) -> str | None:
    return None if term is None else str(getattr(term, "value", term))


@contextmanager
def asking(data: Path, files: Sequence[Path]) -> Iterator[Ask]:
    """Ask a repository that holds the records of these files, with the same workers each time."""
    with Repository.open(Settings(data=data)) as repository:
        repository.log.append(records(files), Provenance(agent="test", activity="run/1"))
        snapshots = Snapshots(repository.snapshots)
        with repository.projecting() as projector:
            projector.catch_up()
            projector.graph.publish(snapshots)
        with QueryPool(snapshots, QueryLimits(workers=1)) as pool:

            def ask(name: str, parameters: Mapping[str, Sequence[str] | str]) -> Table:
                query = queries.load(name).filled(parameters, IRIS)
                found = pool.run(QueryRequest(query, formats=FORMATS))
                content = found.read()
                if found.media_type == FORMATS.graph:
                    triples = ox.parse(content, ox.RdfFormat.N_TRIPLES)
                    rows = {(text(t.subject), text(t.predicate), text(t.object)) for t in triples}
                    return ("subject", "predicate", "object"), sorted(rows, key=str)
                results = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
                assert isinstance(results, ox.QuerySolutions)
                names = tuple(variable.value for variable in results.variables)
                return names, [tuple(text(row[name]) for name in names) for row in results]

            yield ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask the fixture."""
    data = tmp_path_factory.mktemp("officer")
    with asking(data, sorted(FIXTURE.glob("*.ttl"))) as ask:
        yield ask


@pytest.fixture(scope="module")
def ask_bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Ask the practices that come with the program."""
    data = tmp_path_factory.mktemp("bundled")
    with asking(data, sorted(BUNDLED.glob("*/*.ttl"))) as ask:
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
