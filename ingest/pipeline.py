"""The pipeline: from sources, through drafts and validation, to revisions in the log.

Records pass in batches, each written in one transaction. What others write in between is met by
doing the batch again. A dry run takes the very same steps and leaves out only the writing: what it
has named and seen it keeps in the memory of the run.

What a source knows by keys of its own is named before anything is written, so that a reference to
what is described later finds it; meanwhile all that is described lies aside on disk.

Where a crew validates, the next batches are planned meanwhile; they are written one by one and in
order, and planned again if one before them turned out otherwise than they took for granted.
"""

from __future__ import annotations

import pickle
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ingest.assembly import Draft, name_of
from ingest.batches import WRITTEN, Batch, Plan
from ingest.changes import Change
from ingest.checking import Checker, Entry, adaptations_of
from ingest.clock import Clock
from ingest.executors import Crew
from ingest.findings import noticed
from ingest.identity import Identities, Names
from ingest.likely import likely
from ingest.lookahead import Lookahead, Outlook
from ingest.memory import RunMemory
from ingest.merged import fold
from ingest.outcome import Counts, Outcome
from ingest.problems import malformed, problem
from ingest.references import UNKNOWN, is_unknown, name_in_source, without
from ingest.sources import Described, Source
from practicegraph import ntriples
from practicegraph.differences import differences
from practicegraph.duplicates.finding import Finder
from practicegraph.errors import Conflict, InvalidRecord
from practicegraph.namespaces import DCT, compact
from practicegraph.ntriples import Statement
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.runs import Origin
from practicegraph.transaction import Transaction

_IDENTIFIER: Final = ntriples.iri(DCT + "identifier")
_ATTEMPTS: Final = 10


