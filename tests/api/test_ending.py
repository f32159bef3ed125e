"""The server ends well: queries that run get a 503, and nobody sees a traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import httpx

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_a_query_that_runs_when_the_server_is_stopped_gets_a_503(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practicegraph.cli", "serve", "--port", "0"]
    environment = {**os.environ, "PRACTICEGRAPH_DATA": str(tmp_path / "data")}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    with process, ThreadPoolExecutor(1) as asking:
        assert process.stderr is not None
        told = iter(process.stderr)
        address = next(m[0] for m in (re.search(r"http://[\d.:]+/", x) for x in told) if m)
        with httpx.Client(base_url=address, timeout=30) as client:
            for _ in range(200):
                try:
                    client.get("/health").raise_for_status()
                    break
                except httpx.HTTPError:
                    sleep(0.05)
            answer = asking.submit(client.get, "/sparql", params={"query": RUNAWAY})
            sleep(1)
            process.send_signal(signal.SIGINT)
            assert answer.result().status_code == 503
            assert answer.result().headers["content-type"] == "application/problem+json"
        assert process.wait(20) == 0
        assert "Traceback" not in "".join(told)
