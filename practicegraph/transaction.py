"""What may be written to the log inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from practicegraph import processes
from practicegraph.concepts import Table
from practicegraph.concepts.store import keep, take_away
from practicegraph.errors import Conflict, RepositoryError
from practicegraph.lookups import heads_of, origin_id_of, resolved, taken_of
from practicegraph.migration import upgrade
from practicegraph.record import Record
from practicegraph.revisions import Head, Provenance, now
from practicegraph.runs import Origin, Run, RunOutcome, find, undone_by, without_credentials
from practicegraph.tables import (
    SCHEMA_VERSION,
    head,
    identity,
    meta,
    metadata,
    origin,
    revision,
    run,
    sighting,
)
from practicegraph.undo_plan import Step, steps_of


class Transaction:
    """What may be done inside one write transaction of the log."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """What the transaction is held over, for tables that have a module of their own."""
        return self._connection

    def prepare(self, base_iri: str) -> None:
        """Make the tables where they are absent, and bring those of an older version up to date.

        Raises RepositoryError for another base IRI or a newer version.
        """
        known = fixed(self._connection)
        if known:
            check(known, base_iri)
            upgrade(self._connection, int(known["schema_version"]))
            return
        metadata.create_all(self._connection)
        values = {"schema_version": str(SCHEMA_VERSION), "base_iri": base_iri, "made": now()}
        self._connection.execute(
            sa.insert(meta), [{"key": k, "value": v} for k, v in values.items()]
        )

    def append(
        self,
        records: Iterable[Record],
        provenance: Provenance,
        expected: Mapping[str, int | None] | None = None,
    ) -> list[int | None]:
        """Append revisions as `Log.append` does, inside this transaction.

        `expected` holds, by record, the sequence number of the head on which the change is based
        (None: there was none). Raises Conflict when a head has moved since.
        """
        given = list(records)
        expected = expected or {}
        heads = heads_of(self._connection, list({*expected, *(r.iri for r in given)}))
        for iri, seq in expected.items():
            found = heads[iri].seq if iri in heads else None
            if found != seq:
                raise Conflict(
                    f"{iri} was changed meanwhile: it is at revision {found}, and this change was "
                    f"based on {seq}. Read it again.",
                    record=iri,
                    current=found,
                )
        seqs: list[int | None] = []
        next_seq = self._next_seq()
        rows: list[dict[str, Any]] = []
        moment = now()
        for record in given:
            before = heads.get(record.iri)
            if before is not None and before.live and before.digest == record.digest:
                seqs.append(None)
                continue
            rows.append(
                _row(
                    provenance,
                    moment,
                    seq=next_seq,
                    record=record.iri,
                    kind=record.kind,
                    action="update" if before is not None and before.live else "create",
                    content=record.content,
                    digest=record.digest,
                    previous=before.seq if before else None,
                )
            )
            heads[record.iri] = Head(record.iri, record.kind, next_seq, True, record.digest)
            seqs.append(next_seq)
            next_seq += 1
        self._write(rows)
        return seqs

    def withdraw(self, record: str, provenance: Provenance, replaced_by: str | None = None) -> int:
        """Append a withdrawal as `Log.withdraw` does, inside this transaction."""
        before = heads_of(self._connection, [record]).get(record)
        if before is None or not before.live:
            raise Conflict(f"{record} is not published, so it cannot be withdrawn.")
        seq = self._next_seq()
        self._write([_withdrawal(before, seq, provenance, now(), replaced_by)])
        return seq

    def withdraw_many(self, expected: Mapping[str, int], provenance: Provenance) -> list[str]:
        """Append the withdrawals of records that are live and at the revision `expected` names.

        Returns those that were; what somebody changed or withdrew meanwhile is left alone.
        """
        heads = heads_of(self._connection, list(expected))
        gone = [h for h in heads.values() if h.live and h.seq == expected[h.record]]
        moment, first = now(), self._next_seq()
        self._write(
            [_withdrawal(h, seq, provenance, moment) for seq, h in enumerate(gone, start=first)]
        )
        return [h.record for h in gone]

    def plan_undo(self, number: int, after: int = 0, limit: int = 500) -> tuple[list[Step], int]:
        """As `Log.plan_undo`, inside this transaction."""
        return steps_of(self._connection, number, after, limit)

    def restore(self, steps: Iterable[Step], provenance: Provenance) -> list[int]:
        """Append the revisions that bring back what the steps name, planned in this transaction.

        The content that comes back is told to be from the source it came from; `provenance` says
        the rest. Returns the sequence numbers.
        """
        moment, first = now(), self._next_seq()
        rows = [
            _row(
                provenance,
                moment,
                seq=seq,
                record=step.record,
                kind=step.kind,
                action=step.effect,
                content=step.before.content if step.before else None,
                digest=step.before.digest if step.before else None,
                previous=step.head,
                source=step.before.source if step.before else step.source,
                replaced_by=step.before.replaced_by if step.before else None,
                restores=step.restores,
            )
            for seq, step in enumerate((s for s in steps if s.writes), start=first)
        ]
        self._write(rows)
        return [row["seq"] for row in rows]

    def _next_seq(self) -> int:
        return (self._connection.scalar(sa.select(sa.func.max(revision.c.seq))) or 0) + 1

    def _write(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        self._connection.execute(sa.insert(revision), rows)
        last = {row["record"]: row for row in rows}
        self._connection.execute(
            _upsert(self._connection, head, ["kind", "seq", "live", "digest"], ["record"]),
            [
                {
                    "record": row["record"],
                    "kind": row["kind"],
                    "seq": row["seq"],
                    "live": row["action"] != "withdraw",
                    "digest": row["digest"],
                }
                for row in last.values()
            ],
        )

    def identify(self, source: str, names: Mapping[str, str]) -> None:
        """Note under which keys the source knows records (`names`: key → record IRI).

        Raises Conflict when a key already leads to another record.
        """
        known = resolved(self._connection, source, list(names))
        for key, record in names.items():
            if known.get(key, record) != record:
                raise Conflict(
                    f"{key} of {source} already names {known[key]}; it cannot name {record} too.",
                    key=key,
                )
        rows = [
            {"source": source, "key": key, "record": record}
            for key, record in names.items()
            if key not in known
        ]
        if rows:
            self._connection.execute(sa.insert(identity), rows)

    def taken(self, records: Iterable[str]) -> set[str]:
        """As `Log.taken`, inside this transaction."""
        return taken_of(self._connection, list(records))

    def load_table(self, table: Table, agent: str) -> bool:
        """Lay an official table over the list of its name; returns whether anything changes."""
        return keep(self._connection, table, agent)

    def unload_table(self, name: str, agent: str) -> bool:
        """Take the official table of that name away; returns whether there was one."""
        return take_away(self._connection, name, agent)

    # ---- runs

    def start_run(
        self,
        *,
        source: str,
        agent: str,
        tool: str,
        kind: str = "ingest",
        input: str | None = None,  # noqa: A002 - the word of the field
        files: int | None = None,
        source_digest: str | None = None,
        title: str | None = None,
        homepage: str | None = None,
        licence: str | None = None,
        mapping: str | None = None,
        mapping_digest: str | None = None,
        rules_digest: str | None = None,
        options: Mapping[str, Any] | None = None,
        undoes: int | None = None,
    ) -> int:
        """Note that this process has started a run; returns its number.

        Runs whose processes died before they could say how they ended are closed here, as
        interrupted. See `practicegraph.runs.Run` for the fields; an address in `input` loses user
        names and passwords.
        """
        self._close_interrupted()
        result = self._connection.execute(
            sa.insert(run).values(
                started=now(),
                process=processes.mark(),
                outcome=RunOutcome.RUNNING,
                kind=kind,
                source=source,
                input=None if input is None else without_credentials(input),
                files=files,
                source_digest=source_digest,
                title=title,
                homepage=homepage,
                licence=licence,
                mapping=mapping,
                mapping_digest=mapping_digest,
                rules_digest=rules_digest,
                options=None if options is None else dict(options),
                undoes=undoes,
                agent=agent,
                tool=tool,
            )
        )
        key = result.inserted_primary_key
        if key is None:
            raise RepositoryError("The database gave no number to the run.")
        return int(key[0])

    def resume_run(self, number: int) -> None:
        """Note that this process goes on with a run that was interrupted or failed."""
        values = {"process": processes.mark(), "outcome": RunOutcome.RUNNING, "ended": None}
        self._connection.execute(sa.update(run).where(run.c.id == number).values(values))

    def end_run(
        self,
        number: int,
        counts: Mapping[str, int],
        outcome: RunOutcome = RunOutcome.FINISHED,
        summary: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Note how a run ended: its counts and, in groups, the problems that it met."""
        self._end(number, outcome, ended=now(), counts=dict(counts), summary=list(summary))

    def run(self, number: int) -> Run | None:
        """As `Log.run`, inside this transaction."""
        return find(self._connection, number)

    def undone(self, numbers: Iterable[int]) -> dict[int, int]:
        """As `Log.undone`, inside this transaction."""
        return undone_by(self._connection, numbers)

    def sight(self, number: int, given: Origin, records: Iterable[str]) -> None:
        """Note that a run met records in an origin, in whatever form they were."""
        known = origin_id_of(self._connection, given)
        if known is None:
            self._connection.execute(sa.insert(origin).values(given._asdict()))
            known = origin_id_of(self._connection, given)
        rows = [
            {"origin": known, "record": record, "run": number} for record in dict.fromkeys(records)
        ]
        if rows:
            # A run that goes on beside a later one of the same input takes nothing back.
            names = ["record", "origin"]
            statement = _upsert(self._connection, sighting, ["run"], names, newer="run")
            self._connection.execute(statement, rows)

    def _close_interrupted(self) -> None:
        query = sa.select(run.c.id, run.c.process).where(run.c.outcome == RunOutcome.RUNNING)
        for row in self._connection.execute(query.order_by(run.c.id)).all():
            if processes.ended(row.process):
                self._end(row.id, RunOutcome.INTERRUPTED)

    def _end(self, number: int, outcome: RunOutcome, **values: Any) -> None:
        last = self._connection.scalar(sa.select(sa.func.max(run.c.ended_seq))) or 0
        self._connection.execute(
            sa.update(run)
            .where(run.c.id == number)
            .values(outcome=outcome, process=None, ended_seq=last + 1, **values)
        )


