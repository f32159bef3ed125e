"""Factsheets with statements in the wrong places: what can be read is read, the rest is told."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from village import digests, fresh, live, statements

from ingest import ingest
from ingest.outcome import Outcome
from practicegraph import export
from sources_kit import secrets

SHEET = "http://data.europa.eu/nifo/factsheet"
HUB = "http://example.org/nifo"
#: A factsheet of an invented country, in Turtle. Addresses are escaped as the tool escapes them.
DATA = f"""\
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix dbo: <http://dbpedia.org/ontology/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix schema: <http://schema.org/> .
<{SHEET}/Far%20Away> dct:isPartOf <{SHEET}s/> ; dct:issued "2021-12" ;
  dct:license "https://creativecommons.org/licenses/by/4.0/" ;
  dct:spatial "http://publications.europa.eu/resource/authority/country/ISL" ;
  dct:relation <{HUB}/legalframework/Far_Away> .
<http://publications.europa.eu/resource/authority/country/Far_Away> a cpsv:FormalFramework ;
  dbo:areaTotal "Far Away does well." ; dct:source "It could do better." , <https://eif.example/> .
<{HUB}/legalframework/Far_Away> a cpsv:FormalFramework ; dct:relation
  <https://laws.example/%252520a> , <https://laws.example/nameless> , <{SHEET}/#:~:text=Act> ,
  <https://urldefense.com/v3/__https:/laws.example/b__;!!x$> .
<https://laws.example/%20a> a eli:LegalResource ; eli:title "Act A " , "Law A" .
<https://laws.example/nameless> a eli:LegalResource .
<{SHEET}/#:~:text=Act> a eli:LegalResource ; eli:title "Act of text" .
<https://urldefense.com/v3/__https:/laws.example/b__;!!x$> a eli:LegalResource ; eli:title "Act B" .
<{HUB}/structure/Far_Away> a cpsv:FormalFramework ; dct:relation <https://agency.example/> ,
  <mailto:someone@agency.example> .
<https://agency.example/> a cpsv:FormalFramework .
<{HUB}/publicservice/Cyprus/Travel> a cpsv:PublicService ; schema:url <https://travel.example/> .
"""


def as_json_ld(path: Path) -> Path:
    """The same as expanded JSON-LD, with addresses escaped once less, as its tool does."""
    nodes: dict[str, dict[str, list[object]]] = {}
    for quad in ox.parse(DATA.encode(), ox.RdfFormat.TURTLE):
        value: object = {"@id": quad.object.value.replace("%2525", "%25")}  # type: ignore[union-attr]
        if isinstance(quad.object, ox.Literal):
            value = quad.object.value
        node = nodes.setdefault(quad.subject.value, {})  # type: ignore[union-attr]
        node.setdefault(quad.predicate.value, []).append(value)
    graph = [{"@id": subject, **said} for subject, said in nodes.items()]
    path.write_text(json.dumps(graph), "utf-8")
    return path


def test_a_factsheet_is_a_data_set_that_refers_to_legislation(tmp_path: Path) -> None:
    path = tmp_path / "sheet.ttl"
    path.write_text(DATA, "utf-8")
    with fresh(tmp_path / "data") as repository, ingest(repository, [path]) as report:
        assert [s.mapping for s in report.sources] == ["nifo-factsheets.rq"]
        assert report.counts.of(Outcome.REJECTED, "service") == report.rejected == 1
        told = Counter((p.field, p.rule) for p in report.problems())
        assert told["eli:LegalResource", "rule of the mapping"] == 3  # two mended, one left out
        assert told["dct:description", "rule of the mapping"] == 1
        assert told["dct:relation", "no personal data"] == 1
        assert told["", "subjects of the source"] == 3
        name = "asset/digital-public-administration-factsheet-far-away"
        assert live(repository) == {name}
        said = statements(repository, name)
        assert 'description> "Far Away does well. It could do better."@en' in said
        assert "country/ISL" in said
        assert '"2021-12"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>' in said
        titles = set(re.findall(r'#act-\w+> <[^>]*title> "([^"]*)"@en', said))
        assert titles == {"Act A", "Act B", "Act of text"}
        assert 'alternative> "Law A"@en' in said
        pages = set(re.findall(r"page> <([^>]*)>", said))
        assert pages == {"https://laws.example/%20a", "https://laws.example/b"}
        assert not re.search("agency|urldefense|nameless", said)


def test_turtle_and_json_ld_of_a_factsheet_make_the_same_record(tmp_path: Path) -> None:
    path = tmp_path / "sheet.ttl"
    path.write_text(DATA, "utf-8")
    with fresh(tmp_path / "data") as repository:
        ingest(repository, [path]).close()
        first = digests(repository)
        with ingest(repository, [as_json_ld(tmp_path / "sheet.jsonld")]) as report:
            assert report.counts.of(Outcome.UNCHANGED, "asset") == 1
        folder = tmp_path / "both"
        folder.mkdir()
        (folder / "sheet.ttl").write_text(DATA, "utf-8")
        as_json_ld(folder / "sheet.jsonld")
        with ingest(repository, [folder]) as report:
            assert report.counts.of(Outcome.UNCHANGED, "asset") == 1
        assert digests(repository) == first


def test_the_factsheets_come_in(third_party: Path, tmp_path: Path) -> None:
    folder = third_party / "nifo-factsheets-2023"
    with fresh(tmp_path / "data") as repository, ingest(repository, [folder]) as report:
        assert report.counts.rows == 83
        assert report.counts.of(Outcome.CREATED, "asset") == 22
        assert report.counts.of(Outcome.REJECTED, "service") == report.rejected == 61
        fields = Counter(p.field for p in report.problems() if p.severity == "violation")
        assert fields == {"dct:title": 61, "dct:description": 61, "cv:hasCompetentAuthority": 61}
        repository.catch_up()
        export.write(repository, "nt", tmp_path / "all.nt")
        given = (tmp_path / "all.nt").read_text("utf-8")
        assert given.count("type> <http://data.europa.eu/eli/ontology#LegalResource>") == 370
        assert given.count("/country/EUR>") == 1
        assert not re.search("urldefense|mailto:|file:|chrome-extension", given)
        assert not {s for s in secrets(folder) if s in given}


@pytest.mark.parametrize("country", ["Iceland_vFINAL", "Cyprus_vFINAL_rev", "France_vFINAL_rev"])
def test_both_documents_of_a_real_factsheet_make_the_same_record(
    third_party: Path, tmp_path: Path, country: str
) -> None:
    stem = third_party / "nifo-factsheets-2023" / f"DPA_Factsheets_2023_{country}"
    with fresh(tmp_path / "data") as repository:
        ingest(repository, [stem.with_suffix(".ttl")]).close()
        with ingest(repository, [stem.with_suffix(".jsonld")]) as report:
            assert report.counts.of(Outcome.UNCHANGED, "asset") == 1
            assert report.counts.of(Outcome.UPDATED) == 0
