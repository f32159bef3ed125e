"""Texts: which of several languages a reader gets, and the forms in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

#: Language tag in lower case (`""` for none) → text.
Texts = Mapping[str, str]

#: The languages in which our own texts exist: those of the pilots.
LANGUAGES: Final = ("en", "it", "es", "lv")

_BLANKS: Final = re.compile(r"\s+")


def pick(texts: Texts, languages: Sequence[str]) -> tuple[str, str]:
    """Choose the text in the first language there is, and name that language.

    Then comes English, then an untagged text, then any. A region is passed over where the bare
    language is what there is: `pt-BR` finds `pt`. Without any text both are empty.
    """
    for language in (*languages, "en", ""):
        tag = language.lower()
        for wanted in (tag, tag.partition("-")[0]):
            if wanted in texts:
                return texts[wanted], wanted
    language = min(texts, default="")
    return texts.get(language, ""), language


def in_language(texts: Texts, languages: Sequence[str]) -> str:
    """The text that `pick` chooses, where nobody asks for its language."""
    return pick(texts, languages)[0]


def clean(text: str) -> str:
    """Normal form C, nothing that cannot be seen, and single blanks between words."""
    text = unicodedata.normalize("NFC", _BLANKS.sub(" ", text))
    if not text.isprintable():
        # Soft hyphens, zero-width spaces and byte order marks cannot be seen; joiners are spelling.
        text = "".join(
            c
            for c in text
            if c in "\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn", "Co"}
        )
        text = unicodedata.normalize("NFC", _BLANKS.sub(" ", text))
    return text.strip(" ")


def fold(text: str) -> str:
    """The letters and digits of a text without case, one blank between words: for comparing."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())
