"""The fields of each class, as the shapes tell them: names, hints, order, groups.

There is no second list of fields anywhere: pages, forms and tables read this one, and this one
reads `shapes/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import rdflib
from rdflib.namespace import RDFS, SH

from practicegraph import artefacts
from practicegraph.texts import Texts


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: the property, what people call it, and where it stands.

    `names` and `group` hold one text per language; `rank` orders the fields of a class, the groups
    first.
    """

    property: str
    names: Texts
    group: Texts
    rank: tuple[float, float]


@lru_cache(maxsize=1)
def fields() -> Mapping[str, Mapping[str, Field]]:
    """Class IRI → property IRI → field, read once from the shapes of the listed profile."""
    graph = artefacts.parse_turtle(artefacts.shape_files("listed"))
    found: dict[str, dict[str, Field]] = {}
    for shape, target in graph.subject_objects(SH.targetClass):
        of_class = found.setdefault(str(target), {})
        for constraint in graph.objects(shape, SH.property):
            path = graph.value(constraint, SH.path)
            names = _texts(graph, constraint, SH.name)
            # The display shape of a field is the one that describes it; a rule beside it carries
            # the same name, and must not come first.
            if not isinstance(path, rdflib.URIRef) or not names:
                continue
            if str(path) in of_class and (constraint, SH.description, None) not in graph:
                continue
            group = graph.value(constraint, SH.group)
            of_class[str(path)] = Field(
                str(path),
                names,
                _texts(graph, group, RDFS.label) if group else {},
                (
                    _number(graph.value(group, SH.order)) if group else 0.0,
                    _number(graph.value(constraint, SH.order)),
                ),
            )
    return found


def fields_of(classes: list[str]) -> dict[str, Field]:
    """The fields of a node with these classes, by property."""
    known = fields()
    merged: dict[str, Field] = {}
    for cls in classes:
        for name, field in known.get(cls, {}).items():
            merged.setdefault(name, field)
    return merged


def _texts(graph: rdflib.Graph, subject: rdflib.term.Node, property_: rdflib.URIRef) -> Texts:
    return {
        value.language: str(value)
        for value in graph.objects(subject, property_)
        if isinstance(value, rdflib.Literal) and value.language
    }


def _number(value: rdflib.term.Node | None) -> float:
    return float(value) if isinstance(value, rdflib.Literal) else 1000.0
