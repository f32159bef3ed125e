"""Rows of the third-party files as small records: what they say of themselves, field by field.

Only what duplicates are found by is read: name, page, identifiers, organisation, country, text.
Every row has a key that does not copy a text of its file: a number, a file name, an IRI, or the key
of the row that mentions it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from practicegraph.iris import Iris, slugify
from practicegraph.namespaces import (
    CPSV,
    CV,
    DCT,
    FOAF,
    GP,
    ORG,
    RDF_TYPE,
    SKOS,
)
from practicegraph.record import Record

IRIS = Iris("http://127.0.0.1:8000")
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_CLASS = {
    "practice": GP + "GoodPractice",
    "service": CPSV + "PublicService",
    "organisation": CV + "PublicOrganisation",
    "asset": GP + "ReusableAsset",
}
_URL = re.compile(r"https?://[^\s,;<>\"]+|www\.[^\s,;<>\"]+")

Texts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says; `titles` and `texts` are pairs of language and text."""

    source: str
    key: str
    kind: str
    titles: Texts
    other_titles: Texts
    texts: Texts
    pages: list[str]
    identifiers: list[str]
    same: list[str]
    organisation: str | None
    country: str | None
    types: list[str]

    @property
    def name(self) -> str:
        """Source and key, as the labelled pairs write them."""
        return f"{self.source} {self.key}"

    @property
    def iri(self) -> str:
        return iri_of(self.kind, self.name)

    def record(self) -> Record:
        thing = ox.NamedNode(self.iri)
        pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, ox.NamedNode(_CLASS[self.kind]))
        ]
        title = SKOS + "prefLabel" if self.kind == "organisation" else DCT + "title"
        for property_, texts in (
            (title, self.titles),
            (SKOS + "altLabel", self.other_titles),
            (DCT + "description", self.texts),
        ):
            for language, text in texts:
                if text.strip():
                    literal = ox.Literal(text, language=language) if language else ox.Literal(text)
                    pairs.append((property_, literal))
        page = FOAF + "homepage" if self.kind == "organisation" else FOAF + "page"
        pairs += [(page, ox.NamedNode(url)) for url in self.pages]
        pairs += [(DCT + "identifier", ox.Literal(text)) for text in self.identifiers]
        pairs += [(SKOS + "exactMatch", ox.NamedNode(iri)) for iri in self.same]
        pairs += [(ORG + "classification", ox.NamedNode(iri)) for iri in self.types]
        if self.country:
            pairs.append((DCT + "spatial", ox.NamedNode(COUNTRY + self.country)))
        if self.organisation:
            of_service = CV + "hasCompetentAuthority"
            property_ = of_service if self.kind == "service" else GP + "leadOrganisation"
            pairs.append((property_, ox.NamedNode(iri_of("organisation", self.organisation))))
        return Record.of(
            thing.value, [ox.Triple(thing, ox.NamedNode(p), o) for p, o in pairs], IRIS
        )


def iri_of(kind: str, name: str) -> str:
    slug = slugify(name, "x")
    if len(slug) > 60 or not name.isascii():
        slug = f"{slug[:50].strip('-')}-{abs(hash_of(name)):x}"
    return IRIS.thing(kind, slug)


def hash_of(text: str) -> int:
    import zlib

    return zlib.crc32(text.encode())


def row(source: str, key: str, kind: str, titles: Texts, **said: object) -> Row:
    values: dict[str, object] = {
        "other_titles": [],
        "texts": [],
        "pages": [],
        "identifiers": [],
        "same": [],
        "organisation": None,
        "country": None,
        "types": [],
    } | said
    return Row(source, key, kind, titles, **values)  # type: ignore[arg-type]


def altered(found: Row, how: str) -> Row:
    """A copy of a row under another source, changed as people change what they copy.

    `moved`: another page, and the texts cut in half; `short`: the title without its explanation,
    no page, the texts cut in half; `typo`: two letters of the longest word swapped, no page;
    `bare`: title, organisation and country alone.
    """
    half = [(language, text[: len(text) // 2]) for language, text in found.texts]
    copy = replace(found, source=f"{found.source}-copy", identifiers=[], same=[])
    match how:
        case "moved":
            return replace(copy, pages=["https://moved.example.org/about"], texts=half)
        case "short":
            titles = [(language, text.split(" - ")[0]) for language, text in found.titles]
            return replace(copy, titles=titles, pages=[], texts=half)
        case "typo":
            return replace(copy, titles=[(a, misspelt(b)) for a, b in found.titles], pages=[])
        case "bare":
            return replace(copy, pages=[], texts=[])
    raise ValueError(how)


def misspelt(text: str) -> str:
    longest = max(re.findall(r"\w+", text), key=len)
    middle = len(longest) // 2
    wrong = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
    return text.replace(longest, wrong, 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair; `held_out` tells the half that nothing was tuned on."""

    a: str
    b: str
    same: bool
    alteration: str
    why: str

    @property
    def held_out(self) -> bool:
        return hash_of(f"{self.a}|{self.b}|{self.alteration}") % 2 == 1

    def rows(self, known: dict[str, Row]) -> tuple[Row, Row]:
        one, other = known[self.a], known[self.b]
        return one, altered(other, self.alteration) if self.alteration else other


def labelled() -> list[Pair]:
    with (Path(__file__).parent / "labelled.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                f"{line['source_a']} {line['key_a']}",
                f"{line['source_b']} {line['key_b']}",
                line["same"] == "yes",
                line["alteration"],
                line["why"],
            )
            for line in csv.DictReader(file)
        ]
