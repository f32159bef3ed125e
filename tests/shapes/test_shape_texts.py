"""The shapes as a document: every term exists, every field has its texts, every list its source."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from shape_kit import LANGUAGES, local, shapes_graph

from practicegraph import artefacts
from practicegraph.namespaces import GPSH

PLAIN_NAMES = {SH.name, SH.message}
EU = "http://publications.europa.eu/resource/authority/"
FORBIDDEN_IN_QUERIES = ("MINUS", "VALUES", "SERVICE", "FROM", "LOAD")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return shapes_graph()


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return artefacts.parse_turtle(artefacts.vocabulary_files())


def fields(shapes: Graph) -> list[tuple[Node, Node]]:
    """Node shapes with a target, each with each of its property shapes."""
    return [
        (node, shape)
        for node in sorted(set(shapes.subjects(SH.targetClass, None)), key=str)
        for shape in sorted(shapes.objects(node, SH.property), key=str)
    ]


def texts(shapes: Graph, shape: Node, predicate: URIRef) -> dict[str, str]:
    said = [text for text in shapes.objects(shape, predicate) if isinstance(text, Literal)]
    assert len(said) == len({text.language for text in said}), (shape, predicate)
    return {str(text.language): str(text) for text in said}


def unknown_terms(shapes: Graph) -> set[str]:
    """Terms in SHACL's namespace that SHACL does not have; an engine ignores them in silence."""
    shacl = Graph().parse(str(files("pyshacl") / "assets" / "shacl.ttl"), format="turtle")
    used = {str(term) for triple in shapes for term in triple if isinstance(term, URIRef)}
    ours = {term for term in used if term.startswith(str(SH))}
    return ours - {str(term) for term in shacl.subjects(RDFS.isDefinedBy, None)}


def test_every_shacl_term_is_one_that_shacl_has(shapes: Graph) -> None:
    assert unknown_terms(shapes) == set()


def test_a_misspelt_constraint_is_noticed() -> None:
    misspelt = Graph()
    misspelt.add((URIRef(f"{GPSH}practice-title"), URIRef(f"{SH}minCoutn"), Literal(1)))
    assert unknown_terms(misspelt) == {f"{SH}minCoutn"}


def test_a_property_shape_says_nothing_but_shacl(shapes: Graph) -> None:
    for shape in set(shapes.subjects(RDF.type, SH.PropertyShape)):
        said = {str(predicate) for predicate in shapes.predicates(shape)} - {str(RDF.type)}
        assert {term for term in said if not term.startswith(str(SH))} == set(), shape


def test_every_term_of_ours_is_in_the_ontology(shapes: Graph) -> None:
    gp = "https://w3id.org/practicegraph/ns#"
    ontology = artefacts.parse_turtle(artefacts.ontology_files())
    used = {str(t) for triple in shapes for t in triple if isinstance(t, URIRef)}
    ours = {term for term in used if term.startswith(gp)}
    assert len(ours) > 40
    assert ours - {str(subject) for subject in ontology.subjects()} == set()


def test_every_scheme_and_concept_named_is_there(shapes: Graph, vocabulary: Graph) -> None:
    scheme = "https://w3id.org/practicegraph/scheme/"
    known = {str(subject) for subject in vocabulary.subjects()}
    named = {str(o) for o in shapes.objects() if str(o).startswith(scheme)}
    for query in shapes.objects(None, SH.select):
        named |= {
            part.partition(">")[0] for part in str(query).split("<") if part.startswith(scheme)
        }
    assert len(named) > len(list(vocabulary.subjects(RDF.type, SKOS.ConceptScheme))) / 2
    assert named - known == set()


@pytest.mark.parametrize(
    ("shape", "file"),
    [
        ("data-theme", "data-themes.ttl"),
        ("cofog-division", "cofog-divisions.ttl"),
        ("adms-status", "adms-status.ttl"),
        ("adms-publisher-type", "adms-publisher-types.ttl"),
        ("open-licence", "licences.ttl"),
    ],
)
def test_a_closed_list_allows_what_has_a_label(shapes: Graph, shape: str, file: str) -> None:
    values = shapes.value(URIRef(GPSH + shape), SH["in"])
    assert values is not None
    allowed = set(shapes.items(values))
    labelled = artefacts.parse_turtle([artefacts.ONTOLOGY / "external" / file])
    assert allowed
    assert allowed <= set(labelled.subjects(SKOS.prefLabel, None))


