"""Markdown with YAML front matter: one row a file, the body under the column `content`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingest.readers.bounded import Bounded
from ingest.readers.text import Encoding, encoding_of
from ingest.readers.yaml_rows import load_mapping
from ingest.rows import ReaderOptions, Row, Scan, Value, plain
from practicegraph.errors import MalformedDocument

CONTENT: Final = "content"
_OPEN: Final = "---"
_CLOSE: Final = frozenset({"---", "..."})


class Markdown:
    """The one row of a Markdown file: the keys of its front matter, and its text."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path = path
        self._given = options.encoding
        self._encoding: Encoding | None = None

    def scan(self) -> Scan:
        """Read the file once. Raises MalformedDocument with the line of the fault."""
        self._encoding = encoding_of(self._path, self._given)
        note = self._encoding.note
        (row,) = self.rows()
        return Scan(1, tuple(row.cells), (note,) if note else ())

    def rows(self) -> Iterator[Row]:
        """Yield the row, which has the number 1."""
        name = self._path.name
        encoding = (self._encoding or encoding_of(self._path, self._given)).name
        with self._path.open(encoding=encoding) as file:
            bounded = Bounded(file, name)
            text = "".join(iter(lambda: bounded.read(1 << 20), ""))
        lines = text.split("\n")
        cells: dict[str, Value] = {}
        if lines[0].rstrip() == _OPEN:
            end = next((n for n, line in enumerate(lines) if n and line.rstrip() in _CLOSE), None)
            if end is None:
                raise MalformedDocument(name, "the front matter that opens here never closes.", 1)
            cells = load_mapping("\n".join(lines[1:end]), name, before=1)
            if CONTENT in cells:
                raise MalformedDocument(
                    name, f"the front matter has a key {CONTENT!r}, which is the name of the text."
                )
            lines = lines[end + 1 :]
        content = plain("\n".join(lines).strip(), name)
        if content is not None:
            cells[CONTENT] = content
        if not cells:
            raise MalformedDocument(name, "the file is empty.", 1)
        yield Row(1, cells)
