"""Tables with a column of codes: CSV, workbooks, JSON, whatever there is a reader for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import quote

import pyoxigraph as ox

from ingest.inputs import InputFile
from ingest.readers import open_reader
from ingest.rows import ReaderOptions, Row
from ingest.vocabularies.facts import Facts
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.namespaces import RDF_TYPE, SKOS
from practicegraph.texts import clean

_TAGGED: Final = re.compile(r"(?P<column>.+?)(?:@(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*))?")
_CODE: Final = "{code}"

#: A column, or a text, and the language of what stands in it.
Tagged = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table mean.

    `code` names the column of codes, `template` makes the IRI of a concept from one, as in
    `http://data.europa.eu/nuts/code/{code}`; `broader` names a column with the code of the broader
    concept. Labels and definitions stand in columns with a language each.
    """

    code: str
    template: str
    labels: tuple[Tagged, ...]
    alternatives: tuple[Tagged, ...] = ()
    definitions: tuple[Tagged, ...] = ()
    broader: str | None = None
    titles: tuple[Tagged, ...] = ()
    options: ReaderOptions = field(default_factory=ReaderOptions)

    @classmethod
    def of(
        cls,
        code: str | None,
        template: str | None,
        labels: Sequence[str],
        *,
        alternatives: Sequence[str] = (),
        definitions: Sequence[str] = (),
        broader: str | None = None,
        titles: Sequence[str] = (),
        options: ReaderOptions | None = None,
    ) -> Self | None:
        """Read what a person wrote, each column as `column@language`; None where it is no table.

        Raises InvalidInput where something is missing or cannot be used.
        """
        if code is None and template is None and not labels:
            return None
        if code is None or template is None or not labels:
            raise InvalidInput(
                "A table needs a column of codes, a column of labels, and how an IRI is made of a "
                f"code: --code COLUMN --label COLUMN@en --iri-template https://…/{_CODE}"
            )
        hint = f"write it as http://data.europa.eu/nuts/code/{_CODE}"
        if template.count(_CODE) != 1:
            raise InvalidInput(f"--iri-template {template} does not hold {_CODE} once; {hint}")
        try:
            ox.NamedNode(template.replace(_CODE, "x"))
        except ValueError as fault:
            raise InvalidInput(
                f"--iri-template {template} makes no IRI ({fault}); {hint}"
            ) from fault
        return cls(
            code,
            template,
            labels=tuple(map(_tagged, labels)),
            alternatives=tuple(map(_tagged, alternatives)),
            definitions=tuple(map(_tagged, definitions)),
            broader=broader,
            titles=tuple(map(_tagged, titles)),
            options=options or ReaderOptions(),
        )

    def iri(self, code: str) -> ox.NamedNode:
        """The IRI of the concept that has a code."""
        return ox.NamedNode(self.template.replace(_CODE, quote(code, safe="")))

    def named(self) -> Iterator[str]:
        """All columns that are named."""
        yield self.code
        for column, _ in (*self.labels, *self.alternatives, *self.definitions):
            yield column
        if self.broader is not None:
            yield self.broader


def _tagged(text: str) -> Tagged:
    match = _TAGGED.fullmatch(text)
    if match is None:
        raise InvalidInput(f"{text!r} names no column; write it as column@language.")
    return match["column"], match["tag"]


def read(file: InputFile, columns: Columns, scheme: str) -> Facts:
    """What a table says about the concepts of a scheme.

    Raises MalformedDocument for a broken file, InvalidInput for a column that it lacks, TooLarge.
    """
    reader = open_reader(file.path, columns.options)
    known = reader.scan().columns
    for column in columns.named():
        if column not in known:
            raise InvalidInput(
                f"{file.name} has no column {column!r}; it has {', '.join(map(repr, known))}."
            )
    facts = Facts()
    place = ox.NamedNode(scheme)
    facts.add(place, RDF_TYPE, ox.NamedNode(SKOS + "ConceptScheme"))
    for text, tag in columns.titles:
        facts.add(place, SKOS + "prefLabel", _literal(text, tag))
    for row in reader.rows():
        _row(facts, row, columns, place, file.name)
    return facts


def _row(facts: Facts, row: Row, columns: Columns, scheme: ox.NamedNode, file: str) -> None:
    code = _text(row, columns.code)
    if not code:
        raise MalformedDocument(file, f"there is no code in {columns.code!r}.", row.number)
    concept = columns.iri(code)
    facts.add(concept, RDF_TYPE, ox.NamedNode(SKOS + "Concept"))
    facts.add(concept, SKOS + "inScheme", scheme)
    facts.add(concept, SKOS + "notation", ox.Literal(code))
    for property_, named in (
        ("prefLabel", columns.labels),
        ("altLabel", columns.alternatives),
        ("definition", columns.definitions),
    ):
        for column, tag in named:
            if text := _text(row, column):
                facts.add(concept, SKOS + property_, _literal(text, tag))
    above = _text(row, columns.broader) if columns.broader else ""
    if above and above != code:
        facts.add(concept, SKOS + "broader", columns.iri(above))


def _text(row: Row, column: str) -> str:
    value = row.cells.get(column)
    return clean(value) if isinstance(value, str) else ""


def _literal(text: str, tag: str | None) -> ox.Literal:
    return ox.Literal(text, language=tag) if tag else ox.Literal(text)
