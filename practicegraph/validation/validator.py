"""The validator: records or a document in, a report for each record out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from practicegraph import artefacts, ntriples
from practicegraph.concepts import Vocabularies, bundled
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import RDF_TYPE
from practicegraph.record import Record
from practicegraph.validation import engines
from practicegraph.validation.engines import Data, EngineName, Finding
from practicegraph.validation.messages import NAMING, Messages, Names
from practicegraph.validation.results import RecordReport, Result, Severity
from practicegraph.validation.shapes import (
    SUBCLASS_OF,
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
        # Only what decides about focus nodes and names is made into terms: an engine takes text.
        deciding = self.shapes.deciding
        self._telling = deciding and frozenset(map(ntriples.iri, {*deciding, *NAMING}))

    def check(
        self, records: Sequence[Record], context: Iterable[ox.Triple] = ()
    ) -> list[RecordReport]:
        """Validate records, and report on each in the order given.

        The data graph holds the vocabulary, the context and all these records, so that they see
        one another; only the nodes of the records are looked at. So checking records apart, each
        with the others for its context, finds the same.
        """
        texts = {record.iri: record.content.decode() for record in records}
        beside = ntriples.written(context)
        data = Data("".join([beside, *texts.values()]))
        subclasses = self._subclasses
        if SUBCLASS_OF in data.text:
            subclasses = Subclasses(data.triples, subclasses)
        naming: list[ox.Triple] = [*ntriples.terms(beside)]
        focus: Focus = defaultdict(dict)
        owners: dict[str, str] = {}
        for iri, text in texts.items():
            said = ntriples.statements(text)
            subjects = {ntriples.value_of(subject) for subject, _, _ in said}
            owners.update(dict.fromkeys(subjects, iri))
            if self._telling is not None:
                told = (s for s in said if s[1] in self._telling)
                part = ntriples.terms("".join(f"{s} {p} {o} .\n" for s, p, o in told))
            else:
                part = ntriples.terms(text)
            naming += part
            for shape, nodes in self.shapes.focus(part, subclasses).items():
                for node in nodes:
                    # An object of sh:targetObjectsOf may be somebody else's node.
                    if text_of(node) in subjects or _owner(node) == iri:
                        focus[shape][node] = None
        order = dict.fromkeys(texts)
        reports = self._reports(data, Names(naming), focus, owners, order=order)
        return [reports[record.iri] for record in records]

    def check_graph(self, triples: Iterable[ox.Triple]) -> list[RecordReport]:
        """Validate a document as one data graph, and report on each of its records.

        A record is what shares an IRI up to `#`; a blank node belongs to what refers to it.
        Every node that a shape targets is looked at, as in plain SHACL.
        """
        data = list(dict.fromkeys(triples))
        subclasses = Subclasses(data, self._subclasses)
        focus = self.shapes.focus(data, subclasses, everywhere=True)
        owners = {text_of(node): owner for node, owner in _owners(data).items()}
        typed = {text_of(t.subject) for t in data if t.predicate.value == RDF_TYPE}
        order = dict.fromkeys(owners.values())
        for nodes in focus.values():
            order.update(dict.fromkeys(owners.get(text_of(node)) or _owner(node) for node in nodes))
        reports = self._reports(Data(data), Names(data), focus, owners, typed=typed, order=order)
        return list(reports.values())

    def knows(self, triples: Sequence[ox.Triple]) -> bool:
        """Whether any shape looks at any node for the sake of these triples alone."""
        return bool(self.shapes.focus(triples, Subclasses(triples, self._subclasses)))

    def _reports(
        self,
        data: Data,
        names: Names,
        focus: Focus,
        owners: dict[str, str],
        *,
        order: Iterable[str],
        typed: Container[str] = (),
    ) -> dict[str, RecordReport]:
        """The report on each record in the order given.

        `owners` has the record of every subject, by its name; `typed` are those with a class.
        """
        counts: dict[str, dict[str, int]] = {record: {} for record in order}
        looked_at: dict[str, set[str]] = defaultdict(set)
        records: dict[str, str] = {}
        for shape, nodes in sorted(focus.items()):
            for node in nodes:
                name = text_of(node)
                owner = records[name] = owners.get(name) or _owner(node)
                count = counts[owner]
                count[shape] = count.get(shape, 0) + 1
                looked_at[owner].add(name)
        found: dict[str, list[Result]] = defaultdict(list)
        if focus:
            messages = Messages(self.shapes, names)
            for finding in self._engine.run(data, focus):
                # Engines may look at more nodes than ours: those of vocabulary and context.
                name = key(finding.focus)
                whole = records.get(name) or owners.get(name)
                if whole is not None:
                    found[whole].append(self._result(finding, names, messages))
        unchecked: dict[str, dict[str, None]] = defaultdict(dict)
        for name, owner in owners.items():
            if name not in records and (not name.startswith("_:") or name in typed):
                unchecked[owner][name] = None
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

    def _result(self, finding: Finding, names: Names, messages: Messages) -> Result:
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
            messages=messages.of(finding),
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
