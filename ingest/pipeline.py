"""The pipeline: from sources, through drafts and validation, to revisions in the log.

Records pass in batches, each written in one transaction. What others write in between is met by
doing the batch again. A dry run takes the very same steps and leaves out only the writing: what it
has named and seen it keeps in the memory of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import pyoxigraph as ox

from ingest.assembly import Draft, name_of
from ingest.clock import Clock
from ingest.identity import Identities, Names
from ingest.memory import Problem, RunMemory
from ingest.outcome import Counts, Outcome
from ingest.sources import Described, Source, problem
from practicegraph.errors import Conflict, InvalidRecord
from practicegraph.namespaces import DCT, GP, compact
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Head, Provenance
from practicegraph.validation import Validator

_ADAPTED: Final = ox.NamedNode(GP + "adaptedFrom")
_IDENTIFIER: Final = ox.NamedNode(DCT + "identifier")
_ATTEMPTS: Final = 10


@dataclass(slots=True)
class Entry:
    """A record on its way: where it comes from, and what became of it."""

    place: tuple[str, str]
    record: Record
    outcome: Outcome | None = None


@dataclass(slots=True)
class Batch:
    """What is to be written of one batch, and what there is to say about it."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    blank: dict[str, str] = field(default_factory=dict)
    rejected: int = 0


