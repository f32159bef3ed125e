"""What the start of a file tells and its suffix does not: the root of XML, RDF in plain clothes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

import ijson

from practicegraph.errors import MalformedDocument
from practicegraph.namespaces import RDF

#: So many bytes are looked at.
_START: Final = 1 << 16
#: What is open around the keys of an object that is the document, or one of an array of such.
_AT_TOP: Final = (["start_map"], ["start_array", "start_map"])
_TOO_MANY_DIGITS: Final = re.compile(rb"[0-9]{4300}")
#: Keywords that stand at the top of JSON-LD and that other JSON has no reason to use.
_JSON_LD: Final = frozenset({"@context", "@graph", "@id"})


class Root(NamedTuple):
    """The root of an XML document: names are preceded by their namespace, without anything between.

    `doctype` is the line of the document type declaration, if there is one.
    """

    name: str
    attributes: Mapping[str, str]
    doctype: int | None


def looks_like_rdf(path: Path) -> bool:
    """Whether a `.json` file is JSON-LD, or an `.xml` file RDF/XML; by its start, so it is cheap.

    JSON-LD says so by a keyword at its top (`@context`, `@graph`, `@id`), RDF/XML by a root called
    rdf:RDF or one that has an attribute of RDF, such as rdf:about. What is broken looks like no
    RDF. Other suffixes are not looked into.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    if path.suffix.lower() == ".json":
        return _is_json_ld(start)
    if path.suffix.lower() != ".xml":
        return False
    try:
        root = root_of(path.name, start)
    except MalformedDocument:
        return False
    return any(name.startswith(RDF) for name in (root.name, *root.attributes))


def _is_json_ld(start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    # The library does not survive an integer that Python refuses for its digits.
    if digits := _TOO_MANY_DIGITS.search(text):
        text = text[: digits.start()]
    # What is open here; the library would keep a name for each level, as long as all above it.
    open_ = []
    try:
        for event, value in ijson.basic_parse(io.BytesIO(text), buf_size=1024):
            if event.startswith("start_"):
                open_.append(event)
            elif event.startswith("end_"):
                open_.pop()
            elif event == "map_key" and value in _JSON_LD and open_ in _AT_TOP:
                return True
    except (ijson.JSONError, ArithmeticError, ValueError, SystemError, RecursionError):
        return False
    return False


def root_of(name: str, start: bytes) -> Root:
    """Look at the start of an XML document, as far as its root. Nothing is expanded or fetched.

    Raises MalformedDocument with the line where it is not well-formed that far.
    """
    parser = expat.ParserCreate(namespace_separator="")
    doctype: list[int] = []
    found: list[Root] = []

    def opened(element: str, attributes: dict[str, str]) -> None:
        found.append(Root(element, attributes, doctype[0] if doctype else None))
        parser.StartElementHandler = None

    parser.StartDoctypeDeclHandler = lambda *_: doctype.append(parser.CurrentLineNumber)
    parser.StartElementHandler = opened
    fault: MalformedDocument | None = None
    try:
        parser.Parse(start[:_START], False)
    except (expat.ExpatError, LookupError, ValueError) as error:
        cause = expat.errors.messages.get(getattr(error, "code", 0), str(error))
        line, column = parser.ErrorLineNumber, parser.ErrorColumnNumber + 1
        fault = MalformedDocument(name, f"{cause}.", line, column)
    # A fault after the root is none of the root.
    if found:
        return found[0]
    raise fault or MalformedDocument(name, "there is no element of XML at the start.", 1)
