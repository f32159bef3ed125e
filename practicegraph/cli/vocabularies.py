"""Commands that lay official vocabularies over the short lists, and take them away again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.markup import escape

from practicegraph.cli.common import Data, Output, app, catch_up
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings
from practicegraph.terminal import Format, messages, print_rows

vocabularies = typer.Typer(help="Show vocabularies, and lay official ones over the short lists.")
app.add_typer(vocabularies, name="vocabularies")

_AGENT = "practicegraph vocabularies"


@vocabularies.callback(invoke_without_command=True)
def show(context: typer.Context, data: Data = None, form: Output = Format.TABLE) -> None:
    """Show which vocabularies values are taken from, and where each comes from."""
    if context.invoked_subcommand is not None:
        return
    from practicegraph.concepts import bundled, overview

    settings = Settings.load(data=data)
    known = bundled()
    if is_made(settings):
        with Repository.open(settings) as repository:
            known = repository.log.vocabularies()
    if form is Format.TABLE:
        print_rows(overview.SHOWN, overview.shown(known), form)
    else:
        print_rows(overview.COLUMNS, overview.rows(known), form)


@vocabularies.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(help="RDF files, tables, or folders or archives of RDF.", exists=True),
    ],
    data: Data = None,
    name: Annotated[
        str | None, typer.Option(help="What to call it; by default the list it lies over.")
    ] = None,
    scheme: Annotated[
        str | None, typer.Option(help="IRI of the one scheme to load; of a table, its scheme.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Of a table: the column of codes.")] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(help="Of a table: a column of labels and their language, as Name@it; again."),
    ] = None,
    alternative: Annotated[
        list[str] | None, typer.Option(help="Of a table: a column of other names; again.")
    ] = None,
    definition: Annotated[
        list[str] | None, typer.Option(help="Of a table: a column of definitions; again.")
    ] = None,
    broader: Annotated[
        str | None, typer.Option(help="Of a table: the column with the code of what is above.")
    ] = None,
    iri_template: Annotated[
        str | None, typer.Option(help="Of a table: IRI of a concept, with {code} in it.")
    ] = None,
    title: Annotated[
        list[str] | None, typer.Option(help="Of a table: what it is called, as Text@it; again.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV file, if it is unusual.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a CSV file, if it is unusual.")] = None,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Go on where a file cannot be used.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but write.")] = False,
    form: Output = Format.TABLE,
) -> None:
    """Lay official vocabularies over the short lists."""
    from ingest.inputs import Inputs
    from ingest.rows import ReaderOptions
    from ingest.vocabularies import Columns, LoadReport, files_of, load_documents

    columns = Columns.of(
        code,
        iri_template,
        label or (),
        alternatives=alternative or (),
        definitions=definition or (),
        broader=broader,
        titles=title or (),
        options=ReaderOptions(delimiter=delimiter, encoding=encoding),
    )
    settings = Settings.load(data=data)
    with ExitStack() as stack:
        if dry_run and not is_made(settings):  # a dry run makes nothing, not even a repository
            folder = stack.enter_context(TemporaryDirectory())
            settings = settings.model_copy(update={"data": Path(folder)})
        repository = stack.enter_context(Repository.open(settings))
        inputs = stack.enter_context(Inputs())
        report = load_documents(
            repository,
            [file for given in inputs.open(files) for file in files_of(given)],
            agent=_AGENT,
            dry_run=dry_run,
            scheme=scheme,
            name=name,
            columns=columns,
            skip_broken=skip_broken,
        )
        if report.changed and not dry_run:
            catch_up(repository)
        print_rows(LoadReport.COLUMNS, report.rows(), form)
    if dry_run:
        messages.print("Nothing was written.")
    if report.refused:
        raise typer.Exit(1)


@vocabularies.command()
def unload(
    name: Annotated[str, typer.Argument(help="What the vocabulary is called here.")],
    data: Data = None,
) -> None:
    """Take an official vocabulary away, so that the short list counts again."""
    from ingest.vocabularies import unload as take_away

    with Repository.open(Settings.load(data=data), create=False) as repository:
        take_away(repository, name, agent=_AGENT)
        catch_up(repository)
        left = name in repository.log.vocabularies().lists()
    counts = "the short list counts again" if left else "there is no list of that name any more"
    messages.print(f"{escape(name)} was taken away; {counts}.")
