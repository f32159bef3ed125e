"""The fields of each class, as the shapes tell them: names, hints, order, groups, rules.

There is no second list of fields anywhere: pages, forms, tables and the documentation read this
one, and this one reads `shapes/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import rdflib
from rdflib.namespace import RDF, RDFS, SH, SKOS

from practicegraph import artefacts
from practicegraph.iris import KINDS
from practicegraph.texts import Texts

#: How an address of a record ends, in the patterns of the shapes: `/id/organisation/…`.
_RECORD: Final = re.compile(r"/id/\(?([a-z|]+)\)?/")
_ANY_ADDRESS: Final = "https://example.org/x"


class Need(StrEnum):
    """How much a field is asked for: the severity of the rule that it be present."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Values:
    """What may stand in a field; everything in it is an IRI but the pattern and the bounds.

    `classes` are the classes of the things it leads to, `schemes` the lists that a value is taken
    from, ours or those of others, and `choices` a closed list of addresses of others. `least` and
    `most` bound a number.
    """

    datatypes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    iri: bool = False
    pattern: str | None = None
    least: float | None = None
    most: float | None = None

    def addresses(self) -> re.Pattern[str] | None:
        """The pattern of the addresses that may stand here, where it singles some out.

        None too for a pattern so wide that it lets every address pass, and for one of XPath that
        Python does not read.
        """
        try:
            pattern = re.compile(self.pattern) if self.pattern and self.iri else None
        except re.error:
            return None
        return None if pattern is None or pattern.search(_ANY_ADDRESS) else pattern


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: the property, what people call it, where it stands, what it asks for.

    `names`, `hints` and `group` hold one text per language; `rank` orders the fields of a class,
    the groups first. `most` is None where any number of values may stand; `per_language` says that
    of texts one may stand in each language. `shape` is the IRI of the shape that describes it.
    `copy_of` is the property whose values it repeats, where a rule asks for the same ones.
    """

    property: str
    names: Texts
    group: Texts
    rank: tuple[float, float]
    shape: str
    hints: Texts
    values: Values
    need: Need
    most: int | None
    per_language: bool
    copy_of: str | None = None

    def cardinality(self) -> str:
        """How many values there must and may be, as in `1..n`."""
        least = 1 if self.need is Need.MANDATORY else 0
        return f"{least}..{'n' if self.most is None else self.most}"


@lru_cache(maxsize=1)
def fields() -> Mapping[str, Mapping[str, Field]]:
    """Class IRI → property IRI → field, read once from the shapes of the listed profile."""
    return read(artefacts.parse_turtle(artefacts.shape_files("listed")))


def read(graph: rdflib.Graph) -> dict[str, dict[str, Field]]:
    """Class IRI → property IRI → field, from a graph of shapes, in the order of display."""
    rules: dict[str, dict[rdflib.URIRef, list[rdflib.term.Node]]] = {}
    for shape, target in graph.subject_objects(SH.targetClass):
        for rule in graph.objects(shape, SH.property):
            path = graph.value(rule, SH.path)
            if isinstance(path, rdflib.URIRef):
                rules.setdefault(str(target), {}).setdefault(path, []).append(rule)
    found: dict[str, dict[str, Field]] = {}
    for cls, of_class in rules.items():
        read_ = [_field(graph, path, sorted(at, key=str)) for path, at in of_class.items()]
        shown = sorted((f for f in read_ if f), key=lambda f: (f.rank, f.property))
        found[cls] = {field.property: field for field in shown}
    return found


def fields_of(classes: list[str]) -> dict[str, Field]:
    """The fields of a node with these classes, by property."""
    known = fields()
    merged: dict[str, Field] = {}
    for cls in classes:
        for name, field in known.get(cls, {}).items():
            merged.setdefault(name, field)
    return merged


def texts(graph: rdflib.Graph, subject: rdflib.term.Node, property_: rdflib.URIRef) -> Texts:
    """The texts that a node has under a property, by language (`""` for none)."""
    return {
        (value.language or "").lower(): str(value)
        for value in sorted(graph.objects(subject, property_), key=str)
        if isinstance(value, rdflib.Literal)
    }


def number(value: rdflib.term.Node | None) -> float:
    """The number in an `sh:order`; what has none stands after everything that has one."""
    try:
        return float(value) if isinstance(value, rdflib.Literal) else 1000.0
    except ValueError:
        return 1000.0


def _field(
    graph: rdflib.Graph, path: rdflib.URIRef, rules: Sequence[rdflib.term.Node]
) -> Field | None:
    named = [rule for rule in rules if (rule, SH.name, None) in graph]
    if not named:
        return None
    # The display shape of a field is the one that describes it; a rule beside it carries the same
    # name, and must not come first.
    display = next((r for r in named if (r, SH.description, None) in graph), named[0])
    group = graph.value(display, SH.group)
    most = [int(number(v)) for rule in rules for v in graph.objects(rule, SH.maxCount)]
    return Field(
        str(path),
        texts(graph, display, SH.name),
        texts(graph, group, RDFS.label) if group else {},
        (
            number(graph.value(group, SH.order)) if group else 0.0,
            number(graph.value(display, SH.order)),
        ),
        str(display),
        texts(graph, display, SH.description) or texts(graph, display, SH.message),
        _values(graph, display),
        _need(graph, rules),
        min(most, default=None),
        any((rule, SH.uniqueLang, None) in graph for rule in rules),
        next((str(v) for rule in rules for v in graph.objects(rule, SH.equals)), None),
    )


def _need(graph: rdflib.Graph, rules: Sequence[rdflib.term.Node]) -> Need:
    severities = {
        graph.value(rule, SH.severity) or SH.Violation
        for rule in rules
        if number(graph.value(rule, SH.minCount) or rdflib.Literal(0)) >= 1
    }
    if SH.Violation in severities:
        return Need.MANDATORY
    return Need.RECOMMENDED if SH.Warning in severities else Need.OPTIONAL


def _items(graph: rdflib.Graph, head: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    """The members of a list; one that leads back into itself ends there."""
    seen: set[rdflib.term.Node] = set()
    node: rdflib.term.Node | None = head
    while node is not None and node != RDF.nil and node not in seen:
        seen.add(node)
        first = graph.value(node, RDF.first)
        if first is not None:
            yield first
        node = graph.value(node, RDF.rest)


def _values(graph: rdflib.Graph, shape: rdflib.term.Node) -> Values:
    """What a shape lets stand, also through the shapes that it points to with node and or."""
    datatypes: dict[str, None] = {}
    classes: dict[str, None] = {}
    schemes: dict[str, None] = {}
    choices: dict[str, None] = {}
    iri, pattern = False, graph.value(shape, SH.pattern)
    queue, seen = [shape], {shape}
    while queue:
        node = queue.pop(0)
        datatypes |= dict.fromkeys(map(str, graph.objects(node, SH.datatype)))
        classes |= dict.fromkeys(map(str, graph.objects(node, SH["class"])))
        iri = iri or (node, SH.nodeKind, SH.IRI) in graph
        for listed in graph.objects(node, SH["in"]):
            choices |= dict.fromkeys(map(str, _items(graph, listed)))
        for part in graph.objects(node, SH.property):
            if graph.value(part, SH.path) == SKOS.inScheme:
                schemes |= dict.fromkeys(map(str, graph.objects(part, SH.hasValue)))
        further = list(graph.objects(node, SH.node))
        for listed in graph.objects(node, SH["or"]):
            further += list(_items(graph, listed))
        queue += [n for n in further if n not in seen and n != RDF.nil]
        seen.update(further)
    record = _RECORD.search(str(pattern)) if pattern is not None else None
    if record:
        kinds = [kind for kind in record[1].split("|") if kind in KINDS]
        classes |= dict.fromkeys(KINDS[kind][1][0] for kind in kinds)
    return Values(
        tuple(datatypes),
        tuple(classes),
        tuple(schemes),
        tuple(choices),
        iri,
        str(pattern) if pattern is not None else None,
        _bound(graph, shape, SH.minInclusive),
        _bound(graph, shape, SH.maxInclusive),
    )


def _bound(graph: rdflib.Graph, shape: rdflib.term.Node, parameter: rdflib.URIRef) -> float | None:
    value = graph.value(shape, parameter)
    try:
        return float(str(value)) if value is not None else None
    except ValueError:  # the bound of a date
        return None
