"""One record, many representations: the media types on offer and how each is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from practicegraph.formats import Format, for_xml, written_as
from practicegraph.jsonld import to_json, to_jsonld
from practicegraph.namespaces import PREFIXES


@dataclass(frozen=True, slots=True)
class Representation:
    """A way to write a record: what it is called, its extension and its media type.

    `write` takes the IRI of the thing and its statements; None where a page does the writing.
    """

    name: str
    extension: str
    media_type: str
    write: Callable[[str, Iterable[ox.Triple]], bytes] | None

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        textual = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if textual else self.media_type


def graph_writer(syntax: ox.RdfFormat) -> Callable[[str, Iterable[ox.Triple]], bytes]:
    """What writes statements in a syntax, with the prefixes that they use.

    In RDF/XML it raises NotAcceptable for what XML cannot hold.
    """

    def write(_iri: str, triples: Iterable[ox.Triple]) -> bytes:
        used = list(for_xml(triples) if syntax == ox.RdfFormat.RDF_XML else triples)
        text = "\n".join(map(str, used))
        prefixes = {p: ns for p, ns in PREFIXES.items() if f"<{ns}" in text}
        return ox.serialize(used, format=syntax, prefixes=prefixes) or b""

    return write


def _json(iri: str, triples: Iterable[ox.Triple]) -> bytes:
    return json.dumps(to_json(iri, triples), ensure_ascii=False, indent=1).encode()


def _jsonld(iri: str, triples: Iterable[ox.Triple]) -> bytes:
    return json.dumps(to_jsonld(iri, triples), ensure_ascii=False, indent=1).encode()


def _representation(syntax: Format) -> Representation:
    write = _jsonld if syntax.name == "jsonld" else graph_writer(syntax.rdf)
    return Representation(syntax.label, syntax.extension, syntax.media_type, write)


HTML: Final = Representation("HTML", "html", "text/html", None)
JSON: Final = Representation("JSON", "json", "application/json", _json)
_TURTLE, _JSON_LD, _N_TRIPLES, _RDF_XML = map(
    _representation, written_as("turtle", "jsonld", "ntriples", "rdfxml")
)
RECORD: Final[tuple[Representation, ...]] = (HTML, _TURTLE, _JSON_LD, JSON, _N_TRIPLES, _RDF_XML)
LIST: Final[tuple[Representation, ...]] = (HTML, JSON)
