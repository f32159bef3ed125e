"""The one safe way to read an RDF document from outside.

The parsers are those of pyoxigraph: they are written in Rust and know no network. What they do not
withstand (entity bombs, deep nesting) `prescan` looks for before they see a byte.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import BinaryIO, Final

import pyoxigraph as ox

from practicegraph import artefacts, prescan
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.formats import format_of
from practicegraph.iris import CONTEXT
from practicegraph.namespaces import XSD

_PLACE: Final = re.compile(r"^Parser error at line \d+.*?: ", re.DOTALL)
_BOM: Final = codecs.BOM_UTF8
_DECIMAL: Final = ox.NamedNode(XSD + "decimal")
#: How JSON-LD writes a number with a fraction, whatever its datatype (JSON-LD 1.1 API §8.6).
_SCIENTIFIC: Final = re.compile(r"-?\d[.]\d+E-?\d{1,3}")


def read(
    name: str,
    data: bytes | BinaryIO,
    format: str | None,  # noqa: A002
    base_iri: str,
    contexts: Mapping[str, str] | None = None,
) -> Iterator[ox.Quad]:
    """Read the statements of a document, one after the other.

    `name` is what errors call the document; without `format` its extension tells the syntax.
    `base_iri` is what relative IRIs are resolved against. Blank nodes get labels that no other
    document has. The checks run before this returns, so that nothing comes out of a document that
    is refused; a syntax error is raised when the reading comes to it. A stream that cannot be
    rewound is held in memory.

    A document type may declare entities that abbreviate text, as editors of ontologies write them
    for namespaces; one that refers to other entities or to anything outside is refused. Of remote
    JSON-LD contexts our own is known, and those whose text `contexts` gives by IRI; nothing is
    fetched.

    Raises MalformedDocument, ForbiddenReference or UnsupportedMediaType.
    """
    kind = format_of(format if format is not None else name)
    stream = _rewindable(data)
    start = stream.tell()
    head = stream.read(len(_BOM))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise MalformedDocument(name, "the text is in UTF-16; save it in UTF-8", 1, 1)
    start += len(_BOM) if head == _BOM else 0
    stream.seek(start)
    if kind.rdf == ox.RdfFormat.RDF_XML:
        prescan.xml(name, stream)
    elif kind.rdf == ox.RdfFormat.JSON_LD:
        known: dict[str, Callable[[], str]] = {
            iri: partial(str, text) for iri, text in (contexts or {}).items()
        }
        own = (CONTEXT, base_iri.rstrip("/") + "/ontology/context.jsonld")
        known |= dict.fromkeys(own, artefacts.context_text)
        stream = prescan.json_ld(name, stream, known, base_iri)
        start = stream.tell()
    else:
        prescan.turtle(name, stream)
    stream.seek(start)
    try:
        quads = ox.parse(
            stream,
            kind.rdf,
            base_iri=base_iri,
            rename_blank_nodes=True,
        )
    except ValueError as fault:
        raise InvalidInput(f"{base_iri} cannot be the base of {name}: {fault}") from fault
    found = _quads(name, quads)
    return map(_with_decimals, found) if kind.rdf == ox.RdfFormat.JSON_LD else found


def _quads(name: str, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    try:
        for quad in quads:
            if isinstance(quad.object, ox.Triple):
                raise prescan.triple_term(name, None)
            yield quad
    except MemoryError as fault:  # of the parser, for one token
        raise MalformedDocument(name, "a text or name in it is longer than 16 MiB") from fault
    except SyntaxError as fault:
        cause = _PLACE.sub("", fault.msg or str(fault))
        raise MalformedDocument(name, cause, fault.lineno, fault.offset) from fault


def _with_decimals(quad: ox.Quad) -> ox.Quad:
    """A JSON number such as 62.5 whose name in the context has the datatype xsd:decimal.

    The algorithm of JSON-LD makes it 6.25E1, which is no xsd:decimal.
    """
    value = quad.object
    if (
        isinstance(value, ox.Literal)
        and value.datatype == _DECIMAL
        and _SCIENTIFIC.fullmatch(value.value)
    ):
        plain = ox.Literal(format(Decimal(value.value), "f"), datatype=_DECIMAL)
        return ox.Quad(quad.subject, quad.predicate, plain, quad.graph_name)
    return quad


def _rewindable(data: bytes | BinaryIO) -> BinaryIO:
    if isinstance(data, bytes | bytearray | memoryview):
        return io.BytesIO(data)
    if data.seekable():
        return data
    return io.BytesIO(data.read())
