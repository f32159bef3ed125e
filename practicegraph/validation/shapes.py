"""A shapes graph, read once: its targets, and the texts that its results carry."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.plugins.sparql.parser import expandUnicodeEscapes
from rdflib.term import Node

from practicegraph.errors import ForbiddenReference, InvalidInput
from practicegraph.namespaces import RDF_TYPE, compact
from practicegraph.record import to_rdflib

_ANY: Final = ox.NamedNode(RDF_TYPE)
SUBCLASS_OF: Final = str(RDFS.subClassOf)
_QUERIES: Final = (SH.select, SH.ask, SH.construct, SH.update)
_NOW: Final = re.compile(r"\bNOW\s*\(\s*\)", re.IGNORECASE)
_REMOTE: Final = re.compile(r"(?<![?$:\w.-])(SERVICE|FROM|LOAD)(?=\s*<|\s+[\w:?$])", re.IGNORECASE)
_STRINGS: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)

Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: shape → its focus nodes, each once and in the order they were met
Focus = dict[str, dict[Term, None]]


@dataclass(frozen=True, slots=True)
class Texts:
    """What a shape (or a SPARQL constraint) says about itself."""

    messages: Mapping[str, str]
    name: Mapping[str, str]
    order: float


class Shapes:
    """A shapes graph with its targets (SHACL §2.1.3) and texts.

    `today` fixes what `NOW()` means in the constraints, which otherwise is the present moment.
    Raises ForbiddenReference where a constraint asks for data from elsewhere (SERVICE, FROM).
    """

    def __init__(self, graph: rdflib.Graph, today: date | None = None) -> None:
        self.graph = rdflib.Graph()
        for prefix, namespace in graph.namespaces():
            self.graph.bind(prefix, namespace)
        for s, p, o in graph:
            text = o
            if p in _QUERIES and isinstance(o, rdflib.Literal):
                _refuse_remote(str(o), key(s))
                if today is not None:
                    moment = f'"{today.isoformat()}T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
                    text = rdflib.Literal(_NOW.sub(moment, str(o)), o.language, o.datatype)
            self.graph.add((s, p, text))
        self._targets = _Targets(self.graph)
        self._texts: dict[Node, Texts] = {}

    def texts(self, node: Node) -> Texts:
        """Messages, name and order of a shape or constraint, by language."""
        found = self._texts.get(node)
        if found is None:
            order = self.graph.value(node, SH.order)
            found = Texts(
                by_language(self.graph.objects(node, SH.message)),
                by_language(self.graph.objects(node, SH.name)),
                _number(order),
            )
            self._texts[node] = found
        return found

    def path(self, shape: Node) -> Node | None:
        """The value of `sh:path`."""
        return self.graph.value(shape, SH.path)

    def path_text(self, path: Node) -> str:
        """A property path for people, in the syntax of SPARQL 1.1 with our prefixes."""
        return _path_text(self.graph, path)

    def focus(
        self, triples: Iterable[ox.Triple], subclasses: Subclasses, *, everywhere: bool = False
    ) -> Focus:
        """Which nodes of `triples` each shape looks at; shapes that see none are left out.

        With `everywhere` the nodes that `sh:targetNode` names are looked at even if no triple
        mentions them, as for a whole data graph.
        """
        return self._targets.focus(triples, subclasses, everywhere)

    @cached_property
    def deciding(self) -> frozenset[str] | None:
        """The properties whose statements tell which nodes a shape looks at; None for all."""
        return self._targets.deciding()

    @cached_property
    def targeted(self) -> frozenset[str]:
        """Shapes that have a target of their own."""
        return frozenset(self._targets.shapes)


class Subclasses:
    """`rdfs:subClassOf` between the classes of a data graph."""

    def __init__(self, triples: Iterable[ox.Triple] = (), base: Subclasses | None = None) -> None:
        self._above: dict[str, set[str]] = defaultdict(set)
        if base is not None:
            for cls, above in base._above.items():
                self._above[cls] |= above
        self._closed: dict[str, frozenset[str]] = {}
        for triple in triples:
            if triple.predicate.value == SUBCLASS_OF:
                self._above[text_of(triple.subject)].add(text_of(triple.object))

    def above(self, cls: str) -> frozenset[str]:
        """The class and all classes above it."""
        found = self._closed.get(cls)
        if found is None:
            seen, waiting = {cls}, [cls]
            while waiting:
                for other in self._above.get(waiting.pop(), ()):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            found = self._closed[cls] = frozenset(seen)
        return found


class _Targets:
    def __init__(self, graph: rdflib.Graph) -> None:
        self._classes: dict[str, list[str]] = defaultdict(list)
        self._subjects_of: dict[str, list[str]] = defaultdict(list)
        self._objects_of: dict[str, list[str]] = defaultdict(list)
        self._nodes: dict[Term, list[str]] = defaultdict(list)
        self.shapes: set[str] = set()
        off = {s for s, o in graph.subject_objects(SH.deactivated) if str(o) in {"true", "1"}}
        for predicate, table in (
            (SH.targetClass, self._classes),
            (SH.targetSubjectsOf, self._subjects_of),
            (SH.targetObjectsOf, self._objects_of),
        ):
            for shape, target in graph.subject_objects(predicate):
                if shape not in off:
                    table[str(target)].append(key(shape))
        for shape, target in graph.subject_objects(SH.targetNode):
            if shape not in off:
                self._nodes[from_rdflib(target)].append(key(shape))
        # Implicit class targets, SHACL §2.1.3.3: a shape that is itself a class.
        classes = {RDFS.Class, OWL.Class, *graph.subjects(RDFS.subClassOf, RDFS.Class)}
        shapes = {
            s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph.subjects(RDF.type, kind)
        }
        shapes |= {s for p in (SH.property, SH.node) for s in graph.subjects(p)}
        for shape in shapes - off:
            if classes.intersection(graph.objects(shape, RDF.type)):
                self._classes[key(shape)].append(key(shape))
        for found in (self._classes, self._subjects_of, self._objects_of, self._nodes):
            for names in found.values():
                self.shapes.update(names)

    def deciding(self) -> frozenset[str] | None:
        if self._nodes:  # any statement may be about one of them
            return None
        return frozenset({RDF_TYPE, *self._subjects_of, *self._objects_of})

    def focus(
        self, triples: Iterable[ox.Triple], subclasses: Subclasses, everywhere: bool
    ) -> Focus:
        found: Focus = defaultdict(dict)
        if everywhere:  # a target node is looked at even where no data mention it
            for node, shapes in self._nodes.items():
                for shape in shapes:
                    found[shape][node] = None
        for triple in triples:
            predicate, subject, obj = triple.predicate.value, triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(obj, ox.Triple):
                continue
            if predicate == RDF_TYPE and not isinstance(obj, ox.Literal):
                for cls in subclasses.above(text_of(obj)):
                    for shape in self._classes.get(cls, ()):
                        found[shape][subject] = None
            for shape in self._subjects_of.get(predicate, ()):
                found[shape][subject] = None
            for shape in self._objects_of.get(predicate, ()):
                found[shape][obj] = None
            if self._nodes and not everywhere:
                for shape in self._nodes.get(subject, ()):
                    found[shape][subject] = None
        return found


def text_of(term: Term | ox.Triple) -> str:
    """How results name a node: an IRI as it is, anything else in N-Triples syntax."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def key(node: Node) -> str:
    """The same name for a node of rdflib."""
    return str(node) if isinstance(node, rdflib.URIRef) else text_of(from_rdflib(node))


