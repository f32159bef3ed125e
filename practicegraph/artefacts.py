"""The one door to the rooms that hold only data: `ontology/`, `shapes/` and `queries/`.

In a checkout they lie beside this package; in an installed wheel they travel inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import rdflib

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_rooms" if (_PACKAGE / "_rooms").is_dir() else _PACKAGE.parent

ONTOLOGY = _ROOT / "ontology"
SHAPES = _ROOT / "shapes"
QUERIES = _ROOT / "queries"

#: Shapes of the stricter profile; every other file of `shapes/` belongs to *listed*.
REVIEWED = "reviewed.ttl"


def ontology_files() -> list[Path]:
    """The namespace document and its alignments, in a stable order."""
    return sorted(ONTOLOGY.glob("*.ttl"))


def vocabulary_files() -> list[Path]:
    """Concept schemes of our own and the short label lists for foreign ones, in a stable order."""
    return sorted((ONTOLOGY / "schemes").glob("*.ttl")) + sorted(
        (ONTOLOGY / "external").glob("*.ttl")
    )


def shape_files(profile: str = "listed") -> list[Path]:
    """SHACL files of a profile, `listed` or `reviewed` (which includes *listed*)."""
    if profile not in {"listed", "reviewed"}:
        raise ValueError(f"there is no profile {profile!r}; choose listed or reviewed")
    files = sorted(SHAPES.glob("*.ttl"))
    return [f for f in files if profile == "reviewed" or f.name != REVIEWED]


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
