"""Writing what is published under a profile, record by record, as a stream from the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import pyoxigraph as ox

from practicegraph.errors import InvalidInput
from practicegraph.export import destination
from practicegraph.formats import for_xml
from practicegraph.namespaces import PREFIXES
from practicegraph.profiles import SYNTAXES, Profile, profile_of
from practicegraph.profiles.catalogue import describe
from practicegraph.profiles.views import Views
from practicegraph.repository import Repository

_SYNTAX: Final = {syntax.extension: syntax for syntax in SYNTAXES}


@dataclass(slots=True)
class Written:
    """How many records were written, and the IRIs of those that the profile has no place for."""

    profile: Profile
    count: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """What was written, in words."""
        return f"{self.count} records" if self.profile.kinds else "The catalogue's description"

    @property
    def remark(self) -> str:
        """What was left out, in words, and why."""
        more = len(self.left_out) - 1
        return (
            f"{self.left_out[0]}{f' and {more} more' if more else ''} left out: in "
            f"{self.profile.label} {self.profile.wants}."
        )


def write(repository: Repository, name: str, form: str | None, output: Path | None) -> Written:
    """Write all live records of the kinds that a profile holds, or the catalogue's description.

    `form` is an extension of SYNTAXES, by default that of the profile. JSON-LD is one array with a
    compact document a record, a record a line. What several records name is repeated with each. A
    file appears under its name only once it is whole. Raises InvalidInput for a profile or a form
    that there is not, NotAcceptable for what RDF/XML cannot hold.
    """
    profile = profile_of(name)
    form = form or profile.syntax
    if form not in _SYNTAX:
        raise InvalidInput(
            f"--format {form}: with --profile {name} choose one of {', '.join(_SYNTAX)}."
        )
    written = Written(profile)
    with destination(output) as out:
        things = _things(repository, profile, written)
        if form == "jsonld":
            _documents(profile, things, out)
        else:
            triples = (triple for _, triples in things for triple in triples)
            ox.serialize(
                for_xml(triples) if form == "rdf" else triples,
                out,
                format=_SYNTAX[form].rdf,
                prefixes=PREFIXES,
            )
    return written


def _things(
    repository: Repository, profile: Profile, written: Written
) -> Iterator[tuple[str, list[ox.Triple]]]:
    if not profile.kinds:
        yield repository.iris.catalogue, describe(repository)
        return
    views = Views(repository.log, repository.iris)
    for revision in repository.log.live_revisions():
        record = revision.as_record()
        if record is None or record.kind not in profile.kinds:
            continue
        triples = views.of(profile, record)
        if triples:
            written.count += 1
            yield record.iri, triples
        else:
            written.left_out.append(record.iri)


def _documents(
    profile: Profile, things: Iterator[tuple[str, list[ox.Triple]]], out: BinaryIO
) -> None:
    between = b"[\n"
    for thing, triples in things:
        out.write(between)
        out.write(json.dumps(profile.document(thing, triples), ensure_ascii=False).encode())
        between = b",\n"
    out.write(b"\n]\n" if between == b",\n" else b"[]\n")
