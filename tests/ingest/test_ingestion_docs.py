"""The page on ingestion names every function, key and format that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ingest.functions import FUNCTIONS
from ingest.header import KEYS
from ingest.lifting import lift
from ingest.rows import Row


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "ingestion.md").read_text("utf-8")


def test_every_function_is_described(page: str) -> None:
    assert set(re.findall(r"^\| `fn:(\w+)\(", page, re.MULTILINE)) == set(FUNCTIONS)


def test_every_key_of_the_header_is_described(page: str) -> None:
    table = page.partition("| key |")[2].partition("\n\n")[0]
    first_cells = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    assert {key for cell in first_cells for key in re.findall(r"`(\w+)`", cell)} == set(KEYS)


def test_the_example_of_lifting_is_true(page: str) -> None:
    turtle = page.partition("```turtle\n")[2].partition("```")[0]
    row = Row(1, {"name": "Open kitchen", "tags": ["food", "youth"], "lead": {"name": "Council"}})
    member = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#member")
    documented = ox.Dataset(ox.parse(turtle.encode(), ox.RdfFormat.TURTLE))
    lifted = ox.Dataset(
        ox.Quad(ox.BlankNode("row"), q.predicate, q.object) if str(q.subject) == "<urn:row>" else q
        for q in lift(row, {})
        if q.predicate != member
    )
    for dataset in (documented, lifted):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert documented == lifted
