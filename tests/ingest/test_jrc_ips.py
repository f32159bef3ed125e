"""The real catalogue of innovative public services: every honest case enters, in every format."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from village import digests

from ingest import Report, ingest
from ingest.assembly import assemble
from ingest.library import Library
from ingest.outcome import Outcome
from ingest.rows import Row
from practicegraph.repository import Repository
from practicegraph.settings import Settings

BASE = "http://127.0.0.1:8000"
FORMATS = ("cases.csv", "cases.json", "Updated IPS Cases.xlsx")

#: A case of our own making, in the columns of the catalogue.
CASE = {
    "entry_type": "case",
    "rtype": "Service",
    "id": "1",
    "name": "A robot that waters the trees",
    "url": "https://example.org/trees, \nwww.example.org/robot",
    "description": "It waters the trees of the town.",
    "geoextent": "Across Countries",
    "geocoverage": "Greece",
    "geocoverage_codes": "EL",
    "lead_organisation_name": "Town of  Trees,",
    "lead_organisation_category": "Local Government",
    "start_date": "2020",
    "end_date": "2021.0",
    "primary_sector": "Environmental protection",
    "technology": "Artificial Intelligence",
    "type": "Data sharing management",
    "status": "Not in use anymore",
}


def constructed(**cells: str) -> tuple[set[tuple[str, str, str]], dict[str, str]]:
    """What the mapping makes of the case with some cells changed: short names, and the notes."""
    row = Row(2, {k: v for k, v in {**CASE, **cells}.items() if v})
    triples, notes = Library().load("jrc-ips").apply(row)

    def short(term: object) -> str:
        text = str(getattr(term, "value", term))
        return text.rsplit("/", 1)[-1] if "example.org" not in text else text

    found = {(short(t.subject), short(t.predicate), short(t.object)) for t in triples}
    return found, {note.field: note.value for note in notes}


def values(found: set[tuple[str, str, str]], name: str) -> set[str]:
    return {o for _, p, o in found if p.rpartition("#")[2] == name}


def test_a_case_says_what_its_cells_say() -> None:
    found, notes = constructed()
    expected = {
        "title": {"A robot that waters the trees", "Town of Trees"},
        "page": {"https://example.org/trees", "https://www.example.org/robot"},
        "spatial": {"GRC"},
        "administrativeLevel": {"cross-border"},
        "policyArea": {"env-pro"},
        "theme": {"ENVI"},
        "technology": {"artificial-intelligence"},
        "practiceType": {"data-sharing"},
        "maturity": {"discontinued"},
        "evidenceLevel": {"unassessed"},
        "leadOrganisation": {"town-of-trees"},
        "wasAssociatedWith": {"town-of-trees"},
        "startedAtTime": {"2020"},
        "endedAtTime": {"2021"},
        "source": {"ips-explorer"},
        "license": {"EUPL_1_2"},
        "type": {"LocalAuthority"},
    }
    for name, wanted in expected.items():
        got = values(found, name)
        assert wanted <= got if name == "type" else wanted == got, name
    assert notes == {"end_date": "2021.0", "url": "www.example.org/robot"}


@pytest.mark.parametrize(
    ("cells", "field", "gone"),
    [
        ({"url": "internal web address"}, "url", "page"),
        ({"url": "https://example.org/Proof of Concept"}, "url", "page"),
        ({"geocoverage": "Atlantis", "geocoverage_codes": ""}, "geocoverage", "spatial"),
        ({"end_date": "2019"}, "end_date", "endedAtTime"),
        ({"start_date": "long ago"}, "start_date", "startedAtTime"),
        ({"technology": "Witchcraft"}, "technology", "technology"),
        ({"primary_sector": "Witchcraft"}, "primary_sector", "policyArea"),
        ({"lead_organisation_name": ""}, "start_date", "implements"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(
    cells: dict[str, str], field: str, gone: str
) -> None:
    found, notes = constructed(**cells)
    assert values(found, gone) == set()
    assert field in notes


def test_an_unknown_status_is_unassessed_and_told() -> None:
    found, notes = constructed(status="Dreamt of")
    assert values(found, "maturity") == {"unassessed"}
    assert notes["status"] == "Dreamt of"


def test_the_name_of_the_country_goes_before_its_code() -> None:
    found, notes = constructed(geocoverage="Latvia", geocoverage_codes="LT")
    assert values(found, "spatial") == {"LVA"}
    assert notes["geocoverage_codes"] == "LT"
    found, notes = constructed(geocoverage="Spain", geocoverage_codes="ES511")
    assert values(found, "spatial") == {"ESP"}
    assert "geocoverage_codes" not in notes


def test_neither_number_nor_name_of_a_case_in_its_source_is_part_of_its_content() -> None:
    contents = []
    for number in ("1", "2", ""):
        row = Row(2, {k: v for k, v in {**CASE, "id": number}.items() if v})
        triples, _ = Library().load("jrc-ips").apply(row)
        drafts, stray = assemble(triples, "jrc-ips")
        assert stray == []
        records = {d.kind: d.named(f"{BASE}/id/{d.kind}/x", {}) for d in drafts}
        contents.append(set(records["practice"]))
    assert contents[0] == contents[1] == contents[2]


# ---- the real files


@pytest.fixture(scope="module")
def folder(third_party: Path) -> Path:
    found = third_party / "jrc-ips-explorer"
    if not found.is_dir():
        pytest.skip("the JRC catalogue is not beside this checkout")
    return found


@pytest.fixture(scope="module")
def filled(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Repository, Report, Report]]:
    """A repository with the catalogue from CSV, the report of a dry run before it, and its own."""
    settings = Settings(data=tmp_path_factory.mktemp("jrc"), validation_engine="turbo")
    path = folder / "cases.csv"
    with (
        Repository.open(settings) as repository,
        ingest(repository, [path], "jrc-ips", dry_run=True) as dry,
        ingest(repository, [path], "jrc-ips") as wet,
    ):
        yield repository, dry, wet


@pytest.mark.slow
def test_nearly_every_case_enters(filled: tuple[Repository, Report, Report]) -> None:
    repository, dry, report = filled
    assert report.counts.rows == 853
    assert report.counts.of(Outcome.CREATED, "practice") >= 0.95 * 853
    assert repository.log.count("practice") == report.counts.of(Outcome.CREATED, "practice")
    assert dry.counts == report.counts
    assert list(dry.problems()) == list(report.problems())


def test_organisations_are_one_for_each_name_and_country(
    filled: tuple[Repository, Report, Report],
) -> None:
    repository, _, _ = filled
    slugs = Counter(
        r.record.rpartition("/")[2]
        for r in repository.log.live_revisions()
        if r.kind == "organisation"
    )
    assert len([s for s in slugs if s == "digipolis"]) == 1
    assert {"ministry-of-finance", "ministry-of-finance-5"} <= set(slugs)
    assert "ministry-of-finance-6" not in slugs
    assert 600 < len(slugs) < 720


@pytest.mark.parametrize("name", FORMATS)
def test_a_second_run_in_any_format_makes_no_revision(
    filled: tuple[Repository, Report, Report], folder: Path, name: str
) -> None:
    repository, _, _ = filled
    last = repository.log.last_seq()
    with ingest(repository, [folder / name], force=True) as report:
        assert report.counts.of(Outcome.UNCHANGED) == last
    assert repository.log.last_seq() == last


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS[1:])
def test_a_repository_filled_from_another_format_is_the_same(
    filled: tuple[Repository, Report, Report], folder: Path, tmp_path: Path, name: str
) -> None:
    settings = Settings(data=tmp_path / "data", validation_engine="turbo")
    with Repository.open(settings) as repository:
        ingest(repository, [folder / name]).close()
        assert digests(repository) == digests(filled[0])


@pytest.mark.slow
def test_a_changed_row_makes_one_revision(
    filled: tuple[Repository, Report, Report], folder: Path, tmp_path: Path
) -> None:
    repository, _, _ = filled
    before = digests(repository)
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[100]["description"] += " More was learnt since."
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with ingest(repository, [path]) as report:
        assert report.counts.of(Outcome.UPDATED) == 1
        assert report.counts.of(Outcome.CREATED) == 0
    changed = {r for r, d in digests(repository).items() if before[r] != d}
    assert len(changed) == 1
    with ingest(repository, [folder / "cases.csv"]) as report:
        assert report.counts.of(Outcome.UPDATED) == 1
    assert digests(repository) == before


def test_no_address_of_a_person_gets_in(filled: tuple[Repository, Report, Report]) -> None:
    repository, _, _ = filled
    for revision in repository.log.live_revisions():
        assert b"hlavinka" not in (revision.content or b"")
        assert b"contact@" not in (revision.content or b"")


def test_the_report_of_the_real_run_is_machine_readable(
    filled: tuple[Repository, Report, Report], tmp_path: Path
) -> None:
    _, _, report = filled
    report.save(tmp_path / "report.json", ("lv",))
    problems = json.loads((tmp_path / "report.json").read_text("utf-8"))["problems"]
    told = Counter(p["field"] for p in problems if p["rule"] == "web address")
    assert told["url"] == 23
    assert all(p["row"] for p in problems)
