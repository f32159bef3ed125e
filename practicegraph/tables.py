"""The tables of the log, as SQLAlchemy Core sees them (SQLite and PostgreSQL alike)."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

#: Raised with every change of the tables; a log of a newer version is refused.
SCHEMA_VERSION: Final = 2

metadata = sa.MetaData()

#: What was fixed when the log was made: schema version, base IRI.
meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

#: The truth. Rows are only ever added.
revision = sa.Table(
    "revision",
    metadata,
    # AUTOINCREMENT: a number is never given twice, so that a checkpoint never lies.
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("digest", sa.Text),
    sa.Column("previous", sa.BigInteger),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("activity", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("replaced_by", sa.Text),
    sa.Column("time", sa.Text, nullable=False),
    # The older revision whose state this one brings back, where it undoes what came between.
    sa.Column("restores", sa.BigInteger),
    sa.Index("revision_of_record", "record", "seq"),
    sa.Index("revision_of_activity", "activity", "seq"),
    sa.CheckConstraint("action IN ('create', 'update', 'withdraw')", name="known_action"),
    sqlite_autoincrement=True,
)

#: The last revision of each record: an index over `revision`, kept in the same transaction.
head = sa.Table(
    "head",
    metadata,
    sa.Column("record", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("digest", sa.Text),
    sa.Index("head_by_kind", "kind", "live", "seq"),
)

#: Under which names a source knows a record; several names may lead to one record.
identity = sa.Table(
    "identity",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("identity_of_record", "record"),
)

#: Runs: what was done to many records at once, from what, with which means, and how it ended.
run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, server_default="ingest"),
    sa.Column("source", sa.Text, nullable=False),
    # What was read: a short name of the file, the folder or the address, and how many files.
    sa.Column("input", sa.Text),
    sa.Column("files", sa.Integer),
    sa.Column("source_digest", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("homepage", sa.Text),
    sa.Column("licence", sa.Text),
    sa.Column("mapping", sa.Text),
    sa.Column("mapping_digest", sa.Text),
    # The shapes and vocabularies in force.
    sa.Column("rules_digest", sa.Text),
    sa.Column("options", sa.JSON),
    sa.Column("undoes", sa.Integer),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("tool", sa.Text, nullable=False),
    # Which process is at it, so that others see when it died.
    sa.Column("process", sa.Text),
    sa.Column("started", sa.Text, nullable=False),
    sa.Column("ended", sa.Text),
    # Ends are numbered in their order, so that each is told once.
    sa.Column("ended_seq", sa.BigInteger),
    sa.Column("outcome", sa.Text, nullable=False, server_default="running"),
    sa.Column("counts", sa.JSON),
    sa.Column("summary", sa.JSON),
    sa.Index("run_by_end", "ended_seq", unique=True),
    sa.Index("run_of_input", "source", "input", "id"),
    sa.Index("run_that_undoes", "undoes"),
    sqlite_autoincrement=True,
)

#: From where runs bring records in: an input of a source, read by a mapping ('' without one).
origin = sa.Table(
    "origin",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("input", sa.Text, nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Index("origin_by_name", "source", "input", "mapping", unique=True),
)

#: The last run in which an origin still described a record.
sighting = sa.Table(
    "sighting",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("origin", sa.Integer, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Index("sighting_of_record", "record", "origin", unique=True),
    # What an origin does not describe any more has an older run than the last one.
    sa.Index("sighting_by_run", "origin", "run"),
)

#: Official tables of concepts, as stewards loaded them: of each name the last row counts, and one
#: without content takes the table away. Rows are only ever added.
vocabulary = sa.Table(
    "vocabulary",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("digest", sa.Text),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Index("vocabulary_by_name", "name", "seq"),
    sqlite_autoincrement=True,
)

#: Pairs of records that are likely to be about one thing, with what people decided about them.
candidate = sa.Table(
    "candidate",
    metadata,
    sa.Column("a", sa.Text, primary_key=True),
    sa.Column("b", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    # When it was found first, and when it was scored last.
    sa.Column("found", sa.Text, nullable=False),
    sa.Column("scored", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Index("candidate_by_score", "status", "score"),
    sa.Index("candidate_of_b", "b"),
    sa.CheckConstraint("a < b", name="ordered_pair"),
    sa.CheckConstraint("status IN ('open', 'dismissed', 'merged')", name="known_status"),
)

#: Which record was merged into which, by the run that did it; undone ones are no longer active.
merger = sa.Table(
    "merger",
    metadata,
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("loser", sa.Text, nullable=False),
    sa.Column("winner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Index("merger_of_loser", "loser", "active"),
    sa.Index("merger_of_winner", "winner", "active"),
)

#: What each description says of a thing that several describe, under the IRI that it had.
contribution = sa.Table(
    "contribution",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("activity", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
)
