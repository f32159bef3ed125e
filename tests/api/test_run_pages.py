"""Runs over HTTP: one page, many representations, nothing about persons."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from api.app import create_app
from api.run_texts import TEXTS
from api.runs import words
from builders import practice
from practicegraph.namespaces import PROV
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.run_statements import statements
from practicegraph.settings import Settings
from practicegraph.undoing import undo
from serving import running
from test_projection import wait_for

RDF = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Run 1 brings thirty records in, run 2 takes it back, run 3 goes on."""
    settings = Settings(data=tmp_path_factory.mktemp("served"), query_workers=1)
    with Repository.open(settings) as repository:
        with repository.log.writing() as transaction:
            number = transaction.start_run(
                source="village",
                agent="Jane Doe",
                tool="PracticeGraph 9.9",
                input="https://example.org/cases.csv?token=hidden",
                mapping="<script>alert(1)</script>.rq",
                mapping_digest="b2",
                source_digest="a1",
                homepage="javascript:alert(2)",
                options={"by": "Jane Doe"},
            )
            transaction.append(
                [practice(f"p{n}", f"Practice {n}", f"Pratica {n}") for n in range(30)],
                Provenance("Jane Doe", f"run/{number}"),
            )
            transaction.end_run(
                number,
                {"created": 30, "rejected": 1, "practice.created": 30, "practice.rejected": 1},
                summary=[
                    {"severity": "warning", "field": "contact", "rule": "personal data", "count": 2,
                     "message": "Jane Doe is a person", "example": "Jane Doe"}
                ],
            )  # fmt: skip
        repository.log.append([practice("p0", "Edited")], Provenance("Jane Doe", "by hand"))
        undo(repository.log, number, agent="Jane Doe")
        with repository.log.writing() as transaction:
            transaction.start_run(kind="merge", source="village", agent="Jane Doe", tool="t 1")
        yield repository


@pytest.fixture(scope="module")
def client(repository: Repository) -> Iterator[httpx.Client]:
    with running(create_app(repository)) as client:
        yield client


@pytest.mark.parametrize("extension", RDF)
def test_a_run_is_told_in_every_syntax_alike(
    client: httpx.Client, repository: Repository, extension: str
) -> None:
    media_type, syntax = RDF[extension]
    run = repository.log.run(1)
    assert run is not None
    expected = set(statements(run, repository.iris))
    for answer in (
        client.get(f"/runs/1.{extension}", headers={"accept": "text/html"}),
        client.get("/runs/1", headers={"accept": media_type}),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert answer.headers["content-location"] == f"/runs/1.{extension}"
        assert {q.triple for q in ox.parse(answer.text, syntax)} == expected


def test_the_same_is_in_the_graph_and_only_of_runs_that_have_ended(
    client: httpx.Client, repository: Repository
) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{repository.iris.run_graph}> {{ ?s ?p ?o }} }}"
    answer = client.get(
        "/sparql", params={"query": query}, headers={"accept": "application/n-triples"}
    )
    found = {q.triple for q in ox.parse(answer.text, ox.RdfFormat.N_TRIPLES)}
    told = {t for run in repository.log.ended_runs() for t in statements(run, repository.iris)}
    assert told <= found
    assert {t.subject for t in found - told} == {ox.NamedNode(repository.iris.runs)}


