"""Inputs: what a steward names on the command line, as files on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from practicegraph.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of an input: where it lies, and what it is called inside the input."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Input:
    """What one argument stands for: its short name, its files, and what was assumed of it."""

    name: str
    files: tuple[InputFile, ...]
    is_single: bool
    notes: tuple[str, ...] = ()


def local(path: Path) -> Input:
    """The input of a file, or of a folder with all that lies below it and is not hidden."""
    if path.is_file():
        return Input(path.name, (InputFile(path, path.name),), is_single=True)
    if not path.is_dir():
        raise InvalidInput(f"There is no file or folder {path}.")
    return Input(path.resolve().name, tuple(_below(path)), is_single=False)


def _below(folder: Path) -> Iterator[InputFile]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield InputFile(file, name.as_posix())
