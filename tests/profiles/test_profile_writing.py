"""Exporting under a profile: every syntax, whole files, and plain words for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from profile_kit import ANYONE, CLUB, SERVICE, record
from typer.testing import CliRunner

from practicegraph.cli import app
from practicegraph.errors import InvalidInput
from practicegraph.profiles import PROFILES, SYNTAXES, writing
from practicegraph.profiles.catalogue import describe
from practicegraph.profiles.views import Views
from practicegraph.repository import Repository
from practicegraph.settings import Settings

PRIVATE = SERVICE.replace("<id/organisation/town>, ", "").replace("service/library", "service/x")


def expected(repository: Repository, profile: str) -> set[ox.Triple]:
    """What a profile gives of each record, all together."""
    if not PROFILES[profile].kinds:
        return set(describe(repository))
    views = Views(repository.log, repository.iris)
    found: set[ox.Triple] = set()
    for revision in repository.log.live_revisions():
        shown = revision.as_record()
        if shown and shown.kind in PROFILES[profile].kinds:
            found.update(views.of(PROFILES[profile], shown))
    return found


@pytest.mark.parametrize("form", [syntax.extension for syntax in SYNTAXES])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_syntax_of_a_profile_holds_the_same_statements(
    repository: Repository, tmp_path: Path, profile: str, form: str
) -> None:
    file = tmp_path / f"out.{form}"
    writing.write(repository, profile, form, file)
    rdf = next(syntax.rdf for syntax in SYNTAXES if syntax.extension == form)
    read = {quad.triple for quad in ox.parse(file.read_bytes(), rdf)}
    assert read == expected(repository, profile)
    assert read


def test_json_ld_is_one_array_with_a_record_a_line(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonld"
    writing.write(repository, "schema-org", None, file)
    documents = json.loads(file.read_text("utf-8"))
    assert [document["@type"] for document in documents] == [
        ["GovernmentOrganization"],
        ["Organization"],
        ["GovernmentService"],
    ]
    lines = file.read_text("utf-8").splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 5)


@pytest.mark.parametrize("form", [syntax.extension for syntax in SYNTAXES])
def test_an_empty_repository_gives_an_empty_document(
    settings: Settings, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"out.{form}"
    with Repository.open(settings) as empty:
        written = writing.write(empty, "cpsv-ap", form, file)
    assert written.count == 0
    rdf = next(syntax.rdf for syntax in SYNTAXES if syntax.extension == form)
    assert list(ox.parse(file.read_bytes(), rdf)) == []


def test_what_has_no_place_in_a_profile_is_named(repository: Repository, tmp_path: Path) -> None:
    private = record(PRIVATE)
    repository.log.append([private], ANYONE)
    file = tmp_path / "out.ttl"
    written = writing.write(repository, "cpsv-ap", "ttl", file)
    assert (written.count, written.left_out) == (3, [private.iri])
    assert private.iri not in file.read_text("utf-8")
    result = CliRunner().invoke(
        app,
        [
            "export",
            "--data",
            str(repository.settings.data),
            "--profile",
            "cpsv-ap",
            "-o",
            str(file),
        ],
    )
    assert result.exit_code == 0
    assert private.iri in " ".join(result.stderr.split())


def test_withdrawn_records_are_not_written(repository: Repository, tmp_path: Path) -> None:
    repository.log.withdraw(record(CLUB).iri, ANYONE)
    written = writing.write(repository, "cpov", "nt", tmp_path / "out.nt")
    assert written.count == 1
    assert record(CLUB).iri not in (tmp_path / "out.nt").read_text("utf-8")


@pytest.mark.parametrize(
    ("profile", "form", "words"),
    [
        ("cpsv-ap", "nq", "ttl, jsonld, nt, rdf"),
        ("schema-org", "jsonl", "ttl, jsonld, nt, rdf"),
        ("dublin-core", None, "cpsv-ap, cpov, dcat-ap, schema-org"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_can(
    repository: Repository, tmp_path: Path, profile: str, form: str | None, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        writing.write(repository, profile, form, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_is_whole_or_not_there(repository: Repository, tmp_path: Path) -> None:
    target = tmp_path / "absent" / "out.ttl"
    with pytest.raises(InvalidInput, match="cannot be written"):
        writing.write(repository, "cpov", "ttl", target)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_without_a_profile_the_export_is_what_it_was(repository: Repository) -> None:
    result = CliRunner().invoke(app, ["export", "--data", str(repository.settings.data)])
    graphs = {quad.graph_name for quad in ox.parse(result.stdout, ox.RdfFormat.N_QUADS)}
    assert len(graphs) == 3
