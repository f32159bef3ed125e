"""What the documentation tells is what the rooms say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from practicegraph import artefacts
from practicegraph.artefacts import OWN, Rooms
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.fields import Need, fields
from practicegraph.iris import term_address
from practicegraph.namespaces import DCT, FOAF, GP, GPSH, ORG, RDFS, SCHEME, SKOS
from practicegraph.vocabulary.description import DescribedClass, Description, describe


@pytest.fixture(scope="module")
def vocabulary() -> Description:
    return describe()


def the(vocabulary: Description, name: str) -> DescribedClass:
    return next(c for c in vocabulary.classes if c.term.name == name)


def test_the_header_is_that_of_the_namespace_document(vocabulary: Description) -> None:
    header = vocabulary.header
    assert header.iri == "https://w3id.org/practicegraph/ns"
    assert header.prefix == "gp"
    assert header.version_iri.endswith(header.version)
    assert {"en", "it", "es", "lv"} <= set(header.titles)
    assert header.creators[0][1]["en"] == "PracticeGraph contributors"
    assert dict(header.dates)["created"]
    assert header.citations["en"]


def test_own_classes_and_properties_stand_in_the_order_of_their_file(
    vocabulary: Description,
) -> None:
    text = (OWN.ontology / "gp.ttl").read_text("utf-8")
    for described in (vocabulary.classes, vocabulary.properties):
        own = [d.term.name for d in described if d.term.own]
        assert own == sorted(own, key=lambda name: text.index(f"\n{name} a "))
    assert len([c for c in vocabulary.classes if c.term.own]) == text.count(" a owl:Class ;")


def test_every_class_with_fields_is_described_once(vocabulary: Description) -> None:
    shown = [t.iri for c in vocabulary.classes for t in (c.term, *c.alike)]
    assert len(shown) == len(set(shown))
    assert set(fields()) <= set(shown)
    organisation = the(vocabulary, "cv:PublicOrganisation")
    assert {t.iri for t in organisation.alike} == {ORG + "Organization", FOAF + "Organization"}


def test_a_field_tells_its_rules_in_each_profile(vocabulary: Description) -> None:
    practice = {f.listed.property: f for f in the(vocabulary, "gp:GoodPractice").fields}
    title = practice[DCT + "title"]
    assert title.listed.cardinality() == "1..n"
    assert title.listed.per_language
    assert practice[GP + "maturity"].listed.cardinality() == "1..1"
    assert [s.name for s in practice[GP + "maturity"].lists] == ["maturity"]
    assert practice[DCT + "license"].needs == {
        "listed": Need.RECOMMENDED, "reviewed": Need.MANDATORY,
    }  # fmt: skip
    assert practice[DCT + "license"].listed.cardinality() == "0..1"
    assert practice[DCT + "license"].reviewed.cardinality() == "1..1"
    assert [s.name for s in practice[DCT + "language"].lists] == ["languages"]
    assert [s.name for s in practice[GP + "policyArea"].lists] == ["cofog-divisions"]
    assert practice[GP + "hasStep"].listed.values.classes == (GP + "PracticeStep",)
    assert practice[FOAF + "page"].listed.values.iri
    assert practice[FOAF + "page"].lists == ()


def test_fields_stand_in_the_order_of_the_shapes(vocabulary: Description) -> None:
    for cls in vocabulary.classes:
        ranks = [f.listed.rank for f in cls.fields]
        assert ranks == sorted(ranks)
    first = the(vocabulary, "gp:GoodPractice").fields[0]
    assert first.listed.property == DCT + "identifier"
    assert first.listed.group["it"] == "Identità"


def test_alignments_are_told_of_the_terms_they_are_about(vocabulary: Description) -> None:
    practice = the(vocabulary, "gp:GoodPractice").term
    assert (RDFS + "subClassOf", "http://www.w3.org/ns/dcat#Resource") in practice.axioms
    assert (SKOS + "closeMatch", "https://schema.org/HowTo") in practice.mappings


def test_alignments_of_concepts_are_told_as_well(vocabulary: Description) -> None:
    types = vocabulary.vocabulary("precondition-type")
    assert types
    legal = next(c for c in types.concepts if c.anchor == "legal")
    assert legal.matches == ((SKOS + "closeMatch", SCHEME + "interoperability-layer/legal"),)


def test_every_property_knows_the_classes_that_use_it(vocabulary: Description) -> None:
    properties = {p.term.iri: p for p in vocabulary.properties}
    assert [c.name for c, _ in properties[GP + "hasStep"].uses] == ["gp:GoodPractice"]
    assert len(properties[DCT + "description"].uses) > 5
    assert all(p.uses for p in vocabulary.properties)


def test_schemes_and_lists_hold_their_values(vocabulary: Description) -> None:
    assert {s.file for s in vocabulary.schemes} == set(OWN.scheme_files())
    maturity = vocabulary.vocabulary("maturity")
    assert maturity
    assert [c.anchor for c in maturity.concepts][:2] == ["unassessed", "idea"]
    assert maturity.concepts[1].rank == 1
    assert maturity.concepts[0].rank is None
    countries = vocabulary.vocabulary("countries")
    assert countries
    assert not countries.own
    assert countries.iris == ("http://publications.europa.eu/resource/authority/country",)
    assert len(countries.concepts) > 200
    assert vocabulary.vocabulary("absent") is None


def test_every_shape_is_told_once_with_its_profile(vocabulary: Description) -> None:
    rules = list(vocabulary.shapes.all())
    told = [r.iri for r in rules] + [iri for r in rules for iri, _ in r.queries]
    graph = artefacts.parse_turtle(artefacts.shape_files("reviewed"))
    named = {str(s) for s in graph.subjects() if str(s).startswith(GPSH)}
    assert sorted(told) == sorted(named)
    by_iri = {r.iri: r for r in rules}
    assert by_iri[GPSH + "reviewed-need-present"].profile == "reviewed"
    assert by_iri[GPSH + "practice-title"].profile == "listed"
    assert by_iri[GPSH + "practice-title-english"].severity == "Warning"
    assert "SELECT" in by_iri[GPSH + "parts-below-record"].queries[0][1]
    path = "".join(p.text for p in by_iri[GPSH + "linked-part-link"].path)
    assert path.startswith("^gp:hasStep | ^gp:hasHandover")


def test_every_documented_iri_has_an_address(vocabulary: Description) -> None:
    addresses = vocabulary.addresses
    assert addresses[GP + "GoodPractice"] == "/ontology#GoodPractice"
    assert addresses[DCT + "title"] == "/ontology#dct:title"
    assert addresses[GPSH + "practice-title"] == "/shapes#practice-title"
    assert addresses[SCHEME + "maturity/pilot"] == "/vocabularies/maturity#pilot"
    assert GP + "Absent" not in addresses


@pytest.mark.parametrize(
    ("iri", "address"),
    [
        (GP + "hasStep", "/ontology#hasStep"),
        ("https://w3id.org/practicegraph/ns", "/ontology"),
        ("https://w3id.org/practicegraph/ns/1.0.0", "/ontology"),
        ("https://w3id.org/practicegraph/ns/alignments/1.0.0", "/ontology/alignments"),
        ("https://w3id.org/practicegraph/shapes", "/shapes"),
        (SCHEME + "need", "/vocabularies/need"),
        (SCHEME + "need/ongoing-review", "/vocabularies/need#ongoing-review"),
        ("https://w3id.org/practicegraph/contributors", "/ontology#contributors"),
        ("https://w3id.org/practicegraph/context.jsonld", "/ontology/context.jsonld"),
        (GP + 'x"onclick="', None),
        (SCHEME + "need/a/b", None),
        (SCHEME + "../ontology", None),
        ("https://w3id.org/practicegraph/nsx", None),
        ("https://example.org/ns#hasStep", None),
    ],
)
def test_an_iri_of_the_vocabulary_leads_to_its_document(iri: str, address: str | None) -> None:
    assert term_address(iri) == address


def test_a_folder_without_a_vocabulary_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gp\.ttl"):
        describe(Rooms(tmp_path))


def test_a_list_that_leads_back_into_itself_is_read_once(tmp_path: Path) -> None:
    for folder in (OWN.ontology, OWN.shapes):
        shutil.copytree(folder, tmp_path / folder.name)
    with (tmp_path / "shapes" / "lesson.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "gpsh:lesson-lesson-type sh:in _:l . _:l rdf:first gp:Lesson ; rdf:rest _:l ."
            'gpsh:lesson-lesson-type-present sh:maxCount "many" .'
        )
    lesson = the(describe(Rooms(tmp_path)), "gp:Lesson")
    field = next(f for f in lesson.fields if f.listed.property == GP + "lessonType")
    assert field.listed.values.choices == (GP + "Lesson",)


def test_a_file_of_the_rooms_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for folder in (OWN.ontology, OWN.shapes):
        shutil.copytree(folder, tmp_path / folder.name)
    (tmp_path / "shapes" / "step.ttl").write_text("gpsh:x a", "utf-8")
    with pytest.raises(MalformedDocument, match=r"step\.ttl"):
        describe(Rooms(tmp_path))