def test_a_running_server_tells_of_a_run_as_soon_as_it_has_ended(
    client: httpx.Client, repository: Repository
) -> None:
    with repository.log.writing() as transaction:
        number = transaction.start_run(source="town", agent="a", tool="t 1")
    page = client.get(f"/runs/{number}")
    ask = f"ASK {{ <{repository.iris.run(number)}> <{PROV}endedAtTime> ?when }}"

    def ended() -> bool:
        answer = client.get(
            "/sparql", params={"query": ask}, headers={"accept": "application/json"}
        )
        return bool(answer.json()["boolean"])

    assert not ended()
    with repository.log.writing() as transaction:
        transaction.end_run(number, {})
    wait_for(ended)
    again = client.get(f"/runs/{number}", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 200
    same = client.get(f"/runs/{number}", headers={"if-none-match": again.headers["etag"]})
    assert same.status_code == 304


def test_plain_json_tells_counts_problems_and_where_the_records_are(
    client: httpx.Client, repository: Repository
) -> None:
    told = client.get("/runs/1.json").json()
    base = repository.iris.base
    assert (told["id"], told["kind"], told["outcome"]) == (f"{base}/runs/1", "ingest", "finished")
    assert told["counts"]["practice.created"] == 30
    assert told["problems"] == [
        {"severity": "warning", "field": "contact", "rule": "personal data", "count": 2}
    ]
    assert (told["undoneBy"], told["records"]) == (f"{base}/runs/2", f"{base}/runs/1/records")
    assert client.get("/runs/2.json").json()["undoes"] == f"{base}/runs/1"
    assert client.get("/runs/3.json").json()["outcome"] == "running"


@pytest.mark.parametrize(
    "path",
    ["/runs", "/runs/1", "/runs/1.ttl", "/runs/1.json", "/runs/2", "/runs/1/records", "/runs.json"],
)
def test_nothing_tells_who_did_it_or_what_single_values_were(
    client: httpx.Client, path: str
) -> None:
    accept = "application/json" if path == "/runs.json" else "text/html"
    answer = client.get(path.removesuffix(".json") if path == "/runs.json" else path,
                        headers={"accept": accept})  # fmt: skip
    assert answer.status_code == 200
    assert "Jane" not in answer.text
    assert "hidden" not in answer.text


def test_a_page_shows_a_run_and_no_link_or_markup_of_a_source_does_harm(
    client: httpx.Client,
) -> None:
    page = client.get("/runs/1").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'href="/runs/2"' in page
    assert 'href="/runs/1/records"' in page
    assert "<h1>Run 1</h1>" in page


@pytest.mark.parametrize(
    ("language", "title"), [("it", "Operazione"), ("es", "Operación"), ("lv", "Darbība")]
)
def test_pages_of_runs_speak_the_reader_s_language(
    client: httpx.Client, language: str, title: str
) -> None:
    for path, word in (("/runs/1", "counts"), ("/runs", "about"), ("/runs/2/records", "restores")):
        page = client.get(path, params={"lang": language}).text
        assert title in page
        assert TEXTS[word][language] in page
        assert f'lang="{language}"' in page


def test_every_word_of_the_log_has_a_text_and_others_stand_for_themselves() -> None:
    said = words(("en",))
    assert said["merge"] == "Merge"
    assert said["something new"] == "something new"


def test_the_list_is_paged_and_the_newest_comes_first(client: httpx.Client) -> None:
    first = client.get("/runs", params={"size": 2}, headers={"accept": "application/json"})
    listed = first.json()
    assert listed["total"] >= 3
    assert len(listed["items"]) == 2
    assert listed["items"][0]["number"] > listed["items"][1]["number"]
    assert 'rel="next"' in first.headers["link"]
    last = client.get(listed["next"], headers={"accept": "application/json"}).json()
    assert last["items"][0]["number"] < listed["items"][1]["number"]
    assert client.get("/runs", params={"page": 99}).status_code == 404
    assert client.get("/runs", params={"size": 1000}).status_code == 400


def test_the_records_of_a_run_are_listed_page_by_page(client: httpx.Client) -> None:
    json = {"accept": "application/json"}
    first = client.get("/runs/1/records", params={"size": 20}, headers=json).json()
    second = client.get(first["next"], headers=json).json()
    assert (first["total"], len(first["items"]), len(second["items"])) == (30, 20, 10)
    assert second["next"] is None
    items = first["items"] + second["items"]
    assert [item["revision"] for item in items] == list(range(1, 31))
    assert items[0]["title"]["en"] == "Edited"
    page = client.get("/runs/1/records", params={"lang": "it"}).text
    assert 'href="/practices/p1"' in page
    undone = client.get("/runs/2/records", headers=json).json()
    assert {item["action"] for item in undone["items"]} == {"withdraw"}
    assert client.get("/runs/3/records", headers=json).json()["items"] == []


@pytest.mark.parametrize(
    "path",
    ["/runs/99", "/runs/0", "/runs/x", "/runs/1.docx", "/runs/-1", "/runs/99/records",
     "/runs/1/records?page=9", "/runs/9999999999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_document(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_type_that_cannot_be_produced_is_406(client: httpx.Client) -> None:
    assert client.get("/runs/1", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/runs", headers={"accept": "text/turtle"}).status_code == 406


def test_a_record_leads_to_the_run_that_made_it_last(
    client: httpx.Client, repository: Repository
) -> None:
    with repository.log.writing() as transaction:
        number = transaction.start_run(source="town", agent="a", tool="t 1")
        transaction.append([practice("linked", "A")], Provenance("a", f"run/{number}"))
        transaction.end_run(number, {})
    assert f'href="/runs/{number}"' in client.get("/practices/linked").text
    assert 'href="/runs' not in client.get("/practices/p0").text
