"""Named queries: the `.rq` files of `queries/`, read once and filled with RDF terms, never text.

A file begins with a header of `#+` lines, which make it an operation that people can find, read
about and call, on the command line and over HTTP:

    #+ summary: What it answers, in English; summary@it, summary@es, summary@lv in the others.
    #+ question: Number of the competency question that it answers.
    #+ audience: Who asks: officer, steward, consumer (several with commas), everyone, internal.
    #+ endpoint: Where it is asked, relative to the base IRI; /sparql is what there is.
    #+ param: name type key=value …, see `parameters`
    #+ param name: What the parameter is for; param name@it … in the other languages.

For each parameter the query holds the empty block `VALUES ?name {}`, which is valid SPARQL as it
stands; the terms are put into it in the syntax of N-Triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.concepts import Vocabularies
from practicegraph.errors import InvalidInput, MalformedQuery, NotFound, QueryRefused
from practicegraph.iris import Iris
from practicegraph.parameters import Parameter, Term, declared
from practicegraph.sparql.text import asks_service, is_ask, unescaped
from practicegraph.texts import Texts

Form = Literal["table", "boolean", "graph"]

#: Whom a query is for.
AUDIENCES: Final = ("officer", "steward", "consumer", "everyone", "internal")
#: Where named queries are asked: the public SPARQL endpoint of the repository.
ENDPOINT: Final = "/sparql"

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER: Final = re.compile(r"^#\+(.*)$", re.MULTILINE)
_ENTRY: Final = re.compile(
    r"\s*(?P<key>[a-z]+)(?: (?P<of>[A-Za-z][A-Za-z0-9]*))?(?:@(?P<language>[a-z]{2,3}))?"
    r"\s*:\s*(?P<value>.*?)\s*"
)
#: What an address says beside the parameters of a query: the language of its page.
_TAKEN: Final = frozenset({"lang"})
_BLOCK: Final = re.compile(r"VALUES \?([A-Za-z][A-Za-z0-9]*) \{\}")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One file of `queries/`: its text, what it is for, and its parameters.

    `question` is the number of the competency question that it answers, where it answers one.
    """

    name: str
    text: str
    summary: Texts
    audience: tuple[str, ...] = ("everyone",)
    endpoint: str = ENDPOINT
    question: int | None = None
    parameters: tuple[Parameter, ...] = field(default=())

    def filled(
        self,
        given: Mapping[str, Sequence[str] | str],
        iris: Iris | None = None,
        vocabularies: Vocabularies | None = None,
    ) -> str:
        """The text with these parameters. Raises InvalidInput for unknown, missing or wrong ones.

        `iris` tells how records are named, for parameters that are records; `vocabularies` (by
        default those that the program carries) are where concepts are looked up.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                expected = ", ".join(known) or "no parameters"
                raise InvalidInput(
                    f"Query {self.name} has no parameter {name[:200]!r}; it takes {expected}."
                )
        return _fill(
            self.text,
            {
                name: parameter.terms(_several(given.get(name, ())), iris, vocabularies)
                for name, parameter in known.items()
            },
        )

    @property
    def form(self) -> Form:
        """What it answers with. Raises MalformedQuery or QueryRefused."""
        return _form(self.text)

    @property
    def example(self) -> dict[str, str]:
        """Parameters with which the query can be tried: examples, where there are any."""
        return {p.name: p.example for p in self.parameters if p.example is not None}


@lru_cache(maxsize=256)
def load(name: str) -> NamedQuery:
    """Read the query `queries/{name}.rq`. Raises NotFound that lists what there is."""
    if not _NAME.fullmatch(name) or name not in _files():
        raise NotFound(f"There is no query {name[:200]!r}; there are: {', '.join(names())}.")
    return parse(name, artefacts.query_text(name))


def read(file: Path) -> NamedQuery:
    """Read a query of somebody's own. Raises InvalidInput where it cannot be read as UTF-8."""
    try:
        return parse(file.stem, file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}") from error


