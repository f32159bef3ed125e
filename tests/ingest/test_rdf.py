"""Ingestion of RDF end to end: what enters under which address, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from village import (
    BASE,
    digests,
    fresh,
    live,
    statements,
)

from ingest import bundled_folder, ingest
from ingest.checking import MAX_GENERATIONS
from ingest.outcome import Outcome
from practicegraph.errors import InvalidInput, NotFound
from practicegraph.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as opened:
        yield opened


PRACTICE = """
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix country: <http://publications.europa.eu/resource/authority/country/> .
@prefix scheme: <https://w3id.org/practicegraph/scheme/> .
<{iri}> a gp:GoodPractice ;
    dct:title "{title}"@en ; dct:description "What it does."@en ; dct:spatial country:LVA ;
    dct:source <https://example.org/> ;
    gp:maturity <https://w3id.org/practicegraph/scheme/maturity/pilot> ;
    gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed> {more} .
"""


def turtle(path: Path, iri: str, title: str = "A", more: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PRACTICE.format(iri=iri, title=title, more=more), encoding="utf-8")
    return path


def test_rdf_under_our_addresses_keeps_them(repository: Repository, tmp_path: Path) -> None:
    path = turtle(tmp_path / "a.ttl", "id/practice/a", more="; gp:hasStep <id/practice/a#step-1>")
    path.write_text(
        path.read_text() + "<id/practice/a#step-1> a gp:PracticeStep ; dct:title 'Do'@en ; "
        "gp:position 1 ."
    )
    for _ in range(2):
        ingest(repository, [path]).close()
        assert live(repository) == {"practice/a"}
        assert repository.log.last_seq() == 1
    assert f"<{BASE}/id/practice/a#step-1>" in statements(repository, "practice/a")


def test_rdf_under_foreign_addresses_is_given_ours_and_found_again(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    turtle(
        folder / "b.ttl",
        "https://example.org/2",
        "Second",
        "; gp:adaptedFrom <https://example.org/1>",
    )
    turtle(folder / "sub" / "a.ttl", "https://example.org/1", "First")
    ingest(repository, [folder]).close()
    assert live(repository) == {"practice/first", "practice/second"}
    last = repository.log.last_seq()
    ingest(repository, [folder]).close()
    assert repository.log.last_seq() == last
    assert f"adaptedFrom> <{BASE}/id/practice/first>" in statements(repository, "practice/second")


def test_rdf_is_found_again_whatever_its_file_is_called(
    repository: Repository, tmp_path: Path
) -> None:
    one = turtle(tmp_path / "one.ttl", "https://example.org/1", "Alpha")
    ingest(repository, [one]).close()
    last = repository.log.last_seq()
    folder = tmp_path / "folder"
    folder.mkdir()
    ingest(repository, [one.rename(folder / "renamed.ttl")]).close()
    ingest(repository, [folder]).close()
    assert live(repository) == {"practice/alpha"}
    assert repository.log.last_seq() == last
    turtle(tmp_path / "other.ttl", "https://example.org/2", "Alpha")
    ingest(repository, [tmp_path / "other.ttl"]).close()
    assert live(repository) == {"practice/alpha", "practice/alpha-2"}


VCARD = "http://www.w3.org/2006/vcard/ns#"


def test_rdf_is_rid_of_addresses_and_numbers_of_people(
    repository: Repository, tmp_path: Path
) -> None:
    more = """;
    dct:abstract "Ask Ann, ann@example.org, or call +371 6700 1234 today."@en ;
    dct:identifier "00371670012345" ;
    <http://xmlns.com/foaf/0.1/mbox> <mailto:ann@example.org>, <MAILTO:bo@example.org> ;
    <https://schema.org/email> "ann@example.org",
        "mailto:ann@example.org"^^<http://www.w3.org/2001/XMLSchema#anyURI> ;
    <https://schema.org/telephone> "tel:+37167001234" ;
    <http://www.w3.org/ns/dcat#contactPoint> [
        <http://www.w3.org/2006/vcard/ns#hasEmail> <mailto:ann@example.org> ;
        <http://www.w3.org/2006/vcard/ns#hasURL> <https://example.org/contact> ]"""
    path = turtle(tmp_path / "a.ttl", "id/practice/a", more=more)
    with ingest(repository, [path]) as report:
        told = [p for p in report.problems() if p.rule == "no personal data"]
    content = statements(repository, "practice/a")
    for gone in ("@example.org", "6700 1234", "+37167001234", "ailto", "MAILTO"):
        assert gone not in content
    assert '"Ask Ann, or call today."@en' in content
    assert '"00371670012345"' in content
    assert "<https://example.org/contact>" in content
    assert sorted(p.field.strip("<>").replace(VCARD, "vcard:") for p in told) == [
        "dct:abstract", "foaf:mbox", "foaf:mbox", "schema:email", "schema:email",
        "schema:telephone", "vcard:hasEmail",
    ]  # fmt: skip
    assert [p.severity for p in told].count("warning") == 6


