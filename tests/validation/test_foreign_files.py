"""Files and shapes that others published give what plain pySHACL gives, result by result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from practicegraph.errors import ForbiddenReference, MalformedDocument
from practicegraph.record import to_rdflib
from practicegraph.report import check_files, validate_files
from practicegraph.texts import LANGUAGES
from practicegraph.validation import EngineName, Result, Validator

BASE = "http://example.org"
SHAPES = (
    "reference-shapes/cpsv-ap/cpsv-ap-SHACL.ttl",
    "reference-shapes/cpov/core-public-organisation-ap-SHACL.ttl",
    "reference-shapes/cccev/cccev-ap-SHACL.ttl",
    "cpsv-ap-no/CPSV-AP-NO_shacl_shapes_v1.ttl",
)
DATA = (
    "reference-shapes/cpsv-ap/example-rdf_public_service.ttl",
    "reference-shapes/cccev/example-*.ttl",
    "cpsv-ap-trento/*.rdf",
    "cpsv-ap-estonia/*.rdf",
    "cpsv-ap-no/*/*.ttl",
)
#: Files that are broken: the place, and what is said of it.
BROKEN = {
    "exKontaktPunkt.ttl": (11, 49, "prefix xsd: has not been declared"),
    "exOffentligTjeneste.ttl": (77, 4, "dot is expected"),
    "exRegulativRessursDummy.ttl": (11, 173, "prefix rdfs: has not been declared"),
    "exTidsrom.ttl": (9, 13, "prefix time: has not been declared"),
    "harvest_error_response.ttl": (4, 3, "prefix dct: has not been declared"),
}
#: JSON-LD whose context lies elsewhere.
REMOTE = {
    "reference-shapes/cpsv-ap/example-rdf_public_service.jsonld": "semiceu.github.io",
    "cpsv-ap-trento/servizi_famiglia.jsonld": "raw.githubusercontent.com",
}
ENGINES: tuple[EngineName, ...] = ("pyshacl", "turbo")

Row = tuple[str | None, ...]


@pytest.fixture(scope="module")
def published(third_party: Path) -> dict[str, rdflib.Graph]:
    """Each shapes file, read by rdflib as anybody would."""
    return {name: rdflib.Graph().parse(third_party / name, format="turtle") for name in SHAPES}


@pytest.fixture(scope="module")
def documents(third_party: Path) -> dict[Path, rdflib.Graph]:
    """Each data file that is whole, read by rdflib with literals as they are written."""
    # Where a literal is put into a canonical form, rdflib reports another value than the file has.
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return {
            path: rdflib.Graph().parse(
                path, format="xml" if path.suffix == ".rdf" else "turtle", publicID=BASE + "/"
            )
            for pattern in DATA
            for path in sorted(third_party.glob(pattern))
            if path.name not in BROKEN
        }
    finally:
        rdflib.NORMALIZE_LITERALS = normalize


def named(node: Node | None, graph: rdflib.Graph | None = None) -> str | None:
    """A node by its name or, without one, by what the graph says of it: labels do not matter."""
    if not isinstance(node, rdflib.BNode):
        return None if node is None else node.n3()
    if graph is None:  # the readers of the data have given it different labels
        return "_"
    if (node, RDF.first, None) in graph:
        return f"({' '.join(str(named(item, graph)) for item in graph.items(node))})"
    said = sorted(f"{p.n3()} {named(o, graph)}" for p, o in graph.predicate_objects(node))
    return f"[{'; '.join(said)}]"


def as_it_comes(data: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Row]:
    """The results of plain `pyshacl.validate`."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    for result in (r for whole in report.subjects(SH.conforms) for r in report[whole : SH.result]):
        yield (
            named(report.value(result, SH.focusNode)),
            named(report.value(result, SH.resultPath), report),
            named(report.value(result, SH.value)),
            named(report.value(result, SH.sourceShape), shapes),
            str(report.value(result, SH.sourceConstraintComponent)),
            str(report.value(result, SH.resultSeverity)).rpartition("#")[2].lower(),
        )


