"""One source on its way into the log, as a run of its own: begun, brought in, settled, ended.

What vanished from a source is known when all sources of a call were read, since another one may
still describe it. Then each run ends, and tells how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyoxigraph as ox

from ingest.assembly import title_of
from ingest.changes import Change
from ingest.executors import Crew
from ingest.findings import noticed
from ingest.likely import catalogue_of
from ingest.outcome import Counts, Outcome
from ingest.pipeline import Pipeline
from ingest.problems import Finding, Place, problem
from ingest.report import Report, SourceReport
from ingest.sources import Source
from practicegraph import __version__
from practicegraph.duplicates.finding import Finder
from practicegraph.errors import PracticeGraphError
from practicegraph.graph import rules_digest
from practicegraph.lookups import Vanished
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance, Revision, activity_of
from practicegraph.runs import Origin, Run, RunOutcome

TOOL: Final = f"PracticeGraph {__version__}"
#: Groups of problems that the log keeps of a run, the gravest and most frequent first.
_MAX_GROUPS: Final = 200


@dataclass(frozen=True, slots=True)
class Orders:
    """How a steward wants sources to be brought in.

    With `force` also what has not changed is read; with `withdraw_missing` records are withdrawn
    that a source does not describe any more; with `skip_broken` broken files are left out.
    """

    force: bool = False
    withdraw_missing: bool = False
    skip_broken: bool = False


def origin_of(source: Source) -> Origin:
    """By what the runs of a source are compared."""
    return Origin(source.name, source.files, source.mapping.name if source.mapping else "")


def unchanged_since(repository: Repository, source: Source, orders: Orders) -> Run | None:
    """The run since which there is nothing new in a source, if it need not be read again."""
    if orders.force:
        return None
    origin = origin_of(source)
    run = repository.log.unchanged_since(
        origin,
        source_digest=source.digest,
        mapping_digest=source.mapping.digest if source.mapping else None,
        rules_digest=rules_digest(repository.log.vocabularies()),
        tool=TOOL,
    )
    if run and run.options.get("skip_broken") and not orders.skip_broken:
        return None  # what was left out shall be told now
    if run and orders.withdraw_missing:
        # The run before only listed what has vanished; now it shall be withdrawn.
        pages = repository.log.vanished(origin, run.number)
        if any(gone.kept_by is None for page in pages for gone in page):
            return None
    return run


def unread(source: Source, last: int) -> SourceReport:
    """What there is to report of a source that is as it was after a run."""
    name = source.mapping.name if source.mapping else None
    return SourceReport(source.files, source.name, name, None, Counts(), last)


class SourceRun:
    """The run of one source. In a dry run it has no number, and nothing is written."""

    def __init__(
        self,
        repository: Repository,
        source: Source,
        report: Report,
        orders: Orders,
        *,
        agent: str,
        crew: Crew,
        finder: Finder | None = None,
    ) -> None:
        self._repository = repository
        self._source = source
        self._report = report
        self._orders = orders
        self._origin = origin_of(source)
        self._told = report.memory.last_problem()
        self._number: int | None = None if report.dry_run else self._start(agent)
        self._provenance = self._named(agent) if self._number else None
        self._pipeline = Pipeline(
            repository,
            source,
            report.memory,
            report.clock,
            self._provenance,
            crew=crew,
            sighting=(self._number, self._origin) if self._number else None,
            finder=finder,
        )
        self._counts = self._pipeline.counts
        self._done = self._ended = False

    def _start(self, agent: str) -> int:
        mapping = self._source.mapping
        with self._repository.log.writing() as transaction:
            return transaction.start_run(
                source=self._origin.source,
                input=self._origin.input,
                files=self._source.count,
                source_digest=self._source.digest,
                title=mapping.title if mapping else None,
                homepage=mapping.homepage.value if mapping else None,
                licence=mapping.licence.value if mapping and mapping.licence else None,
                mapping=mapping.name if mapping else None,
                mapping_digest=mapping.digest if mapping else None,
                rules_digest=rules_digest(self._repository.log.vocabularies()),
                options={name: True for name, on in asdict(self._orders).items() if on},
                agent=agent,
                tool=TOOL,
            )

    def _named(self, agent: str) -> Provenance:
        return Provenance(
            agent=agent,
            activity=activity_of(self._number or 0),
            source=catalogue_of(self._source),
            message=f"Ingested from {self._source.files}",
        )

    def bring_in(self, progress: Callable[[int], object] | None = None) -> None:
        """Bring everything in; `progress` is told how many rows or subjects each batch held."""
        for steps in self._pipeline.run():
            if progress is not None:
                progress(steps)
        self._done = True

    # ---- what has vanished

    def settle(self) -> None:
        """List the records that the source does not describe any more, or withdraw them.

        They are withdrawn where that was asked for, and all of the source could be read.
        """
        doubt = self._doubt()
        withdraw = self._orders.withdraw_missing and doubt is None
        found = 0
        for page in self._repository.log.vanished(self._origin, self._number):
            gone = self._not_met(page)
            found += len(gone)
            outcomes = self._withdraw(gone) if withdraw else dict.fromkeys(gone, Outcome.VANISHED)
            self._tell(outcomes)
        if found and not withdraw:
            wanted = self._orders.withdraw_missing
            finding = _kept(found, doubt) if wanted and doubt else _vanished(found)
            place = Place(self._source.files, "")
            self._report.memory.report([problem(place, finding)])

    def _doubt(self) -> str | None:
        """Why what is missing may not have vanished, if that is to be feared."""
        name = self._source.files
        if self._counts.lost or name in self._report.incomplete:
            return _NOT_WHOLE
        counts = self._counts.flat()
        if not any(counts.get(outcome, 0) for outcome in _KNOWN_BEFORE):
            return _NOTHING_KNOWN
        # A table whose header has changed is passed over, and its records seem to be gone.
        if name in self._report.unrecognised and self._source.count < (
            self._repository.log.most_files(self._origin)
        ):
            return _FEWER_FILES
        return None

    def _not_met(self, page: list[Vanished]) -> list[Vanished]:
        """Those that no source of this call describes, nor another one that was read before."""
        records = [v.record for v in page]
        memory = self._report.memory
        met = memory.seen(records).keys() | memory.refused(records)
        return [v for v in page if v.kept_by is None and v.record not in met]

    def _withdraw(self, gone: list[Vanished]) -> dict[Vanished, Outcome]:
        if self._provenance is None:
            return dict.fromkeys(gone, Outcome.WITHDRAWN)
        expected = {v.record: v.seq for v in gone}
        with self._repository.log.writing() as transaction:
            done = set(transaction.withdraw_many(expected, self._provenance))
        # What somebody changed at this moment is left alone.
        return {v: Outcome.WITHDRAWN if v.record in done else Outcome.VANISHED for v in gone}

    def _tell(self, outcomes: dict[Vanished, Outcome]) -> None:
        revisions = self._repository.log.at([v.seq for v in outcomes])
        titles = {revision.record: _title(revision) for revision in revisions}
        for vanished, outcome in outcomes.items():
            self._counts.add(vanished.kind, outcome)
        self._report.memory.change(
            Change(outcome, v.record, titles.get(v.record, ""), self._source.files, "")
            for v, outcome in outcomes.items()
        )

    # ---- the end

    def end(self, *, alone: bool) -> None:
        """Note that all went well, and add to the report; `alone` if no other run was in the call.

        Problems that came up between sources are told of a run that was alone.
        """
        self._end(RunOutcome.FINISHED, None if alone else self._told)
        source = self._source
        self._report.sources.append(
            SourceReport(
                source.files,
                source.name,
                source.mapping.name if source.mapping else None,
                self._number,
                self._counts,
            )
        )
        self._report.counts.merge(self._counts)

    def break_off(self, error: BaseException) -> None:
        """Note that the call failed; what was read to its end before counts as finished."""
        outcome = RunOutcome.FAILED if isinstance(error, Exception) else RunOutcome.INTERRUPTED
        with suppress(PracticeGraphError):  # what stopped it may stop this as well
            self._end(RunOutcome.FINISHED if self._done else outcome, self._told)

    def _end(self, outcome: RunOutcome, told: int | None) -> None:
        if self._number is None or self._ended:
            return
        with self._repository.log.writing() as transaction:
            transaction.end_run(
                self._number, self._counts.flat(), outcome, list(self._groups(told))
            )
        self._ended = True

    def _groups(self, told: int | None) -> Iterator[dict[str, Any]]:
        groups = self._report.memory.summary(after=told or 0)
        for _, (severity, name, rule, count, first) in zip(
            range(_MAX_GROUPS), groups, strict=False
        ):
            yield {
                "severity": severity,
                "field": name,
                "rule": rule,
                "count": count,
                "message": first.messages.get("en") or next(iter(first.messages.values()), ""),
                "example": ": ".join(filter(None, (first.file, first.place, first.value))),
            }


def _title(revision: Revision) -> str:
    record = revision.as_record()
    about = ox.NamedNode(revision.record)
    return title_of(
        [
            (str(t.predicate), str(t.object))
            for t in (record.triples() if record else ())
            if t.subject == about and not isinstance(t.object, ox.Triple)
        ]
    )


def _vanished(number: int) -> Finding:
    return noticed("vanished", number=f"{number:,}")


#: Outcomes of records that were there before the run.
_KNOWN_BEFORE: Final = (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.REJECTED, Outcome.SKIPPED)
#: Why nothing is withdrawn although it has vanished: names of what there is to say.
_NOT_WHOLE: Final = "vanished in part"
_NOTHING_KNOWN: Final = "vanished elsewhere"
_FEWER_FILES: Final = "vanished with files"


def _kept(number: int, doubt: str) -> Finding:
    return noticed(doubt, number=f"{number:,}")
