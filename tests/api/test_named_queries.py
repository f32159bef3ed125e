"""Named queries over HTTP: every representation, the form, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from api.app import create_app
from builders import practice
from practicegraph import queries
from practicegraph.iris import Iris
from practicegraph.namespaces import DCT, GP, SCHEME
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from serving import running

ANYONE = Provenance(agent="test", activity="test")
ITALY = "http://publications.europa.eu/resource/authority/country/ITA"
HOSTILE = "=1+1</script><script>alert(1)</script>"
ALL = [queries.load(name) for name in queries.names()]
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def mature(slug: str, title: str, iris: Iris) -> Record:
    """A practice in Italy with a title and a maturity."""
    thin = practice(slug, title)
    thing = ox.NamedNode(thin.iri)
    more = [
        ox.Triple(thing, ox.NamedNode(GP + "maturity"), ox.NamedNode(SCHEME + "maturity/pilot")),
        ox.Triple(thing, ox.NamedNode(DCT + "spatial"), ox.NamedNode(ITALY)),
    ]
    return Record.of(thin.iri, [*thin.triples(), *more], iris)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(data=tmp_path_factory.mktemp("queries"), query_workers=1, query_rows=200)
    with Repository.open(settings) as repository:
        records = [mature("a", "Repair desk", repository.iris)]
        records.append(mature("hostile", HOSTILE, repository.iris))
        repository.log.append(records, ANYONE)
        with running(create_app(repository)) as client:
            yield client


ROWS = [
    {"practice": Iris("http://127.0.0.1:8000").thing("practice", slug), "title": title,
     "places": "Italy", "maturity": "Pilot"}
    for slug, title in (("hostile", HOSTILE), ("a", "Repair desk"))
]  # fmt: skip


def test_all_queries_are_listed_with_what_they_are_for(client: httpx.Client) -> None:
    listed = client.get("/queries", headers=JSON).json()
    assert [item["name"] for item in listed["items"]] == queries.names()
    assert listed["total"] == len(queries.names())
    by_name = {item["name"]: item for item in listed["items"]}
    item = by_name["practices"]
    assert set(item["summary"]) == {"en", "it", "es", "lv"}
    assert item["form"] == "table"
    assert item["parameters"][0] | {"about": ""} == {
        "name": "language", "type": "language", "required": False, "many": False, "default": "en",
        "vocabulary": None, "kind": None, "example": "en", "about": "",
    }  # fmt: skip
    page = client.get("/queries", headers={"Accept": "text/html", "Accept-Language": "lv"})
    assert queries.load("practices").summary["lv"] in page.text
    assert "labels" not in by_name


def test_rows_are_plain_json(client: httpx.Client) -> None:
    answer = client.get("/queries/practices", headers=JSON)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["practicegraph-revision"] == "2"
    assert answer.headers["vary"].startswith("Accept, Accept-Language")
    assert answer.json() == {
        "query": "practices",
        "revision": 2,
        "columns": ["practice", "title", "places", "maturity"],
        "rows": ROWS,
    }
    assert client.get("/queries/practices.json").content == answer.content


def test_cells_of_csv_cannot_become_formulas(client: httpx.Client) -> None:
    answer = client.get("/queries/practices.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows == [{**ROWS[0], "title": "'" + HOSTILE}, ROWS[1]]


def test_the_formats_of_the_w3c_are_served_as_they_are(client: httpx.Client) -> None:
    texts = {
        extension: client.get(f"/queries/practices.{extension}")
        for extension in ("srj", "srx", "tsv")
    }
    found = json.loads(texts["srj"].text)
    assert [{k: v["value"] for k, v in row.items()} for row in found["results"]["bindings"]] == ROWS
    space = "{http://www.w3.org/2005/sparql-results#}"
    root = ElementTree.fromstring(texts["srx"].text)
    assert len(root.findall(f".//{space}result")) == 2
    assert texts["tsv"].text.splitlines()[0] == "?practice\t?title\t?places\t?maturity"
    assert texts["srx"].headers["content-type"] == "application/sparql-results+xml"
    asked = client.get("/queries/practices", headers={"Accept": "application/sparql-results+xml"})
    assert asked.content == texts["srx"].content


def test_the_query_itself_can_be_taken_and_asked_elsewhere(client: httpx.Client) -> None:
    answer = client.get("/queries/practices.rq?language=en")
    assert answer.headers["content-type"] == "application/sparql-query"
    assert 'VALUES ?language { "en" }' in answer.text
    asked = client.post("/sparql", data={"query": answer.text})
    assert asked.json() == client.get("/queries/practices.srj?language=en").json()


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("practices?colour=blue", 400, "no parameter 'colour'; it takes language"),
        ("practices?language=english", 400, "not a language tag"),
        ("practices?language=en&language=it", 400, "takes one value"),
        ("practices.pdf", 404, "no representation .pdf; there are .html, .json"),
        ("absent", 404, "there are: "),
        ("labels", 404, "There is no query 'labels'"),
        ("labels.json", 404, "There is no query 'labels'"),
        ("practices?" + "&".join(f"p{n}=1" for n in range(600)), 400, "At most 500"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    client: httpx.Client, address: str, status: int, detail: str
) -> None:
    answer = client.get(f"/queries/{address}", headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


def test_what_nobody_can_write_is_not_acceptable(client: httpx.Client) -> None:
    answer = client.get("/queries/practices", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406
    assert "application/json" in answer.json()["available"]


def test_a_page_shows_the_form_and_the_rows_in_the_readers_language(client: httpx.Client) -> None:
    page = client.get("/queries/practices?lang=it", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert queries.load("practices").summary["it"] in page.text
    assert 'name="language" type="text" value="it"' in page.text
    english = client.get("/queries/practices?lang=it&language=en", headers={"Accept": "text/html"})
    assert 'href="/practices/a"' in english.text
    assert "Repair desk" in english.text
    assert "<script>alert(1)" not in english.text
    assert 'href="/queries/practices.csv?language=en"' in english.text


@pytest.mark.parametrize("tag", ["i-klingon", "abcdefgh", "x-none"])
def test_a_tag_that_names_no_language_is_passed_over(client: httpx.Client, tag: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": f"{tag}, it;q=0.5"}
    page = client.get("/queries/practices", headers=headers)
    assert page.status_code == 200
    assert 'name="language" type="text" value="it"' in page.text


def test_every_value_that_was_given_stands_in_the_form(client: httpx.Client) -> None:
    page = client.get("/queries/missing-fields?source=one&source=two", headers=HTML)
    for value in ("one", "two", ""):
        assert f'name="source" type="text" value="{value}"' in page.text
    assert page.text.count('id="source"') == 1


def test_a_table_wider_than_the_screen_is_scrolled_with_the_keyboard(client: httpx.Client) -> None:
    page = client.get("/queries/practices", headers=HTML).text
    assert 'class="scroll" tabindex="0" role="region" aria-label="' in page


def test_a_page_shows_the_beginning_of_a_long_text_and_says_so(tmp_path: Path) -> None:
    long = "long " * 2_000
    with Repository.open(Settings(data=tmp_path, query_workers=1)) as repository:
        repository.log.append([mature("a", "Short", repository.iris)], ANYONE)
        with running(create_app(repository)) as client:
            assert "There is more" not in client.get("/queries/practices", headers=HTML).text
        repository.log.append([mature("b", long, repository.iris)], ANYONE)
        with running(create_app(repository)) as client:
            page = client.get("/queries/practices", headers=HTML).text
            assert long not in page
            assert f"{long[:2000]}…</td>" in page
            assert "<p>Rows: 2</p>" in page
            assert "There is more" in page
            assert long in client.get("/queries/practices.json").text


def test_a_fault_stands_beside_the_form(client: httpx.Client) -> None:
    page = client.get("/queries/practices?language=%3Cb%3E", headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "is not a language tag" in page.text
    assert "<b>" not in page.text


@pytest.mark.parametrize("query", ALL, ids=lambda q: q.name)
def test_every_query_answers_its_example_in_every_representation(
    client: httpx.Client, query: queries.NamedQuery
) -> None:
    graph = query.form == "graph"
    extensions = ["ttl", "nt", "jsonld", "rdf"] if graph else ["json", "csv", "srj", "srx", "tsv"]
    for extension in [*extensions, "html", "rq"]:
        answer = client.get(f"/queries/{query.name}.{extension}", params=query.example)
        assert answer.status_code == 200, (extension, answer.text)
    page = client.get(f"/queries/{query.name}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    for parameter in query.parameters:
        assert f'name="{parameter.name}"' in page.text


@pytest.mark.parametrize("query", ALL, ids=lambda q: q.name)
def test_openapi_lists_each_query_with_its_own_parameters(
    client: httpx.Client, query: queries.NamedQuery
) -> None:
    operation = client.get("/openapi.json").json()["paths"][f"/queries/{query.name}"]["get"]
    assert operation["summary"] == query.summary["en"]
    assert {p["name"]: p["required"] for p in operation.get("parameters", [])} == {
        p.name: p.required for p in query.parameters
    }
    for described in operation.get("parameters", []):
        assert "example" in described or not described["required"]
        assert described["description"]
        schema = described["schema"]
        values = [described[k] for k in ("example",) if k in described]
        values += [schema["default"]] if "default" in schema else []
        for value in values:
            plain = value if schema["type"] == "array" else [value]
            assert isinstance(plain, list)
            kind = schema["items"] if schema["type"] == "array" else schema
            types = {"string": str, "integer": int}
            assert all(isinstance(item, types[kind["type"]]) for item in plain)
            if kind.get("format") == "date":
                assert all(dt.date.fromisoformat(item) for item in plain)


ADDED = """#+ summary: Countries with their names.
#+ summary@it: I paesi con i loro nomi.
#+ audience: consumer
#+ endpoint: /sparql
#+ param: prefix string default=It
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name WHERE {
  VALUES ?prefix {}
  ?country skos:inScheme <http://publications.europa.eu/resource/authority/country> ;
    skos:prefLabel ?name .
  FILTER (LANG(?name) = "en" && STRSTARTS(?name, ?prefix))
}
"""


def test_a_file_more_is_an_operation_more_without_any_python(tmp_path: Path, root: Path) -> None:
    for part in ("practicegraph", "api", "ingest", "ontology", "shapes", "queries"):
        shutil.copytree(
            root / part, tmp_path / part, ignore=shutil.ignore_patterns("bundled", "__pycache__")
        )
    (tmp_path / "queries" / "countries.rq").write_text(ADDED)

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    command = "import sys; from practicegraph.cli import main; sys.argv[1:] = {}; main()"
    python(command.format(["init"]))
    assert "Countries with their names." in python(command.format(["query", "--format", "json"]))
    arguments = ["query", "countries", "--param", "prefix=Latv", "--format", "csv"]
    assert python(command.format(arguments)).split() == ["name", "Latvia"]
    paths = python(
        "from api.app import create_app; from practicegraph.repository import Repository;"
        "from practicegraph.settings import Settings;"
        "print([*create_app(Repository.open(Settings())).openapi()['paths']])"
    )
    assert "'/queries/countries'" in paths
