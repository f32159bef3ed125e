"""Cleaning of values: pure functions from text to text, which never guess.

Each returns what it found and, where it changed or refused something, a `Finding` that says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from ingest.findings import noticed
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
    r"(?:(?:al\s)?(?:numero|number|num|nr|n)\b[\s.:°]{0,3})?"
    r"\+?[\d(][\d\s()./-]{5,24}\d"
    r"|(?<![\w+])(?:\+|00)[1-9]\d{0,2}[\s()./-]{0,3}\d[\d\s()./-]{5,24}\d)"
    r"[)\]]{0,2}",
    re.IGNORECASE,
)
#: What every telephone number holds: to look for it takes a fifth of the time.
_NUMBER: Final = re.compile(r"[\d(][\d\s()./-]{5,24}\d")
_YEAR: Final = re.compile(r"(\d{4})(?:\.0+)?")
_HOST: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})",
    re.IGNORECASE,
)
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\u2028\u2029\ufffe\uffff]')
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MAX_KEY: Final = 160
#: A code of NUTS or of one of its countries (Regulation (EC) 1059/2003).
NUTS: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_DAY: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?:[T ]\d{1,2}:\d{2}\S{0,30})?")
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)")
_COMMA: Final = re.compile(r"([+-]?\d+),(\d{1,2}|\d{4,})")
#: The end of a sentence, before a blank.
_END: Final = re.compile(r"[.!?…](?=\s)")
#: Beginnings of addresses that somebody mistyped, and what was meant.
_MISTYPED: Final = (
    (re.compile(r"(https?)[:;]?/{1,3}(?:https?:/{1,2})", re.IGNORECASE), r"\1://"),
    (re.compile(r"h?ttp(s?)[:;]?(?:/|\\\\|\\){1,3}(?=[^\s/])", re.IGNORECASE), r"http\1://"),
)
#: Years outside this span are taken for mistakes.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def without_controls(text: str) -> tuple[str, Finding | None]:
    """Take control characters out; those that part lines or words become a blank."""
    mended = _CONTROLS.sub(lambda found: " " if found[0].isspace() else "", text)
    if mended == text:
        return text, None
    return mended, noticed("control character")


def without_contacts(text: str) -> tuple[str, Finding | None]:
    """Take e-mail addresses and telephone numbers out of a clean text; they may be a person's."""
    mended = _EMAIL.sub("", text) if "@" in text else text
    if _NUMBER.search(mended):
        mended = _PHONE.sub("", mended)
    if mended == text:
        return text, None
    return clean(mended), noticed("contact taken out")


def abridged(text: str, limit: int) -> tuple[str, Finding | None]:
    """The first sentences of a clean text, as many as fit into so many characters.

    Where not even one fits, whole words and an ellipsis.
    """
    if len(text) <= limit:
        return text, None
    ends = [found.end() for found in _END.finditer(text, 0, limit)]
    if ends:
        short = text[: ends[-1]]
    else:
        words = text[: limit - 1].rpartition(" ")
        short = f"{words[0] or words[2]}…"
    return short, noticed("abridged", length=f"{len(short):,}")


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
        return None, noticed("no year")
    if match[1] == clean(text):
        return match[1], None
    return match[1], noticed("year mended", value=match[1])


def date(
    text: str, order: Literal["day-first", "month-first"] | None = None
) -> tuple[str | None, Finding | None]:
    """A date as precise as it is given (2021, 2021-03, 2021-03-04), in the form of XML Schema.

    In 03/04/2025 `order` tells which is the day; with full stops the day comes first everywhere.
    """
    given = clean(text)
    if _YEAR.fullmatch(given):
        return year(given)
    if found := _DAY.fullmatch(given):
        whole = _calendar(found[1], found[3], found[4] or "")
    elif found := _NUMBERS.fullmatch(given):
        first, second = int(found[1]), int(found[3])
        if order is None and found[2] != "." and first <= 12 and second <= 12 and first != second:
            return None, noticed("ambiguous date")
        day_first = second <= 12 and (first > 12 or found[2] == "." or order != "month-first")
        day, month = (found[1], found[3]) if day_first else (found[3], found[1])
        whole = _calendar(found[4], month, day)
    else:
        whole = None
    if whole is None:
        return None, noticed("no date")
    if whole == given:
        return whole, None
    return whole, noticed("date mended", value=whole)


def _calendar(year_: str, month: str, day: str) -> str | None:
    """The date in the form of XML Schema, if the calendar has it."""
    try:
        found = dt.date(int(year_), int(month), int(day or 1))
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found.isoformat() if day else found.isoformat()[:7]


def decimal(text: str) -> tuple[str | None, Finding | None]:
    """A decimal number (xsd:decimal); a decimal comma is mended where it can be nothing else."""
    given = clean(text)
    if _DECIMAL.fullmatch(given):
        return given, None
    if found := _COMMA.fullmatch(given):
        mended = f"{found[1]}.{found[2]}"
        return mended, noticed("number mended", value=mended)
    return None, noticed("no number")


def language(text: str) -> tuple[str | None, Finding | None]:
    """A language tag (BCP 47) in its usual spelling; nothing of an empty text."""
    given = clean(text).replace("_", "-")
    if not given:
        return None, None
    if not _LANGUAGE.fullmatch(given):
        return None, noticed("language tag")
    first, *others = given.split("-")
    parts = [part.upper() if len(part) == 2 else part.lower() for part in others]
    return "-".join([first.lower(), *parts]), None


def mended_url(text: str) -> tuple[str | None, Finding | None]:
    """As `url`, after mending what is beyond doubt.

    Entities of HTML, mistyped beginnings, blanks and signs that must be percent-encoded.
    """
    given = clean(text)
    address = given
    for _ in range(3):  # escaped once for each hand it went through
        address = html.unescape(address)
    for mistyped, meant in _MISTYPED:
        address = mistyped.sub(meant, address, count=1) if mistyped.match(address) else address
    address = _BROKEN_ESCAPE.sub("%25", clean(address))
    address = _NOT_IN_IRI.sub(lambda found: quote(found[0], safe=""), address)
    found, finding = url(address)
    if found is None or found == given:
        return found, finding
    return found, noticed("address mended", value=found)


def url(text: str) -> tuple[str | None, Finding | None]:
    """An address on the web; `www.example.org` is completed to `https://www.example.org`."""
    given = clean(text)
    if not given:
        return None, None
    if _NOT_IN_IRI.search(given) or _BROKEN_ESCAPE.search(given):
        return None, noticed("address with blanks")
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)", given)
    address = given if scheme else f"https://{given}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if _is_elsewhere(address, host) or (port is not None and not 0 < port < 65536):
        return None, noticed("no address")
    if scheme:
        return given, None
    return address, noticed("address completed", value=address)


def _is_elsewhere(address: str, host: str) -> bool:
    """Whether an address is not http(s), names no public host, or carries a login."""
    authority = re.match(r"https?://([^/?#]*)", address, re.IGNORECASE)
    return authority is None or "@" in authority[1] or _HOST.fullmatch(host) is None
