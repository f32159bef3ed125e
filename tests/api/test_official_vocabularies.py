"""A running server with an official table that somebody loads beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pyoxigraph as ox
import pytest

from api.app import create_app
from ingest import bundled_folder, ingest
from ingest.vocabularies import Columns, load_documents, unload
from practicegraph.namespaces import SKOS
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from serving import running
from vocabulary_kit import COUNTRY, files_at, lay

PRACTICE = "/practices/quartiere-bene-comune"
BODY = "/organisations/municipality-of-reggio-emilia"
JSON = {"accept": "application/json"}
ITALY = f"{COUNTRY}/ITA"
TABLE = f"""@prefix skos: <{SKOS}> .
@prefix c: <{COUNTRY}/> .
<{COUNTRY}> a skos:ConceptScheme ; skos:prefLabel "Country"@en .
c:ITA skos:inScheme <{COUNTRY}> ; skos:prefLabel "Italienische Republik"@de , "Bel Paese"@en .
c:DDR skos:inScheme <{COUNTRY}> ; skos:prefLabel "East Germany"@en ;
  <http://www.w3.org/2002/07/owl#deprecated> true .
c:XYZ skos:inScheme <{COUNTRY}> ; skos:prefLabel "Zedland"@en .
"""
MORE = f"""@prefix skos: <{SKOS}> .
<urn:more> a skos:ConceptScheme ; skos:prefLabel "More of it"@en , "Altro"@it .
<urn:more:x> skos:inScheme <urn:more> ; skos:prefLabel "<b>X</b>"@en .
"""


class Served(NamedTuple):
    """A server, and the repository as another process sees it."""

    client: httpx.Client
    repository: Repository
    folder: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("official")
    settings = Settings(data=folder / "data", query_workers=1)
    with Repository.open(settings) as repository, Repository.open(settings) as other:
        ingest(repository, [bundled_folder()])
        with running(create_app(repository)) as client:
            yield Served(client, other, folder)


@pytest.fixture
def official(served: Served) -> Iterator[Served]:
    """The same with a table over the countries, once the server knows it."""
    file = served.folder / "countries.ttl"
    file.write_text(TABLE, "utf-8")
    lay(served.repository, file)
    until(lambda: german(served.client) == ["Italienische Republik"])
    yield served
    unload(served.repository, "countries", agent="test")
    until(lambda: german(served.client) == [])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for some seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def german(client: httpx.Client) -> list[str]:
    """What the graph calls Italy in German."""
    answer = client.get(
        "/sparql",
        params={
            "query": f'SELECT ?l {{ <{ITALY}> <{SKOS}prefLabel> ?l FILTER (LANG(?l) = "de") }}'
        },
        headers={"accept": "application/sparql-results+json"},
    )
    return [row["l"]["value"] for row in answer.json()["results"]["bindings"]]


def test_pages_call_things_by_the_official_names_and_ours_in_other_languages(
    official: Served,
) -> None:
    english, latvian = (
        official.client.get(PRACTICE, params={"lang": tag}, headers={"accept": "text/html"}).text
        for tag in ("en", "lv")
    )
    assert "Bel Paese" in english
    assert "Itālija" in latvian
    items = official.client.get("/practices", headers=JSON).json()["items"]
    places = {p["id"]: p["label"] for item in items for p in item["spatial"]}
    assert places[ITALY]["de"] == "Italienische Republik"


def test_what_was_cached_before_is_not_taken_for_the_present(served: Served) -> None:
    addresses = (PRACTICE, "/practices", f"{BODY}.ttl?profile=cpov", "/vocabularies/countries")
    headers = {"accept": "text/html, */*;q=0.5"}
    tags = {a: served.client.get(a, headers=headers).headers["etag"] for a in addresses}
    file = served.folder / "countries.ttl"
    file.write_text(TABLE.replace("Bel Paese", "Bello Paese"), "utf-8")
    lay(served.repository, file)
    until(lambda: german(served.client) == ["Italienische Republik"])
    for address, tag in tags.items():
        answer = served.client.get(address, headers={**headers, "if-none-match": tag})
        assert answer.status_code == 200, address
    unload(served.repository, "countries", agent="test")
    until(lambda: german(served.client) == [])
    for address, tag in tags.items():
        assert served.client.get(address, headers=headers).headers["etag"] == tag


def test_forms_offer_and_take_official_concepts_but_no_past_ones(official: Served) -> None:
    page = official.client.get("/queries/practice-counts", headers={"accept": "text/html"}).text
    assert "Zedland" in page
    assert "East Germany" not in page
    asked = official.client.get("/queries/practice-counts.json", params={"country": "bel paese"})
    assert asked.status_code == 200
    assert asked.json()["rows"]
    unknown = official.client.get("/queries/practice-counts.json", params={"country": "Nowhere"})
    assert unknown.status_code == 400


def test_profiles_repeat_the_official_labels(official: Served) -> None:
    answer = official.client.get(f"{BODY}.ttl", params={"profile": "cpov"})
    found = {q.object for q in ox.parse(answer.content, ox.RdfFormat.TURTLE)}
    assert ox.Literal("Italienische Republik", language="de") in found
    assert ox.Literal("Itālija", language="lv") in found


def test_the_page_of_the_list_shows_the_table_and_its_data_hold_it_whole(
    official: Served,
) -> None:
    page = official.client.get("/vocabularies/countries", params={"lang": "it"})
    for text in ("elenco ufficiale", "Paesi e territori", "East Germany", "obsoleto", "Francia"):
        assert text in page.text
    plain = official.client.get("/vocabularies/countries.json").json()
    assert plain["loaded"]
    labels = {c["iri"]: c["label"] for c in plain["concepts"]}
    assert labels[ITALY]["de"] == "Italienische Republik"
    assert len(labels) == 253
    expected = set(official.repository.log.vocabularies()["countries"].triples)
    for extension, syntax in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        data = official.client.get(f"/vocabularies/countries.{extension}").content
        assert {q.triple for q in ox.parse(data, syntax)} == expected


def test_a_list_of_which_we_carry_nothing_has_a_page_too(served: Served) -> None:
    assert served.client.get("/vocabularies/more").status_code == 404
    file = served.folder / "more.ttl"
    file.write_text(MORE, "utf-8")
    lay(served.repository, file)
    page = served.client.get("/vocabularies/more", params={"lang": "it"})
    assert "<h1>Altro</h1>" in page.text
    assert "&lt;b&gt;X&lt;/b&gt;" in page.text
    assert "/vocabularies/more" in served.client.get("/vocabularies").text
    unload(served.repository, "more", agent="test")
    assert served.client.get("/vocabularies/more").status_code == 404


def test_codes_of_places_get_names_once_their_table_is_loaded(
    served: Served, third_party: Path
) -> None:
    code = "http://data.europa.eu/nuts/code/ITH53"
    load_documents(
        served.repository,
        files_at(third_party / "sdg-notified-links" / "nuts-1-3.csv"),
        agent="test",
        name="nuts",
        scheme="http://data.europa.eu/nuts/scheme/2024",
        columns=Columns.of("nut3", "http://data.europa.eu/nuts/code/{code}", ["label"]),
    )
    query = f"SELECT ?l {{ <{code}> <{SKOS}prefLabel> ?l }}"
    until(
        lambda: (
            "Reggio"
            in served.client.get(
                "/sparql", params={"query": query}, headers={"accept": "text/csv"}
            ).text
        )
    )
    found = [
        entry["label"]
        for item in served.client.get("/practices", headers=JSON).json()["items"]
        for entry in item["spatial"]
        if "/nuts/code/" in entry["id"]
    ]
    assert found
    assert all(found)
    unload(served.repository, "nuts", agent="test")
