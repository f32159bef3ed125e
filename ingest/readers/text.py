"""Text files: which encoding they have, and where they break it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final, NamedTuple

from practicegraph.errors import InvalidInput, MalformedDocument

_CHUNK: Final = 1 << 20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A letter outside ASCII that is well-formed UTF-8: nothing else looks like this by accident often.
_MULTIBYTE: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_NOT_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


class Encoding(NamedTuple):
    """The name of an encoding, and what was assumed to arrive at it."""

    name: str
    note: str | None = None


def encoding_of(path: Path, given: str | None = None) -> Encoding:
    """Find the encoding: the one given, that of the byte order mark, UTF-8, or Windows-1252.

    Windows-1252 is assumed, with a note, only where nothing in the file is UTF-8 beyond ASCII.
    Raises MalformedDocument with the line of the first byte that cannot be read.
    """
    if given is not None:
        try:
            name = codecs.lookup(given).name
        except LookupError as error:
            raise InvalidInput(f"There is no encoding called {given!r}.") from error
        fault = _fault(path, name)
    else:
        with path.open("rb") as file:
            start = file.read(4)
        _refuse_bare_utf_16(path)
        name = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
        fault = _fault(path, name)
        if fault is not None and name == "utf-8" and _is_cp1252(path):
            return Encoding(
                "cp1252", f"{path.name} is not UTF-8; it was read as Windows-1252 (cp1252)."
            )
    if fault is not None:
        line, cause = fault
        raise MalformedDocument(
            path.name, f"{cause}; save the file as UTF-8, or name its encoding.", line
        )
    return Encoding(name)


def _fault(path: Path, encoding: str) -> tuple[int, str] | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                held: bytes = error.object
                before = held[: error.start].decode(encoding, "replace").count("\n")
                byte = f"byte 0x{held[error.start]:02X} " if error.start < len(held) else ""
                return line + before, f"{byte}is not {encoding.upper()} ({error.reason})"
            except UnicodeError as error:
                return line, f"not {encoding.upper()} ({error})"
            if "\0" in text:
                line += text.count("\n", 0, text.index("\0"))
                return line, "there is a NUL character, which no text has"
            line += text.count("\n")
            if not chunk:
                return None


def _refuse_bare_utf_16(path: Path) -> None:
    # Without its mark it reads as ASCII with NUL characters between, or as Windows-1252.
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(tuple(bom for bom, _ in _BOMS)):
        return
    for first, ending in ((1, "LE"), (0, "BE")):
        nulls, others = start[first::2], start[1 - first :: 2]
        if b"\0" not in others and 2 * nulls.count(0) > len(nulls):
            raise MalformedDocument(
                path.name,
                "the file looks like UTF-16 without a byte order mark; save it as UTF-8, or name "
                f"its encoding, UTF-16-{ending}.",
                1,
            )


def _is_cp1252(path: Path) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if _NOT_CP1252.search(chunk) or _MULTIBYTE.search(tail + chunk):
                return False
            tail = chunk[-2:]
    return True
