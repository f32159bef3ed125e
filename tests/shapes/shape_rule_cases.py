"""The table of rules that look at more than one field, and of changes that break none."""

from __future__ import annotations

from collections.abc import Iterator

from shape_case import RECORDS, SCHEME, Case
from shape_field_cases import field_cases

P = RECORDS["practice"]
LESSON = f'a gp:Lesson ; gp:lessonType <{SCHEME}lesson-type/risk> ; dct:description "Rain"@en'


def period(shape: str, part: str, paths: tuple[str, str], start: str, end: str) -> Case:
    """A period that ends before it starts."""
    subject = P + part
    return Case(
        shape,
        "practice",
        f"{start} to {end}",
        tuple((subject, path) for path in paths),
        f"<{subject}> {paths[0]} {start} ; {paths[1]} {end} .",
    )


RUN = ("prov:startedAtTime", "prov:endedAtTime")
ROLE = ("schema:startDate", "schema:endDate")
BACKWARDS = (
    ('"2019"^^xsd:gYear', '"2018"^^xsd:gYear'),
    ('"2019"^^xsd:gYear', '"2018-12-31"^^xsd:date'),
    ('"2019-02-01"^^xsd:date', '"2018"^^xsd:gYear'),
    ('"2019-02-01"^^xsd:date', '"2019-01"^^xsd:gYearMonth'),
    ('"2019-02-02"^^xsd:date', '"2019-02-01T08:00:00Z"^^xsd:dateTime'),
    ('"2019-02-01T09:00:00Z"^^xsd:dateTime', '"2019-02-01T08:00:00Z"^^xsd:dateTime'),
    ('"2019-02-01T09:00:00+01:00"^^xsd:dateTime', '"2019-02-01T07:30:00Z"^^xsd:dateTime'),
)
FORWARDS = (
    ('"2019"^^xsd:gYear', '"2019"^^xsd:gYear'),
    ('"2019-11-30"^^xsd:date', '"2019"^^xsd:gYear'),
    ('"2019-11-30"^^xsd:date', '"2019-11"^^xsd:gYearMonth'),
    ('"2019-11-30"^^xsd:date', '"2019-11-30T08:00:00Z"^^xsd:dateTime'),
    ('"2019-02-02T00:30:00+02:00"^^xsd:dateTime', '"2019-02-01T23:00:00Z"^^xsd:dateTime'),
)

