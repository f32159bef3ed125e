"""The files of the rooms as graphs, read with the same care as documents from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib

from practicegraph import documents
from practicegraph.errors import InvalidInput
from practicegraph.iris import VOCABULARY
from practicegraph.record import to_rdflib

#: What a relative IRI in a file of the vocabulary would be resolved against.
BASE: Final = VOCABULARY


@dataclass(frozen=True, slots=True)
class Source:
    """What some files say: the graph, and in which order they come to speak of each subject."""

    graph: rdflib.Graph
    order: dict[str, int]

    def place(self, iri: str) -> tuple[int, str]:
        """A key that sorts subjects as the files have them, and others after these by name."""
        return self.order.get(iri, len(self.order)), iri


def statements(file: Path) -> list[ox.Triple]:
    """The statements of a file in any RDF syntax, those of named graphs included.

    Raises InvalidInput where it cannot be read, else as `documents.read` does.
    """
    try:
        with file.open("rb") as stream:
            return [quad.triple for quad in documents.read(str(file), stream, None, BASE)]
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def read(files: Iterable[Path]) -> Source:
    """Read files into one graph; see `statements` for what is raised."""
    graph = rdflib.Graph()
    order: dict[str, int] = {}
    for file in files:
        for triple in statements(file):
            graph.add(to_rdflib(triple))
            order.setdefault(str(getattr(triple.subject, "value", "")), len(order))
    return Source(graph, order)
