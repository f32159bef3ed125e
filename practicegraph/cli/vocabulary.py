"""Commands that look after the vocabulary itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from practicegraph.cli.common import Output, app
from practicegraph.settings import Settings
from practicegraph.terminal import Format, messages

ontology = typer.Typer(no_args_is_help=True, help="Look after the vocabulary itself.")
app.add_typer(ontology, name="ontology")


@ontology.command("check")
def ontology_check(
    reason: Annotated[bool, typer.Option("--reason", help="Ask a reasoner as well.")] = False,
    rooms: Annotated[
        Path | None,
        typer.Option(help="Folder with the rooms to check.", exists=True, file_okay=False),
    ] = None,
    records: Annotated[
        list[Path] | None, typer.Option(help="Folder or file of records.", exists=True)
    ] = None,
    form: Output = Format.TABLE,
) -> None:
    """Put vocabulary, shapes and records through every gate."""
    from ingest import bundled_folder
    from practicegraph.artefacts import OWN, Rooms
    from practicegraph.vocabulary import findings, gates

    checked = Rooms(rooms.resolve()) if rooms else OWN
    results = gates.check(
        checked,
        records or [bundled_folder()],
        reason=reason,
        engine=Settings.load().validation_engine,
    )
    if not findings.write(results, form):
        raise typer.Exit(1)


@ontology.command()
def docs(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write to.")] = Path(
        "vocabulary"
    ),
    lang: Annotated[
        list[str] | None, typer.Option("--lang", help="Language of the pages; all by default.")
    ] = None,
    rooms: Annotated[
        Path | None, typer.Option(help="Folder of other data rooms than this program's own.")
    ] = None,
) -> None:
    """Write the documentation of the vocabulary as pages that need no server."""
    from api.vocabulary_site import write_site
    from api.vocabulary_texts import NAMES
    from practicegraph.artefacts import OWN, Rooms

    tags = [tag.strip() for text in lang or NAMES for tag in text.split(",") if tag.strip()]
    count = write_site(Rooms(rooms) if rooms else OWN, output, tags)
    messages.print(f"{count} files written; open {escape(str(output / 'index.html'))}.")


@ontology.command()
def diff(
    old: Annotated[Path, typer.Argument(help="RDF file or folder of data rooms.", exists=True)],
    new: Annotated[Path, typer.Argument(help="The version after it.", exists=True)],
    form: Output = Format.TABLE,
) -> None:
    """Tell what changed between two versions, and whether the version number says so."""
    from practicegraph.vocabulary.versions import compare

    result = compare(old, new)
    result.print(form)
    if not result.right:
        raise typer.Exit(1)
