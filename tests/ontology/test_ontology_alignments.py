"""The alignments: our terms first, and axioms only towards vocabularies we rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

OWN = "https://w3id.org/practicegraph/"
GP = rdflib.Namespace("https://w3id.org/practicegraph/ns#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
MAPPINGS = {
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
}  # fmt: skip


@pytest.fixture(scope="module")
def alignments(ontology: Path, parse: Callable[[list[Path]], rdflib.Graph]) -> rdflib.Graph:
    return parse([ontology / "alignments.ttl"])


def test_the_axioms_are_those_of_the_specification(alignments: rdflib.Graph) -> None:
    axioms = {
        (s, o)
        for p in (RDFS.subClassOf, RDFS.subPropertyOf)
        for s, o in alignments.subject_objects(p)
    }
    assert axioms == {
        (GP.GoodPractice, DCAT.Resource),
        (GP.Implementation, PROV.Activity),
        (GP.EvidenceSource, FOAF.Document),
        (GP.ReusableAsset, DCAT.Resource),
        (GP.TransferAssessment, DQV.QualityAnnotation),
        (GP.adaptedFrom, PROV.wasDerivedFrom),
    }


def test_every_mapping_begins_with_a_defined_term_of_ours(
    alignments: rdflib.Graph,
    terms: rdflib.Graph,
    ontology: Path,
    parse: Callable[[list[Path]], rdflib.Graph],
) -> None:
    schemes = parse(sorted((ontology / "schemes").glob("*.ttl")))
    defined = set(terms.subjects(RDF.type)) | set(schemes.subjects(RDF.type))
    header = set(alignments.subjects(RDF.type, OWL.Ontology))
    assert set(alignments.subjects()) - header - defined == set()
    own_objects = {
        o
        for s, p, o in alignments
        if s not in header and isinstance(o, rdflib.URIRef) and o.startswith(OWN)
    }
    assert own_objects - defined == set()


def test_nothing_but_mappings_and_axioms_is_said(alignments: rdflib.Graph) -> None:
    header = set(alignments.subjects(RDF.type, OWL.Ontology))
    said = {p for s, p, _ in alignments if s not in header}
    assert said <= MAPPINGS | {RDFS.subClassOf, RDFS.subPropertyOf}


def test_superclass_types_are_written_into_the_records(
    alignments: rdflib.Graph, records: rdflib.Graph
) -> None:
    """No consumer is assumed to reason (the vocabulary's rule on alignments)."""
    missing = [
        (thing, above)
        for below, above in alignments.subject_objects(RDFS.subClassOf)
        for thing in records.subjects(RDF.type, below)
        if (thing, RDF.type, above) not in records
    ]
    assert missing == []