def as_rdflib(term: Term) -> Node:
    """The same term in rdflib."""
    node: Node = to_rdflib(ox.Triple(_ANY, _ANY, term))[2]
    return node


def from_rdflib(node: Node) -> Term:
    """The same term in pyoxigraph."""
    match node:
        case rdflib.Literal():
            if node.language:
                return ox.Literal(str(node), language=node.language)
            datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
            return ox.Literal(str(node), datatype=datatype)
        case rdflib.BNode():
            return ox.BlankNode(str(node))
        case _:
            return ox.NamedNode(str(node))


def by_language(literals: Iterable[Node]) -> dict[str, str]:
    """Texts by lower-case language tag, several of one language in one line."""
    found: dict[str, list[str]] = defaultdict(list)
    for literal in literals:
        if isinstance(literal, rdflib.Literal):
            found[(literal.language or "").lower()].append(str(literal))
    return {language: " ".join(sorted(texts)) for language, texts in sorted(found.items())}


def _number(node: Node | None) -> float:
    try:
        return float(str(node)) if node is not None else 0.0
    except ValueError:
        return 0.0


def _refuse_remote(query: str, constraint: str) -> None:
    """FROM and SERVICE, which rdflib would follow and SHACL-SPARQL has no use for (§5.1)."""
    plain = str(expandUnicodeEscapes(query))
    bare = _STRINGS.sub(lambda m: "<>" if m[0].startswith("<") else " ", plain)
    found = _REMOTE.search(bare)
    if found:
        raise ForbiddenReference(
            f"The query of {constraint} says {found[1].upper()}: constraints look only at the "
            "data they are given. Take the clause out.",
            constraint=constraint,
        )


def _path_text(graph: rdflib.Graph, path: Node, depth: int = 0) -> str:
    if isinstance(path, rdflib.URIRef):
        return compact(str(path))
    if depth > 12:
        raise InvalidInput("A property path of the shapes is nested more than twelve levels deep.")

    def inner(node: Node) -> str:
        return _path_text(graph, node, depth + 1)

    def bracketed(parts: list[str], sign: str) -> str:
        joined = sign.join(parts)
        return joined if depth == 0 else f"({joined})"

    if (path, RDF.first, None) in graph:
        return bracketed([inner(node) for node in graph.items(path)], "/")
    for predicate, template in (
        (SH.inversePath, "^{}"),
        (SH.zeroOrMorePath, "{}*"),
        (SH.oneOrMorePath, "{}+"),
        (SH.zeroOrOnePath, "{}?"),
    ):
        node = graph.value(path, predicate)
        if node is not None:
            return template.format(inner(node))
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return bracketed([inner(node) for node in graph.items(alternatives)], "|")
    return key(path)
