"""One change by hand that breaks each gate's rule, and the term that the message must name."""

# ruff: noqa: E501  a case is read as one line of a table

from __future__ import annotations

from typing import NamedTuple

from practicegraph.namespaces import PREFIXES

GP = "ontology/gp.ttl"
ALIGNMENTS = "ontology/alignments.ttl"
CONTEXT = "ontology/context.jsonld"
MATURITY = "ontology/schemes/maturity.ttl"
COMMON = "shapes/common.ttl"
LESSON = "shapes/lesson.ttl"
STEP = "shapes/step.ttl"
RECORD = "ontology/examples/practice.ttl"
PRECONDITION = "shapes/precondition.ttl"
QUERY = "queries/practices.rq"

NAMES = {
    **PREFIXES,
    "ns": "https://w3id.org/practicegraph/",
    "maturity": "https://w3id.org/practicegraph/scheme/maturity/",
    "eu": "http://publications.europa.eu/resource/authority/",
    "here": "http://127.0.0.1:8000/",
}
TURTLE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMES.items())
_HEADER = "ns:ns"
_DEFINED = "rdfs:isDefinedBy <https://w3id.org/practicegraph/ns>"
_TEXTS = " , ".join(f'"{{0}} {tag}"@{tag}' for tag in ("en", "it", "es", "lv"))
_SAID = " , ".join(f'"It is {{0}} as said in {tag}."@{tag}' for tag in ("en", "it", "es", "lv"))


class Case(NamedTuple):
    """A change to one file: `old` becomes `new`; without `old`, `new` is added as Turtle.

    `term` is what the message of the gate must name, as a prefixed name (empty where the file as a
    whole is at fault); `also` are the other gates whose rules the change breaks as well; `times` is
    how often `old` is replaced (-1 is everywhere); `at` is the file at fault, if it is another one.
    """

    gate: str
    file: str
    old: str
    new: str
    term: str
    also: tuple[str, ...] = ()
    times: int = 1
    at: str = ""


def term(name: str, kind: str) -> str:
    """A complete definition of a term of ours that nothing uses."""
    label, said = _TEXTS.format(name), _SAID.format(name)
    return f"gp:{name} a {kind} ; rdfs:label {label} ; skos:definition {said} ; {_DEFINED} ."


#: A new term is used by no shape and has no name in the context.
_NEW_CLASS = ("own-class-used", "context-complete")
_NEW_PROPERTY = ("own-property-used", "context-complete")
_LESSON_EN = '"Add “Type of lesson”. Choose from the list https://w3id.org/practicegraph/scheme/lesson-type."@en'
_LESSON_ES = '"Añada «Tipo de lección». Elija de la lista https://w3id.org/practicegraph/scheme/lesson-type."@es'
_LICENCE = "dct:license <http://creativecommons.org/licenses/by/4.0/>"

