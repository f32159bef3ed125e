"""Values for the shapes that fields ask about theirs, so that each can be tried by itself."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib.term import Node

from practicegraph.validation.shapes import Shapes, Subclasses, Term, key
from practicegraph.vocabulary.constraints.inventory import Inventory
from practicegraph.vocabulary.constraints.values import fitting, wrong


def nested_values(
    inventory: Inventory, context: Iterable[ox.Triple], changed: Iterable[Iterable[ox.Triple]]
) -> dict[Node, dict[Term, None]]:
    """Values to try on each nested shape: those that reach it in the records, and wrong ones."""
    pools: dict[Node, dict[Term, None]] = {shape: {} for shape in inventory.nested}
    for triples in (tuple(context), *(tuple(each) for each in changed)):
        _gather(inventory, triples, pools)
    for shape, pool in pools.items():
        good = tuple(pool)
        pool.update(dict.fromkeys(fitting(shape, inventory)))
        for member in inventory.family(shape):
            for constraint in inventory.constraints(member):
                for value in good:
                    if member == shape:
                        pool.update(dict.fromkeys(wrong(constraint, value, inventory)))
                    elif isinstance(value, ox.NamedNode):
                        # A node of which nothing is said has none of the values asked for.
                        pool[ox.NamedNode(value.value + "-made-up")] = None
    return pools


def _gather(
    inventory: Inventory, triples: tuple[ox.Triple, ...], pools: dict[Node, dict[Term, None]]
) -> None:
    focus = Shapes(inventory.graph).focus(triples, Subclasses())
    waiting: list[tuple[Node, dict[Term, None]]] = []
    for shape in sorted(inventory.fields, key=key):
        nodes: dict[Term, None] = {}
        for host in inventory.hosts(shape):
            nodes |= focus.get(key(host), {})
        path = inventory.path(shape)
        values = nodes
        if shape not in inventory.targeted:
            values = {
                t.object: None
                for t in triples
                if path is not None and t.predicate.value == str(path) and t.subject in nodes
                if not isinstance(t.object, ox.Triple)
            }
        waiting.append((shape, values))
    while waiting:
        shape, values = waiting.pop()
        for nested in inventory.asked(shape):
            pool = pools.get(nested)
            if pool is not None and not values.keys() <= pool.keys():
                pool |= values
                waiting.append((nested, values))
