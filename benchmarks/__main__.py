"""Run the benchmarks and print the tables of docs/performance.md, or write them there."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import ingestion, questions, serving
from benchmarks.ingestion import STAGES, Ingestion
from benchmarks.questions import Cost
from benchmarks.serving import Latency

_DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_PARTS = ("ingestion", "serving")

T = TypeVar("T")


def main() -> None:
    """Measure the sizes asked for, one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of practices")
    parser.add_argument("--plain", type=int, default=1000, help="practices for the plain script")
    parser.add_argument(
        "--pyshacl", type=int, default=1000, help="largest size that is also run with pySHACL"
    )
    parser.add_argument("--workers", default="1,2", help="numbers of processes")
    parser.add_argument("--rows", type=int, default=5000, help="rows of the table")
    parser.add_argument("--part", choices=_PARTS, help="measure only this")
    parser.add_argument("--write", action="store_true", help="put the tables into the document")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    parts = [options.part] if options.part else _PARTS
    workers = [int(number) for number in options.workers.split(",")]
    tables: dict[str, list[str]] = {}
    if "ingestion" in parts:
        plain = _apart(ingestion.plain, options.plain)
        ingested = _ingested(sizes, workers, options.pyshacl, options.rows)
        tables["ingestion"] = _ingestion_table(ingested, options.plain, plain)
    if "serving" in parts:
        tables["serving"] = _served(sizes)
    text = _DOCUMENT.read_text("utf-8")
    for name, lines in tables.items():
        if not options.write:
            print("\n".join(lines))
            continue
        begin, end = (f"<!-- {name}: {edge} -->" for edge in ("begin", "end"))
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        body = "\n".join(lines)
        text = f"{before}{begin}\n\n{body}\n\n{end}{after}"
    if options.write:
        _DOCUMENT.write_text(text, "utf-8")


def _ingested(sizes: list[int], workers: list[int], pyshacl: int, rows: int) -> list[Ingestion]:
    wanted: list[tuple[Any, ...]] = []
    for size in sizes:
        if size <= pyshacl:
            wanted += [(size, "pyshacl", number, "rdf") for number in workers]
        wanted += [(size, "turbo", number, "rdf") for number in workers]
    wanted += [(rows, "turbo", number, "table") for number in workers if rows]
    found = []
    for size, engine, number, kind in wanted:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            found.append(_apart(ingestion.measure, size, engine, data, number, kind))
        print(found[-1], file=sys.stderr)
    return found


def _served(sizes: list[int]) -> list[str]:
    served: dict[int, list[Latency]] = {}
    asked: dict[int, list[Cost]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            _apart(ingestion.measure, size, "turbo", data, os.cpu_count() or 1)
            served[size] = _apart(serving.measure, data)
            asked[size] = _apart(questions.measure, data)
    return [*_latency(served), "", *_questions(asked)]


def _apart(work: Callable[..., T], *arguments: Any) -> T:
    """Do the work in a fresh process, so that its memory is its own."""
    # Not a pool of `multiprocessing`, whose processes may not have any of their own.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def _ingestion_table(ingested: list[Ingestion], size: int, plain: float) -> list[str]:
    lines = [
        f"{os.cpu_count()} cores, Python {platform.python_version()}. The plain script (rdflib, "
        f"then pySHACL as it comes) handles {plain:.1f} records a second at {size:,} practices.",
        "",
        "| source | records | engine | processes | records/s | beside the plain script "
        "| processor, ms a record | " + " | ".join(STAGES) + " | to the graph, records/s "
        "| peak memory | of a worker | other work |",
        "|---|---:|---|---:|" + "---:|" * (len(STAGES) + 7),
    ]
    for m in ingested:
        source = "N-Quads" if m.kind == "rdf" else "CSV, `jrc-ips`"
        shares = " | ".join(f"{m.share(stage):.0%}" for stage in STAGES)
        worker = f"{m.worker_memory} MiB" if m.worker_memory else "–"
        lines.append(
            f"| {source} | {m.records:,} | {m.engine} | {m.workers} | {m.rate:,.0f} "
            f"| {m.rate / plain:.0f} × | {m.cost:.2f} | {shares} | {m.rate_to_graph:,.0f} "
            f"| {m.memory} MiB | {worker} | {m.others:.0%} |"
        )
    return lines


def _latency(served: dict[int, list[Latency]]) -> list[str]:
    names = list(dict.fromkeys(entry.what for found in served.values() for entry in found))
    lines = [
        "Milliseconds, median (95th percentile):",
        "",
        "| | " + " | ".join(f"{size:,} practices" for size in served) + " |",
        "|---" + "|---:" * len(served) + "|",
    ]
    for name in names:
        cells = []
        for found in served.values():
            entry = next((e for e in found if e.what == name), None)
            cells.append(f"{entry.median:.2f} ({entry.p95:.2f})" if entry else "–")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _questions(asked: dict[int, list[Cost]]) -> list[str]:
    lines = [
        "Named queries over HTTP, in milliseconds (and the same query in process):",
        "",
        "| query | " + " | ".join(f"{size:,} practices" for size in asked) + " |",
        "|---" + "|---:" * len(asked) + "|",
    ]
    found = {size: {cost.query: cost for cost in costs} for size, costs in asked.items()}
    for name in dict.fromkeys(cost.query for costs in asked.values() for cost in costs):
        costs = [of_size[name] for of_size in found.values()]
        cells = (
            f"{'past the limit' if c.http is None else f'{c.http:,.1f}'} ({c.raw:,.1f})"
            for c in costs
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    main()
