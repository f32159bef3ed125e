"""Commands that bring data in."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from practicegraph.cli.common import Data, Languages, Output, app, catch_up, languages_of
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings
from practicegraph.terminal import Format, progress_bar


@app.command()
def ingest(
    sources: Annotated[list[Path], typer.Argument(help="Files or folders.", exists=True)],
    data: Data = None,
    mapping: Annotated[
        str | None, typer.Option(help="Name of a bundled mapping, or a mapping file.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Do everything but write.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the report there, as .json or .csv.")
    ] = None,
    form: Output = Format.TABLE,
    lang: Languages = None,
) -> None:
    """Bring records in from files: our own RDF as it is, other formats by a mapping."""
    from ingest import ingest as run_ingest
    from ingest.report import check_target

    if report:
        check_target(report)
    settings = Settings.load(data=data)
    with ExitStack() as stack:
        if dry_run and not is_made(settings):  # a dry run makes nothing, not even a repository
            folder = stack.enter_context(TemporaryDirectory())
            settings = settings.model_copy(update={"data": Path(folder)})
        repository = stack.enter_context(Repository.open(settings))
        with progress_bar("Rows") as advance:
            result = run_ingest(
                repository, sources, mapping=mapping, dry_run=dry_run, progress=advance
            )
        if not dry_run:
            catch_up(repository)
        if report:  # before printing: whoever reads the output may stop at any time
            result.save(report, languages_of(settings, lang))
        result.print(form, languages_of(settings, lang))
    if result.rejected:
        raise typer.Exit(1)
