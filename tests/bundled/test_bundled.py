"""The bundled records: each file is one record, its links hold, its facts have their sources."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

BUNDLED = Path(__file__).resolve().parents[2] / "ingest" / "bundled"
BASE = "https://repository.example/"
KINDS = {
    "practices": "practice",
    "organisations": "organisation",
    "assets": "asset",
    "services": "service",
}
FILES = sorted(BUNDLED.glob("*/*.ttl"))

CV = Namespace("http://data.europa.eu/m8g/")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
GP = Namespace("https://w3id.org/practicegraph/ns#")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
TYPES = {
    "practices": {GP.GoodPractice, DCAT.Resource},
    "organisations": {ORG.Organization},
    "assets": {GP.ReusableAsset, DCAT.Resource},
    "services": {CPSV.PublicService},
}

UNITED_KINGDOM = URIRef("http://publications.europa.eu/resource/authority/country/GBR")
CIVIC_ESTATE = [
    "gdansk",
    "amsterdam",
    "presov",
    "iasi",
    "ghent",
    "barcelona",
]
INTERLINK = URIRef("https://cordis.europa.eu/project/id/959201")
INTERLINK_PILOTS = [
    "participatory-strategic-planning-module",
    "customer-service-centres-third-parties",
    "etopia-open-innovation",
]
RICH = [
    "quartiere-bene-comune",
    "citizen-portal-reggio-emilia",
    "participatory-strategic-planning-module",
    "unified-customer-service-centres-latvia",
    "families-share",
]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def parse(path: Path) -> Graph:
    return Graph().parse(path, publicID=BASE, format="turtle")


def practice(slug: str) -> URIRef:
    return URIRef(f"{BASE}id/practice/{slug}")


def record_of(path: Path) -> URIRef:
    return URIRef(f"{BASE}id/{KINDS[path.parent.name]}/{path.stem}")


def languages(graph: Graph, subject: Node, predicate: URIRef) -> set[str]:
    """The languages of a subject's texts; a text without one counts as the empty string."""
    texts = [text for text in graph.objects(subject, predicate) if isinstance(text, Literal)]
    return {text.language or "" for text in texts}


@pytest.fixture(scope="module")
def bundled() -> Graph:
    """All bundled records in one graph."""
    graph = Graph()
    for path in FILES:
        graph.parse(path, publicID=BASE, format="turtle")
    return graph


def test_there_are_at_least_forty_practices() -> None:
    assert len(list((BUNDLED / "practices").glob("*.ttl"))) >= 40


