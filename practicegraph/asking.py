"""Asking the graph from the command line, beside a running server or without one.

The same worker processes answer as over HTTP, within the same limits, so that a query means the
same in both places and none can run for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from practicegraph.errors import ProjectionsTaken
from practicegraph.queries import NamedQuery
from practicegraph.repository import Repository
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import Formats, QueryLimits, QueryPool, QueryRequest

_FORMATS: Final = Formats("application/sparql-results+json", "application/n-triples")

Rows = Iterator[Sequence[str | None]]


def answer(
    repository: Repository, query: NamedQuery, values: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], Rows]:
    """Answer a query with these parameters: names of the columns, and the rows as texts.

    ASK gives one row `answer`, CONSTRUCT and DESCRIBE rows of subject, predicate, object. Raises
    MalformedQuery, QueryRefused or QueryLimitExceeded for a query that cannot be answered,
    InvalidInput for parameters.
    """
    text = query.filled(values, repository.iris)
    snapshots = Snapshots(repository.snapshots)
    # When another process, such as a server, holds the projections, it publishes the snapshots.
    with suppress(ProjectionsTaken), repository.projecting() as projector:
        projector.catch_up()
        projector.graph.publish(snapshots)
    limits = replace(QueryLimits.of(repository.settings), workers=1)
    with QueryPool(snapshots, limits) as pool:
        found = pool.run(QueryRequest(text, formats=_FORMATS))
        content = found.read()
    if found.media_type == _FORMATS.graph:
        triples = ox.parse(content, ox.RdfFormat.N_TRIPLES)
        return ["subject", "predicate", "object"], (
            [_text(t.subject), _text(t.predicate), _text(t.object)] for t in triples
        )
    results = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return ["answer"], iter([[str(bool(results)).lower()]])
    names = [variable.value for variable in results.variables]
    return names, ([_text(row[name]) for name in names] for row in results)


def _text(term: object) -> str | None:
    if term is None:
        return None
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
