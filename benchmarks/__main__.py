"""Run the benchmarks and print the tables of docs/performance.md, or write them there."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import ingestion, questions, serving
from benchmarks.ingestion import Ingestion
from benchmarks.questions import Cost
from benchmarks.serving import Latency

_DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_STAGES = ("scan", "read", "assemble", "validate", "write")

T = TypeVar("T")


def main() -> None:
    """Measure the sizes asked for, one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of practices")
    parser.add_argument("--plain", type=int, default=1000, help="practices for the plain script")
    parser.add_argument(
        "--pyshacl", type=int, default=1000, help="largest size that is also run with pySHACL"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the document")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    ingested: list[Ingestion] = []
    served: dict[int, list[Latency]] = {}
    asked: dict[int, list[Cost]] = {}
    plain = _apart(ingestion.plain, options.plain)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            if size <= options.pyshacl:
                other = Path(folder) / "pyshacl"
                ingested.append(_apart(ingestion.measure, size, "pyshacl", other))
            data = Path(folder) / "turbo"
            ingested.append(_apart(ingestion.measure, size, "turbo", data))
            print(ingested[-1], file=sys.stderr)
            served[size] = _apart(serving.measure, data)
            asked[size] = _apart(questions.measure, data)
    tables = "\n".join(
        [
            *_ingestion_table(ingested, options.plain, plain),
            "",
            *_latency(served),
            "",
            *_questions(asked),
        ]
    )
    if not options.write:
        print(tables)
        return
    text = _DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    _DOCUMENT.write_text(f"{before}{_BEGIN}\n\n{tables}\n\n{_END}{after}", "utf-8")


def _apart(work: Callable[..., T], *arguments: Any) -> T:
    """Do the work in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _ingestion_table(ingested: list[Ingestion], size: int, plain: float) -> list[str]:
    first = next(m for m in ingested if m.engine == "turbo")
    lines = [
        f"{os.cpu_count()} cores, Python {platform.python_version()}. The plain script (rdflib, "
        f"then pySHACL as it comes) handles {plain:.1f} records a second at {size} practices.",
        "",
        "| practices | engine | records/s | beside the plain script | ms a record | grown by | "
        + " | ".join(_STAGES)
        + " | projecting, records/s | peak memory |",
        "|---:" * 2 + "|---:" * (len(_STAGES) + 6) + "|",
    ]
    for m in ingested:
        cost, base = 1000 / m.rate, 1000 / first.rate
        growth = f"{cost / base:.2f}" if m.engine == "turbo" else "–"
        shares = " | ".join(f"{m.share(stage):.0%}" for stage in _STAGES)
        lines.append(
            f"| {m.practices:,} | {m.engine} | {m.rate:,.0f} | {m.rate / plain:.1f} × | {cost:.2f} "
            f"| {growth} | {shares} | {m.records / m.projecting:,.0f} | {m.memory} MiB |"
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
