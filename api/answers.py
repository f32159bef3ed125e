"""What every negotiated answer needs: the representation, the languages, a tag to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request

from api.languages import preferred
from api.negotiation import choose
from api.representations import Representation
from api.state import state_of
from practicegraph.errors import InvalidInput, NotFound

#: Headers of the request that an answer may depend on.
VARY: Final = "Accept, Accept-Language"

Lang = Annotated[
    str | None,
    Query(max_length=35, description="Language to show, before those of Accept-Language."),
]

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="Number of the page.")]
PageSize = Annotated[int | None, Query(ge=1, description="Entries on a page.")]


def page_size(request: Request, asked: int | None) -> int:
    """How many entries a page shall hold. Raises InvalidInput above what the settings allow."""
    settings = state_of(request).repository.settings
    size = settings.page_size if asked is None else asked
    if size > settings.max_page_size:
        raise InvalidInput(f"size: a page holds at most {settings.max_page_size} entries.")
    return size


def no_page(number: int, size: int, total: int) -> NotFound:
    """What is raised where a list has no such page."""
    last = -(-total // size) or 1
    return NotFound(f"There is no page {number}: at {size} entries a page the last is {last}.")


def neighbours(request: Request, number: int, *, more: bool) -> dict[str, str | None]:
    """Addresses of the pages before and after this one of a list, where there are any."""
    base = f"{state_of(request).iris.path}{request.url.path}"
    others = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]

    def address(number: int) -> str:
        return f"{base}?{urlencode([*others, ('page', str(number))])}"

    return {
        "previous": address(number - 1) if number > 1 else None,
        "next": address(number + 1) if more else None,
    }


def links(neighbours: Mapping[str, str | None]) -> dict[str, str]:
    """The header Link of a page of a list, where it has neighbours."""
    found = [f'<{address}>; rel="{rel}"' for rel, address in neighbours.items() if address]
    return {"Link": ", ".join(found)} if found else {}


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
