"""Markup: the text of HTML and of Markdown, as a reader would see it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from markdown_it import MarkdownIt

from practicegraph.iris import slugify

#: What is no text for readers.
_UNSEEN: Final = ("script", "style", "template", "head", "noscript", "svg")
#: Longer texts are cut before they are parsed; no cell of a reader is longer.
_MAX: Final = 200_000


def text_of_html(text: str) -> str:
    """The text of a piece of HTML, blocks parted by blanks; entities become characters."""
    if "<" not in text and "&" not in text:
        return text
    with warnings.catch_warnings():
        # A text that looks like the name of a file, or like XML, is a text all the same.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(text[:_MAX], "lxml")
    for unseen in soup(_UNSEEN):
        unseen.decompose()
    return soup.get_text(" ")


def text_of_markdown(text: str) -> str:
    """The text of Markdown (CommonMark), which may hold HTML: of links what is to be read."""
    return text_of_html(_MARKDOWN.render(text[:_MAX]))


_MARKDOWN: Final = MarkdownIt("commonmark")

#: A paragraph that is but a few words in bold stands for a heading, below all that are marked.
_BOLD: Final = re.compile(r"(\*\*|__)[^*_]{1,100}\1\s*:?")
_BELOW_ALL: Final = 7


class _Section(NamedTuple):
    """A piece of Markdown with the headings that it stands under, as slugs."""

    headings: tuple[str, ...]
    text: str


def sections_of_markdown(text: str, wanted: str, unwanted: str = "") -> str:
    """The Markdown under the headings in whose slug a pattern is found, sections below them too.

    What stands under a heading that fits `unwanted` is left out. An empty `wanted` stands for the
    text before the first heading.
    """
    found = re.compile(wanted)
    barred = re.compile(unwanted) if unwanted else None
    return "\n\n".join(
        section.text
        for section in _sections(text[:_MAX])
        if (any(map(found.search, section.headings)) if wanted else not section.headings)
        and not (barred and any(map(barred.search, section.headings)))
    )


def _sections(text: str) -> Iterator[_Section]:
    lines = text.split("\n")
    tokens = _MARKDOWN.parse(text)
    path: list[tuple[int, str]] = []
    start = 0
    for token, inline in pairwise(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "paragraph_open" and _BOLD.fullmatch(inline.content.strip()):
            level = _BELOW_ALL
        else:
            continue
        yield _Section(tuple(slug for _, slug in path), "\n".join(lines[start : token.map[0]]))
        path = [above for above in path if above[0] < level]
        path.append((level, slugify(inline.content, "")))
        start = token.map[1]
    yield _Section(tuple(slug for _, slug in path), "\n".join(lines[start:]))
