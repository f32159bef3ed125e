"""The bundled records, read and validated once for all tests."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from bundled_files import (
    BASE,
    BUNDLED,
    KINDS,
    File,
)
from rdflib import Graph, URIRef

from practicegraph.iris import Iris
from practicegraph.record import Record
from practicegraph.validation import RecordReport, Validator


@pytest.fixture(scope="session")
def files() -> list[File]:
    """All bundled files, each parsed once."""
    paths = sorted(BUNDLED.glob("*/*.ttl"))
    return [
        File(
            path,
            Graph().parse(path, publicID=BASE, format="turtle"),
            URIRef(f"{BASE}id/{KINDS[path.parent.name]}/{path.stem}"),
        )
        for path in paths
    ]


@pytest.fixture(scope="session")
def practices(files: list[File]) -> list[File]:
    """The files that describe a practice."""
    return [file for file in files if file.folder == "practices"]


@pytest.fixture(scope="session")
def bundled(files: list[File]) -> Graph:
    """All bundled records in one graph."""
    graph = Graph()
    for file in files:
        graph += file.graph
    return graph


@pytest.fixture(scope="session")
def reports(files: list[File]) -> dict[str, dict[str, RecordReport]]:
    """What the validator finds about each record, by profile and IRI."""
    iris = Iris(BASE.rstrip("/"))
    records = []
    for file in files:
        quads = ox.parse(file.path.read_bytes(), ox.RdfFormat.TURTLE, base_iri=BASE)
        records.append(Record.of(str(file.record), (quad.triple for quad in quads), iris))
    return {
        profile: {report.record: report for report in Validator(profile).check(records)}
        for profile in ("listed", "reviewed")
    }
