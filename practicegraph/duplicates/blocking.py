"""Blocking: keys that bring records together which may be about one thing.

Two records are compared only where they share keys, so that work grows with the number of records
and not with its square. Exact keys are pages, identifiers and whole names; the others are words,
pairs of words and runs of words of the texts. A key that very many records have says nothing:
the index stops counting it (see `index`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from practicegraph.duplicates import addresses, words
from practicegraph.duplicates.features import Features

#: Words of a name that become keys, and letters of them that count: endings vary.
_WORDS: Final = 8
_STEM: Final = 6
#: Weight of the keys in common from which on two records are compared, and of each key.
ENOUGH: Final = 1.0
EXACT: Final = 4.0
NAME: Final = 3.0
PAIR: Final = 1.2
WORD: Final = 1.0
RUN: Final = 1.0


def key(what: str, value: str) -> int:
    """A key as a number of 62 bits: the kind of key, and what is the same."""
    data = f"{what}\0{value}".encode()
    return (zlib.crc32(data) << 30) ^ zlib.crc32(data[::-1])


def page_key(page: str) -> int:
    """The key of a page in whatever language, given by its canonical address."""
    return key("page", addresses.neutral(page))


def name_key(kind: str, name: str) -> int:
    """The key of a whole name, given as words; their order does not count."""
    return key(f"{kind} name", " ".join(sorted(name.split())))


def keys(features: Features) -> Iterator[tuple[int, float]]:
    """The keys of a record with their weights; the same key may come twice."""
    kind = features.kind
    for page in features.pages:
        yield page_key(page), EXACT
    for name in features.names:
        yield key(f"{kind} identifier", name), EXACT
    told: set[str] = set()
    for _, name in (*features.titles, *features.heads):
        yield name_key(kind, name), NAME
        telling = [word for word in name.split() if not words.is_generic(word)][:_WORDS]
        stems = [word[:_STEM] for word in telling]
        told.update(stems)
        for first, second in pairwise(stems):
            yield key(f"{kind} pair", f"{first} {second}"), PAIR
    for stem in told:
        if len(stem) > 2:
            yield key(f"{kind} word", stem), WORD
    for run in features.shingles:
        yield key(f"{kind} run", str(run)), RUN
