"""The overview of the vocabulary: its classes, what they must have and what joins them, drawn.

It is derived from the description, so that it cannot say anything that the shapes do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from practicegraph.fields import Need
from practicegraph.namespaces import RDFS, compact
from practicegraph.texts import pick
from practicegraph.vocabulary.description import DescribedClass, Description
from practicegraph.vocabulary.diagram import Arrow, Box, Layout, Placed, lay_out

#: Width of a character in the heading of a box and elsewhere, as wide as a wide font has them;
#: height of a line; and the room around the words.
_HEADING, _SMALL, _LINE, _PADDING = 8.4, 6.7, 15.0, 9.0
_SUBCLASS: Final = RDFS + "subClassOf"
#: What points which way in a label that stands for arrows in both directions.
_FORTH, _BACK, _ROUND = (
    "\N{RIGHTWARDS ARROW}",
    "\N{LEFTWARDS ARROW}",
    "\N{CLOCKWISE OPEN CIRCLE ARROW}",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: where it stands, what it says and which IRI it is about."""

    x: float
    y: float
    text: str
    iri: str


@dataclass(frozen=True, slots=True)
class ClassBox:
    """A box: a class with its mandatory fields, or a superclass that is not described here."""

    iri: str
    place: Placed
    heading: Line
    language: str
    name: Line
    lines: tuple[Line, ...]
    described: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """An arrow with its label; `dashed` for one that leads to a superclass."""

    path: str
    label: Placed
    lines: tuple[Line, ...]
    start: bool
    end: bool
    dashed: bool
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The finished diagram."""

    width: float
    height: float
    boxes: tuple[ClassBox, ...]
    connections: tuple[Connection, ...]


def draw(description: Description, languages: Sequence[str]) -> Overview:
    """Draw the classes with headings in the reader's language."""
    known = {t.iri: c for c in description.classes for t in (c.term, *c.alike)}
    links = _links(description, known)
    loops = {s: links[s, t] for s, t in links if s == t}
    supers = _superclasses(description)
    words = {c.term.iri: _Words(c, loops.get(c.term.iri, ([], []))[0], languages) for c in
             description.classes}  # fmt: skip
    boxes = [Box(iri, w.width, w.height) for iri, w in words.items()]
    foreign = sorted({parent for _, parent in supers} - words.keys())
    boxes += [
        Box(iri, len(compact(iri)) * _SMALL + 2 * _PADDING, _LINE + _PADDING) for iri in foreign
    ]
    arrows = []
    texts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for (source, target), (forth, back) in links.items():
        if source == target:
            continue
        both = bool(forth and back)
        labels = [(f"{compact(p)} {_FORTH}" if both else compact(p), p) for p in forth]
        labels += [(f"{_BACK} {compact(p)}" if both else compact(p), p) for p in back]
        texts[source, target] = labels
        width = max(len(text) for text, _ in labels) * _SMALL + _PADDING
        height = len(labels) * _LINE
        arrows.append(Arrow(source, target, width, height, bool(forth), bool(back)))
    # Two boxes are joined once: what is said by a property needs no second arrow.
    joined = {frozenset(ends) for ends in texts}
    supers = [ends for ends in supers if frozenset(ends) not in joined]
    arrows += [Arrow(child, parent, 0.0, 6.0) for child, parent in supers]
    return _finished(lay_out(boxes, arrows), words, texts, {*supers})


def _links(
    description: Description, known: dict[str, DescribedClass]
) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """Pairs of classes, with the properties that lead forth and those that lead back."""
    links: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for cls in description.classes:
        source = cls.term.iri
        for field in cls.fields:
            for range_ in field.listed.values.classes:
                target = known[range_].term.iri if range_ in known else None
                if target is None:
                    continue
                if (target, source) in links and target != source:
                    links[target, source][1].append(field.listed.property)
                else:
                    links.setdefault((source, target), ([], []))[0].append(field.listed.property)
    return links


def _superclasses(description: Description) -> list[tuple[str, str]]:
    """Classes with those that others publish and that ours are subclasses of."""
    return [
        (cls.term.iri, parent)
        for cls in description.classes
        for relation, parent in cls.term.axioms
        if relation == _SUBCLASS and parent != cls.term.iri
    ]


class _Words:
    """What stands in the box of a class, and how much room it takes."""

    def __init__(self, cls: DescribedClass, loops: list[str], languages: Sequence[str]) -> None:
        term = cls.term
        self.name = term.name
        self.heading, self.language = pick(term.labels, languages)
        self.heading = self.heading or term.name
        mandatory = [f.listed for f in cls.fields if f.listed.need is Need.MANDATORY]
        self.lines = [(f"{compact(f.property)} {f.cardinality()}", f.property) for f in mandatory]
        self.lines += [(f"{_ROUND} {compact(p)}", p) for p in loops]
        widths = [len(self.heading) * _HEADING, len(self.name) * _SMALL]
        widths += [len(text) * _SMALL for text, _ in self.lines]
        self.width = max(widths) + 2 * _PADDING
        self.height = _LINE * (len(self.lines) + 2) + 2 * _PADDING + (6 if self.lines else 0)


def _finished(
    layout: Layout,
    words: dict[str, _Words],
    texts: dict[tuple[str, str], list[tuple[str, str]]],
    supers: set[tuple[str, str]],
) -> Overview:
    boxes = []
    for iri, place in layout.boxes.items():
        x, y = place.x + _PADDING, place.y + _PADDING
        if iri not in words:
            heading = Line(x, place.middle + 4, compact(iri), iri)
            boxes.append(ClassBox(iri, place, heading, "", heading, (), False))
            continue
        of_class = words[iri]
        boxes.append(
            ClassBox(
                iri,
                place,
                Line(x, y + 12, of_class.heading, iri),
                of_class.language,
                Line(x, y + _LINE + 12, of_class.name, iri),
                tuple(
                    Line(x, y + _LINE * (2 + number) + 18, text, about)
                    for number, (text, about) in enumerate(of_class.lines)
                ),
                True,
            )
        )
    connections = []
    for course in layout.courses:
        ends = (course.arrow.source, course.arrow.target)
        left, top = course.label.x + _PADDING / 2, course.label.y
        lines = tuple(
            Line(left, top + _LINE * number + 11, text, about)
            for number, (text, about) in enumerate(texts.get(ends, []))
        )
        connections.append(
            Connection(
                course.path,
                course.label,
                lines,
                course.start,
                course.end,
                ends in supers,
                *ends,
            )
        )
    return Overview(layout.width, layout.height, tuple(boxes), tuple(connections))
