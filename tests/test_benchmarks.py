"""The benchmarks run, on a handful of practices; what they measure is nobody's business here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ingestion, questions, serving
from benchmarks.practices import Generator
from practicegraph import queries


def test_generated_practices_are_the_same_every_time() -> None:
    assert list(Generator().records(30)) == list(Generator().records(30))


@pytest.mark.slow
def test_the_benchmarks_measure_what_they_name(tmp_path: Path) -> None:
    measured = ingestion.measure(40, "turbo", tmp_path)
    assert measured.records == 42
    assert sum(map(measured.share, ingestion.STAGES)) == pytest.approx(1)
    names = [latency.what for latency in serving.measure(tmp_path, rounds=6)]
    assert names == [
        "look-up, SPARQL over HTTP",
        "list, SPARQL over HTTP",
        "document in Turtle over HTTP",
        "page of /practices in JSON over HTTP",
        "look-up, pyoxigraph in process",
        "list, pyoxigraph in process",
        "look-up, rdflib in memory",
        "list, rdflib in memory",
    ]
    costs = questions.measure(tmp_path, rounds=1)
    assert [cost.query for cost in costs] == queries.names()
    assert all(cost.http is not None for cost in costs)
