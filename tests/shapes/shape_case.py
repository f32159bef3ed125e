"""One change to one valid record, and the shapes that must fail for it."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "https://w3id.org/practicegraph/scheme/"
EU = "http://publications.europa.eu/resource/authority/"

# kind of record: address of the valid one
RECORDS = {
    "practice": "id/practice/garden-desk",
    "asset": "id/asset/plot-map",
    "organisation": "id/organisation/green-town",
    "service": "id/service/garden-plots",
}


@dataclass(frozen=True)
class Case:
    """Drop `drop` (subject, predicate) from the valid record, add `add` (Turtle): `shape` fails.

    So do the shapes `also`, and no other. `values` is how many values the shape must refuse, where
    that is the point of the case.
    """

    shape: str
    record: str
    change: str
    drop: tuple[tuple[str, str], ...] = ()
    add: str = ""
    also: frozenset[str] = frozenset()
    values: int = 0

    @property
    def name(self) -> str:
        return f"{self.shape} <- {self.change}"
