"""What the tests of the ontology share: its files as graphs, and where every term is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

BASE = "http://127.0.0.1:8000/"


@pytest.fixture(scope="session")
def ontology(root: Path) -> Path:
    """The folder of the ontology."""
    return root / "ontology"


@pytest.fixture(scope="session")
def parse() -> Callable[[list[Path]], rdflib.Graph]:
    """Parse Turtle files into one graph, relative IRIs against the default base IRI."""

    def parse_files(files: list[Path]) -> rdflib.Graph:
        graph = rdflib.Graph(bind_namespaces="none")
        for file in files:
            graph.parse(file, format="turtle", publicID=BASE)
        return graph

    return parse_files


@pytest.fixture(scope="session")
def terms(ontology: Path, parse: Callable[[list[Path]], rdflib.Graph]) -> rdflib.Graph:
    """The namespace document."""
    return parse([ontology / "gp.ttl"])


@pytest.fixture(scope="session")
def records(root: Path, parse: Callable[[list[Path]], rdflib.Graph]) -> rdflib.Graph:
    """The example records and the bundled ones together."""
    return parse(
        [
            *sorted((root / "ontology" / "examples").glob("*.ttl")),
            *sorted((root / "ingest" / "bundled").glob("*/*.ttl")),
        ]
    )
