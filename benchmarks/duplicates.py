"""What it costs to look for duplicates: `python -m benchmarks.duplicates [PRACTICES]`.

Generated practices have titles of five words out of few, so that every word is common: the worst
that can be for an index. The time is that of the process, without reading the records.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.practices import Generator
from practicegraph.duplicates.index import Draft

_PORTION = 5_000


def main() -> None:
    """Print a line for each portion of records, and one for all."""
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    records = Generator().records(practices)
    spent, seen, found = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder, Draft(Path(folder) / "index.sqlite") as draft:
        while portion := list(islice(records, _PORTION)):
            begin = time.process_time()
            found += sum(1 for _ in draft.find(portion, "generated"))
            took = time.process_time() - begin
            spent, seen = spent + took, seen + len(portion)
            print(f"{seen:>9,} records  {took / len(portion) * 1000:.2f} ms a record")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"all: {spent / seen * 1000:.2f} ms a record, {found} pairs, {peak} MiB at the most")


if __name__ == "__main__":
    main()
