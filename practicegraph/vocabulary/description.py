"""What the documentation of the vocabulary tells, read from the rooms and from nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import rdflib
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS, VANN

from practicegraph import artefacts, fields
from practicegraph.artefacts import Rooms
from practicegraph.concepts import Vocabularies
from practicegraph.errors import InvalidInput
from practicegraph.fields import Field, Need, texts
from practicegraph.iris import CONTEXT, term_address
from practicegraph.namespaces import GP, compact
from practicegraph.texts import Texts
from practicegraph.vocabulary import rules, schemes, source
from practicegraph.vocabulary.schemes import Scheme, is_deprecated
from practicegraph.vocabulary.source import Source

_ALIGNMENTS: Final = GP.removesuffix("#") + "/alignments"
_CLASSES: Final = (OWL.Class, RDFS.Class)
_PROPERTIES: Final = (
    OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property,
)  # fmt: skip
_AXIOMS: Final = (
    RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty,
    OWL.disjointWith, OWL.inverseOf,
)  # fmt: skip
_MAPPINGS: Final = (
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a document of the vocabulary says about itself."""

    iri: str
    titles: Texts
    descriptions: Texts
    version: str
    version_iri: str
    prior: str
    licence: str
    citations: Texts
    creators: tuple[tuple[str, Texts], ...]
    dates: tuple[tuple[str, str], ...]
    prefix: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class or a property, of ours or of others. `anchor` is its place on the page.

    `axioms` and `mappings` are pairs of a relation and what it leads to, both IRIs.
    """

    iri: str
    anchor: str
    name: str
    kind: str
    own: bool
    labels: Texts
    definitions: Texts
    notes: Texts
    axioms: tuple[tuple[str, str], ...]
    mappings: tuple[tuple[str, str], ...]
    deprecated: bool


@dataclass(frozen=True, slots=True)
class UsedField:
    """A field of a class, with what each profile asks; `lists` are those its values come from."""

    listed: Field
    reviewed: Field
    lists: tuple[Scheme, ...]

    @property
    def needs(self) -> dict[str, Need]:
        """Profile → how much it asks for the field."""
        return {"listed": self.listed.need, "reviewed": self.reviewed.need}


@dataclass(frozen=True, slots=True)
class DescribedClass:
    """A class with its fields; `alike` are the classes whose fields are the same."""

    term: Term
    alike: tuple[Term, ...]
    fields: tuple[UsedField, ...]
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DescribedProperty:
    """A property with the classes that use it and how."""

    term: Term
    uses: tuple[tuple[Term, UsedField], ...]


@dataclass(frozen=True, slots=True)
class Description:
    """The whole vocabulary, ready to be shown.

    `addresses` tells of every IRI that is documented the path, with its fragment, where that is.
    """

    rooms: Rooms
    header: Header
    alignments: Header | None
    shapes_header: Header | None
    classes: tuple[DescribedClass, ...]
    properties: tuple[DescribedProperty, ...]
    schemes: tuple[Scheme, ...]
    lists: tuple[Scheme, ...]
    shapes: rules.Shapes
    addresses: Mapping[str, str]

    def vocabulary(self, name: str) -> Scheme | None:
        """The scheme or list of this name."""
        return next((s for s in (*self.schemes, *self.lists) if s.name == name), None)


def ontology_file(rooms: Rooms, part: str = "gp") -> Path | None:
    """The file of the namespace document, or of the part named, if the rooms have it."""
    return next((f for f in rooms.ontology_files() if f.stem == part), None)


@lru_cache(maxsize=4)
def describe(rooms: Rooms = artefacts.OWN, vocabularies: Vocabularies | None = None) -> Description:
    """Read the rooms; of lists kept by others `vocabularies` are what is in force.

    Raises InvalidInput where there is no namespace document, and what `documents.read` raises for
    a file that cannot be parsed.
    """
    main = ontology_file(rooms)
    if main is None:
        raise InvalidInput(
            f"{rooms.root} holds no vocabulary: there is no gp.ttl in {rooms.ontology}. Name the "
            "folder in which the data rooms lie."
        )
    # The namespace document first: its order is the order in which terms are shown.
    ontology = source.read([main, *(f for f in rooms.ontology_files() if f != main)])
    listed = source.read(rooms.shape_files("listed"))
    reviewed = source.read(rooms.shape_files("reviewed"))
    published = source.read(rooms.published_files())
    own = [
        s for f in rooms.scheme_files() if (s := schemes.own_scheme(f, ontology.graph)) is not None
    ]
    own_files = {*rooms.scheme_files()}
    if vocabularies is None:
        lists = [schemes.external_list(f) for f in rooms.vocabulary_files() if f not in own_files]
    else:
        lists = [schemes.official_list(v) for v in vocabularies if not v.own]
    words = _Words(ontology, reviewed, published)
    uses = _uses(listed, reviewed, [*own, *lists])
    classes = _classes(words, uses)
    properties = _properties(words, classes)
    headers = (
        _header(ontology.graph, _main(ontology.graph)),
        _header(ontology.graph, _ALIGNMENTS) if _has(ontology.graph, _ALIGNMENTS) else None,
        next((_header(reviewed.graph, iri) for iri in _ontologies(reviewed.graph)), None),
    )
    shapes = rules.read(listed, reviewed, [c.term.iri for c in classes])
    terms = [
        *(t for c in classes for t in (c.term, *c.alike)), *(p.term for p in properties)
    ]  # fmt: skip
    return Description(
        rooms,
        *headers,
        classes,
        properties,
        tuple(own),
        tuple(lists),
        shapes,
        _addresses(filter(None, headers), terms, own, shapes),
    )


def _addresses(
    headers: Iterable[Header], terms: Iterable[Term], own: Iterable[Scheme], shapes: rules.Shapes
) -> dict[str, str]:
    """Where each documented IRI is documented."""
    iris = [CONTEXT]
    for header in headers:
        iris += [header.iri, header.version_iri, *(creator for creator, _ in header.creators)]
        # Of an earlier version the present page tells what came after it.
        iris += [header.prior] if header.prior else []
    for scheme in own:
        iris += [*scheme.iris, *(concept.iri for concept in scheme.concepts)]
    for rule in shapes.all():
        iris += [rule.iri, *(query for query, _ in rule.queries)]
    iris += [term.iri for term in terms]
    found = {iri: address for iri in iris if (address := term_address(iri))}
    for term in terms:
        found.setdefault(term.iri, f"/ontology#{term.anchor}")
    return found


class _Words:
    """What the files say about single terms."""

    def __init__(self, ontology: Source, shapes: Source, published: Source) -> None:
        self.ontology, self.shapes, self.published = ontology, shapes, published

    def declared(self, kinds: Iterable[rdflib.URIRef]) -> list[str]:
        """Own terms of these kinds, as the namespace document has them."""
        graph = self.ontology.graph
        found = {str(s) for kind in kinds for s in graph.subjects(RDF.type, kind)}
        return sorted((i for i in found if i.startswith(GP)), key=self.ontology.place)

    def term(self, iri: str, names: Texts) -> Term:
        """What is said about a term; `names` stand in where it has no label here."""
        graph, node = self.ontology.graph, rdflib.URIRef(iri)
        own = iri.startswith(GP)
        types = sorted(str(t) for t in graph.objects(node, RDF.type))
        return Term(
            iri,
            iri.removeprefix(GP) if own else compact(iri).strip("<>"),
            compact(iri).strip("<>"),
            compact(types[0]) if types else "",
            own,
            texts(graph, node, RDFS.label) or names,
            texts(graph, node, SKOS.definition) or texts(graph, node, RDFS.comment),
            texts(graph, node, SKOS.scopeNote) or texts(graph, node, VANN.usageNote),
            self._pairs(node, _AXIOMS),
            self._pairs(node, _MAPPINGS),
            is_deprecated(graph, node),
        )

    def _pairs(
        self, node: rdflib.URIRef, relations: Iterable[rdflib.URIRef]
    ) -> tuple[tuple[str, str], ...]:
        return tuple(
            (str(relation), str(target))
            for relation in relations
            for target in sorted(self.ontology.graph.objects(node, relation), key=str)
            if isinstance(target, rdflib.URIRef)
        )


def _uses(
    listed: Source, reviewed: Source, lists: list[Scheme]
) -> dict[str, tuple[UsedField, ...]]:
    """Class IRI → its fields."""
    strict = fields.read(reviewed.graph)
    return {
        cls: tuple(
            UsedField(field, strict[cls][property_], _lists_of(field, lists))
            for property_, field in of_class.items()
        )
        for cls, of_class in fields.read(listed.graph).items()
    }


def _lists_of(field: Field, lists: list[Scheme]) -> tuple[Scheme, ...]:
    values = field.values
    pattern = values.addresses()

    def holds(scheme: Scheme) -> bool:
        if scheme.own or values.schemes:
            return bool({*scheme.iris} & {*values.schemes})
        if values.choices:
            return bool(scheme.concepts) and all(
                choice in {c.iri for c in scheme.concepts} for choice in values.choices
            )
        return pattern is not None and any(pattern.search(c.iri) for c in scheme.concepts)

    return tuple(filter(holds, lists))


def _classes(words: _Words, uses: dict[str, tuple[UsedField, ...]]) -> tuple[DescribedClass, ...]:
    own = words.declared(_CLASSES)
    foreign = sorted((c for c in uses if c not in own), key=words.shapes.place)
    graph = words.shapes.graph
    found: list[DescribedClass] = []
    groups: dict[tuple[str, ...], list[str]] = {}
    for cls in (*own, *foreign):
        shown = tuple(f.listed.shape for f in uses.get(cls, ()))
        groups.setdefault(shown if cls not in own else (cls,), []).append(cls)
    for group in groups.values():
        # Of classes with the same fields the one that has the most rules stands for the others.
        shapes = {c: _shapes_of(words, c) for c in group}
        first = max(group, key=lambda c: (len(shapes[c]), c))
        names = [texts(graph, rdflib.URIRef(s), RDFS.label) for s in shapes[first]]
        label = next((n for n in names if n), {})
        found.append(
            DescribedClass(
                words.term(first, label),
                tuple(words.term(c, label) for c in sorted(group) if c != first),
                uses.get(first, ()),
                shapes[first],
            )
        )
    return tuple(found)


def _shapes_of(words: _Words, cls: str) -> tuple[str, ...]:
    found = map(str, words.shapes.graph.subjects(SH.targetClass, rdflib.URIRef(cls)))
    return tuple(sorted(found, key=words.shapes.place))


def _properties(
    words: _Words, classes: tuple[DescribedClass, ...]
) -> tuple[DescribedProperty, ...]:
    used: dict[str, list[tuple[Term, UsedField]]] = {}
    for cls in classes:
        for field in cls.fields:
            used.setdefault(field.listed.property, []).append((cls.term, field))
    own = words.declared(_PROPERTIES)
    foreign = sorted(p for p in used if p not in own)
    return tuple(
        DescribedProperty(
            words.term(iri, used[iri][0][1].listed.names if iri in used else {}),
            tuple(used.get(iri, ())),
        )
        for iri in (*own, *sorted(foreign, key=compact))
    )


def _main(graph: rdflib.Graph) -> str:
    name = GP.removesuffix("#")
    return name if _has(graph, name) else next(iter(_ontologies(graph)), name)


def _has(graph: rdflib.Graph, iri: str) -> bool:
    return (rdflib.URIRef(iri), None, None) in graph


def _ontologies(graph: rdflib.Graph) -> list[str]:
    return sorted(map(str, graph.subjects(RDF.type, OWL.Ontology)))


def _header(graph: rdflib.Graph, iri: str) -> Header:
    node = rdflib.URIRef(iri)

    def one(property_: rdflib.URIRef) -> str:
        return min(map(str, graph.objects(node, property_)), default="")

    creators = sorted(map(str, graph.objects(node, DCTERMS.creator)))
    dates = ((name, one(DCTERMS[name])) for name in ("created", "issued", "modified"))
    return Header(
        iri,
        texts(graph, node, DCTERMS.title),
        texts(graph, node, DCTERMS.description) or texts(graph, node, DCTERMS.abstract),
        one(OWL.versionInfo),
        one(OWL.versionIRI),
        one(OWL.priorVersion),
        one(DCTERMS.license),
        texts(graph, node, DCTERMS.bibliographicCitation),
        tuple((c, texts(graph, rdflib.URIRef(c), FOAF.name)) for c in creators),
        tuple((name, date) for name, date in dates if date),
        one(VANN.preferredNamespacePrefix),
        one(VANN.preferredNamespaceUri),
    )
