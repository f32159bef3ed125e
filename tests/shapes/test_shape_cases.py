"""Every rule of every shape accepts a good record and catches the one change that breaks it."""

from __future__ import annotations

from functools import cache

import pyshacl
import pyshacl_turbo
import pytest
from rdflib import SH, Graph
from shape_case import RECORDS, Case
from shape_kit import (
    PROFILES,
    TEXTS,
    Finding,
    changed,
    expanded,
    literal_graph,
    local,
    mutated,
    read,
    reported,
    shapes_graph,
)
from shape_rule_cases import ACCEPTED, LISTED, ODD, REVIEWED, SPECIAL

from practicegraph.validation.validator import Validator, vocabulary
from practicegraph.vocabulary.constraints.fixtures import host, parsed

CASES = {"listed": (*LISTED, *ACCEPTED, *ODD), "reviewed": REVIEWED}
NUMBERED = [
    pytest.param(profile, index, case, id=f"{profile}: {case.name}")
    for profile, cases in CASES.items()
    for index, case in enumerate(cases)
]


@cache
def validator(profile: str) -> Validator:
    return Validator(profile)


@cache
def found(profile: str, index: int) -> frozenset[Finding]:
    """What pySHACL finds in one case."""
    triples = mutated(CASES[profile][index], host(index))
    return frozenset(reported(validator(profile).check_graph(triples)))


@pytest.mark.parametrize(("profile", "index", "case"), NUMBERED)
def test_a_change_is_caught_by_its_own_shape_and_no_other(
    profile: str, index: int, case: Case
) -> None:
    findings = found(profile, index)
    failed = {finding.shape for finding in findings}
    assert case in ODD or failed == case.also | ({case.shape} if case.shape else set())
    if case.values:
        refused = {finding.value for finding in findings if finding.shape == case.shape}
        assert len(refused) == case.values


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("record", RECORDS)
def test_a_valid_record_breaks_no_rule(profile: str, record: str) -> None:
    (report,) = validator(profile).check_graph(parsed(TEXTS[record], host(0)))
    assert report.checked
    assert report.results == ()
    assert report.unchecked == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_both_engines_find_the_same_in_every_case(profile: str) -> None:
    cases = CASES[profile]
    together = [triple for index, case in enumerate(cases) for triple in mutated(case, host(index))]
    turbo = reported(Validator(profile, engine="turbo").check_graph(together))
    apart = set().union(*(found(profile, index) for index in range(len(cases))))
    assert turbo == apart
    assert len(apart) >= len(LISTED if profile == "listed" else REVIEWED)


def all_at_once() -> Graph:
    """The vocabulary and one practice that breaks the rules that are queries, most at a time."""
    triples = list(parsed(TEXTS["practice"], host(0)))
    for case in {case.shape: case for case in SPECIAL if case.record == "practice"}.values():
        triples = changed(triples, case, host(0))
    return literal_graph([*vocabulary(), *triples])


def test_plain_engines_agree_in_results_and_messages() -> None:
    data, shapes = all_at_once(), shapes_graph()
    found_by = []
    for engine in (pyshacl, pyshacl_turbo):
        _, report, _ = engine.validate(data, shacl_graph=shapes, advanced=False)
        assert isinstance(report, Graph)
        for result in report.objects(None, SH.result):
            # pySHACL drops the language tag of a query's message, not the text.
            said = {str(message) for message in report.objects(result, SH.resultMessage)}
            shape = report.value(result, SH.sourceShape)
            assert said == {str(message) for message in shapes.objects(shape, SH.message)}
        found_by.append(read(report))
    assert found_by[0] == found_by[1]
    assert len({finding.shape for finding in found_by[0]}) > 10


def test_the_table_breaks_every_shape() -> None:
    shapes = shapes_graph()
    checking: set[str] = set()
    for node in set(shapes.subjects(SH.targetClass, None)):
        checking |= {local(str(shape)) for shape in shapes.objects(node, SH.property)}
        if (node, SH.severity, None) in shapes:
            checking.add(local(str(node)))
    assert checking == {case.shape for case in (*LISTED, *REVIEWED)}


def test_a_missing_handover_names_both_roles() -> None:
    index = next(i for i, case in enumerate(LISTED) if case.shape == "step-handover-present")
    (finding,) = found("listed", index)
    assert finding.value == '"owner → co-producer"'
    assert finding.focus.endswith("#step-2")
    assert finding.path == expanded("gp:responsibleRole")
