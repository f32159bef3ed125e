"""The one way in which readers parse XML: piece by piece, and nothing of it expanded or fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from ingest.readers.bounded import Bounded
from ingest.readers.recognition import root_of
from practicegraph.errors import ForbiddenReference, MalformedDocument

_PIECE: Final = 1 << 16


def events(
    file: Bounded[bytes],
    name: str,
    kinds: Collection[str] = ("end",),
    tags: Collection[str] | None = None,
) -> Iterator[tuple[str, Any]]:
    """Yield the starts and ends of elements, as lxml does; `tags` picks some of them by name.

    Who takes an element has to `forget` it. Raises ForbiddenReference for a document type and
    MalformedDocument with the line of the first fault; nesting beyond 256 levels is one.
    """
    start = file.read(_PIECE)
    line = root_of(name, start).doctype
    if line is not None:
        raise ForbiddenReference(
            f"{name}, line {line}: there is a document type (DOCTYPE), whose entities are not "
            "expanded; take it out, and write the texts instead."
        )
    parser = etree.XMLPullParser(
        events=tuple(kinds),
        tag=None if tags is None else list(tags),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        piece = start
        while piece:
            parser.feed(piece)
            yield from parser.read_events()
            piece = file.read(_PIECE)
        parser.close()
        yield from parser.read_events()
    except etree.XMLSyntaxError as error:
        # The first fault is the cause of those after it, of which the last may be raised.
        first = next(iter(parser.error_log), None) or next(iter(parser.feed_error_log), None)
        line, column = (first.line, first.column) if first else error.position
        cause = first.message.strip() if first else "not well-formed"
        if "Excessive depth" in cause:
            cause = "elements are nested more than 256 levels deep"
        raise MalformedDocument(name, f"{cause}.", line, column) from error


def forget(element: Any) -> None:
    """Free what has been read; the parser still needs the element itself, and its parents."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]
