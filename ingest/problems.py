"""Problems: what a run has to tell about single values, and where each of them stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from practicegraph.errors import InvalidRecord
from practicegraph.validation import Severity

_MAX_VALUE: Final = 300


class Place(NamedTuple):
    """A file, and in it the row as the person sees it, or the subject in RDF."""

    file: str
    row: str


class Cells(Protocol):
    """Where in its sheets a record stands, for what the shapes find in it.

    `faults` are the places of values that could not be used; a record that has any is rejected.
    """

    @property
    def faults(self) -> Collection[Place]:
        """The places that are told of already."""

    def at(self, focus: str, path: str | None, value: str | None) -> Place:
        """The place of a property (an IRI) of a subject, or of the subject.

        `value` is a term in N-Triples syntax.
        """


@dataclass(frozen=True, slots=True)
class Finding:
    """What was noticed about a value: the rule at stake, and what a person can do about it.

    A `violation` keeps a record out, a `warning` left a value out or asks for one, an `info` tells
    what was mended.
    """

    rule: str
    message: str
    severity: Severity = "warning"
    #: The message by language, where it has several.
    texts: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)


def malformed(error: InvalidRecord) -> Finding:
    """What there is to say about a description that cannot be a record."""
    return Finding("form of a record", error.detail, "violation")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to know about a value: where it is, which rule it meets, and how to mend it.

    `record` is the IRI of the record it concerns, empty where there is none; `messages` maps
    languages (`""` for none) to texts.
    """

    severity: Severity
    file: str
    place: str
    record: str
    field: str
    value: str
    rule: str
    messages: Mapping[str, str] = dataclasses.field(hash=False)


def problem(
    place: Place, finding: Finding, field: str = "", value: str = "", record: str = ""
) -> Problem:
    """A problem of our own finding, in all languages that it has; a long value is cut."""
    if len(value) > _MAX_VALUE:
        value = value[: _MAX_VALUE - 1] + "…"
    messages = finding.texts or {"en": finding.message}
    return Problem(finding.severity, *place, record, field, value, finding.rule, messages)
