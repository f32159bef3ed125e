"""Explaining: one row of a source through every stage, so that a person sees where it changes.

As it stands in the file, as the query sees it, what the mapping makes of it, what was mended, and
the records it would become, with what the shapes say about them. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ingest.batches import Batch
from ingest.inputs import NOTHING_WANTED, Inputs, Wanted
from ingest.lifting import FX, XYZ
from ingest.memory import RunMemory
from ingest.pipeline import Pipeline
from ingest.report import Report
from ingest.runs import open_sources
from ingest.sources import Source, Trace
from practicegraph.differences import differences
from practicegraph.errors import NotFound
from practicegraph.namespaces import PREFIXES
from practicegraph.repository import Repository
from practicegraph.texts import in_language

_PREFIXES: Final = {**PREFIXES, "fx": FX, "xyz": XYZ}


def explain(
    repository: Repository,
    sources: Sequence[str | Path],
    row: str,
    mapping: str | Path | None = None,
    *,
    languages: Sequence[str] = (),
    wanted: Wanted = NOTHING_WANTED,
    skip_broken: bool = False,
) -> Iterator[tuple[str, str]]:
    """Yield the stages of one row as title and text.

    `row` is the number of a row, `file:number` in a folder, or the IRI of a subject in RDF. Raises
    NotFound where there is none such, and what `ingest` raises for the source; with `skip_broken`
    files that cannot be read are left out.
    """
    with Report(True, RunMemory()) as report, Inputs() as inputs:
        opened: list[Source] = []
        try:
            given = inputs.open(sources, **wanted._asdict())
            for source in open_sources(repository, given, mapping, report, skip_broken=skip_broken):
                opened.append(source)
                source.scan()
                trace = source.trace(row)
                if trace is not None:
                    pipeline = Pipeline(repository, source, report.memory, report.clock, None)
                    yield from _stages(
                        repository, trace, pipeline.preview(trace.described), languages
                    )
                    return
        finally:
            for source in opened:
                source.close()
    names = ", ".join(one.name for one in given)
    raise NotFound(
        f"{names}: there is no row or subject {row!r}. Give the number of a row as the report "
        "writes it, file:number in a folder, or the whole IRI of a subject."
    )


def _stages(
    repository: Repository, trace: Trace, batch: Batch, languages: Sequence[str]
) -> Iterator[tuple[str, str]]:
    yield "Raw", trace.raw
    if trace.lifted is not None:
        yield "Lifted", _turtle(trace.lifted)
    if trace.mapped is not None:
        yield "Mapped", _turtle(trace.mapped)
    noted = [
        f"{p.severity}: {p.field}: {p.value}\n  {in_language(p.messages, languages)}"
        for p in trace.described.problems
    ]
    yield "Noted", "\n".join(noted) or "Nothing."
    heads = [seq for entry in batch.entries if (seq := batch.heads.get(entry.record.iri))]
    before = {r.record: r.as_record() for r in repository.log.at(heads)}
    for entry in batch.entries:
        text = _turtle(entry.record.triples())
        old = before.get(entry.record.iri)
        if old is not None and old.digest != entry.record.digest:
            text += "\n\nWhat differs:\n" + "\n".join(
                f"  {d.name}: {' · '.join(d.removed)} → {' · '.join(d.added)}"
                for d in differences(old, entry.record)
            )
        yield f"Record {entry.record.iri}: {entry.outcome}", text
    known = {id(p) for p in trace.described.problems}
    found = [
        f"{p.severity}: {p.field} {p.value}\n  {in_language(p.messages, languages)} ({p.rule})"
        for p in batch.problems
        if id(p) not in known
    ]
    yield "Validated", "\n".join(found) or "Nothing to mend."


def _turtle(triples: Iterable[ox.Triple]) -> str:
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
    lines = text.decode().replace("\t", "  ").splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix"))
