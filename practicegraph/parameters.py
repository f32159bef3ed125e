"""Parameters of named queries: what a value from outside must be to become an RDF term."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from practicegraph.concepts import Vocabularies, bundled
from practicegraph.errors import InvalidInput
from practicegraph.iris import KINDS, Iris
from practicegraph.namespaces import XSD
from practicegraph.texts import Texts

Term = ox.NamedNode | ox.Literal

#: Types of parameters, each with what is expected of a value, in the words of a message.
TYPES: Final[Mapping[str, str]] = {
    "iri": "an IRI",
    "string": "a text",
    "integer": "a whole number",
    "date": "a date such as 2026-03-31",
    "datetime": "a date, or a date and time such as 2026-03-31T12:00:00Z",
    "language": "a language tag such as it",
    "concept": "a concept, by its IRI, code or label",
    "record": "a record, by its slug or IRI",
}
#: A default for dates: the day on which the query is asked.
TODAY: Final = "today"

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
#: How far a time zone is from UTC at most (XML Schema Part 2 §3.3.7).
_FARTHEST: Final = dt.timedelta(hours=14)
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")
_SHOWN: Final = 20
_MAX_VALUES: Final = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a named query: a variable that is replaced by terms of the given type.

    `default` stands in for a value that is not given; without one the parameter is required, unless
    it is `optional`: then nothing is asked of the variable. `many` values may be given, one may
    match. `vocabulary` names what a concept is taken from (see `concepts`), or the namespace of
    IRIs that others keep; `kind` is that of a record. `about` tells people what it is for.
    """

    name: str
    type: str
    default: str | None = None
    vocabulary: str | None = None
    kind: str | None = None
    example: str | None = None
    optional: bool = False
    many: bool = False
    about: Texts = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None and not self.optional

    @property
    def expected(self) -> str:
        """What a value must be, for messages."""
        if self.type == "concept":
            return f"a concept of {self.vocabulary}, by its IRI, code or label"
        if self.type == "record":
            return f"a {self.kind}, by its slug or IRI"
        return TYPES[self.type]

    def terms(
        self, given: Sequence[str], iris: Iris | None, vocabularies: Vocabularies | None = None
    ) -> str:
        """The values as SPARQL writes them inside VALUES. Raises InvalidInput. See `term`.

        An optional parameter without a value is `UNDEF`, which leaves the variable free.
        """
        if len(given) > (_MAX_VALUES if self.many else 1):
            limit = f"at most {_MAX_VALUES} values" if self.many else "one value"
            raise InvalidInput(f"Parameter {self.name} takes {limit}; {len(given)} were given.")
        values = list(given) or ([] if self.default is None else [self.default])
        if not values:
            if self.optional:
                return "UNDEF"
            raise InvalidInput(f"The parameter {self.name} is missing: give {self.expected}.")
        return " ".join(
            dict.fromkeys(str(self.term(value, iris, vocabularies)) for value in values)
        )

    def term(
        self, value: str, iris: Iris | None = None, vocabularies: Vocabularies | None = None
    ) -> Term:
        """Read a value as a term of this type. Raises InvalidInput with what is expected.

        `iris` tells how records are named here; only records need it. Concepts are looked up in the
        `vocabularies`, by default those that the program carries.
        """
        if self.type == "concept":
            return _concept(self, value, vocabularies or bundled())
        return _READERS[self.type](self, value, iris)

    def fault(self, value: str, more: str = "") -> InvalidInput:
        """The error for a value that is not what is expected."""
        return InvalidInput(
            f"Parameter {self.name}: {value[:200]!r} is not {self.expected}.{more}",
            parameter=self.name,
        )