class Pipeline:
    """Brings one source into a repository; without `provenance` nothing is written.

    `sighting` is the number of the run, and the origin in which it notes which records it met.
    """

    def __init__(
        self,
        repository: Repository,
        source: Source,
        memory: RunMemory,
        clock: Clock,
        provenance: Provenance | None,
        *,
        crew: Crew | None = None,
        sighting: tuple[int, Origin] | None = None,
        finder: Finder | None = None,
    ) -> None:
        self.counts = Counts()
        self._repository = repository
        self._source = source
        self._memory = memory
        self._clock = clock
        self._provenance = provenance
        self._sighting, self._finder = sighting, finder
        self._crew = crew or Crew()
        self._checker = Checker(repository, memory, clock, self._crew)

    def run(self) -> Iterator[int]:
        """Bring in everything; yields after each batch how many rows or subjects it held."""
        plans: deque[Plan] = deque()
        batches = self._named(self._batches()) if self._source.has_keys else self._batches()
        while True:
            try:
                waiting = next(batches, None)
            except Exception:
                # What came before the fault enters, as it would have one by one.
                while plans:
                    yield self._settle(plans)
                raise
            if waiting is None:
                break
            plans.append(self._plan(waiting, plans))
            while len(plans) > self._crew.ahead:
                yield self._settle(plans)
        while plans:
            yield self._settle(plans)

    def preview(self, described: Described) -> Batch:
        """What would become of one row or subject, if nothing else came with it."""
        return self._finished(self._plan([described], ()))

    def _batches(self) -> Iterator[list[Described]]:
        size = self._repository.settings.batch_size
        waiting: list[Described] = []
        drafts = 0
        for described in self._source.describe(self._crew):
            waiting.append(described)
            drafts += len(described.drafts)
            if drafts >= size or len(waiting) >= 4 * size:
                yield waiting
                waiting, drafts = [], 0
        if waiting:
            yield waiting

    def _named(self, batches: Iterable[list[Described]]) -> Iterator[list[Described]]:
        """Give everything its name first, and then yield the batches again."""
        with tempfile.TemporaryFile(prefix="practicegraph-") as aside:
            for waiting in batches:
                with self._clock.stage("name"):
                    self._reserve(waiting)
                    pickle.dump(waiting, aside, pickle.HIGHEST_PROTOCOL)
            end = aside.tell()
            aside.seek(0)
            while aside.tell() < end:
                yield pickle.load(aside)  # noqa: S301 - this process wrote it

    def _reserve(self, waiting: Sequence[Described]) -> None:
        """Keep the names of what a batch describes, in the log too, so that nobody takes them."""
        for attempt in range(_ATTEMPTS):
            names = self._names(waiting, Lookahead(self._memory))
            keys = {key: record for record, of_it in names.new.items() for key in of_it}
            lasting = {key: record for key, record in keys.items() if not key.startswith("_:")}
            try:
                if self._provenance is not None and lasting:
                    with self._repository.log.writing() as transaction:
                        self._take(transaction, names.minted, lasting)
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            break
        self._memory.identify(self._source.namespace, keys)
        self._memory.reserve(names.minted)
        self._memory.claim(names.claims)
        self._use_suffixes(names)

    def _use_suffixes(self, names: Names) -> None:
        for stem, number in names.minted.values():
            if number > 1:
                self._memory.use_suffix(stem, number)

    def _names(self, waiting: Sequence[Described], known: Lookahead) -> Names:
        log, iris = self._repository.log, self._repository.iris
        identities = Identities(self._source.namespace, log, known, iris)
        files = {id(draft): w.place.file for w in waiting for draft in w.drafts}
        return identities.name([draft for w in waiting for draft in w.drafts], files)

    def _settle(self, plans: deque[Plan]) -> int:
        """Write the first plan, and plan the others again where it turned out otherwise."""
        plan = plans.popleft()
        conflict = False
        for attempt in range(_ATTEMPTS):
            batch = self._finished(plan)
            try:
                self._write(batch)
            except Conflict:
                # Somebody took a name, or changed a record, between our reading and our writing:
                # read again.
                if attempt == _ATTEMPTS - 1:
                    raise
                conflict = True
                plan = self._plan(plan.waiting, ())
                continue
            break
        self._remember(batch)
        self.counts.rows += len({d.place for d in plan.waiting if d.drafts or d.lost})
        if plans:
            self._plan_again(plans, None if conflict else plan.surprises())
        return len(plan.waiting)

    def _plan_again(self, plans: deque[Plan], surprises: set[str] | None) -> None:
        """Plan again from the first plan on that asked about what turned out otherwise.

        None stands for whatever it may have asked.
        """
        sound: list[Plan] = []
        while plans and surprises is not None and plans[0].known.asked.isdisjoint(surprises):
            sound.append(plans.popleft())
        unsound = list(plans)
        plans.clear()
        plans.extend(sound)
        for plan in unsound:
            plan.check.task.cancel()
            plans.append(self._plan(plan.waiting, plans))

    # ---- planning

    def _plan(self, waiting: Sequence[Described], before: Iterable[Plan]) -> Plan:
        batch = Batch()
        with self._clock.stage("assemble"):
            known = Lookahead(self._memory, [plan.outlook for plan in before])
            for described in waiting:
                batch.problems += described.problems
                batch.rejected += described.lost
            batch.names = self._names(waiting, known)
            came = self._fresh(waiting, batch, known)
            fresh, batch.merges = fold(came, self._repository, batch.titles, batch.met)
            changed = self._changed(fresh, batch)
            batch.entries += changed
        check = self._checker.start(changed, known)
        return Plan(waiting, batch, check, known, self._outlook(batch))

    def _outlook(self, batch: Batch) -> Outlook:
        """What the batch leaves in the memory of the run if none of its records is rejected."""
        if not self._crew.ahead:
            return Outlook()  # nothing is planned before the batch is written
        return Outlook(
            dict(each for entry in batch.entries for each in batch.merges.described(entry)),
            batch.keys | batch.blank,
            dict(batch.names.claims),
            dict(batch.names.minted.values()),
            [edge for e in batch.entries for edge in adaptations_of(e.record)],
        )

    def _finished(self, plan: Plan) -> Batch:
        batch = plan.batch
        batch.problems += self._checker.finish(plan.check)
        for entry in batch.entries:
            # Without its references to what was rejected, a record may be as it was stored.
            was = batch.stored.get(entry.record.iri)
            if entry.outcome is Outcome.UPDATED and entry.record.digest == was:
                entry.outcome = Outcome.UNCHANGED
        return batch

    def _fresh(self, waiting: Sequence[Described], batch: Batch, known: Lookahead) -> list[Entry]:
        """The records of the batch that this run has not met before: the first one counts."""
        met: dict[str, Entry] = {}
        again: list[Entry] = []
        for described in waiting:
            for draft in described.drafts:
                try:
                    record, lost = self._record(draft, batch.names)
                except InvalidRecord as error:
                    batch.rejected += 1
                    batch.problems.append(problem(described.place, malformed(error)))
                    continue
                if draft.root.startswith("_:"):
                    batch.blank[name_of(draft.root)] = record.iri
                batch.titles.setdefault(record.iri, draft.title)
                entry = Entry(described.place, record, Outcome.CREATED, draft.cells)
                batch.problems += [
                    entry.problem(UNKNOWN, compact(ntriples.value_of(p)), name_in_source(o))
                    for _, p, o in lost
                ]
                if met.setdefault(record.iri, entry) is not entry:
                    again.append(entry)
        before = known.seen(met)
        batch.met = list(met)
        for entry in [*met.values(), *again]:
            first = met[entry.record.iri]
            digest, where = before.get(entry.record.iri, (first.record.digest, first.place.row))
            if digest != entry.record.digest:
                batch.problems.append(entry.problem(noticed("differs", first=where)))
        places = {id(draft): d.place for d in waiting for draft in d.drafts}
        for draft, key, other in batch.names.clashes:
            clash = noticed("name taken", name=draft.title or key, other=other)
            batch.problems.append(problem(places[id(draft)], clash, value=key))
        return [entry for iri, entry in met.items() if iri not in before]

    def _record(self, draft: Draft, names: Names) -> tuple[Record, list[Statement]]:
        """The record of a draft, and the statements left out because they lead nowhere."""
        root = name_of(draft.root)
        if root in names.faults:
            raise names.faults[root]
        iri = names.records[root]
        statements, lost = without(draft.named(iri, names.records), is_unknown)
        about = ntriples.iri(iri)
        if not any(s == about and p == _IDENTIFIER for s, p, _ in statements):
            name = self._repository.iris.name(iri)
            slug = name.slug if name else ""
            statements.append((about, _IDENTIFIER, f'"{slug}"'))
        return Record.written(iri, statements, self._repository.iris), lost

    def _changed(self, entries: Sequence[Entry], batch: Batch) -> list[Entry]:
        """Those that differ from what is stored; the others are done."""
        heads = self._repository.log.heads(entry.record.iri for entry in entries)
        gone = [iri for iri, head in heads.items() if not head.live]
        # What a run withdrew comes back, as does what somebody wrote under its very address.
        back = self._repository.log.withdrawn_by_run(gone) | batch.names.own if gone else set()
        changed: list[Entry] = []
        for entry in entries:
            head = heads.get(entry.record.iri)
            batch.heads[entry.record.iri] = head.seq if head else None
            if head is None:
                entry.outcome = Outcome.CREATED
            elif head.live:
                same = head.digest == entry.record.digest and not entry.faults
                entry.outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
                batch.stored[head.record] = head.digest
            elif head.record in back:
                entry.outcome = Outcome.CREATED
            else:
                batch.problems.append(entry.problem(_WITHDRAWN))
                entry.outcome = Outcome.SKIPPED
            if entry.outcome in WRITTEN:
                changed.append(entry)
            else:
                batch.entries.append(entry)
        return changed

    # ---- writing

    def _write(self, batch: Batch) -> None:
        changed = [e for e in batch.entries if e.outcome in WRITTEN]
        keys = batch.keys
        if self._provenance is None:
            self._memory.identify(self._source.namespace, keys)
            return
        if not changed and not keys and not batch.merges.contributed and not self._sighting:
            return
        with self._clock.stage("write"), self._repository.log.writing() as transaction:
            self._take(transaction, set(batch.names.minted) & batch.staying, keys)
            records = [entry.record for entry in changed]
            # What somebody changed or withdrew since the plan was made is planned anew.
            expected = {record.iri: batch.heads[record.iri] for record in records}
            transaction.append(records, self._provenance, expected)
            batch.merges.keep(transaction, batch.staying, self._provenance)
            if self._sighting:
                transaction.sight(*self._sighting, batch.met)

    def _take(
        self, transaction: Transaction, minted: Iterable[str], keys: Mapping[str, str]
    ) -> None:
        """Take new names, with the keys of the source that lead to them."""
        taken = transaction.taken(sorted(minted))
        if taken:
            raise Conflict(f"{min(taken)} was taken meanwhile.")
        transaction.identify(self._source.namespace, keys)

    def _changes(self, batch: Batch) -> Iterator[Change]:
        """What the batch does to records; of an update, what differs from what was there."""
        written = [entry for entry in batch.entries if entry.outcome in WRITTEN]
        updated = [e.record.iri for e in written if e.outcome is Outcome.UPDATED]
        seqs = [seq for iri in updated if (seq := batch.heads[iri]) is not None]
        before = {r.record: r.as_record() for r in self._repository.log.at(seqs)}
        for entry in written:
            old = before.get(entry.record.iri)
            found = differences(old, entry.record) if old is not None else ()
            title = batch.titles.get(entry.record.iri, "")
            yield Change(entry.outcome, entry.record.iri, title, *entry.place, tuple(found))

    def _remember(self, batch: Batch) -> None:
        with self._clock.stage("assemble"):
            self._memory.report(batch.problems)
            self._memory.change(self._changes(batch))
            written = [entry for entry in batch.entries if entry.outcome in WRITTEN]
            self._memory.report(likely(self._finder, written, self._source))
            self._memory.identify(self._source.namespace, batch.blank)
            self._memory.claim(batch.names.claims)
            kept, refused = [], []
            for entry in batch.entries:
                name = self._repository.iris.name(entry.record.iri)
                if name is None:
                    continue
                self.counts.add(name.kind, entry.outcome)
                if entry.outcome is Outcome.REJECTED:
                    refused.append(entry.record.iri)
                else:
                    kept += [(iri, *left) for iri, left in batch.merges.described(entry)]
                    self._memory.link(adaptations_of(entry.record))
            self._memory.see(kept)
            self._memory.refuse(refused)
            self._checker.remember(written)
            self._use_suffixes(batch.names)
            self.counts.lost += batch.rejected


_WITHDRAWN: Final = noticed("withdrawn")
