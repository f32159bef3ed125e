"""One row, or one subject in RDF, is shown through every stage, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from village import as_csv, bring, line, live, mapping_file

from ingest.explaining import explain
from practicegraph.errors import InvalidInput, NotFound
from practicegraph.repository import Repository
from practicegraph.settings import Settings


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.open(Settings.load(data=tmp_path / "data", validation_engine="turbo"))


def test_a_row_is_shown_as_it_stands_as_it_is_lifted_mapped_and_checked(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A"), line("B", country="Atlantis", links="z.org")])
    stages = dict(explain(repository, [path], "3", mapping_file(tmp_path), languages=("en",)))
    assert '"country": "Atlantis"' in stages["Raw"]
    assert 'xyz:country "Atlantis"' in stages["Lifted"]
    assert "gp:GoodPractice" in stages["Mapped"]
    assert "country: Atlantis" in stages["Noted"]
    assert "https://z.org" in stages["Noted"]
    (name,) = [title for title in stages if title.startswith("Record ")]
    assert name.endswith("/id/practice/b: rejected")
    assert "violation: dct:spatial" in stages["Validated"]
    assert "A does" not in str(stages)
    assert live(repository) == set()


def test_what_would_differ_from_what_is_stored_is_shown(
    repository: Repository, tmp_path: Path
) -> None:
    bring(repository, as_csv(tmp_path / "a.csv", [line("A")])).close()
    path = as_csv(tmp_path / "a.csv", [line("A", text="Something else.")])
    stages = dict(explain(repository, [path], "a.csv:2", mapping_file(tmp_path), languages=("en",)))
    (text,) = [text for title, text in stages.items() if title.endswith(": updated")]
    assert "dct:description: What A does. (en) → Something else. (en)" in text


def test_a_subject_in_rdf_is_shown_by_its_iri(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(
        "@prefix gp: <https://w3id.org/practicegraph/ns#> . @prefix dct: "
        '<http://purl.org/dc/terms/> . <id/practice/x> a gp:GoodPractice ; dct:title "X"@en .'
    )
    iri = "http://127.0.0.1:8000/id/practice/x"
    stages = dict(explain(repository, [path], iri, None, languages=("en",)))
    assert '"X"@en' in stages["Raw"]
    assert "Lifted" not in stages
    assert f"Record {iri}: rejected" in stages


@pytest.mark.parametrize("row", ["1", "99", "b.csv:2", ""])
def test_a_row_that_is_not_there_is_an_error_that_says_how_to_name_one(
    repository: Repository, tmp_path: Path, row: str
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A")])
    with pytest.raises(NotFound, match="number of a row"):
        dict(explain(repository, [path], row, mapping_file(tmp_path), languages=("en",)))


def test_a_row_can_be_shown_although_another_file_of_the_folder_is_broken(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    as_csv(folder / "a.csv", [line("A")])
    with as_csv(folder / "b.csv", [line("B")]).open("a", encoding="utf-8") as broken:
        broken.write("too,few\n")
    with pytest.raises(InvalidInput):
        list(explain(repository, [folder], "a.csv:2", mapping_file(tmp_path)))
    stages = dict(
        explain(repository, [folder], "a.csv:2", mapping_file(tmp_path), skip_broken=True)
    )
    assert any(title.startswith("Record ") for title in stages)
