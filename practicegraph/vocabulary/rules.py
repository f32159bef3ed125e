"""The rules that a record is held to: the shapes one by one, what they ask and how to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib.namespace import RDF, RDFS, SH

from practicegraph.fields import number, texts
from practicegraph.namespaces import GPSH, compact
from practicegraph.texts import Texts
from practicegraph.vocabulary.source import Source

#: What a rule says of itself in words, or is shown in a place of its own.
_NOT_CONSTRAINTS: Final = {
    SH.name, SH.description, SH.message, SH.order, SH.group, SH.severity, SH.path, SH.property,
    SH.targetClass, RDF.type, RDFS.label,
}  # fmt: skip
#: A path or a list that goes deeper than this is cut off with dots.
_DEEPEST: Final = 12
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what a statement says: an IRI, or a text where `iri` is empty."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A property (an IRI) with what it points to, written out."""

    property: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape, or whatever else the shapes name: its words, its severity and what it demands.

    `profile` is the less strict of the profiles that hold it. `path` is where it looks, empty for
    what has no path; `query` is the text of a rule that is told in SPARQL.
    """

    iri: str
    anchor: str
    kind: str
    names: Texts
    messages: Texts
    severity: str
    profile: str
    path: tuple[Part, ...]
    constraints: tuple[Statement, ...]
    queries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShapeOfClass:
    """A node shape with targets: the classes it applies to, and its rules in their order."""

    rule: Rule
    labels: Texts
    targets: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes: those of classes, and what those are built from."""

    classes: tuple[ShapeOfClass, ...]
    blocks: tuple[Rule, ...]

    def all(self) -> Iterator[Rule]:
        """Every one of them."""
        for shape in self.classes:
            yield shape.rule
            yield from shape.rules
        yield from self.blocks


def read(listed: Source, reviewed: Source, classes: Sequence[str]) -> Shapes:
    """Read the shapes of both profiles; `reviewed` includes what `listed` has.

    The shapes follow the order of `classes`; those without a name, which hold for many classes,
    come last.
    """
    graph = reviewed.graph
    shown: set[str] = set()

    def rule(node: rdflib.term.Node) -> Rule:
        made = _rule(graph, node, "listed" if (node, None, None) in listed.graph else "reviewed")
        shown.update((made.iri, *(iri for iri, _ in made.queries)))
        return made

    found = []
    position = {cls: number for number, cls in enumerate(classes)}

    def order(shape: str) -> tuple[bool, int, tuple[int, str]]:
        node = rdflib.URIRef(shape)
        targets = map(str, graph.objects(node, SH.targetClass))
        first = min(position.get(target, len(position)) for target in targets)
        return (node, RDFS.label, None) not in graph, first, reviewed.place(shape)

    targeted = {str(s) for s in graph.subjects(SH.targetClass) if isinstance(s, rdflib.URIRef)}
    for shape in sorted(targeted, key=order):
        node = rdflib.URIRef(shape)
        parts = sorted(
            (p for p in graph.objects(node, SH.property) if isinstance(p, rdflib.URIRef)),
            key=lambda p: (number(graph.value(p, SH.order)), reviewed.place(str(p))),
        )
        targets = sorted(map(str, graph.objects(node, SH.targetClass)), key=reviewed.place)
        found.append(
            ShapeOfClass(
                rule(node), texts(graph, node, RDFS.label), tuple(targets), tuple(map(rule, parts))
            )
        )
    rest = {str(s) for s in graph.subjects() if str(s).startswith(GPSH)} - shown
    return Shapes(
        tuple(found), tuple(rule(rdflib.URIRef(s)) for s in sorted(rest, key=reviewed.place))
    )


def _rule(graph: rdflib.Graph, node: rdflib.term.Node, profile: str) -> Rule:
    queries = []
    constraints = []
    for property_, value in sorted(graph.predicate_objects(node), key=str):
        if property_ in _NOT_CONSTRAINTS:
            continue
        query = graph.value(value, SH.select) if property_ == SH.sparql else None
        if query is not None:
            queries.append((str(value), _dedented(str(query))))
        constraints.append(Statement(str(property_), tuple(_parts(graph, value))))
    # A building block that is only a list of properties shows these.
    if not constraints:
        constraints = [
            Statement(str(SH.property), tuple(_parts(graph, value)))
            for value in sorted(graph.objects(node, SH.property), key=str)
        ]
    path = graph.value(node, SH.path)
    severity = graph.value(node, SH.severity)
    return Rule(
        str(node),
        str(node).removeprefix(GPSH),
        compact(str(graph.value(node, RDF.type) or "")),
        texts(graph, node, SH.name) or texts(graph, node, RDFS.label),
        texts(graph, node, SH.message),
        str(severity).rsplit("#", 1)[-1] if severity is not None else "",
        profile,
        tuple(_parts(graph, path)) if path is not None else (),
        tuple(constraints),
        tuple(queries),
    )


def _parts(graph: rdflib.Graph, node: rdflib.term.Node, depth: int = 0) -> Iterator[Part]:
    """A node written out; lists in brackets, paths as SPARQL writes them."""
    if isinstance(node, rdflib.URIRef):
        yield Part(compact(str(node)), str(node))
    elif isinstance(node, rdflib.Literal):
        text = _dedented(str(node))
        text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        yield Part(f"{text}@{node.language}" if node.language else text)
    elif depth > _DEEPEST:
        yield Part("…")
    elif (node, RDF.first, None) in graph:
        yield Part("(")
        yield from _joined(graph, node, " ", depth)
        yield Part(")")
    else:
        yield from _path(graph, node, depth)


def _path(graph: rdflib.Graph, node: rdflib.term.Node, depth: int) -> Iterator[Part]:
    alternatives = graph.value(node, SH.alternativePath)
    if alternatives is not None:
        yield from _joined(graph, alternatives, " | ", depth)
        return
    inverse = graph.value(node, SH.inversePath)
    if inverse is not None:
        yield Part("^")
        yield from _parts(graph, inverse, depth + 1)
        return
    for property_, value in sorted(graph.predicate_objects(node), key=str):
        yield Part(f"[ {compact(str(property_))} ")
        yield from _parts(graph, value, depth + 1)
        yield Part(" ]")


def _joined(
    graph: rdflib.Graph, head: rdflib.term.Node, separator: str, depth: int
) -> Iterator[Part]:
    seen: set[rdflib.term.Node] = set()
    node: rdflib.term.Node | None = head
    while node is not None and node != RDF.nil and node not in seen:
        if seen:
            yield Part(separator)
        seen.add(node)
        first = graph.value(node, RDF.first)
        if first is not None:
            yield from _parts(graph, first, depth + 1)
        node = graph.value(node, RDF.rest)


def _dedented(text: str) -> str:
    lines = text.strip("\n").splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    cut = min(indents, default=0)
    return "\n".join(line[cut:] for line in lines).strip()
