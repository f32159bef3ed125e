"""Literals as XML Schema has them, where Python is more generous.

rdflib hands lexical forms to the constructors of Python, so that `1_000`, `١` and ` 1 ` are
integers, `1e3` and `NaN` decimals (the latter breaks comparisons) and `20200101` a date. SHACL
§4.1.2 wants the lexical space of the datatype, and so do those who compute with our data.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

from practicegraph.namespaces import XSD
from practicegraph.record import to_rdflib

_ZONE: Final = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR: Final = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH: Final = r"-(0[1-9]|1[0-2])"
_DAY: Final = r"-(0[1-9]|[12][0-9]|3[01])"
_TIME: Final = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_NUMBER: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_INTEGERS: Final = (
    *("integer", "long", "int", "short", "byte"),
    *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)

_LEXICAL: Final[dict[str, re.Pattern[str]]] = {
    XSD + name: re.compile(pattern)
    for name, pattern in {
        **dict.fromkeys(_INTEGERS, r"[+-]?[0-9]+"),
        "decimal": _NUMBER,
        "double": rf"{_NUMBER}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": rf"{_NUMBER}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "boolean": "true|false|1|0",
        "date": _YEAR + _MONTH + _DAY + _ZONE,
        "dateTime": f"{_YEAR}{_MONTH}{_DAY}T{_TIME}{_ZONE}",
        "time": _TIME + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": _YEAR + _MONTH + _ZONE,
    }.items()
}


def strict(node: Node) -> Node:
    """The same node; a literal outside the lexical space of its datatype is marked ill-typed."""
    if isinstance(node, rdflib.Literal) and node.datatype is not None:
        lexical = _LEXICAL.get(str(node.datatype))
        if lexical is not None and not lexical.fullmatch(node):
            # What rdflib itself does with a form that Python refuses.
            node._value, node._ill_typed = None, True
    return node


def statement(triple: ox.Triple) -> tuple[Node, Node, Node]:
    """The same statement in rdflib, its literal strict."""
    subject, predicate, obj = to_rdflib(triple)
    return subject, predicate, strict(obj)
