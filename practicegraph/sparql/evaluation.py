"""How a query is put to the engine, by the workers and by the command line alike.

SERVICE and updates are refused, and the dataset is that of SPARQL 1.1 Protocol §2.1.4.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from practicegraph.errors import MalformedQuery, PracticeGraphError, QueryRefused
from practicegraph.sparql.text import asks_service, is_update, names_dataset, unescaped

_PLACE: Final = re.compile(r"error at (\d+):(\d+)")

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def evaluate(
    store: ox.Store,
    text: str,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
) -> Result:
    """Put a query to a store; the graphs named, if any, replace what the query says by FROM.

    Without any dataset the default graph is the union of all graphs. Raises MalformedQuery with
    line and column, or QueryRefused for SERVICE and for an update.
    """
    query = unescaped(text)
    if asks_service(query):
        raise QueryRefused(
            "This endpoint asks no other endpoint: leave SERVICE out of the query, and ask "
            "the other endpoint yourself."
        )
    try:
        if default_graphs or named_graphs:
            return store.query(
                query,
                default_graph=[*_names("default-graph-uri", default_graphs)],
                named_graphs=_names("named-graph-uri", named_graphs),
            )
        return store.query(query, use_default_graph_as_union=not names_dataset(query))
    except SyntaxError as error:
        raise _syntax_error(query, str(error)) from error


def _names(parameter: str, iris: tuple[str, ...]) -> list[ox.NamedNode | ox.BlankNode]:
    names: list[ox.NamedNode | ox.BlankNode] = []
    for iri in iris:
        try:
            names.append(ox.NamedNode(iri))
        except ValueError as error:
            raise MalformedQuery(
                f"{parameter}: {iri!r} is not an absolute IRI ({error}).", parameter=parameter
            ) from error
    return names


def _syntax_error(query: str, message: str) -> PracticeGraphError:
    if is_update(query):
        return QueryRefused(
            "This is an update, and here is a place to ask only: all writing goes through the log."
        )
    place = _PLACE.search(message)
    if place is None:
        return MalformedQuery(f"The query cannot be parsed: {message}.")
    line, column = int(place[1]), int(place[2])
    cause = message[place.end() :].lstrip(": ") or message
    return MalformedQuery(
        f"The query cannot be parsed: line {line}, column {column}: {cause}.",
        line=line,
        column=column,
    )
