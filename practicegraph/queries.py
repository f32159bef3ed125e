"""Named queries: the `.rq` files of `queries/`, read once and filled with RDF terms, never text.

A query that takes terms holds for each parameter the empty block `VALUES ?name {}`, which is valid
SPARQL as it stands; the terms are put into it in the syntax of N-Triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.errors import InvalidInput, NotFound

Term = ox.NamedNode | ox.Literal

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER: Final = re.compile(r"^#\+(.*)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"\s*([a-z]+)\s*:\s*(.*?)\s*")
_BLOCK: Final = re.compile(r"VALUES \?([A-Za-z][A-Za-z0-9]*) \{\}")
_PARAMETER: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9]*)\s+(iri|string|integer|date|language)(?:\s*=\s*(\S+))?"
)
_DATATYPES: Final = {
    "integer": ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"),
    "date": ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"),
}
_LEXICAL: Final = {"integer": r"[+-]?\d+", "date": r"\d{4}-\d{2}-\d{2}", "language": r"[a-z]{2,3}"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a named query: a variable that is replaced by a term of the given type."""

    name: str
    type: str
    default: str | None

    def term(self, value: str) -> Term:
        """Read a value as a term of this type. Raises InvalidInput with what is expected."""
        if self.type == "iri":
            try:
                return ox.NamedNode(value)
            except ValueError as error:
                raise InvalidInput(f"Parameter {self.name}: {value!r} is not an IRI.") from error
        pattern = _LEXICAL.get(self.type)
        if pattern and not re.fullmatch(pattern, value):
            raise InvalidInput(f"Parameter {self.name}: {value!r} is not of type {self.type}.")
        return ox.Literal(value, datatype=_DATATYPES.get(self.type))


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One file of `queries/`: its text, its summary and its parameters."""

    name: str
    text: str
    summary: str
    audience: str
    parameters: tuple[Parameter, ...]

    def filled(self, given: Mapping[str, str]) -> str:
        """The text with these parameters. Raises InvalidInput for unknown or missing ones."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                expected = ", ".join(known) or "no parameters"
                raise InvalidInput(
                    f"Query {self.name} has no parameter {name!r}; it takes {expected}."
                )
        terms: dict[str, list[Term]] = {}
        for parameter in self.parameters:
            value = given.get(parameter.name, parameter.default)
            if value is None:
                raise InvalidInput(
                    f"Query {self.name} needs the parameter {parameter.name} ({parameter.type})."
                )
            terms[parameter.name] = [parameter.term(value)]
        return _fill(self.text, terms)


def load(name: str) -> NamedQuery:
    """Read the query `queries/{name}.rq`. Raises NotFound that lists what there is."""
    if not _NAME.fullmatch(name) or name not in names(internal=True):
        raise NotFound(f"There is no query {name!r}; there are: {', '.join(names())}.")
    return parse(name, artefacts.query_text(name))


def read(file: Path) -> NamedQuery:
    """Read a query of somebody's own. Raises InvalidInput where it cannot be read as UTF-8."""
    try:
        return parse(file.stem, file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}") from error


def parse(name: str, text: str) -> NamedQuery:
    """Read a query and its `#+` header. Raises InvalidInput for a header line it cannot use."""
    summary, audience, parameters = "", "everyone", []
    for line in _HEADER.findall(text):
        entry = _ENTRY.fullmatch(line)
        if not entry:
            raise InvalidInput(f"{name}.rq: write a header line as '#+ key: value', not {line!r}.")
        key, value = entry.groups()
        if key == "summary":
            summary = value.strip()
        elif key == "audience":
            audience = value.strip()
        elif key == "param":
            match = _PARAMETER.fullmatch(value.strip())
            if not match:
                raise InvalidInput(
                    f"{name}.rq: write a parameter as '#+ param: name type=default', not {value!r}."
                )
            parameter = Parameter(*match.groups())
            if _block(parameter.name) not in text:
                raise InvalidInput(
                    f"{name}.rq: put {_block(parameter.name)} where ?{parameter.name} is needed."
                )
            parameters.append(parameter)
        else:
            raise InvalidInput(f"{name}.rq: the header line '#+ {key}:' is not known.")
    return NamedQuery(name, text, summary, audience, tuple(parameters))


def names(*, internal: bool = False) -> list[str]:
    """Names of the queries people may call; with `internal` also those that only we use."""
    found = sorted(path.stem for path in artefacts.QUERIES.glob("*.rq"))
    if internal:
        return found
    return [n for n in found if parse(n, artefacts.query_text(n)).audience != "internal"]


def fill(name: str, variable: str, terms: Iterable[Term]) -> str:
    """Text of a query of ours with the terms put into its block `VALUES ?variable {}`."""
    text = artefacts.query_text(name)
    if _block(variable) not in text:
        raise ValueError(f"{name}.rq has no block {_block(variable)}")
    return _fill(text, {variable: terms})


def _block(variable: str) -> str:
    return f"VALUES ?{variable} {{}}"


def _fill(text: str, terms: Mapping[str, Iterable[Term]]) -> str:
    def filled(block: re.Match[str]) -> str:
        name = block[1]
        return (
            f"VALUES ?{name} {{ {' '.join(map(str, terms[name]))} }}" if name in terms else block[0]
        )

    # In one pass, so that a block that stands inside a value stays the text that it is.
    return _BLOCK.sub(filled, text)
