"""The validator: records or a document in, a report for each record out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from practicegraph import artefacts
from practicegraph.concepts import Vocabularies, bundled
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import RDF_TYPE
from practicegraph.record import Record
from practicegraph.validation import engines
from practicegraph.validation.engines import EngineName, Finding
from practicegraph.validation.messages import Messages, Names
from practicegraph.validation.results import RecordReport, Result, Severity
from practicegraph.validation.shapes import (
    Focus,
    Shapes,
    Subclasses,
    Term,
    from_rdflib,
    key,
    text_of,
)

_SEVERITY: Final[dict[str, Severity]] = {str(SH.Warning): "warning", str(SH.Info): "info"}


class Validator:
    """Validates against the shapes of a profile, or against shapes of somebody else.

    Without `shapes` the profile's own are used and the `vocabularies` (by default those that the
    program carries) are part of every data graph; with `shapes` the data graph is the document
    alone, as in plain SHACL, or with the `resident` statements that belong to every data graph.
    `today` fixes what `NOW()` means in the shapes. Threads may share one, but with pySHACL they
    wait for one another: for parallel work give each its own.

    Raises InvalidInput where the shapes cannot be used, ForbiddenReference where they ask for data
    from elsewhere.
    """

    def __init__(
        self,
        profile: str = "listed",
        engine: EngineName = "pyshacl",
        today: date | None = None,
        shapes: rdflib.Graph | None = None,
        resident: Sequence[ox.Triple] | None = None,
        *,
        vocabularies: Vocabularies | None = None,
    ) -> None:
        if resident is None:
            resident = (vocabularies or bundled()).structure if shapes is None else ()
        graph = profile_shapes(profile) if shapes is None else shapes
        self.shapes = Shapes(graph, today)
        self._engine = engines.make(engine, self.shapes, resident)
        self._subclasses = Subclasses(resident)

    def check(
        self, records: Sequence[Record], context: Iterable[ox.Triple] = ()
    ) -> list[RecordReport]:
        """Validate records, and report on each in the order given.

        The data graph holds the vocabulary, the context and all these records, so that they see
        one another; only the nodes of the records are looked at. So checking records apart, each
        with the others for its context, finds the same.
        """
        parts = {record.iri: list(record.triples()) for record in records}
        data = [*context, *(triple for part in parts.values() for triple in part)]
        subclasses = Subclasses(data, self._subclasses)
        focus: Focus = defaultdict(dict)
        for iri, part in parts.items():
            subjects: set[object] = {triple.subject for triple in part}
            for shape, nodes in self.shapes.focus(part, subclasses).items():
                for node in nodes:
                    # An object of sh:targetObjectsOf may be somebody else's node.
                    if node in subjects or _owner(node) == iri:
                        focus[shape][node] = None
        owners: dict[Term, str] = {}
        for iri, part in parts.items():
            for triple in part:
                if not isinstance(triple.subject, ox.Triple):
                    owners[triple.subject] = iri
        for nodes in focus.values():
            for node in nodes:
                owners.setdefault(node, _owner(node))
        reports = self._reports(data, focus, owners, dict.fromkeys(parts))
        return [reports[record.iri] for record in records]

    def check_graph(self, triples: Iterable[ox.Triple]) -> list[RecordReport]:
        """Validate a document as one data graph, and report on each of its records.

        A record is what shares an IRI up to `#`; a blank node belongs to what refers to it.
        Every node that a shape targets is looked at, as in plain SHACL.
        """
        data = list(dict.fromkeys(triples))
        subclasses = Subclasses(data, self._subclasses)
        focus = self.shapes.focus(data, subclasses, everywhere=True)
        owners = _owners(data)
        for nodes in focus.values():
            for node in nodes:
                owners.setdefault(node, _owner(node))
        order = dict.fromkeys(owners.values())
        return list(self._reports(data, focus, owners, order).values())

    def knows(self, triples: Sequence[ox.Triple]) -> bool:
        """Whether any shape looks at any node for the sake of these triples alone."""
        return bool(self.shapes.focus(triples, Subclasses(triples, self._subclasses)))

    def _reports(
        self,
        data: list[ox.Triple],
        focus: Focus,
        owners: dict[Term, str],
        order: Iterable[str],
    ) -> dict[str, RecordReport]:
        counts: dict[str, dict[str, int]] = {record: {} for record in order}
        seen: set[Term] = set()
        looked_at: dict[str, set[str]] = defaultdict(set)
        for shape, nodes in sorted(focus.items()):
            for node in nodes:
                count = counts[owners[node]]
                count[shape] = count.get(shape, 0) + 1
                seen.add(node)
                looked_at[owners[node]].add(text_of(node))
        found: dict[str, list[Result]] = defaultdict(list)
        if focus:
            records = {text_of(node): owner for node, owner in owners.items()}
            names = Names(data)
            for finding in self._engine.run(data, focus):
                result = self._result(finding, names)
                # Engines may look at more nodes than ours: those of vocabulary and context.
                if result.focus in records:
                    found[records[result.focus]].append(result)
        unchecked: dict[str, dict[str, None]] = defaultdict(dict)
        typed = {t.subject for t in data if t.predicate.value == RDF_TYPE}
        for node, owner in owners.items():
            if node not in seen and (isinstance(node, ox.NamedNode) or node in typed):
                unchecked[owner][text_of(node)] = None
        return {
            record: RecordReport(
                record=record,
                results=tuple(sorted(found[record], key=lambda result: result.rank)),
                focus_counts=count,
                unchecked=tuple(unchecked[record]),
                seen=frozenset(looked_at[record]),
            )
            for record, count in counts.items()
        }

    def _result(self, finding: Finding, names: Names) -> Result:
        shapes = self.shapes
        own = shapes.texts(finding.shape)
        path = finding.path
        if path is not None and not isinstance(path, rdflib.URIRef):
            # Engines copy the path into their report; the shape has the original.
            path = shapes.path(finding.shape) or path
        focus = key(finding.focus)
        return Result(
            severity=_SEVERITY.get(str(finding.severity), "violation"),
            focus=focus,
            path=None if path is None else shapes.path_text(path),
            path_iri=str(path) if isinstance(path, rdflib.URIRef) else None,
            value=None if finding.value is None else str(from_rdflib(finding.value)),
            shape=key(finding.shape),
            component=str(finding.component),
            messages=Messages(shapes, names).of(finding),
            name=own.name,
            order=own.order,
            title=names.titles(focus),
            kind=names.type(focus),
        )


def vocabulary() -> tuple[ox.Triple, ...]:
    """The vocabulary that is part of every data graph of ours."""
    return bundled().structure


@lru_cache(maxsize=4)
def profile_shapes(profile: str) -> rdflib.Graph:
    """The shapes of a profile; do not change the graph, it is shared."""
    try:
        files = artefacts.shape_files(profile)
    except ValueError as fault:
        raise InvalidInput(f"There is no profile {profile}: choose listed or reviewed.") from fault
    return artefacts.parse_turtle(files)


def _owner(node: Term | ox.Triple) -> str:
    return node.value.partition("#")[0] if isinstance(node, ox.NamedNode) else str(node)


def _owners(triples: Iterable[ox.Triple]) -> dict[Term, str]:
    """The record of each subject of a document; blank nodes go with what first refers to them."""
    owners: dict[Term, str] = {}
    referrer: dict[ox.BlankNode, ox.NamedNode | ox.BlankNode] = {}
    for triple in triples:
        subject, obj = triple.subject, triple.object
        if isinstance(subject, ox.Triple):
            continue
        owners.setdefault(subject, _owner(subject))
        if isinstance(obj, ox.BlankNode):
            referrer.setdefault(obj, subject)
    for node in owners:
        if isinstance(node, ox.BlankNode):
            top: ox.NamedNode | ox.BlankNode = node
            met: set[Term] = set()
            while isinstance(top, ox.BlankNode) and top in referrer and top not in met:
                met.add(top)
                top = referrer[top]
            owners[node] = _owner(top)
    return owners
