"""The alignments: our terms first, and axioms only towards vocabularies we rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDFS

GP = rdflib.Namespace("https://w3id.org/practicegraph/ns#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")


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
