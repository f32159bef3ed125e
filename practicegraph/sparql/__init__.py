"""Public SPARQL: worker processes on read-only snapshots, killed past time or memory.

Nothing in here writes to the graph, and nothing but the engine reads the queries of the public.
The workers import this package too: what is heavy (settings, web) may not enter.
"""

from practicegraph.sparql.pool import QueryPool
from practicegraph.sparql.request import (
    GRAPHS,
    SOLUTIONS,
    Answer,
    Cancellation,
    Formats,
    QueryCancelled,
    QueryLimits,
    QueryRequest,
)

__all__ = [
    "GRAPHS",
    "SOLUTIONS",
    "Answer",
    "Cancellation",
    "Formats",
    "QueryCancelled",
    "QueryLimits",
    "QueryPool",
    "QueryRequest",
]
