"""Features: what of a record is compared with another, made once and kept small.

They are taken from the record alone. Names of organisations that it refers to lie in the records
of these, and are looked up when two records are compared.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from practicegraph import ntriples
from practicegraph.concepts import bundled
from practicegraph.duplicates import addresses, words
from practicegraph.namespaces import (
    CV,
    DCAT,
    DCT,
    FOAF,
    GP,
    ORG,
    OWL,
    SKOS,
)
from practicegraph.record import Record


def _terms(*iris: str) -> frozenset[str]:
    return frozenset(map(ntriples.iri, iris))


#: Where texts go, by property.
_WHERE: Final = (
    dict.fromkeys(_terms(DCT + "title", SKOS + "prefLabel", FOAF + "name"), "titles")
    | dict.fromkeys(_terms(SKOS + "altLabel", DCT + "alternative"), "others")
    | dict.fromkeys(_terms(DCT + "description", GP + "challenge"), "texts")
)
_PAGES: Final = _terms(FOAF + "page", FOAF + "homepage", DCAT + "landingPage")
_SAME: Final = _terms(OWL + "sameAs", SKOS + "exactMatch")
#: Of whatever part of the record, as `adms:identifier` leads to them.
_NOTATION: Final = ntriples.iri(SKOS + "notation")
_IDENTIFIER: Final = ntriples.iri(DCT + "identifier")
_ORGANISATIONS: Final = _terms(
    GP + "leadOrganisation",
    CV + "hasCompetentAuthority",
    CV + "ownedBy",
    DCT + "publisher",
    DCT + "creator",
)
_SPATIAL: Final = ntriples.iri(DCT + "spatial")
_CLASSIFICATION: Final = ntriples.iri(ORG + "classification")
_COUNTRY: Final = re.compile(
    r"http://publications\.europa\.eu/resource/authority/(?:country/|atu/|place/)([A-Z0-9]{3})"
)
_NUTS: Final = re.compile(r"https?://data\.europa\.eu/nuts/code/([A-Z]{2})")
_DIGITS: Final = 8

#: Words kept of the texts, and the smallest that are looked at.
SKETCH: Final = 48
_WORD: Final = 5
#: Letters of a text that are read: beyond them little is added, and much time is lost.
_LETTERS: Final = 2_500
_SHINGLE: Final = 6
_SAMPLE: Final = 4
_RUNS: Final = 2
_BRACKETS: Final = re.compile(r"[(\[]([^)\]]*)[)\]:]?")
_PROVINCE: Final = re.compile(r"[A-Z]{2}")
#: An acronym before or behind a name, parted by a dash.
_ACRONYM_BESIDE: Final = re.compile(
    r"^([A-Z][A-Za-z]?[A-Z]{1,5})\s+[-–—]\s+|\s+[-–—]\s+([A-Z][A-Za-z]?[A-Z]{1,5})$"
)
#: Where the name of a thing ends and its explanation begins.
_HEAD: Final = re.compile(r"\s+[-–—|:]\s+|:\s+|\s*[(\[]")
_MAX_TITLES: Final = 12


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one record.

    `titles` are pairs of language (empty for none) and words; `heads` the same for the part of a
    title before its explanation. `bodies` are the kinds of body that the titles of a body name,
    other labels aside. `pages` are canonical addresses, `anchors` places inside them, `names`
    identifiers and IRIs under which others know the thing, `organisations` IRIs of those that
    answer for it, `countries` the countries it lies in, `types` its kind in lists of others.
    `sketch` holds hashes of words of its texts by language, `shingles` the smallest hashes of runs
    of words. `source` says where the record came from.
    """

    record: str
    kind: str
    source: str
    titles: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, str], ...]
    bodies: Sequence[str]
    pages: Sequence[str]
    anchors: Sequence[str]
    names: Sequence[str]
    organisations: Sequence[str]
    countries: Sequence[str]
    types: Sequence[str]
    sketch: Sequence[tuple[str, Sequence[int]]]
    shingles: Sequence[int]

    def dump(self) -> bytes:
        """As bytes, for the index."""
        fields = [getattr(self, name) for name in self.__slots__]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """From bytes that `dump` made."""
        record, kind, source, titles, heads, *rest = json.loads(data)
        # Names are kept as keys of caches; what is not stays as it is read.
        return cls(record, kind, source, tuple(map(tuple, titles)), tuple(map(tuple, heads)), *rest)


