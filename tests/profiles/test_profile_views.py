"""A record under a profile: what is said, what is left out, and that nothing is made up."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import rdflib
from profile_kit import ANYONE, CLUB, SERVICE, as_rdflib, record
from pyld import jsonld
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, SKOS

from practicegraph import artefacts
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import CPSV, CV
from practicegraph.profiles import PROFILES, profile_of, profiles_for
from practicegraph.profiles.views import MAX_MENTIONS, Views
from practicegraph.record import Record
from practicegraph.repository import Repository

SCHEMA = rdflib.Namespace("https://schema.org/")
ID = rdflib.Namespace("http://127.0.0.1:8000/id/")
LIBRARY, TOWN, CLUB_IRI = ID["service/library"], ID["organisation/town"], ID["organisation/club"]
ROLE = "https://w3id.org/practicegraph/scheme/participant-role/"


def shown(repository: Repository, profile: str, shown_record: Record) -> rdflib.Graph:
    views = Views(repository.log, repository.iris)
    return as_rdflib(views.of(PROFILES[profile], shown_record))


def cv(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(CV + name)


# ---- CPSV-AP


def test_only_public_bodies_are_competent_authorities(repository: Repository) -> None:
    graph = shown(repository, "cpsv-ap", record(SERVICE))
    assert set(graph.objects(LIBRARY, cv("hasCompetentAuthority"))) == {TOWN}
    assert set(graph.subjects(RDF.type, cv("PublicOrganisation"))) == {TOWN}
    # The club takes part, and is an organisation there.
    assert set(graph.objects(CLUB_IRI, RDF.type)) == {ORG.Organization, FOAF.Agent}


def test_a_service_without_a_public_authority_has_no_place(repository: Repository) -> None:
    private = SERVICE.replace("<id/organisation/town>, ", "")
    assert len(shown(repository, "cpsv-ap", record(private))) == 0
    absent = SERVICE.replace(
        "<id/organisation/town>, <id/organisation/club>", "<id/organisation/x>"
    )
    assert len(shown(repository, "cpsv-ap", record(absent))) == 0


def test_an_authority_by_its_type_is_public(repository: Repository) -> None:
    ministry = CLUB.replace(
        'dct:identifier "club" ;',
        'dct:identifier "club" ; dct:type <http://purl.org/adms/publishertype/NationalAuthority> ;',
    )
    repository.log.append([record(ministry)], ANYONE)
    graph = shown(repository, "cpsv-ap", record(SERVICE))
    assert set(graph.objects(LIBRARY, cv("hasCompetentAuthority"))) == {TOWN, CLUB_IRI}


def test_a_withdrawn_authority_answers_for_nothing(repository: Repository) -> None:
    repository.log.withdraw(str(TOWN), ANYONE)
    assert len(shown(repository, "cpsv-ap", record(SERVICE))) == 0


def test_parts_that_say_too_little_are_left_out(repository: Repository) -> None:
    graph = shown(repository, "cpsv-ap", record(SERVICE))
    assert set(graph.objects(LIBRARY, rdflib.URIRef(CPSV + "produces"))) == {LIBRARY + "#loan"}
    participations = set(graph.objects(LIBRARY, cv("hasParticipation")))
    assert participations == {LIBRARY + "#participation-1"}
    assert not list(graph.predicate_objects(LIBRARY + "#nameless"))
    assert set(graph.objects(LIBRARY + "#school", RDF.type)) == {cv("Event"), cv("LifeEvent")}


def test_a_part_without_an_identifier_is_known_by_its_name(repository: Repository) -> None:
    graph = shown(repository, "cpsv-ap", record(SERVICE))
    assert list(graph.objects(LIBRARY + "#desk", DCTERMS.identifier)) == [rdflib.Literal("desk")]


def test_concepts_come_with_their_labels(repository: Repository) -> None:
    graph = shown(repository, "cpsv-ap", record(SERVICE))
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert rdflib.URIRef(ROLE + "co-producer") in concepts
    for concept in concepts:
        languages = {label.language for label in graph.objects(concept, SKOS.prefLabel)}  # type: ignore[attr-defined]
        assert languages >= {"en", "it", "es", "lv"}, concept


# ---- CPOV


def test_cpov_takes_one_other_name_in_a_language(repository: Repository) -> None:
    town = repository.log.latest(str(TOWN))
    assert town is not None
    town_record = town.as_record()
    assert town_record is not None
    graph = shown(repository, "cpov", town_record)
    assert set(graph.objects(TOWN, SKOS.altLabel)) == {
        rdflib.Literal("A town", lang="en"),
        rdflib.Literal("La città", lang="it"),
    }
    kind = rdflib.URIRef("http://purl.org/adms/publishertype/LocalAuthority")
    assert (TOWN, ORG.classification, kind) in graph


def test_a_club_is_no_public_organisation(repository: Repository) -> None:
    graph = shown(repository, "cpov", record(CLUB))
    assert set(graph.objects(CLUB_IRI, RDF.type)) == {ORG.Organization}


# ---- schema.org


def example(repository: Repository) -> Record:
    """The practice that shows how the vocabulary is used, in the repository."""
    text = (artefacts.ONTOLOGY / "examples" / "practice.ttl").read_text("utf-8")
    return record(text.replace("id/organisation/example-town", "id/organisation/town"))


def test_a_practice_is_a_how_to_with_its_steps_in_order(repository: Repository) -> None:
    practice = example(repository)
    triples = Views(repository.log, repository.iris).of(PROFILES["schema-org"], practice)
    document = PROFILES["schema-org"].document(practice.iri, triples)
    assert document["@type"] == ["HowTo"]
    assert [step["position"] for step in document["step"]] == [1, 2]
    assert document["step"][0]["name"][0] == {
        "@value": "Find volunteers who can mend",
        "@language": "en",
    }
    assert document["publisher"] == document["contributor"]["@id"] == str(TOWN)
    assert document["contributor"]["name"] == {"@value": "Town", "@language": "en"}
    assert document["inLanguage"] == "it"
    assert document["datePublished"] == "2022"
    assert document["mainEntityOfPage"] == "http://127.0.0.1:8000/practices/example-repair-desk"


def test_steps_stand_in_the_order_of_their_positions(repository: Repository) -> None:
    practice = record("""
        <id/practice/p> a gp:GoodPractice ; gp:hasStep <id/practice/p#a>, <id/practice/p#b> .
        <id/practice/p#a> gp:position 2 . <id/practice/p#b> gp:position 1 .
    """)
    triples = Views(repository.log, repository.iris).of(PROFILES["schema-org"], practice)
    document = PROFILES["schema-org"].document(practice.iri, triples)
    assert [step["@id"].partition("#")[2] for step in document["step"]] == ["b", "a"]


def test_an_adaptation_names_what_it_is_based_on_and_its_tools(repository: Repository) -> None:
    origin = record('<id/practice/origin> a gp:GoodPractice ; dct:title "Origin"@en .')
    asset = record('<id/asset/kit> a gp:ReusableAsset ; dct:title "Kit"@en .')
    repository.log.append([origin, asset], ANYONE)
    graph = shown(
        repository,
        "schema-org",
        record("""
            <id/practice/copy> a gp:GoodPractice ; gp:adaptedFrom <id/practice/origin> ;
                gp:providesAsset <id/asset/kit>, <id/asset/absent> .
        """),
    )
    copy = ID["practice/copy"]
    assert (copy, SCHEMA.isBasedOn, ID["practice/origin"]) in graph
    assert (ID["practice/origin"], SCHEMA.name, rdflib.Literal("Origin", lang="en")) in graph
    assert set(graph.objects(copy, SCHEMA.tool)) == {ID["asset/kit"]}
    assert (ID["asset/kit"], RDF.type, SCHEMA.HowToTool) in graph


@pytest.mark.parametrize(
    ("turtle", "thing", "expected"),
    [
        (SERVICE, LIBRARY, "GovernmentService"),
        (CLUB, CLUB_IRI, "Organization"),
        ("<id/asset/a> a gp:ReusableAsset .", ID["asset/a"], "CreativeWork"),
        *(
            (
                "<id/asset/a> a gp:ReusableAsset ; gp:assetType "
                f"<https://w3id.org/practicegraph/scheme/asset-type/{own}> .",
                ID["asset/a"],
                expected,
            )
            for own, expected in [
                ("software", "SoftwareSourceCode"),
                ("dataset", "Dataset"),
                ("training", "LearningResource"),
                ("guideline", "CreativeWork"),
            ]
        ),
    ],
)
def test_each_kind_has_its_class(
    repository: Repository, turtle: str, thing: rdflib.URIRef, expected: str
) -> None:
    graph = shown(repository, "schema-org", record(turtle))
    assert set(graph.objects(thing, RDF.type)) == {SCHEMA[expected]}


def test_a_service_says_who_provides_it_where_and_how(repository: Repository) -> None:
    graph = shown(repository, "schema-org", record(SERVICE))
    assert set(graph.objects(LIBRARY, SCHEMA.provider)) == {TOWN, CLUB_IRI}
    assert (TOWN, RDF.type, SCHEMA.GovernmentOrganization) in graph
    assert (CLUB_IRI, RDF.type, SCHEMA.Organization) in graph
    (area,) = graph.objects(LIBRARY, SCHEMA.areaServed)
    assert (area, RDF.type, SCHEMA.Country) in graph
    assert set(graph.objects(LIBRARY, SCHEMA.availableChannel)) == {LIBRARY + "#desk"}


def test_what_is_not_known_is_not_said(repository: Repository) -> None:
    graph = shown(repository, "schema-org", record("<id/practice/bare> a gp:GoodPractice ."))
    assert set(graph.predicates()) == {RDF.type, SCHEMA.mainEntityOfPage}


def test_every_term_of_schema_org_that_is_written_has_a_name_in_its_context(
    exports: dict[str, rdflib.Graph],
) -> None:
    context = json.loads((artefacts.QUERIES / "profiles" / "schema-org.jsonld").read_text("utf-8"))
    terms = {f"https://schema.org/{name}" for name in context["@context"]}
    graph = exports["schema-org"]
    used = {str(p) for p in graph.predicates()} | {str(o) for o in graph.objects(None, RDF.type)}
    assert used - terms == {str(RDF.type)}


# ---- JSON-LD


def no_document(url: str, options: object) -> object:
    raise AssertionError(f"{url} was fetched")


@pytest.mark.parametrize("profile", ["cpsv-ap", "cpov", "schema-org"])
def test_json_ld_holds_exactly_what_the_profile_says_for_every_processor(
    bundled_repository: Repository, profile: str
) -> None:
    views = Views(bundled_repository.log, bundled_repository.iris)
    seen = 0
    for revision in bundled_repository.log.live_revisions():
        shown_record = revision.as_record()
        if shown_record is None or shown_record.kind not in PROFILES[profile].kinds:
            continue
        triples = views.of(PROFILES[profile], shown_record)
        document = PROFILES[profile].document(shown_record.iri, triples)
        text = json.dumps(document)
        assert {q.triple for q in ox.parse(text, ox.RdfFormat.JSON_LD)} == set(triples)
        if seen % 8 == 0:  # the others are slower, and one of a sort is like the next
            expected = as_rdflib(triples)
            quads = jsonld.to_rdf(
                document, {"format": "application/n-quads", "documentLoader": no_document}
            )
            assert isomorphic(rdflib.Graph().parse(data=quads, format="nt"), expected)
            assert isomorphic(rdflib.Graph().parse(data=text, format="json-ld"), expected)
        seen += 1
    assert seen


# ---- limits and names


def test_very_many_links_are_not_all_followed(repository: Repository) -> None:
    links = ", ".join(f"<id/organisation/o{n}>" for n in range(MAX_MENTIONS + 50))
    crowd = record(f"<id/practice/crowd> a gp:GoodPractice ; gp:leadOrganisation {links} .")
    named = [
        record(CLUB.replace("organisation/club", f"organisation/o{n}"))
        for n in range(MAX_MENTIONS + 50)
    ]
    repository.log.append(named, ANYONE)
    graph = shown(repository, "schema-org", crowd)
    assert len(set(graph.objects(None, SCHEMA.publisher))) == MAX_MENTIONS


def test_texts_that_look_like_sparql_stay_texts(repository: Repository) -> None:
    evil = '"} } ; DROP ALL ; <script>"@en'
    graph = shown(
        repository, "schema-org", record(f"<id/practice/x> a gp:GoodPractice ; dct:title {evil} .")
    )
    assert set(graph.objects(ID["practice/x"], SCHEMA.name)) == {
        rdflib.Literal("} } ; DROP ALL ; <script>", lang="en")
    }


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="cpsv-ap, cpov, dcat-ap, schema-org"):
        profile_of("dublin-core")
    assert [profile.name for profile in profiles_for("practice")] == ["schema-org"]


def test_the_queries_of_the_profiles_are_internal_and_say_what_they_do() -> None:
    files = sorted((artefacts.QUERIES / "profiles").glob("*.rq"))
    assert [file.stem for file in files] == sorted(PROFILES)
    for file in files:
        assert "#+ audience: internal" in file.read_text("utf-8"), file
        assert file.read_text("utf-8").startswith("#+ summary: "), file
