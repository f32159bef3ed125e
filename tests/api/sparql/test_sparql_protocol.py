"""SPARQL 1.1 Protocol, query operation: what its test suite asks, case by case, and more."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
D1, D2, D3 = (f"http://example.org/data/{n}" for n in (1, 2, 3))

WAYS = ["get", "form", "direct"]
SELECT = "SELECT (1 AS ?value) {}"
CONSTRUCT = "CONSTRUCT { <http://e/s> <http://e/p> 1 } WHERE {}"


def send(
    client: httpx.Client,
    endpoint: str,
    way: str,
    query: str,
    accept: str | None = None,
    **dataset: list[str],
) -> httpx.Response:
    """Ask in one of the three ways of the protocol (§2.1.1 to §2.1.3)."""
    graphs = [(name.replace("_", "-"), iri) for name, iris in dataset.items() for iri in iris]
    headers = {"Accept": accept} if accept else {}
    if way == "get":
        parameters = [("query", query), *graphs]
        return client.get(endpoint, params=httpx.QueryParams(parameters), headers=headers)
    if way == "form":
        headers["Content-Type"] = FORM
        return client.post(
            endpoint, content=urlencode([("query", query), *graphs]), headers=headers
        )
    headers["Content-Type"] = DIRECT
    parameters = httpx.QueryParams(graphs)
    return client.post(endpoint, params=parameters, content=query.encode(), headers=headers)


def truth(response: httpx.Response) -> bool:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/sparql-results+json"
    return bool(response.json()["boolean"])


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return dict(response.json())


# ---- the suite: what must succeed


@pytest.mark.parametrize("way", WAYS)
def test_query_by_each_way(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_get, query_post_form, query_post_direct."""
    assert truth(send(client, endpoint, way, "ASK {}"))


