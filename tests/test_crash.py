"""A process that dies at any moment loses nothing acknowledged, and leaves no half record."""

from __future__ import annotations

import csv
import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from practicegraph.repository import Repository
from practicegraph.settings import Settings

KILLS = 20
ROWS = 400

#: Ingests while a follower applies what has been appended, as a server and a command do together,
#: and says after each committed batch which revision was acknowledged.
INGEST = """
import sys
from pathlib import Path
from ingest import ingest
from practicegraph.repository import Repository
from practicegraph.settings import Settings

settings = Settings(data=Path(sys.argv[1]), batch_size=20, validation_engine="turbo")
with Repository.open(settings) as repository, repository.projecting() as projector:
    projector.follow(lambda revision: None)
    class Acknowledged:
        def expect(self, total):
            print("ready", flush=True)
        def __call__(self, rows):
            print(repository.log.last_seq(), flush=True)
    ingest(repository, [Path(sys.argv[2])], mapping="jrc-ips", progress=Acknowledged())
    print("done", flush=True)
"""


def write_catalogue(file: Path, edition: int) -> None:
    """A catalogue in the form of the innovative public services; each edition changes each row."""
    columns = [
        "entry_type", "cid", "id", "rtype", "name", "url", "contact", "description", "geoextent",
        "geocoverage", "geocoverage_codes", "lead_organisation_name", "lead_organisation_category",
        "start_date", "active", "end_date", "primary_sector", "secondary_sector", "technology",
        "uptake", "cross_border", "cross_sector", "type", "status", "lead_organisation:name",
        "lead_organisation:category",
    ]  # fmt: skip
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        for number in range(ROWS):
            body = f"Body {number % 37}"
            writer.writerow(
                {
                    "entry_type": "case",
                    "cid": "1",
                    "id": str(number),
                    "rtype": "Service",
                    "name": f"Service number {number}",
                    "url": f"https://example.org/{number}",
                    "description": f"What service {number} does, as edition {edition} tells it.",
                    "geoextent": "National",
                    "geocoverage": "Italy",
                    "geocoverage_codes": "IT",
                    "lead_organisation_name": body,
                    "lead_organisation_category": "Central-Government",
                    "start_date": "2020",
                    "primary_sector": "Health",
                    "technology": "Blockchain",
                    "type": "Payments and international transactions",
                    "status": "Pilot",
                    "lead_organisation:name": body,
                    "lead_organisation:category": "Central-Government",
                }
            )


def check(repository: Repository) -> None:
    """Log and graph are whole, and agree record by record."""
    seqs = []
    for revision in repository.log.revisions():
        seqs.append(revision.seq)
        assert revision.content is not None
        assert hashlib.sha256(revision.content).hexdigest() == revision.digest
    assert seqs == list(range(1, len(seqs) + 1))
    live = {r.record: r for r in repository.log.live_revisions()}
    assert {iri: h.seq for iri, h in repository.log.heads(live).items()} == {
        iri: r.seq for iri, r in live.items()
    }
    with repository.projecting() as projector:
        projector.catch_up()
        assert set(projector.graph.records()) == set(live)
        for iri, revision in live.items():
            stored = {str(t) for t in projector.graph.describe(iri)}
            assert stored == {
                str(q.triple) for q in ox.parse(revision.content or b"", ox.RdfFormat.N_TRIPLES)
            }


@pytest.mark.slow
def test_killing_an_ingestion_twenty_times_loses_nothing(tmp_path: Path) -> None:
    data, catalogue = tmp_path / "data", tmp_path / "catalogue.csv"
    dice = random.Random(20)
    killed = acknowledged = 0
    for edition in range(KILLS * 2):
        write_catalogue(catalogue, edition)
        child = subprocess.Popen(
            [sys.executable, "-c", INGEST, str(data), str(catalogue)],
            stdout=subprocess.PIPE,
            text=True,
        )
        with child:
            assert child.stdout is not None
            wanted = dice.randrange(1, 12)
            for line in child.stdout:
                word = line.strip()
                if word.isdigit():
                    acknowledged = int(word)
                    wanted -= 1
                if wanted == 0 or word == "done":
                    break
            # Somewhere inside the next batch, or just before or after its commit.
            time.sleep(dice.random() * 0.05)
            killed += child.poll() is None
            child.kill()
        assert child.returncode in {0, -signal.SIGKILL}, "the ingestion failed by itself"
        with Repository.open(Settings(data=data)) as repository:
            assert repository.log.last_seq() >= acknowledged
            check(repository)
        if killed == KILLS:
            break
    assert killed == KILLS
    subprocess.run(
        [sys.executable, "-c", INGEST, str(data), str(catalogue)], check=True, capture_output=True
    )
    with Repository.open(Settings(data=data)) as repository:
        assert repository.log.count("practice") == ROWS
        assert repository.log.count("organisation") == 37
        check(repository)
