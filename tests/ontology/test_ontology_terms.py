"""The namespace document: complete, typed, and silent about what others define."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD

GP = "https://w3id.org/practicegraph/ns#"
ONTOLOGY = rdflib.URIRef("https://w3id.org/practicegraph/ns")
LANGUAGES = {"en", "it", "es", "lv"}
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}


def own(terms: rdflib.Graph) -> list[rdflib.URIRef]:
    return sorted(
        s for s in set(terms.subjects()) if isinstance(s, rdflib.URIRef) and s.startswith(GP)
    )


def languages(graph: rdflib.Graph, term: rdflib.term.Node, prop: rdflib.URIRef) -> list[str]:
    return sorted(str(getattr(text, "language", None)) for text in graph.objects(term, prop))


def test_every_term_has_one_kind(terms: rdflib.Graph) -> None:
    assert {
        t: list(terms.objects(t, RDF.type))
        for t in own(terms)
        if len(set(terms.objects(t, RDF.type)) & KINDS) != 1
    } == {}


@pytest.mark.parametrize("prop", [RDFS.label, SKOS.definition])
def test_every_term_has_one_text_in_each_language(terms: rdflib.Graph, prop: rdflib.URIRef) -> None:
    assert {
        t: found for t in own(terms) if (found := languages(terms, t, prop)) != sorted(LANGUAGES)
    } == {}


def test_every_definition_is_a_sentence_that_does_not_begin_with_its_term(
    terms: rdflib.Graph,
) -> None:
    wrong = []
    for term in own(terms):
        labels = {
            label.language: str(label).casefold() for label in terms.objects(term, RDFS.label)
        }
        for definition in terms.objects(term, SKOS.definition):
            text = str(definition)
            if (
                not re.fullmatch(r"[^\W\d_].*\.", text)
                or not text[0].isupper()
                or len(text.split()) < 4
                or text.casefold().startswith(labels[definition.language])
            ):
                wrong.append((term, definition))
    assert wrong == []


def test_every_term_says_where_it_is_defined(terms: rdflib.Graph) -> None:
    assert [t for t in own(terms) if list(terms.objects(t, RDFS.isDefinedBy)) != [ONTOLOGY]] == []


def test_no_term_has_a_domain_or_a_range(terms: rdflib.Graph) -> None:
    assert list(terms.subjects(RDFS.domain)) + list(terms.subjects(RDFS.range)) == []


def test_classes_begin_with_a_capital_and_properties_do_not(terms: rdflib.Graph) -> None:
    for term in own(terms):
        name = term.removeprefix(GP)
        is_class = (term, RDF.type, OWL.Class) in terms
        assert re.fullmatch(r"[A-Z][A-Za-z]+" if is_class else r"[a-z][A-Za-z]+", name), name


@pytest.mark.parametrize("prop", [RDFS.label, SKOS.definition])
def test_no_two_terms_share_a_text_in_a_language(terms: rdflib.Graph, prop: rdflib.URIRef) -> None:
    texts = Counter(
        (str(text), text.language) for term in own(terms) for text in terms.objects(term, prop)
    )
    assert [text for text, times in texts.items() if times > 1] == []


def test_no_text_has_stray_white_space(terms: rdflib.Graph) -> None:
    assert [
        o
        for o in terms.objects()
        if isinstance(o, rdflib.Literal) and str(o) != " ".join(str(o).split())
    ] == []


def test_nothing_is_said_about_the_terms_of_others(terms: rdflib.Graph) -> None:
    subjects = {str(s) for s in terms.subjects()}
    assert {s for s in subjects if not s.startswith("https://w3id.org/practicegraph/")} == set()


def test_the_header_says_what_a_registry_asks(terms: rdflib.Graph) -> None:
    for prop in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.license,
        DCTERMS.creator,
        DCTERMS.publisher,
        DCTERMS.created,
        DCTERMS.modified,
        DCTERMS.issued,
        DCTERMS.bibliographicCitation,
        OWL.versionIRI,
        OWL.versionInfo,
        VANN.preferredNamespacePrefix,
        VANN.preferredNamespaceUri,
    ):
        assert (ONTOLOGY, prop, None) in terms, prop
    assert str(terms.value(ONTOLOGY, VANN.preferredNamespaceUri)) == GP
    version = str(terms.value(ONTOLOGY, OWL.versionInfo))
    assert terms.value(ONTOLOGY, OWL.versionIRI) == rdflib.URIRef(f"{ONTOLOGY}/{version}")
    assert {d.datatype for d in terms.objects(ONTOLOGY, DCTERMS.created)} == {XSD.date}
    for prop in (DCTERMS.title, DCTERMS.description):
        assert languages(terms, ONTOLOGY, prop) == sorted(LANGUAGES)


def test_every_term_that_shapes_or_records_use_is_defined(
    terms: rdflib.Graph, used: set[rdflib.URIRef]
) -> None:
    assert {t for t in used if t.startswith(GP)} - set(own(terms)) == set()


def test_every_term_is_used_by_a_shape_or_a_record(
    terms: rdflib.Graph, used: set[rdflib.URIRef]
) -> None:
    assert set(own(terms)) - used == set()


def test_an_object_property_never_carries_a_literal_nor_a_datatype_property_an_iri(
    terms: rdflib.Graph, records: rdflib.Graph
) -> None:
    wrong = [
        (s, p, o)
        for s, p, o in records
        if ((p, RDF.type, OWL.ObjectProperty) in terms and isinstance(o, rdflib.Literal))
        or ((p, RDF.type, OWL.DatatypeProperty) in terms and not isinstance(o, rdflib.Literal))
    ]
    assert wrong == []
