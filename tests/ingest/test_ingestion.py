"""Ingestion end to end, with a small source of our own: what enters, and what is told."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from village import as_csv, as_json, as_xlsx, bring, digests, line, mapping_file

from ingest import MappingError, bundled_folder, ingest
from ingest.checking import MAX_GENERATIONS
from ingest.outcome import Outcome
from ingest.report import check_target
from practicegraph.errors import ForbiddenReference, InvalidInput, MalformedDocument
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

BASE = "http://127.0.0.1:8000"
LINES = [
    line("Open kitchen", id="1", body="Village council", links="https://example.org/a; www.b.org"),
    line("Open garden", id="2", body="village  council", country="LV"),
    line("Open workshop", id="3", body="Other council", **{"from": "Open kitchen"}),
]


def fresh(folder: Path, **values: object) -> Repository:
    return Repository.open(
        Settings.load(data=folder, validation_engine="turbo", **values)  # the fast one
    )


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as opened:
        yield opened


def live(repository: Repository) -> set[str]:
    return {r.removeprefix(f"{BASE}/id/") for r in digests(repository)}


def statements(repository: Repository, name: str) -> str:
    latest = repository.log.latest(f"{BASE}/id/{name}")
    assert latest is not None
    assert latest.content is not None
    return latest.content.decode()


def test_rows_become_practices_and_the_bodies_that_lead_them(
    repository: Repository, tmp_path: Path
) -> None:
    with bring(repository, as_csv(tmp_path / "a.csv", LINES)) as report:
        assert report.counts.of(Outcome.CREATED, "practice") == 3
        assert report.counts.of(Outcome.CREATED, "organisation") == 2
    assert live(repository) == {
        "practice/open-kitchen", "practice/open-garden", "practice/open-workshop",
        "organisation/village-council", "organisation/other-council",
    }  # fmt: skip
    garden = statements(repository, "practice/open-garden")
    assert f"leadOrganisation> <{BASE}/id/organisation/village-council>" in garden
    assert 'identifier> "open-garden"' in garden
    assert f"adaptedFrom> <{BASE}/id/practice/open-kitchen>" in statements(
        repository, "practice/open-workshop"
    )


def test_a_second_run_makes_no_revision_and_a_changed_row_makes_one(
    repository: Repository, tmp_path: Path
) -> None:
    bring(repository, as_csv(tmp_path / "a.csv", LINES)).close()
    last = repository.log.last_seq()
    with bring(repository, as_csv(tmp_path / "a.csv", LINES)) as report:
        assert report.counts.of(Outcome.UNCHANGED) == 5
    assert repository.log.last_seq() == last
    changed = [LINES[0], {**LINES[1], "text": "What it does now."}, LINES[2]]
    with bring(repository, as_csv(tmp_path / "a.csv", changed)) as report:
        assert report.counts.of(Outcome.UPDATED) == 1
        assert report.counts.of(Outcome.UNCHANGED) == 4
    assert repository.log.last_seq() == last + 1


def test_csv_json_and_xlsx_make_the_same_records(tmp_path: Path) -> None:
    found = []
    for make, name in ((as_csv, "a.csv"), (as_json, "a.json"), (as_xlsx, "a.xlsx")):
        with fresh(tmp_path / make.__name__) as repository:
            bring(repository, make(tmp_path / name, LINES)).close()
            found.append(digests(repository))
    assert found[0] == found[1] == found[2]


def test_a_dry_run_writes_nothing_and_says_exactly_what_the_run_does(
    tmp_path: Path,
) -> None:
    lines = [
        *LINES,
        line("Open kitchen", id="9", links="nowhere"),
        line("No place", country="Atlantis"),
        line("", text="No title"),
        {**LINES[0], "text": "Said otherwise."},
    ]
    path = as_csv(tmp_path / "a.csv", lines)
    with fresh(tmp_path / "data", batch_size=2) as repository:
        dry, wet = bring(repository, path, dry_run=True), None
        assert repository.log.last_seq() == 0
        assert repository.log.runs() == []
        assert repository.log.resolve("village", ["https://example.org/numbered/1"]) == {}
        wet = bring(repository, path)
    assert dry.counts == wet.counts
    assert list(dry.problems()) == list(wet.problems())
    assert dry.rejected == 2
    dry.close()
    wet.close()


@pytest.mark.parametrize("size", [1, 2, 500])
def test_two_things_of_one_name_are_two_whatever_the_size_of_a_batch(
    tmp_path: Path, size: int
) -> None:
    lines = [*LINES, line("Open  kitchen?", id="7")]
    path = as_csv(tmp_path / "a.csv", lines)
    with fresh(tmp_path / "data", batch_size=size) as repository:
        bring(repository, path).close()
        assert live(repository) >= {"practice/open-kitchen", "practice/open-kitchen-2"}
        last = repository.log.last_seq()
        bring(repository, path).close()
        assert repository.log.last_seq() == last


def test_a_row_keeps_its_record_under_any_of_its_names(
    repository: Repository, tmp_path: Path
) -> None:
    without = [{k: v for k, v in row.items() if k != "id"} for row in LINES]
    bring(repository, as_csv(tmp_path / "a.csv", without)).close()
    before = digests(repository)
    bring(repository, as_csv(tmp_path / "a.csv", LINES)).close()
    assert digests(repository) == before
    renamed = [{**LINES[0], "title": "Open canteen"}]
    with bring(repository, as_csv(tmp_path / "a.csv", renamed)) as report:
        assert report.counts.of(Outcome.UPDATED, "practice") == 1
    assert "practice/open-canteen" not in live(repository)


def test_a_record_that_does_not_conform_is_rejected_and_the_rest_enters(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("Lost", country="Atlantis", body="Council"), LINES[0]])
    with bring(repository, path) as report:
        assert report.rejected == 1
        told = {(p.place, p.field, p.value): p for p in report.problems()}
    assert live(repository) == {
        "organisation/council", "organisation/village-council", "practice/open-kitchen"
    }  # fmt: skip
    assert told["2", "country", "Atlantis"].severity == "warning"
    violation = told["2", "dct:spatial", ""]
    assert violation.severity == "violation"
    assert set(violation.messages) >= {"en", "it", "es", "lv"}


def test_what_refers_to_a_rejected_record_loses_the_reference_and_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", [{**LINES[0], "kind": "wrong"}])
    with bring(repository, path) as report:
        assert report.counts.of(Outcome.REJECTED, "organisation") == 1
        assert any(p.rule == "refers to what is there" for p in report.problems())
    assert live(repository) == {"practice/open-kitchen"}
    assert "leadOrganisation" not in statements(repository, "practice/open-kitchen")


def test_the_first_description_in_a_run_counts_and_another_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    lines = [LINES[0], {**LINES[0], "text": "Said otherwise."}, LINES[0]]
    with bring(repository, as_csv(tmp_path / "a.csv", lines)) as report:
        told = [p.place for p in report.problems() if p.rule == "one description"]
    assert told == ["3"]
    assert "What Open kitchen does." in statements(repository, "practice/open-kitchen")


def test_a_row_of_which_nothing_can_be_made_is_told(repository: Repository, tmp_path: Path) -> None:
    with bring(repository, as_csv(tmp_path / "a.csv", [line("", id="1"), LINES[0]])) as report:
        assert report.counts.lost == 1
        assert [p.place for p in report.problems() if p.rule == "no record"] == ["2"]


@pytest.mark.parametrize(
    ("name", "text", "line_number"),
    [
        ("a.csv", 'title,text,country,body\nA,B,LV,\nC,"D,LV,\n', 3),
        ("a.json", '[{"title": "A"},\n{"title": }]', 2),
        ("a.ttl", "<id/practice/a> a <b> .\n<x> <y> .\n", 2),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_nothing_is_written(
    repository: Repository, tmp_path: Path, name: str, text: str, line_number: int
) -> None:
    good = as_csv(tmp_path / "good.csv", LINES)
    bad = tmp_path / name
    bad.write_text(text, encoding="utf-8")
    given = None if name.endswith(".ttl") else mapping_file(tmp_path)
    sources = [bad] if name.endswith(".ttl") else [good, bad]
    with pytest.raises(MalformedDocument) as raised:
        ingest(repository, sources, given)
    assert (raised.value.name, raised.value.line) == (name, line_number)
    assert repository.log.last_seq() == 0
    assert repository.log.runs() == []


def test_xml_with_external_entities_is_refused(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    path.write_text('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>')
    with pytest.raises(ForbiddenReference):
        ingest(repository, [path])


def test_every_revision_points_to_its_run(repository: Repository, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", LINES)
    with bring(repository, path) as report:
        number = report.sources[0].run
    run = repository.log.runs()[0]
    assert run["id"] == number
    assert run["source"] == "village"
    assert run["mapping"] == "village.rq"
    assert run["ended"] is not None
    assert run["counts"]["created"] == 5
    revisions = list(repository.log.revisions())
    assert {r.activity for r in revisions} == {f"run/{number}"}
    assert {r.source for r in revisions} == {"https://example.org/catalogue"}


def test_an_import_does_not_bring_a_withdrawn_record_back(
    repository: Repository, tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "a.csv", LINES)
    bring(repository, path).close()
    repository.log.withdraw(f"{BASE}/id/practice/open-kitchen", Provenance("steward", "test"))
    with bring(repository, path) as report:
        assert report.counts.of(Outcome.SKIPPED) == 1
        assert any(p.rule == "withdrawn" for p in report.problems())
    assert "practice/open-kitchen" not in live(repository)


def test_two_imports_at_once_share_no_name(tmp_path: Path) -> None:
    lines = [line(f"Practice {n}", id=str(n), body=f"Body {n}") for n in range(12)]
    first = as_csv(tmp_path / "a.csv", lines)
    other = tmp_path / "other"
    other.mkdir()
    second = as_csv(other / "a.csv", lines)
    text = mapping_file(tmp_path).read_text().replace("source: village", "source: town")
    (other / "town.rq").write_text(text)
    failures: list[Exception] = []

    def run(path: Path, given: Path) -> None:
        try:
            with fresh(tmp_path / "data", batch_size=2) as repository:
                ingest(repository, [path], given).close()
        except Exception as error:
            failures.append(error)

    fresh(tmp_path / "data").close()
    threads = [
        threading.Thread(target=run, args=pair)
        for pair in ((first, tmp_path / "village.rq"), (second, other / "town.rq"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with fresh(tmp_path / "data") as repository:
        assert len(digests(repository)) == 48
        keys = [f"https://example.org/numbered/{n}" for n in range(12)]
        village = set(repository.log.resolve("village", keys).values())
        town = set(repository.log.resolve("town", keys).values())
    assert len(village) == len(town) == 12
    assert not village & town


def test_the_report_is_written_as_csv_and_json(repository: Repository, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A", country="=cmd()"), LINES[0]])
    with bring(repository, path) as report:
        report.save(tmp_path / "report.csv", ("it",))
        report.save(tmp_path / "report.json")
        with pytest.raises(InvalidInput, match=r"\.json or \.csv"):
            report.save(tmp_path / "report.xml")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert len(lines) == len(written["problems"]) == sum(written["problem_counts"].values())
    assert [x["value"] for x in lines if x["field"] == "country"] == ["'=cmd()"]
    assert [x["value"] for x in written["problems"] if x["field"] == "country"] == ["=cmd()"]
    assert written["counts"]["rejected"] == 1
    assert all(x["message"] for x in lines)


def test_the_report_is_printed_for_people(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A [bold]", country="[red]Nowhere")])
    with bring(repository, path) as report:
        report.print("table", ("en",))
    printed = capsys.readouterr().out
    assert "[red]Nowhere" in printed
    assert "rejected" in printed


def test_no_cell_and_no_name_of_a_file_commands_the_terminal(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_csv(tmp_path / "a\x1b[2J.csv", [line("A", country="\x1b]0;owned\x07Nowhere\x9b31m")])
    with bring(repository, path) as report:
        report.print("table", ("en",))
    printed = capsys.readouterr().out
    assert "Nowhere" in printed
    assert all(c.isprintable() or c == "\n" for c in printed)


@pytest.mark.parametrize("name", ["report.txt", "report", "gone/report.csv", "folder.json"])
def test_a_place_where_no_report_can_be_written_is_refused_beforehand(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidInput):
        check_target(tmp_path / name)
    check_target(tmp_path / "report.CSV")
    assert not (tmp_path / "report.CSV").exists()


def test_a_table_that_no_mapping_knows_is_refused_with_the_candidates(
    repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(MappingError, match="jrc-ips"):
        ingest(repository, [as_csv(tmp_path / "a.csv", LINES)])


# ---- RDF in our vocabulary


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
        told = [p.value for p in report.problems() if p.rule == "part of a record"]
    assert told == ["https://example.org/stray"]


def test_rdf_that_describes_no_record_is_refused(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<a> <b> <c> .")
    with pytest.raises(InvalidInput, match="gp:GoodPractice"):
        ingest(repository, [path])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="no documents"):
        ingest(repository, [tmp_path / "empty"])
    with pytest.raises(InvalidInput, match="no file or folder"):
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
