"""Filling: what a record says, as the cells of a template; reading gives the record back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ingest.template.columns import CLASS, IDENTIFIER, NAME, RECORD, Column, Table, Template
from ingest.template.values import show
from practicegraph.forms import Input, Question
from practicegraph.iris import Iris
from practicegraph.namespaces import RDF_TYPE
from practicegraph.texts import in_language

#: Key of a column → what stands in its cell.
Cells = dict[str, str]
_Values = Mapping[str, list[ox.NamedNode | ox.Literal]]


def rows_of(
    template: Template, record: str, triples: Iterable[ox.Triple], iris: Iris, language: str
) -> dict[str, list[Cells]]:
    """Class → rows, for a record and its parts. Values that no column takes are left out."""
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            of_subject = said.setdefault(subject.value, defaultdict(list))
            of_subject[triple.predicate.value].append(value)
    rows: dict[str, list[Cells]] = {}
    identifiers = said.get(record, {}).get(IDENTIFIER, [])
    name = iris.name(record)
    own = identifiers[0].value if identifiers else name.slug if name else record
    for node, values in said.items():
        types = {value.value for value in values.get(RDF_TYPE, ())}
        for table in template.tables:
            if not types & {table.form.cls, *table.form.variants}:
                continue
            cells: Cells = {}
            if node != record:
                cells = {RECORD: own, NAME: node.partition("#")[2]}
            elif table.form.variants:
                cls = next(c for c in table.form.variants if c in types)
                cells = {CLASS: in_language(table.form.variants[cls], [language])}
            cells |= _cells(table, values, record, iris, language)
            rows.setdefault(table.form.cls, []).append(cells)
            break
    return rows


def _cells(table: Table, values: _Values, record: str, iris: Iris, language: str) -> Cells:
    cells: Cells = {}
    for column in table.columns:
        question = column.question
        if question is None:
            continue
        found = [
            _shown(question, value, record, iris, language)
            for value in values.get(question.field.property, ())
            if _belongs(column, value) and not (question.own and value.value == record)
        ]
        if found:
            cells[column.key] = _joined(question, found)
    return cells


def _belongs(column: Column, value: ox.NamedNode | ox.Literal) -> bool:
    if column.language is None or isinstance(value, ox.NamedNode):
        return True
    return (value.language or "").lower() == column.language


def _joined(question: Question, found: list[str]) -> str:
    parted = question.input not in {Input.TEXT, Input.PLAIN} and not any(";" in f for f in found)
    return "; ".join(found) if parted else "\n".join(found)


def _shown(
    question: Question, value: ox.NamedNode | ox.Literal, record: str, iris: Iris, language: str
) -> str:
    if question.input is Input.PART:
        return value.value.removeprefix(f"{record}#")
    name = iris.name(value.value) if question.input is Input.RECORD else None
    if name is not None and "#" not in value.value and name.kind in question.kinds:
        return name.slug if len(question.kinds) == 1 else f"{name.kind}/{name.slug}"
    return show(question, value, language)
