"""Checking: which of the records of a batch may enter, by the shapes.

A record with a violation is rejected; what refers to it and enters with it or after it loses the
reference, is told so, and is checked again. What has entered before it keeps the reference, because
it may be mended; so does what names a record that was never here. Both are told at the end.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ingest.clock import Clock
from ingest.executors import Crew, Task, done
from ingest.findings import noticed
from ingest.lookahead import Lookahead
from ingest.memory import RunMemory
from ingest.outcome import Outcome
from ingest.problems import Cells, Finding, Place, Problem, problem
from ingest.references import without
from ingest.work import Verdicts, validate
from practicegraph import ntriples
from practicegraph.namespaces import GP, compact
from practicegraph.ntriples import value_of
from practicegraph.record import Record
from practicegraph.repository import Repository

_ADAPTED: Final = ntriples.iri(GP + "adaptedFrom")
_ADAPTED_BYTES: Final = _ADAPTED.encode()
#: Generations of adaptation beyond the batch in which a circle is looked for.
MAX_GENERATIONS: Final = 64


@dataclass(slots=True)
class Entry:
    """A record on its way: where it comes from, and what became of it."""

    place: Place
    record: Record
    outcome: Outcome
    cells: Cells | None = None

    def at(self, focus: str, path: str | None, value: str | None) -> Place:
        """Where a statement is to be mended: its cell, if the record comes from sheets."""
        return self.place if self.cells is None else self.cells.at(focus, path, value)

    @property
    def faults(self) -> Collection[Place]:
        """The places of values that could not be read, which is told already."""
        return self.cells.faults if self.cells is not None else ()

    def problem(self, finding: Finding, field: str = "", value: str = "") -> Problem:
        """A problem of this record."""
        return problem(self.place, finding, field, value, self.record.iri)


@dataclass(slots=True)
class Check:
    """The check of one batch, under way."""

    entries: Sequence[Entry]
    problems: list[Problem]
    task: Task[Verdicts]
    deep: bool


class Checker:
    """Checks the batches of one run. The crew validates, at once or meanwhile."""

    def __init__(self, repository: Repository, memory: RunMemory, clock: Clock, crew: Crew) -> None:
        self._repository = repository
        self._memory = memory
        self._clock = clock
        self._crew = crew
        self._vocabularies = pickle.dumps(repository.log.vocabularies())
        base = re.escape(repository.iris.base.encode())
        #: The objects that may be records of ours, and their parts.
        self._names = re.compile(b"> <(" + base + b"/id/[^>]*)> \\.$", re.MULTILINE)

    def start(self, entries: Sequence[Entry], known: Lookahead) -> Check:
        """Take out references to what was rejected so far, and have the rest validated."""
        with self._clock.stage("assemble"):
            problems = self._part(entries, self._refused_before(entries, known))
        task, deep = self._validation(entries, entries, known)
        return Check(entries, problems, task, deep)

    def finish(self, check: Check) -> list[Problem]:
        """Give the rejected their outcome; returns what there is to say about all of them.

        Call it when the batches before were remembered.
        """
        entries, problems = check.entries, check.problems
        live = {e.record.iri for e in entries if e.outcome is Outcome.UPDATED}
        found: dict[str, list[Problem]] = {}
        accepted = unchecked = list(entries)
        too_deep: list[Problem] = []
        task, deep = check.task, check.deep
        while unchecked:
            refused = self._judge(unchecked, task.result(), found)
            if deep and not too_deep:
                too_deep = [e.problem(_DEEP, "gp:adaptedFrom") for e in entries if _is_adapted(e)]
            accepted = [e for e in accepted if e.outcome is not Outcome.REJECTED]
            gone = refused - live
            unchecked = [e for e in accepted if gone and self._refers(e, gone)]
            problems += self._part(unchecked, gone)
            if unchecked:
                task, deep = self._validation(unchecked, accepted, Lookahead(self._memory))
        return [*problems, *chain.from_iterable(found.values()), *too_deep]

    def remember(self, entries: Iterable[Entry]) -> None:
        """Keep in the memory of the run which records these name that are not here so far.

        Call it when the records of the batch were remembered.
        """
        written = list(entries)
        named = {
            entry.record.iri: {name.partition("#")[0] for name in self._named(entry.record)}
            for entry in written
        }
        absent = {whole for iri, others in named.items() for whole in others if whole != iri}
        absent -= set(self._memory.seen(absent))
        absent -= set(self._repository.log.heads(sorted(absent)))
        absent = {whole for whole in absent if self._repository.iris.name(whole)}
        wanted: dict[tuple[str, str, str, str, str], None] = {}
        for entry in written if absent else ():
            own = entry.record.iri
            if absent.isdisjoint(named[own]):
                continue
            for _, predicate, target in entry.record.statements():
                whole = value_of(target).partition("#")[0]
                if whole != own and whole in absent and target[0] == "<":
                    wanted[whole, *entry.place, own, compact(value_of(predicate))] = None
        self._memory.wait_for(wanted)

    def _validation(
        self, entries: Sequence[Entry], beside: Sequence[Entry], known: Lookahead
    ) -> tuple[Task[Verdicts], bool]:
        """Hand out the validation of records; says also whether there are too many generations."""
        if not entries:
            return done(Verdicts([], 0.0)), False
        context, deep = self._adaptations([entry.record for entry in beside], known)
        engine = self._repository.settings.validation_engine
        records = [entry.record for entry in entries]
        return self._crew.submit(validate, engine, self._vocabularies, records, context), deep

    def _judge(
        self, entries: Sequence[Entry], answer: Verdicts, found: dict[str, list[Problem]]
    ) -> set[str]:
        self._clock.add("validate", answer.seconds)
        refused: set[str] = set()
        for entry, verdict in zip(entries, answer.verdicts, strict=True):
            iri = entry.record.iri
            found[iri] = [
                Problem(
                    told.severity,
                    *place,
                    iri,
                    told.path,
                    told.value,
                    told.shape,
                    told.messages,
                )
                for told in verdict.told
                if (place := entry.at(told.focus, told.property, told.value)) not in entry.faults
            ]
            if not verdict.checked:
                unseen = noticed("unchecked")
                found[iri].append(entry.problem(unseen))
            if not verdict.conforms or entry.faults:
                entry.outcome = Outcome.REJECTED
                refused.add(iri)
        return refused

    # ---- references to what was rejected

    def _refused_before(self, entries: Sequence[Entry], known: Lookahead) -> set[str]:
        targets = {name for entry in entries for name in self._named(entry.record)}
        return known.refused(targets) - {entry.record.iri for entry in entries}

    def _named(self, record: Record) -> list[str]:
        """Records and parts of records that a record names; to look for them is cheap."""
        return [name.decode() for name in self._names.findall(record.content)]

    def _refers(self, entry: Entry, refused: set[str]) -> bool:
        return not refused.isdisjoint(self._named(entry.record))

    def _part(self, entries: Iterable[Entry], refused: set[str]) -> list[Problem]:
        """Take the references to refused records out of those that have any."""
        problems: list[Problem] = []
        for entry in entries if refused else ():
            if not self._refers(entry, refused):
                continue
            kept, lost = without(
                entry.record.statements(),
                lambda term: term[0] == "<" and value_of(term) in refused,
            )
            for subject, predicate, target in lost:
                name = value_of(predicate)
                place = entry.at(value_of(subject), name, target)
                problems.append(problem(place, _LOST, compact(name), target, entry.record.iri))
            entry.record = Record.written(entry.record.iri, kept, self._repository.iris)
        return problems

    # ---- what the shapes must see of records elsewhere

    def _adaptations(self, records: Iterable[Record], memory: Lookahead) -> tuple[str, bool]:
        """What was adapted from what, as far as it can be reached from these records, as N-Triples.

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
            in_run = memory.seen(step)
            found = memory.links(in_run)
            found += self._stored([iri for iri in step if iri not in in_run])
            edges.update(dict.fromkeys(found))
            ahead = [target for _, target in found]
        lines = (f"<{origin}> {_ADAPTED} <{target}> .\n" for origin, target in edges)
        return "".join(lines), bool(step)

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


_LOST: Final = noticed("record rejected")


_LATER: Final = noticed("record rejected later")
_NOWHERE: Final = noticed("record not here")
_DEEP: Final = noticed("deep", number=MAX_GENERATIONS)


def _is_adapted(entry: Entry) -> bool:
    return bool(adaptations_of(entry.record))


def adaptations_of(record: Record) -> list[tuple[str, str]]:
    """From which practices a record says that it was adapted, as pairs of IRIs."""
    if _ADAPTED_BYTES not in record.content:
        return []
    return [
        (record.iri, value_of(target))
        for _, predicate, target in record.statements()
        if predicate == _ADAPTED and target[0] == "<"
    ]
