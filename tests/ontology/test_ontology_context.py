"""The JSON-LD context: a short name for everything, and no triple lost or bent on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from rdflib.namespace import DCTERMS, RDF, XSD

from practicegraph.jsonld import to_jsonld

CONTEXT: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "ontology" / "context.jsonld").read_text("utf-8")
)["@context"]
# The JSON-LD parser of rdflib uses a class that rdflib itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

GP = rdflib.Namespace("https://w3id.org/practicegraph/ns#")
SUBJECT = rdflib.URIRef("http://127.0.0.1:8000/id/practice/x")
BASE = "http://127.0.0.1:8000/"
KEYWORDS = {"@version", "id", "type"}


def expanded(name: str) -> str:
    """The IRI that a term of the context stands for."""
    definition = CONTEXT[name]
    iri = definition["@id"] if isinstance(definition, dict) else definition
    prefix, _, local = iri.partition(":")
    return iri if local.startswith("//") else CONTEXT[prefix] + local


def is_prefix(name: str) -> bool:
    return isinstance(CONTEXT[name], str) and CONTEXT[name].endswith(("#", "/"))


def fetch_nothing(url: str, options: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError(f"{url} was to be fetched")


def read_with_rdflib(document: str) -> pyoxigraph.Dataset:
    graph = rdflib.Graph(bind_namespaces="none").parse(data=document, format="json-ld")
    return dataset(graph)


def read_with_oxigraph(document: str) -> pyoxigraph.Dataset:
    return pyoxigraph.Dataset(pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD))


def read_with_pyld(document: str) -> pyoxigraph.Dataset:
    lines = jsonld.to_rdf(
        json.loads(document), {"format": "application/n-quads", "documentLoader": fetch_nothing}
    )
    return pyoxigraph.Dataset(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))


def dataset(graph: rdflib.Graph) -> pyoxigraph.Dataset:
    """The same triples, literals as they are written."""
    lines = graph.serialize(format="nt", encoding="utf-8")
    return pyoxigraph.Dataset(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES))


def canonical(data: pyoxigraph.Dataset) -> list[str]:
    """The canonical form of RDFC-1.0: two datasets have the same one if they are isomorphic."""
    data.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in data)


def written_with_rdflib(graph: rdflib.Graph) -> str:
    return graph.serialize(format="json-ld", context=CONTEXT)


def written_with_pyld(graph: rdflib.Graph) -> str:
    """Flat JSON-LD out of N-Quads, then made short with our context."""
    nodes: list[Any] = []
    # Subject by subject: its N-Quads reader compares every statement with all before it.
    for subject in set(graph.subjects()):
        about = rdflib.Graph(bind_namespaces="none")
        for predicate, obj in graph.predicate_objects(subject):
            about.add((subject, predicate, obj))
        options = {"format": "application/n-quads", "useNativeTypes": False}
        nodes += [n for n in jsonld.from_rdf(about.serialize(format="nt"), options) if len(n) > 1]
    short = jsonld.compact(nodes, CONTEXT, {"documentLoader": fetch_nothing})
    return json.dumps(short, ensure_ascii=False)


READERS = [read_with_rdflib, read_with_oxigraph, read_with_pyld]
WRITERS = [written_with_rdflib, written_with_pyld]

Read = Callable[[str], pyoxigraph.Dataset]
Write = Callable[[rdflib.Graph], str]


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


@pytest.fixture(scope="module")
def expected(records: rdflib.Graph) -> list[str]:
    """All example and bundled records in canonical form."""
    return canonical(dataset(records))


@pytest.fixture(scope="module", params=WRITERS)
def document(request: pytest.FixtureRequest, records: rdflib.Graph) -> str:
    """All of them as JSON-LD, in short names."""
    text: str = request.param(records)
    return text


@pytest.mark.parametrize("read", READERS)
def test_records_come_back_exactly(read: Read, document: str, expected: list[str]) -> None:
    assert len(expected) > 1000
    assert canonical(read(document)) == expected


@pytest.mark.parametrize("read", READERS)
def test_what_we_publish_of_each_record_comes_back_exactly(
    read: Read, root: Path, expected: list[str]
) -> None:
    """The JSON-LD of a record holds the part of the context that it needs."""
    found: list[str] = []
    for file in [
        *sorted((root / "ontology" / "examples").glob("*.ttl")),
        *sorted((root / "ingest" / "bundled").glob("*/*.ttl")),
    ]:
        records: dict[str, list[pyoxigraph.Triple]] = {}
        for quad in pyoxigraph.parse(path=file, base_iri=BASE):
            record = str(quad.subject).strip("<>").partition("#")[0]
            records.setdefault(record, []).append(quad.triple)
        for iri, triples in records.items():
            found += canonical(read(json.dumps(to_jsonld(iri, triples))))
    assert sorted(found) == expected


@pytest.mark.parametrize("read", READERS)
def test_a_record_in_short_names_alone_gives_the_triples_it_says(read: Read) -> None:
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
    expected = rdflib.Graph()
    for triple in (
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
    ):
        expected.add(triple)
    assert canonical(read(json.dumps(document))) == canonical(dataset(expected))


VALUES = [
    rdflib.Literal("per cent", lang="en"),
    rdflib.URIRef("http://qudt.org/vocab/unit/PERCENT"),
    rdflib.Literal("no language"),
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("read", READERS)
def test_a_unit_may_be_a_text_or_an_iri(read: Read, write: Write) -> None:
    graph = rdflib.Graph()
    for value in VALUES:
        graph.add((SUBJECT, GP.unit, value))
    assert canonical(read(write(graph))) == canonical(dataset(graph))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("prop", [DCTERMS.issued, GP.fundingEnd, GP.resultValue, GP.isBlocking])
def test_a_value_of_an_unexpected_type_keeps_its_type(
    read: Read, write: Write, prop: rdflib.URIRef
) -> None:
    graph = rdflib.Graph()
    for value in (
        rdflib.Literal("2024", datatype=XSD.gYear),
        rdflib.Literal("2024-05-01", datatype=XSD.date),
        rdflib.Literal("maybe"),
    ):
        graph.add((SUBJECT, prop, value))
    assert canonical(read(write(graph))) == canonical(dataset(graph))


# No empty text: no record may hold one, and the writer of rdflib drops it beside another text.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(st.lists(st.tuples(texts, st.sampled_from(["en", "it", "es", "lv", "pt-br"])), max_size=6))
def test_any_text_in_any_language_comes_back(pairs: list[tuple[str, str]]) -> None:
    graph = rdflib.Graph()
    for text, language in pairs:
        graph.add((SUBJECT, DCTERMS.title, rdflib.Literal(text, lang=language)))
    expected = canonical(dataset(graph))
    for write in WRITERS:
        document = write(graph)
        for read in READERS:
            assert canonical(read(document)) == expected


def test_a_part_without_a_name_comes_back_whatever_its_label() -> None:
    """Our records have none, but the context may be used for data that do."""
    graph = rdflib.Graph()
    for number in (1, 2):
        part = rdflib.BNode()
        graph.add((SUBJECT, GP.hasStep, part))
        graph.add((part, DCTERMS.title, rdflib.Literal(f"step {number}", lang="en")))
    # The writer of rdflib loses what is said of a blank node under a term with @type: @id.
    document = written_with_pyld(graph)
    for read in READERS:
        assert canonical(read(document)) == canonical(dataset(graph))


def test_a_context_that_is_elsewhere_is_not_fetched_by_these_tests() -> None:
    with pytest.raises(jsonld.JsonLdError) as refused:
        read_with_pyld('{"@context": "https://example.org/c", "title": "x"}')
    causes = [refused.value.__cause__, refused.value.__cause__.__cause__]
    assert "https://example.org/c was to be fetched" in map(str, causes)
