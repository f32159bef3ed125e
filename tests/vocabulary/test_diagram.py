"""The diagram of classes: nothing lies on anything else, and nothing is left out."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicegraph.vocabulary.description import describe
from practicegraph.vocabulary.diagram import Arrow, Box, Layout, Placed, lay_out
from practicegraph.vocabulary.overview import Overview, draw


@st.composite
def graphs(draw_: st.DrawFn) -> tuple[list[Box], list[Arrow]]:
    count = draw_(st.integers(1, 12))
    sizes = st.floats(4, 300)
    boxes = [Box(f"b{i}", draw_(sizes), draw_(sizes)) for i in range(count)]
    pairs = [(a, b) for a, b in combinations(range(count), 2)]
    chosen = draw_(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    arrows = []
    for a, b in chosen:
        ends = (a, b) if draw_(st.booleans()) else (b, a)
        forth, back = draw_(st.sampled_from([(True, False), (True, True), (False, True)]))
        labelled = draw_(st.floats(8, 200)), draw_(st.floats(8, 60))
        arrows.append(Arrow(f"b{ends[0]}", f"b{ends[1]}", *labelled, forth, back))
    return boxes, arrows


def overlap(a: Placed, b: Placed) -> bool:
    slack = 0.3  # places are rounded to a tenth
    return (
        a.x + slack < b.right and b.x + slack < a.right
        and a.y + slack < b.y + b.height and b.y + slack < a.y + a.height
    )  # fmt: skip


def points(path: str) -> list[tuple[float, float]]:
    """Where a path begins and ends, and where it is level in between."""
    found, x, y = [], 0.0, 0.0
    for command, numbers in re.findall(r"([MCH])([^MCH]*)", path):
        values = [float(n) for n in numbers.split()]
        x, y = (values[0], y) if command == "H" else (values[-2], values[-1])
        found.append((x, y))
    return found


@settings(max_examples=150)
@given(graphs())
def test_no_box_and_no_label_lies_on_another(graph: tuple[list[Box], list[Arrow]]) -> None:
    layout = lay_out(*graph)
    things = [*layout.boxes.values(), *(c.label for c in layout.courses)]
    for a, b in combinations(things, 2):
        assert not overlap(a, b)


@settings(max_examples=150)
@given(graphs())
def test_everything_is_drawn_inside_the_drawing(graph: tuple[list[Box], list[Arrow]]) -> None:
    boxes, arrows = graph
    layout = lay_out(boxes, arrows)
    assert list(layout.boxes) == [box.name for box in boxes]
    assert [course.arrow for course in layout.courses] == arrows
    for placed in [*layout.boxes.values(), *(c.label for c in layout.courses)]:
        assert placed.x >= 0
        assert placed.right <= layout.width
        assert placed.y >= 0
        assert placed.y + placed.height <= layout.height


@settings(max_examples=150)
@given(graphs())
def test_arrows_join_the_boxes_they_name_and_pass_no_other(
    graph: tuple[list[Box], list[Arrow]],
) -> None:
    layout = lay_out(*graph)
    for course in layout.courses:
        ends = {course.arrow.source, course.arrow.target}
        corners = points(course.path)
        first, last = corners[0], corners[-1]
        left = next(n for n in ends if abs(layout.boxes[n].right - first[0]) < 0.2)
        right = next(n for n in ends if abs(layout.boxes[n].x - last[0]) < 0.2)
        assert {left, right} == ends
        assert abs(layout.boxes[left].middle - first[1]) < 0.2
        assert abs(layout.boxes[right].middle - last[1]) < 0.2
        assert course.end == (course.arrow.forth if right == course.arrow.target else
                              course.arrow.back)  # fmt: skip
        # Between the columns it bends; where a column is, it is level and clear of every box.
        levels = [(a, b) for a, b in pairwise(corners) if a[1] == b[1]]
        for (x1, y), (x2, _) in levels:
            for name, box in layout.boxes.items():
                if name not in ends and x1 < box.right - 0.3 and box.x + 0.3 < x2:
                    assert not box.y + 0.3 < y < box.y + box.height - 0.3


@given(graphs())
def test_the_same_graph_is_drawn_the_same_way(graph: tuple[list[Box], list[Arrow]]) -> None:
    assert lay_out(*graph) == lay_out(*graph)


def test_a_box_alone_is_a_drawing() -> None:
    layout: Layout = lay_out([Box("a", 50, 20)], [Arrow("a", "a", 10, 10)])
    assert layout.courses == ()
    assert layout.boxes["a"].width == 50


def test_many_boxes_in_a_row_need_no_recursion() -> None:
    boxes = [Box(str(i), 10, 10) for i in range(1500)]
    arrows = [Arrow(str(i), str(i + 1), 5, 5) for i in range(1499)]
    assert len(lay_out(boxes, arrows).courses) == 1499


@pytest.fixture(scope="module")
def overview() -> Overview:
    return draw(describe(), ("lv", "en"))


def test_every_class_has_a_box_with_its_mandatory_fields(overview: Overview) -> None:
    boxes = {box.iri: box for box in overview.boxes}
    for cls in describe().classes:
        box = boxes[cls.term.iri]
        assert box.heading.text == cls.term.labels["lv"]
        shown = {line.iri for line in box.lines}
        for field in cls.fields:
            if field.listed.need.value == "mandatory":
                assert field.listed.property in shown


def test_every_property_between_classes_is_an_arrow(overview: Overview) -> None:
    drawn = {
        (frozenset((c.source, c.target)), line.iri)
        for c in overview.connections
        for line in c.lines
    }
    drawn |= {
        (frozenset((box.iri,)), line.iri)
        for box in overview.boxes
        for line in box.lines
        if line.text.startswith("↻")
    }
    expected = {
        (frozenset((cls.term.iri, target)), field.listed.property)
        for cls in describe().classes
        for field in cls.fields
        for target in field.listed.values.classes
    }
    assert drawn == expected
    assert len(drawn) > 25


def test_superclasses_of_others_are_dashed(overview: Overview) -> None:
    dashed = {(c.source.rpartition("#")[2], c.target) for c in overview.connections if c.dashed}
    assert ("Implementation", "http://www.w3.org/ns/prov#Activity") in dashed
    assert ("GoodPractice", "http://www.w3.org/ns/dcat#Resource") in dashed


def test_words_fit_into_their_boxes(overview: Overview) -> None:
    # A wide fixed font has letters of 0.6 em; the words are 11 units high, the headings 14.
    for box in overview.boxes:
        for line, size in [(box.name, 11.0), *((each, 11.0) for each in box.lines)]:
            assert line.x + len(line.text) * size * 0.6 <= box.place.right
            assert box.place.y < line.y < box.place.y + box.place.height
    for connection in overview.connections:
        for line in connection.lines:
            assert line.x + len(line.text) * 6.6 <= connection.label.right
