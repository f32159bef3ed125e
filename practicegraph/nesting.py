"""How deep the parts of a record lie inside each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def depth(root: str, links: Mapping[str, Collection[str]]) -> int:
    """How many links from part to part one can follow from the root without meeting a part twice.

    This bounds the nesting of every tree that is written from the root, in whichever order the
    parts are met. Parts that lead to each other in a circle count as if all stood in one line, so
    that the number is never too small. Takes no recursion (Tarjan's components, with a stack of
    its own) and time in proportion to the links.
    """
    order = {root: 0}
    lowest = {root: 0}
    open_: list[str] = [root]
    longest: dict[str, int] = {}
    work = [(root, iter(links.get(root, ())))]
    while work:
        node, targets = work[-1]
        for target in targets:
            if target not in order:
                order[target] = lowest[target] = len(order)
                open_.append(target)
                work.append((target, iter(links.get(target, ()))))
                break
            if target not in longest:
                lowest[node] = min(lowest[node], order[target])
        else:
            work.pop()
            if work:
                above = work[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
            if lowest[node] == order[node]:
                circle = [open_.pop()]
                while circle[-1] != node:
                    circle.append(open_.pop())
                beyond = max(
                    (longest.get(t, 0) for member in circle for t in links.get(member, ())),
                    default=0,
                )
                longest.update(dict.fromkeys(circle, len(circle) + beyond))
    return longest[root] - 1
