"""Commands about duplicates: which records are likely to be about one thing, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.markup import escape

from practicegraph.cli.common import (
    Data,
    Languages,
    Output,
    app,
    catch_up,
    languages_of,
    record_iri,
)
from practicegraph.errors import InvalidInput
from practicegraph.iris import KINDS
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.terminal import Format, messages, print_rows, progress_bar

if TYPE_CHECKING:
    from practicegraph.duplicates.listing import Listed

duplicates_app = typer.Typer(help="List likely duplicates, find them anew, merge or dismiss them.")
app.add_typer(duplicates_app, name="duplicates", invoke_without_command=True)

_COLUMNS: Final = (
    "score",
    "kind",
    "record",
    "title",
    "source",
    "other",
    "other_title",
    "other_source",
    "reasons",
    "status",
)
#: What a terminal has room for.
_SHOWN: Final = ("score", "record", "other", "reasons")
_LISTED: Final = 50


@duplicates_app.callback()
def duplicates(
    context: typer.Context,
    data: Data = None,
    kind: Annotated[str | None, typer.Option(help=f"Only {', '.join(KINDS)}.")] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="Only so likely pairs.")] = 0.0,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that were dismissed or merged.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, help="How many a table shows; CSV and JSON show all.")
    ] = _LISTED,
    form: Output = Format.TABLE,
    lang: Languages = None,
) -> None:
    """List the pairs of records that are likely to be about one thing, the likeliest first."""
    if context.invoked_subcommand is not None:
        return
    from itertools import islice

    from practicegraph.duplicates import finding
    from practicegraph.duplicates.candidates import Candidates, Status
    from practicegraph.duplicates.listing import listed

    if kind is not None and kind not in KINDS:
        raise InvalidInput(f"--kind {kind}: choose {', '.join(KINDS)}.")
    settings = Settings.load(data=data)
    languages = languages_of(settings, lang)
    with Repository.open(settings, create=False) as repository:
        _look(repository, finding.catch_up)
        candidates = Candidates(repository.log)
        status = None if every else Status.OPEN
        found = listed(repository.log, candidates.listed(status, kind, min_score), languages)
        if form is Format.TABLE:
            print_rows(_SHOWN, (_row(each) for each in islice(found, limit)), form)
            more = candidates.count(status, kind, min_score) - limit
            if more > 0:
                messages.print(f"{more:,} more pairs; see them all with --format csv.")
            return
        rows = (
            (
                each.candidate.score,
                each.candidate.kind,
                each.a.record,
                each.a.title,
                each.a.source,
                each.b.record,
                each.b.title,
                each.b.source,
                "; ".join(each.candidate.reasons),
                each.candidate.status.value,
            )
            for each in found
        )
        print_rows(_COLUMNS, rows, form)


def _row(found: Listed) -> tuple[object, ...]:
    """A pair for the terminal; what it calls a record, `merge` and `dismiss` take as well."""
    sides = (
        f"{side.title}\n{side.record.partition('/id/')[2]}\n{side.source}"
        for side in (found.a, found.b)
    )
    reasons = "\n".join(found.candidate.reasons)
    status = found.candidate.status
    told = reasons if status.value == "open" else f"{reasons}\n({status.value})"
    return (f"{found.candidate.score:.2f}", *sides, told)


@duplicates_app.command()
def find(data: Data = None) -> None:
    """Compare all records with all others anew; pairs that nobody decided about get new scores."""
    from practicegraph.duplicates import finding

    with Repository.open(Settings.load(data=data), create=False) as repository:
        waiting = _look(repository, finding.find_all)
        messages.print(f"{waiting:,} pairs wait for a decision.")


@duplicates_app.command()
def merge(
    winner: Annotated[str, typer.Argument(help="IRI of the record that stays, or kind/slug.")],
    loser: Annotated[
        str, typer.Argument(help="IRI of the record that goes into it, or kind/slug.")
    ],
    data: Data = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
    form: Output = Format.TABLE,
) -> None:
    """Merge a record into another; `practicegraph runs undo` with the run's number undoes it.

    The winner keeps its values where there can be only one; what gives way is listed. The address
    of the loser leads to the winner from then on.
    """
    from practicegraph.duplicates import merging
    from practicegraph.namespaces import compact

    with Repository.open(Settings.load(data=data), create=False) as repository:
        a, b = (record_iri(repository, name) for name in (winner, loser))
        done = merging.merge(repository, a, b, agent="practicegraph duplicates", dry_run=dry_run)
        if not dry_run:
            catch_up(repository)
        rows = ((compact(p[1:-1]), value, s[1:-1]) for s, p, value in done.given_way)
        print_rows(("gives_way", "value", "of"), rows, form)
        references = f"{len(done.referring):,} records that refer to it"
        if done.run is None:
            messages.print(f"{escape(b)} would go into {escape(a)}, with {references}.")
        else:
            messages.print(
                f"{escape(b)} went into {escape(a)}, with {references}. To undo it: "
                f"practicegraph runs undo {done.run}"
            )


@duplicates_app.command()
def dismiss(
    record: Annotated[str, typer.Argument(help="IRI of a record, or kind/slug.")],
    other: Annotated[str, typer.Argument(help="IRI of the other record, or kind/slug.")],
    data: Data = None,
) -> None:
    """Decide that two records are about two things; they are not proposed again."""
    from practicegraph.duplicates.candidates import Candidates

    with Repository.open(Settings.load(data=data), create=False) as repository:
        a, b = (record_iri(repository, name) for name in (record, other))
        Candidates(repository.log).dismiss(a, b, agent="practicegraph duplicates")
        messages.print(f"{escape(a)} and {escape(b)} are two things.")


def _look(repository: Repository, how: Callable[..., int]) -> int:
    with progress_bar("Records", total=repository.log.last_seq()) as advance:
        return how(repository, advance)