SPECIAL = (
    Case(
        "practice-page-or-landing-page",
        "practice",
        "neither page",
        ((P, "foaf:page"), (P, "dcat:landingPage")),
    ),
    Case(
        "practice-step-positions-unique",
        "practice",
        "two steps at 2",
        ((P + "#step-3", "gp:position"),),
        f"<{P}#step-3> gp:position 2 .",
        frozenset({"step-handover-present"}),
    ),
    Case(
        "practice-step-positions-contiguous",
        "practice",
        "1, 2, 4",
        ((P + "#step-3", "gp:position"),),
        f"<{P}#step-3> gp:position 4 .",
    ),
    Case(
        "practice-step-positions-contiguous",
        "practice",
        "2, 3, 4",
        ((P + "#step-1", "gp:position"),),
        f"<{P}#step-1> gp:position 4 .",
        frozenset({"step-handover-present"}),
    ),
    Case(
        "practice-evidence-source-present",
        "practice",
        "monitored, and nothing shows it",
        ((P + "#outcome-1", "gp:supportedBy"), (P + "#outcome-2", "gp:supportedBy")),
        "",
        frozenset({"outcome-supported-by-present", "part-of-record"}),
    ),
    Case(
        "practice-adapted-from-acyclic",
        "practice",
        "adapted from itself",
        (),
        f"<{P}> gp:adaptedFrom <{P}> .",
    ),
    Case(
        "practice-adapted-from-acyclic",
        "practice",
        "adapted from itself through two others",
        (),
        f"<id/practice/allotments> gp:adaptedFrom <id/practice/b> ."
        f"<id/practice/b> gp:adaptedFrom <{P}> .",
    ),
    Case(
        "step-preceded-by-acyclic",
        "practice",
        "a step before itself through others",
        (),
        f"<{P}#step-1> gp:precededBy <{P}#step-3> .",
    ),
    Case(
        "step-preceded-by-acyclic",
        "practice",
        "a step before itself",
        (),
        f"<{P}#step-3> gp:precededBy <{P}#step-3> .",
    ),
    Case(
        "step-handover-present",
        "practice",
        "a handover to another step",
        ((P + "#handover-1", "gp:toStep"),),
        f"<{P}#handover-1> gp:toStep <{P}#step-3> .",
    ),
    Case(
        "implementation-used-present",
        "practice",
        "taken as it is from nowhere",
        ((P + "#implementation-1", "prov:used"), (P, "gp:adaptedFrom")),
    ),
    *(
        period("implementation-ended-not-before-start", "#implementation-1", RUN, *b)
        for b in BACKWARDS
    ),
    *(
        period("participation-end-not-before-start", "#participation-1", ROLE, *b)
        for b in BACKWARDS
    ),
    Case(
        "continuity-successor-present",
        "practice",
        "funding ended, nobody follows",
        ((P + "#continuity", "gp:successor"),),
    ),
    Case(
        "continuity-next-review-ahead",
        "practice",
        "review overdue",
        ((P + "#continuity", "gp:nextReview"),),
        f'<{P}#continuity> gp:nextReview "2021-06-01"^^xsd:date .',
    ),
    Case(
        "public-organisation-spatial-present",
        "organisation",
        "no territory",
        ((RECORDS["organisation"], "dct:spatial"),),
        "",
        frozenset({"organisation-spatial-present"}),
    ),
    *(
        Case(shape, "organisation", "left out", ((RECORDS["organisation"], path),))
        for shape, path in (
            ("organisation-title", "dct:title"),
            ("organisation-foaf-name", "foaf:name"),
        )
    ),
    Case(
        "record-address",
        "practice",
        "a part without an address",
        (),
        f"<{P}> gp:hasLesson [ {LESSON} ] .",
        frozenset({"practice-lesson"}),
    ),
    Case("part-of-record", "practice", "a part nobody links to", (), f"<{P}#lesson-2> {LESSON} ."),
    Case(
        "parts-below-record",
        "practice",
        "a part below another record",
        (),
        f"<{P}> gp:hasLesson <id/practice/b#lesson-1> . <id/practice/b#lesson-1> {LESSON} .",
    ),
    Case(
        "parts-below-record",
        "practice",
        "a part whose name only begins alike",
        (),
        f"<{P}> gp:hasLesson <{P}s#lesson-1> . <{P}s#lesson-1> {LESSON} .",
    ),
    Case(
        "parts-below-record",
        "practice",
        "evidence below another record",
        (),
        f"<{P}#outcome-1> gp:supportedBy <id/practice/b#evidence-1> ."
        f'<id/practice/b#evidence-1> a gp:EvidenceSource ; dct:title "Count"@en ;'
        f" foaf:page <https://b.example/> ; gp:evidenceMethod <{SCHEME}evidence-method/audit> .",
    ),
)

REVIEWED_MUST = {
    "challenge": "gp:challenge",
    "language": "dct:language",
    "practice-type": "gp:practiceType",
    "theme": "dcat:theme",
    "lead-organisation": "gp:leadOrganisation",
    "license": "dct:license",
}
REVIEWED_SHOULD = {
    "administrative-level": "gp:administrativeLevel",
    "participation-level": "gp:participationLevel",
    "coproduction-phase": "gp:coproductionPhase",
    "need": "gp:addressesNeed",
    "governance-model": "gp:governanceModel",
    "interoperability-layer": "gp:interoperabilityLayer",
    "participation": "cv:hasParticipation",
    "service": "gp:concernsService",
    "implementation": "gp:hasImplementation",
    "step": "gp:hasStep",
    "handover": "gp:hasHandover",
    "precondition": "gp:hasPrecondition",
    "lesson": "gp:hasLesson",
    "outcome": "gp:hasOutcome",
    "asset": "gp:providesAsset",
    "continuity": "gp:hasContinuity",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "status": "adms:status",
}
PARTS = {
    "participation",
    "implementation",
    "step",
    "handover",
    "precondition",
    "lesson",
    "continuity",
}


