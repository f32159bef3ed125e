"""Latency of look-ups and lists over HTTP, beside the raw engine and rdflib in the same run.

The server is a process of its own; the raw engine opens its snapshot in this process, and rdflib
holds the same statements in memory. Each request of a series asks for another practice or page.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx
import pyoxigraph as ox
import rdflib

from practicegraph.namespaces import DCAT, DCT, GP
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.snapshots import SnapshotReader, Snapshots

LOOK_UP = "SELECT ?property ?value WHERE { <{iri}> ?property ?value }"
LIST = f"""
SELECT ?practice ?title WHERE {{
  ?practice a <{GP}GoodPractice> ;
    <{DCAT}theme> <http://publications.europa.eu/resource/authority/data-theme/HEAL> ;
    <{DCT}title> ?title
  FILTER (LANG(?title) = "en")
}} LIMIT 20 OFFSET """
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a series of requests."""

    what: str
    median: float
    p95: float

    @classmethod
    def of(cls, what: str, seconds: list[float]) -> Latency:
        """Summarise a series of durations in seconds."""
        return cls(what, median(seconds) * 1000, quantiles(seconds, n=20)[-1] * 1000)


def _series(what: str, ask: Callable[[int], object], rounds: int) -> Latency:
    for number in range(min(5, rounds)):
        ask(number)
    gc.collect()
    durations = []
    for number in range(rounds):
        begin = time.perf_counter()
        ask(number)
        durations.append(time.perf_counter() - begin)
    return Latency.of(what, durations)


@contextmanager
def server(data: Path) -> Iterator[str]:
    """Run `practicegraph serve` on a free port; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PRACTICEGRAPH_DATA": str(data)}
    command = [sys.executable, "-m", "practicegraph.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(address + "/health").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _raw(store: ox.Store) -> Callable[[str], int]:
    def ask(query: str) -> int:
        solutions = store.query(query, use_default_graph_as_union=True)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("the benchmark asks SELECT queries only")
        return len(solutions.serialize(format=ox.QueryResultsFormat.JSON) or b"")

    return ask


def measure(data: Path, rounds: int = ROUNDS) -> list[Latency]:
    """Measure a data directory that holds generated practices, and the peers beside it."""
    dice = random.Random(1)
    with Repository.open(Settings(data=data)) as repository:
        repository.catch_up()
        heads = repository.log.live("practice", limit=100_000)
        practices = [head.record for head in heads]
    chosen = [dice.choice(practices) for _ in range(rounds)]

    def look_up(number: int) -> str:
        return LOOK_UP.replace("{iri}", chosen[number % len(chosen)])

    def page(number: int) -> str:
        return LIST + str(number % 10 * 20)

    found: list[Latency] = []
    with server(data) as address, httpx.Client(base_url=address) as client:

        def over_http(query: str) -> int:
            answer = client.get("/sparql", params={"query": query})
            answer.raise_for_status()
            return len(answer.content)

        def document(number: int) -> int:
            path = "/practices/" + chosen[number % len(chosen)].rsplit("/", 1)[1] + ".ttl"
            return len(client.get(path).raise_for_status().content)

        def listed(number: int) -> int:
            parameters = {"page": number % min(50, -(-len(practices) // 20)) + 1}
            headers = {"accept": "application/json"}
            answer = client.get("/practices", params=parameters, headers=headers)
            return len(answer.raise_for_status().content)

        found.append(_series("look-up, SPARQL over HTTP", lambda n: over_http(look_up(n)), rounds))
        found.append(_series("list, SPARQL over HTTP", lambda n: over_http(page(n)), rounds))
        found.append(_series("document in Turtle over HTTP", document, rounds))
        found.append(_series("page of /practices in JSON over HTTP", listed, rounds))
        with SnapshotReader(Snapshots(data / "snapshots")) as reader:
            reader.refresh()
            store = reader.store
            if store is None:
                raise SystemExit("the server has published no snapshot")

            raw = _raw(store)
            found.append(
                _series("look-up, pyoxigraph in process", lambda n: raw(look_up(n)), rounds)
            )
            found.append(_series("list, pyoxigraph in process", lambda n: raw(page(n)), rounds))
    graph = _in_memory(data)

    def in_memory(query: str) -> int:
        return len(graph.query(query).serialize(format="json") or b"")

    found.append(
        _series("look-up, rdflib in memory", lambda n: in_memory(look_up(n)), min(rounds, 20))
    )
    found.append(_series("list, rdflib in memory", lambda n: in_memory(page(n)), min(rounds, 5)))
    return found


def _in_memory(data: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    with Repository.open(Settings(data=data)) as repository:
        for revision in repository.log.live_revisions():
            graph.parse(data=revision.content or b"", format="nt")
    return graph
