"""Naming: whether a name may be a person's, and where a text seems to name a person.

Nobody can tell for certain, so that doubt counts for the person: what may be a person's name does
not become public. The lists of words are `words/organisations.txt` and `words/given-names.txt`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from anyascii import anyascii

from ingest.findings import noticed
from ingest.problems import Finding
from practicegraph.texts import clean

_WORDS: Final = Path(__file__).resolve().parent / "words"
#: Small words inside names of persons.
_PARTICLES: Final = frozenset(
    "da das de degli dei del della den der di do dos du el la le lo van vom von y zu".split()
)
#: A single word after one of these is a thing: La Poste.
_ARTICLES: Final = frozenset("das der die el het il la las le les los the".split())
#: A name is made of letters, and of the signs that join or abbreviate them.
_NAME: Final = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_MOST_WORDS: Final = 5

# A run of blanks is looked at once, from its start: a text may hold very many of them.
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|(?<!\s)\s*\n\s*")
# A given name, also a double one, at most two particles, and a word that begins with a capital.
_CALLED: Final = re.compile(
    r"(?<![\w'’])([^\W\d_]{2,20})(?:-[^\W\d_]{2,20})?(?=(?:\s+|\s*[*_]{1,3}\s*)"
    r"(?:(?:de|di|da|del|della|du|von|van|le|la|el|der)\s+|d['’]){0,2}([^\W\d_]{2,40}))"
)

_PERSON: Final = noticed("person")
_NAMED: Final = noticed("person named")


@lru_cache(maxsize=2)
def _listed(file: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of a list, and the beginnings of words."""
    lines = (_WORDS / file).read_text("utf-8").split("\n")
    entries = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    whole = frozenset(entry for entry in entries if not entry.endswith("*"))
    return whole, tuple(entry[:-1] for entry in entries if entry.endswith("*"))


def _plain(word: str) -> str:
    return anyascii(word).lower()


def organisation(name: str) -> tuple[str | None, Finding | None]:
    """The name of an organisation, cleaned; nothing where it may be the name of a person.

    Two to five capitalised words may be one, if the first is a given name or none of them says what
    kind of organisation it is.
    """
    given = clean(name)
    if not given or _may_be_person(given):
        return None, _PERSON if given else None
    return given, None


def _may_be_person(name: str) -> bool:
    words = re.split(r"[\s,]+", name.strip(" ,"))
    if not 2 <= len(words) <= _MOST_WORDS or not all(map(_NAME.fullmatch, words)):
        return False
    if len(words) == 2 and words[0].casefold() in _ARTICLES:
        return False
    if not all(word[0].isupper() or word.casefold() in _PARTICLES for word in words):
        return False
    if _plain(words[0]) in _listed("given-names.txt")[0]:
        return True
    whole, beginnings = _listed("organisations.txt")
    # S.p.A. is one word to the eye.
    tokens = {_plain(word.replace(".", "")) for word in words}
    tokens |= {_plain(token) for word in words for token in _TOKEN.findall(word)}
    return not any(token in whole or token.startswith(beginnings) for token in tokens)


def without_people(text: str) -> tuple[str, Finding | None]:
    """Take out the sentences, or lines, in which a usual given name comes before a capital."""
    names, _ = _listed("given-names.txt")
    text = unicodedata.normalize("NFC", text)
    pieces = _SENTENCE.split(text)
    if not any(_names_somebody(piece, names) for piece in pieces):
        return text, None
    kept: list[str] = []
    place = 0
    for gap in [*_SENTENCE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if not _names_somebody(text[place:end], names):
            kept.append(text[place : gap.end() if gap else end])
        place = gap.end() if gap else end
    return "".join(kept).strip(), _NAMED


def _names_somebody(sentence: str, names: frozenset[str]) -> bool:
    return any(
        found[1][0].isupper() and found[2][0].isupper() and _plain(found[1]) in names
        for found in _CALLED.finditer(sentence)
    )
