"""What a reasoner can be told of an RDF graph: its OWL 2 DL part.

Vocabularies are published as RDF, and RDF says more than a description logic can take in. What is
left out, and why:

- *Every statement about RDF, RDFS, OWL and XML Schema themselves*: a class of all classes is
  outside the logic.
- *Annotations* (labels, definitions, notes, headers): they mean nothing to a reasoner.
- *Mappings between terms* (`gp:Outcome skos:relatedMatch dqv:QualityMeasurement`) and what else is
  said of a term that an ontology defines: terms are looked at as classes and properties. As
  individuals ours would all turn out to be `skos:Concept`, and those of SHACL to be shapes.
- *Datatypes*: HermiT knows neither `xsd:date` nor `xsd:gYear` nor language tags, and dates are
  written as precisely as they are known (docs/decisions/0004), which the range `xsd:dateTime` of
  `prov:startedAtTime` does not allow. Every literal becomes a string and no data property keeps
  its range. Its domain stays: who has a `prov:startedAtTime` is a `prov:Activity`.

A property that is published as `rdf:Property` alone is an object or a data property by its use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

_LANGUAGES: Final = tuple(str(n) for n in (RDF, RDFS, OWL, XSD))
_CLASSES: Final = (OWL.Class, RDFS.Class)
_HEADERS: Final = (OWL.Ontology, URIRef("http://purl.org/vocommons/voaf#Vocabulary"))

#: What is said about classes, and about properties of either kind.
CLASS_AXIOMS: Final = (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith)
PROPERTY_AXIOMS: Final = (
    RDFS.subPropertyOf,
    OWL.equivalentProperty,
    OWL.propertyDisjointWith,
    OWL.inverseOf,
    RDFS.domain,
    RDFS.range,
)
_OBJECT_TRAITS: Final = (
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
    OWL.AsymmetricProperty,
    OWL.ReflexiveProperty,
    OWL.IrreflexiveProperty,
)
_IDENTITY: Final = (OWL.sameAs, OWL.differentFrom)


class Axioms:
    """The OWL 2 DL part of `graph`, parted into what is said of terms and of individuals.

    `terms` declares every class and property and holds the axioms; `facts` holds what is asserted
    of individuals, who are the names in `individuals`.
    """

    def __init__(self, graph: rdflib.Graph) -> None:
        self._graph = graph
        self._headers = {s for kind in _HEADERS for s in graph.subjects(RDF.type, kind)}
        self.classes = self._find_classes()
        self.object_properties, self.data_properties = self._find_properties()
        self._known = {*graph.subjects(RDF.type, RDF.Property), *self._declared_properties()}
        self.terms = rdflib.Graph(bind_namespaces="none")
        self.facts = rdflib.Graph(bind_namespaces="none")
        for triple in self._term_statements():
            self.terms.add(triple)
        for triple in self._fact_statements():
            self.facts.add(triple)
        self.individuals = {s for s in self.facts.subjects() if isinstance(s, URIRef)} | {
            o
            for _, p, o in self.facts
            if isinstance(o, URIRef) and (p in self.object_properties or p in _IDENTITY)
        }

    # Which names are what

    def _find_classes(self) -> set[Node]:
        graph = self._graph
        found: set[Node] = {s for kind in _CLASSES for s in graph.subjects(RDF.type, kind)}
        for axiom in CLASS_AXIOMS:
            for below, above in graph.subject_objects(axiom):
                found |= {below, above}
        # A type that nobody declares is a class all the same; `gp:GoodPractice` misspelt is, too.
        found.update(graph.objects(None, RDF.type))
        return {c for c in found if isinstance(c, URIRef) and not _of_a_language(c)}

    def _declared_properties(self) -> Iterator[Node]:
        kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, *_OBJECT_TRAITS)
        for kind in kinds:
            yield from self._graph.subjects(RDF.type, kind)

    def _find_properties(self) -> tuple[set[Node], set[Node]]:
        graph = self._graph
        objects = set(graph.subjects(RDF.type, OWL.ObjectProperty))
        data = set(graph.subjects(RDF.type, OWL.DatatypeProperty))
        notes = set(graph.subjects(RDF.type, OWL.AnnotationProperty)) - objects - data
        undecided = {
            p
            for p in {*graph.predicates(), *graph.subjects(RDF.type, RDF.Property)}
            if p not in objects and p not in data and p not in notes and not _of_a_language(p)
        }
        # One that is declared both ways is decided by its use as well.
        undecided |= objects & data
        objects, data = objects - undecided, data - undecided
        for term in undecided:
            values = {isinstance(o, Literal) for o in graph.objects(None, term)}
            ranges = {o in self.classes for o in graph.objects(term, RDFS.range)}
            if False in values or (not values and True in ranges):
                objects.add(term)
            elif True in values:
                data.add(term)
        return {p for p in objects if not _of_a_language(p)}, {
            p for p in data if not _of_a_language(p)
        }

    # What is said of terms

    def _term_statements(self) -> Iterator[tuple[Node, Node, Node]]:
        for term in self.classes:
            yield term, RDF.type, OWL.Class
            for axiom in CLASS_AXIOMS:
                for other in self._graph.objects(term, axiom):
                    if self._is_class(other):
                        yield term, axiom, other
                        yield from self._expression(other)
        for kind, terms in (
            (OWL.ObjectProperty, self.object_properties),
            (OWL.DatatypeProperty, self.data_properties),
        ):
            for term in terms:
                yield term, RDF.type, kind
                yield from self._property_statements(term, terms)

    def _property_statements(
        self, term: Node, alike: set[Node]
    ) -> Iterator[tuple[Node, Node, Node]]:
        about_objects = alike is self.object_properties
        for trait in _OBJECT_TRAITS if about_objects else (OWL.FunctionalProperty,):
            if (term, RDF.type, trait) in self._graph:
                yield term, RDF.type, trait
        for axiom in PROPERTY_AXIOMS:
            for other in self._graph.objects(term, axiom):
                if axiom in (RDFS.domain, RDFS.range):
                    fits = self._is_class(other) and (about_objects or axiom == RDFS.domain)
                else:
                    fits = other in alike and (about_objects or axiom != OWL.inverseOf)
                if fits:
                    yield term, axiom, other
                    yield from self._expression(other)

    def _is_class(self, node: Node) -> bool:
        return node in self.classes or node == OWL.Nothing or isinstance(node, BNode)

    def _expression(self, node: Node) -> Iterator[tuple[Node, Node, Node]]:
        """Everything said of an anonymous class, such as a restriction, down to its names."""
        waiting, seen = [node], set()
        while waiting:
            here = waiting.pop()
            if not isinstance(here, BNode) or here in seen:
                continue
            seen.add(here)
            for predicate, value in self._graph.predicate_objects(here):
                yield here, predicate, value
                waiting.append(value)

    # What is said of individuals

    def _fact_statements(self) -> Iterator[tuple[Node, Node, Node]]:
        terms = self.classes | self._known | self.object_properties | self.data_properties
        terms |= {s for s, o in self._graph.subject_objects(RDFS.isDefinedBy) if o in self._headers}
        for subject, predicate, value in self._graph:
            if not isinstance(subject, URIRef) or _of_a_language(subject):
                continue
            if subject in terms or subject in self._headers:
                continue
            if predicate == RDF.type:
                if value in self.classes:
                    yield subject, predicate, value
            elif predicate in self.data_properties:
                if isinstance(value, Literal):
                    yield subject, predicate, _as_string(value)
            elif isinstance(value, URIRef) and (
                predicate in self.object_properties or predicate in _IDENTITY
            ):
                yield subject, predicate, value


def _of_a_language(node: Node) -> bool:
    """Whether a name belongs to the languages in which vocabularies are written."""
    return str(node).startswith(_LANGUAGES)


def _as_string(value: Literal) -> Literal:
    """A string that is the same for two literals only when they are the same term."""
    mark = value.language or value.datatype
    return Literal(str(value) if mark is None else f"{value} ({mark})")