def test_every_shape_is_named(shapes: Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint, SH.PropertyGroup)
    for kind in kinds:
        for shape in shapes.subjects(RDF.type, kind):
            assert str(shape).startswith(GPSH)
    for predicate in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape, SH.sparql):
        for shape in shapes.objects(None, predicate):
            assert not isinstance(shape, BNode)
            assert (shape, RDF.type, None) in shapes, shape
    for alternatives in shapes.objects(None, SH["or"]):
        for shape in shapes.items(alternatives):
            assert (shape, RDF.type, SH.NodeShape) in shapes


def test_every_property_shape_has_name_order_group_severity_and_message(shapes: Graph) -> None:
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))
    for _, shape in fields(shapes):
        for predicate in PLAIN_NAMES:
            said = texts(shapes, shape, predicate)
            assert sorted(said) == list(LANGUAGES), (shape, predicate)
            assert all(text.strip() == text and text for text in said.values())
            assert not any("{" in text for text in said.values()), shape
        assert len(list(shapes.objects(shape, SH.order))) == 1
        assert set(shapes.objects(shape, SH.group)) <= groups
        assert len(list(shapes.objects(shape, SH.group))) == 1
        assert shapes.value(shape, SH.severity, any=False) in {SH.Violation, SH.Warning, SH.Info}


def test_a_message_is_a_sentence_of_its_own_in_each_language(shapes: Graph) -> None:
    for shape in set(shapes.subjects(SH.message, None)):
        said = texts(shapes, shape, SH.message)
        assert sorted(said) == list(LANGUAGES), shape
        assert len(set(said.values())) == len(LANGUAGES), shape
        assert all(text.endswith(".") and text[0].isupper() for text in said.values()), shape


#: "Add it" alone: what is missing, but not how to mend it.
BARE = re.compile(
    "Add “[^”]+”( if it is known)?(: a reviewed practice (must|should) have it)?[.]"
    "|(Choose|Add) an? [^.;]*(; [^.]*)?[.]"
)


def test_a_message_about_something_missing_says_how_to_mend_it(shapes: Graph) -> None:
    missing = {shape for _, shape in fields(shapes) if (shape, SH.minCount, None) in shapes}
    assert len(missing) > 80
    named = {"Title", "Name", "Description"}  # texts that nobody asks how to write
    for shape in missing:
        if texts(shapes, shape, SH.name)["en"] not in named:
            assert not BARE.fullmatch(texts(shapes, shape, SH.message)["en"]), shape


def test_each_field_has_one_display_shape(shapes: Graph) -> None:
    described: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
    orders: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
    listed = shapes_graph("listed")
    for node, shape in fields(listed):
        if local(str(node)) == "PublicOrganisation":
            continue  # adds a rule to a field of Organisation
        path = listed.value(shape, SH.path)
        assert path is not None
        orders[node, path] |= {*listed.objects(shape, SH.order), *listed.objects(shape, SH.group)}
        if (shape, SH.description, None) in listed:
            assert sorted(texts(listed, shape, SH.description)) == list(LANGUAGES)
            described[node, path].append(shape)
    assert set(described) == set(orders)
    assert [field for field, found in described.items() if len(found) != 1] == []
    assert [field for field, found in orders.items() if len(found) != 2] == []
    for node in {node for node, _ in orders}:
        numbers = [o for (n, _), found in orders.items() if n == node for o in found]
        places = [int(o) for o in numbers if isinstance(o, Literal)]
        assert sorted(places) == list(range(1, len(places) + 1)), node
    assert not any((shape, SH.description, None) in shapes for shape in only_reviewed(shapes))


