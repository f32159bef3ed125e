"""What the log holds: revisions, the heads of records, and the provenance of a change."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from practicegraph.record import Record

Action = Literal["create", "update", "withdraw"]

_RUN: Final = re.compile(r"run/([0-9]{1,18})")


def activity_of(run: int) -> str:
    """What the revisions of a run name as their activity."""
    return f"run/{run}"


def run_of_activity(activity: str) -> int | None:
    """The number of the run that an activity is; None for the work of a person."""
    match = _RUN.fullmatch(activity)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who writes, in which activity, from which source, and why."""

    agent: str
    activity: str
    source: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One row of the log. `content` is canonical N-Triples, None for a withdrawal.

    `restores` is the older revision whose state this one brings back, where it undoes others.
    """

    seq: int
    record: str
    kind: str
    action: Action
    content: bytes | None = field(repr=False)
    digest: str | None
    previous: int | None
    agent: str
    activity: str
    source: str | None
    message: str
    replaced_by: str | None
    time: dt.datetime
    restores: int | None = None

    @property
    def run(self) -> int | None:
        """The number of the run that made it; None for the work of a person."""
        return run_of_activity(self.activity)

    def as_record(self) -> Record | None:
        """The record as it stood after this revision; None after a withdrawal."""
        if self.content is None or self.digest is None:
            return None
        return Record(self.record, self.kind, self.content, self.digest)


@dataclass(frozen=True, slots=True)
class Head:
    """The last revision of a record, in short. `live` is False once it is withdrawn."""

    record: str
    kind: str
    seq: int
    live: bool
    digest: str | None


def now() -> str:
    """The present moment in UTC as the log writes it (RFC 3339, microseconds)."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def revision_of(row: Any) -> Revision:
    """The revision in a row of the table `revision`."""
    values = row._asdict()
    values["time"] = dt.datetime.fromisoformat(values["time"])
    return Revision(**values)
