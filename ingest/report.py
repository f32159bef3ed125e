"""The report of a run: what became of the records, and what there is to mend.

It holds the counts; changes and problems are streamed from the memory of the run, however many
there are. How it is written for people and for machines is in `report_writing`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from ingest import report_writing as writing
from ingest.changes import Change
from ingest.clock import Clock
from ingest.memory import RunMemory
from ingest.outcome import Counts
from ingest.problems import Problem
from ingest.vocabularies import Result
from practicegraph.errors import InvalidInput


@dataclass(slots=True)
class SourceReport:
    """What became of one source of the run. `run` is its number in the log, None if dry.

    Where it was not read, since it is as it was, `unchanged_since` is the run that read it last.
    """

    files: str
    source: str
    mapping: str | None
    run: int | None
    counts: Counts
    unchanged_since: int | None = None


@dataclass(slots=True)
class Report:
    """What a call of `ingest` did, or would do. Close it when done, or use `with`.

    The `clock` says how long each stage took; with several sources `counts` adds them up.
    """

    dry_run: bool
    memory: RunMemory = field(repr=False)
    clock: Clock = field(default_factory=Clock, repr=False)
    sources: list[SourceReport] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    vocabularies: list[Result] = field(default_factory=list)
    #: Names of inputs of which files were left out, since they could not be read.
    incomplete: set[str] = field(default_factory=set, repr=False)
    #: Inputs of which files were passed over because no mapping recognises them.
    unrecognised: set[str] = field(default_factory=set, repr=False)

    def close(self) -> None:
        """Forget the problems."""
        self.memory.close()

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rejected(self) -> int:
        """Records that were rejected, and rows of which none could be made."""
        return self.counts.rejected

    def problems(self) -> Iterator[Problem]:
        """Every problem, in the order they were met."""
        return self.memory.problems()

    def changes(self) -> Iterator[Change]:
        """What the run did to each record that it created, updated or withdrew, in that order."""
        return self.memory.changes()

    def print_summary(self, console: Console) -> None:
        """Print the counts by kind and outcome."""
        writing.print_summary(self, console)

    def print(self, form: str = "table", languages: Sequence[str] = ()) -> None:
        """Print the report to standard output as `table`, `json` or `csv`."""
        writing.write(self, sys.stdout, form, languages)

    def save(self, path: Path, languages: Sequence[str] = ()) -> None:
        """Write the report to a file: JSON, CSV or HTML, by its suffix. Raises InvalidInput."""
        form = _form_of(path)
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writing.write(self, file, form, languages)
        except OSError as error:
            raise InvalidInput(f"The report {path} cannot be written: {error}") from error

    def summary(self) -> dict[str, Any]:
        """The report without the single problems, as plain values."""
        return {
            "dry_run": self.dry_run,
            "sources": [
                {
                    "files": s.files,
                    "source": s.source,
                    "mapping": s.mapping,
                    "run": s.run,
                    "unchanged_since": s.unchanged_since,
                    "counts": s.counts.flat(),
                }
                for s in self.sources
            ],
            "vocabularies": [asdict(result) for result in self.vocabularies],
            "counts": self.counts.flat(),
            "problem_counts": dict(self.memory.severities),
            "seconds": {stage: round(s, 3) for stage, s in self.clock.seconds.items()},
        }


def check_target(path: Path) -> None:
    """Raise InvalidInput for a path to which no report can be written; call it before the run."""
    _form_of(path)
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InvalidInput(f"The report {path} cannot be written: there is no folder {folder}.")
    if path.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise InvalidInput(f"The report {path} cannot be written there; name another place.")


def _form_of(path: Path) -> str:
    form = path.suffix.lower().removeprefix(".")
    form = "html" if form == "htm" else form
    if form not in writing.FILES:
        raise InvalidInput(f"{path.name}: a report is written as .json, .csv or .html.")
    return form
