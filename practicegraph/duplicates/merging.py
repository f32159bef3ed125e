"""Merging: one published record of two, and taking that back.

The winner becomes what `combining` makes of all contributions; the loser is withdrawn, replaced by
it; what referred to the loser refers to the winner. All this is one run, in one transaction, and
nothing is erased: undoing the run brings every record back as it was. What imports contributed
meanwhile is not lost by that, since each description keeps its own contribution (see `merges`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from practicegraph import __version__, ntriples
from practicegraph.duplicates import merges
from practicegraph.duplicates.candidates import Status, decide
from practicegraph.duplicates.combining import Combined, combine, renamed_name, rewritten
from practicegraph.duplicates.folding import renamings
from practicegraph.duplicates.merges import Contribution
from practicegraph.errors import InvalidInput, InvalidRecord, NotFound
from practicegraph.iris import Iris
from practicegraph.lookups import heads_of
from practicegraph.ntriples import Statement
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance, Revision, activity_of, revision_of
from practicegraph.runs import UNDO
from practicegraph.tables import head, revision
from practicegraph.transaction import Transaction
from practicegraph.validation import Validator

#: The kind of the runs that merge.
MERGE: Final = "merge"
TOOL: Final = f"PracticeGraph {__version__}"
#: Records that refer to the loser are validated so many at a time, beside the winner.
_CHECKED: Final = 200


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge does, or would do.

    `run` is its number, None where nothing was written. `record` is what the winner becomes,
    `given_way` what the loser said that the winner does not say, under the names of the winner,
    and `referring` the records whose references change.
    """

    run: int | None
    winner: str
    loser: str
    record: Record
    given_way: tuple[Statement, ...]
    referring: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    contributions: list[Contribution]
    winner: str
    loser: str
    combined: Combined
    heads: Mapping[str, Revision]
    referring: list[tuple[Revision, Record]]


def merge(
    repository: Repository, winner: str, loser: str, *, agent: str, dry_run: bool = False
) -> Merged:
    """Merge a record into another; with `dry_run` only say what that would do.

    Raises NotFound where one of them is not published, InvalidInput where they cannot be one, and
    InvalidRecord where what came of it would not conform to the listed profile.
    """
    if dry_run:
        with repository.log.reading() as connection:
            plan = _planned(repository, connection, winner, loser)
        return _told(None, plan)
    with repository.log.writing() as transaction:
        connection = transaction.connection
        plan = _planned(repository, connection, winner, loser)
        run = transaction.start_run(
            kind=MERGE,
            source=MERGE,
            agent=agent,
            tool=TOOL,
            options={"winner": winner, "loser": loser},
        )
        _write(transaction, run, plan, agent)
        counts = {"updated": 1 + len(plan.referring), "withdrawn": 1}
        transaction.end_run(run, counts)
    return _told(run, plan)


def _planned(repository: Repository, connection: sa.Connection, winner: str, loser: str) -> _Plan:
    iris = repository.iris
    if winner == loser:
        raise InvalidInput(f"{winner} cannot be merged into itself; name two records.")
    heads = {each.record: each for each in _published(connection, [winner, loser])}
    for name in (winner, loser):
        if name not in heads:
            into = merges.winners_of(connection, [name]).get(name)
            raise NotFound(
                f"{name} was merged into {into}; merge that one."
                if into
                else f"{name} is not published; name a record that is."
            )
    if heads[winner].kind != heads[loser].kind:
        raise InvalidInput(
            f"A {heads[winner].kind} and a {heads[loser].kind} are not one thing: {winner} and "
            f"{loser} cannot be merged."
        )
    contributions = [
        *_contributions(connection, heads[winner]),
        *_contributions(connection, heads[loser]),
    ]
    combined = combine([each.record for each in contributions], iris)
    record = rewritten(combined.record, renamings(connection, [combined.record], iris), iris)
    combined = Combined(record, combined.renamed)
    referring = [
        (each, rewritten(each_record, combined.renamed, iris))
        for each in _referring(connection, loser)
        if each.record not in {winner, loser} and (each_record := each.as_record()) is not None
    ]
    _check(repository, record, [found for _, found in referring])
    return _Plan(contributions, winner, loser, combined, heads, referring)


def _write(transaction: Transaction, run: int, plan: _Plan, agent: str) -> None:
    connection, winner, loser = transaction.connection, plan.winner, plan.loser
    activity = activity_of(run)

    def because(of: Revision, message: str) -> Provenance:
        return Provenance(agent, activity, of.source, message)

    merges.keep(connection, plan.contributions)
    kind = plan.heads[winner].kind
    merges.note(connection, run, loser, winner, kind)
    # The winner and the loser come first, so that an undo meets them first.
    transaction.append(
        [plan.combined.record], because(plan.heads[winner], f"Merged {loser} into this")
    )
    transaction.withdraw(loser, because(plan.heads[loser], f"Merged into {winner}"), winner)
    by_source: dict[str | None, list[Record]] = defaultdict(list)
    for before, record in plan.referring:
        by_source[before.source].append(record)
    for source, records in by_source.items():
        message = f"Refers to {winner}, into which {loser} was merged"
        transaction.append(records, Provenance(agent, activity, source, message))
    decide(transaction, (winner, loser), kind, Status.MERGED, agent)


