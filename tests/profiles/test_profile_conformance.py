"""What we export conforms to the shapes that others have published, as they published them."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from profile_kit import as_rdflib, findings, published_shapes, record, with_ontology
from rdflib.namespace import DCTERMS, RDF

from practicegraph.namespaces import CPSV, CV
from practicegraph.profiles import PROFILES
from practicegraph.profiles.views import Views
from practicegraph.repository import Repository

SHAPES = {
    "cpsv-ap": "cpsv-ap/cpsv-ap-SHACL.ttl",
    "cpov": "cpov/core-public-organisation-ap-SHACL.ttl",
}
PUBLIC_SERVICE = rdflib.URIRef(CPSV + "PublicService")
PUBLIC_ORGANISATION = rdflib.URIRef(CV + "PublicOrganisation")
AUTHORITY = rdflib.URIRef(CV + "hasCompetentAuthority")


@pytest.fixture(scope="session")
def shapes(third_party: Path) -> dict[str, rdflib.Graph]:
    """The published shapes by profile."""
    folder = third_party / "reference-shapes"
    return {profile: published_shapes(folder / file) for profile, file in SHAPES.items()}


@pytest.mark.parametrize("ontology", [False, True], ids=["raw", "with the ontology"])
@pytest.mark.parametrize("profile", SHAPES)
def test_the_export_of_all_bundled_records_conforms(
    exports: dict[str, rdflib.Graph],
    shapes: dict[str, rdflib.Graph],
    profile: str,
    ontology: bool,
) -> None:
    data = with_ontology(exports[profile]) if ontology else exports[profile]
    assert findings(data, shapes[profile]) == []


def test_organisations_of_the_one_profile_keep_the_other_too(
    exports: dict[str, rdflib.Graph], shapes: dict[str, rdflib.Graph]
) -> None:
    together = exports["cpsv-ap"] + exports["dcat-ap"]
    assert findings(together, shapes["cpsv-ap"]) == []
    services = findings(exports["cpsv-ap"], shapes["cpov"])
    # CPOV takes one other name in a language, and CPSV-AP as many as there are.
    assert {path.rpartition("#")[2] for _, _, path in services} <= {"altLabel"}


def test_every_service_and_every_organisation_is_in_the_export(
    exports: dict[str, rdflib.Graph], bundled_repository: Repository
) -> None:
    log = bundled_repository.log
    graph = exports["cpsv-ap"]
    public = set(graph.subjects(RDF.type, PUBLIC_ORGANISATION))
    services = set(graph.subjects(RDF.type, PUBLIC_SERVICE))
    assert len(services) == log.count("service") > 0
    assert {a for s in services for a in graph.objects(s, AUTHORITY)} <= public
    assert len(set(graph.subjects(DCTERMS.identifier))) >= log.count("organisation")
    assert 0 < len(public) < log.count("organisation")  # clubs and firms stay what they are


@pytest.mark.parametrize(
    ("taken", "property_"),
    [
        (AUTHORITY, AUTHORITY),
        (DCTERMS.title, DCTERMS.title),
        (DCTERMS.identifier, DCTERMS.identifier),
    ],
)
def test_a_service_without_what_the_profile_asks_for_fails_the_published_shapes(
    exports: dict[str, rdflib.Graph],
    shapes: dict[str, rdflib.Graph],
    taken: rdflib.URIRef,
    property_: rdflib.URIRef,
) -> None:
    data = rdflib.Graph() + exports["cpsv-ap"]
    service = min(data.subjects(RDF.type, PUBLIC_SERVICE))
    data.remove((service, taken, None))
    assert ("Violation", str(service), str(property_)) in findings(data, shapes["cpsv-ap"])


@pytest.mark.parametrize("profile", SHAPES)
@pytest.mark.parametrize("class_", ["Location", "LinguisticSystem", "Concept"])
def test_without_the_classes_of_what_it_names_the_export_would_fail(
    exports: dict[str, rdflib.Graph],
    shapes: dict[str, rdflib.Graph],
    profile: str,
    class_: str,
) -> None:
    data = rdflib.Graph() + exports[profile]
    typed = [s for s, o in data.subject_objects(RDF.type) if str(o).endswith(class_)]
    for node in typed:
        data.remove((node, RDF.type, None))
    assert bool(typed) == bool(findings(data, shapes[profile]))


def test_parts_of_a_service_conform_as_well(
    repository: Repository, shapes: dict[str, rdflib.Graph]
) -> None:
    views = Views(repository.log, repository.iris)
    revision = repository.log.latest(repository.iris.thing("service", "library"))
    assert revision is not None
    library = revision.as_record()
    assert library is not None
    assert findings(as_rdflib(views.of(PROFILES["cpsv-ap"], library)), shapes["cpsv-ap"]) == []


def test_a_record_that_says_the_least_conforms(
    repository: Repository, shapes: dict[str, rdflib.Graph]
) -> None:
    least = record("""
        <id/service/least> a cpsv:PublicService ; dct:identifier "least" ;
            dct:title "Least"@en ; dct:description "Says little."@en ;
            cv:hasCompetentAuthority <id/organisation/town> .
    """)
    triples = Views(repository.log, repository.iris).of(PROFILES["cpsv-ap"], least)
    assert triples
    assert findings(as_rdflib(triples), shapes["cpsv-ap"]) == []
