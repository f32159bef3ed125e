"""The header Accept: weights, wildcards, exclusions, and what cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import best, choose, ranges
from practicegraph.errors import NotAcceptable

OFFERS = ["text/turtle", "application/ld+json", "text/html", "application/json"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/*", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("TEXT/HTML", "text/html"),
        (BROWSER, "text/html"),
        ("application/json, */*", "application/json"),
        ("text/html;q=0.5, application/json;q=0.8", "application/json"),
        ("text/html;q=0.5, application/json;q=0.50", "text/html"),
        ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", "text/html"),
        ("*/*, text/turtle;q=0", "application/ld+json"),
        ("text/*, text/turtle;q=0", "text/html"),
        ("text/turtle;charset=utf-8;q=0.1, text/html;level=1;q=0.2", "text/html"),
        ('application/ld+json;profile="a, b; q=0";q=0.9, text/html;q=0.8', "application/ld+json"),
        ("text/html ; q=1.000 ,\ttext/turtle ; Q=0.9", "text/html"),
        (",, text/html ,", "text/html"),
        ("nonsense, text/html", "text/html"),
        ("text/html;q=2, application/json", "application/json"),
        ("text/html;q=x", None),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=0.000, */html", None),
        ('"', None),
    ],
)
def test_the_offer_that_is_liked_best_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert best(accept, OFFERS) == chosen


def test_no_acceptable_offer_is_an_error_that_lists_them() -> None:
    with pytest.raises(NotAcceptable, match="Accept one of: text/turtle, ") as caught:
        choose("image/png", OFFERS)
    assert caught.value.extra["available"] == OFFERS


@given(st.text(st.sampled_from('*/;,=q01. "\\atext') | st.characters(), max_size=60))
def test_any_header_can_be_read(accept: str) -> None:
    assert all(0 <= r.quality <= 1 for r in ranges(accept))
    assert best(accept, OFFERS) in {*OFFERS, None}


@pytest.mark.parametrize("piece", [" ", ",", ";", '"', "a/b;", "a/b,", 'a/b;c="', "*", "a/"])
def test_a_long_header_is_read_in_no_time(piece: str) -> None:
    assert len(ranges(piece * 20_000)) <= 100
