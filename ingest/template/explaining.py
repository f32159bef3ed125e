"""Explaining: the instructions of a template, and all its columns with an example of each.

The examples are those of the vocabulary, `ontology/examples`; nothing of them is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox

from ingest.template.columns import Template
from ingest.template.filling import Cells, rows_of
from ingest.template.hints import hint
from ingest.template.words import word
from practicegraph import artefacts
from practicegraph.iris import Iris
from practicegraph.texts import in_language

_STEPS: Final = 8
_IRIS: Final = Iris("https://repository.example.org")


@dataclass(frozen=True, slots=True)
class Explained:
    """What stands on the first sheet: `columns` are rows of texts below `head`."""

    heading: str
    steps: tuple[str, ...]
    head: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]


def explain(template: Template, language: str) -> Explained:
    """The instructions of a template in a language."""
    names = template.tables[0].form.names
    examples = _examples(template, language)
    columns = [
        (
            in_language(table.form.names, [language]),
            column.header([language]),
            word(column.need.value, language),
            hint(template, table, column, language),
            examples.get(table.form.cls, {}).get(column.key, ""),
        )
        for table in template.tables
        for column in table.columns
    ]
    return Explained(
        word("heading", language, name=names),
        tuple(word(f"step_{n}", language, name=names) for n in range(1, _STEPS + 1)),
        tuple(word(key, language) for key in ("sheet", "column", "need", "hint", "example")),
        tuple(columns),
    )


def _examples(template: Template, language: str) -> dict[str, Cells]:
    """Class → the first row that the examples of the vocabulary give."""
    found: dict[str, Cells] = {}
    for record, triples in _records().items():
        for cls, rows in rows_of(template, record, triples, _IRIS, language).items():
            for cells in rows:
                known = found.setdefault(cls, {})
                for key, text in cells.items():
                    known.setdefault(key, text)
    return found


@cache
def _records() -> dict[str, list[ox.Triple]]:
    records: dict[str, list[ox.Triple]] = {}
    for file in artefacts.OWN.example_files():
        for quad in ox.parse(path=str(file), base_iri=_IRIS.base + "/"):
            subject = quad.subject
            if isinstance(subject, ox.NamedNode) and _IRIS.name(subject.value):
                stem = subject.value.partition("#")[0]
                records.setdefault(stem, []).append(quad.triple)
    return records
