"""How others write what we publish: application profiles of Europe, and schema.org.

A profile is a CONSTRUCT query of `queries/profiles/`, run over one record and what it names, and
the table below. Nothing that is not in a record or a vocabulary may enter what it gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.errors import InvalidInput
from practicegraph.formats import Format, written_as
from practicegraph.jsonld import Context, context, to_jsonld

#: The syntaxes that a profile is written in.
SYNTAXES: Final[tuple[Format, ...]] = written_as("turtle", "jsonld", "ntriples", "rdfxml")


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of writing records that others have agreed on.

    `iri` is the address of its specification, `kinds` are those of the records that it can hold
    (none: it describes the catalogue), `syntax` is the extension of the one that is written when
    nobody asks for another, `own_context` says whether it has a JSON-LD context of its own,
    `wants` says what a record lacks that it has no place for.
    """

    name: str
    label: str
    iri: str
    kinds: tuple[str, ...]
    syntax: str = "ttl"
    own_context: bool = False
    wants: str = "a record has to be of a class that the profile knows"

    def construct(self, store: ox.Store, thing: str) -> list[ox.Triple]:
        """What the profile says about a thing, from what the store holds; in a stable order."""
        answer = store.query(_text(self.name), base_iri=thing)
        if not isinstance(answer, ox.QueryTriples):
            raise TypeError(f"the query of the profile {self.name} is not a CONSTRUCT")
        return sorted(set(answer), key=str)

    def document(self, thing: str, triples: Iterable[ox.Triple]) -> dict[str, Any]:
        """The statements as a compact JSON-LD document, whose context stands inside it."""
        return to_jsonld(thing, triples, _context(self.name) if self.own_context else context())

    def offers(self) -> tuple[Format, ...]:
        """The syntaxes, the one that the profile is at home in first."""
        return tuple(sorted(SYNTAXES, key=lambda syntax: syntax.extension != self.syntax))


PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile(
            "cpsv-ap",
            "CPSV-AP 3.2.0",
            "https://semiceu.github.io/CPSV-AP/releases/3.2.0/",
            ("service", "organisation"),
            wants="an organisation known to be public, with its territory, has to answer for a "
            "service",
        ),
        Profile(
            "cpov",
            "CPOV 2.1.2",
            "https://semiceu.github.io/CPOV/releases/2.1.2/",
            ("organisation",),
        ),
        Profile(
            "dcat-ap", "DCAT-AP 3.0.1", "https://semiceu.github.io/DCAT-AP/releases/3.0.1/", ()
        ),
        Profile(
            "schema-org",
            "schema.org",
            "https://schema.org/",
            ("practice", "service", "organisation", "asset"),
            syntax="jsonld",
            own_context=True,
        ),
    )
}


def profile_of(name: str) -> Profile:
    """The profile of that name. Raises InvalidInput, which lists those there are."""
    if name not in PROFILES:
        raise InvalidInput(f"There is no profile {name!r}; there are: {', '.join(PROFILES)}.")
    return PROFILES[name]


def profiles_for(kind: str) -> tuple[Profile, ...]:
    """The profiles that can hold a record of that kind."""
    return tuple(profile for profile in PROFILES.values() if kind in profile.kinds)


@lru_cache(maxsize=16)
def _text(name: str) -> str:
    return (artefacts.QUERIES / "profiles" / f"{name}.rq").read_text("utf-8")


@lru_cache(maxsize=16)
def _context(name: str) -> Context:
    return Context(
        json.loads((artefacts.QUERIES / "profiles" / f"{name}.jsonld").read_text("utf-8"))
    )
