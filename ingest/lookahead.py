"""Looking ahead: what a batch may know of those before it that are not written yet.

While batches are being validated elsewhere, the next is planned as if all of their records entered.
Each plan notes what it asked about. When a batch turns out otherwise, the plans that asked about
what is different now are made anew, so that a run finds what it would have found one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ingest.memory import RunMemory

T = TypeVar("T")


@dataclass(slots=True)
class Outlook:
    """What a batch will leave in the memory of the run if all of its records enter."""

    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    claims: dict[str, tuple[str, str]] = field(default_factory=dict)
    suffixes: dict[str, int] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)


class Lookahead:
    """The memory of a run as a plan sees it, with the outlook of the batches before it."""

    def __init__(self, memory: RunMemory, before: Sequence[Outlook] = ()) -> None:
        self._memory = memory
        self._before = before
        #: IRIs, keys and stems that were asked about.
        self.asked: set[str] = set()

    def resolve(self, source: str, keys: Iterable[str]) -> dict[str, str]:
        """As `RunMemory.resolve`."""
        wanted = self._noted(keys)
        found = self._memory.resolve(source, wanted)
        return self._with([outlook.keys for outlook in self._before], wanted, found)

    def claims(self, records: Iterable[str]) -> dict[str, tuple[str, str]]:
        """As `RunMemory.claims`: the last one counts."""
        wanted = self._noted(records)
        found = self._memory.claims(wanted)
        for outlook in self._before:
            found.update({r: outlook.claims[r] for r in wanted if r in outlook.claims})
        return found

    def last_suffix(self, stem: str) -> int:
        """As `RunMemory.last_suffix`."""
        known = [outlook.suffixes[stem] for outlook in self._before if stem in outlook.suffixes]
        return known[-1] if known else self._memory.last_suffix(stem)

    def seen(self, records: Iterable[str]) -> dict[str, tuple[str, str]]:
        """As `RunMemory.seen`."""
        wanted = self._noted(records)
        found = self._memory.seen(wanted)
        return self._with([outlook.seen for outlook in self._before], wanted, found)

    def refused(self, records: Iterable[str]) -> set[str]:
        """As `RunMemory.refused`."""
        return self._memory.refused(self._noted(records))

    def reserved(self, records: Iterable[str]) -> set[str]:
        """As `RunMemory.reserved`: nothing is reserved any more when plans are made."""
        return self._memory.reserved(records)

    def links(self, origins: Iterable[str]) -> list[tuple[str, str]]:
        """As `RunMemory.links`."""
        wanted = self._noted(origins)
        found = dict.fromkeys(self._memory.links(wanted))
        for outlook in self._before:
            found.update(dict.fromkeys(edge for edge in outlook.links if edge[0] in wanted))
        return list(found)

    def walked(self, records: Iterable[str]) -> set[str]:
        """As `RunMemory.walked`: what was read of the log stays true."""
        return self._memory.walked(records)

    def store_links(self, walked: Iterable[str], edges: Iterable[tuple[str, str]]) -> None:
        """As `RunMemory.store_links`."""
        self._memory.store_links(walked, edges)

    def stored_links(self, origins: Iterable[str]) -> list[tuple[str, str]]:
        """As `RunMemory.stored_links`."""
        return self._memory.stored_links(origins)

    def _noted(self, names: Iterable[str]) -> set[str]:
        wanted = set(names)
        if self._before:
            self.asked |= wanted
        return wanted

    @staticmethod
    def _with(
        outlooks: Iterable[Mapping[str, T]], wanted: Iterable[str], found: dict[str, T]
    ) -> dict[str, T]:
        # What came first counts, as in the memory itself.
        for outlook in outlooks:
            for name in wanted:
                if name in outlook and name not in found:
                    found[name] = outlook[name]
        return found
