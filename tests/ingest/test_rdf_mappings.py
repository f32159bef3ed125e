"""Mappings over RDF: what each subject of some classes means, and how its documents are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from village import fresh, live, statements

from ingest import MappingError, ingest
from practicegraph.errors import ForbiddenReference, MalformedDocument
from practicegraph.repository import Repository

MAPPING = """\
#+ source: hamlet
#+ title: Services of an invented hamlet
#+ homepage: https://example.org/hamlet
#+ language: it
#+ classes: ex:Service
#+ subjects: https://example.org/hamlet/
#+ context: https://example.org/context.jsonld hamlet.jsonld
#+ lookup: levels levels.csv

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX evidence: <https://w3id.org/practicegraph/scheme/evidence-level/>
PREFIX ex: <https://example.org/ns#>
PREFIX fn: <https://w3id.org/practicegraph/function#>
PREFIX gp: <https://w3id.org/practicegraph/ns#>
PREFIX maturity: <https://w3id.org/practicegraph/scheme/maturity/>

CONSTRUCT {
  ?row a gp:GoodPractice ; dct:title ?title ; dct:description ?text ; dct:spatial ?country ;
    dct:source ?homepage ; gp:maturity maturity:pilot ; gp:evidenceLevel evidence:unassessed ;
    gp:administrativeLevel ?level .
}
WHERE {
  ?row a ex:Service .
  { ?row ex:name ?name . BIND(fn:text(?name, "name") AS ?title) }
  UNION { ?row ex:about ?about . BIND(fn:html(?about, "about") AS ?text) }
  UNION { ?row ex:in/ex:code ?code . BIND(fn:country(?code, "code") AS ?country) }
  UNION { ?row ex:level ?l . BIND(fn:lookup(?l, "levels", "level") AS ?level) }
}
"""

DATA = """\
@prefix ex: <https://example.org/ns#> .
<https://example.org/hamlet/one> a ex:Service ; ex:name "Sportello" , "Desk"@en ;
  ex:about "<p>Aiuta &egrave; <b>bene</b></p>" ; ex:level "Village" ;
  ex:in [ ex:code "LV" ] .
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "hamlet.rq").write_text(MAPPING)
    (folder / "hamlet.jsonld").write_text(
        '{"@context": {"ex": "https://example.org/ns#", "name": "ex:name"}}'
    )
    (folder / "levels.csv").write_text(
        "value,iri\nvillage,https://w3id.org/practicegraph/scheme/administrative-level/local\n"
    )
    return fresh(tmp_path / "data", mappings=folder)


def test_a_mapping_of_ones_own_recognises_documents_by_class_and_subject(
    repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "hamlet.ttl"
    path.write_text(DATA)
    with ingest(repository, [path]) as report:
        assert [s.mapping for s in report.sources] == ["hamlet.rq"]
        assert report.rejected == 0
    assert live(repository) == {"practice/desk"}
    said = statements(repository, "practice/desk")
    assert '"Sportello"@it' in said
    assert '"Desk"@en' in said
    assert '"Aiuta è bene"@it' in said
    assert "administrative-level/local" in said
    assert "country/LVA" in said


def test_documents_of_other_subjects_are_not_taken_for_it(
    repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "other.ttl"
    path.write_text(DATA.replace("/hamlet/", "/elsewhere/"))
    with pytest.raises(Exception, match="vocabulary"):
        ingest(repository, [path])


def test_a_context_that_the_mapping_brings_is_used_and_none_is_fetched(
    repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "hamlet.jsonld"
    text = (
        '{"@context": "https://example.org/context.jsonld", "@graph": [{"@id": '
        '"https://example.org/hamlet/two", "@type": "ex:Service", "name": "Due", '
        '"ex:about": "Prova", "ex:in": {"ex:code": "IT"}}]}'
    )
    path.write_text(text)
    with ingest(repository, [path]) as report:
        assert report.rejected == 0
    assert live(repository) == {"practice/due"}
    path.write_text(text.replace("example.org/context", "127.0.0.1:9/context"))
    with pytest.raises(ForbiddenReference, match=r"127\.0\.0\.1"):
        ingest(repository, [path])


def test_documents_of_a_folder_are_one_graph_and_broken_ones_can_be_left_out(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    first, rest = DATA.rsplit("ex:in [", 1)
    (folder / "a.ttl").write_text(f"{first.rstrip()} ex:in ex:place .\n")
    (folder / "b.ttl").write_text(
        '@prefix ex: <https://example.org/ns#> .\nex:place ex:code "LV" .'
    )
    assert "LV" in rest
    (folder / "broken.ttl").write_text("<https://example.org/hamlet/x> a <https://example.org/ns#S")
    with pytest.raises(MalformedDocument, match=r"broken\.ttl, line 1"):
        ingest(repository, [folder])
    assert live(repository) == set()
    with ingest(repository, [folder], skip_broken=True) as report:
        told = [p for p in report.problems() if p.severity == "violation"]
        assert [p.file for p in told] == ["broken.ttl"]
        assert report.rejected == 1
    assert live(repository) == {"practice/desk"}


def test_files_that_nobody_recognises_are_told_and_a_single_one_is_an_error(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.ttl").write_text(DATA)
    (folder / "other.csv").write_text("a,b\n1,2\n")
    (folder / "README.txt").write_text("Read me.")
    with ingest(repository, [folder]) as report:
        told = {p.file: p.severity for p in report.problems() if p.rule == "whole file"}
    assert told == {"other.csv": "info", "README.txt": "info"}
    with pytest.raises(MappingError, match="hamlet, jrc-ips"):
        ingest(repository, [folder / "other.csv"])
