"""Making: a new template on disk, which never takes the place of one that somebody filled in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ingest.template import writing, writing_csv
from ingest.template.columns import Template, is_tag
from ingest.template.writing import Rows
from practicegraph.errors import InvalidInput
from practicegraph.forms import Forms, forms

_SUFFIXES: Final = (".xlsx", ".csv")
#: Languages that the texts of one template may be written in.
_MAX_LANGUAGES: Final = 24


def make(
    path: Path,
    kind: str,
    language: str,
    languages: Sequence[str],
    *,
    force: bool = False,
    rows: Rows | None = None,
    of: Forms | None = None,
) -> list[Path]:
    """Write the template of a kind, and return its files.

    `language` is that of names and hints, `languages` are those that texts can be written in.
    Raises InvalidInput for a path that cannot be written, or that is there already.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidInput(f"{path.name}: a template is written as {' or '.join(_SUFFIXES)}.")
    wrong = [tag for tag in languages if not is_tag(tag)]
    if wrong or not languages or len(languages) > _MAX_LANGUAGES:
        said = f"{wrong[0]!r} is no language tag" if wrong else "name some languages, not too many"
        raise InvalidInput(f"{said}; write them like en,it.")
    template = Template.of(kind, of or forms(), languages)
    is_book = path.suffix.lower() == ".xlsx"
    files = [path] if is_book else list(writing_csv.paths(path, template).values())
    there = [file.name for file in files if file.exists()]
    if there and not force:
        raise InvalidInput(
            f"{', '.join(there)}: this is there already, and may be filled in. Choose another "
            "name, or write over it with --force."
        )
    try:
        # A disk that is full, or a key that is pressed, leaves no half of a file.
        with TemporaryDirectory(dir=path.absolute().parent, prefix=".template-") as folder:
            made = Path(folder) / path.name
            write = writing.write if is_book else writing_csv.write
            write(made, template, language, rows)
            for file in files:
                made.with_name(file.name).replace(file)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error}") from error
    return files
