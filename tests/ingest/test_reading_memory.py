"""Readers hold a row at a time: the memory is the same for few rows and for many."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from benchmarks.reading import WRITERS, cells
from ingest.readers import open_reader
from ingest.rows import ReaderOptions


@pytest.mark.parametrize("format_", WRITERS)
def test_the_memory_does_not_grow_with_the_rows(tmp_path: Path, format_: str) -> None:
    peaks = []
    for count in (1_000, 3_000):
        path = tmp_path / f"rows.{format_}"
        WRITERS[format_](path, count)
        reader = open_reader(path, ReaderOptions())
        tracemalloc.start()
        try:
            assert reader.scan().rows == count
            for number, row in enumerate(reader.rows()):
                assert row.cells == cells(number)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    few, many = peaks
    # What a parser buffers, and eight bytes for each text that a workbook keeps in its table.
    assert many < few + (1 << 19)
