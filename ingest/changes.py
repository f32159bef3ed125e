"""Changes: what a run does to each record that it creates, updates or withdraws, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ingest.outcome import Outcome
from practicegraph.differences import Difference

#: Outcomes that are told record by record; the others are many, and counted only.
TOLD: Final = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.WITHDRAWN, Outcome.VANISHED})


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one record: where its description stands, and for an update what differs."""

    outcome: Outcome
    record: str
    title: str
    file: str
    place: str
    differences: tuple[Difference, ...] = ()