@pytest.mark.parametrize("way", WAYS)
def test_query_dataset_default_graph(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_dataset_default_graph."""
    query = f"ASK {{ <{D1}> ?p ?o }}"
    assert truth(send(client, endpoint, way, query, default_graph_uri=[D1]))
    assert not truth(send(client, endpoint, way, query, default_graph_uri=[D2]))


@pytest.mark.parametrize("way", WAYS)
def test_query_dataset_default_graphs(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_dataset_default_graphs_get, query_dataset_default_graphs_post."""
    query = f"ASK {{ <{D1}> ?p1 ?o1 . <{D2}> ?p2 ?o2 . FILTER NOT EXISTS {{ <{D3}> ?p ?o }} }}"
    assert truth(send(client, endpoint, way, query, default_graph_uri=[D1, D2]))


@pytest.mark.parametrize("way", WAYS)
def test_query_dataset_named_graphs(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_dataset_named_graphs_get, query_dataset_named_graphs_post."""
    query = (
        f"ASK {{ GRAPH ?g {{ <{D1}> ?p ?o }} GRAPH <{D2}> {{ ?s ?q ?v }} "
        f"FILTER NOT EXISTS {{ ?x ?y ?z }} FILTER NOT EXISTS {{ GRAPH <{D3}> {{ ?x ?y ?z }} }} }}"
    )
    assert truth(send(client, endpoint, way, query, named_graph_uri=[D1, D2]))


@pytest.mark.parametrize("way", WAYS)
def test_query_dataset_full(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_dataset_full: default and named graphs together."""
    query = (
        f"ASK {{ <{D3}> ?p ?o . GRAPH ?g {{ <{D1}> ?q ?v }} GRAPH ?h {{ <{D2}> ?r ?w }} "
        f"FILTER NOT EXISTS {{ <{D1}> ?x ?y }} FILTER NOT EXISTS {{ GRAPH <{D3}> {{ ?x ?y ?z }} }}"
        "}"
    )
    dataset = {"default_graph_uri": [D3], "named_graph_uri": [D1, D2]}
    assert truth(send(client, endpoint, way, query, **dataset))


@pytest.mark.parametrize("way", WAYS)
def test_query_multiple_dataset(client: httpx.Client, endpoint: str, way: str) -> None:
    """query_multiple_dataset: the protocol wins over FROM (§2.1.4)."""
    query = f"ASK FROM <{D2}> FROM NAMED <{D2}> {{ <{D1}> ?p ?o }}"
    assert truth(send(client, endpoint, way, query, default_graph_uri=[D1]))
    unreached = f"ASK FROM <{D2}> FROM NAMED <{D2}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert not truth(send(client, endpoint, way, unreached, default_graph_uri=[D1]))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [SELECT, "ASK {}"])
@pytest.mark.parametrize(
    "accept",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
        "application/json",
        "application/xml",
    ],
)
def test_query_content_type_select_and_ask(
    client: httpx.Client, endpoint: str, way: str, query: str, accept: str
) -> None:
    """query_content_type_select, query_content_type_ask."""
    response = send(client, endpoint, way, query, accept)
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == accept
    if accept == "text/csv":  # which says nothing about types
        assert response.text == ("value\r\n1\r\n" if query == SELECT else "true")
        return
    results = ox.parse_query_results(response.content, media_type(accept))
    if isinstance(results, ox.QueryBoolean):
        assert bool(results)
    elif isinstance(results, ox.QuerySolutions):
        assert [row["value"].value for row in results] == ["1"]


def media_type(accept: str) -> ox.QueryResultsFormat:
    aliases = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml"}
    known = aliases.get(accept.removeprefix("application/"), accept)
    found = ox.QueryResultsFormat.from_media_type(known)
    assert found is not None
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{D1}>"])
@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_query_content_type_construct_and_describe(
    client: httpx.Client, endpoint: str, way: str, query: str, accept: str
) -> None:
    """query_content_type_construct, query_content_type_describe."""
    response = send(client, endpoint, way, query, accept)
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == accept
    syntax = ox.RdfFormat.from_media_type(accept)
    assert len(list(ox.parse(response.content, syntax))) == 1


# ---- the suite: what must be refused


def test_bad_query_method(client: httpx.Client, endpoint: str) -> None:
    """bad_query_method."""
    for method in ("PUT", "DELETE", "PATCH"):
        response = client.request(method, endpoint, params={"query": "ASK {}"})
        problem(response, 405)
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("way", ["get", "form"])
def test_bad_multiple_queries(client: httpx.Client, endpoint: str, way: str) -> None:
    """bad_multiple_queries."""
    twice = "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"
    if way == "get":
        response = client.get(f"{endpoint}?{twice}")
    else:
        response = client.post(endpoint, content=twice, headers={"Content-Type": FORM})
    assert "exactly one" in problem(response, 400)["detail"]


def test_bad_query_wrong_media_type(client: httpx.Client, endpoint: str) -> None:
    """bad_query_wrong_media_type."""
    response = client.post(endpoint, content="ASK {}", headers={"Content-Type": "text/plain"})
    assert DIRECT in problem(response, 415)["available"]


def test_bad_query_missing_form_type(client: httpx.Client, endpoint: str) -> None:
    """bad_query_missing_form_type."""
    problem(client.post(endpoint, content=b"query=ASK%20%7B%7D"), 415)


def test_bad_query_missing_direct_type(client: httpx.Client, endpoint: str) -> None:
    """bad_query_missing_direct_type."""
    problem(client.post(endpoint, content=b"ASK {}"), 415)


def test_bad_query_non_utf8(client: httpx.Client, endpoint: str) -> None:
    """bad_query_non_utf8."""
    headers = {"Content-Type": f"{DIRECT}; charset=UTF-16"}
    problem(client.post(endpoint, content="ASK {}".encode("utf-16"), headers=headers), 415)
    headers = {"Content-Type": DIRECT}
    problem(client.post(endpoint, content="ASK {}".encode("utf-16"), headers=headers), 400)


@pytest.mark.parametrize("way", WAYS)
def test_bad_query_syntax(client: httpx.Client, endpoint: str, way: str) -> None:
    """bad_query_syntax."""
    document = problem(send(client, endpoint, way, "ASK {\n SELECT }"), 400)
    assert document["line"] == 2
    assert document["type"].endswith("/malformed-query")


# ---- beyond the suite


def test_a_query_in_many_scripts_comes_through(client: httpx.Client, endpoint: str) -> None:
    for way in WAYS:
        query = 'SELECT ("ķīļ λ 日本 𝄞 + & %" AS ?text) {}'
        rows = send(client, endpoint, way, query).json()["results"]["bindings"]
        assert rows == [{"text": {"type": "literal", "value": "ķīļ λ 日本 𝄞 + & %"}}]


def test_a_charset_of_utf8_is_fine(client: httpx.Client, endpoint: str) -> None:
    headers = {"Content-Type": f'{DIRECT.upper()} ; Charset="UTF-8"'}
    assert truth(client.post(endpoint, content=b"ASK {}", headers=headers))


def test_bytes_that_are_no_text_are_refused(client: httpx.Client, endpoint: str) -> None:
    problem(client.get(endpoint + "?query=%FF%FE"), 400)
    headers = {"Content-Type": FORM}
    problem(client.post(endpoint, content=b"query=\xff", headers=headers), 400)


def test_every_answer_says_what_it_depends_on_and_reflects(
    client: httpx.Client, endpoint: str
) -> None:
    response = send(client, endpoint, "get", "ASK {}")
    assert response.headers["vary"] == "Accept"
    assert response.headers["practicegraph-revision"] == "7"
    assert response.headers["content-length"] == str(len(response.content))


def test_a_head_request_has_the_headers_and_no_body(client: httpx.Client, endpoint: str) -> None:
    response = client.head(endpoint, params={"query": "ASK {}"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert response.content == b""


def test_the_methods_can_be_asked_for(client: httpx.Client, endpoint: str) -> None:
    response = client.options(endpoint)
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_each_family_of_results_has_its_own_preference(client: httpx.Client, endpoint: str) -> None:
    accept = "text/csv;q=0.9, application/rdf+xml;q=0.5, text/turtle;q=0.2, */*;q=0.1"
    for query, expected in ((SELECT, "text/csv"), (CONSTRUCT, "application/rdf+xml")):
        response = send(client, endpoint, "get", query, accept)
        assert response.headers["content-type"].split(";")[0] == expected


def test_what_cannot_be_accepted_lists_what_there_is(client: httpx.Client, endpoint: str) -> None:
    response = send(client, endpoint, "get", SELECT, "text/turtle")
    assert "text/csv" in problem(response, 406)["available"]
    assert response.headers["vary"] == "Accept"
    assert "text/turtle" in problem(
        send(client, endpoint, "get", CONSTRUCT, "text/csv"), 406
    )["available"]  # fmt: skip


def test_parameters_of_other_services_are_passed_over(client: httpx.Client, endpoint: str) -> None:
    assert truth(client.get(endpoint, params={"query": "ASK {}", "format": "xml", "x": ""}))


@pytest.mark.parametrize("update", ["INSERT DATA { <a:b> <a:b> 1 }", "LOAD <http://e/>"])
def test_an_update_is_refused_however_it_comes(
    client: httpx.Client, endpoint: str, update: str
) -> None:
    for response in (
        send(client, endpoint, "direct", update),
        client.get(endpoint, params={"update": update}),
        client.post(endpoint, data={"update": update}),
        client.post(
            endpoint, content=update, headers={"Content-Type": "application/sparql-update"}
        ),
    ):
        assert "all writing goes through the log" in problem(response, 403)["detail"]


def test_a_service_is_refused(client: httpx.Client, endpoint: str) -> None:
    response = send(client, endpoint, "form", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }")
    assert problem(response, 403)["type"].endswith("/query-refused")


def test_a_query_without_text_or_without_a_query_is_malformed(
    client: httpx.Client, endpoint: str
) -> None:
    problem(client.get(endpoint, params={"query": ""}), 400)
    problem(client.get(endpoint, params={"default-graph-uri": D1}), 400)
    problem(client.post(endpoint, data={"x": "y"}), 400)


def test_a_dataset_of_no_iri_is_malformed(client: httpx.Client, endpoint: str) -> None:
    response = send(client, endpoint, "get", "ASK {}", default_graph_uri=["not an iri"])
    assert problem(response, 400)["parameter"] == "default-graph-uri"


def test_too_long_a_query_is_refused(client: httpx.Client, endpoint: str) -> None:
    for way in WAYS:
        query = "ASK {}" + " " * 20_001
        assert problem(send(client, endpoint, way, query), 413)["limit"] == 20_000


def test_too_many_parameters_are_refused(client: httpx.Client, endpoint: str) -> None:
    problem(client.post(endpoint, content="a&" * 2000, headers={"Content-Type": FORM}), 400)


class TestDescription:
    @pytest.mark.parametrize(
        "accept",
        ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"],
    )
    def test_without_a_query_the_service_describes_itself(
        self, client: httpx.Client, endpoint: str, accept: str
    ) -> None:
        response = client.get(endpoint, headers={"Accept": accept})
        assert response.headers["content-type"].split(";")[0] == accept
        assert response.headers["vary"] == "Accept"
        store = ox.Store()
        store.load(response.content, ox.RdfFormat.from_media_type(accept))
        assert store.query(
            "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { "
            f"?s a sd:Service ; sd:endpoint <{endpoint}> ; sd:feature sd:UnionDefaultGraph ; "
            "sd:supportedLanguage sd:SPARQL11Query ; sd:defaultDataset/sd:defaultGraph ?g ; "
            "sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_JSON> }"
        )

    def test_people_get_a_form_whose_example_works(
        self, client: httpx.Client, endpoint: str
    ) -> None:
        response = client.get(endpoint, headers={"Accept": "text/html,*/*;q=0.8"})
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        page = _Page()
        page.feed(response.text)
        assert page.queries != []
        for query in page.queries:
            assert send(client, endpoint, "get", query).status_code == 200

    def test_what_is_not_acceptable_is_told(self, client: httpx.Client, endpoint: str) -> None:
        problem(client.get(endpoint, headers={"Accept": "image/png"}), 406)


class _Page(HTMLParser):
    """Finds what stands in the text areas of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "textarea":
            self._inside = True
            self.queries.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "textarea"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.queries[-1] += data
