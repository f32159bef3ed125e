"""Endpoints: every statement comes in, whatever the server does, or an error says why not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from sites import Site

from api.app import create_app
from ingest import bundled_folder, ingest
from ingest.fetching.limits import Limits
from ingest.inputs import Input, Inputs
from practicegraph.errors import InvalidInput, MalformedDocument, MalformedQuery, TooLarge
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from serving import running

LIMITS = Limits(pause=0.01, page_seconds=5, page_size=3)
TITLES = """
PREFIX dct: <http://purl.org/dc/terms/> PREFIX gp: <https://w3id.org/practicegraph/ns#>
CONSTRUCT { ?s dct:title ?t ; gp:maturity ?m }
{ ?s a gp:GoodPractice ; dct:title ?t ; gp:maturity ?m }
"""


def read(
    url: str, query: str | None = None, limits: Limits = LIMITS
) -> tuple[Input, list[ox.Triple]]:
    with Inputs(limits) as inputs:
        (found,) = inputs.open([f"sparql+{url}"], query=query, allow_private=True)
        (file,) = found.files
        content = file.path.read_bytes()
    return found, [quad.triple for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(data=tmp_path_factory.mktemp("endpoint"), query_workers=1)
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()]).close()
        with running(create_app(repository)) as client:
            yield client


def named(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Those without blank nodes, whose labels are others each time."""
    return {t for t in triples if ox.BlankNode not in {type(t.subject), type(t.object)}}


class TestOurOwnEndpoint:
    def whole(self, client: httpx.Client, query: str) -> set[ox.Triple]:
        headers = {"accept": "application/n-triples"}
        answer = client.get("/sparql", params={"query": query}, headers=headers)
        return {quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)}

    def test_every_statement_comes_in(self, client: httpx.Client) -> None:
        expected = self.whole(client, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
        url = f"{client.base_url}/sparql"
        found, triples = read(url, limits=replace(LIMITS, page_size=1_000_000))
        assert len(triples) == len(expected) > 2000
        assert named(triples) == named(expected)
        assert (found.name, found.is_single, found.notes) == (url, True, ())
        assert found.files[0].name == "statements.nt"

    @pytest.mark.parametrize("size", [7, 100_000])
    @pytest.mark.parametrize("more", ["", " ORDER BY DESC(?t)", "\n# the end"])
    def test_what_a_query_constructs_comes_in(
        self, client: httpx.Client, tmp_path: Path, size: int, more: str
    ) -> None:
        query = f"{TITLES}{more}"
        limits = replace(LIMITS, page_size=size)
        (tmp_path / "titles.rq").write_text(query)
        _, triples = read(f"{client.base_url}/sparql", query, limits)
        _, from_file = read(f"{client.base_url}/sparql", f"{tmp_path}/titles.rq", limits)
        assert set(triples) == set(from_file) == self.whole(client, TITLES) != set()

    def test_a_limit_of_ones_own_is_kept(self, client: httpx.Client) -> None:
        query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s LIMIT 5"
        assert len(read(f"{client.base_url}/sparql", query)[1]) == 5

    def test_a_long_query_is_posted(self, client: httpx.Client) -> None:
        query = f"{TITLES} # {'x' * 3000}"
        assert read(f"{client.base_url}/sparql", query, replace(LIMITS, page_size=1000))[1]

    def test_the_cause_of_a_refusal_is_told(self, client: httpx.Client) -> None:
        query = "CONSTRUCT { ?s ?p ?o } { SERVICE <http://example.org/> { ?s ?p ?o } }"
        with pytest.raises(InvalidInput, match=r"the server answers 403 Forbidden: .*SERVICE"):
            read(f"{client.base_url}/sparql", query)


DATA = [f'<urn:s{n:03}> <urn:p> "{n}" .\n' for n in range(10)]


class Store:
    """An endpoint of ten statements, with the habits that a test gives it."""

    def __init__(self, site: Site, path: str = "/sparql") -> None:
        self.asked: list[tuple[int, int]] = []
        self.faults: list[int] = []
        self.most = 1000
        self.has_limit = self.has_offset = True
        self.media_type = "application/n-triples"
        self.headers: dict[str, str] = {}
        self.lines = DATA
        self.site = site
        self.url = site.root + path
        site.any = self.answer

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(handler.path).query)["query"][0]
        found = re.search(r"LIMIT (\d+) OFFSET (\d+)$", query)
        assert found is not None
        limit, offset = int(found[1]), int(found[2])
        self.asked.append((limit, offset))
        status = self.faults.pop(0) if self.faults else 200
        first = offset if self.has_offset else 0
        last = first + min(limit if self.has_limit else 1000, self.most)
        handler.send_response(status)
        handler.send_header("Content-Type", self.media_type)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write("".join(self.lines[first:last]).encode())


