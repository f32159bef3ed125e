"""Writing out the published records, as a stream straight from the log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pyoxigraph as ox

from practicegraph.errors import InvalidInput
from practicegraph.iris import Iris
from practicegraph.jsonld import to_jsonld
from practicegraph.namespaces import PREFIXES
from practicegraph.record import Record
from practicegraph.repository import Repository


def _nquads(record: Record, iris: Iris) -> bytes:
    return record.nquads(iris.graph(record.iri))


def _ntriples(record: Record, _iris: Iris) -> bytes:
    return record.content


def _trig(record: Record, iris: Iris) -> bytes:
    graph = ox.NamedNode(iris.graph(record.iri))
    quads = (ox.Quad(t.subject, t.predicate, t.object, graph) for t in record.triples())
    return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b""


def _json_lines(record: Record, _iris: Iris) -> bytes:
    return json.dumps(to_jsonld(record.iri, record.triples()), ensure_ascii=False).encode() + b"\n"


FORMATS: Final[dict[str, Callable[[Record, Iris], bytes]]] = {
    "nq": _nquads,
    "nt": _ntriples,
    "trig": _trig,
    "jsonl": _json_lines,
}


def write(repository: Repository, form: str, output: Path | None) -> int:
    """Write every live record in a format of FORMATS; returns how many.

    A file appears under its name only once it is whole. Raises InvalidInput for another format.
    """
    if form not in FORMATS:
        raise InvalidInput(f"--format {form}: choose one of {', '.join(FORMATS)}.")
    with destination(output) as out:
        return _stream(repository, form, out)


@contextmanager
def destination(output: Path | None) -> Iterator[BinaryIO]:
    """What to write to: the file, which appears under its name only once it is whole, or stdout.

    Raises InvalidInput where the file cannot be written.
    """
    if output is None:
        yield sys.stdout.buffer
        return
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(output)
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _stream(repository: Repository, form: str, out: BinaryIO) -> int:
    count = 0
    for revision in repository.log.live_revisions():
        record = revision.as_record()
        if record:
            out.write(FORMATS[form](record, repository.iris))
            count += 1
    return count
