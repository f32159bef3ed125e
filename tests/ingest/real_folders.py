"""What the tests of mappings ask of a source: one run, or a dry run, a run, and one again.

That the real folders can be repeated is asked of them all in `test_real_sources`; the samples of
the mappings are small enough to be brought in three times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from village import fresh

from ingest import Report, ingest
from ingest.outcome import Outcome
from practicegraph.repository import Repository


@dataclass(frozen=True)
class Filled:
    """A repository with a source in it, and the report of the run that brought it in."""

    repository: Repository
    wet: Report

    def created(self) -> dict[str, int]:
        """How many records of each kind the run made."""
        return {kind: n for (kind, o), n in self.wet.counts.records.items() if o is Outcome.CREATED}

    def rejected(self) -> dict[str, int]:
        """How many records of each kind the run rejected."""
        return {
            kind: n for (kind, o), n in self.wet.counts.records.items() if o is Outcome.REJECTED
        }

    def faults(self) -> Counter[tuple[str, str]]:
        """Why something was rejected: field and rule, with their number."""
        return Counter((p.field, p.rule) for p in self.wet.problems() if p.severity == "violation")

    def text(self) -> str:
        """All that became public, in N-Triples."""
        contents = (r.content or b"" for r in self.repository.log.live_revisions())
        return b"\n".join(contents).decode()


@dataclass(frozen=True)
class Repeated(Filled):
    """A repository with a source in it, and the reports of the dry run and the second run too."""

    dry: Report
    again: Report


@contextmanager
def filled(path: Path, data: Path, *, skip_broken: bool = False) -> Iterator[Filled]:
    """Bring a source in, once."""
    with (
        fresh(data) as repository,
        ingest(repository, [path], skip_broken=skip_broken) as report,
    ):
        yield Filled(repository, report)


@contextmanager
def repeated(path: Path, data: Path, *, skip_broken: bool = False) -> Iterator[Repeated]:
    """Bring a source in: first dry, then for good, then once more."""
    with fresh(data) as repository:
        runs = dry, wet, again = [
            ingest(repository, [path], dry_run=is_dry, skip_broken=skip_broken, force=True)
            for is_dry in (True, False, False)
        ]
        try:
            yield Repeated(repository, wet, dry, again)
        finally:
            for run in runs:
                run.close()


def assert_repeatable(found: Repeated) -> None:
    """The dry run told what the run did, and the second run did nothing."""
    assert found.dry.counts == found.wet.counts
    assert _told(found.dry) == _told(found.wet)
    done = {o for _, o in found.again.counts.records}
    assert done <= {Outcome.UNCHANGED, Outcome.REJECTED}
    assert found.again.counts.of(Outcome.UNCHANGED) == sum(found.created().values())


def _told(report: Report) -> Counter[tuple[str, ...]]:
    # The engine is free in the order in which it evaluates the branches of a query.
    return Counter(
        (p.severity, p.file, p.place, p.field, p.value, p.rule) for p in report.problems()
    )
