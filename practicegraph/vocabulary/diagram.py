"""A diagram of classes: boxes in columns, arrows with labels between them, the same every time.

The layout is the usual one in layers, from left to right. Every label is itself a small box in a
column of its own, half way along its arrow, and an arrow that passes a column leaves room for
itself there; so nothing can lie on anything else, whatever the graph.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: Distances, in the units of the drawing (pixels at full size).
_COLUMN_GAP: Final = 30.0
_ROW_GAP: Final = 14.0
_LANE: Final = 6.0
_MARGIN: Final = 10.0
_SWEEPS: Final = 12


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be placed: its name, and how wide and high it is."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A connection from one box to another, with the size of its label.

    `back` says that there is a point at the source, `forth` that there is one at the target.
    """

    source: str
    target: str
    width: float
    height: float
    forth: bool = True
    back: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A rectangle of the drawing, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its vertical middle."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Course:
    """An arrow as it is drawn: the path in the syntax of SVG, its label, and where points stand."""

    arrow: Arrow
    label: Placed
    path: str
    start: bool
    end: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished drawing."""

    width: float
    height: float
    boxes: Mapping[str, Placed]
    courses: tuple[Course, ...]


def lay_out(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layout:
    """Place boxes and arrows. The first box stands left; arrows of a box to itself are not drawn.

    At most one arrow may join two boxes, and every arrow must join boxes that there are.
    """
    names = [box.name for box in boxes]
    drawn = [a for a in arrows if a.source != a.target]
    layers = _layers(names, [(a.source, a.target) for a in drawn])
    columns: list[list[Hashable]] = [[] for _ in range(2 * max(layers.values(), default=0) + 1)]
    size: dict[Hashable, tuple[float, float]] = {}
    for box in boxes:
        columns[2 * layers[box.name]].append(box.name)
        size[box.name] = (box.width, box.height)
    chains: list[list[Hashable]] = []
    for number, arrow in enumerate(drawn):
        left, right = arrow.source, arrow.target
        if layers[left] > layers[right]:
            left, right = right, left
        first, last = 2 * layers[left], 2 * layers[right]
        chain: list[Hashable] = [left]
        for column in range(first + 1, last):
            # The label stands next to the right-hand box, where the arrows have spread out.
            stop = (number, column)
            size[stop] = (arrow.width, arrow.height) if column == last - 1 else (0.0, _LANE)
            columns[column].append(stop)
            chain.append(stop)
        chains.append([*chain, right])
    neighbours = _neighbours(chains)
    _order(columns, neighbours)
    placed = _place(columns, neighbours, size, {chain[-2] for chain in chains})
    courses = [
        _course(arrow, chain, placed, flipped=chain[0] != arrow.source)
        for arrow, chain in zip(drawn, chains, strict=True)
    ]
    return Layout(
        max((p.right for p in placed.values()), default=0.0) + _MARGIN,
        max((p.y + p.height for p in placed.values()), default=0.0) + _MARGIN,
        {name: placed[name] for name in names},
        tuple(courses),
    )


def _layers(names: Sequence[str], links: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Longest way from a start to each box; arrows that would close a circle are turned round."""
    further: dict[str, list[str]] = {name: [] for name in names}
    for source, target in links:
        further[source].append(target)
    done: dict[str, None] = {}
    for start in names:
        work, open_ = [(start, iter(further[start]))], {start}
        if start in done:
            continue
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in done and target not in open_:
                    open_.add(target)
                    work.append((target, iter(further[target])))
                    break
            else:
                work.pop()
                open_.discard(node)
                done[node] = None
    rank = {name: number for number, name in enumerate(reversed(done))}
    joined = dict.fromkeys(names, 0)
    pairs = [
        (s, t) if rank[s] < rank[t] else (t, s) for s, targets in further.items() for t in targets
    ]
    for left, right in sorted(pairs, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        joined[right] = max(joined[right], joined[left] + 1)
    # What only leads on moves up to what it leads to, so that its arrows are short.
    for name in sorted(names, key=lambda n: -rank[n]):
        after = [joined[r] for left, r in pairs if left == name]
        if after and name not in {r for _, r in pairs} and name != names[0]:
            joined[name] = min(after) - 1
    return joined


def _neighbours(
    chains: Iterable[Sequence[Hashable]],
) -> dict[Hashable, tuple[list[Hashable], list[Hashable]]]:
    """Of each thing in a column, what it is joined to on the left and on the right."""
    found: dict[Hashable, tuple[list[Hashable], list[Hashable]]] = {}
    for chain in chains:
        for left, right in pairwise(chain):
            found.setdefault(left, ([], []))[1].append(right)
            found.setdefault(right, ([], []))[0].append(left)
    return found


def _order(
    columns: list[list[Hashable]],
    neighbours: Mapping[Hashable, tuple[list[Hashable], list[Hashable]]],
) -> None:
    """Sort each column by where its neighbours stand, to and fro, so that few arrows cross."""
    for sweep in range(_SWEEPS):
        side = sweep % 2
        sequence = columns[1:] if side == 0 else columns[-2::-1]
        place = {name: i / len(column) for column in columns for i, name in enumerate(column)}
        for column in sequence:
            mean = dict(place)
            for name in column:
                beside = neighbours.get(name, ([], []))[side]
                if beside:
                    mean[name] = sum(place[n] for n in beside) / len(beside)
            column.sort(key=mean.__getitem__)  # stable: equals keep their order
            place |= {name: i / len(column) for i, name in enumerate(column)}


def _place(
    columns: list[list[Hashable]],
    neighbours: Mapping[Hashable, tuple[list[Hashable], list[Hashable]]],
    size: Mapping[Hashable, tuple[float, float]],
    labels: set[Hashable],
) -> dict[Hashable, Placed]:
    """Give everything its place: in its column and order, as near to its neighbours as can be."""
    middle: dict[Hashable, float] = {}
    for column in columns:
        _spread(column, dict.fromkeys(column, 0.0), size, middle)
    for sweep in range(2 * _SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = {}
            for name in column:
                left, right = neighbours.get(name, ([], []))
                beside = [middle[n] for n in (*left, *right)]
                wanted[name] = sum(beside) / len(beside) if beside else middle[name]
            _spread(column, wanted, size, middle)
    top = min((middle[n] - size[n][1] / 2 for n in middle), default=0.0)
    placed: dict[Hashable, Placed] = {}
    x = _MARGIN
    for column in columns:
        width = max((size[n][0] for n in column), default=0.0)
        for name in column:
            # Labels keep their width; boxes, and arrows that only pass, take that of the column.
            high = size[name][1]
            wide = size[name][0] if name in labels else width
            y = _MARGIN + middle[name] - high / 2 - top
            placed[name] = Placed(round(x + (width - wide) / 2, 1), round(y, 1), wide, high)
        x += width + _COLUMN_GAP
    return placed


def _spread(
    column: Sequence[Hashable],
    wanted: Mapping[Hashable, float],
    size: Mapping[Hashable, tuple[float, float]],
    middle: dict[Hashable, float],
) -> None:
    """Move the things of a column apart, each as near to where it wants to be as their order lets.

    Neighbours that push each other form a block, which stands where its members want it on average.
    """
    blocks: list[tuple[float, float, int]] = []  # sum of wishes for the first, offset, members
    offsets: list[float] = []
    above = 0.0
    for number, name in enumerate(column):
        high = size[name][1]
        offset = 0.0 if number == 0 else offsets[-1] + above / 2 + high / 2 + _gap(above, high)
        offsets.append(offset)
        above = high
        blocks.append((wanted[name] - offset, offset, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][2] > blocks[-1][0] / blocks[-1][2]:
            last, (wish, first, members) = blocks.pop(), blocks.pop()
            blocks.append((wish + last[0], first, members + last[2]))
    number = 0
    for wish, _, members in blocks:
        for _ in range(members):
            middle[column[number]] = wish / members + offsets[number]
            number += 1


def _gap(above: float, below: float) -> float:
    return _LANE if min(above, below) <= _LANE else _ROW_GAP


def _course(
    arrow: Arrow, chain: Sequence[Hashable], placed: Mapping[Hashable, Placed], *, flipped: bool
) -> Course:
    """Draw an arrow through the stops of its chain: level through each, curved between them."""
    here = placed[chain[0]]
    path = f"M{_number(here.right)} {_number(here.middle)}"
    x, y = here.right, here.middle
    for stop in chain[1:]:
        there = placed[stop]
        bend = (there.x - x) / 2
        path += (
            f"C{_number(x + bend)} {_number(y)} {_number(there.x - bend)} {_number(there.middle)} "
            f"{_number(there.x)} {_number(there.middle)}"
        )
        x, y = there.right, there.middle
        if stop != chain[-1]:
            path += f"H{_number(x)}"
    start, end = (arrow.forth, arrow.back) if flipped else (arrow.back, arrow.forth)
    return Course(arrow, placed[chain[-2]], path, start, end)


def _number(value: float) -> str:
    assert math.isfinite(value)
    return f"{value:.1f}".removesuffix(".0")
