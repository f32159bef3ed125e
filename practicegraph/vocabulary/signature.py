"""What a vocabulary says of each of its terms, so that two of its versions can be compared.

Statements are sorted by what a change of them means to those who use the vocabulary. Blank nodes
are told by what they say, so that the same axiom is the same whatever its label and its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from practicegraph.artefacts import Rooms
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import DCT, FOAF, OWL, PREFIXES, RDF_TYPE, RDFS, SH, SKOS, compact
from practicegraph.vocabulary import source


class Level(IntEnum):
    """How much a change means: what of the version number it raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


_VANN: Final = PREFIXES["vann"]
_TEXTS: Final = {
    RDFS + "label", RDFS + "comment", SH + "name", SH + "description", SH + "message",
    *(SKOS + name for name in (
        "prefLabel", "altLabel", "hiddenLabel", "definition", "note", "scopeNote", "example",
        "changeNote", "editorialNote", "historyNote")),
    *(DCT + name for name in ("title", "description", "abstract", "bibliographicCitation",
                              "rights")),
    _VANN + "usageNote", _VANN + "example", FOAF + "name",
}  # fmt: skip
#: What tells of a document or a term and does not change what it means.
_CATALOGUING: Final = {
    RDFS + "seeAlso", RDFS + "isDefinedBy", SH + "order", SH + "group",
    _VANN + "preferredNamespacePrefix", _VANN + "preferredNamespaceUri",
    *(DCT + name for name in (
        "created", "modified", "issued", "source", "creator", "contributor", "publisher",
        "license", "identifier", "language", "isReplacedBy", "replaces")),
}  # fmt: skip
_MAPPINGS: Final = {
    SKOS + name for name in
    ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "mappingRelation")
}  # fmt: skip
_DEPRECATION: Final = {OWL + "deprecated", PREFIXES["adms"] + "status"}
_VERSIONING: Final = {
    OWL + "versionInfo", OWL + "versionIRI", OWL + "priorVersion", OWL + "backwardCompatibleWith",
    OWL + "incompatibleWith", DCT + "modified", DCT + "issued", DCT + "bibliographicCitation",
}  # fmt: skip
_HEADERS: Final = {OWL + "Ontology", SKOS + "ConceptScheme"}
_GENERAL: Final = "general axioms"
_LONGEST: Final = 160
_ROUNDS: Final = 50


def level_of(predicate: str) -> Level:
    """How much a change in the values of a property of a term means.

    Texts and cataloguing raise the last number. Mappings, on which no reasoner acts, and marking a
    term as deprecated raise the middle one. Anything else may change what data mean or whether
    they conform, and raises the first.
    """
    if predicate in _TEXTS | _CATALOGUING:
        return Level.PATCH
    return Level.MINOR if predicate in _MAPPINGS | _DEPRECATION else Level.MAJOR


@dataclass(slots=True)
class Header:
    """What a document of a vocabulary says about its own version."""

    iri: str
    info: str = ""
    version_iri: str = ""
    prior: str = ""


@dataclass(slots=True)
class Signature:
    """A document of a vocabulary: its header, and of each term property → values."""

    header: Header
    terms: dict[str, dict[str, set[str]]] = field(default_factory=dict)


def read(path: Path) -> dict[str, Signature]:
    """The documents in an RDF file, or in a folder of data rooms, by the IRI of each.

    A document is what carries an `owl:versionInfo` or is an ontology or a concept scheme. A term
    belongs to the one that defines it; what another file only adds about it belongs to the document
    of that file. Raises InvalidInput where nothing can be compared, else as `documents.read` does.
    """
    if path.is_dir():
        rooms = Rooms(path)
        files = [*rooms.ontology_files(), *rooms.scheme_files(), *rooms.shape_files("reviewed")]
    else:
        files = [path]
    by_file = [source.statements(file) for file in files]
    headers = _headers(t for triples in by_file for t in triples)
    if not headers:
        raise InvalidInput(
            f"{path} holds no ontology and no concept scheme, so that there is no version to "
            "compare. Name an RDF file of a vocabulary, or the folder of its data rooms."
        )
    found = {iri: Signature(header) for iri, header in headers.items()}
    owners = _Owners(headers, [t for triples in by_file for t in triples])
    for triples in by_file:
        _sort(triples, owners, found)
    return found


def _headers(triples: Iterable[ox.Triple]) -> dict[str, Header]:
    headers: dict[str, Header] = {}
    names = {OWL + "versionInfo": "info", OWL + "versionIRI": "version_iri",
             OWL + "priorVersion": "prior"}  # fmt: skip
    told: list[tuple[str, str, str]] = []
    for triple in triples:
        if not isinstance(triple.subject, ox.NamedNode):
            continue
        predicate, value = triple.predicate.value, getattr(triple.object, "value", "")
        if predicate == RDF_TYPE and value in _HEADERS:
            headers.setdefault(triple.subject.value, Header(triple.subject.value))
        elif predicate in names:
            told.append((triple.subject.value, names[predicate], value))
    for subject, name, value in sorted(told):
        if name == "info":
            headers.setdefault(subject, Header(subject))
        if subject in headers:
            setattr(headers[subject], name, value)
    return headers


