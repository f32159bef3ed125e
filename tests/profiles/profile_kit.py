"""What the tests of the profiles share: small records, graphs, and the published shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from practicegraph import artefacts
from practicegraph.iris import Iris
from practicegraph.namespaces import PREFIXES
from practicegraph.record import Record, to_rdflib
from practicegraph.revisions import Provenance

BASE = "http://127.0.0.1:8000"
IRIS = Iris(BASE)
ANYONE = Provenance(agent="test", activity="test")
_HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

#: A public body, and one that is not.
TOWN = """
<id/organisation/town> a cv:PublicOrganisation, org:Organization, foaf:Organization, foaf:Agent ;
    dct:identifier "town" ;
    skos:prefLabel "Town"@en ; dct:title "Town"@en ; foaf:name "Town"@en ;
    skos:altLabel "The town"@en, "A town"@en, "La città"@it ;
    dct:type <http://purl.org/adms/publishertype/LocalAuthority> ;
    foaf:homepage <https://town.example.org/> ;
    dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> .
"""
CLUB = """
<id/organisation/club> a org:Organization, foaf:Organization, foaf:Agent ;
    dct:identifier "club" ;
    skos:prefLabel "Club"@en ; dct:title "Club"@en ; foaf:name "Club"@en ;
    dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> .
"""
#: A service with every part that the profile has a place for, and with parts that say too little.
SERVICE = """
<id/service/library> a cpsv:PublicService ;
    dct:identifier "library" ;
    dct:title "Library"@en ;
    dct:description "Lends books."@en ;
    dct:language <http://publications.europa.eu/resource/authority/language/ITA> ;
    dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> ;
    cv:thematicArea <http://publications.europa.eu/resource/authority/data-theme/EDUC> ;
    cv:hasCompetentAuthority <id/organisation/town>, <id/organisation/club> ;
    cv:hasChannel <id/service/library#desk> ;
    cpsv:produces <id/service/library#loan>, <id/service/library#nameless> ;
    cv:isGroupedBy <id/service/library#school> ;
    cv:hasParticipation <id/service/library#participation-1>, <id/service/library#nobody> ;
    cv:hasLegalResource <https://law.example.org/1> .
<id/service/library#desk> a cv:Channel ; dct:description "The desk"@en ;
    foaf:page <https://town.example.org/desk> .
<id/service/library#loan> a cv:Output ; dct:identifier "loan" ; dct:title "A loan"@en .
<id/service/library#nameless> a cv:Output ; dct:identifier "nameless" .
<id/service/library#school> a cv:LifeEvent ; dct:identifier "school" ; dct:title "School"@en .
<id/service/library#participation-1> a cv:Participation ;
    dct:identifier "participation-1" ; dct:description "Reads aloud."@en ;
    cv:role <https://w3id.org/practicegraph/scheme/participant-role/co-producer> ;
    cv:hasParticipant <id/organisation/club> .
<id/service/library#nobody> a cv:Participation ;
    dct:identifier "nobody" ; dct:description "Has gone."@en ;
    cv:role <https://w3id.org/practicegraph/scheme/participant-role/co-producer> ;
    cv:hasParticipant <id/organisation/absent> .
"""


def record(turtle: str) -> Record:
    """The record of a piece of Turtle; its first subject is the thing."""
    triples = [
        quad.triple
        for quad in ox.parse((_HEADER + turtle).encode(), ox.RdfFormat.TURTLE, base_iri=f"{BASE}/")
    ]
    subject = triples[0].subject
    assert isinstance(subject, ox.NamedNode)
    return Record.of(subject.value.partition("#")[0], triples, IRIS)


def as_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The same statements in a graph of rdflib."""
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(to_rdflib(triple))
    return graph


def with_ontology(graph: rdflib.Graph) -> rdflib.Graph:
    """The graph together with our ontology, its alignments and all vocabularies that we carry."""
    files = [*artefacts.ontology_files(), *artefacts.vocabulary_files()]
    return graph + artefacts.parse_turtle(files)


def published_shapes(file: Path) -> rdflib.Graph:
    """Shapes as somebody else published them."""
    return rdflib.Graph().parse(file, format="turtle")


def findings(data: rdflib.Graph, shapes: rdflib.Graph) -> Sequence[tuple[str, str, str]]:
    """What pySHACL finds: severity, node and property of each result."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    return sorted(
        (
            str(report.value(result, SH.resultSeverity)).rpartition("#")[2],
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )
