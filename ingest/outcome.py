"""What became of the records of a run, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    #: It was in the source when that was read last, and is no longer.
    VANISHED = "vanished"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Counts:
    """How many records of each kind met which outcome.

    `rows` counts rows or subjects read; `lost` those of which no record could be made at all.
    """

    records: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    rows: int = 0
    lost: int = 0

    def add(self, kind: str, outcome: Outcome) -> None:
        """Count one record."""
        self.records[kind, outcome] += 1

    def of(self, outcome: Outcome, kind: str | None = None) -> int:
        """How many records, of one kind or of all, met an outcome."""
        return sum(
            number
            for (its_kind, its_outcome), number in self.records.items()
            if its_outcome is outcome and kind in {None, its_kind}
        )

    @property
    def rejected(self) -> int:
        """Records that were rejected, and rows of which none could be made."""
        return self.of(Outcome.REJECTED) + self.lost

    def merge(self, other: Counts) -> None:
        """Add the counts of another source."""
        self.records.update(other.records)
        self.rows += other.rows
        self.lost += other.lost

    def flat(self) -> dict[str, int]:
        """The counts as the log keeps them."""
        flat = {"rows": self.rows, "lost": self.lost}
        flat.update({str(outcome): self.of(outcome) for outcome in Outcome})
        for (kind, outcome), number in sorted(self.records.items()):
            flat[f"{kind}.{outcome}"] = number
        return flat