class _Owners:
    """Which document a term belongs to."""

    def __init__(self, headers: Mapping[str, Header], triples: list[ox.Triple]) -> None:
        self._headers = headers
        self._named: dict[str, str] = {}
        for predicate in (SKOS + "topConceptOf", SKOS + "inScheme", RDFS + "isDefinedBy"):
            for triple in triples:
                target = getattr(triple.object, "value", "")
                if triple.predicate.value == predicate and target in headers:
                    self._named[getattr(triple.subject, "value", "")] = target

    def of(self, iri: str) -> str | None:
        """The document that defines a term; None for a term of somebody else."""
        if iri in self._headers:
            return iri
        named = self._named.get(iri)
        if named:
            return named
        # The longest name that it continues, at a hash or a slash.
        ends = [i for i, c in enumerate(iri) if c in "#/"]
        names = (name for i in reversed(ends) for name in (iri[: i + 1], iri[:i]))
        return next((name for name in names if name in self._headers), None)

    def sole(self, triples: list[ox.Triple]) -> str | None:
        """The document that a file is, where it has one header."""
        inside = {
            t.subject.value
            for t in triples
            if isinstance(t.subject, ox.NamedNode) and t.subject.value in self._headers
        }
        return next(iter(inside)) if len(inside) == 1 else None


def _sort(triples: list[ox.Triple], owners: _Owners, found: dict[str, Signature]) -> None:
    """Lay the statements of a file to the terms and documents that they belong to."""
    blank = _told(triples)
    declared = {
        t.subject.value
        for t in triples
        if t.predicate.value == RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }
    sole = owners.sole(triples)
    # Foreign terms belong to the file's document, or to the first there is.
    home = sole or min(found)
    for triple in triples:
        if not isinstance(triple.subject, ox.NamedNode):
            continue
        subject, predicate = triple.subject.value, triple.predicate.value
        owner = owners.of(subject) or home
        if sole and sole != owner and subject not in declared:
            owner = sole
        if subject == owner and predicate in _VERSIONING:
            continue
        value = (
            blank[triple.object] if isinstance(triple.object, ox.BlankNode) else str(triple.object)
        )
        found[owner].terms.setdefault(subject, {}).setdefault(predicate, set()).add(value)
    pointed = {t.object for t in triples if isinstance(t.object, ox.BlankNode)}
    for node, text in blank.items():
        if node not in pointed:
            axioms = found[home].terms.setdefault(_GENERAL, {})
            axioms.setdefault(OWL + "Axiom", set()).add(text)


def _told(triples: list[ox.Triple]) -> dict[ox.BlankNode, str]:
    """Each blank node by what it says, the innermost first.

    A node that leads back to itself is told as far as a bounded number of rounds tells it apart.
    """
    says: dict[ox.BlankNode, list[tuple[str, ox.BlankNode | str]]] = {}
    for triple in triples:
        if isinstance(triple.object, ox.BlankNode):
            says.setdefault(triple.object, [])
        if isinstance(triple.subject, ox.BlankNode):
            value = triple.object if isinstance(triple.object, ox.BlankNode) else str(triple.object)
            says.setdefault(triple.subject, []).append((triple.predicate.value, value))
    waiting = {n: sum(isinstance(v, ox.BlankNode) for _, v in s) for n, s in says.items()}
    above: dict[ox.BlankNode, list[ox.BlankNode]] = {}
    for node, statements in says.items():
        for _, value in statements:
            if isinstance(value, ox.BlankNode):
                above.setdefault(value, []).append(node)
    told: dict[ox.BlankNode, str] = {}
    ready = [node for node, count in waiting.items() if count == 0]
    while ready:
        node = ready.pop()
        told[node] = _text(says[node], told)
        for upper in above.get(node, []):
            waiting[upper] -= 1
            if waiting[upper] == 0:
                ready.append(upper)
    circling = {node: "[]" for node in says if node not in told}
    for _ in range(min(len(circling), _ROUNDS)):
        circling = {node: _text(says[node], told | circling) for node in circling}
    return told | circling


def _text(
    statements: list[tuple[str, ox.BlankNode | str]], told: Mapping[ox.BlankNode, str]
) -> str:
    parts = sorted(
        f"{compact(predicate)} {told[v] if isinstance(v, ox.BlankNode) else v}"
        for predicate, v in statements
    )
    text = f"[ {' ; '.join(parts)} ]"
    if len(text) <= _LONGEST:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{text[: _LONGEST // 2]}… #{digest} ]"