def test_every_syntax_of_rdf_makes_the_same_record(tmp_path: Path) -> None:
    path = turtle(tmp_path / "a.ttl", f"{BASE}/id/practice/a")
    quads = list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    found = []
    for syntax in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD,
                   ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TRIG):  # fmt: skip
        copy = tmp_path / f"copy.{syntax.file_extension}"
        copy.write_bytes(ox.serialize(quads, format=syntax) or b"")
        with fresh(tmp_path / syntax.file_extension) as repository:
            ingest(repository, [copy]).close()
            found.append(digests(repository))
    assert found[0]
    assert all(each == found[0] for each in found)


@pytest.mark.parametrize("name", ["id/practice/Not a slug".replace(" ", "_"), "id/service/a"])
def test_an_address_of_ours_that_cannot_be_is_rejected(
    repository: Repository, tmp_path: Path, name: str
) -> None:
    with ingest(repository, [turtle(tmp_path / "a.ttl", name)]) as report:
        assert report.rejected == 1
        assert [p.severity for p in report.problems()] == ["violation"]
    assert live(repository) == set()


@pytest.mark.parametrize("size", [1, 500])
def test_a_circle_of_adaptations_does_not_enter(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "docs"
    for name, origin in (("a", "b"), ("b", "c"), ("c", "a")):
        turtle(folder / f"{name}.ttl", f"id/practice/{name}", name,
               f"; gp:adaptedFrom <id/practice/{origin}>")  # fmt: skip
    with fresh(tmp_path / "data", batch_size=size) as repository:
        with ingest(repository, [folder]) as report:
            assert report.counts.of(Outcome.REJECTED) >= 1
        edges = {
            name: statements(repository, name).count("adaptedFrom") for name in live(repository)
        }
    assert sum(edges.values()) < 3


def test_references_to_what_never_came_are_told_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    adapted = "; gp:adaptedFrom <id/practice/{}>"
    turtle(folder / "a.ttl", "id/practice/a", "a", adapted.format("c"))
    turtle(folder / "b.ttl", "id/practice/b", "b", adapted.format("nowhere"))
    turtle(folder / "c.ttl", "id/practice/c", "c", "; dct:spatial <https://example.org/atlantis>")
    turtle(folder / "d.ttl", "id/practice/d", "d", adapted.format("e"))
    turtle(folder / "e.ttl", "id/practice/e", "e")
    found = []
    with fresh(tmp_path / "data", batch_size=1) as repository:
        for dry_run in (True, False):
            with ingest(repository, [folder], dry_run=dry_run) as report:
                assert report.rejected == 1
                told = [p for p in report.problems() if p.rule == "refers to what is there"]
            found.append(
                {
                    (p.severity, p.file, p.field, p.value.rpartition("/")[2],
                     "rejected" in p.messages["en"])
                    for p in told
                }
            )  # fmt: skip
            assert {p.record for p in told} == {f"{BASE}/id/practice/{n}" for n in "ab"}
        turtle(folder / "b.ttl", "id/practice/b", "now", adapted.format("e"))
        with ingest(repository, [folder / "b.ttl"]) as report:
            assert "refers to what is there" not in {p.rule for p in report.problems()}
    assert found[0] == found[1]
    assert found[0] == {
        ("warning", "a.ttl", "gp:adaptedFrom", "c", True),
        ("warning", "b.ttl", "gp:adaptedFrom", "nowhere", False),
    }  # fmt: skip


def test_a_circle_that_closes_over_an_earlier_run_does_not_enter(tmp_path: Path) -> None:
    adapted = "; gp:adaptedFrom <id/practice/{}>"
    with fresh(tmp_path / "data") as repository:
        for name, origin in (("a", "b"), ("b", "c")):
            more = adapted.format(origin)
            ingest(
                repository, [turtle(tmp_path / "x.ttl", f"id/practice/{name}", name, more)]
            ).close()
        last = turtle(tmp_path / "x.ttl", "id/practice/c", "c", adapted.format("a"))
        with ingest(repository, [last]) as report:
            assert report.counts.of(Outcome.REJECTED) == 1
        assert live(repository) == {"practice/a", "practice/b"}


def test_a_chain_of_adaptations_beyond_measure_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    for n in range(MAX_GENERATIONS + 16):
        more = f"; gp:adaptedFrom <id/practice/p{n - 1}>" if n else ""
        turtle(folder / f"{n:03}.ttl", f"id/practice/p{n}", f"p{n}", more)
    with (
        fresh(tmp_path / "data", batch_size=10) as repository,
        ingest(repository, [folder]) as report,
    ):
        told = [p for p in report.problems() if p.rule == "circle of adaptations"]
        assert report.rejected == 0
    assert {p.severity for p in told} == {"warning"}
    assert min(int(p.file.removesuffix(".ttl")) for p in told) > MAX_GENERATIONS


def test_what_belongs_to_no_record_is_told(repository: Repository, tmp_path: Path) -> None:
    path = turtle(tmp_path / "a.ttl", "id/practice/a")
    path.write_text(path.read_text() + "<https://example.org/stray> dct:title 'Stray' .")
    with ingest(repository, [path]) as report:
        (told,) = (p for p in report.problems() if p.rule == "part of a record")
    assert told.value == "https://example.org/stray"
    assert "link it from one" in told.messages["en"]


@pytest.mark.parametrize("other", ["id/practice/b", "id/practice/b#step-1"])
def test_a_statement_about_a_record_that_is_not_described_is_told_to_be_an_addition(
    repository: Repository, tmp_path: Path, other: str
) -> None:
    ingest(repository, [turtle(tmp_path / "b.ttl", "id/practice/b")]).close()
    before = statements(repository, "practice/b")
    path = turtle(tmp_path / "a.ttl", "id/practice/a")
    path.write_text(path.read_text() + f"<{other}> dct:title 'Hijacked'@en .")
    with ingest(repository, [path]) as report:
        (told,) = (p for p in report.problems() if p.rule == "part of a record")
    assert told.value == f"{BASE}/{other}"
    assert "described as a whole" in told.messages["en"]
    assert "link it" not in told.messages["en"]
    assert statements(repository, "practice/b") == before


def test_rdf_that_describes_no_record_is_refused(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<a> <b> <c> .")
    with pytest.raises(InvalidInput, match="gp:GoodPractice"):
        ingest(repository, [path])
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match="holds no files"):
        ingest(repository, [tmp_path / "empty"])
    with pytest.raises(NotFound, match="there is no such file"):
        ingest(repository, [tmp_path / "gone.ttl"])


def test_the_bundled_practices_enter_whole_and_refer_to_one_another(
    repository: Repository,
) -> None:
    with ingest(repository, [bundled_folder()]) as report:
        assert report.rejected == 0
        assert "no personal data" not in {p.rule for p in report.problems()}
        assert report.counts.of(Outcome.CREATED, "practice") >= 40
    known = digests(repository)
    inside = f"{BASE}/id/"
    targets = {
        triple.object.value.partition("#")[0]
        for revision in repository.log.live_revisions()
        if (record := revision.as_record())
        for triple in record.triples()
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(inside)
    }
    assert targets <= set(known)
    last = repository.log.last_seq()
    ingest(repository, [bundled_folder()]).close()
    assert repository.log.last_seq() == last
