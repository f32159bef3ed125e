"""The JSON-LD context: a short name for everything, and no triple lost or bent on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, XSD

CONTEXT: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "ontology" / "context.jsonld").read_text("utf-8")
)["@context"]
# The JSON-LD parser of rdflib uses a class that rdflib itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

GP = rdflib.Namespace("https://w3id.org/practicegraph/ns#")
SUBJECT = rdflib.URIRef("http://127.0.0.1:8000/id/practice/x")
KEYWORDS = {"@version", "id", "type"}


def expanded(name: str) -> str:
    """The IRI that a term of the context stands for."""
    definition = CONTEXT[name]
    iri = definition["@id"] if isinstance(definition, dict) else definition
    prefix, _, local = iri.partition(":")
    return iri if local.startswith("//") else CONTEXT[prefix] + local


def is_prefix(name: str) -> bool:
    return isinstance(CONTEXT[name], str) and CONTEXT[name].endswith(("#", "/"))


def read_with_rdflib(document: str) -> rdflib.Graph:
    return rdflib.Graph(bind_namespaces="none").parse(data=document, format="json-ld")


def read_with_oxigraph(document: str) -> rdflib.Graph:
    quads = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD)
    lines = pyoxigraph.serialize(
        (quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    return rdflib.Graph(bind_namespaces="none").parse(data=lines, format="nt")


READERS = [read_with_rdflib, read_with_oxigraph]


def written(graph: rdflib.Graph) -> str:
    return graph.serialize(format="json-ld", context=CONTEXT)


def test_a_short_name_is_the_local_name_unless_two_terms_would_clash() -> None:
    resolved = {
        "publisherType": "type",  # `type` is the keyword
        "FoafOrganization": "Organization",  # org:Organization has it
        "unitIri": "unit",  # a unit may be a text or an IRI
    }
    for name in CONTEXT:
        if name in KEYWORDS or is_prefix(name):
            continue
        local = expanded(name).replace("#", "/").rsplit("/", 1)[-1]
        assert local == resolved.get(name, name)


def test_types_are_coerced_only_where_a_property_has_one_datatype() -> None:
    coerced = {
        name: definition["@type"]
        for name, definition in CONTEXT.items()
        if isinstance(definition, dict) and definition.get("@type", "@id") != "@id"
    }
    assert coerced == {
        "isBlocking": "xsd:boolean",
        "baselineValue": "xsd:decimal",
        "resultValue": "xsd:decimal",
        "fundingEnd": "xsd:date",
        "nextReview": "xsd:date",
    }


def test_the_context_names_no_other_context() -> None:
    text = json.dumps(CONTEXT)
    assert "@import" not in text
    assert "@context" not in text


@pytest.mark.parametrize("read", READERS)
def test_records_come_back_exactly(read: Any, records: rdflib.Graph) -> None:
    assert isomorphic(read(written(records)), records)


@pytest.mark.parametrize("read", READERS)
def test_a_record_in_short_names_alone_gives_the_triples_it_says(read: Any) -> None:
    document = {
        "@context": CONTEXT,
        "id": str(SUBJECT),
        "type": ["GoodPractice", "Resource"],
        "title": {"en": "Repair desk", "lv": "Remonta galds"},
        "spatial": ["http://publications.europa.eu/resource/authority/country/ITA"],
        "issued": {"@value": "2022", "@type": "xsd:gYear"},
        "hasPrecondition": [
            {"id": f"{SUBJECT}#precondition-1", "type": "Precondition", "isBlocking": True}
        ],
        "hasOutcome": [{"id": f"{SUBJECT}#outcome-1", "resultValue": "62.0"}],
    }
    part, outcome = (
        rdflib.URIRef(f"{SUBJECT}#precondition-1"),
        rdflib.URIRef(f"{SUBJECT}#outcome-1"),
    )
    country = rdflib.URIRef("http://publications.europa.eu/resource/authority/country/ITA")
    expected = {
        (SUBJECT, RDF.type, GP.GoodPractice),
        (SUBJECT, RDF.type, rdflib.URIRef("http://www.w3.org/ns/dcat#Resource")),
        (SUBJECT, DCTERMS.title, rdflib.Literal("Repair desk", lang="en")),
        (SUBJECT, DCTERMS.title, rdflib.Literal("Remonta galds", lang="lv")),
        (SUBJECT, DCTERMS.spatial, country),
        (SUBJECT, DCTERMS.issued, rdflib.Literal("2022", datatype=XSD.gYear)),
        (SUBJECT, GP.hasPrecondition, part),
        (part, RDF.type, GP.Precondition),
        (part, GP.isBlocking, rdflib.Literal("true", datatype=XSD.boolean)),
        (SUBJECT, GP.hasOutcome, outcome),
        (outcome, GP.resultValue, rdflib.Literal("62.0", datatype=XSD.decimal)),
    }
    assert set(read(json.dumps(document))) == expected


VALUES = [
    rdflib.Literal("per cent", lang="en"),
    rdflib.URIRef("http://qudt.org/vocab/unit/PERCENT"),
    rdflib.Literal("no language"),
]


@pytest.mark.parametrize("read", READERS)
def test_a_unit_may_be_a_text_or_an_iri(read: Any) -> None:
    graph = rdflib.Graph()
    for value in VALUES:
        graph.add((SUBJECT, GP.unit, value))
    assert isomorphic(read(written(graph)), graph)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("prop", [DCTERMS.issued, GP.fundingEnd, GP.resultValue, GP.isBlocking])
def test_a_value_of_an_unexpected_type_keeps_its_type(read: Any, prop: rdflib.URIRef) -> None:
    graph = rdflib.Graph()
    for value in (
        rdflib.Literal("2024", datatype=XSD.gYear),
        rdflib.Literal("2024-05-01", datatype=XSD.date),
        rdflib.Literal("maybe"),
    ):
        graph.add((SUBJECT, prop, value))
    assert isomorphic(read(written(graph)), graph)


# No empty text: no record may hold one, and the writer of rdflib drops it beside another text.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(st.lists(st.tuples(texts, st.sampled_from(["en", "it", "es", "lv", "pt-br"])), max_size=6))
def test_any_text_in_any_language_comes_back(pairs: list[tuple[str, str]]) -> None:
    graph = rdflib.Graph()
    for text, language in pairs:
        graph.add((SUBJECT, DCTERMS.title, rdflib.Literal(text, lang=language)))
    document = written(graph)
    for read in READERS:
        assert set(read(document)) == set(graph)
