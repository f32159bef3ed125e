"""Small shapes of our own, so that these tests do not change when the shapes of records do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyoxigraph as ox
import pytest
import rdflib

from practicegraph.iris import Iris
from practicegraph.record import Record

BASE = "https://example.org"
PREFIXES = """
@prefix ex: <https://example.org/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

SHAPES = (
    PREFIXES
    + """
ex:Thing-shape a sh:NodeShape ;
    sh:targetClass ex:Thing ;
    sh:property ex:title, ex:code, ex:link, ex:loop, ex:grand, ex:sized, ex:pair .

ex:title a sh:PropertyShape ;
    sh:path dct:title ; sh:name "Title"@en, "Titolo"@it ; sh:order 1 ;
    sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ;
    sh:message "Add a title."@en, "Aggiungere un titolo."@it .

ex:code a sh:PropertyShape ;
    sh:path ex:code ; sh:order 2 ; sh:severity sh:Warning ;
    sh:datatype xsd:integer ; sh:maxCount 1 ; sh:minInclusive 1 ;
    sh:message "The code {?value} is none."@en .

ex:link a sh:PropertyShape ;
    sh:path ex:link ; sh:order 3 ; sh:class ex:Thing ; sh:nodeKind sh:IRI ;
    sh:message "Link to a thing." .

ex:loop a sh:PropertyShape ;
    sh:path ex:link ; sh:order 4 ; sh:sparql ex:loop-query ;
    sh:message "Break the loop."@en, "Spezzare il giro."@it .

ex:loop-query a sh:SPARQLConstraint ;
    sh:message "No loop through {?value}, {$this}."@en ;
    sh:select '''SELECT DISTINCT $this ?value WHERE {
        $this $PATH ?value . ?value <https://example.org/ns#link>* $this
    }''' .

ex:grand a sh:PropertyShape ;
    sh:path ( ex:link [ sh:inversePath ex:link ] ) ; sh:maxCount 2 ; sh:severity sh:Info .

ex:sized a sh:PropertyShape ;
    sh:path ex:size ; sh:or ( ex:small [ sh:datatype xsd:decimal ] ) .
ex:small a sh:NodeShape ; sh:datatype xsd:integer ; sh:maxInclusive 9 .

ex:pair a sh:PropertyShape ; sh:path ex:from ; sh:disjoint ex:to ; sh:node ex:year .
ex:year a sh:NodeShape ; sh:pattern "^[0-9]{4}$" ; sh:datatype xsd:gYear .

ex:Titled a sh:NodeShape ;
    sh:targetSubjectsOf dct:title ; sh:property [ sh:path rdf:type ; sh:minCount 1 ] .
ex:Linked a sh:NodeShape ;
    sh:targetObjectsOf ex:link ; sh:severity sh:Info ; sh:nodeKind sh:IRI ; sh:not ex:small .
ex:Off a sh:NodeShape ;
    sh:targetClass ex:Thing ; sh:deactivated true ; sh:closed true .
"""
)


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(data=SHAPES, format="turtle")


@pytest.fixture(scope="session")
def parse() -> Callable[[str], list[ox.Triple]]:
    """Triples of a text in Turtle, relative to the base and with the usual prefixes."""

    def parsed(text: str) -> list[ox.Triple]:
        quads = ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, base_iri=BASE + "/")
        return [quad.triple for quad in quads]

    return parsed


@pytest.fixture(scope="session")
def record(parse: Callable[[str], list[ox.Triple]]) -> Callable[[str], Record]:
    """The record that a text in Turtle speaks about."""

    def made(text: str) -> Record:
        triples: Sequence[ox.Triple] = parse(text)
        [iri] = {str(t.subject).strip("<>").partition("#")[0] for t in triples}
        return Record.of(iri, triples, Iris(BASE))

    return made
