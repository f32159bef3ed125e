"""How much may come in, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on one source.

    `size` is in bytes on disk after unpacking, `seconds` the whole time that one source may take.
    `members` bounds the files of a folder or archive, `ratio` how many times larger than in the
    archive a member may be (from `ratio_from` bytes on). `page_size` and `pages` bound what is
    asked of an endpoint, `attempts` how often a page is asked for.
    """

    size: int = 4 << 30
    seconds: float = 3600.0
    members: int = 100_000
    ratio: int = 200
    ratio_from: int = 16 << 20
    redirects: int = 5
    page_size: int = 10_000
    pages: int = 10_000
    page_seconds: float = 60.0
    attempts: int = 4
    pause: float = 1.0


#: The limits where nothing else is said.
USUAL: Final = Limits()
