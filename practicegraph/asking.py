"""Asking the graph from the command line, beside a running server or without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import pyoxigraph as ox

from practicegraph.errors import ProjectionsTaken, RepositoryError
from practicegraph.queries import NamedQuery
from practicegraph.repository import Repository
from practicegraph.snapshots import SnapshotReader, Snapshots
from practicegraph.sparql.evaluation import evaluate


def answer(
    repository: Repository, query: NamedQuery, values: Mapping[str, str]
) -> tuple[Sequence[str], Iterator[Sequence[str | None]]]:
    """Answer a query with these parameters: names of the columns, and the rows as texts.

    ASK gives one row `answer`, CONSTRUCT and DESCRIBE rows of subject, predicate, object. Raises
    MalformedQuery or QueryRefused for a query that cannot be asked, InvalidInput for parameters.
    """
    text = query.filled(values)
    with _store(repository) as store:
        found = evaluate(store, text)
        if isinstance(found, ox.QuerySolutions):
            names = [variable.value for variable in found.variables]
            rows = [[_text(row[name]) for name in names] for row in found]
            return names, iter(rows)
        if isinstance(found, ox.QueryBoolean):
            return ["answer"], iter([[str(bool(found)).lower()]])
        triples = [[_text(t.subject), _text(t.predicate), _text(t.object)] for t in found]
        return ["subject", "predicate", "object"], iter(triples)


def _text(term: object) -> str | None:
    if term is None:
        return None
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


@contextmanager
def _store(repository: Repository) -> Iterator[ox.Store]:
    snapshots = Snapshots(repository.snapshots)
    # When another process, such as a server, holds the projections, it publishes the snapshots.
    with suppress(ProjectionsTaken), repository.projecting() as projector:
        projector.catch_up()
        projector.graph.publish(snapshots)
    with SnapshotReader(snapshots) as reader:
        reader.refresh()
        if reader.store is None:
            raise RepositoryError("Nothing can be asked yet; the server is still starting.")
        yield reader.store
