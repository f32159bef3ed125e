"""pySHACL, the authority, kept from doing the same work twice.

As it comes it builds every constraint anew and parses every SPARQL constraint anew for each focus
node. Here both happen once for each shape: through subclasses of its own classes, no patching.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

import pyoxigraph as ox
import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    SPARQLConstraintComponentValidator,
)
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.errors import (
    ConstraintLoadError,
    ReportableRuntimeError,
    ShapeLoadError,
    ValidationFailure,
)
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.pytypes import SHACLExecutor
from pyshacl.rdfutil.stringify import stringify_blank_node
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from practicegraph.errors import InvalidInput
from practicegraph.validation.engines import Data, Finding
from practicegraph.validation.literals import statement, strict
from practicegraph.validation.shapes import Focus, Shapes, as_rdflib, key

# An ill-typed literal is a result here, no reason to print a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_FAULTS = (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure)


class Reference:
    """An engine on pySHACL. Calls wait for one another: the data graph is one and resident."""

    def __init__(self, shapes: Shapes, resident: Iterable[ox.Triple]) -> None:
        self._lock = threading.Lock()
        self._graph = _DataGraph()
        self._graph.addN((*statement(triple), self._graph) for triple in resident)
        # pySHACL adds to the graph it is given, so it gets a copy.
        own = rdflib.Graph(identifier=shapes.graph.identifier)
        own += shapes.graph
        self._shapes = _CompiledShapes(own)
        try:
            self._by_key = {key(shape.node): shape for shape in self._shapes.shapes}
        except _FAULTS as fault:
            raise InvalidInput(f"The shapes cannot be used: {_reason(fault)}") from fault
        self._executor = SHACLExecutor()

    def run(self, data: Data, focus: Focus) -> Iterator[Finding]:
        """Find the results for exactly the focus nodes."""
        with self._lock:
            added = []
            for triple in data.triples:
                made = statement(triple)
                if made not in self._graph:
                    self._graph.add(made)
                    added.append(made)
            try:
                # A list, not a generator: the graph must not change under a caller who waits.
                return iter(self._findings(focus))
            except RecursionError as fault:
                raise InvalidInput(
                    "The data or the shapes are nested or chained too deeply to be validated."
                ) from fault
            except _FAULTS as fault:
                raise InvalidInput(f"The shapes cannot be used: {_reason(fault)}") from fault
            finally:
                for made in added:
                    self._graph.remove(made)
                self._forget()

    def _findings(self, focus: Focus) -> list[Finding]:
        found: list[Finding] = []
        for name, nodes in focus.items():
            shape = self._by_key[name]
            _, reports = shape.validate(
                self._executor, self._graph, focus=[strict(as_rdflib(node)) for node in nodes]
            )
            found.extend(Finding.of(node, _about(triples)) for _, node, triples in reports)
        return found

    def _forget(self) -> None:
        # Both caches are global in pySHACL and keyed by id() of a graph, which Python gives again.
        stringify_blank_node.dict_cache.clear()
        for name in [
            name
            for name in SPARQLConstraintComponentValidator.validator_cache
            if name[0] == id(self._shapes.graph)
        ]:
            del SPARQLConstraintComponentValidator.validator_cache[name]


class _DataGraph(rdflib.Graph):
    """A graph that parses each query text once, and follows long chains without recursion."""

    def __init__(self) -> None:
        super().__init__()
        self._queries: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        if isinstance(query_object, str):
            prepared = self._queries.get(query_object)
            if prepared is None:
                try:
                    prepared = prepareQuery(query_object, initNs=dict(self.namespaces()))
                except Exception as fault:  # rdflib raises plain Exception for unknown prefixes
                    raise InvalidInput(
                        f"A query of the shapes cannot be used: {_reason(fault)}"
                    ) from fault
                self._queries[query_object] = prepared
            query_object = prepared
        return super().query(query_object, *args, **kwargs)

    def transitive_objects(
        self, subject: Any, predicate: Any, remember: Any = None
    ) -> Generator[Any, None, None]:
        yield from self._closure(subject, lambda node: self.objects(node, predicate))

    def transitive_subjects(
        self,
        predicate: Any,
        object: Any,  # noqa: A002
        remember: Any = None,
    ) -> Generator[Any, None, None]:
        yield from self._closure(object, lambda node: self.subjects(predicate, node))

    @staticmethod
    def _closure(start: Node, step: Any) -> Iterator[Node]:
        seen, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            yield node
            for other in step(node):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)


class _CompiledShapes(ShapesGraph):
    """A shapes graph whose shapes keep their constraints."""

    def _build_node_shape_cache(self) -> None:
        super()._build_node_shape_cache()  # type: ignore[no-untyped-call]
        for node, shape in list(self._node_shape_cache.items()):
            self._node_shape_cache[node] = _CompiledShape(
                self, node, p=shape.is_property_shape, path=shape._path, logger=shape.logger
            )


class _CompiledShape(Shape):
    """A shape that builds its constraints at first use and keeps them."""

    __slots__ = ("_constraints",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._constraints: list[Any] | None = None

    def validate(
        self,
        executor: SHACLExecutor,
        target_graph: rdflib.Graph,
        focus: Any = None,
        _evaluation_path: list[Any] | None = None,
    ) -> tuple[bool, list[Any]]:
        """Validate the focus nodes, which are always given (SHACL §3.4)."""
        nodes = [focus] if isinstance(focus, Node) else list(focus or ())
        if self.deactivated or not nodes:
            return True, []
        path = _evaluation_path if _evaluation_path is not None else []
        if len(path) // 2 >= executor.max_validation_depth:
            raise ReportableRuntimeError(f"{self} is nested too deep in other shapes.")
        if self._constraints is None:
            self._constraints = self._build()
        values = self.value_nodes(target_graph, nodes)
        path.append(self)
        conforms, results = True, []
        custom = [
            component.make_validator_for_shape(self)
            for component in self.find_custom_constraints()  # type: ignore[no-untyped-call]
        ]
        for constraint in (*self._constraints, *custom):
            good, found = constraint.evaluate(executor, target_graph, values, [*path, constraint])
            conforms = conforms and good
            results.extend(found)
        return conforms, results

    def _build(self) -> list[Any]:
        kinds = dict.fromkeys(
            CONSTRAINT_PARAMETERS_MAP[parameter]
            for parameter in self.sg.graph.predicates(self.node)
            if parameter in CONSTRAINT_PARAMETERS_MAP
        )
        return [
            _SparqlConstraint(self) if kind is SPARQLBasedConstraint else kind(self)
            for kind in kinds
        ]


class _SparqlConstraint(SPARQLBasedConstraint):
    """The SPARQL constraints of a shape, each with its text made once."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self.sparql_constraints = {_PreparedText(helper) for helper in self.sparql_constraints}


