"""Commands that bring data in."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from practicegraph.cli.common import Data, Languages, Output, app, catch_up, languages_of
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings
from practicegraph.terminal import Format, plain, progress_bar


@app.command()
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, patterns, archives, addresses on the web, URLs of databases, or "
            "sparql+https://… endpoints."
        ),
    ],
    data: Data = None,
    mapping: Annotated[
        str | None, typer.Option(help="Name of a bundled mapping, or a mapping file.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Table of a database.")] = None,
    query: Annotated[
        str | None,
        typer.Option(help="SELECT for a database, CONSTRUCT for an endpoint, or a file with it."),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Let an address lie in the own network."),
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Do everything but write.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the report there, as .json, .csv or .html.")
    ] = None,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Leave out files that cannot be read.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Read also what has not changed since it was last read.")
    ] = False,
    withdraw_missing: Annotated[
        bool,
        typer.Option(
            "--withdraw-missing", help="Withdraw records that the source does not hold any more."
        ),
    ] = False,
    row: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="ROW",
            help="Show one row through every stage: its number, file:number, or an IRI.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Processes that map and validate; by default one for each core where much is "
            "to come in.",
        ),
    ] = None,
    executor: Annotated[
        str | None,
        typer.Option(
            metavar="dask://HOST:PORT", help="Map and validate on a Dask cluster that you trust."
        ),
    ] = None,
    duplicates: Annotated[
        bool, typer.Option(help="Tell what is likely to be there already, and note it.")
    ] = True,
    form: Output = Format.TABLE,
    lang: Languages = None,
) -> None:
    """Bring records in: RDF in our vocabulary as it is, everything else by a mapping."""
    from ingest import ingest as run_ingest
    from ingest.explaining import explain
    from ingest.inputs import Wanted
    from ingest.report import check_target

    if report:
        check_target(report)
    settings = Settings.load(data=data)
    wanted = Wanted(table, query, allow_private)
    with ExitStack() as stack:
        if (dry_run or row is not None) and not is_made(settings):
            folder = stack.enter_context(TemporaryDirectory())
            settings = settings.model_copy(update={"data": Path(folder)})
        repository = stack.enter_context(Repository.open(settings))
        if row is not None:
            for title, text in explain(
                repository,
                sources,
                row,
                mapping,
                languages=languages_of(settings, lang),
                wanted=wanted,
                skip_broken=skip_broken,
            ):
                sys.stdout.write(f"# {plain(title)}\n\n{plain(text)}\n\n")
            return
        with progress_bar("Rows") as advance:
            result = run_ingest(
                repository,
                sources,
                mapping=mapping,
                wanted=wanted,
                dry_run=dry_run,
                skip_broken=skip_broken,
                force=force,
                withdraw_missing=withdraw_missing,
                progress=advance,
                workers=workers,
                executor=executor,
                find_duplicates=duplicates,
            )
        if not dry_run:
            catch_up(repository)
        if report:  # before printing: whoever reads the output may stop at any time
            result.save(report, languages_of(settings, lang))
        result.print(form, languages_of(settings, lang))
    if result.rejected:
        raise typer.Exit(1)
