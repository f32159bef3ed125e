"""The table of fields: one mutation of a valid record for every rule of every field.

The table is written from the specification, not read from the shapes, so that a shape with a
wrong path or a wrong list does not confirm itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shape_case import EU, RECORDS, SCHEME, Case

# prefix of the shapes: record, subject
SUBJECTS = {
    "practice": ("practice", ""),
    "step": ("practice", "#step-3"),
    "handover": ("practice", "#handover-1"),
    "implementation": ("practice", "#implementation-1"),
    "outcome": ("practice", "#outcome-1"),
    "evidence": ("practice", "#evidence-1"),
    "precondition": ("practice", "#precondition-1"),
    "lesson": ("practice", "#lesson-1"),
    "participation": ("practice", "#participation-1"),
    "continuity": ("practice", "#continuity"),
    "assessment": ("practice", "#assessment-1"),
    "asset": ("asset", ""),
    "organisation": ("organisation", ""),
    "service": ("service", ""),
}

# A line: field, path, kind of value, its rules. M mandatory, R recommended, I a hint when absent,
# 1 at most one, L one per language, E in English, 2 in two languages.
FIELDS = {
    "practice": """
        identifier            dct:identifier              string                          M 1
        title                 dct:title                   text                            M L E 2
        description           dct:description             text                            M L
        language              dct:language                language                        R
        practice-type         gp:practiceType             concept:practice-type           R 1
        challenge             gp:challenge                text                            R L
        need                  gp:addressesNeed            concept:need
        goal                  gp:contributesToGoal        goal
        maturity              gp:maturity                 concept:maturity                M 1
        spatial               dct:spatial                 place                           M
        theme                 dcat:theme                  theme                           R
        policy-area           gp:policyArea               cofog                           R
        subject               dct:subject                 eurovoc                         I
        administrative-level  gp:administrativeLevel      concept:administrative-level
        interoperability-layer gp:interoperabilityLayer   concept:interoperability-layer
        legislation           dcatap:applicableLegislation iri
        lead-organisation     gp:leadOrganisation         record:organisation             R
        participation         cv:hasParticipation         part
        participation-level   gp:participationLevel       concept:participation-level
        coproduction-phase    gp:coproductionPhase        concept:coproduction-phase
        governance-model      gp:governanceModel          concept:governance-model
        funding               frapo:isFundedBy            iri
        service               gp:concernsService          record:service
        step                  gp:hasStep                  part
        handover              gp:hasHandover              part
        technology            gp:technology               concept:technology
        evidence-level        gp:evidenceLevel            concept:evidence-level          M 1
        outcome               gp:hasOutcome               part
        implementation        gp:hasImplementation        part
        precondition          gp:hasPrecondition          part
        lesson                gp:hasLesson                part
        asset                 gp:providesAsset            record:asset
        assessment            gp:hasTransferAssessment    part
        adapted-from          gp:adaptedFrom              record:practice
        part-of               dct:isPartOf                record:practice
        license               dct:license                 licence                         R 1
        continuity            gp:hasContinuity            part
        source                dct:source                  page                            M
        page                  foaf:page                   page
        landing-page          dcat:landingPage            page
        issued                dct:issued                  date                            1
        modified              dct:modified                date                            1
        status                adms:status                 status                          1
    """,
    "step": """
        title                 dct:title                   text                            M L
        description           dct:description             text                            L
        position              gp:position                 position                        M 1
        preceded-by           gp:precededBy               part
        process-phase         gp:processPhase             concept:process-phase           R
        responsible-role      gp:responsibleRole          concept:participant-role        R
    """,
    "handover": """
        from-step             gp:fromStep                 part                            M 1
        to-step               gp:toStep                   part                            M 1
        from-role             gp:fromRole                 concept:participant-role        M 1
        to-role               gp:toRole                   concept:participant-role        M 1
        artefact              gp:artefact                 text                            M L
    """,
    "implementation": """
        title                 dct:title                   text                            L
        description           dct:description             text                            L
        implements            gp:implements               record:practice                 M
        organisation          prov:wasAssociatedWith      record:organisation             M
        spatial               dct:spatial                 place                           M
        reuse-mode            gp:reuseMode                concept:reuse-mode              M 1
        used                  prov:used                   record:practice
        started               prov:startedAtTime          date                            R 1
        ended                 prov:endedAtTime            date                            1
    """,
    "outcome": """
        outcome-type          gp:outcomeType              concept:outcome-type            M
        description           dct:description             text                            M L
        indicator             gp:indicator                text                            L
        baseline              gp:baselineValue            decimal                         1
        result                gp:resultValue              decimal                         1
        unit                  gp:unit                     unit                            L
        date                  dct:date                    date                            1
        source                dct:source                  page                            R
        supported-by          gp:supportedBy              part                            R
        outcome-of            gp:outcomeOf                part
    """,
    "evidence": """
        title                 dct:title                   text                            M L
        page                  foaf:page                   page                            R
        method                gp:evidenceMethod           concept:evidence-method         R
        issued                dct:issued                  date                            1
    """,
    "precondition": """
        precondition-type     gp:preconditionType         concept:precondition-type       M
        description           dct:description             text                            M L
        blocking              gp:isBlocking               boolean                         R 1
    """,
    "lesson": """
        lesson-type           gp:lessonType               concept:lesson-type             M
        description           dct:description             text                            M L
    """,
    "participation": """
        identifier            dct:identifier              string                          M 1
        description           dct:description             text                            M L
        role                  cv:role                     concept:participant-role        M
        participant           cv:hasParticipant           record:organisation             M 1
        start                 schema:startDate            date                            1
        end                   schema:endDate              date                            1
    """,
    "continuity": """
        maintainer            gp:maintainer               record:organisation             R
        funding-end           gp:fundingEnd               day                             1
        successor             gp:successor                successor
        plan                  gp:continuityPlan           text                            L
        next-review           gp:nextReview               day                             1
    """,
    "assessment": """
        target                oa:hasTarget                record:practice                 M 1
        spatial               dct:spatial                 place                           M
        description           dct:description             text                            M L
        interoperability-layer gp:interoperabilityLayer   concept:interoperability-layer
        date                  dct:date                    date                            1
        attributed-to         prov:wasAttributedTo        record:organisation
    """,
    "asset": """
        identifier            dct:identifier              string                          M 1
        title                 dct:title                   text                            M L E
        description           dct:description             text                            R L
        language              dct:language                language
        asset-type            gp:assetType                concept:asset-type              M
        publisher             dct:publisher               record:organisation
        license               dct:license                 licence                         M 1
        version               dcat:version                string                          R 1
        conforms-to           dct:conformsTo              iri                             R
        landing-page          dcat:landingPage            page                            R
        source                dct:source                  page                            M
    """,
    "organisation": """
        identifier            dct:identifier              string                          M 1
        name                  skos:prefLabel              text                            M L E
        title                 dct:title                   name
        foaf-name             foaf:name                   name
        alternative-name      skos:altLabel               text
        type                  dct:type                    publisher-type                  R
        classification        org:classification          iri
        spatial               dct:spatial                 place                           R
        part-of               org:subOrganizationOf       record:organisation
        homepage              foaf:homepage               page                            R
        same-as               owl:sameAs                  iri
        exact-match           skos:exactMatch             iri
        source                dct:source                  page                            R
    """,
    "service": """
        identifier            dct:identifier              string                          M 1
        title                 dct:title                   text                            M L E 2
        description           dct:description             text                            M L
        language              dct:language                language                        R
        competent-authority   cv:hasCompetentAuthority    record:organisation             M
        spatial               dct:spatial                 place                           R
        thematic-area         cv:thematicArea             iri                             R
        sector                cv:sector                   iri
        event                 cv:isGroupedBy              iri
        page                  foaf:page                   page                            R
        source                dct:source                  page                            M
        status                adms:status                 status                          1
    """,
}

# Values that a field of this kind must refuse.
BAD = {
    "text": ('"no language"', '"  "@fr', "<https://a.example/>"),
    "string": ('" "', '"with a language"@en', "7"),
    "iri": ('"https://a.example/"',),
    "page": ('"https://a.example/"', "<mailto:desk@green-town.example>", "<http:>"),
    "place": (
        '"Italy"',
        f"<{EU}country/it>",
        "<http://data.europa.eu/nuts/code/Bologna>",
        "<https://sws.geonames.org/3181928/>",
    ),
    "language": ('"it"', f"<{EU}language/it>", "<http://lexvo.org/id/iso639-3/ita>"),
    "goal": (
        '"11"',
        "<http://metadata.un.org/sdg/18>",
        "<http://metadata.un.org/sdg/0>",
        "<https://metadata.un.org/sdg/11>",
    ),
    "theme": ('"REGI"', f"<{EU}data-theme/GARDENS>"),
    "cofog": ('"08"', f"<{EU}main-activity/gardens>"),
    "eurovoc": ('"garden"', "<http://eurovoc.europa.eu/garden>", "<https://eurovoc.europa.eu/77>"),
    "licence": ('"CC-BY"', "<http://creativecommons.org/licenses/by-nc/4.0/>"),
    "status": ('"done"', "<http://purl.org/adms/status/Done>"),
    "publisher-type": ('"town"', "<http://purl.org/adms/publishertype/Town>"),
    "date": (
        '"2019"',
        '"2019-02-30"^^xsd:date',
        '"2019-00"^^xsd:gYearMonth',
        '"201"^^xsd:gYear',
        '"2019-01-01T25:00:00"^^xsd:dateTime',
        "2019",
    ),
    "day": ('"2999-01-01"', '"2999-02-30"^^xsd:date', '"2999"^^xsd:gYear'),
    "decimal": ('"12,5"^^xsd:decimal', '"12.5"', "12", "1.2e1"),
    "boolean": ('"yes"', '"yes"^^xsd:boolean', "1"),
    "position": ('"3"', "-1", "3.0", '"three"^^xsd:integer'),
    "unit": ('"persons"', '" "@fr', "7"),
    "successor": ('"Garden society"', "<id/service/garden-plots>"),
    "record:organisation": (
        '"Green Town"',
        "<https://green-town.example/>",
        "<id/organisation/a#b>",
    ),
    "record:practice": ('"Garden desk"', "<https://green-town.example/>", "<id/practice/a#b>"),
    "record:asset": ('"Plot map"', "<https://green-town.example/>", "<id/practice/plot-map>"),
    "record:service": ('"Garden plots"', "<https://green-town.example/>", "<id/practice/plots>"),
    "part": ('"a step"', "<{record}#nothing-is-said-of-it>"),
    "name": ('"Another name"@en',),
}

# A second value that is good on its own, for fields that take one.
SECOND = {
    "part": "<{record}#step-3>",
    "string": '"another"',
    "licence": "<http://creativecommons.org/licenses/by/4.0/>",
    "date": '"2019-06"^^xsd:gYearMonth',
    "day": '"2998-01-01"^^xsd:date',
    "decimal": "11.5",
    "boolean": "false",
    "position": "4",
    "status": "<http://purl.org/adms/status/UnderDevelopment>",
    "record:organisation": "<id/organisation/green-region>",
    "record:practice": "<id/practice/open-town>",
    "concept:practice-type": f"<{SCHEME}practice-type/procurement>",
    "concept:maturity": f"<{SCHEME}maturity/scaled>",
    "concept:evidence-level": f"<{SCHEME}evidence-level/before-after>",
    "concept:reuse-mode": f"<{SCHEME}reuse-mode/adapted>",
    "concept:participant-role": f"<{SCHEME}participant-role/funder>",
}
RULES = {
    "M": "present",
    "R": "present",
    "I": "present",
    "1": "single",
    "L": "language",
    "E": "english",
    "2": "languages",
}

# What else must fail, because the field takes part in another rule as well.
ALSO = {
    "practice-title-present": {"practice-title-english", "practice-title-languages"},
    "service-title-present": {"service-title-english", "service-title-languages"},
    "asset-title-present": {"asset-title-english"},
    "organisation-name": {"organisation-title", "organisation-foaf-name"},
    "organisation-name-language": {"organisation-title", "organisation-foaf-name"},
    "organisation-name-english": {"organisation-title", "organisation-foaf-name"},
    "organisation-name-present": {
        "organisation-name-english",
        "organisation-title",
        "organisation-foaf-name",
    },
    "organisation-spatial-present": {"public-organisation-spatial-present"},
    "handover-from-step": {"step-handover-present"},
    "handover-to-step": {"step-handover-present"},
    "handover-from-step-present": {"step-handover-present"},
    "handover-to-step-present": {"step-handover-present"},
    "outcome-supported-by-present": {"part-of-record"},
}


def field_cases() -> Iterator[Case]:
    """One case for the bad values of every line of `FIELDS`, and one for every rule."""
    for prefix, lines in FIELDS.items():
        record, part = SUBJECTS[prefix]
        subject = RECORDS[record] + part
        for line in lines.strip().splitlines():
            key, path, kind, *rules = line.split()
            shape = f"{prefix}-{key}"
            bad = bad_values(kind)
            drop = ((subject, path),) if "1" in rules else ()
            also = {f"{shape}-single"} if "1" in rules and len(bad) > 1 else set()
            add = f"<{subject}> {path} {', '.join(bad)} ."
            yield case(shape, record, drop, add, f"bad values of {path}", also, len(bad))
            for rule in rules:
                yield rule_case(rule, shape, record, subject, path, kind)


def bad_values(kind: str) -> tuple[str, ...]:
    """The values a field of this kind must refuse."""
    if not kind.startswith("concept:"):
        return BAD[kind]
    scheme = kind.removeprefix("concept:")
    other = "need/ongoing-review" if scheme != "need" else "maturity/pilot"
    return ('"a word"', f"<{SCHEME}{scheme}/made-up>", f"<{SCHEME}{other}>")


def rule_case(rule: str, shape: str, record: str, subject: str, path: str, kind: str) -> Case:
    """The case that breaks one rule of a field."""
    name = f"{shape}-{RULES[rule]}"
    gone = ((subject, path),)
    start = f"<{subject}> {path} "
    if rule in "MRI":
        return case(name, record, gone, "", f"no {path}")
    if rule == "1":
        return case(name, record, (), start + SECOND[kind] + " .", f"a second {path}")
    if rule == "L":
        return case(name, record, (), start + '"Another"@en .', f"two English {path}")
    if rule == "E":
        return case(name, record, gone, start + '"Garten"@de, "Orto"@it .', f"no English {path}")
    return case(name, record, gone, start + '"Garden"@en .', f"one language of {path}")


def case(
    shape: str,
    record: str,
    drop: tuple[tuple[str, str], ...],
    add: str,
    change: str,
    also: Iterable[str] = (),
    values: int = 0,
) -> Case:
    """A case whose texts may name the record by {record}."""
    others = frozenset({*also, *ALSO.get(shape, ())})
    return Case(
        shape, record, change, drop, add.replace("{record}", RECORDS[record]), others, values
    )
