"""What each named query costs over HTTP, beside the raw engine on the same snapshot.

The parameters are the examples of the queries; records are taken from the data, since the generated
practices have other names than the bundled ones that the examples speak of.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import pyoxigraph as ox

from benchmarks.serving import server
from practicegraph import queries
from practicegraph.queries import NamedQuery
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.snapshots import SnapshotReader, Snapshots

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one query, median of a few rounds, and the bytes of its answer."""

    query: str
    http: float | None
    raw: float
    size: int


def measure(data: Path, rounds: int = ROUNDS) -> list[Cost]:
    """Measure every named query on a data directory of generated practices."""
    with Repository.open(Settings(data=data)) as repository:
        repository.catch_up()
        iris = repository.iris
        records = {
            kind: repository.log.live(kind, limit=1)[0].record
            for kind in ("practice", "organisation")
        }
    costs = []
    with (
        server(data) as address,
        httpx.Client(base_url=address, timeout=120) as client,
        SnapshotReader(Snapshots(data / "snapshots")) as reader,
    ):
        reader.refresh()
        store = reader.store
        if store is None:
            raise SystemExit("the server has published no snapshot")
        for query in map(queries.load, queries.names()):
            values = _values(query, records)
            over_http = _over_http(client, query, values)
            directly = _directly(store, query.filled(values, iris))
            http, size = _timed(over_http, rounds)
            raw, _ = _timed(directly, rounds)
            costs.append(Cost(query.name, http if size >= 0 else None, raw, size))
    return costs


def _over_http(
    client: httpx.Client, query: NamedQuery, values: dict[str, str]
) -> Callable[[], int]:
    address = f"/queries/{query.name}.{'nt' if query.form == 'graph' else 'srj'}"

    def ask() -> int:
        answer = client.get(address, params=values)
        return len(answer.content) if answer.status_code == 200 else -1

    return ask


def _directly(store: ox.Store, text: str) -> Callable[[], int]:
    def ask() -> int:
        result = store.query(text, use_default_graph_as_union=True)
        if isinstance(result, ox.QueryTriples):
            return len(ox.serialize(result, format=ox.RdfFormat.N_TRIPLES) or b"")
        return len(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")

    return ask


def _values(query: NamedQuery, records: dict[str, str]) -> dict[str, str]:
    found = dict(query.example)
    for parameter in query.parameters:
        if parameter.type == "record" and (parameter.required or parameter.name in found):
            found[parameter.name] = records.get(parameter.kind or "", found.get(parameter.name, ""))
    return found


def _timed(ask: Callable[[], int], rounds: int) -> tuple[float, int]:
    """Milliseconds and size of an answer; what takes more than a second is asked once more only."""
    begin = time.perf_counter()
    size = ask()
    slow = time.perf_counter() - begin > 1
    durations = []
    for _ in range(1 if slow else rounds):
        begin = time.perf_counter()
        ask()
        durations.append(time.perf_counter() - begin)
    return median(durations) * 1000, size
