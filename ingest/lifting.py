"""Lifting: a row becomes a small RDF graph in the Facade-X model of SPARQL Anything.

The row is a node of the type `fx:root`, and `fx:file` and `fx:stem` tell its file; `xyz:{column}`
leads from it to the text of a cell. A list is a node with the members `rdf:_1`, `rdf:_2` … (and,
for the ease of queries, `rdfs:member`), an object a node with `xyz:{key}`. Every value is text as
it stands in the file: what it means is for the mapping to say. `docs/ingestion.md` describes it
with an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from ingest.rows import Row, Value
from practicegraph.namespaces import RDF, RDF_TYPE, RDFS

XYZ: Final = "http://sparql.xyz/facade-x/data/"
FX: Final = "http://sparql.xyz/facade-x/ns/"

_TYPE: Final = ox.NamedNode(RDF_TYPE)
_ROOT: Final = ox.NamedNode(FX + "root")
_FILE: Final = ox.NamedNode(FX + "file")
_STEM: Final = ox.NamedNode(FX + "stem")
_MEMBER: Final = ox.NamedNode(RDFS + "member")

#: The node of the row, in the graph of one row.
ROW: Final = ox.NamedNode("urn:row")


@lru_cache(maxsize=4096)
def property_of(column: str) -> ox.NamedNode:
    """The property of a column: its name, percent-encoded, in the namespace `xyz:`."""
    return ox.NamedNode(XYZ + quote(column, safe=""))


def lift(row: Row, lists: Mapping[str, re.Pattern[str]], file: str = "") -> Iterator[ox.Quad]:
    """Yield the graph of a row. The columns of `lists` become lists, cut where the pattern is.

    `file` is the name of the file inside its source, which `fx:file` and `fx:stem` tell.
    """
    yield ox.Quad(ROW, _TYPE, _ROOT)
    if file:
        yield ox.Quad(ROW, _FILE, ox.Literal(file))
        yield ox.Quad(ROW, _STEM, ox.Literal(PurePosixPath(file).stem))
    for column, value in row.cells.items():
        cut = lists.get(column)
        yield from _lift(ROW, property_of(column), split(value, cut) if cut else value)


def split(value: Value, delimiter: re.Pattern[str]) -> Value:
    """Cut texts into lists of the pieces that are not blank."""
    texts = value if isinstance(value, list) else [value]
    pieces: list[Value] = []
    for text in texts:
        if isinstance(text, str):
            pieces += [piece for piece in delimiter.split(text) if piece and not piece.isspace()]
        else:
            pieces.append(text)
    return pieces


def _lift(
    subject: ox.NamedNode | ox.BlankNode, name: ox.NamedNode, value: Value
) -> Iterator[ox.Quad]:
    if isinstance(value, str):
        yield ox.Quad(subject, name, ox.Literal(value))
        return
    node = ox.BlankNode()
    yield ox.Quad(subject, name, node)
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _lift(node, property_of(key), member)
        return
    for place, member in enumerate(value, start=1):
        for quad in _lift(node, ox.NamedNode(f"{RDF}_{place}"), member):
            yield quad
            if quad.subject == node:
                yield ox.Quad(node, _MEMBER, quad.object)
