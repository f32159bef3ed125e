"""Ingestion in records a second with the share of each stage, beside a plain script.

The plain script is what one writes without this project: rdflib reads the file, pySHACL validates
the graph as it comes. Both see the same records. Projecting the log onto the graph is timed too.
"""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyshacl
import rdflib

from benchmarks.practices import write
from ingest import ingest
from practicegraph import artefacts
from practicegraph.repository import Repository
from practicegraph.settings import Settings


@dataclass(frozen=True, slots=True)
class Ingestion:
    """One measured ingestion; seconds by stage, memory as the peak of the process in MiB."""

    practices: int
    records: int
    engine: str
    seconds: float
    stages: dict[str, float]
    projecting: float
    memory: int

    @property
    def rate(self) -> float:
        """Records a second, from the file to the log."""
        return self.records / self.seconds

    def share(self, stage: str) -> float:
        """The part of the time that one stage took, from 0 to 1."""
        return self.stages.get(stage, 0.0) / self.seconds


def measure(practices: int, engine: str, data: Path) -> Ingestion:
    """Ingest generated practices into a fresh data directory, then project them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "practices.nq"
        records = write(file, practices)
        settings = Settings(data=data, validation_engine=engine)  # type: ignore[arg-type]
        gc.collect()
        with Repository.open(settings) as repository:
            begin = time.perf_counter()
            report = ingest(repository, [file])
            seconds = time.perf_counter() - begin
            rejected = report.rejected
            stages = dict(report.clock.seconds)
            report.close()
            begin = time.perf_counter()
            repository.catch_up()
            projecting = time.perf_counter() - begin
    if rejected:
        raise SystemExit(f"{rejected} generated records were rejected")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Ingestion(practices, records, engine, seconds, stages, projecting, memory)


def plain(practices: int) -> float:
    """Records a second of the plain script: rdflib parses, pySHACL validates as it comes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "practices.nq"
        records = write(file, practices)
        lines = file.read_bytes().splitlines()
        triples = b"\n".join(line.rsplit(b" <", 1)[0] + b" ." for line in lines)
    shapes = artefacts.parse_turtle(artefacts.shape_files("listed"))
    vocabulary = artefacts.parse_turtle(artefacts.vocabulary_files())
    begin = time.perf_counter()
    graph = rdflib.Graph().parse(data=triples, format="nt")
    graph += vocabulary
    pyshacl.validate(graph, shacl_graph=shapes)
    return records / (time.perf_counter() - begin)
