"""Lifting: a row becomes a small graph in the Facade-X model."""

from __future__ import annotations

import re

import pyoxigraph as ox

from ingest.lifting import FX, XYZ, lift, property_of
from ingest.rows import Row
from practicegraph.namespaces import RDF_TYPE


def select(row: Row, pattern: str, **lists: str) -> set[tuple[str, ...]]:
    store = ox.Store()
    store.extend(lift(row, {name: re.compile(cut) for name, cut in lists.items()}))
    prefixes = {
        "xyz": XYZ,
        "fx": FX,
        "rdf": RDF_TYPE.removesuffix("type"),
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    }
    answer = store.query(f"SELECT * WHERE {{ ?row a fx:root . {pattern} }}", prefixes=prefixes)
    assert isinstance(answer, ox.QuerySolutions)
    names = [v for v in answer.variables if v.value != "row"]
    return {tuple(solution[name].value for name in names) for solution in answer}


def test_a_cell_is_text_under_the_property_of_its_column() -> None:
    assert select(Row(2, {"name": "A"}), "?row xyz:name ?name") == {("A",)}


def test_names_of_columns_are_percent_encoded() -> None:
    assert property_of("lead organisation:è").value == f"{XYZ}lead%20organisation%3A%C3%A8"


def test_a_list_has_members_in_order() -> None:
    row = Row(1, {"tags": ["x", "y"]})
    assert select(row, "?row xyz:tags [ rdf:_1 ?one ; rdf:_2 ?two ]") == {("x", "y")}
    assert select(row, "?row xyz:tags/rdfs:member ?tag") == {("x",), ("y",)}


def test_a_nested_object_is_a_node_of_its_own() -> None:
    row = Row(1, {"lead": {"name": "A", "tags": ["x"]}})
    assert select(row, "?row xyz:lead/xyz:name ?name") == {("A",)}
    assert select(row, "?row xyz:lead/xyz:tags/rdfs:member ?tag") == {("x",)}


def test_a_column_that_the_mapping_calls_a_list_is_cut_in_every_format() -> None:
    for value in ("x; y;", ["x", "y"], ["x;y", " "]):
        row = Row(1, {"tags": value})
        assert select(row, "?row xyz:tags/rdfs:member ?tag", tags=r"\s*;\s*") == {("x",), ("y",)}
