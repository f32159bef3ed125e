"""What the gates found, as values, and how it is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from practicegraph.namespaces import compact
from practicegraph.terminal import Format, messages, plain, print_rows


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One breach of a rule: the term at fault, where it stands, and how to mend it.

    `term` is an IRI, or None where a file as a whole is at fault; `file` is a path below the rooms
    (or `records/…`), or None where no single file is to blame.
    """

    term: str | None
    message: str
    file: str | None


@dataclass(frozen=True, slots=True)
class GateResult:
    """How one gate ended: its faults (none when it passed), its notes and the seconds it took."""

    name: str
    group: str
    title: str
    faults: tuple[Fault, ...]
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is at fault."""
        return not self.faults


def write(results: Iterable[GateResult], form: Format, out: TextIO | None = None) -> bool:
    """Print how the gates ended, and return whether all passed.

    A table is for people: the gates, then the faults. CSV has a line for each fault and for each
    gate that passed; JSON holds everything.
    """
    out = out or sys.stdout
    ended = list(results)
    match form:
        case Format.JSON:
            json.dump(_document(ended), out, ensure_ascii=False, indent=1)
            out.write("\n")
        case Format.CSV:
            print_rows(("gate", "group", "result", "seconds", "term", "file", "message"),
                       _lines(ended), form, out)  # fmt: skip
        case Format.TABLE:
            _write_tables(ended, out)
    return all(result.passed for result in ended)


def _document(results: Sequence[GateResult]) -> dict[str, object]:
    return {
        "passed": all(result.passed for result in results),
        "gates": [
            {
                "name": result.name,
                "group": result.group,
                "title": result.title,
                "passed": result.passed,
                "seconds": round(result.seconds, 3),
                "faults": [
                    {"term": fault.term, "file": fault.file, "message": fault.message}
                    for fault in result.faults
                ],
                "notes": list(result.notes),
            }
            for result in results
        ],
    }


def _lines(results: Iterable[GateResult]) -> Iterator[tuple[object, ...]]:
    for result in results:
        gate = (result.name, result.group, _verdict(result), f"{result.seconds:.3f}")
        if result.passed:
            yield (*gate, None, None, None)
        for fault in result.faults:
            yield (*gate, fault.term, fault.file, fault.message)


def _write_tables(results: Sequence[GateResult], out: TextIO) -> None:
    print_rows(
        ("gate", "group", "what it asks", "result", "seconds"),
        [(r.name, r.group, r.title, _verdict(r), f"{r.seconds:.2f}") for r in results],
        Format.TABLE,
        out,
    )
    faults = [
        (result.name, compact(fault.term) if fault.term else None, fault.file, fault.message)
        for result in results
        for fault in result.faults
    ]
    if faults:
        print_rows(("gate", "term", "file", "what to mend"), faults, Format.TABLE, out)
    for result in results:
        out.writelines(f"{result.name}: {plain(note)}\n" for note in result.notes)
    broken = sum(not result.passed for result in results)
    messages.print(
        f"{broken} of {len(results)} gates failed, with {len(faults)} faults."
        if broken
        else f"All {len(results)} gates passed."
    )


def _verdict(result: GateResult) -> str:
    if result.passed:
        return "passed"
    return f"{len(result.faults)} fault{'s' if len(result.faults) > 1 else ''}"
