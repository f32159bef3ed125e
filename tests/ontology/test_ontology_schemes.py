"""The concept schemes: the codes of the specification, each named and defined in four languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS

SCHEMES = Path(__file__).resolve().parents[2] / "ontology" / "schemes"
BASE = "https://w3id.org/practicegraph/scheme/"
POSITION = rdflib.URIRef("https://schema.org/position")
LANGUAGES = ["en", "es", "it", "lv"]

# The specification, in its order. A change here is a change of the vocabulary's version.
CONCEPTS = {
    "practice-type": "service-design delivery-model participation digital-enabler data-sharing "
    "organisational regulatory-simplification procurement",
    "maturity": "unassessed idea prototype pilot operational scaled discontinued",
    "evidence-level": "unassessed self-reported monitored before-after comparison-group "
    "randomised-or-synthesised",
    "evidence-method": "survey administrative-data case-study evaluation audit",
    "reuse-mode": "original as-is adapted inspired abandoned",
    "participation-level": "inform consult involve collaborate empower",
    "coproduction-phase": "co-commission co-design co-deliver co-assess",
    "process-phase": "engage design build sustain",
    "need": "capacity-building step-by-step-instruction simplified-handoffs open-network-status "
    "process-accountability lower-engagement-cost ongoing-review sustainability-by-design",
    "governance-model": "citizen-sourcing public-civil-partnership government-as-platform "
    "citizen-to-citizen",
    "administrative-level": "local regional national cross-border european",
    "interoperability-layer": "legal organisational semantic technical",
    "precondition-type": "legal organisational semantic technical skills financial political",
    "lesson-type": "success-factor barrier risk pitfall",
    "outcome-type": "time cost quality uptake satisfaction inclusion trust burden environment",
    "participant-role": "owner implementer co-producer beneficiary funder evaluator",
    "asset-type": "software template guideline specification dataset training",
    "technology": "artificial-intelligence blockchain open-data apis cloud iot geospatial "
    "e-participation-platform digital-identity robotics none",
}

# What stands outside a ranking: unknown is unknown, and an end is not a height.
UNRANKED = {"unassessed", "discontinued"}
RANKED = {
    "maturity",
    "evidence-level",
    "participation-level",
    "coproduction-phase",
    "process-phase",
    "administrative-level",
}


def load(name: str) -> tuple[rdflib.Graph, rdflib.URIRef, list[rdflib.URIRef]]:
    graph = rdflib.Graph().parse(SCHEMES / f"{name}.ttl", format="turtle")
    concepts = sorted(set(graph.subjects(RDF.type, SKOS.Concept)))
    return graph, rdflib.URIRef(BASE + name), concepts


def languages(graph: rdflib.Graph, node: rdflib.term.Node, prop: rdflib.URIRef) -> list[str]:
    return sorted(str(text.language) for text in graph.objects(node, prop))


def test_there_is_one_file_for_each_scheme() -> None:
    assert {file.stem for file in SCHEMES.glob("*.ttl")} == set(CONCEPTS)


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_scheme_holds_the_concepts_of_the_specification_in_its_order(name: str) -> None:
    graph, _, concepts = load(name)
    shown = sorted(concepts, key=lambda c: graph.value(c, SH.order))
    assert [c.removeprefix(f"{BASE}{name}/") for c in shown] == CONCEPTS[name].split()
    orders = sorted(int(graph.value(c, SH.order)) for c in concepts)
    assert orders == list(range(1, len(concepts) + 1))


@pytest.mark.parametrize("name", CONCEPTS)
def test_concepts_and_scheme_point_at_each_other(name: str) -> None:
    graph, scheme, concepts = load(name)
    assert sorted(graph.objects(scheme, SKOS.hasTopConcept)) == concepts
    for prop in (SKOS.inScheme, SKOS.topConceptOf, RDFS.isDefinedBy):
        assert {c: list(graph.objects(c, prop)) for c in concepts} == {
            c: [scheme] for c in concepts
        }
    subjects = set(graph.subjects())
    assert subjects == {scheme, *concepts}


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_concept_has_one_label_and_one_definition_in_each_language(name: str) -> None:
    graph, scheme, concepts = load(name)
    for concept in concepts:
        assert languages(graph, concept, SKOS.prefLabel) == LANGUAGES, concept
        assert languages(graph, concept, SKOS.definition) == LANGUAGES, concept
    assert languages(graph, scheme, DCTERMS.title) == LANGUAGES
    assert languages(graph, scheme, DCTERMS.description) == LANGUAGES


@pytest.mark.parametrize("name", CONCEPTS)
@pytest.mark.parametrize("prop", [SKOS.prefLabel, SKOS.definition])
def test_no_two_concepts_of_a_scheme_share_a_text(name: str, prop: rdflib.URIRef) -> None:
    graph, _, concepts = load(name)
    texts = Counter(
        (str(t).casefold(), t.language) for c in concepts for t in graph.objects(c, prop)
    )
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", CONCEPTS)
def test_definitions_are_sentences_that_do_not_begin_with_their_label(name: str) -> None:
    graph, _, concepts = load(name)
    for concept in concepts:
        labels = {t.language: str(t).casefold() for t in graph.objects(concept, SKOS.prefLabel)}
        for text in graph.objects(concept, SKOS.definition):
            assert str(text)[0].isupper(), text
            assert str(text).endswith("."), text
            assert str(text) == " ".join(str(text).split()), text
            assert not re.match(re.escape(labels[text.language]) + r"\b", text.casefold()), text


@pytest.mark.parametrize("name", CONCEPTS)
def test_only_what_can_be_ranked_has_a_rank(name: str) -> None:
    graph, _, concepts = load(name)
    ranked = [c for c in CONCEPTS[name].split() if name in RANKED and c not in UNRANKED]
    positions = {
        c.removeprefix(f"{BASE}{name}/"): p.toPython()
        for c in concepts
        for p in graph.objects(c, POSITION)
    }
    assert positions == {concept: rank for rank, concept in enumerate(ranked, 1)}


def test_records_use_only_concepts_that_exist(
    records: rdflib.Graph, parse: Callable[[list[Path]], rdflib.Graph]
) -> None:
    schemes = parse(sorted(SCHEMES.glob("*.ttl")))
    known = set(schemes.subjects(RDF.type, SKOS.Concept))
    named = {o for o in records.objects() if isinstance(o, rdflib.URIRef) and o.startswith(BASE)}
    assert named, "the records name no concept at all"
    assert named - known == set()