@pytest.fixture
def store() -> Iterator[Store]:
    with Site() as site:
        yield Store(site)


def values(triples: list[ox.Triple]) -> list[int]:
    return sorted(int(t.object.value) for t in triples if isinstance(t.object, ox.Literal))


def test_pages_are_asked_for_until_one_is_empty(store: Store) -> None:
    found, triples = read(store.url)
    assert values(triples) == list(range(10))
    assert store.asked == [(3, 0), (3, 3), (3, 6), (3, 9), (3, 10)]
    assert found.notes == ()


def test_a_server_that_gives_fewer_rows_than_asked_for_is_read_to_its_end(store: Store) -> None:
    store.most = 2
    assert values(read(store.url)[1]) == list(range(10))
    store.headers = {"X-SPARQL-MaxRows": "2"}
    query = "CONSTRUCT { ?s <urn:p> ?o } { ?s ?p ?o }"
    assert values(read(store.url, query)[1]) == list(range(10))


@pytest.mark.parametrize("has_offset", [True, False])
@pytest.mark.parametrize("query", [None, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"])
def test_a_server_that_ignores_limits_is_read_once(
    store: Store, has_offset: bool, query: str | None
) -> None:
    store.has_limit, store.has_offset = False, has_offset
    found, triples = read(store.url, query)
    assert values(triples) == list(range(10))
    assert len(store.asked) == 2
    assert "pays no heed" in found.notes[0]


def test_a_server_that_ignores_only_the_offset_cannot_be_read_whole(store: Store) -> None:
    store.has_offset = False
    with pytest.raises(InvalidInput, match="same page for each OFFSET"):
        read(store.url)


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
        ("application/xml", ox.RdfFormat.RDF_XML),
        ("application/json", ox.RdfFormat.JSON_LD),
        ("text/plain", ox.RdfFormat.N_TRIPLES),
        ("", ox.RdfFormat.TURTLE),
        ("text/turtle", ox.RdfFormat.RDF_XML),
        ("application/rdf+xml", ox.RdfFormat.TURTLE),
        ("application/octet-stream", ox.RdfFormat.JSON_LD),
    ],
)
def test_an_answer_is_read_in_whatever_syntax_it_comes(
    store: Store, media_type: str, form: ox.RdfFormat
) -> None:
    quads = list(ox.parse("".join(DATA), ox.RdfFormat.N_TRIPLES))
    body = ox.serialize(quads if form.supports_datasets else [q.triple for q in quads], format=form)
    assert body is not None
    store.media_type, store.lines, store.most = media_type, [body.decode()], 1
    assert values(read(store.url)[1]) == list(range(10))


@pytest.mark.parametrize("faults", [[503], [500, 429], [502, 504, 500]])
def test_a_page_that_fails_by_the_server_is_asked_for_again(
    store: Store, faults: list[int]
) -> None:
    store.faults = [200, *faults]
    assert values(read(store.url)[1]) == list(range(10))
    assert len(store.asked) == 5 + len(faults)


def test_a_page_that_breaks_off_is_asked_for_again_and_not_kept_in_part(store: Store) -> None:
    whole = store.answer
    broken = iter([True])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if next(broken, False):
            handler.send_response(200)
            handler.send_header("Content-Type", "application/n-triples")
            handler.end_headers()
            handler.wfile.write("".join(DATA[:2]).encode() + b"<urn:s> <urn:")
        else:
            whole(handler)

    store.site.any = answer
    assert values(read(store.url)[1]) == list(range(10))


@pytest.mark.parametrize("status", [400, 401, 404, 406])
def test_a_fault_of_the_request_is_not_asked_again(store: Store, status: int) -> None:
    store.faults, store.media_type = [status], "text/plain"
    with pytest.raises(InvalidInput, match=rf"/sparql: the server answers {status} .*urn:s000"):
        read(store.url)
    assert len(store.asked) == 1


