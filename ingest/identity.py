"""Identity: which record of ours each draft is, found by the names its source uses or made anew.

A subject that bears an IRI of this repository keeps it. Any other keeps its identity by source and
key, so that a second run finds it again; a new one gets a slug from its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Final

from ingest.assembly import Draft, name_of
from ingest.lookahead import Lookahead
from practicegraph.errors import InvalidRecord
from practicegraph.iris import Iris, slugify
from practicegraph.log import Log

#: How many numbered slugs are tried with one question to the log.
_PROBE: Final = 20


@dataclass(slots=True)
class Names:
    """What the drafts of a batch, and whatever they refer to, are called here.

    `records` maps names of the source to record IRIs. `new` holds for each record the keys that
    the log does not know yet, `minted` the records that are new altogether, `faults` what is wrong
    with the name of a draft, `clashes` keys that name another record already, and `claims` in which
    file, and for which subject there, each record was found.
    """

    files: Mapping[int, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    new: dict[str, list[str]] = field(default_factory=dict)
    minted: dict[str, tuple[str, int]] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    faults: dict[str, InvalidRecord] = field(default_factory=dict)
    clashes: list[tuple[Draft, str, str]] = field(default_factory=list)
    claims: dict[str, tuple[str, str]] = field(default_factory=dict)

    def claim(self, draft: Draft) -> tuple[str, str]:
        """The file of a draft, and its subject there."""
        return self.files.get(id(draft), ""), name_of(draft.root)


def _may_share(claim: tuple[str, str], own: tuple[str, str]) -> bool:
    return claim == own or claim[0] != own[0]


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of one source, as the log and the memory of the run know them."""

    source: str
    log: Log
    memory: Lookahead
    iris: Iris

    def name(self, drafts: Sequence[Draft], files: Mapping[int, str]) -> Names:
        """Find or make the IRI of every draft. Nothing is written: others may come in between.

        `files` tells for the `id` of a draft in which file it is described.
        """
        names = Names(files=files)
        foreign = [draft for draft in drafts if not self._keep(draft, names)]
        keys = {key for draft in foreign for key in draft.keys}
        asked = keys | {
            name
            for draft in drafts
            for name in draft.references()
            if not name.startswith(f"{self.iris.base}/")
        }
        known = self.log.resolve(self.source, sorted(k for k in asked if not k.startswith("_:")))
        known |= self.memory.resolve(self.source, sorted(asked))
        names.claims = self.memory.claims(set(known.values()))
        waiting: list[Draft] = []
        for draft in foreign:
            found = self._known(draft, known, names)
            if found is None:
                waiting.append(draft)
            else:
                self._settle(draft, found, known, names)
        self._mint(waiting, known, names)
        for key, record in known.items():
            names.records.setdefault(key, record)
        return names

    def _keep(self, draft: Draft, names: Names) -> bool:
        iri = name_of(draft.root)
        if not iri.startswith(f"{self.iris.base}/"):
            return False
        name = self.iris.name(iri)
        if name is None or "#" in iri:
            names.faults[iri] = InvalidRecord(
                f"{iri} is not the IRI of a record; write {self.iris.base}/id/{draft.kind}/ and a "
                "slug of small letters, digits and hyphens.",
            )
        elif name.kind != draft.kind:
            names.faults[iri] = InvalidRecord(
                f"{iri} is named as a {name.kind} and typed as a {draft.kind}; change one of them.",
            )
        else:
            names.records[iri] = iri
            names.own.add(iri)
        return True

    def _is_kind(self, record: str, kind: str) -> bool:
        name = self.iris.name(record)
        return name is not None and name.kind == kind

    def _known(self, draft: Draft, known: dict[str, str], names: Names) -> str | None:
        """The record that goes by one of the draft's keys, the first that is known.

        Another than the first counts only while nothing else in its file has claimed the record:
        two things of one name with numbers of their own are two. Another file of the source may
        describe the same things without these numbers.
        """
        first, *others = draft.keys
        if first in known:
            return known[first]
        claim = names.claim(draft)
        found = (known[key] for key in others if key in known)
        return next((r for r in found if _may_share(names.claims.get(r, claim), claim)), None)

    def _settle(self, draft: Draft, record: str, known: dict[str, str], names: Names) -> None:
        root = name_of(draft.root)
        if not self._is_kind(record, draft.kind):
            names.faults[root] = _other_kind(draft, record)
            return
        names.records[root] = record
        names.claims[record] = names.claim(draft)
        for key in draft.keys:
            other = known.get(key)
            if other is None:
                known[key] = record
                names.new.setdefault(record, []).append(key)
            elif other != record:
                names.clashes.append((draft, key, other))

    def _mint(self, drafts: list[Draft], known: dict[str, str], names: Names) -> None:
        stems = {
            id(draft): self.iris.thing(draft.kind, slugify(draft.title, draft.kind))
            for draft in drafts
        }
        taken = self.log.taken(sorted(set(stems.values())))
        used = self._used(set(stems.values())) | taken | set(names.records.values())
        last: dict[str, int] = {}
        for draft in drafts:
            # An earlier draft of this batch may go by one of the same names.
            found = self._known(draft, known, names)
            if found is None:
                stem = stems[id(draft)]
                found, number = self._free(stem, used, last)
                used.add(found)
                names.minted[found] = (stem, number)
            self._settle(draft, found, known, names)

    def _free(self, stem: str, used: set[str], last: dict[str, int]) -> tuple[str, int]:
        if stem not in used:
            return stem, 1
        start = last.get(stem) or self.memory.last_suffix(stem)
        numbers = count(start + 1)
        while True:
            probe = {f"{stem}-{n}": n for n in islice(numbers, _PROBE)}
            taken = used | self.log.taken(probe) | self._used(probe)
            for candidate, number in probe.items():
                if candidate not in taken:
                    last[stem] = number
                    return candidate, number

    def _used(self, records: Iterable[str]) -> set[str]:
        given = list(records)
        met = set(self.memory.seen(given)) | self.memory.refused(given)
        return met | self.memory.reserved(given)


def _other_kind(draft: Draft, record: str) -> InvalidRecord:
    return InvalidRecord(
        f"The source describes {draft.keys[0]} as a {draft.kind}, and it is known as {record}; "
        "give the new thing a name of its own."
    )
