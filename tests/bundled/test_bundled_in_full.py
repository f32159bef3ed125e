"""The practices described in full: steps, roles, dates, evidence and something to take away."""

from __future__ import annotations

from typing import Final

from bundled_files import (
    CV,
    GP,
    SCHEMA,
    File,
    listed,
    practice,
    violations,
)
from rdflib import DCTERMS, PROV, Graph, URIRef

from practicegraph.validation import RecordReport

#: The practices described in full, each with something to take away under an open licence.
RICH: Final = {
    "budget-participatif-paris",
    "decidim",
    "observatory-of-the-city-madrid",
    "omastadi-helsinki",
    "participatory-strategic-planning-module",
}
#: Described in full as well, but their authors give nothing away under an open licence.
WITHOUT_ASSET: Final = {
    "bologna-urban-commons-regulation",
    "civic-uses-naples",
    "families-share",
    "quartiere-bene-comune",
    "unified-customer-service-centres-latvia",
    "young-peoples-services-surrey",
}


def missing_of_rich(graph: Graph, record: URIRef) -> list[str]:
    """Which ingredients of a full description a practice lacks."""
    steps = list(graph.objects(record, GP.hasStep))
    outcomes = list(graph.objects(record, GP.hasOutcome))
    dated = [
        participation
        for participation in graph.objects(record, CV.hasParticipation)
        if (participation, SCHEMA.startDate, None) in graph
        and (participation, CV.role, None) in graph
    ]
    ingredients = {
        "three steps": len(steps) >= 3,
        "a role for every step": all((s, GP.responsibleRole, None) in graph for s in steps),
        "a handover": (record, GP.hasHandover, None) in graph,
        "a participation with role and start": bool(dated),
        "an implementation with its start": any(
            (i, PROV.startedAtTime, None) in graph
            for i in graph.objects(record, GP.hasImplementation)
        ),
        "a precondition": (record, GP.hasPrecondition, None) in graph,
        "an outcome": bool(outcomes),
        "evidence for every outcome": all((o, GP.supportedBy, None) in graph for o in outcomes),
        "an asset with its licence": any(
            (asset, DCTERMS.license, None) in graph
            for asset in graph.objects(record, GP.providesAsset)
        ),
        "continuity": (record, GP.hasContinuity, None) in graph,
        "a lesson": (record, GP.hasLesson, None) in graph,
    }
    return [ingredient for ingredient, there in ingredients.items() if not there]


def test_at_least_five_practices_have_every_ingredient(
    practices: list[File], bundled: Graph
) -> None:
    lacking = {file.path.stem: missing_of_rich(bundled, file.record) for file in practices}
    full = {slug for slug, missing in lacking.items() if not missing}
    assert full >= RICH, listed({slug: lacking[slug] for slug in RICH - full})
    assert len(full) >= 5


def test_the_others_described_in_full_lack_nothing_but_an_asset(bundled: Graph) -> None:
    lacking = {slug: missing_of_rich(bundled, practice(slug)) for slug in WITHOUT_ASSET}
    more = {slug: what for slug, what in lacking.items() if what != ["an asset with its licence"]}
    assert not more, listed(dict(more))


def test_the_practices_described_in_full_conform_to_the_reviewed_profile(
    reports: dict[str, dict[str, RecordReport]],
) -> None:
    problems = {
        slug: found
        for slug in sorted(RICH | WITHOUT_ASSET)
        if (found := violations(reports["reviewed"][str(practice(slug))]))
    }
    assert not problems, listed(dict(problems))


def test_steps_are_numbered_and_a_change_of_role_is_a_handover(
    practices: list[File], bundled: Graph
) -> None:
    problems: dict[str, object] = {}
    for file in practices:
        steps = {
            int(str(bundled.value(step, GP.position))): step
            for step in bundled.objects(file.record, GP.hasStep)
        }
        if sorted(steps) != list(range(1, len(steps) + 1)):
            problems[file.name] = f"positions {sorted(steps)}"
        for number in range(2, len(steps) + 1):
            before, after = steps[number - 1], steps[number]
            roles = tuple(bundled.value(step, GP.responsibleRole) for step in (before, after))
            handed_over = {
                (bundled.value(h, GP.fromRole), bundled.value(h, GP.toRole))
                for h in bundled.objects(file.record, GP.hasHandover)
                if (h, GP.fromStep, before) in bundled and (h, GP.toStep, after) in bundled
            }
            if handed_over != ({roles} if roles[0] != roles[1] else set()):
                problems[f"{file.name}#step-{number}"] = f"{roles} against {handed_over}"
            if bundled.value(after, GP.precededBy) != before:
                problems[f"{file.name}#step-{number}"] = "does not follow the step before it"
    assert not problems, listed(problems)
