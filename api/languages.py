"""The language to show: what was asked for by `lang` or `Accept-Language`, then what we offer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: A tag of a language; longer first parts are reserved, and `i` and `x` name none (RFC 5646 §2.2).
_RANGE: Final = re.compile(
    r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?"
)
_MAX_RANGES: Final = 20


def preferred(
    lang: str | None, accept_language: str | None, offered: Sequence[str]
) -> tuple[str, ...]:
    """Languages in the order they are to be tried, without gaps: asked for, then offered.

    `lang` is the value of the query parameter, `accept_language` the header of RFC 9110 §12.5.4.
    What cannot be read in either is passed over, as that clause allows.
    """
    asked: list[str] = []
    if lang and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", lang):
        asked.append(lang.split("-")[0].lower())
    ranked: list[tuple[float, str]] = []
    for part in (accept_language or "").split(",")[:_MAX_RANGES]:
        match = _RANGE.fullmatch(part)
        if match:
            ranked.append((_quality(match[2]), match[1].lower()))
    # sorted() keeps the order of equal qualities.
    asked += [tag for quality, tag in sorted(ranked, key=lambda r: -r[0]) if quality > 0]
    return tuple(dict.fromkeys([*asked, *offered]))


def _quality(text: str | None) -> float:
    try:
        return min(float(text), 1.0) if text else 1.0
    except ValueError:
        return 0.0
