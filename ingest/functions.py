"""The functions that mappings may call, beside those of SPARQL: `fn:` in a `.rq` file.

They are the same for every source, and none of them guesses: what cannot be used is left unbound
and noted with the name of the field, so that it comes out in the report of the run. The table in
`docs/ingestion.md` describes each; `FUNCTIONS` is the one list of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from ingest import cleaning
from ingest.problems import Finding
from practicegraph.concepts import COUNTRIES, Vocabularies, bundled, scheme_iri
from practicegraph.namespaces import XSD
from practicegraph.texts import clean

FN: Final = "https://w3id.org/practicegraph/function#"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Result = ox.NamedNode | ox.Literal | None

_GYEAR: Final = ox.NamedNode(XSD + "gYear")


@dataclass(frozen=True, slots=True)
class Note:
    """What a function noticed about one value of a field."""

    field: str
    value: str
    finding: Finding


@dataclass(slots=True)
class Desk:
    """Where the functions of one mapping leave their notes about the row in hand.

    `language` is that of texts without a language, `vocabularies` are where concepts are looked
    up, by default those that the program carries. A defect inside a function would vanish in
    the query engine, which takes every error for an unbound value; so it is kept in `defect`.
    """

    language: str | None = None
    notes: dict[Note, None] = field(default_factory=dict)
    vocabularies: Vocabularies = field(default_factory=bundled)
    defect: Exception | None = None

    def clear(self) -> None:
        """Make ready for the next row."""
        self.notes.clear()

    def note(self, name: str, value: str, finding: Finding | None) -> None:
        """Keep a note; the same one twice counts once."""
        if finding is not None:
            self.notes[Note(name, value, finding)] = None

    def bound(self) -> dict[ox.NamedNode, Callable[..., Term | None]]:
        """The functions as the query engine takes them, by IRI."""
        return {ox.NamedNode(FN + name): self._bind(call) for name, call in FUNCTIONS.items()}

    def _bind(self, call: Callable[..., Result]) -> Callable[..., Result]:
        def bound(*terms: Term) -> Result:
            try:
                return call(self, *map(_text, terms))
            except Exception as error:
                self.defect = self.defect or error
                raise

        return bound


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def _clean(desk: Desk, value: str, name: str) -> Result:
    text, finding = cleaning.without_contacts(clean(value))
    desk.note(name, value, finding)
    return ox.Literal(text) if text else None


def _text_of(desk: Desk, value: str, name: str) -> Result:
    plain = _clean(desk, value, name)
    if plain is None or desk.language is None:
        return plain
    return ox.Literal(plain.value, language=desk.language)


def _key(_: Desk, *values: str) -> Result:
    found = cleaning.key(*values)
    return ox.Literal(found) if found.strip("/") else None


def _year(desk: Desk, value: str, name: str) -> Result:
    found, finding = cleaning.year(value)
    desk.note(name, value, finding)
    return ox.Literal(found, datatype=_GYEAR) if found else None


def _url(desk: Desk, value: str, name: str) -> Result:
    found, finding = cleaning.url(value)
    desk.note(name, value, finding)
    return ox.NamedNode(found) if found else None


def _concept(desk: Desk, value: str, scheme: str, name: str) -> Result:
    if not clean(value):
        return None
    found = desk.vocabularies.find(scheme, value)
    if len(found) == 1:
        return ox.NamedNode(next(iter(found)))
    cause = "has several meanings" if found else "is not known"
    place = scheme_iri(scheme)
    desk.note(
        name,
        value,
        Finding("known concept", f"This {cause} in {place}; use the label or code of one concept."),
    )
    return None


def _country(desk: Desk, value: str, name: str) -> Result:
    return _concept(desk, value, COUNTRIES, name)


def _note(desk: Desk, name: str, value: str, message: str) -> Result:
    desk.note(name, value, Finding("rule of the mapping", message))
    return None


#: Local name → function; the arguments are those of the call in the query, as text.
FUNCTIONS: Final[dict[str, Callable[..., Result]]] = {
    "text": _text_of,
    "clean": _clean,
    "key": _key,
    "year": _year,
    "url": _url,
    "concept": _concept,
    "country": _country,
    "note": _note,
}