class _Said:
    """What the statements of a record say, sorted by what it is good for."""

    def __init__(self, record: Record) -> None:
        self.titles: dict[tuple[str, str], None] = {}
        self.others: dict[tuple[str, str], None] = {}
        self.texts: dict[str, list[str]] = {}
        self.pages: dict[str, None] = {}
        self.anchors: dict[str, None] = {}
        self.names: dict[str, None] = {}
        self.organisations: dict[str, None] = {}
        self.countries: dict[str, None] = {}
        self.types: dict[str, None] = {}
        slug = record.iri.rpartition("/")[2]
        about = ntriples.iri(record.iri)
        for subject, property_, value in ntriples.statements(record.content.decode()):
            root = subject == about
            if property_ == _NOTATION or (root and property_ == _IDENTIFIER):
                if value.startswith('"'):
                    self._identify(ntriples.text_of(value), slug)
            elif root and value.startswith('"'):
                self._text(property_, value)
            elif root:
                self._link(property_, value[1:-1])

    def _identify(self, text: str, slug: str) -> None:
        identifier = text.strip().casefold()
        if identifier != slug and _is_telling(identifier):
            self.names[addresses.canonical(identifier) or identifier] = None

    def _text(self, property_: str, literal: str) -> None:
        where = _WHERE.get(property_)
        if where is not None:
            text, tag = ntriples.text_of(literal), literal[literal.rindex('"') + 1 :]
            language = tag[1:].partition("-")[0].lower() if tag.startswith("@") else ""
            if where == "texts":
                self.texts.setdefault(language, []).append(text)
            else:
                getattr(self, where)[language, text] = None

    def _link(self, property_: str, iri: str) -> None:
        if property_ in _PAGES:
            page, anchor = addresses.canonical(iri), addresses.anchor(iri)
            if page:
                self.pages[page] = None
            if anchor:
                self.anchors[anchor] = None
        elif property_ in _SAME:
            self.names[addresses.canonical(iri) or iri] = None
        elif property_ in _ORGANISATIONS:
            self.organisations[iri] = None
        elif property_ == _SPATIAL:
            country = _country(iri)
            if country:
                self.countries[country] = None
        elif property_ == _CLASSIFICATION:
            self.types[iri] = None


def features_of(record: Record, source: str | None) -> Features:
    """The features of a record that came from `source`."""
    said = _Said(record)
    named = list({**said.titles, **said.others})[:_MAX_TITLES]
    heads: dict[tuple[str, str], None] = {}
    if record.kind == "organisation":
        # What follows the name of a body names an office of it; its names in brackets are its own.
        full = dict.fromkeys((language, name) for language, text in named for name in _names(text))
    else:
        full = dict.fromkeys((language, " ".join(words.words(text))) for language, text in named)
        heads = dict.fromkeys(_heads(named))
    return Features(
        record.iri,
        record.kind,
        source or "",
        tuple(pair for pair in full if pair[1]),
        tuple(pair for pair in heads if pair[1] and pair not in full),
        _bodies(said.titles) if record.kind == "organisation" else (),
        tuple(said.pages),
        tuple(said.anchors),
        tuple(said.names),
        tuple(said.organisations),
        tuple(said.countries),
        tuple(said.types),
        *_texts(said.texts),
    )


def _is_telling(identifier: str) -> bool:
    """Whether an identifier is one and the same everywhere.

    So are addresses, and codes with many digits, as those of registers are. A short number is given
    by every catalogue anew.
    """
    if identifier.startswith(("http://", "https://", "urn:")):
        return True
    digits = sum(map(str.isdigit, identifier))
    return digits >= _DIGITS or (digits > _DIGITS // 2 and len(identifier) >= _DIGITS)


@lru_cache(maxsize=4096)
def _country(place: str) -> str | None:
    """The country of a place: EU country, administrative unit or NUTS code."""
    found = _COUNTRY.match(place)
    if found:
        return found[1]
    nuts = _NUTS.match(place)
    if nuts:
        known = bundled().find("countries", nuts[1])
        if len(known) == 1:
            return next(iter(known)).rpartition("/")[2]
    return None


def _heads(titles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for language, title in titles:
        head, *tail = _HEAD.split(title, maxsplit=1)
        if tail:
            yield language, " ".join(words.words(head))


def _bodies(titles: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    said = {word for _, text in titles for word in words.words(_BRACKETS.sub(" ", text))}
    return tuple(sorted(said & words.BODIES))


def _names(text: str) -> Iterator[str]:
    """The words of the name of a body without its acronym or translation, and of these.

    A province that stands behind the name stays as a mark.
    """
    outer = _BRACKETS.sub(" ", text)
    inner = _BRACKETS.findall(text)
    marks = [words.province(code) for code in inner if _PROVINCE.fullmatch(code)]
    found = words.words(outer) or words.words(text)
    yield " ".join([*found, *marks])
    yield from (" ".join(words.words(name)) for name in inner if len(name.strip()) > 2)
    beside = _ACRONYM_BESIDE.search(outer)
    if beside and not outer.isupper():
        yield " ".join(words.words(beside[1] or beside[2]))
        yield " ".join(words.words(outer[: beside.start()] + " " + outer[beside.end() :]))


def _texts(
    texts: dict[str, list[str]],
) -> tuple[tuple[tuple[str, tuple[int, ...]], ...], tuple[int, ...]]:
    """Bottom-k sketches of the words of the texts, and the smallest hashes of runs of words."""
    sketches = []
    smallest: list[int] = []
    for language, of_language in sorted(texts.items()):
        found = words.parts(" ".join(of_language)[:_LETTERS])
        hashed = [*map(_hashed, found)]
        said = {number for word, number in zip(found, hashed, strict=True) if len(word) >= _WORD}
        sketches.append((language, tuple(sorted(said)[:SKETCH])))
        # Only runs that begin with certain words are looked at: the same ones in every text.
        runs = {
            zlib.crc32(" ".join(found[start : start + _SHINGLE]).encode())
            for start, number in enumerate(hashed[: 1 - _SHINGLE])
            if number % _SAMPLE == 0
        }
        smallest += sorted(runs)[:_RUNS]
    return tuple(sketches), tuple(smallest)


@lru_cache(maxsize=65_536)
def _hashed(word: str) -> int:
    return zlib.crc32(word.encode())
