"""What the tests of the bundled records share: their names, and how to read and report on them."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from practicegraph.validation import RecordReport

BUNDLED: Final = Path(__file__).resolve().parents[2] / "ingest" / "bundled"
BASE: Final = "https://repository.example/"
KINDS: Final = {
    "practices": "practice",
    "organisations": "organisation",
    "assets": "asset",
    "services": "service",
}

CV = Namespace("http://data.europa.eu/m8g/")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
GP = Namespace("https://w3id.org/practicegraph/ns#")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")


class File(NamedTuple):
    """One bundled file, read."""

    path: Path
    graph: Graph
    record: URIRef

    @property
    def folder(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.path.stem}"

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


def practice(slug: str) -> URIRef:
    return URIRef(f"{BASE}id/practice/{slug}")


def languages(graph: Graph, subject: Node, predicate: URIRef) -> set[str]:
    """The languages of a subject's texts; a text without one counts as the empty string."""
    texts = [text for text in graph.objects(subject, predicate) if isinstance(text, Literal)]
    return {text.language or "" for text in texts}


def listed(problems: dict[str, object]) -> str:
    """The problems as lines, for the message of a failed assertion."""
    return "\n".join(f"{where}: {what}" for where, what in problems.items())


def violations(report: RecordReport) -> list[str]:
    """The gravest findings about a record, each with its place and how to mend it."""
    return [
        f"{result.focus} {result.label(['en'])}: {result.message(['en'])}"
        for result in report.results
        if result.severity == "violation"
    ]
