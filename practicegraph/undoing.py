"""Taking back what a run did: new revisions that restore what was before; nothing is erased.

An undo is a run of its own, so that it is told and can be undone like any other. What somebody
changed after the run is left as it is, and told as a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from practicegraph import __version__
from practicegraph.duplicates.merging import follow_undo
from practicegraph.errors import Conflict, NotFound, PracticeGraphError
from practicegraph.iris import Iris
from practicegraph.log import Log
from practicegraph.revisions import Provenance
from practicegraph.runs import UNDO, Run, RunOutcome
from practicegraph.transaction import Transaction
from practicegraph.undo_plan import Step

TOOL = f"PracticeGraph {__version__}"


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: its own number, and its counts as the log keeps them."""

    run: int
    counts: dict[str, int]

    @property
    def conflicts(self) -> int:
        """How many records were left alone, since somebody changed them after the run."""
        return self.counts["conflict"]


def preview(log: Log, number: int, batch: int = 500) -> Iterator[Step]:
    """Yield what undoing a run would do, record by record, and write nothing.

    Raises NotFound where there is no such run, and Conflict where it cannot be undone now.
    """
    run, undone = log.run(number), log.undone([number])
    _check(number, run, undone, log.run)
    return _steps(log, number, batch)


def conflicts(log: Log, number: int, batch: int = 500) -> Iterator[Step]:
    """Yield the records of a run that undoing it leaves alone, or has left alone."""
    return (step for step in _steps(log, number, batch) if step.effect == "conflict")


def undo(
    log: Log,
    number: int,
    *,
    agent: str,
    progress: Callable[[int], object] | None = None,
    batch: int = 500,
) -> Undone:
    """Undo a run, batch by batch, each in one transaction.

    An undo that was interrupted goes on under its own number, and makes no revision twice.
    `progress` is told how many records each batch looked at. Raises NotFound and Conflict as
    `preview` does.
    """
    with log.writing() as transaction:
        own = _begin(transaction, number, agent)
    told: Counter[str] = Counter()
    provenance = Provenance(agent, f"run/{own}", message=f"Undid run {number}")
    try:
        after = 0
        while True:
            with log.writing() as transaction:
                steps, reached = transaction.plan_undo(number, after, batch)
                transaction.restore(steps, provenance)
                if after == 0:
                    follow_undo(transaction, number, provenance, Iris(log.base_iri))
            if reached == after:
                break
            after = reached
            told["conflict"] += sum(step.effect == "conflict" for step in steps)
            if progress:
                progress(len(steps))
    except BaseException as error:
        failed = isinstance(error, Exception)
        with suppress(PracticeGraphError):  # what stopped it may stop this as well
            _end(log, own, told, RunOutcome.FAILED if failed else RunOutcome.INTERRUPTED)
        raise
    return Undone(own, _end(log, own, told, RunOutcome.FINISHED))


def _begin(transaction: Transaction, number: int, agent: str) -> int:
    run, undone = transaction.run(number), transaction.undone([number])
    run = _check(number, run, undone, transaction.run)
    begun = undone.get(number)
    if begun is not None:
        transaction.resume_run(begun)
        return begun
    return transaction.start_run(
        kind=UNDO,
        source=run.source,
        input=run.input,
        undoes=number,
        agent=agent,
        tool=TOOL,
    )


def _check(
    number: int, run: Run | None, undone: dict[int, int], find: Callable[[int], Run | None]
) -> Run:
    """The run, if it can be undone now."""
    if run is None:
        raise NotFound(f"There is no run {number}; `practicegraph runs` lists those there are.")
    if run.state is RunOutcome.RUNNING:
        raise Conflict(f"Run {number} is still at work; let it end, or end it, before undoing it.")
    by = find(undone[number]) if number in undone else None
    if by is not None and by.state is RunOutcome.RUNNING:
        raise Conflict(f"Run {by.number} is undoing run {number} just now.")
    if by is not None and by.state is RunOutcome.FINISHED:
        raise Conflict(
            f"Run {number} was undone by run {by.number} already; to have it back, undo run "
            f"{by.number}."
        )
    return run


def _steps(log: Log, number: int, batch: int) -> Iterator[Step]:
    after = 0
    while True:
        steps, reached = log.plan_undo(number, after, batch)
        yield from steps
        if reached == after:
            return
        after = reached


_OUTCOMES = {"create": "created", "update": "updated", "withdraw": "withdrawn"}


def _end(log: Log, own: int, told: Counter[str], outcome: RunOutcome) -> dict[str, int]:
    # Counted from the log, so that an undo that was interrupted tells of all that it did.
    counts: Counter[str] = Counter(dict.fromkeys(_OUTCOMES.values(), 0))
    counts["conflict"] = told["conflict"]
    for (kind, action), number in log.totals(own).items():
        counts[_OUTCOMES[action]] += number
        counts[f"{kind}.{_OUTCOMES[action]}"] = number
    with log.writing() as transaction:
        transaction.end_run(own, counts, outcome)
    return dict(counts)
