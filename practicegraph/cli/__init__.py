"""The command line: the one place where everything is put together.

Each module of this package holds the commands of one concern, and is imported below so that they
are known. Commands import what they need inside. Exit codes: 0 done, 1 the data did not conform,
2 wrong use or unusable input.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from practicegraph import __version__
from practicegraph.cli import (
    asking,
    duplicates,
    ingestion,
    keeping,
    runs,
    template,
    vocabularies,
    vocabulary,
)
from practicegraph.cli.common import app
from practicegraph.errors import PracticeGraphError
from practicegraph.terminal import messages, plain

__all__ = [
    "app",
    "asking",
    "duplicates",
    "ingestion",
    "keeping",
    "main",
    "runs",
    "template",
    "vocabularies",
    "vocabulary",
]


def main() -> None:
    """Run the command line; errors meant for people are printed without a traceback."""
    try:
        app()
    except PracticeGraphError as error:
        messages.print(f"[bold red]{escape(error.title)}:[/] {escape(plain(error.detail))}")
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has had enough, as `head` has; that is no fault.
        sys.stderr.close()
        sys.exit(0)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"practicegraph {__version__}")
        raise typer.Exit
