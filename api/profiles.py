"""A record under a profile: `?profile=` at the address of its document, and inside its page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from api.representations import Representation, graph_writer
from api.state import State
from practicegraph.errors import InvalidInput, NotAcceptable
from practicegraph.profiles import PROFILES, Profile, profiles_for
from practicegraph.profiles.views import Views
from practicegraph.record import Record


def chosen(kind: str, name: str) -> Profile:
    """The profile of that name. Raises InvalidInput, which lists those that hold such records."""
    fitting = {profile.name: profile for profile in profiles_for(kind)}
    if name not in fitting:
        raise InvalidInput(
            f"profile: there is none called {name!r} for the kind {kind}; there are: "
            f"{', '.join(fitting)}."
        )
    return fitting[name]


def representations(profile: Profile) -> tuple[Representation, ...]:
    """How a profile is written, its own syntax first; a page is not among them."""

    def document(iri: str, triples: Iterable[ox.Triple]) -> bytes:
        return json.dumps(profile.document(iri, triples), ensure_ascii=False, indent=1).encode()

    return tuple(
        Representation(
            syntax.label,
            syntax.extension,
            syntax.media_type,
            document if syntax.extension == "jsonld" else graph_writer(syntax.rdf),
        )
        for syntax in profile.offers()
    )


def view(state: State, profile: Profile, record: Record) -> list[ox.Triple]:
    """What the profile says of a record. Raises NotAcceptable where it has no place for it."""
    triples = Views(state.repository.log, state.iris).of(profile, record)
    if not triples:
        raise NotAcceptable(
            f"{record.iri} has no place in {profile.label}: {profile.wants}. It can be read "
            "without the profile.",
            available=[p.name for p in profiles_for(record.kind) if p is not profile],
        )
    return triples


def for_search_engines(state: State, record: Record) -> dict[str, Any]:
    """The record in the terms of schema.org, to stand inside its page."""
    profile = PROFILES["schema-org"]
    triples = Views(state.repository.log, state.iris).of(profile, record)
    return profile.document(record.iri, triples)
