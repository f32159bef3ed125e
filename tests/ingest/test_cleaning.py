"""Cleaning: values are mended only where the mend is certain, and each mend is told."""

from __future__ import annotations

import unicodedata

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import cleaning
from practicegraph.concepts import COUNTRIES, bundled
from practicegraph.terminal import harmless
from practicegraph.texts import clean


@given(st.text())
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == once.strip()
    assert "\n" not in once


@given(st.text())
def test_no_control_character_stays_and_what_is_taken_out_is_told(text: str) -> None:
    found, finding = cleaning.without_controls(text)
    assert all(c in "\t\n\r" or unicodedata.category(c) != "Cc" for c in found)
    assert (finding is None) == (found == text)
    assert cleaning.without_controls("a\x0bb\x00c\td\n")[0] == "a bc\td\n"


@given(st.text())
def test_taking_contacts_out_of_any_text_leaves_a_clean_one(text: str) -> None:
    found, finding = cleaning.without_contacts(clean(text))
    assert clean(found) == found
    assert (finding is None) == (found == clean(text))


@given(st.text())
def test_a_key_is_the_same_for_any_case_and_blanks_and_fits_into_an_iri(text: str) -> None:
    found = cleaning.key(text)
    assert cleaning.key(f"  {text}\n") == found
    assert ox.NamedNode(f"https://example.org/{found}").value.endswith(found)
    assert len(found) <= 12 * 160


def test_long_keys_stay_short_and_apart() -> None:
    first, second = cleaning.key("a" * 500), cleaning.key("a" * 501)
    assert first != second
    assert max(len(first), len(second)) <= 160


@given(st.text())
def test_a_web_address_is_one_or_is_told_to_be_none(text: str) -> None:
    found, finding = cleaning.url(text)
    if found is None:
        assert finding is not None or not clean(text)
    else:
        assert ox.NamedNode(found).value.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("given_", "mended"),
    [
        ("\u00a0https://example.org/a\u00a0", "https://example.org/a"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("example.org", "https://example.org"),
        ("https://example.org/p?a=1&b=2#:~:text=x,y", "https://example.org/p?a=1&b=2#:~:text=x,y"),
    ],
)
def test_addresses_that_can_be_mended_are(given_: str, mended: str) -> None:
    assert cleaning.url(given_)[0] == mended


@pytest.mark.parametrize(
    "given_",
    [
        "internal web address",
        "https://example.org/Proof of Concept.html",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://localhost/admin",
        "https://someone@example.org/",
        "https://example.org:99999/",
        "https://example.org/%zz",
        "Prose",
    ],
)
def test_what_is_no_web_address_is_left_out_and_told(given_: str) -> None:
    found, finding = cleaning.url(given_)
    assert found is None
    assert finding is not None
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        ("University Hospital, contact a.b@example.org", "University Hospital"),
        ("Write to someone@example.org today", "Write to today"),
        ("Office (tel. +39 0461 123456)", "Office"),
        ("Call +371 2612 3456 now", "Call now"),
    ],
)
def test_addresses_and_numbers_of_persons_are_taken_out(given_: str, left: str) -> None:
    found, finding = cleaning.without_contacts(given_)
    assert found == left
    assert finding is not None


@pytest.mark.parametrize("given_", ["Directive (EU) 2016/2102", "2013-2014", "CDAP@UP", "call 112"])
def test_numbers_that_are_no_telephone_stay(given_: str) -> None:
    assert cleaning.without_contacts(given_) == (given_, None)


def test_a_year_of_a_spreadsheet_is_mended_and_told() -> None:
    assert cleaning.year("2021") == ("2021", None)
    found, finding = cleaning.year("2021.0")
    assert found == "2021"
    assert finding is not None
    assert finding.severity == "info"


@pytest.mark.parametrize("given_", ["", "21", "2021.5", "soon", "0000", "9999"])
def test_what_is_no_year_is_left_out_and_told(given_: str) -> None:
    found, finding = cleaning.year(given_)
    assert found is None
    assert finding is not None


@pytest.mark.parametrize(
    ("name", "code"),
    [("Greece", "GRC"), ("EL", "GRC"), ("GR", "GRC"), ("UK", "GBR"), ("Latvija", "LVA"),
     ("czech republic", "CZE"), ("European Union", "EUR"), ("Russia", "RUS"), ("ITA", "ITA")],
)  # fmt: skip
def test_a_country_is_found_by_any_of_its_names_and_codes(name: str, code: str) -> None:
    assert bundled().find(COUNTRIES, name) == {f"{COUNTRIES}/{code}"}


def test_a_concept_is_found_by_its_label_in_any_language() -> None:
    english = bundled().find("technology", "artificial  intelligence")
    assert len(english) == 1
    assert bundled().find("technology", "Intelligenza artificiale") == english
    assert not bundled().find("technology", "witchcraft")


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠")
def test_nothing_that_a_spreadsheet_reads_as_a_formula_stays_one(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@given(st.text())
def test_no_cell_of_a_report_starts_a_formula(text: str) -> None:
    cell = harmless(text)
    if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        float(cell.replace(",", "."))  # a number with a sign is none
