"""The functions that mappings may call, beside those of SPARQL: `fn:` in a `.rq` file.

They are the same for every source, and none of them guesses: what cannot be used is left unbound
and noted with the name of the field, and so is what was mended, so that both come out in the report
of the run. The table in `docs/ingestion.md` describes each; `FUNCTIONS` is the one list of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pyoxigraph as ox

from ingest import cleaning, markup, naming
from ingest.findings import noticed
from ingest.guessing import language_of, tag_of
from ingest.problems import Finding
from practicegraph.concepts import COUNTRIES, Vocabularies, bundled, scheme_iri
from practicegraph.iris import slugify
from practicegraph.namespaces import XSD
from practicegraph.texts import clean, fold

FN: Final = "https://w3id.org/practicegraph/function#"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Result = ox.NamedNode | ox.Literal | None

#: Tag of a text whose language nobody knows (ISO 639-2, BCP 47).
UNDETERMINED: Final = "und"

_NUTS: Final = "http://data.europa.eu/nuts/code/"
_AUTHORITY: Final = "http://publications.europa.eu/"


class Said(str):
    """The text of a term, with the language that it says it is in (`""` for none)."""

    __slots__ = ("language",)

    def __new__(cls, text: str, language: str = "") -> Said:
        """Make one of a text and a language tag."""
        said = super().__new__(cls, text)
        said.language = language
        return said

    language: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a function noticed about one value of a field."""

    field: str
    value: str
    finding: Finding


@dataclass(slots=True)
class Desk:
    """Where the functions of one mapping leave their notes about the row in hand.

    `language` is that of texts without a language, unless they fit one of the patterns of
    `languages`; `guesses` says that the language of others is guessed. `order` says how numbers
    in dates are meant, `tables` are those of the header (folded value → IRI or text) by name,
    `vocabularies` are where concepts are looked up, by default those that the program carries. A
    defect inside a function would vanish in the query engine, which takes every error for an
    unbound value; so it is kept in `defect`.
    """

    language: str | None = None
    order: Literal["day-first", "month-first"] | None = None
    tables: Mapping[str, Mapping[str, Result]] = field(default_factory=dict)
    vocabularies: Vocabularies = field(default_factory=bundled)
    languages: Sequence[tuple[re.Pattern[str], str]] = ()
    guesses: bool = False
    notes: dict[Note, None] = field(default_factory=dict)
    defect: Exception | None = None

    def clear(self) -> None:
        """Make ready for the next row."""
        self.notes.clear()

    def note(self, name: str, value: str, finding: Finding | None) -> None:
        """Keep a note; the same one twice counts once."""
        if finding is not None:
            self.notes[Note(name, str(value), finding)] = None

    def told(self) -> list[Note]:
        """The notes in an order that does not depend on that of the evaluation."""
        return sorted(
            self.notes, key=lambda n: (n.field, n.value, n.finding.rule, n.finding.message)
        )

    def language_of(self, text: str, name: str) -> str:
        """The language that the header says of a text without one; empty for none."""
        for pattern, tag in self.languages:
            if pattern.search(text):
                return tag
        if self.language or not self.guesses:
            return self.language or ""
        guess, finding = language_of(text)
        self.note(name, text, finding)
        return guess or UNDETERMINED

    def bound(self) -> dict[ox.NamedNode, Callable[..., Term | None]]:
        """The functions as the query engine takes them, by IRI."""
        return {ox.NamedNode(FN + name): self._bind(call) for name, call in FUNCTIONS.items()}

    def _bind(self, call: Callable[..., Result]) -> Callable[..., Result]:
        def bound(*terms: Term) -> Result:
            try:
                return call(self, *map(_said, terms))
            except Exception as error:
                self.defect = self.defect or error
                raise

        return bound


def _said(term: Term) -> Said:
    if isinstance(term, ox.Literal):
        return Said(term.value, term.language or "")
    return Said(term.value if isinstance(term, ox.NamedNode) else "")


