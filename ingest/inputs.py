"""Inputs: what a steward writes on the command line, as plain files on disk.

A file, a folder, a glob, an archive, a database, an endpoint or an address on the web: whatever
it is, what reads it afterwards sees files. Those that had to be fetched or unpacked lie in
temporary folders, which vanish when the inputs are closed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Final, NamedTuple

from ingest.fetching import archive
from ingest.fetching.database import Database
from ingest.fetching.endpoint import Endpoint
from ingest.fetching.limits import USUAL, Limits
from ingest.fetching.redaction import shown
from ingest.fetching.web import Web
from practicegraph.errors import InvalidInput, NotFound, TooLarge

_ARCHIVE: Final = ".zip"
_MAGIC: Final = frozenset("*?[")
_UNFIT: Final = re.compile(r"\W+")
#: Control characters, ends of lines, signs that turn the direction of text, and what is no text.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read. `name` is its path inside the input; of a single file, that file's name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Input:
    """One source: its files in a stable order, and what was assumed or left out on the way.

    `name` is short and fit for reports and for the record of the run: the name of the file or
    folder, the pattern from its last plain folder on, or the address without credentials.
    `is_single` is true where the source is one file (or one table, or one endpoint) by nature,
    and not a folder, pattern or archive that happens to hold one.
    """

    name: str
    files: tuple[InputFile, ...]
    is_single: bool
    notes: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """What to take out of a database or an endpoint, and whether it may lie in the own network.

    With `allow_private` the addresses that are given may lie there; redirects never lead there.
    """

    table: str | None = None
    query: str | None = None
    allow_private: bool = False


NOTHING_WANTED: Final = Wanted()


class Inputs:
    """The inputs of one run. Use it as a context, so that temporary folders vanish."""

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._stack = ExitStack()

    def __enter__(self) -> Inputs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folders."""
        self._stack.close()

    def open(
        self,
        sources: Sequence[str | Path],
        *,
        table: str | None = None,
        query: str | None = None,
        allow_private: bool = False,
    ) -> list[Input]:
        """Turn sources into files, one input for each, in the order in which they are given.

        `table` and `query` tell what to take out of a database or an endpoint. With
        `allow_private` the addresses that are given may lie in the own network (redirects never
        may). Raises InvalidInput, NotFound, TooLarge or MalformedDocument, with the name of the
        source and the mend.
        """
        wanted = Wanted(table, query, allow_private)
        return [self._open(str(source), wanted) for source in sources]

    def _open(self, source: str, wanted: Wanted) -> Input:
        scheme, is_url, _ = source.partition("://")
        if is_url:
            return self._remote(source, scheme.lower(), wanted)
        path = Path(source)
        try:
            if path.is_dir():
                return self._folder(path)
            if path.exists():
                return self._file(path)
        except OSError as error:
            where = Path(str(error.filename or path)).name[:100]
            raise InvalidInput(f"{where}: it cannot be read ({error.strerror}).") from error
        if _MAGIC & set(source):
            return self._pattern(source)
        raise NotFound(f"{source}: there is no such file or folder.")

    def _remote(self, source: str, scheme: str, wanted: Wanted) -> Input:
        if scheme in {"http", "https"}:
            return self._web(source, wanted)
        if scheme in {"sparql+http", "sparql+https"}:
            return self._endpoint(source.partition("+")[2], wanted)
        return self._database(source, wanted)

    def _file(self, path: Path) -> Input:
        if not path.is_file():
            raise InvalidInput(
                f"{path.name}: this is a pipe or a device, and what is read must be read twice; "
                "write it to a file first."
            )
        _check_name(path.name)
        if path.suffix.lower() == ".sql":
            raise InvalidInput(
                f"{path.name}: a dump of a database is not read; load it into a database, and "
                "name that by its URL with --table or --query."
            )
        if path.suffix.lower() == _ARCHIVE:
            return self._archive(path)
        return Input(path.name, (InputFile(path, path.name),), is_single=True)

    def _archive(self, path: Path) -> Input:
        folder = self._temporary()
        names = archive.unpack(path, folder, self._limits)
        inner = [name for name in names if name.lower().endswith(_ARCHIVE)]
        files = tuple(InputFile(folder / name, name) for name in names if name not in set(inner))
        if not files:
            raise InvalidInput(f"{path.name}: the archive holds no files.")
        notes = tuple(f"{path.name}: {name} inside of it was not opened." for name in inner)
        return Input(path.name, files, is_single=False, notes=notes)

    def _folder(self, path: Path) -> Input:
        name = path.resolve().name or "/"
        _check_name(name)
        found = (file.relative_to(path).as_posix() for file in _below(path) if file.is_file())
        return self._several(name, path, found, f"{name}: the folder holds no files.")

    def _pattern(self, pattern: str) -> Input:
        parts = PurePosixPath(pattern).parts
        plain = next(n for n, part in enumerate(parts) if _MAGIC & set(part))
        root = Path(*parts[:plain])
        inside = "/".join(parts[plain:])
        name = f"{root.name}/{inside}" if root.name else inside
        found = (file.relative_to(root).as_posix() for file in root.glob(inside) if file.is_file())
        try:
            return self._several(name, root, found, f"{name}: no file has such a name.")
        except ValueError as error:
            raise InvalidInput(f"{name}: {error}.") from error

    def _several(self, name: str, root: Path, found: Iterable[str], nothing: str) -> Input:
        files: set[str] = set()
        outside: set[str] = set()
        whole = root.resolve()
        for file in found:
            if archive.is_hidden(file):
                continue
            _check_name(file)
            # Who made the folder need not be who may read what its links lead to.
            leads_out = not (root / file).resolve().is_relative_to(whole)
            (outside if leads_out else files).add(file)
            if len(files) + len(outside) > self._limits.members:
                raise TooLarge(f"{name}: there are more than {self._limits.members:,} files.")
        if not files:
            raise NotFound(nothing)
        notes = tuple(
            f"{file} is a link that leads out of the folder, and was passed over; copy the file "
            "into the folder, or name it by itself."
            for file in sorted(outside)
        )
        found_files = tuple(InputFile(root / f, f) for f in sorted(files))
        return Input(name, found_files, is_single=False, notes=notes)

    def _web(self, source: str, wanted: Wanted) -> Input:
        with Web(self._limits, allow_private=wanted.allow_private) as web:
            path = web.download(source, self._temporary())
        return replace(self._file(path), name=shown(source))

    def _endpoint(self, url: str, wanted: Wanted) -> Input:
        endpoint = Endpoint(url, self._limits, allow_private=wanted.allow_private)
        if wanted.table is not None:
            raise InvalidInput(f"{endpoint.name}: an endpoint has no tables; use --query.")
        file = "statements.nt"
        path = self._temporary() / file
        query = _text_of(wanted.query, ".rq")
        notes = endpoint.fetch(query, path)
        name = _of_query(endpoint.name, query)
        return Input(name, (InputFile(path, file),), is_single=True, notes=notes)

    def _database(self, source: str, wanted: Wanted) -> Input:
        database = Database(source, self._limits)
        query = _text_of(wanted.query, ".sql")
        name = (
            f"{database.name}#{wanted.table}" if wanted.table else _of_query(database.name, query)
        )
        file = f"{_UNFIT.sub('_', wanted.table or 'query')[:100]}.jsonl"
        path = self._temporary() / file
        notes = database.fetch(wanted.table, query, path)
        return Input(name, (InputFile(path, file),), is_single=True, notes=notes)

    def _temporary(self) -> Path:
        folder = tempfile.TemporaryDirectory(prefix="practicegraph-")
        return Path(self._stack.enter_context(folder))


def _below(folder: Path) -> Iterator[Path]:
    """All that is in a folder; unlike `rglob` it does not pass over what cannot be listed."""

    def refuse(error: OSError) -> None:
        raise error

    for place, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(place, name) for name in names)


def _check_name(name: str) -> None:
    """Raise InvalidInput for a name that is no text, or would break the lines of a report."""
    if _CONTROLS.search(name):
        raise InvalidInput(
            f"{ascii(name)[1:-1]}: the name of this file or folder holds control characters, or "
            "is not in UTF-8; rename it."
        )


def _of_query(name: str, query: str | None) -> str:
    """What a query gives is another input than what another query gives, and named so."""
    if query is None:
        return name
    return f"{name}#query-{hashlib.sha256(query.encode()).hexdigest()[:8]}"


def _text_of(query: str | None, suffix: str) -> str | None:
    """A query that is written as it is, or that a file with the suffix holds."""
    if query is None or not query.lower().endswith(suffix):
        return query
    path = Path(query)
    try:
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path.name}: the query cannot be read ({error}).") from error
