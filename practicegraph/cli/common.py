"""What the commands share: the application, its common options, and the graph kept up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from practicegraph.repository import Repository
from practicegraph.settings import Settings
from practicegraph.terminal import Format, messages, progress_bar

app = typer.Typer(
    name="practicegraph",
    help="An open repository of good practices in public services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None, typer.Option("--data", help="Data directory.", envvar="PRACTICEGRAPH_DATA")
]
Output = Annotated[Format, typer.Option("--format", help="How to print the result.")]
Languages = Annotated[
    str | None, typer.Option("--lang", help="Language of messages, such as it or lv,en.")
]


def languages_of(settings: Settings, asked: str | None) -> tuple[str, ...]:
    """The languages to tell things in: those asked for, then those offered."""
    first = tuple(tag.strip() for tag in (asked or "").split(",") if tag.strip())
    return tuple(dict.fromkeys([*first, *settings.language_order]))


def record_iri(repository: Repository, name: str) -> str:
    """The IRI of a record that is given by its IRI, or as kind/slug."""
    kind, _, slug = name.partition("/")
    return name if "://" in name else repository.iris.thing(kind, slug)


def catch_up(repository: Repository) -> None:
    """Apply the log to the graph, unless a running server does."""
    with progress_bar("Graph") as advance:
        applied = repository.catch_up(advance)
    if not applied:
        messages.print("A running server brings the graph up to date.")
