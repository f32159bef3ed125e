"""A run: sources are opened, scanned to their end, and brought in one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ingest.checking import unmet
from ingest.clock import Clock
from ingest.mapping import MappingError, SourceMapping, load, recognise
from ingest.memory import RunMemory
from ingest.pipeline import Pipeline
from ingest.readers import READERS, open_reader
from ingest.report import Report, SourceReport
from ingest.rows import ReaderOptions
from ingest.sources import RdfSource, RowSource, Source, rdf_files
from practicegraph import __version__
from practicegraph.errors import InvalidInput
from practicegraph.iris import slugify
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance

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


def ingest(
    repository: Repository,
    sources: Sequence[Path],
    mapping: str | Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    agent: str = "practicegraph ingest",
) -> Report:
    """Bring files and folders into the log, and report on them.

    A folder stands for the documents in RDF below it, which may refer to one another. Tables are
    given a meaning by `mapping`, the name of one of ours or the path of a `.rq` file; without it
    the one mapping that knows the columns is taken. `agent` is who is noted to have done it. With
    `dry_run` nothing is written, and the report says what would be. The projections are left to
    the caller.

    Every source is read to its end before the first is written. Raises MalformedDocument for a
    broken file, MappingError where no mapping fits, InvalidInput for what is no source at all.
    """
    clock = Clock()
    memory = RunMemory()
    report = Report(dry_run, memory, clock)
    opened: list[Source] = []
    try:
        with clock.stage("scan"):
            chosen = load(mapping) if mapping is not None else None
            total = 0
            for path in sources:
                source = _open(repository, path, chosen, clock)
                opened.append(source)
                total += source.scan()
        if progress is not None:
            progress.expect(total)
        for source in opened:
            _bring_in(repository, source, report, progress, agent)
        memory.report(list(unmet(memory)))
    except BaseException:
        report.close()
        raise
    finally:
        for source in opened:
            source.close()
    return report


def _open(
    repository: Repository, path: Path, mapping: SourceMapping | None, clock: Clock
) -> Source:
    if not path.exists():
        raise InvalidInput(f"There is no file or folder {path}.")
    if path.is_file() and path.suffix.lower() in READERS:
        if mapping is None:
            scan = open_reader(path, ReaderOptions()).scan()
            mapping = recognise(path.name, scan.columns)
        mapping.desk.vocabularies = repository.log.vocabularies()
        return RowSource(path, mapping, clock)
    if mapping is not None:
        raise MappingError(
            f"{path.name} is no table, and a mapping gives meaning to tables, which end in "
            f"{', '.join(READERS)}; leave --mapping out, or give the file one of these endings."
        )
    name = "bundled" if path.resolve() == BUNDLED else slugify(path.stem, "documents")
    base = repository.iris.base + "/"
    return RdfSource(name, rdf_files(path), path, base, clock)


def _bring_in(
    repository: Repository,
    source: Source,
    report: Report,
    progress: Progress | None,
    agent: str,
) -> None:
    number: int | None = None
    provenance: Provenance | None = None
    if not report.dry_run:
        with repository.log.writing() as transaction:
            number = transaction.start_run(
                source=source.name,
                source_digest=source.digest,
                mapping=source.mapping.name if source.mapping else None,
                mapping_digest=source.mapping.digest if source.mapping else None,
                agent=agent,
                tool=f"PracticeGraph {__version__}",
            )
        provenance = Provenance(
            agent=agent,
            activity=f"run/{number}",
            source=str(source.mapping.homepage.value) if source.mapping else source.name,
            message=f"Ingested from {source.files}",
        )
    pipeline = Pipeline(repository, source, report.memory, report.clock, provenance)
    for steps in pipeline.run():
        if progress is not None:
            progress(steps)
    if number is not None:
        with repository.log.writing() as transaction:
            transaction.end_run(number, pipeline.counts.flat())
    report.sources.append(
        SourceReport(
            source.files,
            source.name,
            source.mapping.name if source.mapping else None,
            number,
            pipeline.counts,
        )
    )
    report.counts.merge(pipeline.counts)