def _told(run: int | None, plan: _Plan) -> Merged:
    kept = set(ntriples.statements(plan.combined.record.content.decode()))
    given_way = []
    for each in plan.contributions:
        if each.origin == plan.winner:
            continue
        for statement in ntriples.statements(each.record.content.decode()):
            named: Statement = tuple(  # type: ignore[assignment]
                ntriples.iri(renamed_name(term[1:-1], plan.combined.renamed))
                if term.startswith("<")
                else term
                for term in statement
            )
            if named not in kept:
                given_way.append(named)
    return Merged(
        run,
        plan.winner,
        plan.loser,
        plan.combined.record,
        tuple(dict.fromkeys(given_way)),
        tuple(before.record for before, _ in plan.referring),
    )


def _contributions(connection: sa.Connection, of: Revision) -> list[Contribution]:
    """What the descriptions of a published record contribute; itself where it was never merged."""
    origins = merges.groups_of(connection, [of.record]).get(of.record)
    if origins is None:
        record = of.as_record()
        assert record is not None
        return [Contribution(record, of.source, of.activity)]
    known = merges.contributions_of(connection, origins)
    return [known[origin] for origin in origins]


def _published(connection: sa.Connection, records: Sequence[str]) -> Iterator[Revision]:
    query = (
        sa.select(revision)
        .join(head, head.c.seq == revision.c.seq)
        .where(head.c.record.in_(list(records)), head.c.live)
    )
    for row in connection.execute(query):
        yield revision_of(row)


def _referring(connection: sa.Connection, record: str) -> Iterator[Revision]:
    """The newest revisions of published records that refer to a record or to a part of it."""
    needles = [f"<{record}>".encode(), f"<{record}#".encode()]
    for row in connection.execute(
        sa.select(revision)
        .join(head, head.c.seq == revision.c.seq)
        .where(head.c.live, sa.or_(*(_holds(connection, needle) for needle in needles)))
        .order_by(revision.c.seq)
    ):
        yield revision_of(row)


def _holds(connection: sa.Connection, needle: bytes) -> sa.ColumnElement[bool]:
    value = sa.literal(needle, sa.LargeBinary)
    if connection.dialect.name == "postgresql":
        return sa.func.position(value.op("IN")(revision.c.content)) > 0
    return sa.func.instr(revision.c.content, value) > 0


def _check(repository: Repository, record: Record, referring: Sequence[Record]) -> None:
    """Raise InvalidRecord unless the merged record, and what refers to it, conform."""
    validator = Validator(
        "listed",
        repository.settings.validation_engine,
        vocabularies=repository.log.vocabularies(),
    )
    portions = [
        referring[start : start + _CHECKED] for start in range(0, len(referring), _CHECKED)
    ] or [[]]
    for portion in portions:
        for report in validator.check([record, *portion]):
            faults = [result for result in report.results if result.severity == "violation"]
            if faults:
                said = "; ".join(
                    f"{fault.path or 'the record'}: {fault.message(('en',))}"
                    for fault in faults[:5]
                )
                raise InvalidRecord(
                    f"Merged, {report.record} would not conform: {said} Mend the records first.",
                    record=report.record,
                )


def follow_undo(transaction: Transaction, run: int, provenance: Provenance, iris: Iris) -> None:
    """After a run was undone: let the merge behind it hold no more, or hold again.

    `run` is the number of the run that was undone; only a merge, or the undo of one, is followed.
    Where an import changed what a description contributes since then, its record becomes what that
    contribution says now.
    """
    depth, first = 0, transaction.run(run)
    while first is not None and first.kind == UNDO and first.undoes is not None:
        depth, first = depth + 1, transaction.run(first.undoes)
    if first is None or first.kind != MERGE:
        return
    connection = transaction.connection
    pair = merges.activate(connection, first.number, active=depth % 2 == 1)
    if pair is None:
        return
    loser, winner = pair
    heads = heads_of(connection, [loser, winner])
    status = Status.MERGED if depth % 2 else Status.OPEN
    decide(transaction, (winner, loser), heads[winner].kind, status, provenance.agent)
    for name in (winner, loser):
        if heads[name].live:
            record = current(connection, name, iris)
            if record is not None and record.digest != heads[name].digest:
                transaction.append([record], provenance)


def current(connection: sa.Connection, record: str, iris: Iris) -> Record | None:
    """What a record is by its contributions; None where no merge ever kept any."""
    origins = merges.groups_of(connection, [record]).get(record, [record])
    known = merges.contributions_of(connection, origins)
    if len(known) < len(origins):
        return None
    combined = combine([known[origin].record for origin in origins], iris).record
    return rewritten(combined, renamings(connection, [combined], iris), iris)
