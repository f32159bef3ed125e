"""Batches: what becomes of some rows or subjects, which are written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ingest.checking import Check, Entry
from ingest.identity import Names
from ingest.lookahead import Lookahead, Outlook
from ingest.merged import Merges
from ingest.outcome import Outcome
from ingest.problems import Problem
from ingest.sources import Described

#: The outcomes of what makes a revision, and of what is in the repository afterwards.
WRITTEN: Final = frozenset({Outcome.CREATED, Outcome.UPDATED})
STAYING: Final = WRITTEN | {Outcome.UNCHANGED}


@dataclass(slots=True)
class Batch:
    """What is to be written of one batch, and what there is to say about it."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    blank: dict[str, str] = field(default_factory=dict)
    #: The heads that the plan was made from: sequence number by record, None where there was none.
    heads: dict[str, int | None] = field(default_factory=dict)
    #: What is stored of the records that differ from it: digest by record.
    stored: dict[str, str | None] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    #: All records that are described here, also those that were met before or are rejected.
    met: list[str] = field(default_factory=list)
    merges: Merges = field(default_factory=Merges)
    rejected: int = 0

    @property
    def staying(self) -> set[str]:
        """The records that are here when the batch was written, by all their names."""
        staying = {e.record.iri for e in self.entries if e.outcome in STAYING}
        return staying | {name for iri in staying for name in self.merges.names(iri)}

    @property
    def keys(self) -> dict[str, str]:
        """The keys by which the source knows these records from now on."""
        staying = self.staying
        return {
            key: record
            for record, names in self.names.new.items()
            if record in staying
            for key in names
            if not key.startswith("_:")
        }


@dataclass(slots=True)
class Plan:
    """A batch that is being validated, and what it was planned from."""

    waiting: Sequence[Described]
    batch: Batch
    check: Check
    known: Lookahead
    outlook: Outlook

    def surprises(self) -> set[str]:
        """The records, and their keys, that turned out otherwise than the outlook had it."""
        found: set[str] = set()
        for entry in self.batch.entries:
            iri, left = entry.record.iri, (entry.record.digest, entry.place.row)
            if entry.outcome is Outcome.REJECTED or self.outlook.seen.get(iri) != left:
                found |= {iri, *self.batch.names.new.get(iri, ())}
        return found
