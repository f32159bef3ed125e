"""Text files: which encoding they have, and where they break it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from ingest.guessing import likelihoods
from practicegraph.errors import InvalidInput, MalformedDocument

_CHUNK: Final = 1 << 16
#: Bytes beside ASCII are looked at in so many bytes around them.
_SAMPLE: Final = 1 << 18
#: That of UTF-32 begins like that of UTF-16.
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
#: A letter outside ASCII that is well-formed UTF-8: nothing else looks like this by accident often.
_MULTIBYTE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
#: What an encoding of eight bits makes of bytes to which it gives no character.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_WESTERN: Final = "ca da de en es eu fi fr ga gl is it lb nb nl nn no pt sq sv".split()
_CENTRAL: Final = "cs de hr hu pl ro sk sl sq".split()
_BALTIC: Final = "et lt lv".split()
_CYRILLIC: Final = "bg mk ru sr uk".split()
#: Encodings that are told apart → the languages that are written in them. The first is the most
#: usual, and so on; where two give the same text, it does not matter which is taken.
_LANGUAGES: Final = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1257": _BALTIC,
    "cp1251": _CYRILLIC,
    "cp1253": ["el"],
    "cp1254": ["tr"],
    "iso8859_15": _WESTERN,
    "iso8859_2": _CENTRAL,
    "iso8859_13": _BALTIC,
    "iso8859_4": _BALTIC,
    "iso8859_7": ["el"],
    "iso8859_5": _CYRILLIC,
    "koi8_r": ["ru"],
}
_NAMES: Final = (("cp125", "Windows-125"), ("iso8859_", "ISO-8859-"))


class Encoding(NamedTuple):
    """The name of an encoding, and what was assumed to arrive at it."""

    name: str
    note: str | None = None


def encoding_of(path: Path, given: str | None = None) -> Encoding:
    """Find the encoding: the one given, that of the byte order mark, UTF-8, or a likely one.

    UTF-16 and UTF-32 without a mark are known by their line breaks. Where a file is not UTF-8, and
    does not look like UTF-8 with a fault, that encoding of eight bits is taken in which it is most
    like a language written so; a note tells, with some of the text to look at. Raises
    MalformedDocument with the line of the first byte that cannot be read.
    """
    if given is not None:
        try:
            name = codecs.lookup(given).name
            "".encode(name)  # rot13 and base64 are codecs, and no encodings of text
        except LookupError as error:
            raise InvalidInput(f"There is no encoding called {given!r}.") from error
        return _checked(path, Encoding(name))
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if marked is not None:
        return _checked(path, Encoding(marked))
    wide = _wide(start)
    if wide is not None:
        note = f"{path.name} has no byte order mark; it was read as {wide.upper()}."
        return _checked(path, Encoding(wide, note))
    fault = _fault(path, "utf-8")
    if fault is None:
        return Encoding("utf-8")
    sample = _sample(path)
    letters = len(_MULTIBYTE.findall(sample))
    if "NUL" not in fault[1] and letters < len(_NOT_ASCII.findall(_MULTIBYTE.sub(b"", sample))):
        found = _likely(sample)
        if found is not None:
            return _checked(path, Encoding(found, _note(path.name, found, sample)))
    raise _malformed(path, fault)


def _checked(path: Path, encoding: Encoding) -> Encoding:
    fault = _fault(path, encoding.name)
    if fault is not None:
        raise _malformed(path, fault)
    return encoding


def _malformed(path: Path, fault: tuple[int, str]) -> MalformedDocument:
    line, cause = fault
    return MalformedDocument(
        path.name, f"{cause}; save the file as UTF-8, or name its encoding.", line
    )


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


def _wide(start: bytes) -> str | None:
    """UTF-16 or UTF-32 by its line breaks, which have NUL bytes beside them; None for neither."""
    if b"\0" not in start:
        return None
    breaks: dict[str, int] = {}
    for name in _WIDE:
        try:
            text = codecs.getincrementaldecoder(name)("strict").decode(start)
        except UnicodeError:
            continue
        breaks[name] = 0 if "\0" in text else text.count("\n")
    best = max(breaks, key=breaks.__getitem__, default=None)
    # A file in eight bits with a stray NUL has line breaks too, and most have no NUL beside them.
    return best if best is not None and 2 * breaks[best] > start.count(b"\n") else None


def _sample(path: Path) -> bytes:
    found = b""
    with path.open("rb") as file:
        while len(found) < _SAMPLE and (chunk := file.read(_CHUNK)):
            if not chunk.isascii():
                found += chunk
    return found


def _likely(sample: bytes) -> str | None:
    """The encoding in which the sample is most like a language; None if it is like no text.

    Those in which it would be a mess are left out by charset-normalizer; among the others, which
    differ in a few letters, the languages decide.
    """
    found: dict[str, float] = {}
    for match in from_bytes(sample, cp_isolation=list(_LANGUAGES), enable_fallback=False):
        text = " ".join(line for line in str(match).splitlines() if not line.isascii())[:4000]
        if _CONTROL.search(text):
            continue
        # Nobody writes the general sign of currency, in whose place others have the Euro.
        likely, letters = likelihoods(text), _share_of_letters(text) - ("¤" in text)
        for name in match.could_be_from_charset:
            languages = _LANGUAGES.get(name, ())
            in_any = max((likely.get(tag, 0.0) for tag in languages), default=0.0)
            found[name] = round(in_any + letters / 4, 2)
    order = list(_LANGUAGES)
    return max(found, key=lambda name: (found[name], -order.index(name)), default=None)


def _share_of_letters(text: str) -> float:
    """The part of the characters outside ASCII that are letters: signs seldom stand in words."""
    others = [character for character in text if not character.isascii()]
    return sum(map(str.isalpha, others)) / len(others) if others else 0.0


def _note(name: str, encoding: str, sample: bytes) -> str:
    text = sample.decode(encoding, "replace")
    word = next(word for word in text.split() if not word.isascii())
    label = encoding
    for start, full in _NAMES:
        label = label.replace(start, full)
    return (
        f"{name} is not UTF-8; it was taken for {label} ({encoding}), in which there is "
        f"{word[:40]!r}. If that is wrong, name the encoding."
    )
