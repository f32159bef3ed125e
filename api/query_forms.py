"""Parameters of named queries as people and machines see them: controls of a form, OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from practicegraph.concepts import Vocabularies
from practicegraph.parameters import TODAY, Parameter
from practicegraph.queries import NamedQuery
from practicegraph.texts import in_language

_INPUTS: Final[Mapping[str, str]] = {"integer": "number", "date": "date", "iri": "url"}
#: From so many options on a list is in the order of its labels, not in that of its vocabulary.
_LONG: Final = 20
#: Formats of JSON Schema for the types that have one.
_FORMATS: Final[Mapping[str, str]] = {"date": "date", "iri": "iri"}


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a control offers, with its label."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the form: an input of some type, or a choice among options."""

    name: str
    label: str
    type: str
    values: tuple[str, ...]
    placeholder: str
    required: bool
    many: bool
    options: tuple[Option, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """What stands in its inputs: where many values may be given, one is empty for one more."""
        return (*self.values, "") if self.many or not self.values else self.values[:1]


def controls(
    query: NamedQuery,
    given: Mapping[str, Sequence[str]],
    languages: Sequence[str],
    vocabularies: Vocabularies,
) -> list[Control]:
    """The form of a query, with the values that were given or, without them, the defaults."""
    return [_control(parameter, given, languages, vocabularies) for parameter in query.parameters]


def _control(
    parameter: Parameter,
    given: Mapping[str, Sequence[str]],
    languages: Sequence[str],
    vocabularies: Vocabularies,
) -> Control:
    values = tuple(given.get(parameter.name, ()))
    if not values and parameter.default is not None and parameter.type not in {"date", "datetime"}:
        values = (parameter.default,)
    options: tuple[Option, ...] = ()
    if parameter.type == "concept":
        name = parameter.vocabulary or ""
        chosen = {iri for value in values for iri in (value, *vocabularies.find(name, value))}
        labelled = [
            (iri, in_language(labels, languages) or iri)
            for iri, labels in vocabularies.members(name).items()
            if iri in chosen or not vocabularies.deprecated(iri)
        ]
        if len(labelled) > _LONG:  # long lists are looked through by name
            labelled.sort(key=lambda pair: pair[1].casefold())
        options = tuple(
            Option(_code(vocabularies, name, iri), label, iri in chosen) for iri, label in labelled
        )
    return Control(
        parameter.name,
        in_language(parameter.about, languages) or parameter.name,
        _INPUTS.get(parameter.type, "text"),
        values,
        parameter.example or "",
        parameter.required,
        parameter.many,
        options,
    )


def _code(vocabularies: Vocabularies, vocabulary: str, iri: str) -> str:
    """The last part of a concept's IRI where it tells the concept, as in readable addresses."""
    code = iri.rpartition("/")[2]
    return code if vocabularies.find(vocabulary, code) == {iri} else iri


def openapi(parameter: Parameter) -> dict[str, Any]:
    """A parameter as OpenAPI 3.1 describes it."""
    schema: dict[str, Any] = {"type": "string"}
    if parameter.type == "integer":
        schema = {"type": "integer"}
    elif parameter.type in _FORMATS:
        schema["format"] = _FORMATS[parameter.type]

    def typed(text: str) -> Any:
        value = int(text) if parameter.type == "integer" else text
        return [value] if parameter.many else value

    if parameter.many:
        schema = {"type": "array", "items": schema}
    about = f"{parameter.about.get('en', '')} Give {parameter.expected}.".strip()
    if parameter.default == TODAY:
        about += " Without it the day of the question is meant."
    elif parameter.default is not None:
        schema["default"] = typed(parameter.default)
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": about,
        "schema": schema,
    }
    example = parameter.example or schema.get("default")
    if example is not None:
        described["example"] = typed(example) if isinstance(example, str) else example
    return described
