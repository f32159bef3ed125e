"""Named queries are files, and what is put into them are terms."""

from __future__ import annotations

import datetime as dt

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicegraph import queries
from practicegraph.errors import InvalidInput, MalformedQuery, NotFound
from practicegraph.iris import Iris
from practicegraph.parameters import Parameter, declared
from practicegraph.solutions import BOOLEAN

IRIS = Iris("http://127.0.0.1:8000")
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
TITLES = (
    "#+ summary: Titles.\n#+ param: text string\n#+ param: of iri default=http://e.org/a\n"
    "SELECT ?o { VALUES ?text {} VALUES ?of {} BIND (?text AS ?o) }"
)


def parameter(declaration: str) -> Parameter:
    return declared(declaration, {})


@pytest.mark.parametrize("name", queries.names(internal=True))
def test_every_query_is_valid_as_it_stands_and_says_what_it_is_for(name: str) -> None:
    query = queries.load(name)
    assert query.summary["en"]
    list(ox.Store().query(query.text))


@pytest.mark.parametrize("name", queries.names())
def test_queries_for_people_speak_four_languages_and_can_be_tried(name: str) -> None:
    query = queries.load(name)
    for texts in (query.summary, *(p.about for p in query.parameters)):
        assert set(texts) == {"en", "it", "es", "lv"}
        assert len(set(texts.values())) == 4
        assert all(text.endswith((".", "?")) for text in texts.values())
    ox.Store().query(query.filled(query.example, IRIS))


