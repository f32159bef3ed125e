"""The vocabulary over HTTP and as a folder of files, as ontologists and machines meet it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld
from typer.testing import CliRunner

from api.app import create_app
from api.vocabulary_site import write_site
from api.vocabulary_texts import NAMES, TEXTS, title_of_list
from ingest import bundled_folder, ingest
from practicegraph.artefacts import OWN, Rooms
from practicegraph.cli import app
from practicegraph.iris import VOCABULARY
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.vocabulary.description import describe
from serving import running

RECORD = "/practices/quartiere-bene-comune"
RDF = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
FILES = {
    "/ontology": [OWN.ontology / "gp.ttl"],
    "/ontology/alignments": [OWN.ontology / "alignments.ttl"],
    "/shapes": OWN.shape_files("reviewed"),
    "/vocabularies": OWN.scheme_files(),
    "/vocabularies/need": [OWN.ontology / "schemes" / "need.ttl"],
    "/vocabularies/licences": [OWN.ontology / "external" / "licences.ttl"],
}
PAGES = [*FILES, "/vocabularies/countries", "/shapes?profile=listed"]
#: Elements that HTML lets stand without an end.
VOID = {"meta", "link", "br", "input", "img", "hr"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(data=tmp_path_factory.mktemp("served"), query_workers=1)
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()])
        with running(create_app(repository)) as client:
            yield client


class Page(HTMLParser):
    """A page read strictly: what is opened is closed, and no name is given twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert not [name for name in values if name.startswith("on") or name == "style"]
        # A block of data is no script: a browser runs nothing in it.
        assert tag != "script" or values == {"type": "application/ld+json"}
        if "id" in values:
            self.ids.append(values["id"] or "")
        if "href" in values:
            (self.loaded if tag == "link" else self.links).append(values["href"] or "")
        if "src" in values:
            self.loaded.append(values["src"] or "")
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            # <rect/> and its like announce their end themselves.
            assert (self.get_starttag_text() or "").endswith("/>"), (tag, self.open[-3:])
            return
        self.open.pop()


