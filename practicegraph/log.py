"""The revision log: the only truth, append-only, on a relational database.

Nothing acknowledged is ever lost (SQLite runs in WAL mode with `synchronous=FULL`: a commit has
reached the disk), and nothing in it is rewritten. Appends are serialised by the database's write
lock, so that the order of sequence numbers is the order of commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import sqlalchemy as sa

from practicegraph.concepts import Vocabularies
from practicegraph.concepts.store import mark_of, tables_of
from practicegraph.errors import RepositoryError
from practicegraph.lookups import chunks, heads_of, resolved, taken_of
from practicegraph.record import Record
from practicegraph.revisions import Head, Provenance, Revision, revision_of
from practicegraph.run_log import RunLog
from practicegraph.tables import SCHEMA_VERSION, head, revision
from practicegraph.transaction import Transaction, check, fixed

#: Revisions that are read with one question where their numbers are known.
_AT_ONCE: Final = 100


class Log(RunLog):
    """The log behind one database URL. Safe to share between threads.

    Raises RepositoryError when the database was made for another base IRI or by a newer version.
    """

    def __init__(self, url: str, base_iri: str) -> None:
        self.base_iri = base_iri
        self._vocabularies = (-1, Vocabularies())
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        except (sa.exc.ArgumentError, ImportError) as error:
            raise RepositoryError(
                f"PRACTICEGRAPH_LOG_URL cannot be used: {error}. Give an SQLAlchemy URL such as "
                "sqlite:////srv/log.sqlite, and install the driver that it names."
            ) from error
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _configure_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        try:
            # Only where it is absent or older is anything written: opening waits for no writer.
            with self._reading() as connection:
                known = fixed(connection)
            if known:
                check(known, base_iri)
            if not known or int(known["schema_version"]) < SCHEMA_VERSION:
                with self.writing() as transaction:
                    transaction.prepare(base_iri)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a write transaction; it is committed, durably, when the block ends without error."""
        with self._reading() as connection:
            connection.execution_options(practicegraph_write=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(7261735)"))
                yield Transaction(connection)

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Hold a connection for questions of one's own; nothing is to be written over it."""
        return self._reading()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """Hold a connection; what the database cannot do becomes a RepositoryError."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            if type(error) not in {sa.exc.DatabaseError, sa.exc.OperationalError}:
                raise  # a broken constraint and the like is a defect of ours
            raise RepositoryError(
                f"The log at {self._engine.url!r} cannot be used: {error.orig}. {_mend(error)}"
            ) from error

    def append(
        self,
        records: Iterable[Record],
        provenance: Provenance,
        expected: Mapping[str, int | None] | None = None,
    ) -> list[int | None]:
        """Append a revision for each record that differs from its head, in one transaction.

        Returns, in order, the sequence number of each new revision, or None for a record that is
        already stored with the same content. Raises Conflict when the head of a record is not the
        one `expected` names (None: no head).
        """
        with self.writing() as transaction:
            return transaction.append(records, provenance, expected)

    def withdraw(self, record: str, provenance: Provenance, replaced_by: str | None = None) -> int:
        """Append the withdrawal of a record. Raises Conflict when it is not live."""
        with self.writing() as transaction:
            return transaction.withdraw(record, provenance, replaced_by)

    # ---- reading

    def last_seq(self) -> int:
        """Sequence number of the newest revision; 0 for an empty log."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(revision.c.seq))) or 0

    def revisions(self, after: int = 0, batch: int = 500) -> Iterator[Revision]:
        """Yield the revisions after a sequence number, in order, without holding a transaction.

        Revisions that are appended meanwhile are yielded too.
        """
        while True:
            query = sa.select(revision).where(revision.c.seq > after)
            with self._reading() as connection:
                rows = connection.execute(query.order_by(revision.c.seq).limit(batch)).all()
            if not rows:
                return
            for row in rows:
                yield revision_of(row)
            after = rows[-1].seq

    def history(self, record: str) -> list[Revision]:
        """All revisions of a record, newest first."""
        query = sa.select(revision).where(revision.c.record == record)
        with self._reading() as connection:
            return [
                revision_of(r) for r in connection.execute(query.order_by(revision.c.seq.desc()))
            ]

    def latest(self, record: str) -> Revision | None:
        """The newest revision of a record."""
        query = sa.select(revision).where(revision.c.record == record)
        with self._reading() as connection:
            row = connection.execute(query.order_by(revision.c.seq.desc()).limit(1)).first()
        return revision_of(row) if row else None

    def heads(self, records: Iterable[str]) -> dict[str, Head]:
        """The heads of the records that exist, by IRI."""
        with self._reading() as connection:
            return heads_of(connection, list(records))

    def count(self, kind: str) -> int:
        """How many records of a kind are live."""
        query = sa.select(sa.func.count()).where(head.c.kind == kind, head.c.live)
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def newest(self, kind: str) -> int:
        """Sequence number of the newest revision of a record of a kind; 0 without any."""
        with self._reading() as connection:
            query = sa.select(sa.func.max(head.c.seq)).where(head.c.kind == kind)
            return connection.scalar(query) or 0

    def live(
        self, kind: str, *, limit: int, offset: int = 0, before: int | None = None
    ) -> list[Head]:
        """A page of the live records of a kind, the last changed first.

        `before` continues below a sequence number, however deep, without counting through what
        comes first as `offset` does.
        """
        query = sa.select(head).where(head.c.kind == kind, head.c.live)
        if before is not None:
            query = query.where(head.c.seq < before)
        query = query.order_by(head.c.seq.desc()).limit(limit).offset(offset)
        with self._reading() as connection:
            return [Head(*row) for row in connection.execute(query)]

    def at(self, seqs: Sequence[int]) -> Iterator[Revision]:
        """Yield the revisions with these sequence numbers, in the order given."""
        for chunk in chunks(seqs):
            with self._reading() as connection:
                query = sa.select(revision).where(revision.c.seq.in_(chunk))
                found = {row.seq: row for row in connection.execute(query)}
            for seq in chunk:
                if seq in found:
                    yield revision_of(found[seq])

    def live_revisions(self, batch: int = 500) -> Iterator[Revision]:
        """Yield the newest revision of every live record, in the order of their sequence."""
        after = 0
        while True:
            query = (
                sa.select(revision)
                .join(head, head.c.seq == revision.c.seq)
                .where(head.c.live, revision.c.seq > after)
                .order_by(revision.c.seq)
                .limit(batch)
            )
            with self._reading() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            for row in rows:
                yield revision_of(row)
            after = rows[-1].seq

    def resolve(self, source: str, keys: Iterable[str]) -> dict[str, str]:
        """The record IRI for each key under which the source is known to call one."""
        with self._reading() as connection:
            return resolved(connection, source, list(keys))

    def taken(self, records: Iterable[str]) -> set[str]:
        """Those of the IRIs that a record, or the identity of one, already has."""
        with self._reading() as connection:
            return taken_of(connection, list(records))

    def vocabularies(self) -> Vocabularies:
        """The vocabularies in force: official tables are read again only where they changed."""
        with self._reading() as connection:
            mark = mark_of(connection)
            known, vocabularies = self._vocabularies
            if mark != known:
                vocabularies = Vocabularies(tables_of(connection))
                self._vocabularies = mark, vocabularies
        return vocabularies


#: What helps, by a word of what SQLite says.
_MENDS: Final = {
    "locked": "Another process has been writing for a minute; try again, or end it.",
    "readonly": "Give this user the right to write the file and its directory.",
    "full": "Make room on the disk.",
    "unable to open": "See that the directory exists and that this user may read and write it.",
    "not a database": "Set PRACTICEGRAPH_DATA to another directory, or put the log back there.",
    "malformed": "Bring the file back from a copy; the log is the only truth.",
}


def _mend(error: sa.exc.DatabaseError) -> str:
    said = str(error.orig)
    return next(
        (mend for word, mend in _MENDS.items() if word in said),
        "See that the database is in order and can be reached.",
    )


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite would open transactions on its own, and late; we say when (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # IMMEDIATE takes the write lock before anything is read, so that what a writer has read
    # still holds when it writes.
    writing = connection.get_execution_options().get("practicegraph_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
