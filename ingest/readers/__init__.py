"""Readers: files become rows, lazily and with the same memory for any number of rows.

A reader knows a format and nothing about a source. It raises MalformedDocument with file, line and
cause; what it had to assume it says in `Scan.notes`. Mapping and meaning may not enter here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Final, Protocol

from ingest.readers.delimited import Delimited
from ingest.readers.joined import JoinedSheet
from ingest.readers.json_rows import JsonRows
from ingest.readers.markdown import Markdown
from ingest.readers.sheets import Sheet
from ingest.readers.xml_rows import XmlRows
from ingest.readers.yaml_rows import YamlRows
from ingest.rows import ReaderOptions, Row, Scan
from practicegraph.errors import InvalidInput


class Reader(Protocol):
    """What the pipeline asks of a format."""

    def scan(self) -> Scan:
        """Read the file once from end to end; raises MalformedDocument if it is broken."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows."""


#: Suffix → the reader of its format. RDF is not made of rows; `ingest.rdf_source` reads it, also
#: where it is called .json or .xml (`ingest.readers.recognition`).
READERS: Final[dict[str, Callable[[Path, ReaderOptions], Reader]]] = {
    ".csv": Delimited,
    ".tsv": Delimited,
    ".tab": Delimited,
    ".txt": Delimited,
    ".json": JsonRows,
    ".jsonl": JsonRows,
    ".ndjson": JsonRows,
    ".xlsx": Sheet,
    ".xlsm": Sheet,
    ".xls": Sheet,
    ".ods": Sheet,
    ".xml": XmlRows,
    ".yml": YamlRows,
    ".yaml": YamlRows,
    ".md": Markdown,
    ".markdown": Markdown,
}

#: Reader → the options that its format knows.
_OPTIONS: Final[dict[Callable[[Path, ReaderOptions], Reader], frozenset[str]]] = {
    Delimited: frozenset({"delimiter", "encoding"}),
    JsonRows: frozenset({"items"}),
    Sheet: frozenset({"sheet", "joins"}),
    XmlRows: frozenset({"items"}),
    YamlRows: frozenset({"items", "encoding"}),
    Markdown: frozenset({"encoding"}),
}


def relevant(path: Path, options: ReaderOptions) -> ReaderOptions:
    """Those of the options that matter to the format of a file; the others as if not given."""
    make = READERS.get(path.suffix.lower())
    known = _OPTIONS[make] if make is not None else frozenset()
    return ReaderOptions(
        **{f.name: getattr(options, f.name) for f in fields(options) if f.name in known}
    )


def open_reader(path: Path, options: ReaderOptions) -> Reader:
    """The reader for a file by its suffix. Raises InvalidInput for a format that has none."""
    make = READERS.get(path.suffix.lower())
    if options.joins and make is Sheet:
        return JoinedSheet(path, options)
    if make is None:
        raise InvalidInput(
            f"{path.name}: there is no reader for {path.suffix or 'a file without suffix'}; "
            f"use one of {', '.join(READERS)} or a syntax of RDF."
        )
    return make(path, options)
