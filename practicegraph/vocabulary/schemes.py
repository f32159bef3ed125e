"""The lists that values are chosen from: concept schemes of our own, and lists kept by others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, SH, SKOS

from practicegraph.concepts import Table, Vocabulary
from practicegraph.fields import number, texts
from practicegraph.namespaces import PREFIXES, SCHEME
from practicegraph.record import to_rdflib
from practicegraph.texts import Texts
from practicegraph.vocabulary import source

_POSITION: Final = rdflib.URIRef(PREFIXES["schema"] + "position")


@dataclass(frozen=True, slots=True)
class Concept:
    """A value of a list. `anchor` is its place on the page of the list."""

    iri: str
    anchor: str
    labels: Texts
    alternatives: tuple[tuple[str, str], ...]
    definitions: Texts
    notations: tuple[str, ...]
    broader: tuple[str, ...]
    matches: tuple[tuple[str, str], ...]
    rank: float | None
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list of values: one of our own, or labels of ours for values that others keep.

    `name` is what it is called in addresses. `iris` are the IRI of the scheme or, of a list kept by
    others, where its values come from: the lists they are in, or what their IRIs begin with. Where
    an official table is loaded, `table` is that and `statements` are what counts.
    """

    name: str
    iris: tuple[str, ...]
    file: Path | None
    own: bool
    titles: Texts
    descriptions: Texts
    version: str
    concepts: tuple[Concept, ...]
    table: Table | None = None
    statements: tuple[ox.Triple, ...] = ()


def own_scheme(file: Path, alignments: rdflib.Graph) -> Scheme | None:
    """The scheme that a file of `ontology/schemes` declares; None where it declares none.

    `alignments` may say of its concepts to which others they are close.
    """
    found = source.read([file])
    graph = found.graph
    iri = next(
        (str(s) for s in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str)), None
    )
    if iri is None:
        return None
    node = rdflib.URIRef(iri)
    members = set(graph.subjects(SKOS.inScheme, node)) | set(
        graph.subjects(SKOS.topConceptOf, node)
    )
    concepts = [
        _concept(graph, str(m), alignments) for m in members if isinstance(m, rdflib.URIRef)
    ]
    order = {c.iri: number(graph.value(rdflib.URIRef(c.iri), SH.order)) for c in concepts}
    return Scheme(
        iri.removeprefix(SCHEME) if iri.startswith(SCHEME) else file.stem,
        (iri,),
        file,
        True,
        texts(graph, node, DCTERMS.title),
        texts(graph, node, DCTERMS.description),
        str(graph.value(node, OWL.versionInfo) or ""),
        tuple(sorted(concepts, key=lambda c: (order[c.iri], found.place(c.iri)))),
    )


def external_list(file: Path) -> Scheme:
    """The values in a file of labels for a list kept by others.

    The file names the list only by its values; what to call it is for the page to say.
    """
    return _of_others(file.stem, source.read([file]), file)


def official_list(vocabulary: Vocabulary) -> Scheme:
    """The values of a list kept by others as they are in force, with the table that is loaded."""
    table = vocabulary.table
    if table is None and vocabulary.file is not None:
        return external_list(vocabulary.file)
    graph = rdflib.Graph()
    order: dict[str, int] = {iri: place for place, iri in enumerate(vocabulary.members)}
    for triple in vocabulary.triples:
        graph.add(to_rdflib(triple))
    found = _of_others(vocabulary.name, source.Source(graph, order), vocabulary.file)
    if table is None:
        return found
    node = rdflib.URIRef(table.scheme)
    return replace(
        found,
        iris=(table.scheme,),
        # What lies over a list of ours goes by the name of that, which has all our languages.
        titles={} if vocabulary.file else texts(graph, node, SKOS.prefLabel),
        descriptions=texts(graph, node, SKOS.definition),
        version=str(graph.value(node, OWL.versionInfo) or ""),
        concepts=tuple(c for c in found.concepts if c.iri != table.scheme),
        table=table,
        statements=vocabulary.triples,
    )


def _of_others(name: str, found: source.Source, file: Path | None) -> Scheme:
    graph = found.graph
    members = {s for s in graph.subjects(SKOS.prefLabel) if isinstance(s, rdflib.URIRef)}
    concepts = sorted(
        (_concept(graph, str(member)) for member in members), key=lambda c: found.place(c.iri)
    )
    lists = {str(o) for o in graph.objects(None, SKOS.inScheme)}
    origins = lists or {c.iri[: len(c.iri) - len(c.anchor)] for c in concepts}
    return Scheme(name, tuple(sorted(origins)), file, False, {}, {}, "", tuple(concepts))


def _concept(graph: rdflib.Graph, iri: str, alignments: rdflib.Graph | None = None) -> Concept:
    node = rdflib.URIRef(iri)
    rank = graph.value(node, _POSITION)
    told = (graph,) if alignments is None else (graph, alignments)
    mapping = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch)
    return Concept(
        iri,
        iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1],
        texts(graph, node, SKOS.prefLabel),
        tuple(
            sorted(
                (v.language or "", str(v))
                for v in graph.objects(node, SKOS.altLabel)
                if isinstance(v, rdflib.Literal)
            )
        ),
        texts(graph, node, SKOS.definition),
        tuple(sorted(str(v) for v in graph.objects(node, SKOS.notation))),
        tuple(sorted(str(v) for v in graph.objects(node, SKOS.broader))),
        tuple(
            (str(relation), str(target))
            for relation in mapping
            for target in sorted({t for g in told for t in g.objects(node, relation)}, key=str)
        ),
        number(rank) if rank is not None else None,
        is_deprecated(graph, node),
    )


def is_deprecated(graph: rdflib.Graph, node: rdflib.URIRef) -> bool:
    """Whether the graph says that a term should no longer be used."""
    return str(graph.value(node, OWL.deprecated) or "").lower() in {"true", "1"}
