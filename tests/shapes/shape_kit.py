"""Valid records, one change to each, and what the engines find in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib import SH, Graph
from rdflib.term import Node
from shape_case import Case

from practicegraph import artefacts
from practicegraph.namespaces import GPSH, PREFIXES
from practicegraph.validation.results import RecordReport
from practicegraph.vocabulary.constraints.fixtures import parsed

PROFILES = ("listed", "reviewed")
TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in artefacts.OWN.fixture_files()}


class Finding(NamedTuple):
    """What a validation result says, without the label an engine gives to a blank node."""

    focus: str
    path: str
    value: str
    shape: str
    severity: str


def expanded(curie: str) -> str:
    """The IRI of a name with a prefix."""
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


def local(iri: str) -> str:
    """A shape's name without its namespace."""
    return iri.removeprefix(GPSH)


def changed(triples: Iterable[ox.Triple], case: Case, base: str) -> list[ox.Triple]:
    """The triples with the one change of a case."""
    gone = {(ox.NamedNode(base + s), ox.NamedNode(expanded(p))) for s, p in case.drop}
    kept = [triple for triple in triples if (triple.subject, triple.predicate) not in gone]
    return [*kept, *parsed(case.add, base)]


def mutated(case: Case, base: str) -> list[ox.Triple]:
    """The valid record of a case, changed."""
    valid = parsed(TEXTS[case.record], base)
    there = {(str(triple.subject), triple.predicate.value) for triple in valid}
    for subject, predicate in case.drop:
        known = (f"<{base}{subject}>", expanded(predicate)) in there
        assert known, f"{case.name}: nothing to drop"
    return changed(valid, case, base)


def shapes_graph(profile: str = "reviewed") -> Graph:
    """The shapes of a profile; *reviewed* has them all."""
    return artefacts.parse_turtle(artefacts.shape_files(profile))


def literal_graph(triples: Iterable[ox.Triple]) -> Graph:
    """The same triples for rdflib, with no ill-typed literal mended on the way."""
    kept, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        return Graph().parse(data=text, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = kept


def reported(reports: Iterable[RecordReport]) -> set[Finding]:
    """All results of the reports on some records."""
    return {
        Finding(
            blanked(result.focus),
            result.path_iri or "",
            blanked(result.value or ""),
            local(result.shape),
            result.severity,
        )
        for report in reports
        for result in report.results
    }


def read(report: Graph) -> set[Finding]:
    """The results of a SHACL report; those below sh:detail only explain another."""

    def text(node: Node | None) -> str:
        return "" if node is None else blanked(node.n3())

    return {
        Finding(
            text(report.value(result, SH.focusNode)).strip("<>"),
            str(report.value(result, SH.resultPath) or ""),
            text(report.value(result, SH.value)),
            local(str(report.value(result, SH.sourceShape))),
            str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)).lower(),
        )
        for result in report.objects(None, SH.result)
    }


def blanked(text: str) -> str:
    return "_:" if text.startswith("_:") else text