def test_every_column_of_a_query_for_people_has_a_name_in_four_languages() -> None:
    known = queries.columns()
    used = {BOOLEAN}
    for query in map(queries.load, queries.names()):
        result = ox.Store().query(query.filled(query.example, IRIS))
        if isinstance(result, ox.QuerySolutions):
            used |= {variable.value for variable in result.variables}
    assert set(known) == used
    assert all(set(texts) == {"en", "it", "es", "lv"} for texts in known.values())


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
        ({}, "parameter text is missing"),
        ({"text": "a", "other": "b"}, "no parameter 'other'; it takes text, of"),
        ({"text": "a", "of": "not an iri"}, "not an IRI"),
        ({"text": "a", "of": "http://e.org/> } DROP ALL #"}, "not an IRI"),
        ({"text": ["a", "b"]}, "takes one value; 2 were given"),
    ],
)
def test_wrong_parameters_are_named(given_: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        queries.parse("titles", TITLES).filled(given_)


@pytest.mark.parametrize(
    ("declaration", "good", "term", "bad"),
    [
        ("p integer", "-12", "-12", "1.5"),
        ("p date", "2026-11-23", "2026-11-23", "yesterday"),
        ("p date", "2024-02-29", "2024-02-29", "2026-02-30"),
        ("p datetime", "2026-03-31", "2026-03-31T00:00:00+00:00", "2026-03-31T25:00:00Z"),
        ("p datetime", "2026-03-31T12:00:00Z", "2026-03-31T12:00:00+00:00", "31.3.2026"),
        ("p datetime", "2026-03-31T12:00:00+14:00", "2026-03-31T12:00:00+14:00",
         "2026-03-31T12:00:00-14:01"),
        ("p language", "lv", "lv", "latvian language"),
        ("p concept vocabulary=countries", "IT", COUNTRY + "ITA", "Atlantis"),
        ("p concept vocabulary=countries", "Latvija", COUNTRY + "LVA", "http://e.org/x"),
        ("p concept vocabulary=countries", COUNTRY + "ITA", COUNTRY + "ITA", ""),
        (
            "p concept vocabulary=maturity",
            "Scaled",
            "https://w3id.org/practicegraph/scheme/maturity/scaled",
            "huge",
        ),
        ("p record kind=practice", "x", IRIS.thing("practice", "x"), "X y"),
        ("p record kind=practice", IRIS.thing("practice", "x"), IRIS.thing("practice", "x"),
         IRIS.thing("asset", "x")),
        ("p record kind=practice", "x-1", IRIS.thing("practice", "x-1"),
         IRIS.thing("practice", "x") + "#step-1"),
    ],
)  # fmt: skip
def test_parameters_have_types(declaration: str, good: str, term: str, bad: str) -> None:
    assert parameter(declaration).term(good, IRIS).value == term
    with pytest.raises(InvalidInput, match=r"Parameter p: .* is not "):
        parameter(declaration).term(bad, IRIS)


def test_a_concept_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(InvalidInput, match="There are: barrier, pitfall, risk, success-factor"):
        parameter("p concept vocabulary=lesson-type").term("luck")


def test_the_default_of_a_date_may_be_the_day_of_the_question() -> None:
    term = parameter("p date default=today").term("today")
    assert abs(dt.date.fromisoformat(term.value) - dt.datetime.now(dt.UTC).date()).days <= 1


def test_many_values_are_many_terms_and_none_asks_nothing() -> None:
    several = parameter("p concept vocabulary=countries optional many")
    assert several.terms(["IT", "LV", "IT"], None) == f"<{COUNTRY}ITA> <{COUNTRY}LVA>"
    assert several.terms([], None) == "UNDEF"
    with pytest.raises(InvalidInput, match="at most 100 values"):
        several.terms(["IT"] * 101, None)


@pytest.mark.parametrize(
    "header",
    [
        "#+ colour: blue",
        "#+ Param: c string",
        "#+param c",
        "#+ param: two words and more",
        "#+ param: absent string",
        "#+ param: c colour",
        "#+ param: c concept",
        "#+ param: c concept vocabulary=colours",
        "#+ param: c record",
        "#+ param: c record kind=person",
        "#+ param: c string kind=practice",
        "#+ param: c integer default=many",
        "#+ param: c string default=a default=b",
        "#+ param: c string optional default=a",
        "#+ param: c string many=3",
        "#+ param: c string\n#+ param: c string",
        "#+ param: lang language",
        "#+ param d: What is not declared.",
        "#+ audience: clerk",
        "#+ audience: officer\n#+ audience: steward",
        "#+ endpoint: http://elsewhere.example/sparql",
        "#+ question: first",
        "#+ question@it: 1",
    ],
)
def test_a_header_that_cannot_be_used_is_refused(header: str) -> None:
    with pytest.raises(InvalidInput, match=r"x\.rq"):
        queries.parse("x", header + "\nASK { VALUES ?c {} }")


def test_a_header_tells_all_about_a_query() -> None:
    query = queries.parse(
        "x",
        "#+ summary: All.\n#+ summary@lv: Viss.\n#+ question: 7\n#+ audience: officer, consumer\n"
        '#+ endpoint: /sparql\n#+ param: c string default="two words" example=one\n'
        "#+ param c: What is looked for.\n#+ param c@it: Che cosa si cerca.\n"
        "CONSTRUCT { <urn:x> <urn:y> ?c } { VALUES ?c {} }",
    )
    assert query.summary == {"en": "All.", "lv": "Viss."}
    assert (query.question, query.audience) == (7, ("officer", "consumer"))
    assert query.form == "graph"
    assert query.example == {"c": "one"}
    (parameter,) = query.parameters
    assert parameter.about == {"en": "What is looked for.", "it": "Che cosa si cerca."}
    assert '"two words"' in query.filled({})


def test_a_query_that_is_none_is_malformed() -> None:
    with pytest.raises(MalformedQuery):
        _ = queries.parse("x", "SELECT everything").form


@pytest.mark.parametrize("name", ["absent", "../secret", "labels.rq", "", "gates/labels"])
def test_a_query_that_is_not_there_is_not_found(name: str) -> None:
    with pytest.raises(NotFound, match="there are"):
        queries.load(name)
