"""Scans: files of rows are read to their end once, whoever asks what they hold.

A table is scanned to recognise it by its columns, and must have been scanned before its first row
is written. A reader that has scanned also knows the encoding, for which it read the whole file.
"""

from __future__ import annotations

from pathlib import Path

from ingest.readers import Reader, open_reader, relevant
from ingest.rows import ReaderOptions, Scan


class Scans:
    """Readers that have scanned their files, by path and by the options that matter to it."""

    def __init__(self) -> None:
        self._found: dict[tuple[Path, ReaderOptions], tuple[Reader, Scan]] = {}

    def of(self, path: Path, options: ReaderOptions) -> Scan:
        """What is in a file. Raises MalformedDocument and InvalidInput as its reader does."""
        key = path, relevant(path, options)
        if key not in self._found:
            reader = open_reader(path, options)
            self._found[key] = reader, reader.scan()
        return self._found[key][1]

    def reader(self, path: Path, options: ReaderOptions) -> Reader:
        """The reader of a file: the one that has scanned it, or else a new one."""
        found = self._found.get((path, relevant(path, options)))
        return open_reader(path, options) if found is None else found[0]