def test_a_server_that_fails_again_and_again_is_given_up(store: Store) -> None:
    store.faults = [503] * 9
    with pytest.raises(InvalidInput, match="503"):
        read(store.url)
    assert len(store.asked) == LIMITS.attempts


@pytest.mark.parametrize(
    ("limits", "cause"),
    [
        (replace(LIMITS, pages=2), "more than 2 pages"),
        (replace(LIMITS, size=100), "more than 100 bytes"),
    ],
)
def test_pages_without_end_are_stopped(store: Store, limits: Limits, cause: str) -> None:
    with pytest.raises(TooLarge, match=cause):
        read(store.url, limits=limits)


def test_a_slow_server_is_given_up_in_time(store: Store) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"#")
            time.sleep(0.05)

    store.site.any = answer
    begin = time.monotonic()
    limits = replace(LIMITS, page_seconds=0.2, attempts=2)
    with pytest.raises(TooLarge, match="seconds"):
        read(store.url, limits=limits)
    assert time.monotonic() - begin < 1.5


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/html", "<!DOCTYPE html><html>"),
        ("application/sparql-results+json", "{}"),
        ("application/xml", '<?xml version="1.0"?><sparql xmlns="urn:x"/>'),
        ("text/plain", "<html>"),
    ],
)
def test_an_answer_that_is_no_rdf_is_named(store: Store, media_type: str, body: str) -> None:
    store.media_type, store.lines = media_type, [body]
    with pytest.raises(InvalidInput, match=r"/sparql: .*no RDF"):
        read(store.url)


def test_rdf_that_is_broken_is_named_with_its_page_and_line(store: Store) -> None:
    store.lines = [*DATA[:4], "nonsense\n"]
    with pytest.raises(MalformedDocument, match=r"/sparql, page 2, line 2"):
        read(store.url)


def test_blank_nodes_of_two_pages_are_two_with_a_note(store: Store) -> None:
    store.lines = [f'_:a <urn:p> "{n}" .\n' for n in range(4)]
    found, triples = read(store.url)
    assert len({triple.subject for triple in triples}) == 2
    assert "blank nodes" in found.notes[0]
    with Inputs(LIMITS) as inputs:
        one, two = inputs.open([f"sparql+{store.url}"] * 2, allow_private=True)
        assert one.files[0].path.read_bytes() == two.files[0].path.read_bytes()


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("SELECT * { ?s ?p ?o }", "must be a CONSTRUCT"),
        ("DESCRIBE <urn:x>", "must be a CONSTRUCT"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p }", "cannot be read"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } VALUES ?s { <urn:x> }", "LIMIT and OFFSET behind it"),
        ("DELETE WHERE { ?s ?p ?o }", "cannot be read"),
        ("absent.rq", "cannot be read"),
    ],
)
def test_a_query_that_cannot_be_asked_is_named(store: Store, query: str, cause: str) -> None:
    with pytest.raises((InvalidInput, MalformedQuery), match=cause):
        read(store.url, query)
    assert not store.asked


def test_an_endpoint_without_statements_is_named(store: Store) -> None:
    store.lines = []
    with pytest.raises(InvalidInput, match="no statements"):
        read(store.url)


def test_credentials_and_parameters_of_the_address_are_sent_and_not_seen(store: Store) -> None:
    url = store.url.replace("//", "//me:hunter%32@") + "?graph=x&key=hunter3"
    found, _ = read(url)
    path, headers = store.site.asked[0]
    assert headers["Authorization"] == "Basic bWU6aHVudGVyMg=="
    assert parse_qs(urlsplit(path).query)["graph"] == ["x"]
    assert found.name == f"{store.url}?graph=x&key=***"


def test_an_endpoint_in_a_private_network_is_not_asked_unless_it_is_allowed(store: Store) -> None:
    with Inputs(LIMITS) as inputs, pytest.raises(InvalidInput, match="--allow-private"):
        inputs.open([f"sparql+{store.url}"])
    with Inputs(LIMITS) as inputs, pytest.raises(InvalidInput, match="no tables"):
        inputs.open([f"sparql+{store.url}"], table="x")
    for address in ("http://h:port/", "http://[bad/", "https:///sparql"):
        with Inputs(LIMITS) as inputs, pytest.raises(InvalidInput):
            inputs.open([f"sparql+{address}"])
    assert not store.asked