def only_reviewed(shapes: Graph) -> set[Node]:
    listed = shapes_graph("listed")
    kinds = set(shapes.subjects(RDF.type, SH.PropertyShape))
    return kinds - set(listed.subjects(RDF.type, SH.PropertyShape))


def test_groups_are_ordered_and_labelled(shapes: Graph) -> None:
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))
    for group in groups:
        assert sorted(texts(shapes, group, RDFS.label)) == list(LANGUAGES)
        assert (None, SH.group, group) in shapes
    places = sorted(int(str(shapes.value(group, SH.order))) for group in groups)
    assert places == list(range(1, len(groups) + 1))


def test_a_query_uses_declared_prefixes_and_nothing_a_shape_may_not_ask(shapes: Graph) -> None:
    ontology = shapes.value(None, RDF.type, OWL.Ontology, any=False)
    prefixes = {
        str(shapes.value(declaration, SH.prefix))
        for declaration in shapes.objects(ontology, SH.declare)
    }
    queries = set(shapes.subjects(RDF.type, SH.SPARQLConstraint))
    assert queries
    for query in queries:
        assert set(shapes.objects(query, SH.prefixes)) == {ontology}
        text = str(shapes.value(query, SH.select, any=False))
        assert text.strip().splitlines()[-1].strip() == "}"
        assert not [word for word in FORBIDDEN_IN_QUERIES if word in text.split()]
        words = {w for line in text.splitlines() if "http" not in line for w in line.split()}
        assert {w.lstrip("(!").partition(":")[0] for w in words if ":" in w[1:-1]} <= prefixes


def test_the_shapes_are_well_formed_by_the_shapes_of_shacl(shapes: Graph) -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_the_header_says_what_this_is(shapes: Graph) -> None:
    ontology = shapes.value(None, RDF.type, OWL.Ontology, any=False)
    assert ontology is not None
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert sorted(texts(shapes, ontology, predicate)) == list(LANGUAGES)
    assert shapes.value(ontology, DCTERMS.license) == URIRef(f"{EU}licence/CC_BY_4_0")
    assert shapes.value(ontology, OWL.versionInfo) is not None


REFERENCE = {
    "cpsv-ap/cpsv-ap-SHACL.ttl": {
        "http://purl.org/vocab/cpsv#PublicService": "PublicService",
        "http://data.europa.eu/m8g/PublicOrganisation": "Organisation",
        "http://data.europa.eu/m8g/Participation": "Participation",
        "http://xmlns.com/foaf/0.1/Agent": "Organisation",
    },
    "cpov/core-public-organisation-ap-SHACL.ttl": {
        "http://data.europa.eu/m8g/PublicOrganisation": "Organisation",
        "http://www.w3.org/ns/org#Organization": "Organisation",
    },
}


@pytest.mark.parametrize("file", REFERENCE)
def test_what_the_european_profiles_make_mandatory_is_mandatory_here(
    shapes: Graph, third_party: Path, file: str
) -> None:
    theirs = Graph().parse(third_party / "reference-shapes" / file, format="turtle")
    ours = {name: mandatory(shapes, URIRef(GPSH + name)) for name in REFERENCE[file].values()}
    ours["Organisation"] = ours.get("Organisation", set()) | mandatory(
        shapes, URIRef(GPSH + "PublicOrganisation")
    )
    for cls, name in REFERENCE[file].items():
        node = theirs.value(None, SH.targetClass, URIRef(cls))
        assert node is not None
        assert mandatory(theirs, node) - ours[name] == set(), cls


def mandatory(shapes: Graph, node: Node) -> set[Node]:
    """Paths that must have a value: by a count, or as the equal of a path that must."""
    equal: dict[Node, Node] = {}
    must: set[Node] = set()
    for shape in shapes.objects(node, SH.property):
        path = shapes.value(shape, SH.path)
        grave = shapes.value(shape, SH.severity) in {None, SH.Violation}
        if path is None or not grave:
            continue
        if int(str(shapes.value(shape, SH.minCount) or 0)) > 0:
            must.add(path)
        for other in shapes.objects(shape, SH.equals):
            equal[path] = other
    return must | {path for path, other in equal.items() if other in must}
