"""What differs between two versions of a record, field by field, as people look at it.

A field is a property of the thing or of one of its parts. Values are compared as terms; for people
they are written without quotes, texts with their language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from practicegraph.namespaces import RDF_TYPE, XSD, compact
from practicegraph.record import Record

_PLAIN: Final = frozenset({XSD + "string", ""})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed: of which part (`""` for the thing itself), and by which property.

    `removed` and `added` are values as `readable` writes them, sorted.
    """

    part: str
    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def name(self) -> str:
        """The field as people write it, such as `step-1 dct:title`."""
        short = compact(self.path)
        return f"{self.part} {short}" if self.part else short


def differences(before: Record | None, after: Record | None) -> Iterator[Difference]:
    """Yield the fields that differ, in a stable order; None stands for no record."""
    old = _lines(before)
    new = _lines(after)
    changed: dict[tuple[str, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, record, lines in ((0, before, old - new), (1, after, new - old)):
        if record is None or not lines:
            continue
        inside = record.iri + "#"
        for quad in ox.parse(b"\n".join(sorted(lines)), ox.RdfFormat.N_TRIPLES):
            subject = quad.subject
            part = subject.value[len(inside) :] if isinstance(subject, ox.NamedNode) else ""
            changed[part, quad.predicate.value][side].append(readable(quad.object))
    for (part, name), (removed, added) in sorted(changed.items(), key=_by_part):
        yield Difference(part, name, tuple(sorted(removed)), tuple(sorted(added)))


def _by_part(item: tuple[tuple[str, str], object]) -> tuple[str, bool, str]:
    (part, name), _ = item
    return part, name != RDF_TYPE, name


def _lines(record: Record | None) -> set[bytes]:
    # One line of canonical N-Triples is one statement, so that the same lines are the same ones.
    return set(record.content.splitlines()) if record is not None else set()


def readable(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """A term as people write it: a text with its language, other values with their datatype."""
    if isinstance(term, ox.Literal):
        if term.language:
            return f"{term.value} ({term.language})"
        if term.datatype.value in _PLAIN:
            return term.value
        return f"{term.value} ({compact(term.datatype.value)})"
    return term.value if isinstance(term, ox.NamedNode) else str(term)
