"""A run: sources are opened, scanned to their end, and brought in one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from ingest.checking import unmet
from ingest.choosing import UNRECOGNISED, Choice, choose
from ingest.clock import Clock
from ingest.executors import Crew, crew_of, sparing
from ingest.findings import left_out, noticed
from ingest.inputs import NOTHING_WANTED, Input, InputFile, Inputs, Wanted
from ingest.library import MAPPINGS, Library
from ingest.memory import RunMemory
from ingest.problems import Finding, Place, Problem, problem
from ingest.report import Report
from ingest.source_run import Orders, SourceRun, unchanged_since, unread
from ingest.sources import Source
from ingest.vocabularies import load_documents
from ingest.work import validate
from practicegraph.duplicates.finding import Finder
from practicegraph.duplicates.finding import finder as finder_of
from practicegraph.iris import slugify
from practicegraph.repository import Repository

#: Where the practices that come with the program lie; they travel in the wheel too.
BUNDLED = Path(__file__).resolve().parent / "bundled"


class Progress(Protocol):
    """What shows how far a run has come."""

    def __call__(self, steps: int, /) -> None:
        """So many more rows or subjects are done."""

    def expect(self, total: int, /) -> None:
        """There will be so many in all."""


def bundled_folder() -> Path:
    """The folder of the practices that come with the program."""
    return BUNDLED


@sparing()
def ingest(
    repository: Repository,
    sources: Sequence[str | Path],
    mapping: str | Path | None = None,
    *,
    wanted: Wanted = NOTHING_WANTED,
    dry_run: bool = False,
    skip_broken: bool = False,
    force: bool = False,
    withdraw_missing: bool = False,
    progress: Progress | None = None,
    agent: str = "practicegraph ingest",
    workers: int | None = 1,
    executor: str | None = None,
    find_duplicates: bool = False,
) -> Report:
    """Bring sources into the log, and report on them.

    A source is whatever `Inputs` opens: a file, a folder, a pattern, an archive, a database or an
    address; `wanted` says what to take out of the last ones. Rows are given a meaning by
    `mapping`, the name of a mapping or the path of a `.rq` file; without it each file goes to the
    one mapping whose header recognises it, and RDF that none recognises is taken as it is. `agent`
    is who is noted to have done it. With `dry_run` nothing is written, and the report says what
    would be. The projections are left to the caller. So many `workers` map and validate at the same
    time (None: as many as the input is worth), or those of the cluster that `executor` names, with
    the same results.

    A source that is as it was when it was last read is not read again, unless `force`. Records
    that a source does not describe any more are listed; `withdraw_missing` withdraws them, where
    all of the source could be read.

    With `find_duplicates` the report tells of each record that comes in what it is likely to be a
    duplicate of, and likely pairs are noted for a person to decide about.

    Every source is read to its end before the first is written. Raises MalformedDocument for a
    broken file (with `skip_broken` it is left out and told), MappingError where no mapping fits,
    InvalidInput for what is no source at all.
    """
    orders = Orders(force, withdraw_missing, skip_broken)
    clock = Clock()
    memory = RunMemory()
    report = Report(dry_run, memory, clock)
    opened: list[Source] = []
    begun: list[SourceRun] = []
    schemes: list[InputFile] = []
    inputs = Inputs()
    crew: Crew | None = None
    finder: Finder | None = None
    try:
        if workers is not None or executor is not None:  # its faults come first, not after a scan
            crew = crew_of(workers, executor)
            crew.prepare(validate, repository.settings.validation_engine, (), "")
        with clock.stage("scan"):
            given = inputs.open(sources, **wanted._asdict())
            opened.extend(
                open_sources(
                    repository, given, mapping, report, skip_broken=skip_broken, schemes=schemes
                )
            )
            fresh = _changed(repository, opened, report, orders)
            total = sum(source.scan() for source in fresh)
        if progress is not None:
            progress.expect(total)
        crew = crew or crew_of(None, None, total)
        _load(repository, schemes, report, agent, skip_broken=skip_broken)
        if find_duplicates and fresh:
            finder = finder_of(repository, dry_run=dry_run)
        for source in fresh:
            begun.append(
                SourceRun(repository, source, report, orders, agent=agent, crew=crew, finder=finder)
            )
            begun[-1].bring_in(progress)
        memory.report(list(unmet(memory)))
        for run in begun:
            run.settle()
        for run in begun:
            run.end(alone=len(begun) == 1)
    except BaseException as error:
        for run in begun:
            run.break_off(error)
        report.close()
        raise
    finally:
        if crew is not None:
            crew.close()
        if finder is not None:
            finder.close()
        for source in opened:
            source.close()
        inputs.close()
    return report


def _changed(
    repository: Repository, sources: Sequence[Source], report: Report, orders: Orders
) -> list[Source]:
    """The sources that are to be read; of the others it is told since when they are the same."""
    changed: list[Source] = []
    for source in sources:
        last = unchanged_since(repository, source, orders)
        if last is None:
            changed.append(source)
        else:
            report.sources.append(unread(source, last.number))
    return changed


def library_of(repository: Repository) -> Library:
    """The mappings that come with the program, and those of the folder that a setting names."""
    own = repository.settings.mappings
    folders = (MAPPINGS,) if own is None else (MAPPINGS, own)
    return Library(folders, repository.log.vocabularies())


def open_sources(
    repository: Repository,
    inputs: Sequence[Input],
    mapping: str | Path | None,
    report: Report,
    *,
    skip_broken: bool = False,
    schemes: list[InputFile] | None = None,
) -> Iterator[Source]:
    """Yield the sources of all inputs, not scanned; what nobody reads is told in the report.

    `schemes` gets the files that hold vocabularies.
    """
    library = library_of(repository)
    named = library.load(mapping) if mapping is not None else None
    for given in inputs:
        choice = choose(given, library, named, skip_broken=skip_broken)
        if schemes is not None:
            schemes += choice.schemes
        yield from _open(repository, given, choice, report, skip_broken=skip_broken)


def _load(
    repository: Repository,
    schemes: Sequence[InputFile],
    report: Report,
    agent: str,
    *,
    skip_broken: bool,
) -> None:
    """Lay vocabularies over the short lists, and tell of each."""
    loaded = load_documents(
        repository, schemes, agent=agent, dry_run=report.dry_run, skip_broken=skip_broken
    )
    report.vocabularies += loaded.results
    for result in loaded.results:
        place = Place(", ".join(result.files), "")
        told = [Finding("vocabulary", note, "info") for note in result.notes]
        if result.error:
            told.append(left_out(result.error))
            report.counts.lost += 1
        report.memory.report([problem(place, finding, value=result.name) for finding in told])


def _open(
    repository: Repository,
    given: Input,
    choice: Choice,
    report: Report,
    *,
    skip_broken: bool,
) -> Iterator[Source]:
    left_out = list(_left_out(given, choice))
    report.memory.report(left_out)
    report.counts.lost += sum(p.severity == "violation" for p in left_out)
    if choice.broken:
        report.incomplete.add(given.name)
    if any(reason == UNRECOGNISED for _, reason in choice.passed):
        report.unrecognised.add(given.name)
    bundled = given.files[0].path.resolve().is_relative_to(BUNDLED)
    name = "bundled" if bundled else slugify(PurePosixPath(given.name).stem, "documents")
    base = repository.iris.base + "/"
    yield from choice.sources(given, name, base, report.clock, skip_broken=skip_broken)


def _left_out(given: Input, choice: Choice) -> Iterator[Problem]:
    """What there is to say about the input, and about files that nothing reads."""
    for note in given.notes:
        yield problem(Place(given.name, ""), Finding("reading", note, "info"))
    for file, reason in choice.passed:
        finding = noticed("file passed over", reason=reason)
        yield problem(Place(file.name, ""), finding)
    for file, error in choice.broken:
        finding = left_out(error.detail)
        yield problem(Place(file.name, ""), finding)
