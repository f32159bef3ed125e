"""`/catalog` over HTTP: for people, and for programs that read DCAT-AP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from api.app import create_app
from ingest import bundled_folder, ingest
from practicegraph.namespaces import DCAT
from practicegraph.profiles.catalogue import describe
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from serving import running

SYNTAXES = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    settings = Settings(
        data=tmp_path_factory.mktemp("catalogue"),
        query_workers=1,
        publisher_name="<b>Town</b>",
        publisher_page="https://town.example.org/",
    )
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()])
        yield repository


@pytest.fixture(scope="module")
def client(repository: Repository) -> Iterator[httpx.Client]:
    with running(create_app(repository)) as client:
        yield client


@pytest.mark.parametrize("extension", SYNTAXES)
def test_every_syntax_of_the_catalogue_holds_its_description(
    client: httpx.Client, repository: Repository, extension: str
) -> None:
    media_type, rdf = SYNTAXES[extension]
    by_extension = client.get(f"/catalog.{extension}", headers={"accept": "text/html"})
    by_accept = client.get("/catalog", headers={"accept": media_type})
    for answer in (by_extension, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert answer.headers["content-location"] == f"/catalog.{extension}"
        assert {q.triple for q in ox.parse(answer.content, rdf)} == set(describe(repository))


def test_the_catalogue_says_what_it_keeps_to_and_what_else_there_is(client: httpx.Client) -> None:
    answer = client.get("/catalog.ttl")
    link = answer.headers["link"]
    assert '<https://semiceu.github.io/DCAT-AP/releases/3.0.1/>; rel="profile"' in link
    assert 'rel="profile"' not in client.get("/catalog.html").headers["link"]
    assert 'catalog.jsonld>; rel="alternate"; type="application/ld+json"' in link
    assert 'catalog.ttl>; rel="alternate"' not in link
    assert answer.headers["vary"].startswith("Accept")
    assert client.get("/catalog", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/catalog.exe").status_code == 404


def test_every_address_in_the_catalogue_is_there(
    client: httpx.Client, repository: Repository
) -> None:
    addresses = {
        triple.object.value
        for triple in describe(repository)
        if triple.predicate.value
        in {DCAT + "accessURL", DCAT + "endpointURL", DCAT + "endpointDescription"}
        and isinstance(triple.object, ox.NamedNode)
    }
    assert len(addresses) == 5
    for address in addresses:
        path = address.removeprefix(repository.settings.base_iri)
        assert client.get(path).status_code == 200, address


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Reusable assets"),
        ("it", "Risorse riutilizzabili"),
        ("es", "Recursos reutilizables"),
        ("lv", "Atkalizmantojami resursi"),
    ],
)
def test_people_read_the_catalogue_in_their_language(
    client: httpx.Client, language: str, words: str
) -> None:
    page = client.get("/catalog", params={"lang": language}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert words in page.text
    assert '<a href="/practices">' in page.text
    assert f'<html lang="{language}">' in page.text


def test_a_name_with_markup_stays_a_name(client: httpx.Client) -> None:
    page = client.get("/catalog", headers={"accept": "text/html"}).text
    assert "&lt;b&gt;Town&lt;/b&gt;" in page
    assert "<b>" not in page
    assert '<a href="https://town.example.org/">' in page


def test_an_unchanged_catalogue_is_not_sent_again(
    client: httpx.Client, repository: Repository
) -> None:
    first = client.get("/catalog.ttl")
    again = {"if-none-match": first.headers["etag"]}
    assert client.get("/catalog.ttl", headers=again).status_code == 304
    assert client.get("/catalog.jsonld", headers=again).status_code == 200
    tags = {
        client.get("/catalog.html", params={"lang": lang}).headers["etag"] for lang in ("en", "it")
    }
    assert len(tags) == 2
    thing = ox.NamedNode(repository.iris.thing("practice", "late"))
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    kind = ox.NamedNode("https://w3id.org/practicegraph/ns#GoodPractice")
    late = Record.of(thing.value, [ox.Triple(thing, a, kind)], repository.iris)
    repository.log.append([late], Provenance(agent="test", activity="test"))
    changed = client.get("/catalog.ttl")
    assert int(changed.headers["practicegraph-revision"]) == repository.log.last_seq()


def test_head_answers_as_get_without_the_body(client: httpx.Client) -> None:
    answer = client.head("/catalog.ttl")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"]
