"""Runs: what was done to many records at once, with which means, and how it ended.

Every revision that a run makes names it as its activity. A run has a kind: `ingest` brings records
in, `undo` takes back what another run did, and others may come.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from practicegraph import processes
from practicegraph.revisions import activity_of
from practicegraph.tables import run

#: The kinds of runs that this module itself speaks of.
INGEST: Final = "ingest"
UNDO: Final = "undo"

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s]*@")


class RunOutcome(StrEnum):
    """How a run ended, or that it has not."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Origin(NamedTuple):
    """What one run has in common with the next that reads the same again.

    That is the source, the short name of what is read, and the mapping, empty without one.
    """

    source: str
    input: str
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the table `run`.

    `input` is the short name of what was read, of `files` files; the digests are those of what was
    read, of the mapping, and of the shapes and vocabularies in force. `counts` has numbers by
    outcome and by kind and outcome (`practice.created`); `summary` the problems in groups, each
    with `severity`, `field`, `rule`, `count`, `message` and an example. `undoes` is the number of
    the run that an undo takes back. `ended_seq` numbers the ends of runs in their order.
    """

    number: int
    kind: str
    source: str
    input: str | None
    files: int | None
    source_digest: str | None
    title: str | None
    homepage: str | None
    licence: str | None
    mapping: str | None
    mapping_digest: str | None
    rules_digest: str | None
    options: Mapping[str, Any]
    undoes: int | None
    agent: str = field(repr=False)
    tool: str
    process: str | None
    started: dt.datetime
    ended: dt.datetime | None
    ended_seq: int | None
    outcome: RunOutcome
    counts: Mapping[str, int]
    summary: tuple[Mapping[str, Any], ...] = field(repr=False)

    @property
    def activity(self) -> str:
        """What its revisions name as their activity."""
        return activity_of(self.number)

    @property
    def state(self) -> RunOutcome:
        """Its outcome as it is now: one whose process died while it ran is interrupted."""
        if self.outcome is RunOutcome.RUNNING and processes.ended(self.process):
            return RunOutcome.INTERRUPTED
        return self.outcome

    @property
    def public_input(self) -> str | None:
        """What was read, without the parameters of an address, which may hold keys."""
        if self.input is None or "://" not in self.input:
            return self.input
        return self.input.partition("?")[0].partition("#")[0]


def run_of(row: Any) -> Run:
    """The run in a row of the table `run`."""
    values = row._asdict()
    return Run(
        number=values.pop("id"),
        options=values.pop("options") or {},
        started=dt.datetime.fromisoformat(values.pop("started")),
        ended=dt.datetime.fromisoformat(ended) if (ended := values.pop("ended")) else None,
        outcome=RunOutcome(values.pop("outcome")),
        counts=values.pop("counts") or {},
        summary=tuple(values.pop("summary") or ()),
        **values,
    )


def find(connection: sa.Connection, number: int) -> Run | None:
    """The run with a number, if there is one."""
    row = connection.execute(sa.select(run).where(run.c.id == number)).first()
    return run_of(row) if row else None


def undone_by(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Which of the runs are undone now, each with the run that undid it.

    An undo that was undone itself has no effect; one that has begun has.
    """
    pairs = connection.execute(
        sa.select(run.c.id, run.c.undoes).where(run.c.undoes.is_not(None)).order_by(run.c.id.desc())
    )
    undone: dict[int, int] = {}
    for number, undoes in pairs:
        # Whatever undoes this one came after it, and so was met before.
        if number not in undone:
            undone.setdefault(undoes, number)
    return {number: undone[number] for number in numbers if number in undone}


def without_credentials(text: str) -> str:
    """The name of an input without the user name and password that an address may hold."""
    return _CREDENTIALS.sub("", text)
