"""Named queries are files, and what is put into them are terms."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicegraph import queries
from practicegraph.errors import InvalidInput, NotFound

TITLES = (
    "#+ summary: Titles.\n#+ param: text string\n#+ param: of iri=http://e.org/a\n"
    "SELECT ?o { VALUES ?text {} VALUES ?of {} BIND (?text AS ?o) }"
)


@pytest.mark.parametrize("name", queries.names(internal=True))
def test_every_query_is_valid_as_it_stands_and_says_what_it_is_for(name: str) -> None:
    query = queries.load(name)
    assert query.summary
    list(ox.Store().query(query.text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_value_can_become_syntax(text: str) -> None:
    filled = queries.parse("titles", TITLES).filled({"text": text})
    (row,) = ox.Store().query(filled)
    assert row["o"] == ox.Literal(text)


def test_a_block_inside_a_value_stays_text() -> None:
    query = queries.parse(
        "two",
        "#+ param: a string\n#+ param: b string\n"
        "SELECT ?o { VALUES ?a {} VALUES ?b {} BIND (?a AS ?o) }",
    )
    block = "VALUES ?b {}"
    (row,) = ox.Store().query(query.filled({"a": block, "b": " } ?s ?p ?o } #"}))
    assert row["o"] == ox.Literal(block)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({}, "needs the parameter text"),
        ({"text": "a", "other": "b"}, "no parameter 'other'; it takes text, of"),
        ({"text": "a", "of": "not an iri"}, "not an IRI"),
        ({"text": "a", "of": "http://e.org/> } DROP ALL #"}, "not an IRI"),
    ],
)
def test_wrong_parameters_are_named(given_: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        queries.parse("titles", TITLES).filled(given_)


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [("integer", "-12", "1.5"), ("date", "2026-11-23", "yesterday"), ("language", "lv", "latvian")],
)
def test_parameters_have_types(type_: str, good: str, bad: str) -> None:
    parameter = queries.Parameter("p", type_, None)
    assert parameter.term(good).value == good
    with pytest.raises(InvalidInput, match=type_):
        parameter.term(bad)


@pytest.mark.parametrize(
    "header",
    [
        "#+ colour: blue",
        "#+ Param: c string",
        "#+param c",
        "#+ param: two words and more",
        "#+ param: absent string",
    ],
)
def test_a_header_that_cannot_be_used_is_refused(header: str) -> None:
    with pytest.raises(InvalidInput, match=r"x\.rq"):
        queries.parse("x", header + "\nASK {}")


@pytest.mark.parametrize("name", ["absent", "../secret", "labels.rq", ""])
def test_a_query_that_is_not_there_is_not_found(name: str) -> None:
    with pytest.raises(NotFound, match="there are"):
        queries.load(name)
