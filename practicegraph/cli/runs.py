"""Commands about runs: what was done to many records at once, and how to take it back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import typer

from practicegraph.cli.common import Data, Output, app, catch_up
from practicegraph.errors import NotFound
from practicegraph.repository import Repository
from practicegraph.run_log import Touched
from practicegraph.runs import Run
from practicegraph.settings import Settings
from practicegraph.terminal import Format, messages, print_rows, progress_bar

runs_app = typer.Typer(help="List runs, show one, take one back.")
app.add_typer(runs_app, name="runs", invoke_without_command=True)

Number = Annotated[int, typer.Argument(min=1, help="Number of the run.")]
#: The counts that a list shows, each a column.
_COUNTS: Final = ("created", "updated", "withdrawn", "unchanged", "rejected")
_RECORD: Final = ("revision", "action", "kind", "record", "restores")
_STEP: Final = ("record", "effect", "revision", "changed_by")
_LISTED: Final = 50


@runs_app.callback()
def runs(
    context: typer.Context,
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = _LISTED,
    form: Output = Format.TABLE,
) -> None:
    """List the newest runs, show one, or take one back."""
    if context.invoked_subcommand is not None:
        return
    with Repository.open(Settings.load(data=data), create=False) as repository:
        found = repository.log.runs(limit)
        undone = repository.log.undone(run.number for run in found)
        print_rows(
            (
                "run",
                "kind",
                "source",
                "input",
                "outcome",
                "started",
                *_COUNTS,
                "undoes",
                "undone_by",
            ),
            (
                (
                    run.number,
                    run.kind,
                    run.source,
                    run.input,
                    run.state.value,
                    run.started.isoformat(timespec="seconds"),
                    *(run.counts.get(name) for name in _COUNTS),
                    run.undoes,
                    undone.get(run.number),
                )
                for run in found
            ),
            form,
        )


@runs_app.command()
def show(
    number: Number,
    data: Data = None,
    form: Output = Format.TABLE,
    limit: Annotated[
        int, typer.Option(min=1, help="How many records a table shows; CSV and JSON show all.")
    ] = _LISTED,
) -> None:
    """Show a run: what it read, how it ended, its problems, and the records that it touched.

    CSV holds the records alone.
    """
    with Repository.open(Settings.load(data=data), create=False) as repository:
        log = repository.log
        run = log.run(number)
        if run is None:
            raise NotFound(f"There is no run {number}; `practicegraph runs` lists those there are.")
        facts = _facts(run, log.undone([number]).get(number))
        if form is Format.CSV:
            print_rows(_RECORD, _records(log.all_touched(number)), form)
        elif form is Format.JSON:
            _write_json(run, facts, _records(log.all_touched(number)))
        else:
            _print_run(run, facts)
            page = log.touched(number, limit=limit)
            if page:
                print_rows(_RECORD, _records(page), form)
            more = log.count_touched(number) - len(page)
            if more:
                messages.print(f"{more:,} more records; see them all with --format csv.")


@runs_app.command()
def undo(
    number: Number,
    data: Data = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
    form: Output = Format.TABLE,
) -> None:
    """Take a run back: new revisions restore what was before it; nothing is erased.

    What was changed after the run is left alone and listed; then the exit code is 1.
    """
    from practicegraph import undoing

    with Repository.open(Settings.load(data=data), create=False) as repository:
        log = repository.log
        if dry_run:
            left = 0

            def foreseen() -> Iterator[tuple[Any, ...]]:
                nonlocal left
                for step in undoing.preview(log, number):
                    left += step.effect == "conflict"
                    if step.effect != "none":
                        yield _step(step)

            print_rows(_STEP, foreseen(), form)
        else:
            total = log.count_touched(number)
            with progress_bar(f"Undoing run {number}", total=total) as advance:
                done = undoing.undo(log, number, agent="practicegraph runs undo", progress=advance)
            catch_up(repository)
            left = done.conflicts
            counts = done.counts
            messages.print(
                f"Run {done.run} has undone run {number}: {counts['created']:,} records brought "
                f"back, {counts['updated']:,} restored, {counts['withdrawn']:,} withdrawn, "
                f"{left:,} left alone."
            )
            if left or form is not Format.TABLE:
                print_rows(_STEP, _done(repository, number, done.run, form), form)
    if left:
        raise typer.Exit(1)


def _done(repository: Repository, number: int, own: int, form: Format) -> Iterator[tuple[Any, ...]]:
    """What an undo did, as `_step` tells it, and what it left alone; a table tells only this."""
    from practicegraph import undoing

    if form is not Format.TABLE:
        for touched in repository.log.all_touched(own):
            yield touched.record, touched.action, touched.restores, None
    for step in undoing.conflicts(repository.log, number):
        yield _step(step)


def _step(step: Any) -> tuple[Any, ...]:
    conflict = step.effect == "conflict"
    return (
        step.record,
        step.effect,
        None if conflict else step.restores,
        step.by if conflict else None,
    )


def _records(touched: Iterable[Touched]) -> Iterator[tuple[Any, ...]]:
    return ((t.seq, t.action, t.kind, t.record, t.restores) for t in touched)


def _facts(run: Run, undone_by: int | None) -> dict[str, Any]:
    return {
        "run": run.number,
        "kind": run.kind,
        "outcome": run.state.value,
        "source": run.source,
        "title": run.title,
        "homepage": run.homepage,
        "licence": run.licence,
        "input": run.input,
        "files": run.files,
        "source_digest": run.source_digest,
        "mapping": run.mapping,
        "mapping_digest": run.mapping_digest,
        "rules_digest": run.rules_digest,
        "options": dict(run.options),
        "agent": run.agent,
        "tool": run.tool,
        "started": run.started.isoformat(),
        "ended": run.ended.isoformat() if run.ended else None,
        "undoes": run.undoes,
        "undone_by": undone_by,
    }


def _write_json(run: Run, facts: dict[str, Any], records: Iterator[tuple[Any, ...]]) -> None:
    head = facts | {"counts": dict(run.counts), "problems": [dict(p) for p in run.summary]}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    sys.stdout.write(text[: text.rindex("}")].rstrip() + ',\n "records": ')
    print_rows(_RECORD, records, Format.JSON)
    sys.stdout.write("}\n")


def _print_run(run: Run, facts: dict[str, Any]) -> None:
    told = [(name, value) for name, value in facts.items() if value not in (None, {})]
    print_rows(("of the run", ""), told, Format.TABLE)
    kinds = sorted({name.partition(".")[0] for name in run.counts if "." in name})
    outcomes = [name for name in run.counts if "." not in name]
    rows = [["all", *(run.counts[name] for name in outcomes)]]
    rows += [[kind, *(run.counts.get(f"{kind}.{o}") for o in outcomes)] for kind in kinds]
    if outcomes:
        print_rows(("kind", *outcomes), rows, Format.TABLE)
    if run.summary:
        columns = ("severity", "field", "rule", "count", "message", "example")
        print_rows(columns, ([p.get(name) for name in columns] for p in run.summary), Format.TABLE)