# ---- texts


def _plain(desk: Desk, value: str, name: str) -> str:
    text, finding = cleaning.without_contacts(clean(value))
    desk.note(name, value, finding)
    return text


def _clean(desk: Desk, value: Said, name: Said) -> Result:
    text = _plain(desk, value, name)
    return ox.Literal(text) if text else None


def _text_of(desk: Desk, value: Said, name: Said, language: Said | None = None) -> Result:
    return _tagged(desk, _plain(desk, value, name), value, name, language)


def _html(desk: Desk, value: Said, name: Said, language: Said | None = None) -> Result:
    text = _plain(desk, markup.text_of_html(value), name)
    return _tagged(desk, text, value, name, language)


def _markdown(desk: Desk, value: Said, name: Said, language: Said | None = None) -> Result:
    text = _plain(desk, markup.text_of_markdown(value), name)
    return _tagged(desk, text, value, name, language)


def _section(_: Desk, value: Said, wanted: Said, unwanted: Said | str = "") -> Result:
    text = markup.sections_of_markdown(value, wanted, unwanted)
    return ox.Literal(text) if text.strip() else None


def _impersonal(desk: Desk, value: Said, name: Said) -> Result:
    text, finding = naming.without_people(value)
    desk.note(name, value, finding)
    return _again(text, value)


def _abridged(desk: Desk, value: Said, limit: Said, name: Said) -> Result:
    text, finding = cleaning.abridged(value, int(limit))
    desk.note(name, value, finding)
    return _again(text, value)


def _organisation(desk: Desk, value: Said, name: Said, language: Said | None = None) -> Result:
    found, finding = naming.organisation(_plain(desk, value, name))
    desk.note(name, value, finding)
    return _tagged(desk, found or "", value, name, language)


def _again(text: str, value: Said) -> Result:
    """The text, in the language in which it came."""
    if not text:
        return None
    return ox.Literal(text, language=value.language) if value.language else ox.Literal(text)


def _tagged(desk: Desk, text: str, value: Said, name: str, language: str | None) -> Result:
    """The text in the language that it says, or that the call names, or that of the mapping."""
    if not text:
        return None
    tag, finding = cleaning.language(value.language or language or desk.language_of(text, name))
    desk.note(name, value.language or language or "", finding)
    return ox.Literal(text, language=tag) if tag else ox.Literal(text)


def _language(desk: Desk, value: Said, name: Said) -> Result:
    if value.language:
        return ox.Literal(value.language)
    tag, finding = language_of(clean(value))
    desk.note(name, value, finding)
    return ox.Literal(tag) if tag else None


def _tag(desk: Desk, value: Said, name: Said) -> Result:
    if not clean(value):
        return None
    found = tag_of(value, desk.vocabularies)
    desk.note(name, value, None if found else _UNKNOWN_LANGUAGE)
    return ox.Literal(found) if found else None


def _part(_: Desk, value: Said, delimiter: Said, place: Said) -> Result:
    pieces = [piece for piece in map(clean, value.split(delimiter or ",")) if piece]
    number = int(place) if place.isdecimal() else 0
    return ox.Literal(pieces[number - 1]) if 0 < number <= len(pieces) else None


def _key(_: Desk, *values: Said) -> Result:
    found = cleaning.key(*values)
    return ox.Literal(found) if found.strip("/") else None


def _slug(_: Desk, value: Said) -> Result:
    found = slugify(clean(value), "")
    return ox.Literal(found) if found else None


# ---- dates and numbers


def _year(desk: Desk, value: Said, name: Said) -> Result:
    found, finding = cleaning.year(value)
    desk.note(name, value, finding)
    return ox.Literal(found, datatype=ox.NamedNode(XSD + "gYear")) if found else None


