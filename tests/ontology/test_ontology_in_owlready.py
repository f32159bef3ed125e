"""The vocabulary loads in an OWL tool that is not ours, with every term it defines."""

from __future__ import annotations

import io
from pathlib import Path

import owlready2
import rdflib
from rdflib.namespace import OWL, RDF

ROOT = Path(__file__).resolve().parents[2]
GP = "https://w3id.org/practicegraph/ns#"


def test_owlready_sees_every_term() -> None:
    graph = rdflib.Graph()
    for name in ("gp.ttl", "alignments.ttl"):
        graph.parse(ROOT / "ontology" / name)
    world = owlready2.World()
    triples = io.BytesIO(graph.serialize(format="nt", encoding="utf-8"))
    world.get_ontology("https://w3id.org/practicegraph/ns").load(fileobj=triples)
    for kind, found in (
        (OWL.Class, world.classes()),
        (OWL.ObjectProperty, world.object_properties()),
        (OWL.DatatypeProperty, world.data_properties()),
    ):
        defined = {str(s) for s in graph.subjects(RDF.type, kind) if str(s).startswith(GP)}
        assert defined
        assert defined <= {entity.iri for entity in found}


def test_owlready_follows_the_alignments() -> None:
    graph = rdflib.Graph().parse(ROOT / "ontology" / "gp.ttl")
    graph.parse(ROOT / "ontology" / "alignments.ttl")
    world = owlready2.World()
    triples = io.BytesIO(graph.serialize(format="nt", encoding="utf-8"))
    world.get_ontology("https://w3id.org/practicegraph/ns").load(fileobj=triples)
    implementation = world[GP + "Implementation"]
    assert "http://www.w3.org/ns/prov#Activity" in {c.iri for c in implementation.ancestors()}
