"""Asking the graph from the command line, beside a running server or without one.

The same worker processes answer as over HTTP, within the same limits, so that a query means the
same in both places and none can run for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from practicegraph.errors import InvalidInput, ProjectionsTaken
from practicegraph.queries import NamedQuery
from practicegraph.repository import Repository
from practicegraph.snapshots import Snapshots
from practicegraph.solutions import MEDIA_TYPE, Solutions, text
from practicegraph.sparql import Formats, QueryLimits, QueryPool, QueryRequest
from practicegraph.terminal import Format, print_rows

_N_TRIPLES: Final = "application/n-triples"
#: What a query can be printed in beside the formats of tables: those of the W3C, by extension.
SOLUTIONS: Final[Mapping[str, str]] = {
    "srj": MEDIA_TYPE,
    "srx": "application/sparql-results+xml",
    "tsv": "text/tab-separated-values",
}
GRAPHS: Final[Mapping[str, str]] = {
    "ttl": "text/turtle",
    "nt": _N_TRIPLES,
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_TRIPLE: Final = ("subject", "predicate", "object")


@contextmanager
def asking(repository: Repository) -> Iterator[QueryPool]:
    """Hold a worker on the newest snapshot, while the block lasts.

    The log is applied before, unless another process, such as a server, holds the projections:
    then that one publishes the snapshots.
    """
    snapshots = Snapshots(repository.snapshots)
    with suppress(ProjectionsTaken), repository.projecting() as projector:
        projector.catch_up()
        projector.graph.publish(snapshots)
    limits = replace(QueryLimits.of(repository.settings), workers=1)
    with QueryPool(snapshots, limits) as pool:
        yield pool


def table_format(form: str) -> Format:
    """The format of that name for a table of ours. Raises InvalidInput."""
    if form not in set(Format):
        raise InvalidInput(f"--format {form}: choose one of {', '.join(Format)}.")
    return Format(form)


def answer(
    repository: Repository, query: NamedQuery, values: Mapping[str, Sequence[str]], form: str
) -> None:
    """Answer a query with these parameters on standard output.

    `form` is table, csv or json, or an extension of SOLUTIONS or GRAPHS. As a table ASK gives one
    row `answer`, CONSTRUCT and DESCRIBE rows of subject, predicate, object. Raises MalformedQuery,
    QueryRefused or QueryLimitExceeded for a query that cannot be answered, InvalidInput for
    parameters and for a format that does not fit.
    """
    filled = query.filled(values, repository.iris, repository.log.vocabularies())
    graph = query.form == "graph"
    written = GRAPHS if graph else SOLUTIONS
    if form not in {*Format, *written}:
        raise InvalidInput(
            f"--format {form}: {query.name} gives a {query.form}; choose one of "
            f"{', '.join([*Format, *written])}."
        )
    wanted = written.get(form) or (_N_TRIPLES if graph else MEDIA_TYPE)
    with asking(repository) as pool:
        found = pool.run(QueryRequest(filled, formats=Formats(wanted, wanted)))
        try:
            if form in written:
                for chunk in found.chunks:
                    sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()
            elif graph:
                triples = ox.parse(b"".join(found.chunks), ox.RdfFormat.N_TRIPLES)
                rows = ((t.subject, t.predicate, t.object) for t in triples)
                print_rows(_TRIPLE, ([text(term) for term in row] for row in rows), Format(form))
            else:
                table = Solutions(found)
                print_rows(
                    table.columns, ([text(term) for term in row] for row in table), Format(form)
                )
        finally:
            found.close()
