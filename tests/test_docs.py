"""The documents say what is so."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pyoxigraph as ox

from practicegraph.cli import app
from practicegraph.settings import Settings, table

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_is_documented_with_its_default_and_its_help() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for row in table(Settings()):
        default = f"`{row.default}`" if row.default else "–"
        assert f"| `{row.variable}` | {default} | {row.help} |" in text


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    groups = [("", app)] + [(f"{g.name} ", g.typer_instance) for g in app.registered_groups]
    assert len(groups) > 1
    for group, commands in groups:
        assert commands is not None
        for command in commands.registered_commands:
            assert command.callback is not None
            name = command.name or command.callback.__name__
            assert f"`practicegraph {group}{name}" in text


def test_every_option_of_an_import_is_in_its_usage_line() -> None:
    usage = (ROOT / "docs" / "ingestion.md").read_text("utf-8").split("```")[1]
    [command] = [
        c for c in app.registered_commands if c.callback and c.callback.__name__ == "ingest"
    ]
    assert command.callback is not None
    options = set(inspect.signature(command.callback).parameters) - {"sources", "data"}
    names = {"row": "explain", "form": "format", "duplicates": "no-duplicates"}
    assert options
    for option in options:
        assert f"--{names.get(option, option).replace('_', '-')} " in usage.replace("]", " ")


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_first_query_of_the_readme_is_one_parameter_named_query() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    (data,) = re.findall(r"--data-urlencode '([^']*)'", text)
    name, _, query = data.partition("=")
    assert name == "query"
    list(ox.Store().query(query))
