"""What every negotiated answer needs: the representation, the languages, a tag to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Query, Request

from api.languages import preferred
from api.negotiation import choose
from api.representations import Representation
from api.state import state_of
from practicegraph.errors import NotFound

#: Headers of the request that an answer may depend on.
VARY: Final = "Accept, Accept-Language"

Lang = Annotated[
    str | None,
    Query(max_length=35, description="Language to show, before those of Accept-Language."),
]


def representation(
    request: Request, offers: Sequence[Representation], extension: str | None = None
) -> Representation:
    """The representation that an extension names or, without one, that Accept asks for.

    Raises NotFound for an extension that is not on offer, and NotAcceptable.
    """
    if extension is None:
        media_type = choose(header(request, "accept"), [r.media_type for r in offers])
        return next(r for r in offers if r.media_type == media_type)
    found = next((r for r in offers if r.extension == extension), None)
    if found is None:
        known = ", ".join(f".{r.extension}" for r in offers)
        raise NotFound(f"There is no representation .{extension}; there are {known}.")
    return found


def languages(request: Request, lang: str | None) -> tuple[str, ...]:
    """The languages of the reader in the order to try them, then those offered here."""
    offered = state_of(request).repository.settings.language_order
    return preferred(lang, header(request, "accept-language"), offered)


def header(request: Request, name: str) -> str:
    """A header that is a list, whose lines are parts of it (RFC 9110 §5.3); empty without it."""
    return ", ".join(request.headers.getlist(name))


def has(request: Request, etag: str) -> bool:
    """Whether the client names this tag (weak comparison, RFC 9110 §13.1.2)."""
    given = header(request, "if-none-match")
    tags = [tag.strip().removeprefix("W/") for tag in given.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