def parse(name: str, text: str) -> NamedQuery:
    """Read a query and its `#+` header. Raises InvalidInput for a header line it cannot use."""
    summary: dict[str, str] = {}
    about: dict[str, dict[str, str]] = {}
    single: dict[str, str] = {}
    declarations: list[str] = []

    def fault(what: str) -> InvalidInput:
        return InvalidInput(f"{name}.rq: {what}")

    for line in _HEADER.findall(text):
        entry = _ENTRY.fullmatch(line)
        if not entry:
            raise fault(f"write a header line as '#+ key: value', not {line!r}.")
        key, of, language, value = entry.group("key", "of", "language", "value")
        match key:
            case "summary" if of is None:
                summary[language or "en"] = value
            case "param" if of is not None:
                about.setdefault(of, {})[language or "en"] = value
            case "param" if language is None:
                declarations.append(value)
            case "audience" | "endpoint" | "question" if not of and not language:
                if key in single:
                    raise fault(f"the header says {key} twice.")
                single[key] = value
            case _:
                raise fault(f"the header line '#+{line.partition(':')[0]}:' is not known.")
    parameters = [_parameter(name, text, declaration, about) for declaration in declarations]
    known = [parameter.name for parameter in parameters]
    if len(set(known)) < len(known) or not about.keys() <= set(known):
        raise fault(
            "declare each parameter once, with '#+ param: name type', and describe no other."
        )
    audience = tuple(who.strip() for who in single.get("audience", "everyone").split(","))
    if not set(audience) <= set(AUDIENCES):
        raise fault(f"the audience is among {', '.join(AUDIENCES)}.")
    if single.get("endpoint", ENDPOINT) != ENDPOINT:
        raise fault(f"the endpoint is {ENDPOINT}; there is no other.")
    question = single.get("question")
    if question is not None and not question.isdecimal():
        raise fault("a question is known by its number.")
    return NamedQuery(
        name,
        text,
        summary,
        audience,
        question=None if question is None else int(question),
        parameters=tuple(parameters),
    )


def _parameter(name: str, text: str, declaration: str, about: Mapping[str, Texts]) -> Parameter:
    try:
        parameter = declared(declaration, about.get(declaration.split(" ", maxsplit=1)[0], {}))
    except ValueError as error:
        raise InvalidInput(f"{name}.rq: parameter {declaration!r}: {error}.") from error
    if parameter.name in _TAKEN:
        raise InvalidInput(f"{name}.rq: call no parameter {parameter.name}: pages have it already.")
    if _block(parameter.name) not in text:
        raise InvalidInput(
            f"{name}.rq: put {_block(parameter.name)} where ?{parameter.name} is needed."
        )
    return parameter


def names(*, internal: bool = False) -> list[str]:
    """Names of the queries people may call; with `internal` also those that only we use."""
    return [name for name in sorted(_files()) if internal or "internal" not in load(name).audience]


def fill(name: str, variable: str, terms: Iterable[Term]) -> str:
    """Text of a query of ours with the terms put into its block `VALUES ?variable {}`."""
    text = artefacts.query_text(name)
    if _block(variable) not in text:
        raise ValueError(f"{name}.rq has no block {_block(variable)}")
    return _fill(text, {variable: " ".join(map(str, terms))})


@lru_cache(maxsize=1)
def columns() -> Mapping[str, Texts]:
    """What people call the columns of answers, by the name of the variable and the language."""
    return column_names(artefacts.OWN.column_file().read_bytes())


def column_names(turtle: bytes) -> dict[str, dict[str, str]]:
    """Read the names of columns, see `columns`. Raises SyntaxError where it is no Turtle."""
    found: dict[str, dict[str, str]] = {}
    for quad in ox.parse(input=turtle, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            name = quad.subject.value.rpartition(":")[2]
            found.setdefault(name, {})[quad.object.language or ""] = quad.object.value
    return found


@lru_cache(maxsize=1)
def _files() -> frozenset[str]:
    return frozenset(path.stem for path in artefacts.QUERIES.glob("*.rq"))


@lru_cache(maxsize=256)
def _form(text: str) -> Form:
    plain = unescaped(text)
    if asks_service(plain):
        raise QueryRefused("The query asks another server; leave SERVICE out.")
    if is_ask(plain):  # the workers evaluate it, within their limits
        return "boolean"
    try:
        result = ox.Store().query(text)
    except SyntaxError as error:
        raise MalformedQuery(f"The query is malformed: {error.msg}") from error
    if isinstance(result, ox.QueryTriples):
        return "graph"
    return "table"


def _several(value: Sequence[str] | str) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _block(variable: str) -> str:
    return f"VALUES ?{variable} {{}}"


def _fill(text: str, terms: Mapping[str, str]) -> str:
    def filled(block: re.Match[str]) -> str:
        name = block[1]
        return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else block[0]

    # In one pass, so that a block that stands inside a value stays the text that it is.
    return _BLOCK.sub(filled, text)
