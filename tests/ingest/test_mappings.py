"""Mappings: a header that says how to read, and a query that says what rows mean."""

from __future__ import annotations

import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from village import MAPPING

from ingest import MappingError, header
from ingest.library import Library, Traits, rank
from ingest.lifting import split
from ingest.rows import MAX_CELL, Row, Value

#: The mappings that come with the program.
LIBRARY = Library()


def with_line(line: str) -> str:
    return f"{line}\n{MAPPING}"


def test_the_header_is_read() -> None:
    village = header.parse("village.rq", with_line("#+ delimiter: tab"))
    assert village.source == "village"
    assert village.homepage.value == "https://example.org/catalogue"
    assert village.columns == (("title", "text", "country", "body"),)
    assert village.options.delimiter == "\t"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (with_line("#+ sauce: x"), "'sauce'"),
        (with_line("#+ source: other"), "twice"),
        (MAPPING.replace("#+ source: village", "#+ source: rdf"), "documents in RDF"),
        (with_line("#+ no colon"), "key: value"),
        (with_line("#+ licence: not an iri"), "not an IRI"),
        (with_line("#+ list: x [;"), "regular expression"),
        (with_line("#+ embedded: body"), "one of yaml, json"),
        (with_line("#+ embedded: body toml"), "one of yaml, json"),
        (MAPPING.replace("#+ source: village", ""), "lacks source"),
        (MAPPING.replace("village\n", "The Village\n", 1), "small letters"),
        (MAPPING.replace("#+ language: en", "#+ language: English!"), "language tag"),
        (MAPPING.replace("fn:country(", "fn:contry("), "no function fn:contry"),
        (MAPPING.replace("WHERE {", "WHERE { ?row xyz:a . "), "not SPARQL"),
        ("\n".join(x for x in MAPPING.splitlines() if "#+" in x) + "\nASK {}", "not a CONSTRUCT"),
    ],
)
def test_a_fault_in_a_mapping_is_named(text: str, cause: str) -> None:
    with pytest.raises(MappingError, match=cause) as raised:
        header.parse("village.rq", text)
    assert raised.value.detail.startswith("village.rq")


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <http://127.0.0.1:9/> { ?row ?p ?o }",
        "service silent <http://127.0.0.1:9/> {}",
        "SERVICE:there { ?row ?p ?o }",
        "?row ?p 1SERVICE<http://127.0.0.1:9/>{ ?row ?p ?o }",
        "\\u0053ERVICE<http://127.0.0.1:9/>{ ?row ?p ?o }",
    ],
)
def test_a_mapping_fetches_nothing(clause: str) -> None:
    with pytest.raises(MappingError, match="SERVICE is refused"):
        header.parse("village.rq", MAPPING.replace("WHERE {", f"WHERE {{ {clause}"))
    with pytest.raises(MappingError, match="FROM is refused"):
        header.parse("village.rq", MAPPING.replace("WHERE {", "FROM <http://127.0.0.1:9/> WHERE {"))


def test_a_word_in_a_text_or_a_comment_is_no_clause() -> None:
    text = MAPPING.replace("WHERE {", '# SERVICE\nWHERE { BIND("SERVICE from" AS ?service)')
    assert header.parse("village.rq", text).source == "village"


def test_what_functions_notice_is_noted_with_field_and_value() -> None:
    village = header.parse("village.rq", MAPPING)
    _, notes = village.apply(Row(2, {"title": "A", "country": "Atlantis", "links": "x y; z.org"}))
    assert {(n.field, n.value) for n in notes} == {
        ("country", "Atlantis"), ("links", "x y"), ("links", " z.org")
    }  # fmt: skip
    assert village.apply(Row(3, {"title": "B"}))[1] == []


def test_a_mapping_of_ours_is_found_by_name_and_others_by_path() -> None:
    assert "jrc-ips" in LIBRARY.names()
    assert LIBRARY.load("jrc-ips").source == "jrc-ips"
    for name in ("nothing", "../jrc-ips", "../../etc/passwd", "gone.rq"):
        with pytest.raises(MappingError):
            LIBRARY.load(name)