def test_every_folder_is_a_kind_of_record() -> None:
    assert {path.name for path in BUNDLED.iterdir() if path.is_dir()} == set(KINDS)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_one_record_named_after_it(path: Path) -> None:
    graph, record = parse(path), record_of(path)
    outside = {s for s in graph.subjects() if s != record and not str(s).startswith(f"{record}#")}
    assert not outside
    assert TYPES[path.parent.name] <= set(graph.objects(record, RDF.type))
    assert list(graph.objects(record, DCTERMS.identifier)) == [Literal(path.stem)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_fits_any_base_and_has_no_blank_nodes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "@base" not in text
    assert not re.search(rf"[^<]id/({'|'.join(KINDS.values())})/", text)
    assert not [node for triple in parse(path) for node in triple if isinstance(node, BNode)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_record_names_its_public_sources_and_no_person(path: Path) -> None:
    graph, record = parse(path), record_of(path)
    sources = list(graph.objects(record, DCTERMS.source))
    assert sources
    assert all(re.match(r"https?://[^/]+\.[a-z]+(/|$)", str(source)) for source in sources)
    assert not re.search(r"mailto:|tel:|[\w.]+@[\w-]+\.[a-z]{2}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_links_to_records_lead_somewhere(path: Path, bundled: Graph) -> None:
    links = {node for node in parse(path).objects() if str(node).startswith(BASE)}
    dangling = {node for node in links if (node, RDF.type, None) not in bundled}
    assert not dangling


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in ("practices", "services")], ids=name
)
def test_title_and_description_are_in_english_and_a_language_of_the_country(path: Path) -> None:
    graph, record = parse(path), record_of(path)
    titles = languages(graph, record, DCTERMS.title)
    british = (record, DCTERMS.spatial, UNITED_KINGDOM) in graph
    assert "en" in titles
    assert "" not in titles
    assert british or len(titles) > 1
    assert titles <= languages(graph, record, DCTERMS.description)


@pytest.mark.parametrize("path", sorted((BUNDLED / "practices").glob("*.ttl")), ids=name)
def test_every_part_belongs_to_its_practice(path: Path) -> None:
    graph, record = parse(path), record_of(path)
    parts = {s for s in graph.subjects() if s != record}
    linked = {o for s, _, o in graph if s != o}
    assert parts <= linked


@pytest.mark.parametrize(
    ("slug", "predicate", "target"),
    [
        ("coviolo-wireless", DCTERMS.isPartOf, "quartiere-bene-comune"),
        ("wi-fi-di-comunita", GP.adaptedFrom, "coviolo-wireless"),
        ("families-share-at-work", GP.adaptedFrom, "families-share"),
        ("omastadi-helsinki", GP.adaptedFrom, "decidim"),
    ],
)
def test_practices_descend_from_one_another(
    bundled: Graph, slug: str, predicate: URIRef, target: str
) -> None:
    assert (practice(slug), predicate, practice(target)) in bundled


@pytest.mark.parametrize("city", CIVIC_ESTATE)
def test_the_civic_estate_transfers_are_adapted_from_naples(bundled: Graph, city: str) -> None:
    adaptations = {
        (str(child).rsplit("/", 1)[1], str(parent).rsplit("/", 1)[1])
        for child, parent in bundled.subject_objects(GP.adaptedFrom)
    }
    assert [1 for child, parent in adaptations if city in child and "naples" in parent] == [1]


@pytest.mark.parametrize("slug", INTERLINK_PILOTS)
def test_the_pilots_of_interlink_are_implementations_under_its_grant(
    bundled: Graph, slug: str
) -> None:
    implementations = list(bundled.objects(practice(slug), GP.hasImplementation))
    assert (practice(slug), FRAPO.isFundedBy, INTERLINK) in bundled
    assert [(i, FRAPO.isFundedBy, INTERLINK) in bundled for i in implementations] == [True]


@pytest.mark.parametrize("slug", RICH)
def test_a_rich_practice_tells_who_does_what_and_what_came_of_it(bundled: Graph, slug: str) -> None:
    record = practice(slug)
    for link in (
        GP.hasStep,
        GP.hasHandover,
        GP.hasImplementation,
        GP.hasPrecondition,
        GP.hasLesson,
        GP.hasOutcome,
        GP.hasContinuity,
    ):
        assert (record, link, None) in bundled, f"{slug} has no {link}"
    participations = list(bundled.objects(record, CV.hasParticipation))
    dated = [
        p
        for p in participations
        for date in ("startDate", "endDate")
        if (p, SCHEMA[date], None) in bundled
    ]
    assert dated
    outcomes = list(bundled.objects(record, GP.hasOutcome))
    assert all((outcome, GP.supportedBy, None) in bundled for outcome in outcomes)


@pytest.mark.parametrize("slug", RICH)
def test_steps_are_numbered_and_a_change_of_role_is_a_handover(bundled: Graph, slug: str) -> None:
    steps = {
        int(str(bundled.value(step, GP.position))): step
        for step in bundled.objects(practice(slug), GP.hasStep)
    }
    assert sorted(steps) == list(range(1, len(steps) + 1))
    for number in range(2, len(steps) + 1):
        before, after = steps[number - 1], steps[number]
        assert bundled.value(after, GP.precededBy) == before
        roles = [bundled.value(step, GP.responsibleRole) for step in (before, after)]
        assert None not in roles
        handed_over = {
            (bundled.value(h, GP.fromRole), bundled.value(h, GP.toRole))
            for h in bundled.objects(practice(slug), GP.hasHandover)
            if (h, GP.fromStep, before) in bundled and (h, GP.toStep, after) in bundled
        }
        assert handed_over == ({tuple(roles)} if roles[0] != roles[1] else set())


@pytest.mark.parametrize(
    ("slug", "indicator", "results"),
    [
        ("quartiere-bene-comune", "Citizenship agreements signed", [25, 27]),
        ("quartiere-bene-comune", "Projects", [152, 160, 163]),
        ("families-share", "Pilot cities", [6, 7]),
        ("participatory-strategic-planning-module", "Total cost of the project", [198250, 3425312]),
    ],
)
def test_conflicting_figures_stand_side_by_side_each_with_its_source(
    bundled: Graph, slug: str, indicator: str, results: list[int]
) -> None:
    outcomes = [
        outcome
        for outcome in bundled.objects(practice(slug), GP.hasOutcome)
        if (outcome, GP.indicator, Literal(indicator, lang="en")) in bundled
    ]
    values = sorted(int(float(str(bundled.value(o, GP.resultValue)))) for o in outcomes)
    sources = {frozenset(bundled.objects(outcome, DCTERMS.source)) for outcome in outcomes}
    assert values == results
    assert len(sources) == len(outcomes)
