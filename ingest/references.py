"""References that lead nowhere: what is left of a record without them.

A source may name what it does not describe, and what it describes may be refused. The statement is
left out, and so is a part that says nothing without it, such as the participation of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pyoxigraph as ox

from ingest.mapping import RECORDS
from ingest.problems import Finding
from practicegraph.namespaces import CV, PROV

#: Of a part that has no value of one of these any more, nothing is left to say.
_NEEDED: Final = frozenset({CV + "hasParticipant", PROV + "wasAssociatedWith"})

UNKNOWN: Final = Finding(
    "refers to what is there",
    "The source does not describe what this refers to, so the reference was left out; describe it, "
    "or correct the reference.",
)


def is_unknown(term: object) -> bool:
    """Whether a term is still the key of a source, and so names no record."""
    return isinstance(term, ox.NamedNode) and term.value.startswith(RECORDS)


def name_in_source(term: object) -> str:
    """What a source calls the thing that a key stands for."""
    return str(getattr(term, "value", "")).removeprefix(RECORDS)


def without(
    triples: Iterable[ox.Triple], is_gone: Callable[[object], bool]
) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The statements that stay when some things are gone, and those that named these things.

    A part that nobody is left in goes with all that it says.
    """
    kept: list[ox.Triple] = []
    lost: list[ox.Triple] = []
    for triple in triples:
        (lost if is_gone(triple.object) else kept).append(triple)
    if not lost:
        return kept, lost
    said = {(triple.subject, triple.predicate) for triple in kept}
    empty = {
        triple.subject
        for triple in lost
        if triple.predicate.value in _NEEDED and (triple.subject, triple.predicate) not in said
    }
    return [t for t in kept if t.subject not in empty and t.object not in empty], lost
