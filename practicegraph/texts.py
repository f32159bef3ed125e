"""Texts in several languages, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Language tag in lower case (`""` for none) → text.
Texts = Mapping[str, str]


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