def row(result: Result, shapes: rdflib.Graph) -> Row:
    """One of our results, in the same terms."""
    shape = node(result.shape)
    path = rdflib.URIRef(result.path_iri) if result.path_iri else shapes.value(shape, SH.path)
    value = None if result.value is None else node(result.value)
    return (
        named(node(result.focus)),
        named(path, shapes),
        named(value),
        named(shape, shapes),
        result.component,
        result.severity,
    )


def node(name: str) -> Node:
    """The node that a result names: an IRI, or any other term in the syntax of N-Triples."""
    if name.startswith("_:"):
        return rdflib.BNode(name[2:])
    if not name.startswith(("<", '"')):
        return rdflib.URIRef(name)
    [quad] = ox.parse(f"<x:> <x:> {name} .", ox.RdfFormat.N_TRIPLES)
    return to_rdflib(quad.triple)[2]


@pytest.mark.parametrize("shapes", SHAPES, ids=lambda name: name.rpartition("/")[2])
def test_every_file_gives_the_results_of_pyshacl_with_every_published_shapes_file(
    published: dict[str, rdflib.Graph], documents: dict[Path, rdflib.Graph], shapes: str
) -> None:
    assert len(documents) > 60
    validators = [Validator(engine=name, shapes=published[shapes]) for name in ENGINES]
    total = 0
    for path, graph in documents.items():
        expected = Counter(as_it_comes(graph, published[shapes]))
        for validator in validators:
            report = check_files([path], validator, BASE)
            results = [result for record in report.records for result in record.results]
            assert Counter(row(result, published[shapes]) for result in results) == expected, path
            for result in results:
                assert set(LANGUAGES) <= set(result.messages) or "" in result.messages
        total += expected.total()
    assert total > 40


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_read_from_their_file_give_the_same(
    third_party: Path,
    published: dict[str, rdflib.Graph],
    documents: dict[Path, rdflib.Graph],
    engine: EngineName,
) -> None:
    named_apart = [path for path in documents if path.suffix == ".rdf" or "example-" in path.name]
    for path, name in zip(named_apart, SHAPES, strict=False):
        report = validate_files([path], engine=engine, base_iri=BASE, shapes=[third_party / name])
        assert report.shapes is not None
        results = [result for record in report.records for result in record.results]
        expected = Counter(as_it_comes(documents[path], published[name]))
        assert Counter(row(result, report.shapes.graph) for result in results) == expected


def test_files_that_no_shape_knows_end_as_not_checked(third_party: Path) -> None:
    file = third_party / "cpsv-ap-no/harvester/harvest_response_empty.ttl"
    for shapes in SHAPES:
        report = validate_files([file], shapes=[third_party / shapes])
        assert (report.status, report.conforms) == ("not checked", False)
        assert report.files == {str(file): "not checked"}


def test_their_own_example_speaks_the_language_that_is_asked_for(third_party: Path) -> None:
    """The shapes of CPSV-AP name their fields in English and have no message at all."""
    report = validate_files(
        [third_party / DATA[0]], base_iri=BASE, shapes=[third_party / SHAPES[0]]
    )
    results = [result for record in report.records for result in record.results]
    [spatial] = [result for result in results if result.label() == "spatial"]
    assert spatial.message(["lv"]).startswith("Saistiet lauku „spatial” ar elementu")
    assert spatial.message(["nb", "es-AR"]).startswith("Enlace «spatial» con un elemento")
    assert "dct:Location" in spatial.message(["it"])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_place_and_cause(third_party: Path, name: str) -> None:
    [path] = third_party.glob(f"cpsv-ap-no/*/{name}")
    line, column, cause = BROKEN[name]
    with pytest.raises(MalformedDocument, match=cause) as refused:
        validate_files([path], shapes=[third_party / SHAPES[0]])
    assert f"{name}, line {line}, column {column}: " in refused.value.detail


@pytest.mark.parametrize("name", REMOTE)
def test_a_context_that_lies_elsewhere_is_not_fetched(third_party: Path, name: str) -> None:
    with pytest.raises(ForbiddenReference, match="lies elsewhere and is not fetched") as refused:
        validate_files([third_party / name], shapes=[third_party / SHAPES[0]])
    assert name in refused.value.detail
    assert REMOTE[name] in refused.value.detail
    assert "Copy it into the document" in refused.value.detail
