"""What the log tells of runs: the part of `practicegraph.log.Log` that reads them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from practicegraph.lookups import Vanished, vanished_of, withdrawn_by_run_of
from practicegraph.revisions import Action, activity_of
from practicegraph.runs import INGEST, Origin, Run, RunOutcome, find, run_of, undone_by
from practicegraph.tables import revision, run
from practicegraph.undo_plan import Step, steps_of


@dataclass(frozen=True, slots=True)
class Touched:
    """A revision that a run made, without its content."""

    seq: int
    record: str
    kind: str
    action: Action
    restores: int | None


class RunLog(ABC):
    """Reads runs, and what they did, over the connections of a log."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[sa.Connection]:
        """Hold a connection for reading."""

    def run(self, number: int) -> Run | None:
        """The run with a number, if there is one."""
        with self._reading() as connection:
            return find(connection, number)

    def runs(self, limit: int = 50, offset: int = 0) -> list[Run]:
        """The newest runs, the last one first."""
        query = sa.select(run).order_by(run.c.id.desc()).limit(limit).offset(offset)
        return [run_of(row) for row in self._all(query)]

    def count_runs(self) -> int:
        """How many runs there have been."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(run)) or 0

    def last_ended(self) -> int:
        """The number of the newest end of a run (`Run.ended_seq`); 0 for none."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(run.c.ended_seq))) or 0

    def ended_runs(self, after: int = 0, upto: int | None = None) -> Iterator[Run]:
        """Yield the runs that ended after an end (and up to another one), in that order."""
        while True:
            query = sa.select(run).where(run.c.ended_seq > after)
            if upto is not None:
                query = query.where(run.c.ended_seq <= upto)
            rows = self._all(query.order_by(run.c.ended_seq).limit(100))
            for row in rows:
                yield run_of(row)
            if not rows:
                return
            after = rows[-1].ended_seq

    def undone(self, numbers: Iterable[int]) -> dict[int, int]:
        """Which of the runs are undone now, each with the run that undid it."""
        with self._reading() as connection:
            return undone_by(connection, numbers)

    def unchanged_since(
        self,
        origin: Origin,
        *,
        source_digest: str,
        mapping_digest: str | None,
        rules_digest: str | None,
        tool: str,
    ) -> Run | None:
        """The run after which reading this again would change nothing, if there is one.

        It is the last one of this origin, if it went to its end and is not undone, and what it
        read, the mapping, the shapes and vocabularies and the program are still the same. Whether
        it rejected records does not matter: the same ones would be rejected again.
        """
        query = sa.select(run).where(_is_of(origin)).order_by(run.c.id.desc()).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            last = run_of(row)
            same = (source_digest, mapping_digest, rules_digest, tool, RunOutcome.FINISHED) == (
                last.source_digest,
                last.mapping_digest,
                last.rules_digest,
                last.tool,
                last.outcome,
            )
            return last if same and not undone_by(connection, [last.number]) else None

    def most_files(self, origin: Origin) -> int:
        """Of how many files an origin was at most read."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(run.c.files)).where(_is_of(origin))) or 0

    # ---- what a run did

    def touched(self, number: int, *, limit: int, after: int = 0, offset: int = 0) -> list[Touched]:
        """A page of what a run did, in order, without the contents."""
        query = (
            sa.select(
                revision.c.seq,
                revision.c.record,
                revision.c.kind,
                revision.c.action,
                revision.c.restores,
            )
            .where(revision.c.activity == activity_of(number), revision.c.seq > after)
            .order_by(revision.c.seq)
            .limit(limit)
            .offset(offset)
        )
        return [Touched(*row) for row in self._all(query)]

    def all_touched(self, number: int, batch: int = 500) -> Iterator[Touched]:
        """Yield everything that a run did, in order, without the contents."""
        after = 0
        while page := self.touched(number, limit=batch, after=after):
            yield from page
            after = page[-1].seq

    def count_touched(self, number: int) -> int:
        """How many revisions a run made; answered from an index, so that a page may ask for it."""
        query = sa.select(sa.func.count()).where(revision.c.activity == activity_of(number))
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def totals(self, number: int) -> dict[tuple[str, Action], int]:
        """How many revisions a run made, by the kind of record and the action."""
        query = (
            sa.select(revision.c.kind, revision.c.action, sa.func.count())
            .where(revision.c.activity == activity_of(number))
            .group_by(revision.c.kind, revision.c.action)
            .order_by(revision.c.kind, revision.c.action)
        )
        return {(row[0], row[1]): row[2] for row in self._all(query)}

    def vanished(
        self, origin: Origin, number: int | None = None, batch: int = 500
    ) -> Iterator[list[Vanished]]:
        """Yield, in portions, the published records that an origin does not describe any more.

        Those are the ones that it described once, but not in the run of this number; without a
        number, all that it ever described. What the run rejected it has met, too, if it was told
        so: see `Transaction.sight`.
        """
        after = (0, 0)
        while True:
            with self._reading() as connection:
                page, after = vanished_of(connection, origin, number, after=after, limit=batch)
            if not page:
                return
            yield page

    def withdrawn_by_run(self, records: Iterable[str]) -> set[str]:
        """Those of the records that a run withdrew, so that an import may bring them back.

        What a person withdrew, or what another record replaced, is not among them.
        """
        with self._reading() as connection:
            return withdrawn_by_run_of(connection, list(records))

    def plan_undo(self, number: int, after: int = 0, limit: int = 500) -> tuple[list[Step], int]:
        """What undoing a run would do, for the next so many of its revisions; see `steps_of`."""
        with self._reading() as connection:
            return steps_of(connection, number, after, limit)

    def _all(self, query: sa.Select[Any]) -> list[Any]:
        with self._reading() as connection:
            return list(connection.execute(query).all())


def _is_of(origin: Origin) -> sa.ColumnElement[bool]:
    """Whether a run is an import of this origin."""
    return sa.and_(
        run.c.source == origin.source,
        run.c.input == origin.input,
        sa.func.coalesce(run.c.mapping, "") == origin.mapping,
        run.c.kind == INGEST,
    )
