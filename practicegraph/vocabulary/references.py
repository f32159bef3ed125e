"""Which terms a text names that is not RDF: a SPARQL query, and the JSON-LD context.

A query is scanned token by token (SPARQL 1.1 Query §19): comments and strings are passed over,
full IRIs are taken as they stand and prefixed names are expanded by the prologue. That the text
is valid is the engine's to say, so the scan needs to be exact only for texts that the engine takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import pyoxigraph as ox

from practicegraph.errors import MalformedDocument, MalformedQuery
from practicegraph.sparql.text import asks_service

_PREFIX: Final = r"PREFIX\s+(?P<prefix>[\w.-]*):\s*<(?P<namespace>[^<>\s]*)>"
_TOKEN: Final = re.compile(
    rf"""
    \#[^\r\n]*
    |'{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+'{{3}}|"{{3}}(?:"{{0,2}}(?:[^"\\]|\\.))*+"{{3}}
    |'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+"
    |[?$@][\w-]+
    |_:[\w.-]+
    |\b(?i:{_PREFIX})
    |<(?P<iri>[^\s<>"{{}}|^`\\]*)>
    |(?P<name>\b[^\W\d_][\w.-]*|):(?P<local>(?:\w(?:[\w.%:-]*[\w%:-])?)?)
    |\w+
    """,
    re.VERBOSE | re.DOTALL,
)
#: What may stand in a context (JSON-LD 1.1 §9.15).
_KEYWORDS: Final = frozenset(
    "@base @container @context @direction @id @import @index @language @nest @none @prefix "
    "@propagate @protected @reverse @type @version @vocab".split()
)
_VALUE_TYPES: Final = frozenset({"@id", "@vocab", "@json", "@none"})
_CONTAINERS: Final = frozenset({"@graph", "@id", "@index", "@language", "@list", "@set", "@type"})
_ENGINE_PLACE: Final = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): ")


def check_query(name: str, text: str) -> tuple[str, ...]:
    """The variables that a query answers with (none for ASK, CONSTRUCT and DESCRIBE).

    Nothing outside is asked. Raises MalformedDocument, naming line and column, where the text is
    no valid query, and MalformedQuery where it would ask another server.
    """
    if asks_service(text):
        raise MalformedQuery(f"{name} asks another server; leave SERVICE out.")
    try:
        # An ASK is evaluated as it is read; without its pattern's data that is done at once.
        answer = ox.Store().query(text)
    except SyntaxError as fault:
        place = _ENGINE_PLACE.match(str(fault))
        if place is None:
            raise MalformedDocument(name, str(fault).partition("\n")[0]) from fault
        line, column = int(place["line"]), int(place["column"])
        rest = (*text.split("\n"), "")[line - 1][column - 1 :].strip()
        cause = f"this is no SPARQL from “{rest}” on" if rest else "the query is not complete"
        raise MalformedDocument(name, cause, line, column) from fault
    if isinstance(answer, ox.QuerySolutions):
        return tuple(variable.value for variable in answer.variables)
    return ()


def named_in_query(text: str) -> frozenset[str]:
    """The IRIs that a valid query names outside its prologue."""
    prefixes: dict[str, str] = {}
    found: set[str] = set()
    for token in _TOKEN.finditer(text):
        if token["namespace"] is not None:
            prefixes[token["prefix"]] = token["namespace"]
        elif token["iri"] is not None:
            found.add(token["iri"])
        elif token["local"] is not None and token["name"] in prefixes:
            found.add(prefixes[token["name"]] + token["local"])
    return frozenset(found)


def named_in_context(name: str, text: str) -> dict[str, str]:
    """The names of a JSON-LD context with the IRI that each stands for, prefixes left out.

    The datatype that a name gives its values is told as `name datatype`. Raises MalformedDocument
    where it is no JSON object with a context, a name has no IRI, a word with an @ is none of
    JSON-LD's (JSON-LD 1.1 §9.15), or a word is there twice.
    """
    try:
        document = json.loads(text, object_pairs_hook=partial(_object, name))
    except json.JSONDecodeError as fault:
        raise MalformedDocument(name, fault.msg, fault.lineno, fault.colno) from fault
    context = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(context, dict):
        raise MalformedDocument(name, 'write one object under "@context"')
    return dict(_names(name, context))


def _object(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word, value in pairs:
        if word in found:
            raise MalformedDocument(name, f'"{word}" is there twice; keep one of the two')
        if word.startswith("@") and word not in _KEYWORDS:
            raise MalformedDocument(name, f'"{word}" is no keyword of JSON-LD')
        found[word] = value
    return found


def _names(name: str, context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word, definition in context.items():
        iri = definition.get("@id") if isinstance(definition, dict) else definition
        if word.startswith("@") or (isinstance(iri, str) and iri.startswith("@")):
            if isinstance(iri, str) and iri.startswith("@") and iri not in _KEYWORDS:
                raise MalformedDocument(name, f'the name "{word}" stands for the unknown "{iri}"')
            continue
        if not isinstance(iri, str) or ":" not in iri:
            raise MalformedDocument(name, f'the name "{word}" has no IRI; write its "@id"')
        if iri.endswith(("#", "/")):
            continue
        yield word, _expanded(name, context, word, iri)
        if isinstance(definition, dict):
            kind = definition.get("@type")
            if isinstance(kind, str) and kind not in _VALUE_TYPES:
                yield f"{word} datatype", _expanded(name, context, word, kind)
            for value in _listed(definition.get("@container")):
                if value not in _CONTAINERS:
                    raise MalformedDocument(
                        name, f'the name "{word}" has the unknown container "{value}"'
                    )


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _expanded(name: str, context: Mapping[str, Any], word: str, iri: str) -> str:
    prefix, _, local = iri.partition(":")
    if local.startswith("//"):
        return iri
    if isinstance(namespace := context.get(prefix), str):
        return namespace + local
    raise MalformedDocument(name, f'the name "{word}" has the unknown prefix "{prefix}"')
