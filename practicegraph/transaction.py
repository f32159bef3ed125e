"""What may be written to the log inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from practicegraph.errors import Conflict, RepositoryError
from practicegraph.record import Record
from practicegraph.revisions import Head, Provenance, now
from practicegraph.tables import SCHEMA_VERSION, head, identity, meta, metadata, revision, run

#: Bound parameters of one statement stay below the smallest limit of SQLite builds (999).
_CHUNK: Final = 500


class Transaction:
    """What may be done inside one write transaction of the log."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """What the transaction is held over, for tables that have a module of their own."""
        return self._connection

    def prepare(self, base_iri: str) -> None:
        """Make the tables where they are absent; check base IRI and version where they exist."""
        metadata.create_all(self._connection)
        known = fixed(self._connection)
        if known:
            check(known, base_iri)
            return
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
        next_seq = (self._connection.scalar(sa.select(sa.func.max(revision.c.seq))) or 0) + 1
        rows: list[dict[str, Any]] = []
        moment = now()
        for record in given:
            before = heads.get(record.iri)
            if before is not None and before.live and before.digest == record.digest:
                seqs.append(None)
                continue
            rows.append(
                {
                    "seq": next_seq,
                    "record": record.iri,
                    "kind": record.kind,
                    "action": "update" if before is not None and before.live else "create",
                    "content": record.content,
                    "digest": record.digest,
                    "previous": before.seq if before else None,
                    "agent": provenance.agent,
                    "activity": provenance.activity,
                    "source": provenance.source,
                    "message": provenance.message,
                    "replaced_by": None,
                    "time": moment,
                }
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
        seq = (self._connection.scalar(sa.select(sa.func.max(revision.c.seq))) or 0) + 1
        self._write(
            [
                {
                    "seq": seq,
                    "record": record,
                    "kind": before.kind,
                    "action": "withdraw",
                    "content": None,
                    "digest": None,
                    "previous": before.seq,
                    "agent": provenance.agent,
                    "activity": provenance.activity,
                    "source": provenance.source,
                    "message": provenance.message,
                    "replaced_by": replaced_by,
                    "time": now(),
                }
            ]
        )
        return seq

    def _write(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        self._connection.execute(sa.insert(revision), rows)
        last = {row["record"]: row for row in rows}
        self._connection.execute(
            _upsert(self._connection, head, ["kind", "seq", "live", "digest"]),
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

    def start_run(self, **values: Any) -> int:
        """Note that an ingestion run has started; returns its number."""
        result = self._connection.execute(sa.insert(run).values(started=now(), **values))
        key = result.inserted_primary_key
        if key is None:
            raise RepositoryError("The database gave no number to the run.")
        return int(key[0])

    def end_run(self, number: int, counts: Mapping[str, int]) -> None:
        """Note how an ingestion run ended."""
        self._connection.execute(
            sa.update(run).where(run.c.id == number).values(ended=now(), counts=dict(counts))
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


def _upsert(connection: sa.Connection, table: sa.Table, columns: list[str]) -> Any:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in columns},
    )


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def heads_of(connection: sa.Connection, records: list[str]) -> dict[str, Head]:
    """The heads of the records that exist, by IRI."""
    found: dict[str, Head] = {}
    for chunk in _chunks(records):
        for row in connection.execute(sa.select(head).where(head.c.record.in_(chunk))):
            found[row.record] = Head(*row)
    return found


def resolved(connection: sa.Connection, source: str, keys: list[str]) -> dict[str, str]:
    """The record IRI of each key that the source is known to use."""
    found: dict[str, str] = {}
    for chunk in _chunks(keys):
        query = sa.select(identity.c.key, identity.c.record).where(
            identity.c.source == source, identity.c.key.in_(chunk)
        )
        found.update((row.key, row.record) for row in connection.execute(query))
    return found


def taken_of(connection: sa.Connection, records: list[str]) -> set[str]:
    """Those of the IRIs that a record or an identity already has."""
    found: set[str] = set()
    for chunk in _chunks(records):
        for column in (head.c.record, identity.c.record):
            found.update(connection.scalars(sa.select(column).where(column.in_(chunk))))
    return found
