"""The syntaxes of RDF: names, extensions and media types, once for all who read or write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from practicegraph.errors import NotAcceptable, UnsupportedMediaType


@dataclass(frozen=True, slots=True)
class Format:
    """An RDF syntax. The first extension and media type are those that we write.

    `datasets` says whether it can hold named graphs.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]
    rdf: ox.RdfFormat
    datasets: bool = False

    @property
    def extension(self) -> str:
        """The extension that we write."""
        return self.extensions[0]

    @property
    def media_type(self) -> str:
        """The media type that we write."""
        return self.media_types[0]


#: Every syntax that is read and written, the most usual first.
FORMATS: Final[tuple[Format, ...]] = (
    Format(
        "turtle", "Turtle", ("ttl",), ("text/turtle", "application/x-turtle"), ox.RdfFormat.TURTLE
    ),
    Format(
        "jsonld",
        "JSON-LD",
        ("jsonld",),
        ("application/ld+json",),
        ox.RdfFormat.JSON_LD,
        datasets=True,
    ),
    Format("ntriples", "N-Triples", ("nt",), ("application/n-triples",), ox.RdfFormat.N_TRIPLES),
    Format(
        "rdfxml", "RDF/XML", ("rdf", "owl", "xml"), ("application/rdf+xml",), ox.RdfFormat.RDF_XML
    ),
    Format(
        "nquads", "N-Quads", ("nq",), ("application/n-quads",), ox.RdfFormat.N_QUADS, datasets=True
    ),
    Format("trig", "TriG", ("trig",), ("application/trig",), ox.RdfFormat.TRIG, datasets=True),
)

_BY_NAME: Final[dict[str, Format]] = {
    key: format_
    for format_ in FORMATS
    for key in (format_.name, *format_.extensions, *format_.media_types)
}


def written_as(*names: str) -> tuple[Format, ...]:
    """Those of the formats, in the order of the names given."""
    return tuple(_BY_NAME[name] for name in names)


def format_of(name: str) -> Format:
    """The format of a path, an extension, a media type (parameters aside) or a format's name.

    Raises UnsupportedMediaType, which lists the formats there are.
    """
    plain = name.partition(";")[0].strip().lower()
    found = _BY_NAME.get(plain) or _BY_NAME.get(PurePath(plain).suffix.removeprefix("."))
    if found is None:
        known = ", ".join(f"{f.label} (.{f.extensions[0]})" for f in FORMATS)
        raise UnsupportedMediaType(f"{name} is not in an RDF syntax that is read here: {known}.")
    return found


#: The name that an element must have, and characters that XML 1.0 leaves out (production 2).
_ENDS_IN_NAME: Final = re.compile(r"[^\W\d][\w.\-]*\Z")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def nameable(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The statements, while their predicates can be names of XML elements.

    Raises NotAcceptable at the first that cannot: the engine would write elements without a name.
    """
    known: set[str] = set()
    for triple in triples:
        predicate = triple.predicate.value
        if predicate not in known:
            if not _ENDS_IN_NAME.search(predicate):
                raise NotAcceptable(
                    f"The predicate <{predicate}> does not end in a name, so that the graph cannot "
                    "be written in RDF/XML. Ask for text/turtle.",
                    predicate=predicate,
                )
            known.add(predicate)
        yield triple


def for_xml(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The statements, while RDF/XML can hold them. Raises NotAcceptable at the first it cannot."""
    for triple in nameable(triples):
        if isinstance(triple.object, ox.Literal) and _NOT_XML.search(triple.object.value):
            raise NotAcceptable(
                f"A value of <{triple.predicate.value}> holds a character that XML cannot hold. "
                "Ask for text/turtle.",
                predicate=triple.predicate.value,
            )
        yield triple
