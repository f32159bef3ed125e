"""What of a vocabulary a repository keeps: names, codes, definitions, structure, and nothing else.

Whatever words a file uses, a table says it in SKOS, with `owl:deprecated`, `dct:isReplacedBy`, and
`euvoc:startDate` and `euvoc:endDate` for the days between which a concept was used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ingest.privacy import without_personal
from ingest.vocabularies.facts import AT, DC, EUVOC, XL, Facts, Node
from practicegraph.errors import TooLarge
from practicegraph.namespaces import ADMS, DCT, OWL, RDF, RDF_TYPE, RDFS, SKOS, XSD
from practicegraph.texts import clean

#: Concepts that one table may have.
MAX_CONCEPTS: Final = 50_000

_TYPE: Final = ox.NamedNode(RDF_TYPE)
_CONCEPT: Final = ox.NamedNode(SKOS + "Concept")
_SCHEME: Final = ox.NamedNode(SKOS + "ConceptScheme")
_IN_SCHEME: Final = ox.NamedNode(SKOS + "inScheme")
_TOP: Final = ox.NamedNode(SKOS + "topConceptOf")
_BROADER: Final = ox.NamedNode(SKOS + "broader")
_NOTATION: Final = ox.NamedNode(SKOS + "notation")
_PREFERRED: Final = ox.NamedNode(SKOS + "prefLabel")
_ALTERNATIVE: Final = ox.NamedNode(SKOS + "altLabel")
_HIDDEN: Final = ox.NamedNode(SKOS + "hiddenLabel")
_DEFINITION: Final = ox.NamedNode(SKOS + "definition")
_REPLACED: Final = ox.NamedNode(DCT + "isReplacedBy")
_MATCHES: Final = tuple(
    ox.NamedNode(SKOS + name) for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")
)
_DEPRECATED: Final = ox.NamedNode(OWL + "deprecated")
_TRUE: Final = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
#: Last parts of the IRIs of a status with which a concept is no longer to be used.
_PAST: Final = frozenset({"deprecated", "retired", "withdrawn"})
_DATES: Final = (
    (ox.NamedNode(EUVOC + "startDate"), (EUVOC + "startDate", AT + "start.use")),
    (ox.NamedNode(EUVOC + "endDate"), (EUVOC + "endDate", AT + "end.use")),
)
_DATE: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_DATE_TYPE: Final = ox.NamedNode(XSD + "date")
#: Where a file keeps its codes, the first that it has.
_CODES: Final = (
    SKOS + "notation",
    AT + "authority-code",
    AT + "op-code",
    DC + "identifier",
    DCT + "identifier",
)


class Keeping:
    """Makes the statements of a table; `notes` says what had to be settled or was left out."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.notes: list[str] = []
        self._twice: list[str] = []
        self._nameless: list[str] = []
        self._contacts = 0
        self._tops: frozenset[ox.NamedNode] = frozenset()

    def table(self, scheme: str, concepts: Iterable[ox.NamedNode]) -> list[ox.Triple]:
        """The statements about a scheme and its concepts. Raises TooLarge."""
        members = sorted(set(concepts), key=str)
        if len(members) > MAX_CONCEPTS:
            raise TooLarge(
                f"{scheme} has {len(members):,} concepts; a table may have {MAX_CONCEPTS:,}."
            )
        self._tops = frozenset(self._facts.nodes(ox.NamedNode(scheme), SKOS + "hasTopConcept"))
        found = list(self._about_scheme(ox.NamedNode(scheme)))
        above = self._above(members)
        for concept in members:
            found += self._about(concept, ox.NamedNode(scheme), above.get(concept, ()))
        self._tell(self._nameless, "have no label")
        self._tell(self._twice, "have two preferred labels in one language; one is kept as such")
        if self._contacts:
            self.notes.append(f"e-mail addresses or telephone numbers left out: {self._contacts}")
        return found

    def _tell(self, concepts: list[str], what: str) -> None:
        if concepts:
            more = f" and {len(concepts) - 1} more" if len(concepts) > 1 else ""
            self.notes.append(f"{concepts[0]}{more} {what}")

    def _about_scheme(self, scheme: ox.NamedNode) -> Iterator[ox.Triple]:
        yield ox.Triple(scheme, _TYPE, _SCHEME)
        names = self._texts(scheme, SKOS + "prefLabel")
        names = names or self._texts(scheme, DCT + "title") or self._texts(scheme, RDFS + "label")
        named: set[str | None] = set()
        for name in names:
            if name.language not in named:
                named.add(name.language)
                yield ox.Triple(scheme, _PREFERRED, name)
        described = self._texts(scheme, SKOS + "definition")
        for text in described or self._texts(scheme, DCT + "description"):
            yield ox.Triple(scheme, _DEFINITION, text)
        version = OWL + "versionInfo"
        for text in self._texts(scheme, version):
            yield ox.Triple(scheme, ox.NamedNode(version), ox.Literal(text.value))
        licence = DCT + "license"
        for iri in self._facts.nodes(scheme, licence):
            yield ox.Triple(scheme, ox.NamedNode(licence), iri)

    def _about(
        self, concept: ox.NamedNode, scheme: ox.NamedNode, above: Iterable[ox.NamedNode]
    ) -> Iterator[ox.Triple]:
        facts = self._facts
        yield ox.Triple(concept, _TYPE, _CONCEPT)
        yield ox.Triple(concept, _IN_SCHEME, scheme)
        if concept in self._tops or scheme in facts.nodes(concept, SKOS + "topConceptOf"):
            yield ox.Triple(concept, _TOP, scheme)
        for property_, label in self._labels(concept):
            yield ox.Triple(concept, property_, label)
        for code in self._codes(concept):
            yield ox.Triple(concept, _NOTATION, ox.Literal(code))
        for text in self._definitions(concept):
            yield ox.Triple(concept, _DEFINITION, text)
        for broader in {*facts.nodes(concept, SKOS + "broader"), *above}:
            yield ox.Triple(concept, _BROADER, broader)
        for relation in (*_MATCHES, _REPLACED):
            for target in facts.nodes(concept, relation.value):
                yield ox.Triple(concept, relation, target)
        if self._deprecated(concept):
            yield ox.Triple(concept, _DEPRECATED, _TRUE)
        for property_, sources in _DATES:
            days = (v.value for v in facts.of(concept, *sources) if isinstance(v, ox.Literal))
            day = next((day for day in days if _DATE.fullmatch(day)), None)
            if day:
                yield ox.Triple(concept, property_, ox.Literal(day, datatype=_DATE_TYPE))

    def _above(self, members: list[ox.NamedNode]) -> dict[ox.NamedNode, list[ox.NamedNode]]:
        """What concepts say from above, with `skos:narrower`."""
        found: dict[ox.NamedNode, list[ox.NamedNode]] = {}
        for concept in members:
            for below in self._facts.nodes(concept, SKOS + "narrower"):
                found.setdefault(below, []).append(concept)
        return found

    def _labels(self, concept: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.Literal]]:
        """Labels as SKOS wants them: one preferred in a language, and none of two kinds."""
        preferred: dict[str | None, ox.Literal] = {}
        others = [
            (_ALTERNATIVE, self._spelt(concept, "altLabel")),
            (_HIDDEN, self._spelt(concept, "hiddenLabel")),
        ]
        surplus: list[ox.Literal] = []
        for label in self._preferred(concept):
            if label.language not in preferred:
                preferred[label.language] = label
            else:
                surplus.append(label)
        if surplus:
            self._twice.append(concept.value)
        if not preferred:
            self._nameless.append(concept.value)
        said = set(preferred.values())
        for label in preferred.values():
            yield _PREFERRED, label
        for property_, labels in ((_ALTERNATIVE, surplus), *others):
            for label in labels:
                if label not in said:
                    said.add(label)
                    yield property_, label

    def _preferred(self, concept: ox.NamedNode) -> list[ox.Literal]:
        found = self._texts(concept, SKOS + "prefLabel")
        known = {label.language for label in found}
        reified = [t for t in self._reified(concept, XL + "prefLabel") if t.language not in known]
        found += reified
        for property_ in (AT + "prefLabel", RDFS + "label", DCT + "title"):
            found = found or self._texts(concept, property_)
        return found

    def _spelt(self, concept: ox.NamedNode, name: str) -> list[ox.Literal]:
        return [*self._texts(concept, SKOS + name), *self._reified(concept, XL + name)]

    def _reified(self, concept: ox.NamedNode, property_: str) -> list[ox.Literal]:
        """Labels of SKOS-XL, which are nodes of their own."""
        return [
            text
            for node in self._facts.of(concept, property_)
            if not isinstance(node, ox.Literal)
            for text in self._texts(node, XL + "literalForm")
        ]

    def _definitions(self, concept: ox.NamedNode) -> list[ox.Literal]:
        found = self._texts(concept, SKOS + "definition")
        if not found:
            for node in self._facts.of(concept, EUVOC + "xlDefinition"):
                if not isinstance(node, ox.Literal):
                    found += self._texts(node, EUVOC + "xlNote") or self._texts(node, RDF + "value")
        return found

    def _codes(self, concept: ox.NamedNode) -> list[str]:
        for property_ in _CODES:
            values = self._facts.of(concept, property_)
            texts = [clean(value.value) for value in values if isinstance(value, ox.Literal)]
            if any(texts):
                return sorted({text for text in texts if text})
        return []

    def _deprecated(self, concept: ox.NamedNode) -> bool:
        flags = self._facts.of(concept, OWL + "deprecated", AT + "deprecated")
        if any(v.value.lower() in {"true", "1"} for v in flags if isinstance(v, ox.Literal)):
            return True
        states = (
            iri.value
            for property_ in (EUVOC + "status", ADMS + "status")
            for iri in self._facts.nodes(concept, property_)
        )
        return any(re.split(r"[/#]", iri)[-1].lower() in _PAST for iri in states)

    def _texts(self, node: Node, property_: str) -> list[ox.Literal]:
        """Texts under a property, clean and in a stable order, without e-mail addresses."""
        found: set[ox.Literal] = set()
        for value in self._facts.of(node, property_):
            if not isinstance(value, ox.Literal):
                continue
            kept, finding = without_personal(ox.NamedNode(property_), value)
            self._contacts += finding is not None
            text = clean(kept.value) if isinstance(kept, ox.Literal) else ""
            if text:
                tag = value.language
                found.add(ox.Literal(text, language=tag) if tag else ox.Literal(text))
        return sorted(found, key=str)
