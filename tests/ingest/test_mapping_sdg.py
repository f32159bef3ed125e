"""Pages that Member States notified to the Single Digital Gateway, as public services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from real_folders import Repeated, assert_repeatable, repeated
from village import BASE, live, statements

HEADER = (
    "TITLE",
    "URL",
    "LANGUAGE",
    "CLASSIFICATION_INFORMATION",
    "METADATA_TYPE_STRING",
    "NOTIFICATION_TYPE",
    "COUNTRY",
    "PARENT",
    None,
)
ROWS = [
    ("Árboles &amp; hojas", "https://example.org/a b", "es", "CITIZENS;A;A1;b4", "Information"),
    ("Trees", "https://example.org/trees", "es;en", "X", "Information;Procedure"),
    ("Leaves", "https://example.org/leaves", "en", "L1;Z9", "Procedure"),
    ("Leaves", "https://example.org/leaves", "en", "L1;Z9", "Procedure"),
    ("Nobody", "https://example.org/nobody", "en", "CITIZENS", "Information"),
    ("Atlantis", "https://example.org/atlantis", "en", "L1", "Information"),
]


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook in the columns of the export, with the query that made it on a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append(list(row))
    book.create_sheet("SQL").append(["SELECT 1"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repeated]:
    folder = tmp_path_factory.mktemp("sdg")
    (folder / "source").mkdir()
    country = {"Atlantis": "Atlantis"}
    workbook(
        folder / "source" / "links.xlsx",
        [
            (*row, "MANUAL", country.get(row[0], "Spain"), "https://example.org/", n)
            for n, row in enumerate(ROWS)
        ],
    )
    (folder / "source" / "codes.csv").write_text("\ufeffPolicy code;text\nA1;documents\n")
    with repeated(folder / "source", folder / "data") as found:
        yield found


def test_each_page_is_a_service_of_the_state_that_notified_it(sample: Repeated) -> None:
    assert live(sample.repository) == {
        "service/arboles-hojas",
        "service/trees",
        "service/leaves",
        "organisation/spain-member-state",
    }
    assert_repeatable(sample)
    text = statements(sample.repository, "service/arboles-hojas")
    for value in (
        '"Árboles & hojas"@es',
        '"Notified by Spain to the Single Digital Gateway of the European Union as information '
        "on: documents for crossing borders inside the Union; taxes in another Member State."
        '"@en',
        f"hasCompetentAuthority> <{BASE}/id/organisation/spain-member-state>",
        "<https://example.org/a%20b>",
        "language/SPA",
        "country/ESP",
        "data-theme/TRAN",
        "data-theme/SOCI",
    ):
        assert value in text, value
    state = statements(sample.repository, "organisation/spain-member-state")
    assert '"Spain (Member State)"@en' in state
    assert "PublicOrganisation" in state


def test_a_page_in_two_languages_has_a_title_in_neither(sample: Repeated) -> None:
    text = statements(sample.repository, "service/trees")
    assert '"Trees"@und' in text
    assert "language/SPA" in text
    assert "language/ENG" in text
    assert "as information and a procedure on: starting, running and closing a business" in text


def test_what_cannot_enter_or_be_used_is_told(sample: Repeated) -> None:
    told = {(p.severity, p.place, p.field, p.value) for p in sample.wet.problems()}
    assert ("violation", "6", "dct:description", "") in told
    assert ("violation", "7", "cv:hasCompetentAuthority", "") in told
    assert ("warning", "7", "COUNTRY", "Atlantis") in told
    assert ("warning", "4", "CLASSIFICATION_INFORMATION", "Z9") in told
    assert ("info", "2", "URL", "https://example.org/a b") in told
    assert sample.rejected() == {"service": 2}
    assert {p.file for p in sample.wet.problems() if p.rule == "whole file"} == {"codes.csv"}


# ---- the real workbook


@pytest.fixture(scope="module")
def rows(third_party: Path) -> list[tuple[object, ...]]:
    path = third_party / "sdg-notified-links" / "cpsv-pilot.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    found = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    book.close()
    return found


def test_some_real_rows_enter_and_enter_once(
    rows: list[tuple[object, ...]], tmp_path: Path
) -> None:
    some = [row for n, row in enumerate(rows) if n % 40 == 0]
    path = workbook(tmp_path / "links.xlsx", some)
    with repeated(path, tmp_path / "data") as found:
        assert found.created() == {"service": len(some), "organisation": 7}
        assert_repeatable(found)
