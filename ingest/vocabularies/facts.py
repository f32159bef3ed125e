"""What a file says about concepts, as far as anything of it is used, before it is put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from practicegraph.errors import TooLarge
from practicegraph.namespaces import ADMS, DCT, OWL, RDF, RDF_TYPE, RDFS, SKOS

AT: Final = "http://publications.europa.eu/ontology/authority/"
EUVOC: Final = "http://publications.europa.eu/ontology/euvoc#"
XL: Final = "http://www.w3.org/2008/05/skos-xl#"
DC: Final = "http://purl.org/dc/elements/1.1/"

#: Statements that one load may use; EuroVoc in all its languages is below half of it.
MAX_STATEMENTS: Final = 1_000_000

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal

#: Everything that is looked at, whatever the profile of SKOS; all else is passed over.
_USED: Final = frozenset(
    {
        RDF_TYPE,
        RDF + "value",
        RDFS + "label",
        DC + "identifier",
        ADMS + "status",
        OWL + "deprecated",
        OWL + "versionInfo",
        *(DCT + name for name in ("title", "description", "identifier", "license", "isReplacedBy")),
        *(
            SKOS + name
            for name in (
                "prefLabel",
                "altLabel",
                "hiddenLabel",
                "notation",
                "definition",
                "inScheme",
                "topConceptOf",
                "hasTopConcept",
                "broader",
                "narrower",
                "exactMatch",
                "closeMatch",
                "broadMatch",
                "narrowMatch",
            )
        ),
        *(XL + name for name in ("prefLabel", "altLabel", "hiddenLabel", "literalForm")),
        *(AT + name for name in ("prefLabel", "authority-code", "op-code", "deprecated")),
        *(AT + name for name in ("start.use", "end.use")),
        *(EUVOC + name for name in ("status", "startDate", "endDate", "xlDefinition", "xlNote")),
    }
)
_CONCEPT: Final = ox.NamedNode(SKOS + "Concept")
_SCHEME: Final = ox.NamedNode(SKOS + "ConceptScheme")


@dataclass(slots=True)
class Facts:
    """What is said about nodes: node → IRI of the property → values, each once, as they came."""

    about: dict[Node, dict[str, dict[Value, None]]] = field(default_factory=dict)
    size: int = 0

    def add(self, subject: Node, predicate: str, value: Value) -> None:
        """Take in a statement, unless nothing looks at its property. Raises TooLarge."""
        if predicate not in _USED:
            return
        values = self.about.setdefault(subject, {}).setdefault(predicate, {})
        if value not in values:
            values[value] = None
            self.size += 1
            if self.size > MAX_STATEMENTS:
                raise TooLarge(
                    f"There are more than {MAX_STATEMENTS:,} statements about concepts; load a "
                    "smaller table, or fewer files at once."
                )

    def merge(self, other: Facts) -> None:
        """Take in all that other facts say."""
        for subject, of_subject in other.about.items():
            for predicate, values in of_subject.items():
                for value in values:
                    self.add(subject, predicate, value)

    def of(self, subject: Node, *predicates: str) -> list[Value]:
        """The values that a node has under these properties, first those of the first."""
        known = self.about.get(subject, {})
        return [value for predicate in predicates for value in known.get(predicate, ())]

    def nodes(self, subject: Node, predicate: str) -> Iterable[ox.NamedNode]:
        """The IRIs that a node has under a property."""
        return (v for v in self.of(subject, predicate) if isinstance(v, ox.NamedNode))

    def schemes(self) -> dict[str, set[ox.NamedNode]]:
        """IRI of a scheme → its concepts; `""` → concepts that are in none.

        In a document that declares one scheme, concepts that name none are in that one.
        """
        found: dict[str, set[ox.NamedNode]] = defaultdict(set)
        declared: set[ox.NamedNode] = set()
        homeless: set[ox.NamedNode] = set()
        for subject in self.about:
            if not isinstance(subject, ox.NamedNode):
                continue
            types = self.of(subject, RDF_TYPE)
            if _SCHEME in types:
                declared.add(subject)
                for concept in self.nodes(subject, SKOS + "hasTopConcept"):
                    if concept in self.about:  # else a scheme names what nobody describes
                        found[subject.value].add(concept)
                continue
            places = {
                *self.nodes(subject, SKOS + "inScheme"),
                *self.nodes(subject, SKOS + "topConceptOf"),
            }
            for scheme in places:
                found[scheme.value].add(subject)
            if not places and _CONCEPT in types:
                homeless.add(subject)
        placed = {concept for concepts in found.values() for concept in concepts}
        homeless -= placed
        if homeless:
            only = declared.pop().value if len(declared) == 1 else ""
            found[only] |= homeless
        return dict(found)
