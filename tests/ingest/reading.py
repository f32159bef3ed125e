"""What the tests of readers share: reading a file twice, as the pipeline does, or failing to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import open_reader
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import MalformedDocument


def rows(path: Path, **options: str) -> list[Row]:
    reader = open_reader(path, ReaderOptions(**options))
    scan = reader.scan()
    found = list(reader.rows())
    assert scan.rows == len(found)
    return found


def notes(path: Path, **options: str) -> tuple[str, ...]:
    return open_reader(path, ReaderOptions(**options)).scan().notes


def fault(path: Path, **options: str) -> MalformedDocument:
    with pytest.raises(MalformedDocument) as raised:
        open_reader(path, ReaderOptions(**options)).scan()
    assert path.name in raised.value.detail
    return raised.value


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
