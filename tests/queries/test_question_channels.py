"""A competency question has the same exact answer through SPARQL, over HTTP and in the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import httpx
import officer_cases
import pytest
import steward_cases
import test_steward_queries as stewards
from question_kit import Case, Table, records, table

from api.app import create_app
from practicegraph import cli, queries
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from practicegraph.terminal import harmless
from serving import running


class Served:
    """A repository that is served, and the ways to ask it."""

    def __init__(self, repository: Repository, client: httpx.Client) -> None:
        self.repository = repository
        self._client = client

    def sparql(self, name: str, parameters: Mapping[str, Sequence[str]]) -> Table:
        """Ask the SPARQL endpoint."""
        query = queries.load(name).filled(parameters, self.repository.iris)
        accept = {"Accept": "application/sparql-results+json, application/n-triples"}
        answer = self._client.post("/sparql", data={"query": query}, headers=accept)
        return table(name, answer.raise_for_status().content)

    def http(self, name: str, parameters: Mapping[str, Sequence[str]], extension: str) -> bytes:
        """Ask the operation of the query."""
        answer = self._client.get(f"/queries/{name}.{extension}", params=dict(parameters))
        return answer.raise_for_status().content

    def terminal(self, name: str, parameters: Mapping[str, Sequence[str]]) -> Table:
        """Ask on the command line, beside the running server."""
        pairs = [f"{key}={value}" for key, values in parameters.items() for value in values]
        options = [part for pair in pairs for part in ("--param", pair)]
        form = "nt" if queries.load(name).form == "graph" else "srj"
        data = str(self.repository.settings.data)
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with redirect_stdout(out):
            cli.app(
                ["query", name, "--data", data, "--format", form, *options], standalone_mode=False
            )
        out.flush()
        return table(name, out.buffer.getvalue())  # type: ignore[attr-defined]


@contextmanager
def serving(data: Path, write: Callable[[Repository], object]) -> Iterator[Served]:
    with Repository.open(Settings(data=data, query_workers=1)) as repository:
        write(repository)
        with running(create_app(repository)) as client:
            yield Served(repository, client)


def as_officers_see_it(repository: Repository) -> None:
    files = sorted(officer_cases.FIXTURE.glob("*.ttl"))
    repository.log.append(records(files), Provenance(agent="test", activity="run/1"))


def as_stewards_see_it(repository: Repository) -> None:
    stewards.write(repository)
    stewards.learn(repository)


@pytest.fixture(scope="module")
def officer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("officer"), as_officers_see_it) as served:
        yield served


@pytest.fixture(scope="module")
def steward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("steward"), as_stewards_see_it) as served:
        yield served


CASES: list[Case] = [*officer_cases.CASES, *steward_cases.CASES]
#: The first case of each query that has rows.
FIRST = {case.query: case for case in reversed(CASES) if case.rows}


@pytest.fixture
def served(request: pytest.FixtureRequest, case: Case) -> Served:
    which = "steward" if case in steward_cases.CASES else "officer"
    found = request.getfixturevalue(which)
    assert isinstance(found, Served)
    return found


def expected(case: Case, repository: Repository) -> tuple[dict[str, list[str]], Table]:
    """Parameters and answer of a case, with the times that the log gave."""

    def resolved(value: str | None) -> str | None:
        return steward_cases.resolve(value, repository)

    parameters = {
        name: [resolved(value) or "" for value in values]
        for name, values in case.parameters.items()
    }
    rows = [tuple(resolved(cell) for cell in row) for row in case.rows]
    return parameters, (list(case.columns), rows)


def test_all_twenty_four_questions_are_asked() -> None:
    assert {queries.load(name).question for name in FIRST} >= set(range(1, 25))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}: {case.about}")
def test_sparql_and_http_give_the_exact_rows(served: Served, case: Case) -> None:
    parameters, answer = expected(case, served.repository)
    assert served.sparql(case.query, parameters) == answer
    graph = queries.load(case.query).form == "graph"
    content = served.http(case.query, parameters, "nt" if graph else "srj")
    assert table(case.query, content) == answer
    if not graph:
        rows = csv.reader(io.StringIO(served.http(case.query, parameters, "csv").decode()))
        columns, cells = answer
        assert list(rows) == [columns, *([harmless(cell) for cell in row] for row in cells)]


@pytest.mark.parametrize("case", FIRST.values(), ids=lambda case: case.query)
def test_the_terminal_gives_the_exact_rows(served: Served, case: Case) -> None:
    parameters, answer = expected(case, served.repository)
    assert served.terminal(case.query, parameters) == answer
