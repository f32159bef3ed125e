"""Checking: which of the records of a batch may enter, by the shapes.

A record with a violation is rejected; what refers to it and enters with it or after it loses the
reference, is told so, and is checked again. What has entered before it keeps the reference, because
it may be mended; so does what names a record that was never here. Both are told at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyoxigraph as ox

from ingest.clock import Clock
from ingest.memory import RunMemory
from ingest.outcome import Outcome
from ingest.problems import Finding, Place, Problem, problem
from ingest.references import without
from practicegraph.namespaces import GP, compact
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.validation import Validator

_ADAPTED: Final = ox.NamedNode(GP + "adaptedFrom")
#: Generations of adaptation beyond the batch in which a circle is looked for.
MAX_GENERATIONS: Final = 64


@dataclass(slots=True)
class Entry:
    """A record on its way: where it comes from, and what became of it."""

    place: Place
    record: Record
    outcome: Outcome

    def problem(self, finding: Finding, field: str = "", value: str = "") -> Problem:
        """A problem of this record."""
        return problem(self.place, finding, field, value, self.record.iri)


class Checker:
    """Checks the batches of one run. The validator is built when it is first needed."""

    def __init__(self, repository: Repository, memory: RunMemory, clock: Clock) -> None:
        self._repository = repository
        self._memory = memory
        self._clock = clock
        self._validator: Validator | None = None
        base = re.escape(repository.iris.base.encode())
        self._names = re.compile(b"<(" + base + b"/id/[^>#]*)")

    def check(self, entries: Sequence[Entry]) -> list[Problem]:
        """Give the rejected their outcome; returns what there is to say about all of them."""
        problems = self._part(entries, self._refused_before(entries))
        live = {e.record.iri for e in entries if e.outcome is Outcome.UPDATED}
        found: dict[str, list[Problem]] = {}
        accepted = list(entries)
        unchecked = accepted
        too_deep: list[Problem] = []
        while unchecked:
            with self._clock.stage("validate"):
                refused, deep = self._validate(unchecked, accepted, found)
            if deep and not too_deep:
                too_deep = [e.problem(_DEEP, "gp:adaptedFrom") for e in entries if _is_adapted(e)]
            accepted = [e for e in accepted if e.outcome is not Outcome.REJECTED]
            gone = refused - live
            unchecked = [e for e in accepted if gone and self._refers(e, gone)]
            problems += self._part(unchecked, gone)
        return [*problems, *chain.from_iterable(found.values()), *too_deep]

    def remember(self, entries: Iterable[Entry]) -> None:
        """Keep in the memory of the run which records these name that are not here so far.

        Call it when the records of the batch were remembered.
        """
        wanted: dict[tuple[str, str, str, str, str], None] = {}
        for entry in entries:
            # To look for names in the text is cheaper than to parse it.
            if set(self._names.findall(entry.record.content)) <= {entry.record.iri.encode()}:
                continue
            for triple in entry.record.triples():
                target = triple.object
                if isinstance(target, ox.NamedNode) and self._repository.iris.name(target.value):
                    whole = target.value.partition("#")[0]
                    if whole == entry.record.iri:
                        continue
                    field = compact(triple.predicate.value)
                    wanted[whole, *entry.place, entry.record.iri, field] = None
        targets = {reference[0] for reference in wanted}
        targets -= set(self._memory.seen(targets))
        targets -= set(self._repository.log.heads(sorted(targets)))
        self._memory.wait_for(reference for reference in wanted if reference[0] in targets)

    def _validate(
        self,
        entries: Sequence[Entry],
        beside: Sequence[Entry],
        found: dict[str, list[Problem]],
    ) -> tuple[set[str], bool]:
        if self._validator is None:
            self._validator = Validator("listed", self._repository.settings.validation_engine)
        context, deep = self._adaptations([e.record for e in beside])
        reports = self._validator.check([entry.record for entry in entries], context)
        refused: set[str] = set()
        for entry, report in zip(entries, reports, strict=True):
            found[entry.record.iri] = [
                Problem(
                    result.severity,
                    *entry.place,
                    entry.record.iri,
                    result.path or "",
                    result.value or "",
                    compact(result.shape),
                    dict(result.messages),
                )
                for result in report.results
                if result.severity != "info"
            ]
            if not report.checked:
                unseen = Finding("checked", "No shape looked at this record.", "violation")
                found[entry.record.iri].append(entry.problem(unseen))
            if not report.conforms:
                entry.outcome = Outcome.REJECTED
                refused.add(entry.record.iri)
        return refused, deep

    # ---- references to what was rejected

    def _refused_before(self, entries: Sequence[Entry]) -> set[str]:
        base = f"<{self._repository.iris.base}/id/".encode()
        targets = {
            triple.object.value
            for entry in entries
            if base in entry.record.content
            for triple in entry.record.triples()
            if isinstance(triple.object, ox.NamedNode)
        }
        return self._memory.refused(targets) - {entry.record.iri for entry in entries}

    def _refers(self, entry: Entry, refused: set[str]) -> bool:
        return any(
            isinstance(triple.object, ox.NamedNode) and triple.object.value in refused
            for triple in entry.record.triples()
        )

    def _part(self, entries: Iterable[Entry], refused: set[str]) -> list[Problem]:
        """Take the references to refused records out of those that have any."""
        problems: list[Problem] = []
        for entry in entries if refused else ():
            kept, lost = without(
                entry.record.triples(),
                lambda term: isinstance(term, ox.NamedNode) and term.value in refused,
            )
            problems += [
                entry.problem(_LOST, compact(t.predicate.value), str(t.object)) for t in lost
            ]
            if lost:
                entry.record = Record.of(entry.record.iri, kept, self._repository.iris)
        return problems

    # ---- what the shapes must see of records elsewhere

    def _adaptations(self, records: Iterable[Record]) -> tuple[list[ox.Triple], bool]:
        """What was adapted from what, as far as it can be reached from these records.

        A circle may close over records of other batches, and of earlier runs. Says also whether
        there are more generations than are followed.
        """
        edges: dict[tuple[str, str], None] = {}
        known: set[str] = set()
        ahead: list[str] = []
        for record in records:
            known.add(record.iri)
            found = adaptations_of(record)
            edges.update(dict.fromkeys(found))
            ahead += [target for _, target in found]
        step: list[str] = []
        for _ in range(MAX_GENERATIONS + 1):
            step = sorted(set(ahead) - known)
            if not step:
                break
            known.update(step)
            in_run = self._memory.seen(step)
            found = self._memory.links(in_run) + self._stored([i for i in step if i not in in_run])
            edges.update(dict.fromkeys(found))
            ahead = [target for _, target in found]
        return [
            ox.Triple(ox.NamedNode(origin), _ADAPTED, ox.NamedNode(target))
            for origin, target in edges
        ], bool(step)

    def _stored(self, records: Sequence[str]) -> list[tuple[str, str]]:
        """What records of the log were adapted from; each is read once in a run."""
        log = self._repository.log
        fresh = sorted(set(records) - self._memory.walked(records))
        heads = log.heads(iri for iri in fresh if self._repository.iris.name(iri) is not None)
        found: list[tuple[str, str]] = []
        for revision in log.at([head.seq for head in heads.values() if head.live]):
            record = revision.as_record()
            found += adaptations_of(record) if record else []
        self._memory.store_links(fresh, found)
        return self._memory.stored_links(records)


def unmet(memory: RunMemory) -> Iterator[Problem]:
    """What there is to say, when a run ends, about references to records that never came."""
    for refused, (target, file, row, record, field) in memory.unmet():
        yield problem(Place(file, row), _LATER if refused else _NOWHERE, field, target, record)


_LOST: Final = Finding(
    "refers to what is there",
    "The record that this refers to was rejected, so the reference was left out; mend that record.",
)


_LATER: Final = Finding(
    "refers to what is there",
    "The record that this refers to was rejected after this one had entered, so the reference "
    "leads nowhere; mend that record and import it again.",
)
_NOWHERE: Final = Finding(
    "refers to what is there",
    "This names a record that is not here; correct the address, or import that record.",
)
_DEEP: Final = Finding(
    "circle of adaptations",
    f"More than {MAX_GENERATIONS} practices were adapted one from the other, so a circle would not "
    "be seen; check that there is none.",
)


def _is_adapted(entry: Entry) -> bool:
    return bool(adaptations_of(entry.record))


def adaptations_of(record: Record) -> list[tuple[str, str]]:
    """From which practices a record says that it was adapted, as pairs of IRIs."""
    if _ADAPTED.value.encode() not in record.content:
        return []
    return [
        (record.iri, triple.object.value)
        for triple in record.triples()
        if triple.predicate == _ADAPTED and isinstance(triple.object, ox.NamedNode)
    ]
