"""Templates filled in by a person of our invention, and the means to ingest them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ingest import Report, ingest
from ingest.problems import Problem
from ingest.template.making import make
from practicegraph.repository import Repository

#: Cells of a row by the end of its key: `dct:title@en`.
Cells = Mapping[str, Any]

PRACTICE: dict[str, Any] = {
    "dct:identifier": "open-kitchen",
    "dct:title@en": "Open kitchen",
    "dct:description@en": "Neighbours cook together.",
    "gp:maturity": "Operational",
    "gp:evidenceLevel": "monitored",
    "dct:spatial": "Latvia",
    "dct:source": "https://village.example.org/kitchen",
}
BODY: dict[str, Any] = {
    "dct:identifier": "village-council",
    "skos:prefLabel@en": "Village council",
    "rdf:type": "Public organisation",
    "dct:spatial": "LV",
}
STEP: dict[str, Any] = {"@record": "open-kitchen", "dct:title@en": "Invite", "gp:position": 1}


def filled(
    path: Path,
    rows: Mapping[str, Sequence[Cells]],
    language: str = "en",
    kind: str = "practice",
    languages: Sequence[str] = ("en", "it"),
) -> Path:
    """A workbook made as a template; `rows` by class (`gp:PracticeStep`)."""
    path.write_bytes(_empty(path.parent, kind, language, tuple(languages)))
    book = openpyxl.load_workbook(path)
    for name, of_class in rows.items():
        sheet, places = sheet_of(book, name)
        for number, cells in enumerate(of_class, start=3):
            for key, value in cells.items():
                sheet.cell(number, places[key]).value = value
    book.save(path)
    return path


_made: dict[tuple[str, str, tuple[str, ...]], bytes] = {}


def _empty(folder: Path, kind: str, language: str, languages: tuple[str, ...]) -> bytes:
    """An empty template; each is made once."""
    key = (kind, language, languages)
    if key not in _made:
        [path] = make(folder / "empty.xlsx", kind, language, languages)
        _made[key] = path.read_bytes()
        path.unlink()
    return _made[key]


def sheet_of(book: openpyxl.Workbook, name: str) -> tuple[Worksheet, dict[str, int]]:
    """The sheet of a class, and its columns by key."""
    for sheet in book.worksheets:
        keys = [str(cell.value or "") for cell in sheet[2]]
        if keys[0].startswith(f"{name}|"):
            return sheet, {key.partition("|")[2]: n for n, key in enumerate(keys, start=1)}
    raise LookupError(name)


def problems(report: Report) -> list[Problem]:
    """What there is to say, but for what is merely recommended."""
    return [
        p
        for p in report.problems()
        if p.rule.partition(":")[0] != "gpsh" or p.severity == "violation"
    ]


def bring(repository: Repository, path: Path) -> list[Problem]:
    """Ingest a template; returns what there is to say."""
    with ingest(repository, [path]) as report:
        return problems(report)


def told(found: Sequence[Problem]) -> list[tuple[str, str, str]]:
    """Severity, place and rule of each problem."""
    return [(p.severity, p.place, p.rule) for p in found]
