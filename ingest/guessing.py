"""Languages: the tag of one that is named, and a guess, always told, for a text that has none."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from ingest.findings import noticed
from ingest.problems import Finding
from practicegraph.concepts import Vocabularies

#: The languages that are told apart: those of the Union, its neighbours and its regions.
LANGUAGES: Final = (
    "bg ca cs cy da de el en es et eu fi fr ga gl hr hu is it lb lt lv mk mt nb nl nn no pl pt "
    "ro ru sk sl sq sr sv tr uk"
).split()
_LIST: Final = "languages"
#: Below these a guess is none: letters of the text, and probability.
_LETTERS, _SURE = 20, 0.95


def language_of(text: str) -> tuple[str | None, Finding | None]:
    """The language of a text, where it can be told, and what to say about the guess."""
    if not text:
        return None, None
    if sum(map(str.isalpha, text)) < _LETTERS:
        return None, noticed("short text")
    tag, sure = _identifier().classify(text[:2000])
    if tag is None or sure < _SURE:
        return None, noticed("doubtful language")
    return tag, noticed("language guessed", tag=tag)


def likelihoods(text: str) -> dict[str, float]:
    """How likely a text is in each of the languages, from 0 to 1."""
    return {tag: float(likely) for tag, likely in _identifier().rank(text)}


def tag_of(name: str, vocabularies: Vocabularies) -> str | None:
    """The tag of a language by its address in the EU list, or by any of its names or codes."""
    tags = _tags(vocabularies)
    known = {name} if name in tags else vocabularies.find(_LIST, name)
    return tags.get(next(iter(known))) if len(known) == 1 else None


@lru_cache(maxsize=4)
def _tags(vocabularies: Vocabularies) -> dict[str, str]:
    return {iri: tag for tag in LANGUAGES for iri in vocabularies.find(_LIST, tag)}


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    identifier.set_languages([tag for tag in LANGUAGES if tag in known])
    return identifier
