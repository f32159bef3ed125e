"""References that lead nowhere: what is left of a record without them.

A source may name what it does not describe, and what it describes may be refused. The statement is
left out, and so is a part that says nothing without it, such as the participation of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ingest.findings import noticed
from ingest.mapping import RECORDS
from practicegraph import ntriples
from practicegraph.namespaces import CV, PROV
from practicegraph.ntriples import Statement, value_of

#: Of a part that has no value of one of these any more, nothing is left to say.
_NEEDED: Final = frozenset(
    {ntriples.iri(CV + "hasParticipant"), ntriples.iri(PROV + "wasAssociatedWith")}
)
_KEY: Final = f"<{RECORDS}"

UNKNOWN: Final = noticed("not described")


def is_unknown(term: str) -> bool:
    """Whether a term of N-Triples is still the key of a source, and so names no record."""
    return term.startswith(_KEY)


def name_in_source(term: str) -> str:
    """What a source calls the thing that a key stands for."""
    return value_of(term).removeprefix(RECORDS)


def without(
    statements: Iterable[Statement], is_gone: Callable[[str], bool]
) -> tuple[list[Statement], list[Statement]]:
    """The statements that stay when some things are gone, and those that named these things.

    A part that nobody is left in goes with all that it says.
    """
    kept: list[Statement] = []
    lost: list[Statement] = []
    for statement in statements:
        (lost if is_gone(statement[2]) else kept).append(statement)
    if not lost:
        return kept, lost
    said = {(subject, predicate) for subject, predicate, _ in kept}
    empty = {s for s, p, _ in lost if p in _NEEDED and (s, p) not in said}
    return [(s, p, o) for s, p, o in kept if s not in empty and o not in empty], lost
