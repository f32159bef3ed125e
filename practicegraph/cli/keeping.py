"""Commands that make a repository, serve it and show what it holds."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

import typer
from rich.markup import escape

from practicegraph import __version__
from practicegraph.cli.common import Data, Output, app, catch_up, record_iri
from practicegraph.errors import NotFound
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings, table
from practicegraph.terminal import Format, messages, print_rows, progress_bar


@app.command()
def init(
    data: Data = None,
    base_iri: Annotated[str | None, typer.Option(help="Base of every IRI, fixed for ever.")] = None,
) -> None:
    """Make an empty repository; harmless where there is one."""
    settings = Settings.load(data=data, base_iri=base_iri)
    made = is_made(settings)
    with Repository.open(settings) as repository:
        repository.catch_up()
        verb = "is already in" if made else "was made in"
        messages.print(
            f"A repository {verb} {escape(str(settings.data))}, with base IRI {settings.base_iri}."
        )


@app.command()
def demo(
    data: Data = None,
    base_iri: Annotated[str | None, typer.Option(help="Base of every IRI, fixed for ever.")] = None,
) -> None:
    """Load the bundled practices through the whole pipeline."""
    from ingest import bundled_folder
    from ingest import ingest as run_ingest

    settings = Settings.load(data=data, base_iri=base_iri)
    with Repository.open(settings) as repository:
        with progress_bar("Bundled practices") as advance:
            report = run_ingest(repository, [bundled_folder()], progress=advance)
        report.print_summary(messages)
        catch_up(repository)
        messages.print(
            f"{repository.log.count('practice')} practices are in {escape(str(settings.data))}. "
            "Serve them with: practicegraph serve"
        )
    if report.rejected:
        raise typer.Exit(1)


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the repository over HTTP until interrupted."""
    from api.app import create_app
    from api.listening import Server, listening

    settings = Settings.load(data=data, host=host, port=port)
    new = not is_made(settings)
    with Repository.open(settings) as repository, listening(settings) as socket:
        with repository.projecting():
            pass  # raises here, and not inside the server, when somebody else serves this data
        count = repository.log.count("practice")
        address = f"http://{settings.host}:{socket.getsockname()[1]}"
        if new:
            messages.print(f"An empty repository was made in {escape(str(settings.data))}.")
        if address != settings.base_iri:
            messages.print(
                f"Its IRIs begin with {settings.base_iri}, which is another address than the one "
                "it is served on; pages work all the same."
            )
        messages.print(
            f"PracticeGraph {__version__} serves {count} practices on {address}/ (stop with Ctrl-C)"
        )
        with suppress(KeyboardInterrupt):
            Server(create_app(repository)).run(sockets=[socket])


@app.command()
def history(
    record: Annotated[str, typer.Argument(help="IRI of a record, or kind/slug.")],
    data: Data = None,
    form: Output = Format.TABLE,
) -> None:
    """Show the revisions of a record, the newest first."""
    with Repository.open(Settings.load(data=data), create=False) as repository:
        iri = record_iri(repository, record)
        revisions = repository.log.history(iri)
        if not revisions:
            raise NotFound(f"There is no record {iri}.")
        columns = ("revision", "action", "time", "agent", "activity", "source", "message", "digest")
        rows: list[tuple[Any, ...]] = [
            (
                r.seq,
                r.action,
                r.time.isoformat(timespec="seconds"),
                r.agent,
                r.activity,
                r.source,
                r.message,
                r.digest[:12] if r.digest and form is Format.TABLE else r.digest,
            )
            for r in revisions
        ]
        print_rows(columns, rows, form)


@app.command()
def rebuild(data: Data = None) -> None:
    """Make the projections anew from the log."""
    from practicegraph.duplicates import finding

    with (
        Repository.open(Settings.load(data=data), create=False) as repository,
        repository.projecting() as projector,
        progress_bar("Graph", total=repository.log.last_seq()) as advance,
    ):
        revision = projector.rebuild(advance)
        finding.rebuild(repository)
    messages.print(f"The graph was made anew up to revision {revision}.")


@app.command()
def settings(form: Output = Format.TABLE) -> None:
    """Show every setting, its default and the value in force."""
    rows = list(table(Settings.load()))
    print_rows(("variable", "default", "value", "help"), rows, form)
