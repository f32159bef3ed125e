"""Tables of SPARQL results, read in pieces and written for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicegraph.errors import QueryLimitExceeded
from practicegraph.solutions import MEDIA_TYPE, Solutions, as_csv, as_json
from practicegraph.sparql import Answer
from practicegraph.terminal import harmless


class Pieces:
    """Bytes that come in pieces of a given size."""

    def __init__(self, content: bytes, size: int) -> None:
        self._pieces = (content[i : i + size] for i in range(0, len(content), size))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        pass


def answered(query: str, size: int = 7) -> Answer:
    """What a worker answers to a query on an empty store, in pieces."""
    result = ox.Store().query(query)
    assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
    content = result.serialize(format=ox.QueryResultsFormat.JSON) or b""
    return Answer(MEDIA_TYPE, 3, None, Pieces(content, size))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(texts, max_size=5), st.integers(1, 50))
def test_any_text_passes_through_both_formats(values: list[str], size: int) -> None:
    rows = " ".join(f"({ox.Literal(value)} UNDEF)" for value in values)
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {rows} }} }}"
    document = json.loads(b"".join(as_json(Solutions(answered(query, size)), {"query": "q"})))
    assert document == {"query": "q", "columns": ["a", "b"], "rows": [{"a": v} for v in values]}
    text = b"".join(as_csv(Solutions(answered(query, size)))).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b"],
        *([harmless(v), ""] for v in values),
    ]


def test_numbers_and_truth_are_json_where_they_are_exact() -> None:
    query = (
        'SELECT ?i ?d ?t ?big { BIND (12 AS ?i) BIND (1.50 AS ?d) BIND ("x"@it = "y" AS ?t) '
        "BIND (123456789012345678 AS ?big) }"
    )
    (row,) = json.loads(b"".join(as_json(Solutions(answered(query)), {})))["rows"]
    assert row == {"i": 12, "d": "1.5", "t": False, "big": "123456789012345678"}


@pytest.mark.parametrize(("query", "truth"), [("ASK {}", "true"), ("ASK { ?s ?p ?o }", "false")])
def test_a_boolean_is_a_table_of_one_cell(query: str, truth: str) -> None:
    assert b"".join(as_csv(Solutions(answered(query)))).decode().split() == ["answer", truth]


def test_a_table_without_rows_has_its_columns() -> None:
    table = Solutions(answered("SELECT ?a { ?a ?b ?c }"))
    assert json.loads(b"".join(as_json(table, {}))) == {"columns": ["a"], "rows": []}


def test_a_table_can_be_read_in_one_thread_after_another() -> None:
    # So a server sends it: each piece is made in whichever thread is free.
    query = 'SELECT ?a { VALUES ?a { "one" "two" "three" } }'
    rows: list[object] = []
    with ThreadPoolExecutor(1) as first:
        table = iter(first.submit(Solutions, answered(query)).result())
    for _ in range(3):
        with ThreadPoolExecutor(1) as another:
            rows += another.submit(next, table).result()
    assert rows == [ox.Literal("one"), ox.Literal("two"), ox.Literal("three")]


def test_every_kind_of_term_is_read_as_it_was_written() -> None:
    query = (
        'SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b ?c ?d ?e) { (<urn:x> "\\u0000x"@en--ltr 1.50 '
        "<<( <urn:x> <urn:y> 1 )>> UNDEF) (UNDEF UNDEF UNDEF UNDEF UNDEF) } }"
    )
    expected = ox.Store().query(query)
    assert isinstance(expected, ox.QuerySolutions)
    found = list(Solutions(answered(query)))
    assert found == [list(row) for row in expected]
    assert found[0][4] is None


def test_what_goes_wrong_after_the_last_row_is_told() -> None:
    class Broken(Pieces):
        def __next__(self) -> bytes:
            for piece in self._pieces:
                return piece
            raise QueryLimitExceeded("too many rows", limit="rows")

    whole = b"".join(answered('SELECT ?a { VALUES ?a { "one" } }').chunks)
    answer = Answer(MEDIA_TYPE, 3, None, Broken(whole, 7))
    with pytest.raises(QueryLimitExceeded):
        list(Solutions(answer))


def test_an_answer_that_ends_too_early_is_no_table() -> None:
    whole = b"".join(answered('SELECT ?a { VALUES ?a { "one" "two" } }').chunks)
    for end in range(len(whole)):
        with pytest.raises(ValueError, match="too early"):
            list(Solutions(Answer(MEDIA_TYPE, 3, None, Pieces(whole[:end], 5))))
