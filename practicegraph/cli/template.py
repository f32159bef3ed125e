"""The command that makes spreadsheets for people to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from practicegraph.cli.common import Languages, app, languages_of
from practicegraph.errors import InvalidInput
from practicegraph.iris import KINDS
from practicegraph.settings import Settings
from practicegraph.terminal import messages
from practicegraph.texts import LANGUAGES


@app.command()
def template(
    kind: Annotated[str, typer.Argument(help="practice, service, organisation or asset.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .xlsx or .csv.")],
    lang: Languages = None,
    languages: Annotated[
        str | None,
        typer.Option(help="Languages of the texts to be written, such as en,it."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Write a spreadsheet for people to fill in, which `ingest` reads back."""
    from ingest.template.making import make

    if kind not in KINDS:
        raise InvalidInput(f"There is no kind {kind!r}; choose {', '.join(KINDS)}.")
    asked = languages_of(Settings.load(), lang)
    spoken = next((tag for tag in asked if tag in LANGUAGES), LANGUAGES[0])
    of_texts = [tag.strip() for tag in (languages or f"{spoken},en").split(",") if tag.strip()]
    written = make(output, kind, spoken, of_texts, force=force)
    names = ", ".join(path.name for path in written)
    messages.print(
        f"Written: {escape(names)}. Bring it in with: practicegraph ingest {escape(output.name)}"
    )