def fixed(connection: sa.Connection) -> dict[str, str]:
    """What was fixed when the log was made; empty where there is no log yet."""
    if not sa.inspect(connection).has_table(meta.name):
        return {}
    rows = connection.execute(sa.select(meta.c.key, meta.c.value))
    return {row.key: row.value for row in rows}


def check(known: Mapping[str, str], base_iri: str) -> None:
    """Raise RepositoryError where the log is of a newer version, or of another base IRI."""
    if int(known["schema_version"]) > SCHEMA_VERSION:
        raise RepositoryError(
            f"This log was written by a newer version (tables {known['schema_version']}, "
            f"this program knows {SCHEMA_VERSION}). Install the newer program."
        )
    if known["base_iri"] != base_iri:
        raise RepositoryError(
            f"This data directory was made for the base IRI {known['base_iri']}, and the "
            f"settings say {base_iri}. Set PRACTICEGRAPH_BASE_IRI={known['base_iri']} or use "
            "another directory."
        )


def _row(provenance: Provenance, moment: str, **values: Any) -> dict[str, Any]:
    """A row of the table `revision`, whole, so that any number of them is one statement."""
    return {
        "agent": provenance.agent,
        "activity": provenance.activity,
        "source": provenance.source,
        "message": provenance.message,
        "time": moment,
        "replaced_by": None,
        "restores": None,
        **values,
    }


def _withdrawal(
    before: Head, seq: int, provenance: Provenance, moment: str, replaced_by: str | None = None
) -> dict[str, Any]:
    return _row(
        provenance,
        moment,
        seq=seq,
        record=before.record,
        kind=before.kind,
        action="withdraw",
        content=None,
        digest=None,
        previous=before.seq,
        replaced_by=replaced_by,
    )


def _upsert(
    connection: sa.Connection,
    table: sa.Table,
    columns: list[str],
    names: list[str],
    newer: str | None = None,
) -> Any:
    """Insert rows, or replace the columns of those that have the same `names`.

    Only those are replaced of which `newer` grows.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=[table.c[name] for name in names],
        set_={name: statement.excluded[name] for name in columns},
        where=None if newer is None else statement.excluded[newer] > table.c[newer],
    )
