"""What a record must and should have, by class: the columns M and R of the specification.

The shapes hold the rule, and every gate takes it as it stands; only this list knows that a field
was made optional, or a warning of a violation, by accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from practicegraph import artefacts, fields
from practicegraph.fields import Need
from practicegraph.namespaces import compact

#: Class → the mandatory fields and the recommended ones, in the profile *listed*.
LISTED: Final[Mapping[str, tuple[str, str]]] = {
    "gp:GoodPractice": (
        "dct:identifier dct:title dct:description dct:spatial dct:source gp:maturity "
        "gp:evidenceLevel",
        "gp:challenge dct:language gp:practiceType dcat:theme gp:policyArea gp:leadOrganisation "
        "dct:license",
    ),
    "gp:PracticeStep": ("dct:title gp:position", "gp:processPhase gp:responsibleRole"),
    "gp:Handover": ("gp:fromStep gp:toStep gp:fromRole gp:toRole gp:artefact", ""),
    "gp:Implementation": (
        "gp:implements prov:wasAssociatedWith dct:spatial gp:reuseMode",
        "prov:startedAtTime",
    ),
    "gp:Outcome": ("gp:outcomeType dct:description", "gp:supportedBy dct:source"),
    "gp:EvidenceSource": ("dct:title", "gp:evidenceMethod foaf:page"),
    "gp:Precondition": ("gp:preconditionType dct:description", "gp:isBlocking"),
    "gp:Lesson": ("gp:lessonType dct:description", ""),
    "gp:ReusableAsset": (
        "dct:identifier dct:title gp:assetType dct:license dct:source",
        "dct:description dcat:version dct:conformsTo dcat:landingPage",
    ),
    "gp:TransferAssessment": ("oa:hasTarget dct:spatial dct:description", ""),
    "gp:Continuity": ("", "gp:maintainer"),
    "cv:Participation": ("dct:identifier dct:description cv:role cv:hasParticipant", ""),
    "cpsv:PublicService": (
        "dct:identifier dct:title dct:description cv:hasCompetentAuthority dct:source",
        "dct:language dct:spatial cv:thematicArea foaf:page",
    ),
    "cv:PublicOrganisation": (
        "dct:identifier skos:prefLabel dct:spatial",
        "dct:type foaf:homepage dct:source",
    ),
    "org:Organization": (
        "dct:identifier skos:prefLabel",
        "dct:type dct:spatial foaf:homepage dct:source",
    ),
    "foaf:Organization": (
        "dct:identifier skos:prefLabel",
        "dct:type dct:spatial foaf:homepage dct:source",
    ),
}
REVIEWED: Final = {
    **LISTED,
    "gp:GoodPractice": (
        f"{LISTED['gp:GoodPractice'][0]} gp:challenge dct:language gp:practiceType dcat:theme "
        "gp:leadOrganisation dct:license",
        "gp:policyArea gp:administrativeLevel gp:participationLevel gp:coproductionPhase "
        "gp:addressesNeed gp:governanceModel gp:interoperabilityLayer cv:hasParticipation "
        "gp:concernsService gp:hasImplementation gp:hasStep gp:hasHandover gp:hasPrecondition "
        "gp:hasLesson gp:hasOutcome gp:providesAsset gp:hasContinuity dct:issued dct:modified "
        "adms:status",
    ),
}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [("listed", LISTED), ("reviewed", REVIEWED)],
    ids=("listed", "reviewed"),
)
def test_each_class_must_and_should_have_what_the_specification_says(
    profile: str, expected: Mapping[str, tuple[str, str]]
) -> None:
    found = fields.read(artefacts.parse_turtle(artefacts.shape_files(profile)))
    assert {
        compact(cls): tuple(
            {compact(name) for name, field in of_class.items() if field.need is need}
            for need in (Need.MANDATORY, Need.RECOMMENDED)
        )
        for cls, of_class in found.items()
    } == {cls: tuple(set(names.split()) for names in both) for cls, both in expected.items()}
