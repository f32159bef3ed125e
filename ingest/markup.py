"""Markup: the text of HTML and of Markdown, as a reader would see it."""

from __future__ import annotations

import warnings
from typing import Final

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from markdown_it import MarkdownIt

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
