"""`?profile=` over HTTP, and what search engines find inside a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld

from api.app import create_app
from ingest import bundled_folder, ingest
from practicegraph.namespaces import CPSV, CV, DCT, GP, ORG, RDF_TYPE, SKOS
from practicegraph.profiles import PROFILES
from practicegraph.profiles.views import Views
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from serving import running

ANYONE = Provenance(agent="test", activity="test")
SERVICE = "/services/omastadi"
ORGANISATION = "/organisations/city-of-helsinki"
HOSTILE = "</script><script>alert(1)</script><!-- & ' \u2028"


def made(repository: Repository, kind: str, slug: str, **values: ox.NamedNode | str) -> Record:
    """A record with a type and values by property; a text is one in English."""
    thing = ox.NamedNode(repository.iris.thing(kind, slug))
    names = {"a": RDF_TYPE, "title": DCT + "title", "label": SKOS + "prefLabel"}
    names["authority"] = CV + "hasCompetentAuthority"
    return Record.of(
        thing.value,
        [
            ox.Triple(
                thing,
                ox.NamedNode(names[name]),
                ox.Literal(value, language="en") if isinstance(value, str) else value,
            )
            for name, value in values.items()
        ],
        repository.iris,
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    settings = Settings(data=tmp_path_factory.mktemp("profiles"), query_workers=1)
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()])
        practice, service = ox.NamedNode(GP + "GoodPractice"), ox.NamedNode(CPSV + "PublicService")
        club = made(
            repository, "organisation", "club", a=ox.NamedNode(ORG + "Organization"), label="Club"
        )
        repository.log.append(
            [
                club,
                made(repository, "practice", "hostile", a=practice, title=HOSTILE),
                made(
                    repository,
                    "service",
                    "private",
                    a=service,
                    title="Private",
                    authority=ox.NamedNode(club.iri),
                ),
                made(repository, "service", "gone", a=service, title="Gone"),
            ],
            ANYONE,
        )
        repository.log.withdraw(repository.iris.thing("service", "gone"), ANYONE)
        yield repository


@pytest.fixture(scope="module")
def client(repository: Repository) -> Iterator[httpx.Client]:
    with running(create_app(repository)) as client:
        yield client


def told(repository: Repository, profile: str, path: str) -> set[ox.Triple]:
    """What the profile says of the record whose document is there."""
    kind, slug = path.strip("/").split("/")
    revision = repository.log.latest(repository.iris.thing(kind.removesuffix("s"), slug))
    assert revision is not None
    record = revision.as_record()
    assert record is not None
    return set(Views(repository.log, repository.iris).of(PROFILES[profile], record))


@pytest.mark.parametrize(
    ("path", "profile"),
    [
        ("/practices/decidim", "schema-org"),
        ("/assets/decidim-software", "schema-org"),
        (SERVICE, "schema-org"),
        (SERVICE, "cpsv-ap"),
        (ORGANISATION, "cpsv-ap"),
        (ORGANISATION, "cpov"),
    ],
)
@pytest.mark.parametrize(
    ("extension", "media_type", "rdf"),
    [
        ("ttl", "text/turtle", ox.RdfFormat.TURTLE),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_document_is_to_be_had_under_a_profile(
    client: httpx.Client,
    repository: Repository,
    path: str,
    profile: str,
    extension: str,
    media_type: str,
    rdf: ox.RdfFormat,
) -> None:
    asked = {"profile": profile}
    for answer in (
        client.get(f"{path}.{extension}", params=asked),
        client.get(path, params=asked, headers={"accept": media_type}),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert answer.headers["content-location"] == f"{path}.{extension}?profile={profile}"
        assert f'<{PROFILES[profile].iri}>; rel="profile"' in answer.headers["link"]
        assert {q.triple for q in ox.parse(answer.content, rdf)} == told(repository, profile, path)


def test_a_profile_is_written_in_its_own_syntax_when_nobody_asks(client: httpx.Client) -> None:
    schema_org = client.get(SERVICE, params={"profile": "schema-org"})
    assert schema_org.headers["content-type"] == "application/ld+json"
    cpsv_ap = client.get(SERVICE, params={"profile": "cpsv-ap"})
    assert cpsv_ap.headers["content-type"].startswith("text/turtle")


def test_there_is_no_page_under_a_profile(client: httpx.Client) -> None:
    asked = {"profile": "schema-org"}
    assert client.get(SERVICE, params=asked, headers={"accept": "text/html"}).status_code == 406
    assert client.get(SERVICE + ".html", params=asked).status_code == 404
    assert client.get(SERVICE + ".json", params=asked).status_code == 404


@pytest.mark.parametrize(
    ("path", "profile", "fitting"),
    [
        ("/practices/decidim", "cpsv-ap", "schema-org"),
        (SERVICE, "cpov", "cpsv-ap, schema-org"),
        (ORGANISATION, "dcat-ap", "cpsv-ap, cpov, schema-org"),
        (SERVICE, "", "cpsv-ap, schema-org"),
        (SERVICE, "../../etc", "cpsv-ap, schema-org"),
    ],
)
def test_a_profile_that_there_is_not_is_400_with_those_there_are(
    client: httpx.Client, path: str, profile: str, fitting: str
) -> None:
    answer = client.get(path, params={"profile": profile})
    assert answer.status_code == 400
    assert fitting in answer.json()["detail"]


def test_a_service_that_no_public_body_answers_for_is_406_under_cpsv_ap(
    client: httpx.Client,
) -> None:
    answer = client.get("/services/private", params={"profile": "cpsv-ap"})
    assert answer.status_code == 406
    assert "CPSV-AP 3.2.0" in answer.json()["detail"]
    assert answer.json()["available"] == ["schema-org"]
    assert client.get("/services/private", params={"profile": "schema-org"}).status_code == 200


def test_a_withdrawn_record_is_gone_under_every_profile(client: httpx.Client) -> None:
    assert client.get("/services/gone", params={"profile": "cpsv-ap"}).status_code == 410
    assert client.get("/services/absent", params={"profile": "cpsv-ap"}).status_code == 404


def test_each_profile_has_a_tag_of_its_own_that_moves_with_what_it_names(
    client: httpx.Client, repository: Repository
) -> None:
    def tag(profile: str | None) -> str:
        params = {"profile": profile} if profile else {}
        return str(client.get(SERVICE + ".ttl", params=params).headers["etag"])

    tags = {tag(None), tag("cpsv-ap"), tag("schema-org")}
    assert len(tags) == 3
    before = tag("cpsv-ap")
    held = {"if-none-match": before}
    asked = {"profile": "cpsv-ap"}
    assert client.get(SERVICE + ".ttl", params=asked, headers=held).status_code == 304
    helsinki = repository.iris.thing("organisation", "city-of-helsinki")
    revision = repository.log.latest(helsinki)
    assert revision is not None
    record = revision.as_record()
    assert record is not None
    renamed = [
        ox.Triple(t.subject, t.predicate, ox.Literal("Stadi", language="en"))
        if isinstance(t.object, ox.Literal) and t.object.language == "en"
        else t
        for t in record.triples()
    ]
    repository.log.append([Record.of(helsinki, renamed, repository.iris)], ANYONE)
    answer = client.get(SERVICE + ".ttl", params=asked, headers=held)
    assert answer.status_code == 200
    assert "Stadi" in answer.text
    assert answer.headers["etag"] != before


def test_a_document_leads_to_its_profiles(client: httpx.Client) -> None:
    link = client.get(SERVICE + ".ttl").headers["link"]
    assert f'{SERVICE}?profile=cpsv-ap>; rel="alternate"; type="text/turtle"' in link
    assert f'{SERVICE}?profile=schema-org>; rel="alternate"; type="application/ld+json"' in link
    page = client.get(SERVICE, headers={"accept": "text/html"}).text
    assert f'<a href="{SERVICE}?profile=cpsv-ap">CPSV-AP 3.2.0</a>' in page


def embedded(page: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)


def refuse(url: str, options: object) -> object:
    raise AssertionError(f"{url} was fetched")


@pytest.mark.parametrize("path", ["/practices/decidim", SERVICE, ORGANISATION])
def test_a_page_holds_what_schema_org_says_of_it(
    client: httpx.Client, repository: Repository, path: str
) -> None:
    page = client.get(path, headers={"accept": "text/html"})
    (text,) = embedded(page.text)
    quads = jsonld.to_rdf(
        json.loads(text), {"format": "application/n-quads", "documentLoader": refuse}
    )
    read = {q.triple for q in ox.parse(quads, ox.RdfFormat.N_QUADS)}
    assert read == told(repository, "schema-org", path)


def test_hostile_text_inside_the_data_of_a_page_stays_text(client: httpx.Client) -> None:
    page = client.get("/practices/hostile", headers={"accept": "text/html"}).text
    (text,) = embedded(page)
    assert json.loads(text)["name"]["@value"] == HOSTILE
    assert not set("<>&'") & set(text)
    assert page.count("<script") == 1
    assert "\\u003c/script\\u003e" in text
