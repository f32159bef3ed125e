"""Cleaning of values: pure functions from text to text, which never guess.

Each returns what it found and, where it changed or refused something, a `Finding` that says so.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import quote, urlsplit

from ingest.problems import Finding
from practicegraph.texts import clean, fold

#: What no text has: control characters other than the tabulator and line breaks.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Every repetition has a bound, so that no text can make the search slow.
_EMAIL: Final = re.compile(
    r"[\s,;:(\[<–-]{0,4}"
    r"(?:\b(?:contact|contacts|e-?mail|mail|kontakt|contatto|contacto)\b[\s:]{0,3})?"
    r"(?:mailto:)?[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b[)\]>]{0,2}",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(
    r"[\s,;:(\[]{0,4}"
    r"(?:\b(?:tel|telephone|phone|fax|mobile|tel[eé]fono?|telefon|t[āa]lrunis)\b[\s.:]{0,3}"
    r"\+?[\d(][\d\s()./-]{5,24}\d"
    r"|(?<![\w+])(?:\+|00)[1-9]\d{0,2}[\s()./-]{0,3}\d[\d\s()./-]{5,24}\d)"
    r"[)\]]{0,2}",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(\d{4})(?:\.0+)?")
_HOST: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})",
    re.IGNORECASE,
)
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\u2028\u2029\ufffe\uffff]')
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MAX_KEY: Final = 160
#: Years outside this span are taken for mistakes.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def without_controls(text: str) -> tuple[str, Finding | None]:
    """Take control characters out; those that part lines or words become a blank."""
    mended = _CONTROLS.sub(lambda found: " " if found[0].isspace() else "", text)
    if mended == text:
        return text, None
    return mended, Finding(
        "text", "A control character was taken out; check how the file was made.", "info"
    )


def without_contacts(text: str) -> tuple[str, Finding | None]:
    """Take e-mail addresses and telephone numbers out of a clean text; they may be a person's."""
    mended = _PHONE.sub("", _EMAIL.sub("", text)) if "@" in text else _PHONE.sub("", text)
    if mended == text:
        return text, None
    return clean(mended), Finding(
        "no personal data",
        "An e-mail address or telephone number was taken out; nothing need be done.",
        "info",
    )


def key(*texts: str) -> str:
    """A key that two spellings of the same thing share, safe inside an IRI, at most 200 characters.

    Only case, blanks and punctuation are overlooked; letters of every script count.
    """
    folded = "/".join(fold(text).replace(" ", "-") for text in texts)
    if len(folded) > _MAX_KEY:
        digest = hashlib.sha256(folded.encode()).hexdigest()[:32]
        folded = f"{folded[: _MAX_KEY - 33]}-{digest}"
    return quote(folded, safe="/", encoding="utf-8", errors="replace")


def year(text: str) -> tuple[str | None, Finding | None]:
    """A year of four digits; the `2021.0` of spreadsheets is mended."""
    match = _YEAR.fullmatch(clean(text))
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None, Finding("year", "This is not a year; write four digits, such as 2021.")
    if match[1] == clean(text):
        return match[1], None
    return match[1], Finding("year", f"Read as {match[1]}; write whole years.", "info")


def url(text: str) -> tuple[str | None, Finding | None]:
    """An address on the web; `www.example.org` is completed to `https://www.example.org`."""
    given = clean(text)
    if not given:
        return None, None
    if _NOT_IN_IRI.search(given) or _BROKEN_ESCAPE.search(given):
        return None, Finding(
            "web address",
            "This is not a web address; write one that starts with https:// and has no blanks "
            "(a blank inside is written %20).",
        )
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)", given)
    address = given if scheme else f"https://{given}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if _is_elsewhere(address, host) or (port is not None and not 0 < port < 65536):
        return None, Finding(
            "web address", "This is not a web address; write one that starts with https://."
        )
    if scheme:
        return given, None
    return address, Finding("web address", f"Completed to {address}; check it.", "info")


def _is_elsewhere(address: str, host: str) -> bool:
    """Whether an address is not http(s), names no public host, or carries a login."""
    authority = re.match(r"https?://([^/?#]*)", address, re.IGNORECASE)
    return authority is None or "@" in authority[1] or _HOST.fullmatch(host) is None
