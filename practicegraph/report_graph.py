"""A validation report as a graph, in the vocabulary of SHACL §3.6 and of DQV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from practicegraph.namespaces import GPSH, PREFIXES
from practicegraph.record import to_rdflib
from practicegraph.validation import Result

if TYPE_CHECKING:
    from practicegraph.report import Report

_DQV: Final = rdflib.Namespace(PREFIXES["dqv"])
#: What `dqv:isMeasurementOf` says of the counts in the Turtle report.
FOCUS_NODES: Final = rdflib.URIRef(GPSH + "focus-nodes")
_SEVERITY: Final = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


def as_graph(report: Report) -> rdflib.Graph:
    """The report in the vocabulary of SHACL §3.6, messages in all languages.

    `sh:conforms` is true when there is no result of any severity, as SHACL has it, and something
    was checked, as we have it. How many focus nodes each shape saw is a `dqv:QualityMeasurement`
    of `gpsh:focus-nodes` computed on the shape; one computed on a subject, with the value 0, says
    that no shape looked at it.
    """
    graph = rdflib.Graph()
    for prefix in ("sh", "gpsh", "gp", "dct", "dqv", "xsd"):
        graph.bind(prefix, PREFIXES[prefix])
    whole = rdflib.BNode()
    results = [result for record in report.records for result in record.results]
    conforms = not results and report.status == "valid"
    graph.add((whole, RDF.type, SH.ValidationReport))
    graph.add((whole, SH.conforms, rdflib.Literal(conforms)))
    paths: dict[str, rdflib.term.Node] = {}
    for result in results:
        node = rdflib.BNode()
        graph.add((whole, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.resultSeverity, _SEVERITY[result.severity]))
        graph.add((node, SH.focusNode, _node(result.focus)))
        graph.add((node, SH.sourceShape, _node(result.shape)))
        graph.add((node, SH.sourceConstraintComponent, rdflib.URIRef(result.component)))
        if result.value is not None:
            graph.add((node, SH.value, _term(result.value)))
        path = _path(report, result, graph, paths)
        if path is not None:
            graph.add((node, SH.resultPath, path))
        for language, message in result.messages.items():
            graph.add((node, SH.resultMessage, rdflib.Literal(message, lang=language or None)))
    counted: Mapping[str, int] = {
        **report.focus_counts,
        **{subject: 0 for record in report.records for subject in record.unchecked},
    }
    for about, count in counted.items():
        measurement = rdflib.BNode()
        graph.add((whole, _DQV.hasQualityMeasurement, measurement))
        graph.add((measurement, RDF.type, _DQV.QualityMeasurement))
        graph.add((measurement, _DQV.isMeasurementOf, FOCUS_NODES))
        graph.add((measurement, _DQV.computedOn, _node(about)))
        graph.add((measurement, _DQV.value, rdflib.Literal(count)))
    return graph


def as_turtle(report: Report) -> str:
    """The report as a SHACL validation report in Turtle; see `as_graph`."""
    return as_graph(report).serialize(format="turtle")


def _node(name: str) -> rdflib.term.Node:
    """The node that a result names: an IRI, or any other term in N-Triples syntax."""
    return _term(name) if name.startswith(("_:", '"')) else rdflib.URIRef(name)


def _term(text: str) -> rdflib.term.Node:
    # The text was written by pyoxigraph, so it is read back as the very same term.
    [quad] = ox.parse(f"<x:> <x:> {text} .".encode(), ox.RdfFormat.N_TRIPLES)
    node: rdflib.term.Node = to_rdflib(quad.triple)[2]
    return node


def _path(
    report: Report, result: Result, graph: rdflib.Graph, copied: dict[str, rdflib.term.Node]
) -> rdflib.term.Node | None:
    if result.path_iri is not None:
        return rdflib.URIRef(result.path_iri)
    if result.path is None or report.shapes is None:
        return None
    if result.path not in copied:
        shape = _node(result.shape)
        source = report.shapes.path(shape)
        if source is None:
            return None
        copied[result.path] = source
        waiting = [source]
        while waiting:
            node = waiting.pop()
            for predicate, obj in report.shapes.graph.predicate_objects(node):
                graph.add((node, predicate, obj))
                if isinstance(obj, rdflib.BNode):
                    waiting.append(obj)
    return copied[result.path]
