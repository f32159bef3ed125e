"""Laying an official table over a short list of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from practicegraph.namespaces import SKOS

_PREFERRED: Final = ox.NamedNode(SKOS + "prefLabel")
_ALTERNATIVE: Final = ox.NamedNode(SKOS + "altLabel")
_DEFINITION: Final = ox.NamedNode(SKOS + "definition")
_LABELS: Final = frozenset({_PREFERRED, _ALTERNATIVE, ox.NamedNode(SKOS + "hiddenLabel")})


def laid_over(table: Iterable[ox.Triple], ours: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The statements of a table, then what a list of ours adds to them.

    What the table says counts. Of our list stay the concepts that the table lacks, the labels and
    definitions in languages that it lacks, and notations. A label of ours in a language in which
    the table has another one becomes an alternative: people may still look for it.
    """
    preferred: set[tuple[object, str | None]] = set()
    defined: set[tuple[object, str | None]] = set()
    named: dict[object, set[tuple[str, str | None]]] = defaultdict(set)
    said: set[ox.Triple] = set()
    for triple in table:
        value = triple.object
        said.add(triple)
        if isinstance(value, ox.Literal):
            if triple.predicate in _LABELS:
                named[triple.subject].add((value.value, value.language))
            if triple.predicate == _PREFERRED:
                preferred.add((triple.subject, value.language))
            elif triple.predicate == _DEFINITION:
                defined.add((triple.subject, value.language))
        yield triple
    for triple in ours:
        kept = triple
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if isinstance(value, ox.Literal):
            tag = value.language
            if predicate == _DEFINITION and (subject, tag) in defined:
                continue
            if predicate in _LABELS and (value.value, tag) in named.get(subject, ()):
                continue
            if predicate == _PREFERRED and (subject, tag) in preferred:
                kept = ox.Triple(subject, _ALTERNATIVE, value)
        if kept not in said:
            said.add(kept)
            yield kept
