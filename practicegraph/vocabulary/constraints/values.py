"""Values that one constraint should refuse and the others accept, made from one that is good.

They are only proposals, the likeliest first: the engine decides which of them is wrong in exactly
that way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from practicegraph.validation.shapes import Term, from_rdflib
from practicegraph.vocabulary.constraints.inventory import Constraint, Inventory, number

_LANG_STRING: Final = str(RDF.langString)
_ELSEWHERE: Final = (
    "https://elsewhere.example/",
    "mailto:desk@elsewhere.example",
    "urn:elsewhere:1",
)
_YEAR: Final = re.compile(r"^\d{4}(?!\d)")


def wrong(constraint: Constraint, good: Term, inventory: Inventory) -> Iterator[Term]:
    """Values to put in the place of a good one, so that the constraint fails.

    None where the constraint does not look at values one by one, or no way is known.
    """
    make = _WRONG.get(str(constraint.parameter).removeprefix(str(SH)))
    for value in make(constraint, good, inventory) if make else ():
        if value != good:
            yield value


def another(good: Term, shapes: list[Node], inventory: Inventory) -> Iterator[Term]:
    """Values that should be as good as this one where these shapes are asked about it."""
    for shape in shapes:
        yield from fitting(shape, inventory)
    if isinstance(good, ox.NamedNode):
        yield ox.NamedNode(good.value + "-2")
    elif isinstance(good, ox.Literal):
        yield from _next_to(good)


def fitting(shape: Node, inventory: Inventory) -> Iterator[Term]:
    """Values that a shape lists."""
    graph = inventory.graph
    for parameter in (SH.node, SH["in"], SH.hasValue):
        for value in graph.objects(shape, parameter):
            if parameter == SH.node:
                yield from fitting(value, inventory)
            elif parameter == SH["in"]:
                yield from (from_rdflib(item) for item in graph.items(value))
            else:
                yield from_rdflib(value)


def _next_to(good: ox.Literal) -> Iterator[Term]:
    text = good.value
    if text in {"true", "false"}:
        yield _like(good, "false" if text == "true" else "true")
    elif _YEAR.match(text) and len(text) >= 4:
        yield _like(good, f"{int(text[:4]) + 1:04}{text[4:]}")
        yield _like(good, f"{int(text[:4]) - 1:04}{text[4:]}")
    elif (value := _decimal(text)) is not None:
        yield _like(good, str(value + 1))
    else:
        yield _like(good, text + " 2")


def _datatype(constraint: Constraint, good: Term, _: Inventory) -> Iterator[Term]:
    if not isinstance(good, ox.Literal):
        yield ox.Literal(str(good))
        return
    if str(constraint.value) == str(XSD.string):
        yield ox.Literal(good.value, language="en")
    yield ox.Literal(good.value)
    yield ox.Literal(good.value, datatype=ox.NamedNode(str(XSD.token)))


def _node_kind(_: Constraint, good: Term, __: Inventory) -> Iterator[Term]:
    if isinstance(good, ox.Literal):
        yield ox.NamedNode("https://elsewhere.example/" + re.sub(r"\W", "", good.value))
    else:
        yield ox.Literal(good.value)
        yield ox.BlankNode("validvalue")


def _pattern(constraint: Constraint, good: Term, _: Inventory) -> Iterator[Term]:
    pattern = re.compile(str(constraint.value))
    if isinstance(good, ox.Literal):
        text = good.value
        tries: list[Term] = [
            _like(good, each) for each in (" ", "1" + text, text + "!", text[:-1], "")
        ]
    elif isinstance(good, ox.NamedNode):
        text = good.value
        tries = [
            ox.NamedNode(each)
            for each in (*_ELSEWHERE, text + "/more", text + "-made-up", text[:-1])
        ]
    else:
        return
    yield from (
        value
        for value in tries
        if not isinstance(value, ox.BlankNode) and not pattern.search(value.value)
    )


def _unlisted(_: Constraint, good: Term, __: Inventory) -> Iterator[Term]:
    if isinstance(good, ox.NamedNode):
        yield ox.NamedNode(good.value + "-made-up")
    elif isinstance(good, ox.Literal):
        yield ox.Literal(good.value)
        if _decimal(good.value) is not None:
            yield ox.Literal(good.value + ".5", datatype=ox.NamedNode(str(XSD.decimal)))
        yield _like(good, good.value + "-made-up")
        yield ox.Literal("7", datatype=ox.NamedNode(str(XSD.integer)))


def _not(constraint: Constraint, _: Term, inventory: Inventory) -> Iterator[Term]:
    yield from fitting(constraint.value, inventory)


def _language(_: Constraint, good: Term, __: Inventory) -> Iterator[Term]:
    if isinstance(good, ox.Literal):
        yield ox.Literal(good.value, language="zxx")


def _qualified(constraint: Constraint, good: Term, inventory: Inventory) -> Iterator[Term]:
    for shape in inventory.graph.objects(constraint.shape, SH.qualifiedValueShape):
        for nested in inventory.constraints(shape):
            yield from wrong(nested, good, inventory)


def _beyond(step: int) -> Callable[[Constraint, Term, Inventory], Iterator[Term]]:
    def make(constraint: Constraint, good: Term, _: Inventory) -> Iterator[Term]:
        limit = _decimal(str(constraint.value))
        if isinstance(good, ox.Literal) and limit is not None:
            yield _like(good, str(limit + step))
            yield _like(good, str(limit + 2 * step))

    return make


def _short(constraint: Constraint, good: Term, _: Inventory) -> Iterator[Term]:
    if isinstance(good, ox.Literal):
        yield _like(good, good.value[: max(int(number(constraint.value)) - 1, 0)])


def _long(constraint: Constraint, good: Term, _: Inventory) -> Iterator[Term]:
    length = int(number(constraint.value)) + 1
    if isinstance(good, ox.Literal):
        yield _like(good, good.value.ljust(length, "x"))
    elif isinstance(good, ox.NamedNode):
        yield ox.NamedNode(good.value.ljust(length, "x"))


_WRONG: Final[dict[str, Callable[[Constraint, Term, Inventory], Iterator[Term]]]] = {
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "in": _unlisted,
    "hasValue": _unlisted,
    "class": _unlisted,
    "node": _unlisted,
    "or": _unlisted,
    "and": _unlisted,
    "xone": _unlisted,
    "not": _not,
    "languageIn": _language,
    "qualifiedMinCount": _qualified,
    "minInclusive": _beyond(-1),
    "minExclusive": _beyond(0),
    "maxInclusive": _beyond(1),
    "maxExclusive": _beyond(0),
    "minLength": _short,
    "maxLength": _long,
}


def _like(good: ox.Literal, text: str) -> ox.Literal:
    if good.language:
        return ox.Literal(text, language=good.language)
    return ox.Literal(text, datatype=good.datatype)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
