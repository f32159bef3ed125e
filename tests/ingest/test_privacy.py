"""A glance at a term passes over nothing that the search for personal data would find."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.privacy import may_be_personal, without_personal
from practicegraph.namespaces import DCT, XSD

PREDICATE = ox.NamedNode(DCT + "description")

WORDS = ("tel", "Phone", "fax:", "mobile", "mailto:", "tel:", "a", "b.it", "é", "39", "0461", "00")
SIGNS = ("+", " ", "\n", "\t", "\x85", "\x1c", "(", ")", "-", ".", "/", "@", '"', "\\", "٣")
pieces = st.lists(st.sampled_from((*WORDS, *SIGNS)), max_size=14).map("".join)
literals = st.one_of(
    pieces.map(ox.Literal),
    pieces.map(lambda text: ox.Literal(text, language="it")),
    st.sampled_from(["anyURI", "string", "integer"]).flatmap(
        lambda name: pieces.map(lambda text: ox.Literal(text, datatype=ox.NamedNode(XSD + name)))
    ),
)


@given(literals)
@example(ox.Literal("tel (      1"))
@example(ox.Literal("call +39\n0461\t12\x0b34 56"))
def test_what_a_glance_passes_over_is_left_as_it_is(literal: ox.Literal) -> None:
    if not may_be_personal(str(literal)):
        assert without_personal(PREDICATE, literal) == (literal, None)


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal("Write to anna@example.org"),
        ox.Literal("Telephone: 0461 123456", language="en"),
        ox.Literal("+39 0461 123456"),
        ox.Literal("mailto:anna"),
        ox.NamedNode("mailto:anna@example.org"),
        ox.NamedNode("TEL:+390461123456"),
        ox.NamedNode("https://anna:secret@example.org/cases"),
        ox.NamedNode("https://example.org/write?to=anna.b%40example.org&x=1"),
        ox.NamedNode("https://example.org/people/anna@example.org"),
    ],
)
def test_a_glance_stops_at_an_address_or_a_number(term: ox.Literal | ox.NamedNode) -> None:
    assert may_be_personal(str(term))
    assert without_personal(PREDICATE, term)[1] is not None


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal("A plain text about 20 hotels in 2024", language="en"),
        ox.NamedNode("https://example.org/tel:1"),
        ox.NamedNode("https://example.org/@council?to=a@b"),
        ox.NamedNode("https://cdn.example.org/react@17.0.2/umd/@scope/page.html"),
        ox.BlankNode("tel"),
    ],
)
def test_a_glance_passes_over_what_is_harmless(
    term: ox.Literal | ox.NamedNode | ox.BlankNode,
) -> None:
    assert not may_be_personal(str(term))
