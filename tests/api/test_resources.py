"""Things, documents and lists over HTTP, as a browser and as a linked-data client see them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from api.app import create_app
from api.languages import preferred
from ingest import bundled_folder, ingest
from practicegraph.namespaces import DCT, FOAF, GP, RDF_TYPE
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from serving import running

ANYONE = Provenance(agent="test", activity="test", message="no longer kept")
RICH = "/practices/quartiere-bene-comune"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    settings = Settings(data=tmp_path_factory.mktemp("served"), query_workers=1)
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()])
        repository.log.append([hostile(repository)], ANYONE)
        yield repository


@pytest.fixture(scope="module")
def client(repository: Repository) -> Iterator[httpx.Client]:
    with running(create_app(repository)) as client:
        yield client


def hostile(repository: Repository) -> Record:
    """A record whose texts and links would do harm on a careless page."""
    thing = ox.NamedNode(repository.iris.thing("practice", "hostile"))
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF_TYPE, ox.NamedNode(GP + "GoodPractice")),
        (DCT + "title", ox.Literal("<script>alert(1)</script>", language="en")),
        (DCT + "description", ox.Literal('"><img src=x onerror=alert(2)>', language="en")),
        (FOAF + "page", ox.NamedNode("javascript:alert(3)")),
        (FOAF + "page", ox.NamedNode("https://e.org/%22onmouseover=alert(4)")),
    ]
    triples = [ox.Triple(thing, ox.NamedNode(p), o) for p, o in pairs]
    return Record.of(thing.value, triples, repository.iris)


def wait_until_applied(client: httpx.Client, revision: int) -> None:
    for _ in range(100):
        if client.get("/health").json()["applied"] >= revision:
            return
        time.sleep(0.05)
    raise AssertionError("the graph did not follow the log")


def test_a_thing_leads_to_its_document(client: httpx.Client) -> None:
    answer = client.get("/id/practice/decidim", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/practices/decidim"


@pytest.mark.parametrize("path", ["/id/person/x", "/id/practice/NOT-A-SLUG", "/id/practice/a_b"])
def test_what_cannot_be_a_thing_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


RDF = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.mark.parametrize("extension", RDF)
def test_every_rdf_representation_holds_exactly_the_record(
    client: httpx.Client, repository: Repository, extension: str
) -> None:
    media_type, parser = RDF[extension]
    by_extension = client.get(f"{RICH}.{extension}", headers={"accept": "text/html"})
    by_accept = client.get(RICH, headers={"accept": media_type})
    revision = repository.log.latest(repository.iris.thing("practice", "quartiere-bene-comune"))
    assert revision is not None
    record = revision.as_record()
    assert record is not None
    for answer in (by_extension, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert set(rdflib.Graph().parse(data=answer.text, format=parser)) == set(record.graph())


@pytest.mark.parametrize(
    ("slug", "predicate", "text"),
    [("control", DCT + "description", "a\x0bb"), ("nameless", "http://e.org/p/1", "plain")],
)
def test_what_rdf_xml_cannot_hold_is_not_acceptable_and_stands_in_the_others(
    client: httpx.Client, repository: Repository, slug: str, predicate: str, text: str
) -> None:
    thing = ox.NamedNode(repository.iris.thing("practice", slug))
    triples = [
        ox.Triple(thing, ox.NamedNode(RDF_TYPE), ox.NamedNode(GP + "GoodPractice")),
        ox.Triple(thing, ox.NamedNode(predicate), ox.Literal(text)),
    ]
    repository.log.append([Record.of(thing.value, triples, repository.iris)], ANYONE)
    wait_until_applied(client, repository.log.last_seq())
    answer = client.get(f"/practices/{slug}.rdf")
    assert answer.status_code == 406
    assert predicate in answer.json()["detail"]
    for extension in set(RDF) - {"rdf"}:
        media_type, _ = RDF[extension]
        answer = client.get(f"/practices/{slug}.{extension}")
        assert answer.headers["content-type"].split(";")[0] == media_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("*/*", "text/html"),
        (None, "text/html"),
        ("application/*", "application/ld+json"),
        ("text/html;q=0, text/*", "text/turtle"),
        ("application/json", "application/json"),
        # Lines of the same name are one list (RFC 9110 §5.3).
        (("image/png", "text/turtle"), "text/turtle"),
    ],
)
def test_the_representation_follows_accept(
    client: httpx.Client, accept: str | tuple[str, ...] | None, expected: str
) -> None:
    lines = accept if isinstance(accept, tuple) else [accept or ""]
    answer = client.get(RICH, headers=[("accept", line) for line in lines])
    assert answer.headers["content-type"].split(";")[0] == expected
    assert "Accept" in answer.headers["vary"]


def test_a_type_that_cannot_be_produced_is_406_with_what_can(client: httpx.Client) -> None:
    answer = client.get(RICH, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/practices/absent", "/practices/absent.ttl", RICH + ".exe", "/practices/NOT", "/people"],
)
def test_what_is_not_there_is_a_problem_document(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_an_unchanged_document_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(RICH + ".ttl")
    again = client.get(RICH + ".ttl", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"if-modified-since": first.headers["last-modified"]}
    assert client.get(RICH + ".ttl", headers=since).status_code == 304
    assert client.get(RICH + ".json").headers["etag"] != first.headers["etag"]
    page = client.get(RICH + ".html")
    assert client.get(RICH + ".html", headers=since).status_code == 200
    same = {"if-none-match": page.headers["etag"]}
    assert client.get(RICH + ".html", headers=same).status_code == 304
    assert client.get(RICH + ".html", headers={**same, "accept-language": "lv"}).status_code == 200
    crooked = {"if-modified-since": "yesterday"}
    assert client.get(RICH + ".ttl", headers=crooked).status_code == 200


def test_head_answers_like_get_without_a_body(client: httpx.Client) -> None:
    answer = client.head(RICH, headers={"accept": "text/turtle"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    assert answer.content == b""


def test_a_page_is_in_the_language_of_the_reader(client: httpx.Client) -> None:
    italian = client.get(RICH + ".html", headers={"accept-language": "it-IT, en;q=0.5"}).text
    assert '<html lang="it">' in italian
    assert "Organizzazione responsabile" in italian or "Organizzazion" in italian
    latvian = client.get(RICH + ".html?lang=lv", headers={"accept-language": "it"}).text
    assert '<html lang="lv">' in latvian
    # There is no Latvian text: what is shown instead says in which language it is.
    assert re.search(r'<h1 lang="(en|it)">', latvian)


def test_a_page_links_to_its_other_representations(client: httpx.Client) -> None:
    answer = client.get(RICH, headers={"accept": "text/html"})
    assert '<link rel="alternate" type="text/turtle"' in answer.text
    assert 'rel="alternate"; type="text/turtle"' in answer.headers["link"]
    for link in re.findall(r'href="(/[^"]*)"', answer.text):
        assert client.get(link).status_code == 200, link


def test_texts_are_escaped_and_only_harmless_links_are_links(client: httpx.Client) -> None:
    page = client.get("/practices/hostile.html").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert "javascript:alert(3)" in page  # shown as text
    assert '"onmouseover' not in page
    listed = client.get("/practices", params={"size": 100}, headers={"accept": "text/html"}).text
    assert "<script>alert" not in listed


@pytest.mark.parametrize("path", ["/", "/practices", RICH, "/docs", "/sparql"])
def test_pages_load_nothing_from_other_hosts(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    loaded = re.findall(
        r'(?:src|action)="([^"]*)"|<link rel="stylesheet"[^>]*href="([^"]*)"', answer.text
    )
    for address in (a or b for a, b in loaded):
        assert address.startswith("/"), address
        assert address == "/sparql" or client.get(address).status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_list_pages_through_every_record_once(client: httpx.Client) -> None:
    seen: list[str] = []
    page: str | None = "/practices?size=7"
    while page:
        listed = client.get(page, headers={"accept": "application/json"}).json()
        seen += [item["id"] for item in listed["items"]]
        page = listed["next"]
    assert len(seen) == len(set(seen)) == listed["total"] >= 40


def test_a_list_shows_titles_places_and_leads_with_labels(client: httpx.Client) -> None:
    listed = client.get("/practices?size=100", headers={"accept": "application/json"}).json()
    item = next(i for i in listed["items"] if i["id"].endswith("/quartiere-bene-comune"))
    assert item["title"]["it"]
    assert any({"en", "it"} <= set(place["label"]) for place in item["spatial"])
    assert item["maturity"]["label"]["lv"]
    assert item["leadOrganisation"][0]["label"]
    assert client.get(urlsplit(item["url"]).path).status_code == 200


def test_a_page_beyond_the_last_is_not_there_and_says_which_is(client: httpx.Client) -> None:
    answer = client.get("/practices?page=500&size=20")
    assert answer.status_code == 404
    assert "the last is" in answer.json()["detail"]


def test_an_unchanged_list_is_not_sent_again(client: httpx.Client) -> None:
    headers = {"accept": "application/json"}
    first = client.get("/services", headers=headers)
    same = {**headers, "if-none-match": first.headers["etag"]}
    assert client.get("/services", headers=same).status_code == 304
    assert client.get("/services?size=3", headers=same).status_code == 200


def test_nothing_leads_to_the_host_that_a_client_names(client: httpx.Client) -> None:
    answer = client.get("/practices/", headers={"host": "evil.example"}, follow_redirects=False)
    assert "evil" not in answer.headers.get("location", "")
    assert answer.status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=x", "size=0", "size=1001", "page=99999999999"])
def test_a_wrong_page_is_a_400_that_says_what_is_allowed(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/practices?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert query.split("=", maxsplit=1)[0] in answer.json()["detail"]


@pytest.mark.parametrize("plural", ["practices", "services", "organisations", "assets"])
def test_every_kind_has_a_list_for_people(client: httpx.Client, plural: str) -> None:
    page = client.get(f"/{plural}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "<li>" in page.text


def test_a_withdrawn_record_answers_410_with_its_successor(
    client: httpx.Client, repository: Repository
) -> None:
    iri = repository.iris.thing("practice", "in-passing")
    thing = ox.NamedNode(iri)
    triple = ox.Triple(thing, ox.NamedNode(DCT + "title"), ox.Literal("A", language="en"))
    repository.log.append([Record.of(iri, [triple], repository.iris)], ANYONE)
    successor = repository.iris.thing("practice", "decidim")
    seq = repository.log.withdraw(iri, ANYONE, replaced_by=successor)
    wait_until_applied(client, seq)
    answer = client.get("/practices/in-passing.ttl")
    assert answer.status_code == 410
    assert answer.json()["replaced_by"] == successor
    page = client.get("/practices/in-passing", headers={"accept": "text/html"})
    assert page.status_code == 410
    assert successor in page.text
    rows = client.get("/sparql", params={"query": f"ASK {{ <{iri}> ?p ?o }}"}).json()
    for _ in range(40):
        if not rows["boolean"]:
            break
        time.sleep(0.05)
        rows = client.get("/sparql", params={"query": f"ASK {{ <{iri}> ?p ?o }}"}).json()
    assert rows["boolean"] is False


def test_what_another_process_appends_is_served_within_a_second(
    client: httpx.Client, repository: Repository
) -> None:
    iri = repository.iris.thing("practice", "from-outside")
    triple = ox.Triple(
        ox.NamedNode(iri), ox.NamedNode(DCT + "title"), ox.Literal("A", language="en")
    )
    with Repository.open(repository.settings) as other:
        other.log.append([Record.of(iri, [triple], repository.iris)], ANYONE)
    query = {"query": f"ASK {{ GRAPH <{repository.iris.graph(iri)}> {{ ?s ?p ?o }} }}"}
    for _ in range(60):
        if client.get("/sparql", params=query).json()["boolean"]:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("not served")
    assert client.get("/practices/from-outside.ttl").status_code == 200


def test_health_tells_the_revisions(client: httpx.Client, repository: Repository) -> None:
    wait_until_applied(client, repository.log.last_seq())
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["applied"] == health["revision"] == repository.log.last_seq()


def test_any_origin_may_read(client: httpx.Client) -> None:
    answer = client.get(RICH + ".ttl", headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_description_of_the_interface_names_the_routes(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/sparql", "/practices", "/services/{name}", "/health"} <= set(paths)


def test_the_description_of_the_interface_tells_errors_as_they_are(client: httpx.Client) -> None:
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            kinds = {kind for status, answer in operation["responses"].items()
                     if status == "default" or status >= "4"
                     for kind in answer.get("content", {})}  # fmt: skip
            assert kinds == {"application/problem+json"}, path


@pytest.mark.parametrize(
    ("lang", "header", "expected"),
    [
        (None, None, ("en", "it")),
        ("it", None, ("it", "en")),
        ("lv", "it", ("lv", "it", "en")),
        (None, "es;q=0.2, it-IT;q=0.9, *;q=0.1", ("it", "es", "en")),
        ("<script>", "x" * 500 + ",it", ("it", "en")),
        (None, "en;q=0, it", ("it", "en")),
        (None, "it;q=broken", ("en", "it")),
    ],
)
def test_languages_are_tried_in_the_order_asked(
    lang: str | None, header: str | None, expected: tuple[str, ...]
) -> None:
    assert preferred(lang, header, ("en", "it")) == expected