CASES = [
    # Headers
    Case("header-complete", GP, '    dct:issued "2026-11-23"^^xsd:date ;\n', "", _HEADER),
    Case("header-complete", ALIGNMENTS, f"    {_LICENCE} ;\n", "", "ns:ns/alignments"),
    Case("header-complete", COMMON, '    vann:preferredNamespacePrefix "gpsh" ;\n', "", "ns:shapes"),
    Case("scheme-header", MATURITY, f"    {_LICENCE} ;\n", "", "ns:scheme/maturity"),
    Case("header-declared", ALIGNMENTS, "", "ns:other a owl:Ontology .", "", ("header-complete", "header-texts")),
    Case("shapes-declared", LESSON, "", "ns:other a owl:Ontology .", "", ("header-complete", "header-texts", "constraint-prefixes")),
    Case("header-texts", GP, '"PracticeGraph labās prakses vārdnīca"@lv', '"PracticeGraph"@et', _HEADER),
    Case("header-texts", MATURITY, '"Maturità"@it ,', '"Maturità"@it , "Grado"@it ,', "ns:scheme/maturity"),
    Case("header-dates", GP, 'dct:created "2026-11-23"^^xsd:date', 'dct:created "2026-11"^^xsd:gYearMonth', _HEADER),
    Case("header-dates", GP, 'dct:modified "20', 'dct:modified "19', _HEADER),
    Case("header-version", GP, "owl:versionIRI <https://w3id.org/practicegraph/ns/", "owl:versionIRI <https://w3id.org/practicegraph/ns/9", _HEADER),
    Case("header-version", MATURITY, 'owl:versionInfo "1.0.0"', 'owl:versionInfo "1.0"', "ns:scheme/maturity"),
    Case("header-prior-version", GP, "owl:priorVersion <https://w3id.org/practicegraph/ns/1.0.0> ;", "", _HEADER),
    Case("header-prior-version", GP, "owl:priorVersion <https://w3id.org/practicegraph/ns/", "owl:priorVersion <https://w3id.org/practicegraph/elsewhere/", _HEADER),
    Case("header-namespace", GP, 'preferredNamespaceUri "https://w3id.org/practicegraph/ns#"', 'preferredNamespaceUri "https://w3id.org/practicegraph/ns/"', _HEADER),
    Case("header-licence", GP, _LICENCE, "dct:license <https://licence.example/mine>", _HEADER),
    Case("header-citation", GP, "2026. https://w3id.org/practicegraph/ns/", "2026. https://w3id.org/practicegraph/ns, ", _HEADER),
    # Style
    Case("class-name", GP, "", term("good_thing", "owl:Class"), "gp:good_thing", _NEW_CLASS),
    Case("property-name", GP, "", term("GoodThing", "owl:ObjectProperty"), "gp:GoodThing", _NEW_PROPERTY),
    Case("concept-name", MATURITY, ":idea a", ":bigIdea a", "maturity:bigIdea", ("concept-top", "concept-defined")),
    Case("label-present", GP, '"Labā prakse"@lv', '"Laba prakse"@et', "gp:GoodPractice"),
    Case("label-present", MATURITY, '"Ideja"@lv', '"Ideja"@et', "maturity:idea"),
    Case("definition-present", GP, '"Tas ir izmēģināts veids, kā veidot vai sniegt publisko pakalpojumu, un citi to var pārņemt."@lv', '"Tas ir veids kā pārņemt."@et', "gp:GoodPractice"),
    Case("definition-sentence", GP, "It is one of the ordered steps in which a practice is carried out.", "one of the ordered steps", "gp:PracticeStep"),
    Case("definition-sentence", MATURITY, "Prakse ir izdomāta, bet nekas vēl nav izveidots.", "Prakse ir izdomāta.", "maturity:idea"),
    Case("definition-start", GP, "It is one of the ordered steps in which", "Practice step in which", "gp:PracticeStep"),
    Case("defined-by", GP, "", "gp:Lesson rdfs:isDefinedBy <http://purl.org/dc/terms/> .", "gp:Lesson"),
    Case("defined-by", MATURITY, "", "maturity:idea rdfs:isDefinedBy <https://w3id.org/practicegraph/scheme/need> .", "maturity:idea"),
    Case("no-domain-or-range", GP, "", "gp:maturity rdfs:domain gp:GoodPractice .", "gp:maturity"),
    Case("no-domain-or-range", ALIGNMENTS, "", "gp:maturity rdfs:range skos:Concept .", "gp:maturity", ("alignment-only",)),
    Case("foreign-subject", GP, "", 'dcat:Resource skos:scopeNote "Anything in a catalogue."@en .', "dcat:Resource"),
    Case("foreign-subject", ALIGNMENTS, "", "dcat:Resource rdfs:subClassOf gp:GoodPractice .", "dcat:Resource", ("hierarchy-cycle",)),
    Case("alignment-only", ALIGNMENTS, "", "gp:Lesson owl:disjointWith schema:HowTo .", "gp:Lesson"),
    Case("term-iri-plain", GP, "", term("Outcome.ttl", "owl:Class").replace("gp:Outcome.ttl", "<https://w3id.org/practicegraph/ns#Outcome.ttl>"), "gp:Outcome.ttl", (*_NEW_CLASS, "class-name")),
    Case("no-domain-or-range", GP, "", "gp:Lesson rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gp:lessonType ; owl:minCardinality 1 ] .", "gp:Lesson"),
    # Pitfalls
    Case("mapping-kind", ALIGNMENTS, "", "gp:Lesson skos:closeMatch schema:step .", "gp:Lesson"),
    Case("mapping-kind", ALIGNMENTS, "", "gp:indicator rdfs:subPropertyOf prov:wasDerivedFrom .", "gp:indicator"),
    Case("mapping-kind", ALIGNMENTS, "", "gp:Lesson skos:relatedMatch gp:Lesson .", "gp:Lesson"),
    Case("term-kind", GP, "gp:Lesson a owl:Class ;", "gp:Lesson a owl:Class , owl:DatatypeProperty ;", "gp:Lesson", ("property-name",)),
    Case("term-kind", GP, "gp:indicator a owl:DatatypeProperty ;", "gp:indicator a rdfs:Resource ;", "gp:indicator"),
    Case("used-as-class", LESSON, "sh:targetClass gp:Lesson", "sh:targetClass gp:lessonType", "gp:lessonType"),
    Case("used-as-class", RECORD, "a gp:Lesson ;", "a gp:lessonType ;", "gp:lessonType"),
    Case("used-as-property", LESSON, "sh:path gp:lessonType", "sh:path gp:Lesson", "gp:Lesson", times=-1),
    Case("used-as-property", RECORD, "gp:isBlocking true", "gp:Lesson true", "gp:Lesson"),
    Case("is-relation", GP, '"lesson type"@en', '"is a"@en', "gp:lessonType"),
    Case("merged-concepts", GP, '"Outcome"@en', '"Outcome and effect"@en', "gp:Outcome"),
    Case("wrong-inverse", GP, "", "gp:indicator owl:inverseOf gp:maturity .", "gp:indicator"),
    Case("wrong-inverse", GP, "", "gp:hasStep owl:inverseOf gp:implements .", "gp:hasStep"),
    Case("self-inverse", GP, "", "gp:successor owl:inverseOf gp:successor .", "gp:successor"),
    Case("hierarchy-cycle", GP, "", "gp:Lesson rdfs:subClassOf gp:Outcome . gp:Outcome rdfs:subClassOf gp:Lesson .", "gp:Lesson", ("superclass-type",)),
    Case("hierarchy-cycle", GP, "", "gp:fromRole rdfs:subPropertyOf gp:fromRole .", "gp:fromRole"),
    Case("recursive-definition", GP, "", "gp:Lesson rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gp:successor ; owl:someValuesFrom gp:Lesson ] .", "gp:Lesson", ("no-domain-or-range",)),
    Case("equivalence", GP, "", "gp:Lesson owl:equivalentClass gp:Outcome .", "gp:Lesson"),
    Case("exact-match", ALIGNMENTS, "gp:hasStep skos:closeMatch", "gp:hasStep skos:exactMatch", "gp:hasStep"),
    Case("symmetric-property", GP, "", "gp:implements a owl:SymmetricProperty .", "gp:implements"),
    Case("transitive-property", GP, "", "gp:precededBy a owl:TransitiveProperty , owl:FunctionalProperty .", "gp:precededBy"),
    Case("symmetric-property", GP, "", "gp:indicator a owl:SymmetricProperty .", "gp:indicator"),
    Case("transitive-property", GP, "", "gp:indicator a owl:TransitiveProperty .", "gp:indicator"),
    # Report
    Case("label-single", GP, '"Outcome"@en', '"Outcome"@en , "Effect"@en', "gp:Outcome"),
    Case("definition-single", MATURITY, "", 'maturity:idea skos:definition "Nobody has begun to build it."@en .', "maturity:idea"),
    Case("label-shared", GP, '"Outcome"@en', '"Good practice"@en', "gp:Outcome"),
    Case("definition-shared", GP, "It is a judgement of how well a practice fits another territory.", "It is one of the ordered steps in which a practice is carried out.", "gp:TransferAssessment"),
    Case("white-space", GP, '"Outcome"@en', '"Outcome "@en', "gp:Outcome"),
    Case("white-space", LESSON, _LESSON_EN, '"Add  “Type of lesson”. Choose one."@en', "gpsh:lesson-lesson-type-present"),
    Case("language-tag", GP, '"Outcome"@en', '"Outcome"@en , "Wynik"@polish', "gp:Outcome"),
    Case("text-language", GP, "", 'gp:Outcome skos:altLabel "Effect" .', "gp:Outcome"),
    Case("text-translated", GP, '"Labā prakse"@lv', '"Good practice"@lv', "gp:GoodPractice"),
    Case("text-translated", GP, '"È un giudizio su quanto una pratica si adatti a un altro territorio."@it', '"It is a judgement of how well a practice fits another territory."@it', "gp:TransferAssessment"),
    Case("text-translated", MATURITY, '"Gatavības pakāpe"@lv', '"Maturity"@lv', "ns:scheme/maturity"),
    Case("white-space", GP, '"Outcome"@en', '"Out\u200bcome"@en', "gp:Outcome"),
    Case("value-typed", GP, 'dct:modified "2026-11-', 'dct:modified "2026-13-', _HEADER),
    Case("value-typed", RECORD, "gp:isBlocking true", 'gp:isBlocking "yes"^^xsd:boolean', "here:id/practice/example-repair-desk#precondition-1"),
    Case("language-tag", GP, '"Labā prakse"@lv', '"Labā prakse"@lv , "Labā prakse"@lav', "gp:GoodPractice"),
    Case("text-language", RECORD, "", '<id/practice/example-repair-desk> gp:challenge "Things are thrown away." .', "here:id/practice/example-repair-desk"),
    Case("deprecated-use", GP, "", "gp:isBlocking owl:deprecated true .", "gp:isBlocking", at=PRECONDITION),
    # Concepts
    Case("concept-typed", MATURITY, "", 'maturity:stray skos:altLabel "Stray"@en .', "maturity:stray", ("label-present", "definition-present", "defined-by", "concept-defined")),
    Case("concept-in-scheme", MATURITY, "", "maturity:idea skos:inScheme <https://w3id.org/practicegraph/scheme/need> .", "maturity:idea"),
    Case("concept-top", MATURITY, "skos:hasTopConcept :unassessed , :idea ,", "skos:hasTopConcept :unassessed ,", "maturity:idea"),
    Case("concept-order", MATURITY, "sh:order 3", "sh:order 9", "maturity:prototype"),
    Case("concept-order", MATURITY, "    sh:order 3 ;\n", "", "maturity:prototype"),
    Case("concept-label-shared", MATURITY, '"Prototype"@en', '"idea"@en', "maturity:idea"),
    Case("concept-notation", MATURITY, "", 'maturity:idea skos:notation "1" . maturity:pilot skos:notation "1" .', "maturity:idea"),
    Case("concept-rank", MATURITY, "schema:position 2", "schema:position 3", "maturity:prototype"),
    Case("concept-rank", MATURITY, "    schema:position 2 ;\n", "", "maturity:scaled"),
    Case("concept-flat", MATURITY, "", "maturity:idea skos:broader maturity:pilot .", "maturity:idea"),
    Case("code-translated", "ontology/external/data-themes.ttl", "@lv", "@et", "eu:data-theme/AGRI"),
    # Terms
    Case("foreign-term-listed", LESSON, "sh:minCount 1", "sh:minCoutn 1", "sh:minCoutn"),
    Case("foreign-term-listed", RECORD, "dct:identifier", "dct:identifer", "dct:identifer", ("context-complete",)),
    Case("foreign-term-listed", QUERY, "dct:title", "dct:tilte", "dct:tilte"),
    Case("foreign-term-listed", ALIGNMENTS, "skos:closeMatch adms:Asset", "skos:closeMatch adms:Assset", "adms:Assset"),
    Case("foreign-term-listed", CONTEXT, '"dct:issued"', '"dct:isued"', "dct:isued", ("context-complete",)),
    Case("foreign-term-listed", CONTEXT, '"@type": "xsd:date"', '"@type": "xsd:dat"', "xsd:dat"),
    Case("foreign-term-listed", GP, '"2026-11-23"^^xsd:date ;\n    dct:issued', '"2026-11-23"^^xsd:dat ;\n    dct:issued', "xsd:dat", ("header-dates",)),
    Case("foreign-namespace-listed", RECORD, "", "<id/practice/example-repair-desk> <https://vocabulary.example/rank> 1 .", "<https://vocabulary.example/rank>", ("context-complete",)),
    Case("foreign-namespace-listed", LESSON, "sh:path gp:lessonType", "sh:path <http://purl.org/dc/term/type>", "<http://purl.org/dc/term/type>", ("context-complete",), times=-1),
    Case("foreign-namespace-listed", QUERY, "http://purl.org/dc/terms/", "http://purl.org/dc/term/", "<http://purl.org/dc/term/title>"),
    Case("own-term-defined", LESSON, "sh:path gp:lessonType", "sh:path gp:lesonType", "gp:lesonType", ("context-complete",), times=-1),
    Case("own-term-defined", STEP, "$this gp:position ?position", "$this gp:positon ?position", "gp:positon"),
    Case("concept-defined", RECORD, "scheme/maturity/operational", "scheme/maturity/operative", "maturity:operative"),
    Case("concept-defined", COMMON, "sh:hasValue <https://w3id.org/practicegraph/scheme/maturity>", "sh:hasValue <https://w3id.org/practicegraph/scheme/maturities>", "ns:scheme/maturities"),
    Case("own-property-used", GP, "", term("shoeSize", "owl:DatatypeProperty"), "gp:shoeSize", ("context-complete",)),
    Case("own-class-used", GP, "", term("Shoe", "owl:Class"), "gp:Shoe", ("context-complete",)),
    Case("context-complete", CONTEXT, '    "Lesson": "gp:Lesson",\n', "", "gp:Lesson"),
    Case("published-list", "ontology/published/vann.ttl", "dct:source <http://purl.org/vocab/vann/vann-vocab-20100607> ;", "", ""),
    Case("published-term", "ontology/published/vann.ttl", "", "dct:stray a rdf:Property ; rdfs:isDefinedBy <http://purl.org/vocab/vann/> .", "dct:stray"),
    # Shapes
    Case("shape-named", LESSON, "sh:property gpsh:lesson-lesson-type,", "sh:property [ sh:path dct:type ], gpsh:lesson-lesson-type,", "", ("field-complete", "field-display")),
    Case("shape-defined", LESSON, "sh:node gpsh:concept-lesson-type", "sh:node gpsh:concept-leson-type", "gpsh:concept-leson-type"),
    Case("field-complete", LESSON, f"    sh:severity sh:Violation ;\n    sh:message {_LESSON_EN}", f"    sh:message {_LESSON_EN}", "gpsh:lesson-lesson-type-present"),
    Case("field-complete", LESSON, "    sh:name \"Description\"@en,", "    sh:deactivated false ;\n    sh:description \"Description\"@en,", "gpsh:lesson-description", ("shape-texts",)),
    Case("shape-severity", LESSON, "sh:severity sh:Violation", "sh:severity sh:MinCountConstraintComponent", "gpsh:lesson-lesson-type"),
    Case("shape-texts", LESSON, _LESSON_EN, '"Add “Type of lesson”. Choose one."@et', "gpsh:lesson-lesson-type-present"),
    Case("shape-texts", LESSON, '"Lesson"@en', '"Lesson"@et', "gpsh:Lesson"),
    Case("shape-texts", "shapes/record.ttl", '"Link this part from the practice it belongs to, or remove it."@en,', "", "gpsh:part-of-record"),
    Case("message-sentence", LESSON, _LESSON_EN, '"lesson-type missing"@en', "gpsh:lesson-lesson-type-present"),
    Case("message-sentence", LESSON, _LESSON_EN, '"Add {?value}."@en', "gpsh:lesson-lesson-type-present"),
    Case("message-mend", LESSON, _LESSON_EN, '"Add “Type of lesson”."@en', "gpsh:lesson-lesson-type-present"),
    Case("message-template", "shapes/messages/components.ttl", ', xsd:dateTimeStamp ;', ' ; sh:message "and more"@lv ;', "<urn:practicegraph-message:words-date-time>"),
    Case("message-template", "shapes/messages/components.ttl", 'diennakts laiks, piemēram, 09:30:00"@lv', 'diennakts laiks"@lt', "<urn:practicegraph-message:words-time>"),
    Case("message-translated", LESSON, _LESSON_ES, _LESSON_EN.replace("@en", "@es"), "gpsh:lesson-lesson-type-present"),
    Case("field-display", LESSON, "", 'gpsh:lesson-lesson-type-present sh:description "It."@en , "Esso."@it , "Ello."@es , "Tas."@lv .', "gpsh:lesson-lesson-type"),
    Case("field-display", "shapes/record.ttl", "", "gpsh:part-of-record sh:property gpsh:linked-part-link .", "gpsh:linked-part-link", ("field-complete",)),
    Case("field-place", LESSON, "sh:order 1 ;\n    sh:group gpsh:reuse ;\n    sh:minCount", "sh:order 1 ;\n    sh:group gpsh:people ;\n    sh:minCount", "gpsh:lesson-lesson-type"),
    Case("field-order", LESSON, "sh:order 2", "sh:order 3", "gpsh:lesson-description", times=-1),
    Case("field-order-shared", LESSON, "sh:order 2", "sh:order 1", "gpsh:lesson-description", times=-1),
    Case("group-complete", COMMON, "sh:order 8", "sh:order 7", "gpsh:administration"),
    Case("group-complete", COMMON, "    sh:order 8", "    sh:order 9", "gpsh:administration"),
    Case("group-complete", COMMON, "", "gpsh:spare a sh:PropertyGroup ; sh:order 9 ; rdfs:label " + _TEXTS.format("Spare") + " .", "gpsh:spare"),
    Case("group-complete", COMMON, "gpsh:reuse a sh:PropertyGroup", "gpsh:reuse a sh:NodeShape", "gpsh:reuse", at=LESSON),
    Case("shape-shacl-only", LESSON, "", "gpsh:lesson-lesson-type dct:type gp:Lesson .", "gpsh:lesson-lesson-type"),
    Case("constraint-prefixes", STEP, "    sh:prefixes <https://w3id.org/practicegraph/shapes> ;\n", "    sh:prefixes <https://w3id.org/practicegraph/shapes> , <https://w3id.org/practicegraph/ns> ;\n", "gpsh:step-preceded-by-acyclic-query"),
    Case("constraint-keywords", STEP, "FILTER NOT EXISTS {\n                ?handover", "MINUS {\n                ?handover", "gpsh:step-handover-present-query"),
    Case("constraint-keywords", STEP, "AS ?value)\n        }", "AS ?value)\n        } LIMIT 1", "gpsh:step-handover-present-query"),
    Case("prefix-declared", COMMON, "", 'gpsh:prefix-more a sh:PrefixDeclaration ; sh:prefix "gp" ; sh:namespace "https://w3id.org/practicegraph/ns#"^^xsd:anyURI .', "gpsh:prefix-more"),
    Case("closed-list-labelled", COMMON, "eu/resource/authority/main-activity/defence", "eu/resource/authority/main-activity/farming", "eu:main-activity/farming"),
    # Records
    Case("superclass-type", RECORD, "a gp:GoodPractice , dcat:Resource", "a gp:GoodPractice", "here:id/practice/example-repair-desk"),
    Case("value-kind", RECORD, "gp:maturity <https://w3id.org/practicegraph/scheme/maturity/operational>", 'gp:maturity "operational"', "here:id/practice/example-repair-desk"),
    Case("value-kind", RECORD, "gp:resultValue 62.0", "gp:resultValue <id/practice/example-repair-desk>", "here:id/practice/example-repair-desk#outcome-1"),
    Case("value-kind", RECORD, "", '<id/practice/example-repair-desk> dct:spatial "Example Town" .', "here:id/practice/example-repair-desk"),
    Case("value-kind", RECORD, "", '<id/practice/example-repair-desk#implementation-1> prov:wasAssociatedWith "Example Town"@en .', "here:id/practice/example-repair-desk#implementation-1"),
    Case("record-subject", RECORD, "", '<id/practice/other> dct:title "Other"@en .', "here:id/practice/other"),
    Case("record-subject", RECORD, "", "<id/practice/example-repair-desk> gp:hasLesson [ dct:description \"It works.\"@en ] .", ""),
    Case("code-labelled", RECORD, "data-theme/ENVI", "data-theme/GREEN", "eu:data-theme/GREEN"),
]  # fmt: skip
