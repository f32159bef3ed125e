"""An official table: concepts of one scheme that a steward has loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pyoxigraph as ox


@dataclass(frozen=True)
class Table:
    """What is kept of an official table.

    `name` is what the list is called here, `scheme` the IRI of the concept scheme, `content` the
    statements in N-Triples in their one canonical order. `agent`, `source` (the names of the files)
    and `time` tell who loaded it from where and when; a table that is not loaded yet has no time.
    """

    name: str
    scheme: str
    content: bytes
    agent: str = ""
    source: str = ""
    time: datetime | None = None

    @classmethod
    def of(cls, name: str, scheme: str, triples: Iterable[ox.Triple], source: str) -> Table:
        """The table that these statements make; none of them may hold a blank node."""
        lines = sorted({f"{triple} .\n".encode() for triple in triples})
        return cls(name, scheme, b"".join(lines), source=source)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of scheme and content: tables with the same digest say the same."""
        return hashlib.sha256(self.scheme.encode() + b"\n" + self.content).hexdigest()

    def triples(self) -> Iterator[ox.Triple]:
        """The statements."""
        return (quad.triple for quad in ox.parse(self.content, ox.RdfFormat.N_TRIPLES))