def _iri(parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    try:
        node = ox.NamedNode(value)
    except ValueError as error:
        raise parameter.fault(value) from error
    return node


def _string(_parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    return ox.Literal(value)


def _integer(parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    if not _INTEGER.fullmatch(value) or not value.isascii():
        raise parameter.fault(value)
    return ox.Literal(value, datatype=ox.NamedNode(XSD + "integer"))


def _date(parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    text = dt.datetime.now(dt.UTC).date().isoformat() if value == TODAY else value
    try:
        if len(text) != len("2026-03-31"):
            raise parameter.fault(value)
        text = dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise parameter.fault(value) from error
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))


def _datetime(parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    text = dt.datetime.now(dt.UTC).date().isoformat() if value == TODAY else value
    if not _DATE_TIME.fullmatch(text) or not text.isascii():
        raise parameter.fault(value)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise parameter.fault(value) from error
    # Without a time zone it is that of the log: UTC.
    moment = moment.replace(tzinfo=moment.tzinfo or dt.UTC)
    if abs(moment.utcoffset() or dt.timedelta()) > _FARTHEST:
        raise parameter.fault(value)  # compared with such a value nothing would be found
    return ox.Literal(moment.isoformat(), datatype=ox.NamedNode(XSD + "dateTime"))


def _language(parameter: Parameter, value: str, _iris: Iris | None) -> Term:
    if not _LANGUAGE.fullmatch(value):
        raise parameter.fault(value)
    return ox.Literal(value.lower())


def _concept(parameter: Parameter, value: str, vocabularies: Vocabularies) -> Term:
    vocabulary = parameter.vocabulary or ""
    known = vocabularies.members(vocabulary)
    if value in known:
        return ox.NamedNode(value)
    found = sorted(vocabularies.find(vocabulary, value))
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        raise parameter.fault(value, f" It may stand for {', '.join(found)}; give one of them.")
    codes = sorted(iri.rpartition("/")[2] for iri in known)
    others = ", …" if len(codes) > _SHOWN else ""
    raise parameter.fault(value, f" There are: {', '.join(codes[:_SHOWN])}{others}.")


def _record(parameter: Parameter, value: str, iris: Iris | None) -> Term:
    if iris is None:
        raise ValueError("records are named below a base IRI; give the Iris")
    iri = value if ":" in value else iris.thing(parameter.kind or "", value)
    name = iris.name(iri)
    if name is None or name.kind != parameter.kind or "#" in iri:
        raise parameter.fault(value)
    return ox.NamedNode(iri)


_READERS: Final[Mapping[str, Callable[[Parameter, str, Iris | None], Term]]] = {
    "iri": _iri,
    "string": _string,
    "integer": _integer,
    "date": _date,
    "datetime": _datetime,
    "language": _language,
    "record": _record,
}

_DECLARATION: Final = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9]*) (?P<type>[a-z]+)"
    r'(?P<more>(?: [a-z]+(?:=(?:"[^"]*"|[^\s"]+))?)*)'
)
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)(?:=(?:"([^"]*)"|([^\s"]+)))?')
_VALUED: Final = frozenset({"default", "vocabulary", "kind", "example"})
_FLAGS: Final = frozenset({"optional", "many"})


def declared(text: str, about: Texts) -> Parameter:
    """Read a declaration: name, type, then `key=value` (in quotes if it has blanks) or flags.

    Raises ValueError that says what is wrong with it.
    """
    match = _DECLARATION.fullmatch(" ".join(text.split()))
    if not match:
        raise ValueError("write it as: name type key=value …")
    if match["type"] not in TYPES:
        raise ValueError(f"there is no type {match['type']}; there are {', '.join(TYPES)}")
    values: dict[str, str] = {}
    flags: set[str] = set()
    for key, quoted, bare in _ATTRIBUTE.findall(match["more"]):
        if key in _VALUED and (quoted or bare) and key not in values:
            values[key] = quoted or bare
        elif key in _FLAGS and not (quoted or bare):
            flags.add(key)
        else:
            raise ValueError(
                f"{key} cannot be used so; there are {', '.join(sorted(_VALUED))} with a value, "
                f"once each, and {', '.join(sorted(_FLAGS))} without"
            )
    parameter = Parameter(
        match["name"],
        match["type"],
        optional="optional" in flags,
        many="many" in flags,
        about=about,
        **values,
    )
    _check(parameter)
    return parameter


def _check(parameter: Parameter) -> None:
    if parameter.type == "concept" and parameter.vocabulary not in bundled().lists():
        known = ", ".join(sorted(bundled().lists()))
        raise ValueError(f"a concept needs its vocabulary, one of {known}")
    if (parameter.type == "record") != (parameter.kind is not None) or (
        parameter.kind is not None and parameter.kind not in KINDS
    ):
        raise ValueError(f"a record, and nothing else, needs its kind, one of {', '.join(KINDS)}")
    if parameter.optional and parameter.default is not None:
        raise ValueError("what has a default is optional already")
    for value in (parameter.default, parameter.example):
        if value is not None:
            try:
                parameter.term(value, Iris("http://127.0.0.1"))
            except InvalidInput as error:
                raise ValueError(error.detail) from error
