"""The bundled records: each file is one record, its links hold, its facts have their sources.

A test looks at all files at once and names every one that fails, so that a steward can mend them in
one go.
"""

from __future__ import annotations

import re
from typing import Final

import pytest
from bundled_files import (
    BASE,
    BUNDLED,
    CPSV,
    DCAT,
    FRAPO,
    GP,
    KINDS,
    ORG,
    File,
    languages,
    listed,
    practice,
    violations,
)
from rdflib import DCTERMS, RDF, XSD, BNode, Graph, Literal, URIRef

from practicegraph.validation import RecordReport

TYPES: Final = {
    "practices": {GP.GoodPractice, DCAT.Resource},
    "organisations": {ORG.Organization},
    "assets": {GP.ReusableAsset, DCAT.Resource},
    "services": {CPSV.PublicService},
}

UNITED_KINGDOM = URIRef("http://publications.europa.eu/resource/authority/country/GBR")
PUBLISHED = Literal("2026-11-23", datatype=XSD.date)
CIVIC_ESTATE: Final = ["gdansk", "amsterdam", "presov", "iasi", "ghent", "barcelona"]
INTERLINK = URIRef("https://cordis.europa.eu/project/id/959201")
INTERLINK_PILOTS: Final = [
    "participatory-strategic-planning-module",
    "customer-service-centres-third-parties",
    "etopia-open-innovation",
]
#: Languages in which the parts of a practice are told wherever the practice itself is.
PART_LANGUAGES: Final = {"en", "es", "it", "lv"}

# RFC 5322 addresses and RFC 3966 numbers, as people write them; dates and amounts do not match.
PERSONAL: Final = re.compile(
    r"mailto:|tel:|[\w.+-]+@[\w-]+\.[a-z]{2}|\+\d{2}[\s(.-]?\d|\b(?:tel|phone|fax)\b[.:\s]*\d",
    re.IGNORECASE,
)


def test_there_are_at_least_forty_practices(practices: list[File]) -> None:
    assert len(practices) >= 40


def test_every_folder_is_a_kind_of_record() -> None:
    assert {path.name for path in BUNDLED.iterdir() if path.is_dir()} == set(KINDS)


def test_a_file_is_one_record_named_after_it(files: list[File]) -> None:
    problems: dict[str, object] = {}
    for file in files:
        graph, record = file.graph, file.record
        outside = {
            s for s in graph.subjects() if s != record and not str(s).startswith(f"{record}#")
        }
        if outside:
            problems[file.name] = f"says something about {outside}"
        elif missing := TYPES[file.folder] - set(graph.objects(record, RDF.type)):
            problems[file.name] = f"lacks the types {missing}"
        elif list(graph.objects(record, DCTERMS.identifier)) != [Literal(file.path.stem)]:
            problems[file.name] = "its identifier is not its name"
    assert not problems, listed(problems)


def test_a_file_fits_any_base_and_has_no_blank_nodes(files: list[File]) -> None:
    problems: dict[str, object] = {}
    absolute = re.compile(rf"[^<]id/({'|'.join(KINDS.values())})/")
    for file in files:
        if "@base" in file.text or absolute.search(file.text):
            problems[file.name] = "its own IRIs are not relative"
        if any(isinstance(node, BNode) for triple in file.graph for node in triple):
            problems[file.name] = "has a blank node"
    assert not problems, listed(problems)


def test_every_record_names_its_public_sources(files: list[File]) -> None:
    public = re.compile(r"https?://[^/]+\.[a-z]+(/|$)")
    problems: dict[str, object] = {}
    for file in files:
        sources = list(file.graph.objects(file.record, DCTERMS.source))
        wrong = [str(source) for source in sources if not public.match(str(source))]
        if wrong or not sources:
            problems[file.name] = wrong or "no source"
    assert not problems, listed(problems)


def test_no_record_gives_an_e_mail_address_or_a_telephone_number(files: list[File]) -> None:
    problems = {file.name: found.group() for file in files if (found := PERSONAL.search(file.text))}
    assert not problems, listed(dict(problems))


@pytest.mark.parametrize(
    "text", ["mailto:a@b.example", "name.surname@city.example", "+39 0522 1234", "Tel. 0522 1234"]
)
def test_addresses_and_numbers_are_recognised(text: str) -> None:
    assert PERSONAL.search(text)


def test_links_to_records_lead_somewhere(files: list[File], bundled: Graph) -> None:
    problems: dict[str, object] = {}
    for file in files:
        links = {node for node in file.graph.objects() if str(node).startswith(BASE)}
        if dangling := {node for node in links if (node, RDF.type, None) not in bundled}:
            problems[file.name] = dangling
    assert not problems, listed(problems)


def test_every_record_conforms_to_the_listed_profile(
    reports: dict[str, dict[str, RecordReport]],
) -> None:
    problems = {
        record: found
        for record, report in reports["listed"].items()
        if (found := violations(report))
    }
    unchecked = {
        record: report.unchecked for record, report in reports["listed"].items() if report.unchecked
    }
    assert not problems, listed(dict(problems))
    assert not unchecked, listed(dict(unchecked))


def test_our_descriptions_carry_the_date_on_which_we_published_them(
    practices: list[File],
) -> None:
    problems: dict[str, object] = {}
    for file in practices:
        dates = [
            list(file.graph.objects(file.record, term))
            for term in (DCTERMS.issued, DCTERMS.modified)
        ]
        if dates != [[PUBLISHED], [PUBLISHED]]:
            problems[file.name] = dates
    assert not problems, listed(problems)


def test_title_and_description_are_in_english_and_a_language_of_the_country(
    files: list[File],
) -> None:
    problems: dict[str, object] = {}
    for file in files:
        if file.folder not in ("practices", "services"):
            continue
        titles = languages(file.graph, file.record, DCTERMS.title)
        british = (file.record, DCTERMS.spatial, UNITED_KINGDOM) in file.graph
        described = languages(file.graph, file.record, DCTERMS.description)
        if "en" not in titles or "" in titles or not (british or len(titles) > 1):
            problems[file.name] = f"titles in {titles}"
        elif not titles <= described:
            problems[file.name] = f"no description in {titles - described}"
    assert not problems, listed(problems)


def test_the_parts_of_a_practice_are_told_in_its_languages(practices: list[File]) -> None:
    problems: dict[str, object] = {}
    for file in practices:
        wanted = languages(file.graph, file.record, DCTERMS.title) & PART_LANGUAGES
        for part in set(file.graph.subjects()) - {file.record}:
            if (part, RDF.type, GP.EvidenceSource) in file.graph:
                continue
            for term in (DCTERMS.title, DCTERMS.description, GP.artefact, GP.continuityPlan):
                told = languages(file.graph, part, term)
                if told and wanted - told:
                    problems[str(part).removeprefix(BASE)] = f"{term} not in {wanted - told}"
    assert not problems, listed(problems)


def test_every_part_belongs_to_its_practice(practices: list[File]) -> None:
    problems: dict[str, object] = {}
    for file in practices:
        parts = {s for s in file.graph.subjects() if s != file.record}
        linked = {o for s, _, o in file.graph if s != o}
        if parts - linked:
            problems[file.name] = parts - linked
    assert not problems, listed(problems)


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


def test_no_part_is_described_twice_in_a_file() -> None:
    twice = []
    for path in sorted(BUNDLED.rglob("*.ttl")):
        subjects = re.findall(r"^<[^>]+>", path.read_text("utf-8"), re.MULTILINE)
        twice += [f"{path.name}: {s}" for s in set(subjects) if subjects.count(s) > 1]
    assert not twice, twice
