"""What a run leaves behind, to compare runs of different crews, and a crew that puts work off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from village import Line, as_csv, fresh, mapping_file

from ingest import ingest
from ingest.executors import Crew, Task
from practicegraph.tables import identity

T = TypeVar("T")

Trace = dict[str, Any]


class _Later:
    def __init__(self, crew: LateCrew, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self._crew, self._work, self._given = crew, work, given

    def result(self) -> Any:
        self._crew.waiting -= 1
        return self._work(*self._given)

    def cancel(self) -> None:
        self._crew.waiting -= 1


class LateCrew(Crew):
    """Does nothing before it is waited for, so that plans are made as far ahead as they can be."""

    def __init__(self, ahead: int) -> None:
        self.workers = self.ahead = ahead
        self.waiting = self.most = self.handed = 0

    def submit(self, work: Callable[..., T], *given: Any) -> Task[T]:
        self.waiting += 1
        self.handed += 1
        self.most = max(self.most, self.waiting)
        return _Later(self, work, given)


def trace(
    folder: Path,
    tables: Sequence[Sequence[Line]],
    crew: Callable[[], Crew],
    *,
    size: int = 2,
    dry: bool = False,
) -> Trace:
    """Bring tables in, one run after the other, and tell all that can be told of it."""
    folder.mkdir()
    paths = [as_csv(folder / f"{number}.csv", lines) for number, lines in enumerate(tables)]
    return trace_of(folder, paths, crew, mapping_file(folder), size=size, dry=dry)


def trace_of(
    folder: Path,
    paths: Sequence[Path],
    crew: Callable[[], Crew],
    mapping: Path | None = None,
    *,
    size: int = 2,
    dry: bool = False,
) -> Trace:
    """Bring files in, one run after the other, and tell all that can be told of it."""
    told: list[Any] = []
    with (
        fresh(folder / "data", batch_size=size) as repository,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("ingest.runs.crew_of", lambda *_: crew())
        for path in paths:
            with ingest(repository, [path], mapping, dry_run=dry) as report:
                summary = report.summary()
                del summary["seconds"]
                told.append((summary, list(report.problems()), list(report.memory.changes())))
        revisions = [
            (r.seq, r.record, r.action, r.digest, r.previous, r.content, r.activity)
            for r in repository.log.revisions()
        ]
        with repository.log._reading() as connection:
            keys = sorted(map(tuple, connection.execute(sa.select(identity))))
    return {"reports": told, "revisions": revisions, "keys": keys}
