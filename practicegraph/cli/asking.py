"""Commands that check documents, ask the graph and write records out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from practicegraph.cli.common import Data, Languages, app, languages_of
from practicegraph.errors import InvalidInput
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings
from practicegraph.terminal import messages, print_rows
from practicegraph.texts import in_language


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="RDF files, in any syntax.", exists=True)],
    data: Data = None,
    profile: Annotated[str, typer.Option(help="listed or reviewed.")] = "listed",
    shapes: Annotated[
        list[Path] | None, typer.Option(help="Validate against these shapes instead.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv or turtle.")] = "table",
    lang: Languages = None,
) -> None:
    """Check RDF documents against the shapes, and say how to mend them.

    Values are looked up in the vocabularies of the repository, where there is one.
    """
    from practicegraph.report import FORMS, validate_files

    if form not in FORMS:
        raise InvalidInput(f"--format {form}: choose {', '.join(FORMS)}.")
    settings = Settings.load(data=data)
    vocabularies = None
    if is_made(settings):
        with Repository.open(settings) as repository:
            vocabularies = repository.log.vocabularies()
    result = validate_files(
        files,
        profile=profile,
        engine=settings.validation_engine,
        base_iri=settings.base_iri,
        shapes=shapes,
        vocabularies=vocabularies,
    )
    result.print(form, languages_of(settings, lang))
    if not result.conforms:
        raise typer.Exit(1)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Name of a query, or a file.")] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", help="A parameter, as name=value; again for further values."),
    ] = None,
    data: Data = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, csv, json; srj, srx, tsv (SPARQL results); ttl, nt, rdf, jsonld.",
        ),
    ] = "table",
    lang: Languages = None,
) -> None:
    """Ask the graph: by the name of a query or with a file; without either, list the queries."""
    from practicegraph import asking, queries

    settings = Settings.load(data=data)
    if name is None:
        languages = languages_of(settings, lang)
        print_rows(
            ("query", "audience", "summary", "parameters"),
            ([q.name, ", ".join(q.audience), in_language(q.summary, languages),
              " ".join(p.name if p.required else f"[{p.name}]" for p in q.parameters)]
             for q in map(queries.load, queries.names())),
            asking.table_format(form),
        )  # fmt: skip
        return
    file = Path(name)
    named = not (file.suffix or len(file.parts) > 1)
    asked = queries.load(name) if named and not file.is_file() else queries.read(file)
    values: dict[str, list[str]] = {}
    for key, value in map(_assignment, param or []):
        values.setdefault(key, []).append(value)
    with Repository.open(settings, create=False) as repository:
        asking.answer(repository, asked, values, form)


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise InvalidInput(f"--param {text}: write it as name=value.")
    return key, value


@app.command()
def export(
    data: Data = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="nq, trig, nt, or jsonl (JSON-LD, a record a line); with a profile ttl, nt, rdf "
            "or jsonld.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default is the output.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="cpsv-ap, cpov, dcat-ap or schema-org: as others write it.")
    ] = None,
) -> None:
    """Write out all published records, as a stream."""
    from practicegraph import export as plainly
    from practicegraph.profiles import writing

    with Repository.open(Settings.load(data=data), create=False) as repository:
        if profile is None:
            what = f"{plainly.write(repository, form or 'nq', output)} records"
        else:
            written = writing.write(repository, profile, form, output)
            what = written.what
            if written.left_out:
                messages.print(escape(written.remark))
    if output:
        messages.print(f"{what} written to {escape(str(output))}.")
