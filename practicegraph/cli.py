"""The command line: the one place where everything is put together.

Exit codes: 0 done, 1 the data did not conform, 2 wrong use or unusable input.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.markup import escape

from practicegraph import __version__
from practicegraph.errors import InvalidInput, NotFound, PracticeGraphError
from practicegraph.repository import Repository, is_made
from practicegraph.settings import Settings, table
from practicegraph.terminal import Format, messages, plain, print_rows, progress_bar
from practicegraph.texts import in_language

app = typer.Typer(
    name="practicegraph",
    help="An open repository of good practices in public services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ontology = typer.Typer(no_args_is_help=True, help="Look after the vocabulary itself.")
app.add_typer(ontology, name="ontology")

Data = Annotated[
    Path | None, typer.Option("--data", help="Data directory.", envvar="PRACTICEGRAPH_DATA")
]
Output = Annotated[Format, typer.Option("--format", help="How to print the result.")]
Languages = Annotated[
    str | None, typer.Option("--lang", help="Language of messages, such as it or lv,en.")
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


def _languages(settings: Settings, asked: str | None) -> tuple[str, ...]:
    first = tuple(tag.strip() for tag in (asked or "").split(",") if tag.strip())
    return tuple(dict.fromkeys([*first, *settings.language_order]))


def _catch_up(repository: Repository) -> None:
    """Apply the log to the graph, unless a running server does."""
    with progress_bar("Graph") as advance:
        applied = repository.catch_up(advance)
    if not applied:
        messages.print("A running server brings the graph up to date.")


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
        _catch_up(repository)
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
            _catch_up(repository)
        if report:  # before printing: whoever reads the output may stop at any time
            result.save(report, _languages(settings, lang))
        result.print(form, _languages(settings, lang))
    if result.rejected:
        raise typer.Exit(1)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="RDF files, in any syntax.", exists=True)],
    profile: Annotated[str, typer.Option(help="listed or reviewed.")] = "listed",
    shapes: Annotated[
        list[Path] | None, typer.Option(help="Validate against these shapes instead.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv or turtle.")] = "table",
    lang: Languages = None,
) -> None:
    """Check RDF documents against the shapes, and say how to mend them."""
    from practicegraph.report import FORMS, validate_files

    if form not in FORMS:
        raise InvalidInput(f"--format {form}: choose {', '.join(FORMS)}.")
    settings = Settings.load()
    result = validate_files(
        files,
        profile=profile,
        engine=settings.validation_engine,
        base_iri=settings.base_iri,
        shapes=shapes,
    )
    result.print(form, _languages(settings, lang))
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
        languages = _languages(settings, lang)
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


@app.command()
def history(
    record: Annotated[str, typer.Argument(help="IRI of a record, or kind/slug.")],
    data: Data = None,
    form: Output = Format.TABLE,
) -> None:
    """Show the revisions of a record, the newest first."""
    with Repository.open(Settings.load(data=data), create=False) as repository:
        kind, _, slug = record.partition("/")
        iri = record if "://" in record else repository.iris.thing(kind, slug)
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
    with (
        Repository.open(Settings.load(data=data), create=False) as repository,
        repository.projecting() as projector,
        progress_bar("Graph", total=repository.log.last_seq()) as advance,
    ):
        revision = projector.rebuild(advance)
    messages.print(f"The graph was made anew up to revision {revision}.")


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


@app.command()
def settings(form: Output = Format.TABLE) -> None:
    """Show every setting, its default and the value in force."""
    rows = list(table(Settings.load()))
    print_rows(("variable", "default", "value", "help"), rows, form)


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


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"practicegraph {__version__}")
        raise typer.Exit


if __name__ == "__main__":
    main()
