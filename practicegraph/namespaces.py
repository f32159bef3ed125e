"""The prefix table: every namespace that this project writes or reads, once."""

from __future__ import annotations

from typing import Final

GP: Final = "https://w3id.org/practicegraph/ns#"
GPSH: Final = "https://w3id.org/practicegraph/shapes#"
SCHEME: Final = "https://w3id.org/practicegraph/scheme/"
#: Names of our own texts for people: templates of messages.
MESSAGE: Final = "urn:practicegraph-message:"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCT: Final = "http://purl.org/dc/terms/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
ORG: Final = "http://www.w3.org/ns/org#"
PROV: Final = "http://www.w3.org/ns/prov#"
CV: Final = "http://data.europa.eu/m8g/"
CPSV: Final = "http://purl.org/vocab/cpsv#"
ADMS: Final = "http://www.w3.org/ns/adms#"

RDF_TYPE: Final = RDF + "type"

PREFIXES: Final[dict[str, str]] = {
    "gp": GP,
    "gpsh": GPSH,
    "adms": ADMS,
    "cpsv": CPSV,
    "cv": CV,
    "dcat": DCAT,
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": DCT,
    "dqv": "http://www.w3.org/ns/dqv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": FOAF,
    "frapo": "http://purl.org/cerif/frapo/",
    "locn": "http://www.w3.org/ns/locn#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": SH,
    "skos": SKOS,
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}


def compact(iri: str) -> str:
    """Return `iri` as a prefixed name for people, or `<iri>` where no prefix of ours covers it.

    Meant for messages and tables; the result is not guaranteed to be a valid Turtle local name.
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            local = iri[len(namespace) :]
            if "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
    return f"<{iri}>"
