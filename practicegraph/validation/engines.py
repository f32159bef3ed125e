"""What an engine is: the same question and the same answer, whoever works it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Protocol

import pyoxigraph as ox
from rdflib.namespace import SH
from rdflib.term import Node

from practicegraph import ntriples
from practicegraph.validation.shapes import Focus, Shapes

EngineName = Literal["pyshacl", "turbo"]

#: How deep a finding looks into nested shapes for the rule that failed.
MAX_DETAILS: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A validation result in the terms of rdflib, before it is given its texts.

    `messages` are the engine's own; they are used only for a SPARQL constraint whose message names
    variables that no result graph holds. `details` are the results of nested shapes (`sh:detail`).
    """

    focus: Node
    path: Node | None
    value: Node | None
    shape: Node
    component: Node
    severity: Node
    constraint: Node | None
    messages: tuple[Node, ...]
    details: tuple[Finding, ...] = ()

    @classmethod
    def of(
        cls, result: Node, about: Callable[[Node], Iterable[tuple[Node, Node]]], depth: int = 0
    ) -> Finding:
        """The finding that a `sh:ValidationResult` is (SHACL §3.6.2).

        `about` gives the statements about a node. Details are followed to MAX_DETAILS.
        """
        found: dict[Node, list[Node]] = {}
        for predicate, value in about(result):
            found.setdefault(predicate, []).append(value)
        inner = found.get(SH.detail, ()) if depth < MAX_DETAILS else ()

        def one(predicate: Node) -> Node | None:
            return found.get(predicate, [None])[0]

        return cls(
            focus=found[SH.focusNode][0],
            path=one(SH.resultPath),
            value=one(SH.value),
            shape=found[SH.sourceShape][0],
            component=found[SH.sourceConstraintComponent][0],
            severity=found[SH.resultSeverity][0],
            constraint=one(SH.sourceConstraint),
            messages=tuple(found.get(SH.resultMessage, ())),
            details=tuple(cls.of(node, about, depth + 1) for node in inner),
        )


class Data:
    """The statements of one call, as text or as terms; the other form is made when it is needed."""

    def __init__(self, given: str | Sequence[ox.Triple]) -> None:
        self._given = given

    @cached_property
    def text(self) -> str:
        """The statements as N-Triples."""
        given = self._given
        return given if isinstance(given, str) else ntriples.written(given)

    @cached_property
    def triples(self) -> Sequence[ox.Triple]:
        """The statements as terms."""
        given = self._given
        return ntriples.terms(given) if isinstance(given, str) else given


class Engine(Protocol):
    """Validates a data graph against the shapes it was made for.

    The data graph is the resident triples that the engine was made with and those of one call.
    """

    def run(self, data: Data, focus: Focus) -> Iterator[Finding]:
        """Find the results for the focus nodes; results for any other node may be among them."""
        ...


def make(name: EngineName, shapes: Shapes, resident: Iterable[ox.Triple]) -> Engine:
    """Build the engine called `name`; `resident` triples belong to every data graph it sees."""
    if name == "pyshacl":
        from practicegraph.validation.reference import Reference  # noqa: PLC0415

        return Reference(shapes, resident)
    if name == "turbo":
        from practicegraph.validation.turbo import Turbo  # noqa: PLC0415

        return Turbo(shapes, resident)
    raise ValueError(f"there is no engine {name!r}; choose pyshacl or turbo")
