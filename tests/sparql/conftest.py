"""A graph that is large enough to be asked too much of, its snapshots, and workers for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from practicegraph.snapshots import Snapshots
from practicegraph.sparql import QueryLimits, QueryPool

EX = "http://example.org/"
NODES = 3000


def fill(store: ox.Store) -> None:
    """Two small graphs that differ, and one whose cross product nobody can wait for."""
    name, other = ox.NamedNode(EX + "name"), ox.NamedNode(EX + "other")
    store.add(ox.Quad(ox.NamedNode(EX + "a"), name, ox.Literal("A"), ox.NamedNode(EX + "g/1")))
    store.add(ox.Quad(ox.NamedNode(EX + "b"), name, ox.Literal("B"), ox.NamedNode(EX + "g/2")))
    graph = ox.NamedNode(EX + "g/many")
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"{EX}n{i}"), other, ox.Literal(f"node {i}"), graph)
        for i in range(NODES)
    )


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """The snapshot of a store at revision 42."""
    directory = tmp_path_factory.mktemp("sparql")
    store = ox.Store(directory / "graph")
    fill(store)
    snapshots = Snapshots(directory / "snapshots")
    snapshots.publish(store, 42)
    return snapshots


@pytest.fixture(scope="session")
def pool(snapshots: Snapshots) -> Iterator[QueryPool]:
    """Workers with tight limits."""
    limits = QueryLimits(timeout=1.5, memory=64, workers=2, rows=5000, queue=4)
    with QueryPool(snapshots, limits) as pool:
        yield pool


@pytest.fixture
def store(tmp_path: Path) -> ox.Store:
    """A store of one's own."""
    store = ox.Store(tmp_path / "graph")
    fill(store)
    return store
