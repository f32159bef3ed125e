"""Ingestion in records a second with the share of each stage, beside a plain script.

The plain script is what one writes without this project: rdflib reads the file, pySHACL validates
the graph as it comes. Both see the same records. Projecting the log onto the graph is timed too.
"""

from __future__ import annotations

import gc
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyshacl
import rdflib

from benchmarks.practices import write, write_table
from ingest import ingest
from practicegraph import artefacts
from practicegraph.repository import Repository
from practicegraph.settings import Settings

#: The stages of a run, in their order. Where several processes work, each of them counts.
STAGES = ("scan", "read", "map", "assemble", "name", "validate", "write")

Kind = Literal["rdf", "table"]


@dataclass(frozen=True, slots=True)
class Ingestion:
    """One measured ingestion.

    Seconds from file to log, of the processor in all processes, by stage, and of projecting;
    memory as the peak of the writing process and of the largest worker, in MiB; `others` is the
    part of the machine that other processes used meanwhile.
    """

    kind: Kind
    practices: int
    records: int
    engine: str
    workers: int
    seconds: float
    processor: float
    stages: dict[str, float]
    projecting: float
    memory: int
    worker_memory: int
    others: float

    @property
    def rate(self) -> float:
        """Records a second, from the file to the log."""
        return self.records / self.seconds

    @property
    def rate_to_graph(self) -> float:
        """Records a second, from the file through the log to the graph."""
        return self.records / (self.seconds + self.projecting)

    @property
    def cost(self) -> float:
        """Milliseconds of the processor for a record, from the file to the log."""
        return 1000 * self.processor / self.records

    def share(self, stage: str) -> float:
        """The part of the work that one stage took, from 0 to 1."""
        return self.stages.get(stage, 0.0) / sum(self.stages.get(s, 0.0) for s in STAGES)


def measure(
    practices: int, engine: str, data: Path, workers: int = 1, kind: Kind = "rdf"
) -> Ingestion:
    """Ingest generated practices into a fresh data directory, then project them."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "rdf":
            file, mapping = Path(folder) / "practices.nq", None
            write(file, practices)
        else:
            file, mapping = Path(folder) / "practices.csv", "jrc-ips"
            write_table(file, practices)
        settings = Settings(data=data, validation_engine=engine)  # type: ignore[arg-type]
        gc.collect()
        with Repository.open(settings) as repository:
            begin, used, busy = time.perf_counter(), _processor(), _busy()
            report = ingest(repository, [file], mapping, workers=workers)
            seconds, processor = time.perf_counter() - begin, _processor() - used
            others = max(0.0, _busy() - busy - processor) / seconds / (os.cpu_count() or 1)
            memory, worker_memory = map(_peak, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
            rejected = report.rejected
            stages = dict(report.clock.seconds)
            report.close()
            records = repository.log.last_seq()
            begin = time.perf_counter()
            repository.catch_up()
            projecting = time.perf_counter() - begin
    if rejected:
        raise SystemExit(f"{rejected} generated records were rejected")
    return Ingestion(
        kind,
        practices,
        records,
        engine,
        workers,
        seconds,
        processor,
        stages,
        projecting,
        memory,
        worker_memory if workers > 1 else 0,
        others,
    )


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


def _processor() -> float:
    """Seconds of the processor so far, in this process and in those that it waited for."""
    whole = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in whole)


def _busy() -> float:
    """Seconds that the processors of the machine have worked, as far as it tells (Linux)."""
    try:
        fields = Path("/proc/stat").read_text("ascii").split(maxsplit=9)[1:9]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, softirq, _ = map(int, fields)
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024
