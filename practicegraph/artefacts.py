"""The one door to the rooms that hold only data: `ontology/`, `shapes/` and `queries/`.

In a checkout they lie beside this package; in an installed wheel they travel inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rdflib

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_rooms" if (_PACKAGE / "_rooms").is_dir() else _PACKAGE.parent

#: Shapes of the stricter profile; every other file of `shapes/` belongs to *listed*.
REVIEWED = "reviewed.ttl"


@dataclass(frozen=True, slots=True)
class Rooms:
    """The data rooms below one folder: this program's own, or a checkout that somebody edits."""

    root: Path

    @property
    def ontology(self) -> Path:
        """What exists."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """What a good record is."""
        return self.root / "shapes"

    @property
    def queries(self) -> Path:
        """What can be asked."""
        return self.root / "queries"

    def ontology_files(self) -> list[Path]:
        """The namespace document and its alignments, in a stable order."""
        return sorted(self.ontology.glob("*.ttl"))

    def scheme_files(self) -> list[Path]:
        """Concept schemes of our own, in a stable order."""
        return sorted((self.ontology / "schemes").glob("*.ttl"))

    def vocabulary_files(self) -> list[Path]:
        """Concept schemes of our own and the short label lists for foreign ones."""
        return self.scheme_files() + sorted((self.ontology / "external").glob("*.ttl"))

    def published_files(self) -> list[Path]:
        """What we use of foreign vocabularies, one file each, with where it was published."""
        return sorted((self.ontology / "published").glob("*.ttl"))

    def example_files(self) -> list[Path]:
        """The records that show how the vocabulary is used."""
        return sorted((self.ontology / "examples").glob("*.ttl"))

    def context_file(self) -> Path:
        """The JSON-LD context."""
        return self.ontology / "context.jsonld"

    def query_files(self) -> list[Path]:
        """The named queries, in a stable order."""
        return sorted(self.queries.glob("*.rq"))

    def column_file(self) -> Path:
        """What people call the columns of answers."""
        return self.queries / "columns.ttl"

    def gate_files(self) -> list[Path]:
        """The rules that the vocabulary itself keeps, as queries for what breaks them."""
        return sorted((self.queries / "gates").glob("*.rq"))

    def shape_files(self, profile: str = "listed") -> list[Path]:
        """SHACL files of a profile, `listed` or `reviewed` (which includes *listed*)."""
        if profile not in {"listed", "reviewed"}:
            raise ValueError(f"there is no profile {profile!r}; choose listed or reviewed")
        files = sorted(self.shapes.glob("*.ttl"))
        return [f for f in files if profile == "reviewed" or f.name != REVIEWED]

    def fixture_files(self) -> list[Path]:
        """The valid records that the shapes are tried on, one file each."""
        return sorted((self.shapes / "fixtures").glob("*.ttl"))

    def mutation_files(self) -> list[Path]:
        """Changes to the valid records that break one constraint each, written by hand."""
        return sorted((self.shapes / "fixtures").glob("*.rq"))

    def message_files(self) -> list[Path]:
        """What is said about results whose shape says nothing itself; no shapes."""
        return sorted((self.shapes / "messages").glob("*.ttl"))


#: The rooms that this program came with.
OWN = Rooms(_ROOT)
ONTOLOGY, SHAPES, QUERIES = OWN.ontology, OWN.shapes, OWN.queries

ontology_files = OWN.ontology_files
vocabulary_files = OWN.vocabulary_files
shape_files = OWN.shape_files


def parse_turtle(files: Iterator[Path] | list[Path]) -> rdflib.Graph:
    """Parse Turtle files of ours into one graph."""
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


@lru_cache(maxsize=64)
def query_text(name: str) -> str:
    """The text of `queries/{name}.rq`. Raises FileNotFoundError for a name that is not there."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def context_text() -> str:
    """The JSON-LD context, as text."""
    return (ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")
