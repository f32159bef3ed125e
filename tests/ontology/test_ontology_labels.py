"""Labels for codes that others maintain: complete lists, and look-ups that lead to one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, SKOS

AUTHORITY = "http://publications.europa.eu/resource/authority/"
LANGUAGES = ["en", "es", "it", "lv"]
LISTS = {
    "data-themes": 13,
    "cofog-divisions": 10,
    "sustainable-development-goals": 17,
    "adms-status": 4,
    "adms-publisher-types": 10,
    "languages": 44,
    "countries": 251,
    "licences": 32,
    "currencies": 1,
}
ParseFiles = Callable[[list[Path]], rdflib.Graph]


@pytest.fixture(scope="module")
def labels(ontology: Path, parse: ParseFiles) -> Callable[[str], rdflib.Graph]:
    return lru_cache(lambda name: parse([ontology / "external" / f"{name}.ttl"]))


def lookup(graph: rdflib.Graph) -> dict[str, set[str]]:
    """Every name and code, folded, with the things it may stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for prop in (SKOS.prefLabel, SKOS.altLabel, SKOS.notation):
        for thing, text in graph.subject_objects(prop):
            found[str(text).casefold()].add(str(thing).rsplit("/", 1)[-1])
    return found


def test_every_list_is_named_here(ontology: Path) -> None:
    assert {file.stem for file in (ontology / "external").glob("*.ttl")} == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_its_full_number_of_entries(
    name: str, labels: Callable[[str], rdflib.Graph]
) -> None:
    assert len(set(labels(name).subjects())) == LISTS[name]


@pytest.mark.parametrize("name", LISTS)
def test_only_labels_codes_and_membership_are_said_of_the_things_of_others(
    name: str, labels: Callable[[str], rdflib.Graph]
) -> None:
    allowed = {SKOS.prefLabel, SKOS.altLabel, SKOS.notation, SKOS.inScheme}
    if name == "licences":
        allowed.add(DCTERMS.type)
    assert set(labels(name).predicates()) <= allowed


@pytest.mark.parametrize("name", sorted(set(LISTS) - {"licences"}))
def test_every_entry_has_one_label_in_each_language(
    name: str, labels: Callable[[str], rdflib.Graph]
) -> None:
    graph = labels(name)
    for thing in set(graph.subjects()):
        found = sorted(str(label.language) for label in graph.objects(thing, SKOS.prefLabel))
        assert found == LANGUAGES, thing


def test_every_licence_has_an_english_name(labels: Callable[[str], rdflib.Graph]) -> None:
    graph = labels("licences")
    for licence in set(graph.subjects()):
        assert "en" in {label.language for label in graph.objects(licence, SKOS.prefLabel)}


@pytest.mark.parametrize("name", sorted(set(LISTS) - {"licences"}))
def test_no_name_or_code_stands_for_two_things(
    name: str, labels: Callable[[str], rdflib.Graph]
) -> None:
    assert {text: of for text, of in lookup(labels(name)).items() if len(of) > 1} == {}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("IT", "ITA"), ("LVA", "LVA"), ("EL", "GRC"), ("GR", "GRC"), ("UK", "GBR"), ("GB", "GBR"),
        ("EU", "EUR"), ("XK", "1A0"), ("Czech Republic", "CZE"), ("Czechia", "CZE"),
        ("Republic of Moldova", "MDA"), ("Moldova", "MDA"), ("Russia", "RUS"),
        ("Russian Federation", "RUS"), ("Turkey", "TUR"), ("Lielbritānija", "GBR"),
        ("Paesi Bassi", "NLD"), ("European Union", "EUR"), ("San Marino", "SMR"),
    ],
)  # fmt: skip
def test_a_country_is_found_by_any_of_its_names_and_codes(
    written: str, code: str, labels: Callable[[str], rdflib.Graph]
) -> None:
    assert lookup(labels("countries"))[written.casefold()] == {code}


def test_divisions_and_goals_carry_their_numbers(labels: Callable[[str], rdflib.Graph]) -> None:
    divisions = {str(n) for n in labels("cofog-divisions").objects(None, SKOS.notation)}
    assert divisions == {f"{n:02}" for n in range(1, 11)}
    goals = labels("sustainable-development-goals")
    for goal, number in goals.subject_objects(SKOS.notation):
        assert str(goal) == f"http://metadata.un.org/sdg/{number}"


def test_the_countries_are_those_of_the_table_of_the_union(
    third_party: Path, labels: Callable[[str], rdflib.Graph]
) -> None:
    table = rdflib.Graph().parse(
        third_party / "vocabularies" / "eu" / "countries-skos.rdf", format="xml"
    )
    of_the_union = set(table.subjects(SKOS.inScheme))
    deprecated = {s for s, p, o in table if p.endswith("authority/deprecated") and str(o) == "true"}
    ours = set(labels("countries").subjects())
    assert ours <= of_the_union - deprecated
    # Clipperton has no ISO 3166-1 code of its own, and the other is a placeholder for data to come.
    left_out = {str(s).rsplit("/", 1)[-1] for s in of_the_union - deprecated - ours}
    assert left_out == {"CPT", "OP_DATPRO"}


def test_the_data_themes_are_those_of_the_table_of_the_union(
    third_party: Path, labels: Callable[[str], rdflib.Graph]
) -> None:
    text = (third_party / "vocabularies" / "eu" / "data-theme-skos-ap-act.ttl").read_text("utf-8")
    for theme in set(labels("data-themes").subjects()):
        assert f"<{theme}>" in text, theme
