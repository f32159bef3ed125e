"""The report of a run: what became of the records, and what there is to mend.

For people a summary and the problems grouped by field and rule; for machines JSON and CSV with
every single problem. Problems are streamed from the memory of the run, however many there are.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ingest.clock import Clock
from ingest.memory import RunMemory
from ingest.outcome import Counts, Outcome
from ingest.problems import Problem
from practicegraph.errors import InvalidInput
from practicegraph.terminal import harmless, plain
from practicegraph.texts import in_language

COLUMNS: Final = ("severity", "file", "row", "record", "field", "value", "rule", "message")
_MAX_SHOWN: Final = 60


@dataclass(slots=True)
class SourceReport:
    """What became of one source of the run. `run` is its number in the log, None if dry."""

    files: str
    source: str
    mapping: str | None
    run: int | None
    counts: Counts


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

    # ---- for people

    def print_summary(self, console: Console) -> None:
        """Print the counts by kind and outcome."""
        kinds = sorted({kind for kind, _ in self.counts.records})
        table = Table("kind", *map(str, Outcome), header_style="bold")
        for kind in kinds:
            numbers = (self.counts.of(outcome, kind) for outcome in Outcome)
            table.add_row(kind, *(f"{n:,}" if n else "" for n in numbers))
        verb = "would make" if self.dry_run else "made"
        names = ", ".join(source.files for source in self.sources)
        console.print(f"{escape(plain(names))}: {self.counts.rows:,} rows or subjects {verb}:")
        if kinds:
            console.print(table)
        if self.counts.lost:
            console.print(f"Of {self.counts.lost:,} no record could be made.")

    def print(self, form: str = "table", languages: Sequence[str] = ()) -> None:
        """Print the report to standard output as `table`, `json` or `csv`."""
        if form == "table":
            self._print_table(Console(file=sys.stdout), languages)
        else:
            self._write(sys.stdout, form, languages)

    def save(self, path: Path, languages: Sequence[str] = ()) -> None:
        """Write the report to a file: JSON or CSV, by its suffix. Raises InvalidInput."""
        form = _form_of(path)
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                self._write(file, form, languages)
        except OSError as error:
            raise InvalidInput(f"The report {path} cannot be written: {error}") from error

    def _print_table(self, console: Console, languages: Sequence[str]) -> None:
        self.print_summary(console)
        table = Table("times", "field", "what to do", header_style="bold")
        table.columns[0].justify = "right"
        table.columns[1].no_wrap = True
        for severity, name, rule, times, first in self.memory.summary():
            value = first.value if len(first.value) <= _MAX_SHOWN else first.value[:59] + "…"
            where = f"{rule}; first at {first.place or first.record or first.file}"
            text = Text(plain(f"{severity}: {_message(first, languages)}\n"))
            text.append(plain(f"{where}: {value}" if value else where), style="dim")
            table.add_row(f"{times:,}", Text(plain(name)), text)
        if table.row_count:
            console.print(table)

    # ---- for machines

    def _write(self, out: TextIO, form: str, languages: Sequence[str]) -> None:
        if form == "csv":
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            for found in self.problems():
                writer.writerow([harmless(cell) for cell in _cells(found, languages)])
            return
        head = json.dumps(self.summary(), ensure_ascii=False, indent=1)
        out.write(head[: head.rindex("}")].rstrip() + ',\n "problems": [')
        for number, found in enumerate(self.problems()):
            out.write(",\n  " if number else "\n  ")
            json.dump(
                dict(zip(COLUMNS, _cells(found, languages), strict=True)), out, ensure_ascii=False
            )
        out.write("\n ]\n}\n")

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
                    "counts": s.counts.flat(),
                }
                for s in self.sources
            ],
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
    if form not in {"json", "csv"}:
        raise InvalidInput(f"{path.name}: a report is written as .json or .csv.")
    return form


def _cells(found: Problem, languages: Sequence[str]) -> tuple[str, ...]:
    return (
        found.severity,
        found.file,
        found.place,
        found.record,
        found.field,
        found.value,
        found.rule,
        _message(found, languages),
    )


def _message(found: Problem, languages: Sequence[str]) -> str:
    return in_language(found.messages, languages)
