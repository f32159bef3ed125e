"""A real server on a port of its own, over real snapshots and workers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import uvicorn
from fastapi import FastAPI

from api import sparql
from api.problems import install_problem_handlers
from practicegraph.settings import Settings
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import QueryLimits, QueryPool

Serve = Callable[[QueryLimits], AbstractContextManager[str]]


def data(number: int) -> str:
    """Name of a small graph whose one subject has the same name."""
    return f"http://example.org/data/{number}"


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """Four small graphs, and one whose cross product nobody can wait for; at revision 7."""
    directory = tmp_path_factory.mktemp("sparql-http")
    store = ox.Store(directory / "graph")
    for number in range(4):
        graph = ox.NamedNode(data(number))
        title = ox.NamedNode("http://purl.org/dc/terms/title")
        store.add(ox.Quad(graph, title, ox.Literal(f"Data {number} – ķ", language="en"), graph))
    many, name = ox.NamedNode("http://example.org/many"), ox.NamedNode("http://example.org/name")
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"http://example.org/n{i}"), name, ox.Literal(f"node {i}"), many)
        for i in range(3000)
    )
    snapshots = Snapshots(directory / "snapshots")
    snapshots.publish(store, 7)
    return snapshots


@pytest.fixture(scope="session")
def serve(snapshots: Snapshots, tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Start a server with limits of one's own; gives the address of the service."""
    directory = tmp_path_factory.mktemp("unused")
    return lambda limits: _serving(snapshots, limits, directory)


@contextmanager
def _serving(snapshots: Snapshots, limits: QueryLimits, directory: Path) -> Iterator[str]:
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(sparql.router)
    # Named as TCP, so that asyncio sends at once what is written in two steps.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener, QueryPool(snapshots, limits) as pool:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app.state.pool = pool
        app.state.settings = Settings(data=directory, base_iri=base, max_body=20_000)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.01)
            yield f"{base}/sparql"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def endpoint(serve: Serve) -> Iterator[str]:
    """Address of a service with roomy limits."""
    with serve(QueryLimits(timeout=20, memory=256, workers=2, rows=100_000)) as address:
        yield address


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """An HTTP client that asks for nothing in particular."""
    with httpx.Client(timeout=60, trust_env=False) as client:
        yield client
