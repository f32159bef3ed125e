"""Writing: a template as files of CSV, one for each table, with the instructions beside them.

`practices.csv` has the records themselves, `practices-step.csv` their steps and so on. No cell can
become a formula; reading takes the apostrophe that keeps it from that away again.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ingest.template.columns import Table, Template
from ingest.template.explaining import explain
from ingest.template.writing import Rows
from practicegraph.terminal import harmless

#: Languages whose spreadsheets take a comma for decimals, and so a semicolon between cells.
_SEMICOLON: Final = frozenset({"it", "es", "lv"})


def paths(path: Path, template: Template) -> dict[str, Path]:
    """Class → the file of its table, and under the empty text the instructions."""
    main, *others = template.tables
    beside = {t.form.cls: path.with_name(f"{path.stem}-{t.slug}{path.suffix}") for t in others}
    return {main.form.cls: path, **beside, "": path.with_suffix(".txt")}


def write(path: Path, template: Template, language: str, rows: Rows | None = None) -> None:
    """Write a template in a language. `rows` are the cells to fill in, by class and key."""
    files = paths(path, template)
    for table in template.tables:
        _write_table(files[table.form.cls], table, language, (rows or {}).get(table.form.cls, ()))
    told = explain(template, language)
    lines = [told.heading, "", *(f"{n}. {step}" for n, step in enumerate(told.steps, start=1))]
    for name, *cells in told.columns:
        header, need, hint, example = cells
        lines += ["", f"{name} | {header} | {need}", *(f"  {line}" for line in hint.splitlines())]
        lines += [f"  {told.head[-1]}: {example}"] if example else []
    files[""].write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_table(
    path: Path, table: Table, language: str, rows: Sequence[Mapping[str, str]]
) -> None:
    delimiter = ";" if language in _SEMICOLON else ","
    # Excel takes UTF-8 for what it is only where the file begins with its mark.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([harmless(column.header([language])) for column in table.columns])
        writer.writerow([table.key(column) for column in table.columns])
        for cells in rows:
            writer.writerow([harmless(cells.get(column.key, "")) for column in table.columns])