def _date(desk: Desk, value: Said, name: Said) -> Result:
    found, finding = cleaning.date(value, desk.order)
    desk.note(name, value, finding)
    if found is None:
        return None
    precision = ("gYear", "gYearMonth", "date")[found.count("-")]
    return ox.Literal(found, datatype=ox.NamedNode(XSD + precision))


def _decimal(desk: Desk, value: Said, name: Said) -> Result:
    found, finding = cleaning.decimal(value)
    desk.note(name, value, finding)
    return ox.Literal(found, datatype=ox.NamedNode(XSD + "decimal")) if found else None


# ---- addresses


def _url(desk: Desk, value: Said, name: Said) -> Result:
    found, finding = cleaning.url(value)
    desk.note(name, value, finding)
    return ox.NamedNode(found) if found else None


def _iri(desk: Desk, value: Said, name: Said) -> Result:
    found, finding = cleaning.mended_url(value)
    desk.note(name, value, finding)
    return ox.NamedNode(found) if found else None


# ---- concepts


def _concept(desk: Desk, value: Said, scheme: Said, name: Said) -> Result:
    if not clean(value):
        return None
    found = desk.vocabularies.find(scheme, value)
    if len(found) == 1:
        return ox.NamedNode(next(iter(found)))
    cause = "ambiguous concept" if found else "unknown concept"
    desk.note(name, value, noticed(cause, scheme=scheme_iri(scheme)))
    return None


def _country(desk: Desk, value: Said, name: Said) -> Result:
    return _concept(desk, value, Said(COUNTRIES), name)


def _licence(desk: Desk, value: Said, name: Said) -> Result:
    """One licence has an IRI of the European authority and others of whoever wrote it."""
    if not clean(value):
        return None
    known = desk.vocabularies
    found = known.find("licences", value) or known.find("licences", f"{value}-only")
    if value in known.members("licences"):
        return ox.NamedNode(value)
    if found:
        return ox.NamedNode(min(found, key=lambda iri: (not iri.startswith(_AUTHORITY), iri)))
    desk.note(name, value, _LICENCE)
    return None


def _nuts(desk: Desk, value: Said, name: Said) -> Result:
    code = clean(value).removeprefix(_NUTS).upper()
    if not code:
        return None
    if cleaning.NUTS.fullmatch(code) and len(desk.vocabularies.find(COUNTRIES, code[:2])) == 1:
        return ox.NamedNode(_NUTS + code)
    desk.note(name, value, _CODE)
    return None


def _lookup(desk: Desk, value: Said, table: Said, name: Said) -> Result:
    if not fold(value):
        return None
    known = desk.tables[table]
    if fold(value) not in known:
        desk.note(
            name,
            value,
            noticed("not in the table", table=str(table)),
        )
    return known.get(fold(value))


def _note(desk: Desk, name: Said, value: Said, message: Said, severity: str = "") -> Result:
    rule = "rule of the mapping"
    mended = severity == "info"
    desk.note(name, value, Finding(rule, str(message), "info" if mended else "warning"))
    return None


_LICENCE: Final = noticed("licence")
_UNKNOWN_LANGUAGE: Final = noticed("unknown language")
_CODE: Final = noticed("nuts")

#: Local name → function; the arguments are those of the call in the query, as text.
FUNCTIONS: Final[dict[str, Callable[..., Result]]] = {
    "text": _text_of,
    "clean": _clean,
    "html": _html,
    "markdown": _markdown,
    "section": _section,
    "impersonal": _impersonal,
    "abridged": _abridged,
    "organisation": _organisation,
    "language": _language,
    "tag": _tag,
    "part": _part,
    "key": _key,
    "slug": _slug,
    "year": _year,
    "date": _date,
    "decimal": _decimal,
    "url": _url,
    "iri": _iri,
    "concept": _concept,
    "country": _country,
    "licence": _licence,
    "nuts": _nuts,
    "lookup": _lookup,
    "note": _note,
}
