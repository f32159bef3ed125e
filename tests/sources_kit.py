"""Bringing in the real catalogues: one command each, as `docs/sources.md` lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

KINDS = ("practice", "service", "organisation", "asset")
PAGE = ROOT / "docs" / "sources.md"


@dataclass(frozen=True)
class Documented:
    """A row of the table: the folder, the options of its command, and what a first run gives."""

    folder: str
    options: tuple[str, ...]
    rows: int
    created: tuple[int, ...]
    rejected: int

    @property
    def skips_broken(self) -> bool:
        """Whether the command leaves broken files out."""
        return "--skip-broken" in self.options


def documented() -> list[Documented]:
    """The table of the page."""
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        command = re.fullmatch(r"`practicegraph ingest ([\w-]+)((?: --[\w-]+)*)`", cells[0])
        if command:
            numbers = [int(cell.replace(",", "").replace("–", "0")) for cell in cells[1:]]
            rows, *created, rejected = numbers
            options = tuple(command[2].split())
            found.append(Documented(command[1], options, rows, tuple(created), rejected))
    return found


def secrets(folder: Path) -> set[str]:
    """E-mail addresses and telephone numbers that stand in the files of a folder."""
    found: set[str] = set()
    for file in folder.rglob("*"):
        if file.suffix in {".xlsx", ".ods"} or not file.is_file():
            continue
        text = file.read_text("utf-8", errors="replace")
        found.update(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text))
        found.update(re.findall(r"(?:\+|\b00)[1-9][\d ()./-]{7,20}\d\b", text))
    return found
