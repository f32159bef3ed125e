"""What the tests of mappings ask of a real folder: dry run, run, and run again."""

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
    """A repository with a source in it, and the reports of the three runs."""

    repository: Repository
    dry: Report
    wet: Report
    again: Report

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


@contextmanager
def filled(path: Path, data: Path, *, skip_broken: bool = False) -> Iterator[Filled]:
    """Bring a source in: first dry, then for good, then once more."""
    with fresh(data) as repository:
        runs = [
            ingest(repository, [path], dry_run=dry, skip_broken=skip_broken, force=True)
            for dry in (True, False, False)
        ]
        try:
            yield Filled(repository, *runs)
        finally:
            for run in runs:
                run.close()


def assert_repeatable(found: Filled) -> None:
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
