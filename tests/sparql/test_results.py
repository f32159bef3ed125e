"""Counting rows in what the engine writes, however it is cut into pieces."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from practicegraph.sparql.results import JsonRows, LineRows, XmlRows

COUNTERS = {
    ox.QueryResultsFormat.JSON: JsonRows,
    ox.QueryResultsFormat.XML: XmlRows,
    ox.QueryResultsFormat.CSV: lambda: LineRows(quotes=True),
    ox.QueryResultsFormat.TSV: LineRows,
}
VALUES = st.text(st.sampled_from('{}[],:"\\\n\r\t<>rx') | st.characters(codec="utf-8"), max_size=12)


@pytest.mark.parametrize("written_as", COUNTERS, ids=lambda f: str(f.file_extension))
@given(values=st.lists(VALUES, max_size=6), size=st.integers(1, 200))
@example(values=['}},{"x":{"type":"', ",{", '"', "\n"], size=1)
def test_every_row_is_counted_once(
    written_as: ox.QueryResultsFormat, values: list[str], size: int
) -> None:
    store = ox.Store()
    name, graph = ox.NamedNode("http://e/p"), ox.DefaultGraph()
    store.extend(
        ox.Quad(ox.NamedNode(f"http://e/{i}"), name, ox.Literal(value), graph)
        for i, value in enumerate(values)
    )
    query = "SELECT ?type ?subject ?unbound { ?type ?value ?subject }"
    written = store.query(query).serialize(format=written_as)
    assert written is not None
    count = COUNTERS[written_as]()
    pieces = [written[at : at + size] for at in range(0, len(written), size)]
    assert sum(count(piece) for piece in pieces) == len(values)


def test_rows_of_nothing_are_counted_in_json_too() -> None:
    assert JsonRows()(b"{}," * 20_000) == 20_000