def test_a_file_is_recognised_by_its_columns() -> None:
    (columns,) = LIBRARY.load("jrc-ips").columns
    more = Traits("a.csv", frozenset([*columns, "more"]))
    assert LIBRARY.recognise(more).source == "jrc-ips"
    with pytest.raises(MappingError, match="jrc-ips"):
        LIBRARY.recognise(Traits("a.csv", frozenset(columns[1:])))


@pytest.mark.parametrize(
    "unit", [" ", ";", "; ", " ;", ",", " en", "en ", ", and ", "http://", " x"]
)
def test_no_cell_makes_a_list_pattern_of_ours_slow(unit: str) -> None:
    cell = "x" + (unit * MAX_CELL)[: MAX_CELL - 2] + "x"
    for name in LIBRARY.names():
        for pattern in LIBRARY.load(name).lists.values():
            start = time.perf_counter()
            split(cell, pattern)
            assert time.perf_counter() - start < 1


def test_the_lists_of_the_catalogue_are_cut_whatever_the_blanks() -> None:
    lists = LIBRARY.load("jrc-ips").lists
    assert split("Latvia  ; |Spain;", lists["geocoverage"]) == ["Latvia", "Spain"]
    assert split("https://a.eu  and  www.b.eu, https://c.eu/x;y", lists["url"]) == [
        "https://a.eu", "www.b.eu", "https://c.eu/x;y"
    ]  # fmt: skip


def test_control_characters_reach_no_statement_and_are_told() -> None:
    village = header.parse("village.rq", MAPPING.replace('fn:text(?x, "text")', "?x"))
    cells: dict[str, Value] = {
        "title": "A",
        "text": "Wh\x00at\x0bit does",
        "links": ["https://example.org/\x01"],
    }
    triples, notes = village.apply(Row(7, cells))
    values = {t.object.value for t in triples if not isinstance(t.object, ox.Triple)}
    assert {"What it does", "https://example.org/"} <= values
    assert [(n.field, n.finding.severity) for n in notes] == [("links", "info"), ("text", "info")]


def test_a_table_of_texts_gives_texts(tmp_path: Path) -> None:
    (tmp_path / "kinds.csv").write_text("value,text\nkitchen,a place to cook\nnone,\n")
    text = with_line("#+ lookup: kinds kinds.csv").replace(
        'fn:text(?x, "text")', 'fn:lookup(?x, "kinds", "text")'
    )
    village = header.parse("village.rq", text, tmp_path)
    triples, notes = village.apply(Row(2, {"title": "A", "text": "Kitchen"}))
    assert ox.Literal("a place to cook") in {t.object for t in triples}
    assert notes == []
    assert village.apply(Row(2, {"title": "A", "text": "none"})).notes == []
    assert [n.value for n in village.apply(Row(2, {"title": "A", "text": "b"})).notes] == ["b"]
    (tmp_path / "kinds.csv").write_text("value,label\nx,y\n")
    with pytest.raises(MappingError, match="value and text"):
        header.parse("village.rq", text, tmp_path)


def test_a_path_to_the_rows_may_be_for_some_files_only() -> None:
    some = header.parse("village.rq", with_line("#+ items: data.rows *.json"))
    assert some.options_for("a/b.json").items == "data.rows"
    assert some.options_for("a/b.yml").items is None
    every = header.parse("village.rq", with_line("#+ items: data.rows"))
    assert every.options_for("b.yml").items == "data.rows"


def test_any_line_of_columns_recognises_a_file() -> None:
    village = header.parse("village.rq", with_line("#+ columns: name, who"))
    assert village.columns == (("name", "who"), ("title", "text", "country", "body"))


def test_files_are_read_in_the_order_of_their_patterns() -> None:
    village = header.parse("village.rq", with_line("#+ files: bodies/*.md, *.md"))
    names = ["a.md", "bodies/z.md", "src/bodies/y.md"]
    assert sorted(names, key=lambda name: rank(village, name)) == [*names[1:], names[0]]