def reviewed_cases() -> Iterator[Case]:
    """One case for every rule that only the reviewed profile has."""
    for key, path in REVIEWED_MUST.items():
        also = frozenset({f"practice-{key}-present"})
        yield Case(f"reviewed-{key}-present", "practice", f"no {path}", ((P, path),), "", also)
    for key, path in REVIEWED_SHOULD.items():
        also = frozenset({"part-of-record"} if key in PARTS else ())
        if key == "outcome":
            also = frozenset({"part-of-record", "practice-evidence-source-present"})
        yield Case(f"reviewed-{key}-present", "practice", f"no {path}", ((P, path),), "", also)
    yield Case(
        "reviewed-evidence-level-assessed",
        "practice",
        "not assessed",
        ((P, "gp:evidenceLevel"),),
        f"<{P}> gp:evidenceLevel <{SCHEME}evidence-level/unassessed> .",
    )


LISTED = (*field_cases(), *SPECIAL)
REVIEWED = tuple(reviewed_cases())

# Changes that must not be held against a record.
ACCEPTED = (
    *(period("", "#implementation-1", RUN, *pair) for pair in FORWARDS),
    *(period("", "#participation-1", ROLE, *pair) for pair in FORWARDS),
    Case("", "practice", "only one of the two pages", ((P, "foaf:page"),)),
    Case("", "practice", "only the other page", ((P, "dcat:landingPage"),)),
    Case(
        "",
        "practice",
        "no handover where a role stays on",
        ((P + "#handover-1", "gp:fromStep"), (P + "#handover-1", "gp:toStep")),
        f"<{P}#handover-1> gp:fromStep <{P}#step-2> ; gp:toStep <{P}#step-3> ."
        f"<{P}#step-2> gp:responsibleRole <{SCHEME}participant-role/owner> .",
    ),
    Case(
        "",
        "practice",
        "the original needs no source",
        (
            (P + "#implementation-1", "prov:used"),
            (P + "#implementation-1", "gp:reuseMode"),
            (P, "gp:adaptedFrom"),
        ),
        f"<{P}#implementation-1> gp:reuseMode <{SCHEME}reuse-mode/original> .",
    ),
    Case(
        "",
        "practice",
        "adapted from a practice that the record names",
        ((P + "#implementation-1", "prov:used"), (P + "#implementation-1", "gp:reuseMode")),
        f"<{P}#implementation-1> gp:reuseMode <{SCHEME}reuse-mode/adapted> .",
    ),
    Case(
        "",
        "practice",
        "funded for a long time, nobody named to follow",
        ((P + "#continuity", "gp:successor"), (P + "#continuity", "gp:fundingEnd")),
        f'<{P}#continuity> gp:fundingEnd "2999-12-31"^^xsd:date .',
    ),
    Case(
        "",
        "practice",
        "a unit by its address",
        ((P + "#outcome-1", "gp:unit"),),
        f"<{P}#outcome-1> gp:unit <http://qudt.org/vocab/unit/DAY> .",
    ),
    Case("", "practice", "a third language", (), f'<{P}> dct:title "Dārzu lete"@lv .'),
    Case(
        "",
        "practice",
        "British English",
        ((P, "dct:title"),),
        f'<{P}> dct:title "Desk"@en-GB, "A"@it .',
    ),
)

# Ill-typed and mixed values in the rules that calculate: whatever is found, no engine may stop, and
# all must find the same.
ODD = (
    *(
        Case("", "practice", f"a step at {value}", ((P + "#step-2", "gp:position"),), add)
        for value in (
            '"three"^^xsd:integer',
            '"2.0"',
            '"two"@en',
            "2.5",
            '"-1"^^xsd:positiveInteger',
        )
        for add in (f"<{P}#step-2> gp:position {value} .",)
    ),
    *(
        period("", "#implementation-1", RUN, start, end)
        for start, end in (
            ('"2019-99-01T00:00:00Z"^^xsd:dateTime', '"2018-01-01T00:00:00Z"^^xsd:dateTime'),
            ('"2019-01-02T00:00:00"^^xsd:dateTime', '"2019-01-01T00:00:00"^^xsd:dateTime'),
            ('"2019"', '"2018"'),
            ('"spring 2019"@en', '"2018"^^xsd:gYear'),
            ('"2019Z"^^xsd:gYear', '"2018-12"^^xsd:gYearMonth'),
        )
    ),
    Case(
        "",
        "practice",
        "a role that is a text",
        ((P + "#step-1", "gp:responsibleRole"),),
        f'<{P}#step-1> gp:responsibleRole "the mayor"@en .',
    ),
)
