"""The files of the rooms in every RDF syntax, each saying exactly what the files say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from practicegraph.formats import format_of
from practicegraph.namespaces import PREFIXES, SCHEME
from practicegraph.vocabulary import source


@lru_cache(maxsize=128)
def write(files: tuple[Path, ...], form: str) -> bytes:
    """Files as one document in a format of `formats` that holds no named graphs, or JSON-LD.

    A single Turtle file is given as it is, with its comments and its order. JSON-LD carries its
    prefixes with it, so that nobody has to fetch anything to read it.
    """
    syntax = format_of(form)
    if syntax.rdf == ox.RdfFormat.TURTLE and len(files) == 1 and files[0].suffix == ".ttl":
        return files[0].read_bytes()
    if syntax.rdf in {ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD}:
        # rdflib writes lists as lists and nests what has no name, as people would.
        graph = source.read(files).graph
        used = _prefixes("\n".join(str(term) for triple in graph for term in triple))
        graph.namespace_manager.reset()
        for prefix, namespace in used.items():
            graph.bind(prefix, namespace, replace=True)
        if syntax.rdf == ox.RdfFormat.TURTLE:
            return graph.serialize(format="turtle").encode()
        text = graph.serialize(format="json-ld", context=used, sort_keys=True)
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1).encode()
    return write_statements([triple for f in files for triple in source.statements(f)], form)


def write_statements(triples: Sequence[ox.Triple], form: str) -> bytes:
    """Statements as a document in a format of `formats`; long ones are written fast."""
    syntax = format_of(form)
    prefixes = _prefixes("\n".join(map(str, triples)))
    return ox.serialize(triples, format=syntax.rdf, prefixes=prefixes) or b""


def _prefixes(text: str) -> dict[str, str]:
    schemes = {"scheme": SCHEME}
    return {p: ns for p, ns in (PREFIXES | schemes).items() if ns in text}
