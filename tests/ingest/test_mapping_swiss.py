"""Departments of Switzerland with their offices: one row makes several organisations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_folders import Repeated, assert_repeatable, filled, repeated
from village import BASE, live, statements

LD = "https://ld.example.org"
ROWS = [
    {
        "id": f"{LD}/department/I",
        "name": {"de": "Departement für Bäume", "en": "Department of Trees", "it": ""},
        "abbreviation": {"de": "DB", "en": "DT"},
        "organisations": [
            {
                "id": f"{LD}/office/1",
                "name": {"de": "Amt für Blätter", "fr": "Office des feuilles"},
                "alternativeName": {"de": "ABL", "fr": "OF"},
            },
            {"id": f"{LD}/office/2", "name": {"de": "Generalsekretariat"}},
        ],
    },
    {
        "id": f"{LD}/chancellery",
        "name": {"de": "Kanzlei"},
        "organisations": [
            {"id": f"{LD}/chancellery", "name": {"de": "Kanzlei"}},
            {"id": f"{LD}/office/1", "name": {"de": "Amt für Blätter"}},
            {"id": f"{LD}/office/3", "name": {"de": "Generalsekretariat"}},
        ],
    },
    {
        "id": f"{LD}/canton",
        "name": {"de": "Kantone"},
        "organisations": [{"id": f"{LD}/canton/1", "name": {"de": "Wald"}}],
    },
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repeated]:
    folder = tmp_path_factory.mktemp("swiss")
    (folder / "bodies.json").write_text(json.dumps(ROWS), encoding="utf-8")
    with repeated(folder / "bodies.json", folder / "data") as found:
        yield found


def said(found: Repeated, name: str) -> str:
    return statements(found.repository, f"organisation/{name}")


def test_departments_offices_and_cantons_enter_once_each(sample: Repeated) -> None:
    assert live(sample.repository) == {
        "organisation/department-of-trees",
        "organisation/amt-fur-blatter",
        "organisation/generalsekretariat",
        "organisation/generalsekretariat-2",
        "organisation/kanzlei",
        "organisation/wald",
    }
    assert sample.wet.rejected == 0
    assert_repeatable(sample)


def test_an_office_belongs_to_its_department_and_nothing_to_itself(sample: Repeated) -> None:
    part_of = "http://www.w3.org/ns/org#subOrganizationOf"
    office = said(sample, "amt-fur-blatter")
    assert f"<{part_of}> <{BASE}/id/organisation/department-of-trees>" in office
    for value in ('"Office des feuilles"@fr', '"ABL"@de', f"exactMatch> <{LD}/office/1>"):
        assert value in office
    for name in ("department-of-trees", "kanzlei", "wald"):
        assert part_of not in said(sample, name)
    assert "RegionalAuthority" in said(sample, "wald")
    assert f"<{part_of}> <{BASE}/id/organisation/kanzlei>" in said(sample, "generalsekretariat-2")
    assert "@it" not in said(sample, "department-of-trees")


def test_an_office_in_two_lists_is_told(sample: Repeated) -> None:
    told = {(p.place, p.record.rpartition("/")[2]) for p in sample.wet.problems() if not p.field}
    assert ("2", "amt-fur-blatter") in told


def test_the_real_bodies_enter(third_party: Path, tmp_path: Path) -> None:
    path = third_party / "vocabularies" / "switzerland" / "federal-organisations.json"
    with filled(path, tmp_path / "data") as found:
        assert found.wet.counts.rows == 9
        # 130 entries: the heading of the cantons, the chancellery in itself, one office twice.
        assert found.created() == {"organisation": 127}
        assert found.wet.rejected == 0