class _PreparedText:
    """What pySHACL asks of a SPARQL constraint, without checking its text for each focus node."""

    def __init__(self, helper: SPARQLQueryHelper) -> None:
        self.node, self.messages, self.deactivated = (
            helper.node,
            helper.messages,
            helper.deactivated,
        )
        self._helper: Any = helper
        self._prepared: tuple[dict[str, Node], frozenset[str], str] | None = None

    def pre_bind_variables(self, focus: Node) -> tuple[dict[str, Node], str]:
        """Bindings and text of the query about one focus node (SHACL §5.3.1)."""
        if self._prepared is None:
            bindings, text = self._helper.pre_bind_variables(focus)
            fixed = {name: value for name, value in bindings.items() if name != "this"}
            about = frozenset(name for name in bindings if name == "this")
            self._prepared = fixed, about, self._helper.apply_prefixes(text)
        fixed, about, text = self._prepared
        return {**fixed, **dict.fromkeys(about, focus)}, text

    @staticmethod
    def apply_prefixes(text: str) -> str:
        """The text as it is: it has its prefixes already."""
        return text


def _about(
    triples: Iterable[tuple[Node, Node, Any]],
) -> Callable[[Node], Iterable[tuple[Node, Node]]]:
    """The statements about each node of a result, those of its details among them."""
    about: dict[Node, list[tuple[Node, Node]]] = {}
    for subject, predicate, value in triples:
        plain = value[1] if isinstance(value, tuple) else value
        about.setdefault(subject, []).append((predicate, plain))
    return lambda node: about.get(node, ())


def _reason(fault: Exception) -> str:
    return str(getattr(fault, "message", "") or fault).strip().splitlines()[0]
