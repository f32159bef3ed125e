"""Values: what a person writes into a cell becomes terms, and terms become what a person reads.

Nothing is guessed. What can be read in two ways is refused with both of them, and what cannot be
read with how to write it. References to other rows are resolved elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

import pyoxigraph as ox
from rapidfuzz import fuzz

from ingest import cleaning
from ingest.template.columns import IDENTIFIER
from ingest.template.faults import Unusable
from ingest.template.words import labels
from practicegraph.forms import Input, Question
from practicegraph.namespaces import XSD
from practicegraph.texts import LANGUAGES, Texts, clean, fold, in_language

Term = ox.NamedNode | ox.Literal

_IRI: Final = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_WEB: Final = re.compile(r"https?:", re.IGNORECASE)
_PARTS: Final = re.compile(";")
_LINES: Final = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
#: Addresses may hold a semicolon; one that parts them is followed by a blank or another address.
_ADDRESSES: Final = re.compile(r";(?: |(?=https?:|www\.|urn:)|\Z)", re.IGNORECASE)

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?"
)
#: A day of a sheet comes with the time of midnight.
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}) 00:00(?::00(?:\.0+)?)?")
_MONTH_FIRST: Final = re.compile(r"(\d{1,2})[-./](\d{4})")
_BY_LENGTH: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}

_MAX_DIGITS: Final = 100
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_THOUSANDS: Final = re.compile(r"([+-]?)([1-9]\d{0,2})([.,])(\d{3})")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:([ '’.,])\d{3})(?:\1\d{3})*(?:([.,])\d*)?")

_TRUE: Final = frozenset("true 1 vero verdadero patiess si ja x".split())
_FALSE: Final = frozenset("false 0 falso aplams ne".split())


def pieces(question: Question, text: str, known: Callable[[str], bool]) -> Iterator[str]:
    """The single entries of a cell: one a line, or parted by `;`; a name that is `known` is whole.

    Texts have one a line only, because `;` may be part of them.
    """
    if not question.several and question.input in {Input.TEXT, Input.PLAIN}:
        yield text
        return
    parted = _ADDRESSES if question.input is Input.ADDRESS else _PARTS
    for line in _LINES.split(text):
        entry = clean(line)
        if question.input in {Input.TEXT, Input.PLAIN} or known(entry):
            yield from [entry] if entry else []
        else:
            yield from (piece for piece in map(clean, parted.split(entry)) if piece)


def read(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> list[Term]:
    """The values that a cell gives; `note` is told what was mended. Raises Unusable."""
    found: list[Term] = []
    for entry in pieces(question, text, lambda piece: bool(question.find(piece))):
        term = _READ[question.input](question, entry, language, note)
        if term is not None:
            found.append(term)
    return found


def show(question: Question, term: Term, language: str) -> str:
    """What a person reads in a cell, in a language; `read` takes it back."""
    if question.input is Input.BOOLEAN:
        return in_language(labels("yes" if term.value in {"true", "1"} else "no"), [language])
    if question.input is Input.CHOICE and isinstance(term, ox.NamedNode):
        label = in_language(question.options().get(term.value, {}), [language])
        return label if label and question.find(label) == (term.value,) else term.value
    return term.value


def iri(text: str) -> ox.NamedNode | None:
    """An absolute IRI as it stands; None for any other text."""
    if not _IRI.fullmatch(text):
        return None
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


# ---- one kind of value after the other


def _text(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    if question.field.values.iri and (address := iri(clean(text))) is not None:
        return address
    kept = "\n".join(line for line in map(clean, _LINES.split(text)) if line)
    said = _without_contacts(kept, note)
    return ox.Literal(said, language=language or "en") if said else None


def _plain(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    said = clean(text)
    # A code may look like a number of a telephone, and is none.
    if question.field.property != IDENTIFIER or "@" in said:
        said = _without_contacts(said, note)
    datatype = next(iter(question.field.values.datatypes), XSD + "string")
    return ox.Literal(said, datatype=ox.NamedNode(datatype)) if said else None


def _without_contacts(text: str, note: Callable[[Unusable], None]) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        mended, finding = cleaning.without_contacts(line)
        if finding is not None:
            note(Unusable("no personal data", line))
        kept += [mended] if mended else []
    return "\n".join(kept)


def _choice(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    found = question.find(text)
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        raise Unusable("one concept", text, some=" | ".join(found))
    address = iri(text)
    if address is None:
        raise Unusable("known concept", text, some=_nearest(question, text))
    return address


def _nearest(question: Question, text: str) -> dict[str, str]:
    """The few values of the list that are most like a text in any language, by language."""
    said = fold(text)

    def likeness(names: Texts) -> float:
        return max((fuzz.ratio(said, fold(name)) for name in names.values()), default=0.0)

    first = sorted(question.options().values(), key=likeness, reverse=True)[:4]
    return {
        language: ", ".join(in_language(names, [language]) for names in first)
        for language in LANGUAGES
    }


def _address(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    if not _WEB.match(text) and (name := iri(text)) is not None:
        return name
    address, finding = cleaning.url(text)
    if address is None:
        raise Unusable("web address", text)
    if finding is not None:
        note(Unusable("completed address", text, first=address))
    return ox.NamedNode(address)


def _date(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    said = clean(text)
    if not said:
        return None
    allowed = question.field.values.datatypes
    kind, value = _dated(said, instants=XSD + "dateTime" in allowed)
    if XSD + kind not in allowed:
        raise Unusable("day" if question.days else "date", said)
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


def _dated(text: str, *, instants: bool) -> tuple[str, str]:
    """Datatype and value of what a date says, in ISO 8601 or in the order of a country."""
    if instants and not _MIDNIGHT.fullmatch(text) and (match := _INSTANT.fullmatch(text)):
        day, time, seconds, zone = match.groups()
        instant = f"{day}T{time}{seconds or ':00'}"
        try:
            datetime.fromisoformat(instant[:19])
        except ValueError:
            raise Unusable("date", text) from None
        return "dateTime", instant + (zone or "")
    said = _MONTH_FIRST.sub(r"\2-\1", text) if _MONTH_FIRST.fullmatch(text) else text.rstrip(".")
    value, _ = cleaning.date(said)
    if value is None:
        first, second = (cleaning.date(said, order)[0] for order in ("day-first", "month-first"))
        if first and second:
            raise Unusable("ambiguous date", text, first=first, second=second)
        raise Unusable("date", text)
    return _BY_LENGTH[len(value)], value


def _number(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    said = clean(text)
    if not said:
        return None
    value = _value(said)
    datatypes = question.field.values.datatypes
    if question.whole and value != value.to_integral_value():
        raise Unusable("whole number", said)
    written = f"{value.to_integral_value() if question.whole else value:f}"
    return ox.Literal(written, datatype=ox.NamedNode(datatypes[0]))


def _value(text: str) -> Decimal:
    if len(text) > _MAX_DIGITS:
        raise Unusable("number", text)
    bare = text.replace("\u2212", "-")
    match = _THOUSANDS.fullmatch(bare)
    # A sheet writes neither a comma nor a zero at the end: somebody typed this.
    if match and (match[3] == "," or match[4].endswith("0")):
        sign, whole, _, rest = match.groups()
        raise Unusable(
            "ambiguous number", text, first=f"{sign}{whole}.{rest}", second=f"{sign}{whole}{rest}"
        )
    if not _NUMBER.fullmatch(bare):
        grouped = _GROUPED.fullmatch(bare)
        if grouped and grouped[1] != grouped[2]:
            bare = bare.replace(grouped[1], "")
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise Unusable("number", text)
    try:
        return Decimal(bare)
    except InvalidOperation:
        raise Unusable("number", text) from None


def _boolean(
    question: Question, text: str, language: str | None, note: Callable[[Unusable], None]
) -> Term | None:
    said = fold(text)
    if not said:
        return None
    for value, more in (("true", _words("yes") | _TRUE), ("false", _words("no") | _FALSE)):
        if said in more:
            return ox.Literal(value, datatype=ox.NamedNode(XSD + "boolean"))
    raise Unusable("yes or no", text)


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(map(fold, labels(key).values()))


_READ: Final[
    dict[
        Input,
        Callable[[Question, str, str | None, Callable[[Unusable], None]], Term | None],
    ]
] = {
    Input.TEXT: _text,
    Input.PLAIN: _plain,
    Input.CHOICE: _choice,
    Input.ADDRESS: _address,
    Input.DATE: _date,
    Input.NUMBER: _number,
    Input.BOOLEAN: _boolean,
}
