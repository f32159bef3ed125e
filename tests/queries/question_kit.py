"""What the tests of competency questions share: a case, and how a repository is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from practicegraph import queries
from practicegraph.iris import Iris
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import Formats, QueryLimits, QueryPool, QueryRequest

BASE: Final = "http://127.0.0.1:8000"
IRIS: Final = Iris(BASE)
BUNDLED: Final = Path(__file__).resolve().parents[2] / "ingest" / "bundled"

Row = tuple[str | None, ...]
Table = tuple[list[str], list[Row]]
Parameters = Mapping[str, Sequence[str] | str]
Ask = Callable[[str, Parameters], Table]

_FORMATS: Final = Formats("application/sparql-results+json", "application/n-triples")


class Case(NamedTuple):
    """One question with its answer."""

    query: str
    about: str
    parameters: Mapping[str, Sequence[str]]
    columns: Sequence[str]
    rows: Sequence[Row]


def records(files: Iterable[Path]) -> list[Record]:
    """The records that the files hold, each from the statements about it and its parts."""
    found: dict[str, list[ox.Triple]] = defaultdict(list)
    for file in files:
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=BASE + "/"):
            assert isinstance(quad.subject, ox.NamedNode)
            found[quad.subject.value.partition("#")[0]].append(quad.triple)
    return [Record.of(iri, triples, IRIS) for iri, triples in found.items()]


def table(name: str, content: bytes) -> Table:
    """Columns and rows of an answer as texts; a graph is its triples, sorted."""
    if queries.load(name).form == "graph":
        triples = ox.parse(content, ox.RdfFormat.N_TRIPLES)
        rows = {tuple(_text(term) for term in (t.subject, t.predicate, t.object)) for t in triples}
        return ["subject", "predicate", "object"], sorted(rows, key=str)
    results = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    columns = [variable.value for variable in results.variables]
    return columns, [tuple(_text(row[name]) for name in columns) for row in results]


def _text(term: object) -> str | None:
    return None if term is None else str(getattr(term, "value", term))


@contextmanager
def asking(repository: Repository) -> Iterator[Ask]:
    """Ask what a repository holds, with the same workers each time."""
    snapshots = Snapshots(repository.snapshots)
    with repository.projecting() as projector:
        projector.catch_up()
        projector.graph.publish(snapshots)
    with QueryPool(snapshots, QueryLimits(workers=1)) as pool:

        def ask(name: str, parameters: Parameters) -> Table:
            query = queries.load(name).filled(parameters, IRIS)
            return table(name, pool.run(QueryRequest(query, formats=_FORMATS)).read())

        yield ask
