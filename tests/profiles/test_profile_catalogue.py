"""The description of the catalogue has what DCAT-AP 3.0.1 makes mandatory, and says what is so."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from profile_kit import (
    ANYONE,
    CLUB,
    as_rdflib,
    findings,
    published_shapes,
    record,
    with_ontology,
)
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SH, SKOS

from practicegraph.errors import InvalidInput
from practicegraph.iris import KINDS
from practicegraph.profiles.catalogue import describe
from practicegraph.repository import Repository
from practicegraph.settings import Settings

CATALOGUE = rdflib.URIRef("http://127.0.0.1:8000/catalog")
FOUR = {"en", "it", "es", "lv"}

#: What DCAT-AP 3.0.1 wants at least once of each class (its specification, "mandatory").
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher},
    DCAT.Dataset: {DCTERMS.title, DCTERMS.description},
    DCAT.Distribution: {DCAT.accessURL},
    DCAT.DataService: {DCTERMS.title, DCAT.endpointURL},
    FOAF.Agent: {FOAF.name},
    SKOS.Concept: {SKOS.prefLabel},
    SKOS.ConceptScheme: {DCTERMS.title},
}
#: Of what class the value of a property has to be.
RANGES = {
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.type: SKOS.Concept,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.theme: SKOS.Concept,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    DCAT.dataset: DCAT.Dataset,
    DCAT.distribution: DCAT.Distribution,
    DCAT.service: DCAT.DataService,
    DCAT.accessService: DCAT.DataService,
    DCAT.servesDataset: DCAT.Dataset,
    DCAT.landingPage: FOAF.Document,
    FOAF.homepage: FOAF.Document,
}
#: What may stand there once.
ONCE = {DCTERMS.publisher, DCTERMS.license, DCTERMS.issued, DCTERMS.modified, DCAT.mediaType}


def mandatory_faults(graph: rdflib.Graph) -> list[str]:
    """What of the above does not hold."""
    faults = [
        f"{node} has no {property_}"
        for class_, properties in MANDATORY.items()
        for node in graph.subjects(RDF.type, class_)
        for property_ in properties
        if (node, property_, None) not in graph
    ]
    faults += [
        f"{value} is no {class_}"
        for property_, class_ in RANGES.items()
        for value in graph.objects(None, property_)
        if (value, RDF.type, class_) not in graph
    ]
    return faults + [
        f"{node} has more than one {property_}"
        for property_ in ONCE
        for node in set(graph.subjects(property_))
        if len(set(graph.objects(node, property_))) > 1
    ]


@pytest.fixture(scope="session")
def bundled(exports: dict[str, rdflib.Graph]) -> rdflib.Graph:
    """The description of the catalogue of all bundled records."""
    return exports["dcat-ap"]


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(bundled: rdflib.Graph) -> None:
    assert mandatory_faults(bundled) == []
    for class_ in MANDATORY:
        assert (None, RDF.type, class_) in bundled, class_


@pytest.mark.parametrize("property_", [DCTERMS.publisher, DCAT.endpointURL, DCAT.accessURL])
def test_a_description_without_it_would_be_found_out(
    bundled: rdflib.Graph, property_: rdflib.URIRef
) -> None:
    broken = rdflib.Graph() + bundled
    broken.remove((None, property_, None))
    assert mandatory_faults(broken)


def test_what_people_read_is_there_in_four_languages(bundled: rdflib.Graph) -> None:
    named = [
        *bundled.subjects(RDF.type, DCAT.Catalog),
        *bundled.subjects(RDF.type, DCAT.Dataset),
        *bundled.subjects(RDF.type, DCAT.DataService),
    ]
    for node in named:
        for property_ in (DCTERMS.title, DCTERMS.description):
            texts = list(bundled.objects(node, property_))
            assert {t.language for t in texts} == FOUR, (node, property_)  # type: ignore[attr-defined]
            assert len(texts) == len(FOUR)


def test_each_kind_of_record_is_a_data_set_with_ways_to_reach_it(bundled: rdflib.Graph) -> None:
    for plural, _ in KINDS.values():
        dataset = CATALOGUE + f"#{plural}"
        assert (CATALOGUE, DCAT.dataset, dataset) in bundled
        page = rdflib.URIRef(f"http://127.0.0.1:8000/{plural}")
        addresses = {
            bundled.value(way, DCAT.accessURL)
            for way in bundled.objects(dataset, DCAT.distribution)
        }
        assert addresses == {page, rdflib.URIRef("http://127.0.0.1:8000/sparql")}


def test_an_empty_catalogue_is_described_too(settings: Settings) -> None:
    with Repository.open(settings) as empty:
        graph = as_rdflib(describe(empty))
    assert mandatory_faults(graph) == []
    assert not list(graph.objects(None, DCTERMS.modified))


def test_a_change_moves_the_date_of_its_own_data_set(repository: Repository) -> None:
    before = as_rdflib(describe(repository))
    last = repository.log.last_seq()
    repository.log.append([record(CLUB.replace('"Club"', '"The club"'))], ANYONE)
    assert repository.log.newest("organisation") == last + 1
    assert repository.log.newest("service") == last
    assert repository.log.newest("practice") == 0
    after = as_rdflib(describe(repository))
    services = CATALOGUE + "#services"
    assert before.value(services, DCTERMS.modified) == after.value(services, DCTERMS.modified)
    assert not list(after.objects(CATALOGUE + "#practices", DCTERMS.modified))


def test_publisher_licence_and_languages_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "data",
        base_iri="https://catalogue.example.org/good",
        publisher_name="Comune di Esempio",
        publisher_page="https://town.example.org/",
        licence="https://licences.example.org/own",
        languages="it,lv,tlh",
    )
    with Repository.open(settings) as repository:
        graph = as_rdflib(describe(repository))
    catalogue = rdflib.URIRef("https://catalogue.example.org/good/catalog")
    publisher = graph.value(catalogue, DCTERMS.publisher)
    assert publisher is not None
    assert graph.value(publisher, FOAF.name) == rdflib.Literal("Comune di Esempio")
    assert graph.value(publisher, DCTERMS.title) == rdflib.Literal("Comune di Esempio", lang="it")
    assert graph.value(publisher, FOAF.homepage) == rdflib.URIRef("https://town.example.org/")
    licence = rdflib.URIRef("https://licences.example.org/own")
    assert (catalogue, DCTERMS.license, licence) in graph
    assert len(set(graph.objects(catalogue, DCTERMS.language))) == 2
    assert (CATALOGUE, None, None) not in graph
    home = rdflib.URIRef("https://catalogue.example.org/good/")
    assert (catalogue, FOAF.homepage, home) in graph
    assert mandatory_faults(graph) == []


@pytest.mark.parametrize(
    "given",
    [
        {"publisher_page": "javascript:alert(1)"},
        {"licence": "CC BY"},
        {"licence": 'https://e.org/"><script>'},
        {"publisher_name": " "},
        {"publisher_name": "two\nlines"},
    ],
)
def test_settings_that_cannot_stand_in_the_catalogue_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=f"PRACTICEGRAPH_{next(iter(given)).upper()}"):
        Settings.load(**given)


# ---- the published shapes


@pytest.fixture(scope="session")
def dcat_ap(third_party: Path) -> rdflib.Graph:
    """The published shapes of DCAT-AP 3.0.1, mended where they are broken.

    Two property shapes of dcat:DataServiceShape have a name and a description but no sh:path (nor
    anything that they ask for), which SHACL §2.3.1 does not allow and at which pySHACL stops. They
    constrain nothing, so they are taken out.
    """
    folder = third_party / "reference-shapes" / "dcat-ap"
    files = sorted(folder.rglob("dcat-ap-SHACL.ttl"))
    if not files:
        pytest.skip("the published shapes of DCAT-AP 3.0.1 are not among the third-party data")
    shapes = published_shapes(files[0])
    broken = [
        shape
        for shape in set(shapes.objects(None, SH.property))
        if shapes.value(shape, SH.path) is None
    ]
    assert len(broken) <= 2
    for shape in broken:
        shapes.remove((None, SH.property, shape))
        shapes.remove((shape, None, None))
    return shapes


@pytest.mark.parametrize("ontology", [False, True], ids=["raw", "with the ontology"])
def test_the_catalogue_conforms_to_the_published_shapes(
    bundled: rdflib.Graph, dcat_ap: rdflib.Graph, ontology: bool
) -> None:
    assert findings(with_ontology(bundled) if ontology else bundled, dcat_ap) == []


@pytest.mark.parametrize("property_", [DCTERMS.publisher, DCAT.endpointURL, DCAT.accessURL])
def test_the_published_shapes_find_out_what_is_missing(
    bundled: rdflib.Graph, dcat_ap: rdflib.Graph, property_: rdflib.URIRef
) -> None:
    broken = rdflib.Graph() + bundled
    broken.remove((None, property_, None))
    assert str(property_) in {path for _, _, path in findings(broken, dcat_ap)}
