"""What comes in for records that were merged is put together with what others say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.checking import Entry
from practicegraph.duplicates import folding
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.transaction import Transaction

#: Under which name a record was described, with the digest and the row of the description.
Described = tuple[str, tuple[str, str]]


@dataclass(slots=True)
class Merges:
    """Of the records of a batch those that were merged, and how they were described here.

    `contributed` holds, by the record that is published, the descriptions to be kept of it, and
    `origins` all its descriptions in the batch.
    """

    contributed: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    origins: dict[str, list[Described]] = field(default_factory=dict)

    def names(self, record: str) -> list[str]:
        """The names under which a published record was described."""
        return [name for name, _ in self.origins.get(record, ())]

    def described(self, entry: Entry) -> list[Described]:
        """How the record of an entry was described; as it is, where it was never merged."""
        itself = (entry.record.iri, (entry.record.digest, entry.place.row))
        return self.origins.get(entry.record.iri, [itself])

    def keep(self, transaction: Transaction, published: set[str], by: Provenance) -> None:
        """Keep what the descriptions of published records contribute."""
        kept = [
            each for iri, group in self.contributed.items() if iri in published for each in group
        ]
        folding.keep(transaction.connection, kept, by.source, by.activity)


def fold(
    entries: Sequence[Entry], repository: Repository, titles: dict[str, str], met: list[str]
) -> tuple[list[Entry], Merges]:
    """The entries with what is to be published, one for each record, and what was merged in them.

    An entry stands at the place of the first description. `titles` of the batch learns what they
    are called, and in `met` what is published takes the place of its descriptions.
    """
    came_in = [entry.record for entry in entries]
    with repository.log.reading() as connection:
        folded = folding.fold(connection, came_in, repository.iris)
    merges = Merges(folded.contributed)
    found: dict[str, Entry] = {}
    for entry in entries:
        came = entry.record
        entry.record = folded.records[came.iri]
        if entry.record.iri in folded.merged:
            of_it = merges.origins.setdefault(entry.record.iri, [])
            of_it.append((came.iri, (came.digest, entry.place.row)))
            titles.setdefault(entry.record.iri, titles.get(came.iri, ""))
            met[met.index(came.iri)] = entry.record.iri
        found.setdefault(entry.record.iri, entry)
    return list(found.values()), merges
