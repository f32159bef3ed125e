"""Statements as text: subject, predicate and object each as canonical N-Triples writes it.

Canonical N-Triples has one spelling for every term, so these strings are equal, hash and sort as
the terms do. Python compares them, and sends them to other processes, several times as fast as
term objects; so bulk work keeps to them, and terms are made where somebody needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

#: Subject, predicate and object.
Statement = tuple[str, str, str]

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_ANY: Final = "urn:any"
# No IRI holds a ">", and no line a line break inside a literal: those are escaped.
_LINE: Final = re.compile(r"^(<[^>]*>|_:\S+) (<[^>]*>) (.*) \.$", re.MULTILINE)


def written(triples: Iterable[ox.Triple]) -> str:
    """The triples as canonical N-Triples, a line each, in the order they come."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def statements(text: str) -> list[Statement]:
    """The statements of canonical N-Triples, one for each line."""
    return _LINE.findall(text)


def terms(text: str) -> list[ox.Triple]:
    """The statements of N-Triples as term objects; blank nodes keep their labels."""
    return [quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)]


def term(text: str) -> Term:
    """One term as an object."""
    if text.startswith("<") and not text.startswith("<<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    value = terms(f"_:s <{_ANY}> {text} .")[0].object
    assert not isinstance(value, ox.Triple)
    return value


def text_of(literal: str) -> str:
    """What a literal says."""
    body = literal[1 : literal.rindex('"')]
    return term(literal).value if "\\" in body else body


def iri(value: str) -> str:
    """The term that names this IRI."""
    return f"<{value}>"


def named(name: str) -> str:
    """The IRI or blank node (`_:` and its label) that has this name: undoes `value_of`."""
    return name if name.startswith("_:") else f"<{name}>"


def value_of(term: str) -> str:
    """The IRI that the term names; anything else as it is written."""
    return term[1:-1] if term.startswith("<") else term
