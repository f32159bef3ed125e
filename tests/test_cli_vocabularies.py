"""Official vocabularies on the command line: what is listed, loaded, taken away, and refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from practicegraph import cli
from practicegraph.concepts import bundled
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from vocabulary_kit import COUNTRIES, COUNTRY, THEMES


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("PRACTICEGRAPH_DATA", str(folder))
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "eu"
    folder.mkdir()
    (folder / "countries.rdf").write_text(COUNTRIES, "utf-8")
    (folder / "themes.ttl").write_text(THEMES, "utf-8")
    (folder / "README.txt").write_text("not a vocabulary", "utf-8")
    return folder


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


def listed() -> dict[str, dict[str, Any]]:
    rows = json.loads(run("vocabularies", "--format", "json"))
    return {row["name"]: row for row in rows}


def test_without_a_repository_the_short_lists_are_told(data: Path) -> None:
    rows = listed()
    assert set(rows) == bundled().lists()
    assert rows["maturity"]["origin"] == "own"
    assert rows["countries"]["scheme"] == COUNTRY
    assert (rows["countries"]["concepts"], rows["countries"]["languages"]) == (251, "en es it lv")
    assert not data.exists()


def test_a_folder_is_laid_over_the_lists_and_taken_away_again(files: Path) -> None:
    rows = csv.DictReader(io.StringIO(run("vocabularies", "load", files, "--format", "csv")))
    assert {row["name"]: row["outcome"] for row in rows} == {
        "countries": "loaded",
        "data-themes": "loaded",
    }
    countries = listed()["countries"]
    assert countries["origin"] == "loaded over bundled"
    assert (countries["source"], countries["concepts"]) == ("countries.rdf", 252)
    assert countries["loaded"]
    again = run("vocabularies", "load", files, "--format", "csv")
    assert again.count("unchanged") == 2
    run("vocabularies", "unload", "countries")
    assert listed()["countries"]["origin"] == "bundled"
    assert "loaded over bundled" in run("vocabularies")


def test_a_dry_run_makes_nothing(files: Path, data: Path) -> None:
    told = run("vocabularies", "load", files, "--dry-run", "--format", "json")
    assert {row["outcome"] for row in json.loads(told)} == {"loaded"}
    assert not data.exists()


def test_a_table_of_codes_is_loaded_by_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "nuts.csv"
    file.write_text("above;code;name;nome\nLV;LV006;Riga;\nIT;ITH53;Reggio;Reggio\n", "utf-8")
    run(
        "vocabularies", "load", file, "--name", "nuts", "--scheme", "urn:nuts", "--code", "code",
        "--label", "name@en", "--label", "nome@it", "--broader", "above",
        "--iri-template", "http://data.europa.eu/nuts/code/{code}", "--title", "NUTS@en",
    )  # fmt: skip
    assert listed()["nuts"]["languages"] == "en it"
    with Repository.open(Settings.load()) as repository:
        known = repository.log.vocabularies()
    assert known.find("nuts", "Riga") == {"http://data.europa.eu/nuts/code/LV006"}


def test_what_cannot_be_read_is_named_with_its_line_and_nothing_is_loaded(files: Path) -> None:
    (files / "broken.ttl").write_text("<urn:x> a <urn:y> .\n<urn:x> <urn:p ", "utf-8")
    with pytest.raises(MalformedDocument, match=r"broken\.ttl, line 2"):
        run("vocabularies", "load", files)
    assert listed()["countries"]["origin"] == "bundled"
    told = run("vocabularies", "load", files, "--skip-broken", "--format", "csv", code=1)
    assert "broken.ttl,refused" in told
    assert listed()["countries"]["origin"] == "loaded over bundled"


def test_a_cell_of_the_list_cannot_become_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "=1+1.ttl"
    file.write_text(THEMES, "utf-8")
    assert "'=1+1.ttl" in run("vocabularies", "load", file, "--format", "csv")


def test_a_folder_without_rdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no documents in RDF"):
        run("vocabularies", "load", tmp_path)


def test_validation_looks_values_up_in_what_is_loaded(files: Path, tmp_path: Path) -> None:
    record = tmp_path / "x.ttl"
    record.write_text(
        """@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
<id/practice/x> a gp:GoodPractice, dcat:Resource ; dct:identifier "x" ; dct:title "X"@en ;
  dct:description "An x."@en ; dct:spatial eu:country\\/ITA ; dct:source <https://example.org/x> ;
  gp:maturity <https://w3id.org/practicegraph/scheme/maturity/pilot> ;
  gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed> ;
  dcat:theme eu:data-theme\\/MADEUP .
""",
        "utf-8",
    )
    assert "Theme" in run("validate", record, code=1)
    run("vocabularies", "load", files / "themes.ttl")
    run("validate", record)