def page(client: httpx.Client, path: str, **headers: str) -> Page:
    answer = client.get(path, headers={"accept": "text/html", **headers})
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def canonical(triples: list[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def of_files(files: list[Path]) -> set[str]:
    triples: list[ox.Triple] = []
    for file in files:
        quads = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        triples += [quad.triple for quad in quads]
    return canonical(triples)


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("extension", RDF)
def test_every_rdf_form_says_exactly_what_the_files_say(
    client: httpx.Client, path: str, extension: str
) -> None:
    media_type, syntax = RDF[extension]
    by_extension = client.get(f"{path}.{extension}", headers={"accept": "text/html"})
    by_accept = client.get(path, headers={"accept": media_type})
    assert by_extension.content == by_accept.content
    assert by_extension.headers["content-type"].split(";")[0] == media_type
    triples = [q.triple for q in ox.parse(by_extension.content, format=syntax)]
    assert canonical(triples) == of_files(FILES[path])


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/vocabularies/need"])
def test_json_ld_carries_its_context_and_fetches_nothing(client: httpx.Client, path: str) -> None:
    document = client.get(f"{path}.jsonld").json()
    assert isinstance(document["@context"], dict)

    def refuse(url: str, options: object) -> None:
        raise AssertionError(f"{url} was fetched")

    nquads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    triples = [q.triple for q in ox.parse(nquads, format=ox.RdfFormat.N_QUADS)]
    assert canonical(triples) == of_files(FILES[path])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("application/ld+json, text/html;q=0.9", "application/ld+json"),
        ("", "text/html"),
        ("text/html;q=0, text/*", "text/turtle"),
    ],
)
@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/vocabularies", "/vocabularies/need"])
def test_the_representation_follows_accept(
    client: httpx.Client, path: str, accept: str, expected: str
) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.headers["content-type"].split(";")[0] == expected
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_answers_can_be_kept_and_lead_to_the_others(
    client: httpx.Client, path: str, accept: str
) -> None:
    headers = {"accept": accept, "origin": "https://elsewhere.example"}
    answer = client.get(path, headers=headers)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["cache-control"] == "no-cache"
    same = client.get(path, headers={**headers, "if-none-match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    alternates = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', answer.headers["link"])
    assert len(alternates) >= 4
    for address, media_type in alternates:
        other = client.get(address)
        assert other.headers["content-type"].split(";")[0] == media_type
        assert other.headers["etag"] != answer.headers["etag"]


def own_iris() -> list[str]:
    """Every IRI of ours that any file of the rooms names, but for those of records."""
    files = [*OWN.ontology_files(), *OWN.vocabulary_files(), *OWN.shape_files("reviewed")]
    found: set[str] = set()
    for file in files:
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            for term in (quad.subject, quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and term.value.startswith(VOCABULARY):
                    found.add(term.value)
    return sorted(found)


def test_every_iri_of_ours_leads_to_an_anchor_that_is_there(client: httpx.Client) -> None:
    pages: dict[str, Page] = {}
    iris = own_iris()
    assert len(iris) > 500
    for iri in iris:
        path, _, fragment = iri.removeprefix(VOCABULARY.rstrip("/")).partition("#")
        answer = client.get(path, headers={"accept": "text/html"}) if path not in pages else None
        if answer is not None:
            assert answer.status_code == 200, iri
            pages[path] = Page(answer.text)
            redirect = client.get(path, follow_redirects=False).headers.get("location", "")
            led = redirect.partition("#")[2]
            assert not led or led in pages[path].ids, iri
            assert led or "/scheme/" not in iri or iri.count("/") == 5, iri
        # The client keeps the fragment of an IRI through a redirect (RFC 9110 §10.2.2).
        assert not fragment or fragment in pages[path].ids, iri


def test_a_term_leads_a_machine_to_data_about_it(client: httpx.Client) -> None:
    answer = client.get("/scheme/maturity/pilot", headers={"accept": "text/turtle"})
    assert answer.headers["content-type"].startswith("text/turtle")
    assert ":pilot a skos:Concept" in answer.text
    first = client.get("/scheme/maturity/pilot", follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == "/vocabularies/maturity#pilot"
    assert client.get("/context.jsonld").json()["@context"]


@pytest.mark.parametrize(
    "path",
    [
        "/ns/9.9.9", "/ns/absent", "/scheme/absent", "/scheme/maturity/absent", "/scheme/",
        "/scheme/maturity/", "/scheme/%2E%2E/ontology", "/ontology.exe", "/ontology/absent",
        "/ontology.json", "/vocabularies/absent", "/vocabularies/need.exe", "/vocabularies/..%2F",
        "/shapes.csv", "/vocabularies/a%00b", "/scheme/%22onclick%3D", "/ontology/alignments.x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_document(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/shapes?profile=strict").status_code == 400


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "lv"])
def test_links_and_anchors_of_every_page_are_there(
    client: httpx.Client, path: str, language: str
) -> None:
    shown = page(client, path, **{"accept-language": language})
    known: dict[str, Page] = {path: shown}
    for link in shown.loaded:
        assert link.startswith("/")
    for link in set(shown.links):
        assert re.match(r"https?://|/|#", link), link
        address, _, fragment = link.partition("#")
        if link.startswith("http"):
            continue
        if address and address not in known and (fragment or address.startswith("/shapes?")):
            known[address] = page(client, address)
        assert not fragment or fragment in known[address or path].ids, link


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_language_of_the_reader(client: httpx.Client, path: str) -> None:
    text = client.get(path, headers={"accept": "text/html", "accept-language": "lv"}).text
    assert '<html lang="lv">' in text
    assert TEXTS["vocabularies"]["lv"] in text
    assert TEXTS["vocabularies"]["en"] not in text
    asked = {"params": {"lang": "es", **dict(httpx.URL(path).params)}}
    spanish = client.get(httpx.URL(path).path, headers={"accept": "text/html"}, **asked).text
    assert '<html lang="es">' in spanish


def test_texts_in_another_language_say_which(client: httpx.Client) -> None:
    text = client.get("/ontology.html?lang=lv").text
    citation = describe().header.citations["en"]
    assert f'<span lang="en">{citation}</span>' in text
    assert '<dd lang="it"><strong>Buona pratica</strong>' in text


def test_the_page_of_alignments_tells_those_of_concepts_too(client: httpx.Client) -> None:
    links = page(client, "/ontology/alignments").links
    assert "/vocabularies/precondition-type#legal" in links
    assert "/vocabularies/interoperability-layer#legal" in links
    assert "http://www.w3.org/ns/dcat#Resource" in links


def test_the_shapes_can_be_had_by_profile(client: httpx.Client) -> None:
    every, listed = client.get("/shapes.nt").text, client.get("/shapes.nt?profile=listed").text
    assert "shapes#reviewed-need-present>" in every
    assert "shapes#reviewed-need-present>" not in listed
    assert "reviewed-need-present" in page(client, "/shapes").ids
    assert "reviewed-need-present" not in page(client, "/shapes?profile=listed").ids


def test_lists_come_as_plain_json(client: httpx.Client) -> None:
    listed = {s["name"]: s for s in client.get("/vocabularies.json").json()}
    assert listed["maturity"]["size"] == 7
    assert listed["countries"]["iri"] is None
    assert listed["countries"]["from"]
    maturity = client.get("/vocabularies/maturity", headers={"accept": "application/json"}).json()
    assert maturity["concepts"][0]["label"]["lv"]
    assert maturity["concepts"][0]["iri"].endswith("/maturity/unassessed")


def test_a_record_leads_to_what_its_fields_and_values_mean(client: httpx.Client) -> None:
    shown = page(client, RECORD)
    assert "/ontology#maturity" in shown.links
    assert "/ontology#dct:title" in shown.links
    assert any(link.startswith("/vocabularies/maturity#") for link in shown.links)
    assert not [link for link in shown.links if link.startswith("https://w3id.org/practicegraph")]
    anchors = page(client, "/ontology").ids
    for link in shown.links:
        if link.startswith("/ontology#"):
            assert link.partition("#")[2] in anchors


def test_every_word_of_the_pages_is_there_in_four_languages() -> None:
    for key, texts in TEXTS.items():
        assert set(texts) == set(NAMES), key
        assert all(text.strip() for text in texts.values()), key
    for scheme in describe().lists:
        assert "en" in title_of_list(scheme.name), scheme.name


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    written = write_site(OWN, folder, ["it", "en"])
    assert written == len([f for f in folder.rglob("*") if f.is_file()])
    return folder


def test_the_folder_of_pages_works_without_a_server(site: Path) -> None:
    pages = {f.resolve(): Page(f.read_text("utf-8")) for f in site.rglob("*.html")}
    assert len(pages) > 50
    for file, shown in pages.items():
        for link in (*shown.links, *shown.loaded):
            if link.startswith(("http://", "https://")):
                assert link not in shown.loaded
                continue
            assert not link.startswith("/")
            path, _, fragment = link.partition("#")
            target = (file.parent / path).resolve() if path else file
            assert target.is_file(), (file, link)
            assert not fragment or fragment in pages[target].ids, (file, link)


def test_the_folder_holds_the_languages_asked_and_the_data(site: Path) -> None:
    assert {f.name for f in site.iterdir() if f.is_dir()} == {
        "it", "en", "ontology", "vocabularies",
    }  # fmt: skip
    assert '<html lang="it">' in (site / "it" / "ontology.html").read_text("utf-8")
    assert 'href="../en/ontology.html"' in (site / "it" / "ontology.html").read_text("utf-8")
    assert (site / "ontology.ttl").read_bytes() == (OWN.ontology / "gp.ttl").read_bytes()
    data = json.loads((site / "vocabularies" / "maturity.json").read_text("utf-8"))
    assert len(data["concepts"]) == 7
    assert json.loads((site / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]


HOSTILE = '</title><script>alert(1)</script><img src=x onerror="alert(2)">'


def test_hostile_texts_stay_texts_on_every_page(tmp_path: Path) -> None:
    for folder in (OWN.ontology, OWN.shapes):
        shutil.copytree(folder, tmp_path / "rooms" / folder.name)
    literal = json.dumps(HOSTILE)
    for file in (tmp_path / "rooms").rglob("*.ttl"):
        text = file.read_text("utf-8")
        text = re.sub(r'"(?:[^"\\\n])+"@(en|it)', lambda m: f"{literal}@{m[1]}", text)
        text = text.replace("<http://www.w3.org/ns/prov#Plan>", "<javascript:alert(3)>").replace(
            "schema:HowTo ", "<javascript:alert(3)> "
        )
        file.write_text(text, "utf-8")
    write_site(Rooms(tmp_path / "rooms"), tmp_path / "site", ["en"])
    for file in (tmp_path / "site").rglob("*.html"):
        text = file.read_text("utf-8")
        Page(text)  # asserts that there is no script and no handler
        assert "<img" not in text
        assert 'href="javascript:' not in text
    shown = (tmp_path / "site" / "en" / "ontology.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "javascript:alert(3)" in shown


def test_the_command_writes_the_pages_of_the_languages_named(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["ontology", "docs", "-o", str(tmp_path / "out"), "--lang", "lv"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "lv" / "shapes.html").is_file()
    assert not (tmp_path / "out" / "en").exists()
    for wrong in (
        ["--lang", "tlh"], ["--rooms", str(tmp_path)], ["-o", str(tmp_path / "out" / "index.html")],
    ):  # fmt: skip
        command = ["ontology", "docs", "-o", str(tmp_path / "other"), *wrong]
        assert runner.invoke(app, command).exception is not None