class Pipeline:
    """Brings one source into a repository. `validator` is built when it is first needed."""

    def __init__(
        self,
        repository: Repository,
        source: Source,
        memory: RunMemory,
        clock: Clock,
        provenance: Provenance | None,
    ) -> None:
        self.counts = Counts()
        self._repository = repository
        self._source = source
        self._memory = memory
        self._clock = clock
        self._provenance = provenance
        self._identities = Identities(source.name, repository.log, memory, repository.iris)
        self._validator: Validator | None = None

    def run(self) -> Iterator[int]:
        """Bring in everything; yields after each batch how many rows or subjects it held."""
        size = self._repository.settings.batch_size
        waiting: list[Described] = []
        drafts = 0
        for described in self._source.describe():
            waiting.append(described)
            drafts += len(described.drafts)
            if drafts >= size or len(waiting) >= 4 * size:
                yield self._pass(waiting)
                waiting, drafts = [], 0
        if waiting:
            yield self._pass(waiting)

    def _pass(self, waiting: Sequence[Described]) -> int:
        for attempt in range(_ATTEMPTS):
            batch = self._plan(waiting)
            try:
                self._write(batch)
            except Conflict:
                # Somebody took a name between our reading and our writing: read again.
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            break
        self._remember(batch)
        rows = [d for d in waiting if d.drafts or d.problems]
        self.counts.rows += len({(d.file, d.place) for d in rows if d.place})
        return len(waiting)

    # ---- planning

    def _plan(self, waiting: Sequence[Described]) -> Batch:
        batch = Batch()
        with self._clock.stage("assemble"):
            for described in waiting:
                batch.problems += described.problems
                batch.rejected += not described.drafts and any(
                    p.severity == "violation" for p in described.problems
                )
            batch.names = self._identities.name([d for w in waiting for d in w.drafts])
            fresh = self._fresh(waiting, batch)
            changed = self._changed(fresh, batch)
        accepted = self._validate(changed, batch)
        batch.entries += [entry for entry in changed if id(entry) not in accepted]
        batch.entries += accepted.values()
        return batch

    def _fresh(self, waiting: Sequence[Described], batch: Batch) -> list[Entry]:
        """The records of the batch that this run has not met before: the first one counts."""
        met: dict[str, Entry] = {}
        again: list[Entry] = []
        for described in waiting:
            place = (described.file, described.place)
            for draft in described.drafts:
                try:
                    record = self._record(draft, batch.names)
                except InvalidRecord as error:
                    batch.rejected += 1
                    batch.problems.append(
                        problem("violation", place, "", "", "form of a record", error.detail)
                    )
                    continue
                if isinstance(draft.root, ox.BlankNode):
                    batch.blank[name_of(draft.root)] = record.iri
                entry = Entry(place, record)
                if met.setdefault(record.iri, entry) is not entry:
                    again.append(entry)
        before = self._memory.seen(met)
        for entry in [*met.values(), *again]:
            first = met[entry.record.iri]
            digest, where = before.get(entry.record.iri, (first.record.digest, first.place[1]))
            if digest != entry.record.digest:
                batch.problems.append(_differs(entry, where))
        for draft, key, other in batch.names.clashes:
            batch.problems.append(
                problem(
                    "warning", ("", ""), "", key, "one name, one record",
                    f"{draft.title or key} goes by a name of {other} too; the name was left there.",
                )
            )
        return [entry for iri, entry in met.items() if iri not in before]

    def _record(self, draft: Draft, names: Names) -> Record:
        root = name_of(draft.root)
        if root in names.faults:
            raise names.faults[root]
        iri = names.records[root]
        triples = draft.triples(iri, names.records)
        node = ox.NamedNode(iri)
        if not any(t.subject == node and t.predicate == _IDENTIFIER for t in triples):
            name = self._repository.iris.name(iri)
            slug = name.slug if name else ""
            triples.append(ox.Triple(node, _IDENTIFIER, ox.Literal(slug)))
        return Record.of(iri, triples, self._repository.iris)

    def _changed(self, entries: Sequence[Entry], batch: Batch) -> list[Entry]:
        """Those that differ from what is stored; the others are done."""
        heads = self._repository.log.heads(entry.record.iri for entry in entries)
        changed: list[Entry] = []
        for entry in entries:
            head = heads.get(entry.record.iri)
            if head is None:
                entry.outcome = Outcome.CREATED
            elif head.live:
                same = head.digest == entry.record.digest
                entry.outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
            else:
                entry.outcome = self._revived(entry, head, batch)
            if entry.outcome in {Outcome.CREATED, Outcome.UPDATED}:
                changed.append(entry)
            else:
                batch.entries.append(entry)
        return changed

    def _revived(self, entry: Entry, head: Head, batch: Batch) -> Outcome:
        if head.record in batch.names.own:  # somebody wrote its very address
            return Outcome.CREATED
        batch.problems.append(
            _about(
                entry, "warning", "withdrawn",
                "This record was withdrawn, and an import does not bring it back.",
            )
        )
        return Outcome.SKIPPED

    # ---- validation

    def _validate(self, entries: list[Entry], batch: Batch) -> dict[int, Entry]:
        """Validate; the rejected get their outcome, the others are returned, by identity.

        What referred to a rejected record loses that reference, and is validated again.
        """
        accepted = {id(entry): entry for entry in entries}
        self._without(entries, self._refused_before(entries), batch)
        unchecked = entries
        live = {e.record.iri for e in entries if e.outcome is Outcome.UPDATED}
        found: dict[int, list[Problem]] = {}
        while unchecked:
            refused: set[str] = set()
            with self._clock.stage("validate"):
                reports = self._check(unchecked, accepted.values())
            for entry, problems, conforms in reports:
                found[id(entry)] = problems
                if not conforms:
                    entry.outcome = Outcome.REJECTED
                    del accepted[id(entry)]
                    refused.add(entry.record.iri)
            unchecked = self._without(accepted.values(), refused - live, batch)
        for entry in entries:
            batch.problems += found.get(id(entry), [])
        return accepted

    def _refused_before(self, entries: Sequence[Entry]) -> set[str]:
        base = f"<{self._repository.iris.base}/id/".encode()
        targets = {
            t.object.value
            for entry in entries
            if base in entry.record.content
            for t in entry.record.triples()
            if isinstance(t.object, ox.NamedNode)
        }
        return self._memory.refused(targets) - {entry.record.iri for entry in entries}

    def _without(
        self, entries: Iterable[Entry], refused: set[str], batch: Batch
    ) -> list[Entry]:
        """Take references to refused records out; returns the records that had any."""
        mended: list[Entry] = []
        if not refused:
            return mended
        for entry in list(entries):
            kept: list[ox.Triple] = []
            lost: list[ox.Triple] = []
            for triple in entry.record.triples():
                target = triple.object
                gone = isinstance(target, ox.NamedNode) and target.value in refused
                (lost if gone else kept).append(triple)
            if lost:
                batch.problems += [
                    _about(
                        entry, "warning", "refers to what is there",
                        "The record that this refers to was rejected, so the reference was left "
                        "out; mend that record.", compact(t.predicate.value), str(t.object),
                    )
                    for t in lost
                ]
                entry.record = Record.of(entry.record.iri, kept, self._repository.iris)
                mended.append(entry)
        return mended

    def _check(
        self, entries: Sequence[Entry], beside: Iterable[Entry]
    ) -> Iterator[tuple[Entry, list[Problem], bool]]:
        if self._validator is None:
            self._validator = Validator(
                "listed", self._repository.settings.validation_engine
            )
        context = self._adaptations([e.record for e in chain(entries, beside)])
        records = [entry.record for entry in entries]
        for entry, report in zip(entries, self._validator.check(records, context), strict=True):
            problems = [
                Problem(
                    result.severity, *entry.place, entry.record.iri, result.path or "",
                    result.value or "", compact(result.shape), dict(result.messages),
                )
                for result in report.results
                if result.severity != "info"
            ]
            if not report.checked:
                problems.append(
                    _about(entry, "violation", "checked", "No shape looked at this record.")
                )
            yield entry, problems, report.conforms

    def _adaptations(self, records: Iterable[Record]) -> list[ox.Triple]:
        """What was adapted from what, as far as it can be reached from these: a circle may close
        over records of other batches, and of earlier runs.
        """
        edges: dict[tuple[str, str], None] = {}
        known: set[str] = set()
        ahead: list[str] = []
        for record in records:
            known.add(record.iri)
            if _ADAPTED.value.encode() in record.content:
                found = _edges_of(record)
                edges.update(dict.fromkeys(found))
                ahead += [target for _, target in found]
        while step := sorted(set(ahead) - known):
            known.update(step)
            in_run = self._memory.seen(step)
            found = self._memory.links(in_run)
            for iri in step:
                if iri not in in_run and self._repository.iris.name(iri) is not None:
                    latest = self._repository.log.latest(iri)
                    record_then = latest.as_record() if latest else None
                    found += _edges_of(record_then) if record_then else []
            edges.update(dict.fromkeys(found))
            ahead = [target for _, target in found]
        return [
            ox.Triple(ox.NamedNode(origin), _ADAPTED, ox.NamedNode(target))
            for origin, target in edges
        ]

    # ---- writing

    def _write(self, batch: Batch) -> None:
        changed = [e for e in batch.entries if e.outcome in {Outcome.CREATED, Outcome.UPDATED}]
        staying = {
            e.record.iri
            for e in batch.entries
            if e.outcome in {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED}
        }
        keys = {
            key: record
            for record, names in batch.names.new.items()
            if record in staying
            for key in names
            if not key.startswith("_:")
        }
        if self._provenance is None:
            self._memory.identify(self._source.name, keys)
            return
        if not changed and not keys:
            return
        with self._clock.stage("write"), self._repository.log.writing() as transaction:
            taken = transaction.taken(sorted(set(batch.names.minted) & staying))
            if taken:
                raise Conflict(f"{min(taken)} was taken meanwhile.")
            transaction.identify(self._source.name, keys)
            transaction.append([entry.record for entry in changed], self._provenance)

    def _remember(self, batch: Batch) -> None:
        with self._clock.stage("assemble"):
            self._memory.report(batch.problems)
            self._memory.identify(self._source.name, batch.blank)
            kept, refused = [], []
            for entry in batch.entries:
                name = self._repository.iris.name(entry.record.iri)
                if entry.outcome is None or name is None:
                    continue
                self.counts.add(name.kind, entry.outcome)
                if entry.outcome is Outcome.REJECTED:
                    refused.append(entry.record.iri)
                else:
                    kept.append((entry.record.iri, entry.record.digest, entry.place[1]))
                    if _ADAPTED.value.encode() in entry.record.content:
                        self._memory.link(_edges_of(entry.record))
            self._memory.see(kept)
            self._memory.refuse(refused)
            for stem, number in batch.names.minted.values():
                if number > 1:
                    self._memory.use_suffix(stem, number)
            self.counts.lost += batch.rejected


def _edges_of(record: Record) -> list[tuple[str, str]]:
    return [
        (record.iri, t.object.value)
        for t in record.triples()
        if t.predicate == _ADAPTED and isinstance(t.object, ox.NamedNode)
    ]


def _about(
    entry: Entry, severity: str, rule: str, message: str, name: str = "", value: str = ""
) -> Problem:
    made = problem(severity, entry.place, name, value, rule, message)
    return Problem(
        made.severity, made.file, made.place, entry.record.iri, made.field, made.value, made.rule,
        made.messages,
    )


def _differs(entry: Entry, first: str) -> Problem:
    return _about(
        entry, "warning", "one description",
        f"This is described differently from where it came first ({first}), which counts; make "
        "the two descriptions agree.",
    )
