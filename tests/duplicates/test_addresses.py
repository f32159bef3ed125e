"""Two spellings of one page become one text, and two pages stay two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicegraph.duplicates.addresses import anchor, canonical, is_home, neutral, site


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a/b",
        "HTTP://Example.ORG/a/b/",
        "http://www.example.org:80/a/b",
        "https://example.org:443/a/./x/../b#top",
        "https://example.org/a/b/index.html",
        "https://example.org/%61/b?utm_source=mail&fbclid=1",
        "https://example.org/a/b;jsessionid=12",
        " https://example.org/a/b ",
        "https://web.archive.org/web/20200101000000/https://example.org/a/b",
        "https://web.archive.org/web/20200101000000id_/http:/www.example.org/a/b/",
    ],
)
def test_spellings_of_a_page_are_one(address: str) -> None:
    assert canonical(address) == "example.org/a/b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://app.example.org/#/a", "https://app.example.org/#/b"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://one.example.org/a", "https://two.example.org/a"),
    ],
)
def test_pages_that_may_differ_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_the_order_of_parameters_does_not_count() -> None:
    assert canonical("https://e.org/?b=2&a=1") == canonical("http://e.org?a=1&b=2")


def test_a_repository_is_one_with_and_without_its_ending_and_in_any_case() -> None:
    assert canonical("https://github.com/Owner/Name.git") == canonical(
        "https://www.github.com/owner/name/"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mailto:a@example.org",
        "ftp://example.org/a",
        "https://",
        "https://exa mple.org/",
        "http://[::1/a",
        "https://example.org:port/",
        "not an address",
        "https://example.org/" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(address: str) -> None:
    assert canonical(address) is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_canonical_form_is_reached_once(path: str, query: str) -> None:
    once = canonical(f"https://www.example.org/{path}?{query}")
    if once is not None:
        assert canonical(f"http://{once}") == once
        assert canonical(f"https://www.{once}") == once


@given(st.text(max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    found = canonical(text)
    if found is not None:
        assert neutral(found)
        assert anchor(text) is None or "#" in str(anchor(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://gov.example/el/services/a", "https://gov.example/en/services/a"),
        ("https://gov.example/portal/en/sdg/a", "https://gov.example/portal/sdg/a"),
        ("https://gov.example/a?lang=el&id=3", "https://gov.example/a?id=3&lang=en"),
        ("https://gov.example/page_en.htm", "https://gov.example/page.htm"),
        ("https://gov.example/en_gb/a", "https://gov.example/a"),
        ("https://en.gov.example/a", "https://gov.example/a"),
    ],
)
def test_translations_of_a_page_meet_without_their_language(one: str, other: str) -> None:
    a, b = canonical(one), canonical(other)
    assert a and b and a != b
    assert neutral(a) == neutral(b)


def test_a_host_that_only_ends_like_a_language_keeps_its_name() -> None:
    assert neutral("hacienda.gob.example/tasas") == "hacienda.gob.example/tasas"
    assert neutral("www2.hacienda.gob.example/tasas") == "www2.hacienda.gob.example/tasas"


def test_a_site_has_a_home_page() -> None:
    assert is_home("example.org")
    assert is_home("example.org/en")
    assert not is_home("example.org/about")
    assert site("example.org/about?x=1") == "example.org"


def test_places_of_one_page_are_told_apart() -> None:
    assert anchor("https://example.org/en/fees#first") == "example.org/fees#first"
    assert anchor("https://example.org/fees") is None
    assert anchor("https://app.example.org/#/route") is None
