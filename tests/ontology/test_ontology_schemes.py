"""The concept schemes: the codes of the specification, in its order, with their ranks."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SH, SKOS

SCHEMES = Path(__file__).resolve().parents[2] / "ontology" / "schemes"
BASE = "https://w3id.org/practicegraph/scheme/"
POSITION = rdflib.URIRef("https://schema.org/position")

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


def test_there_is_one_file_for_each_scheme() -> None:
    assert {file.stem for file in SCHEMES.glob("*.ttl")} == set(CONCEPTS)


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_scheme_holds_the_concepts_of_the_specification_in_its_order(name: str) -> None:
    graph, _, concepts = load(name)
    shown = sorted(concepts, key=lambda c: graph.value(c, SH.order))
    assert [c.removeprefix(f"{BASE}{name}/") for c in shown] == CONCEPTS[name].split()


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
