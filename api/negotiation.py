"""Which representation a client wants: the header Accept (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from practicegraph.errors import NotAcceptable

_WORD: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PARAMETER: Final = rf'\s*;\s*(?:({_WORD})\s*=\s*("(?:[^"\\]|\\.)*+"|{_WORD})\s*)?'
_RANGE: Final = re.compile(rf"\s*({_WORD})/({_WORD})((?:{_PARAMETER})*+)\s*(?:,|$)")
_QUALITY: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_ELEMENT: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^",])*+(?:,|$)|"')
_MAX_RANGES: Final = 100


class MediaRange(NamedTuple):
    """One element of Accept: `*` stands for any type or subtype; `quality` is from 0 to 1."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely it names a media type: 3 exactly, 2 by type, 1 as any, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return int(self.subtype == "*")
        if self.type != kind:
            return 0
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else 0


def ranges(accept: str | None) -> tuple[MediaRange, ...]:
    """Read the header; an absent or empty one accepts anything.

    Parameters other than `q` are passed over, and so are elements that cannot be read; of a header
    with more than a hundred elements the first hundred count.
    """
    if accept is None or not accept.strip():
        return (MediaRange("*", "*", 1.0),)
    found: list[MediaRange] = []
    position = 0
    while position < len(accept) and len(found) < _MAX_RANGES:
        match = _RANGE.match(accept, position)
        if match is None:
            skipped = _ELEMENT.match(accept, position)
            position = skipped.end() if skipped else len(accept)
            continue
        position = match.end()
        quality = _quality(match[3])
        if quality is not None:
            found.append(MediaRange(match[1].lower(), match[2].lower(), quality))
    return tuple(found)


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offered media type that the client likes best; None when it takes none of them.

    For each offer the range that names it most closely counts. Of offers that are liked equally,
    one that is named comes before one that is merely let pass; then the order of the offers
    decides.
    """
    accepted = ranges(accept)
    chosen: str | None = None
    liked = (0.0, 0)
    for offer in offers:
        specificity, quality = max(
            ((r.specificity(offer), r.quality) for r in accepted), default=(0, 0.0)
        )
        if specificity and quality > 0 and (quality, specificity) > liked:
            chosen, liked = offer, (quality, specificity)
    return chosen


def choose(accept: str | None, offers: Sequence[str]) -> str:
    """Like `best`, but raises NotAcceptable, which lists the offers, instead of returning None."""
    chosen = best(accept, offers)
    if chosen is None:
        raise NotAcceptable(
            f"None of what you accept is to be had here. Accept one of: {', '.join(offers)}.",
            available=list(offers),
        )
    return chosen


def _quality(parameters: str) -> float | None:
    for name, value in re.findall(_PARAMETER, parameters):
        if name.lower() == "q":
            return float(value) if _QUALITY.fullmatch(value) else None
    return 1.0
