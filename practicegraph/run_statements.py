"""What the public graph says of a run that has ended (PROV-O), and what its document says.

Agents are left out, since they may be persons, and so are options and the examples in the summary
of problems, since they may hold what a source says. A run's own parts are hash-IRIs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from practicegraph.entries import moment
from practicegraph.iris import Iris
from practicegraph.namespaces import DCAT, DCT, FOAF, PREFIXES, PROV, RDF_TYPE, XSD
from practicegraph.runs import Run, RunOutcome

_SCHEMA: Final = PREFIXES["schema"]
_VOID: Final = PREFIXES["void"]
_STATUS: Final = {
    RunOutcome.RUNNING: "ActiveActionStatus",
    RunOutcome.FINISHED: "CompletedActionStatus",
    RunOutcome.FAILED: "FailedActionStatus",
    RunOutcome.INTERRUPTED: "FailedActionStatus",
}


def statements(run: Run, iris: Iris) -> list[ox.Triple]:
    """The statements about a run: what it used, with which plan and program, and what came of it.

    How many records met which outcome is told by the data set `#report` and its subsets
    (`void:entities`), which are named by outcome, or by kind and outcome: `practice.created`.
    """
    return list(_Teller(run, iris).all())


class _Teller:
    def __init__(self, run: Run, iris: Iris) -> None:
        self._run = run
        self._iris = iris
        self._iri = iris.run(run.number)

    def all(self) -> Iterator[ox.Triple]:
        run = self._run
        yield self._a("", PROV + "Activity")
        yield self._literal("", DCT + "identifier", str(run.number))
        yield self._literal("", DCT + "type", run.kind)
        yield self._link("", _SCHEMA + "actionStatus", _SCHEMA + _STATUS[run.state])
        yield self._fact("", PROV + "startedAtTime", moment(run.started))
        if run.ended:
            yield self._fact("", PROV + "endedAtTime", moment(run.ended))
        if run.undoes is not None:
            yield self._link("", PROV + "wasInformedBy", self._iris.run(run.undoes))
        yield from self._program()
        if run.public_input:
            yield from self._input()
        yield from self._counts()

    def _program(self) -> Iterator[ox.Triple]:
        """The program that did it and, where there was one, the mapping that told it how."""
        name, _, version = self._run.tool.rpartition(" ")
        yield self._part("", PROV + "wasAssociatedWith", "tool")
        yield self._a("tool", PROV + "SoftwareAgent")
        yield self._literal("tool", DCT + "title", name or version)
        if name:
            yield self._literal("tool", DCAT + "version", version)
        if self._run.mapping:
            yield self._part("", PROV + "qualifiedAssociation", "association")
            yield self._a("association", PROV + "Association")
            yield self._part("association", PROV + "agent", "tool")
            yield self._part("association", PROV + "hadPlan", "mapping")
            yield self._a("mapping", PROV + "Plan")
            yield self._literal("mapping", DCT + "title", self._run.mapping)
            yield from self._digest("mapping", self._run.mapping_digest)

    def _input(self) -> Iterator[ox.Triple]:
        run = self._run
        yield self._part("", PROV + "used", "input")
        yield self._a("input", PROV + "Entity")
        yield self._literal("input", DCT + "title", run.public_input or "")
        yield from self._digest("input", run.source_digest)
        yield self._part("input", DCT + "isPartOf", "source")
        yield self._a("source", PROV + "Entity")
        yield self._literal("source", DCT + "identifier", run.source)
        if run.title:
            yield self._literal("source", DCT + "title", run.title)
        for property_, value in ((FOAF + "homepage", run.homepage), (DCT + "license", run.licence)):
            if value:
                yield self._fact("source", property_, _named(value))

    def _counts(self) -> Iterator[ox.Triple]:
        counted = {name: number for name, number in self._run.counts.items() if number}
        if not counted:
            return
        yield self._part("", PROV + "generated", "report")
        yield self._a("report", PROV + "Entity")
        yield self._a("report", _VOID + "Dataset")
        for name, number in sorted(counted.items()):
            part = name.replace(".", "-")
            yield self._part("report", _VOID + "subset", part)
            yield self._a(part, _VOID + "Dataset")
            yield self._literal(part, DCT + "identifier", name)
            yield self._fact(
                part,
                _VOID + "entities",
                ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer")),
            )

    def _digest(self, part: str, digest: str | None) -> Iterator[ox.Triple]:
        if digest:
            yield self._literal(part, DCT + "identifier", f"sha256:{digest}")

    def _node(self, part: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._iri}#{part}" if part else self._iri)

    def _fact(self, part: str, property_: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(self._node(part), ox.NamedNode(property_), value)

    def _literal(self, part: str, property_: str, value: str) -> ox.Triple:
        return self._fact(part, property_, ox.Literal(value))

    def _link(self, part: str, property_: str, iri: str) -> ox.Triple:
        return self._fact(part, property_, ox.NamedNode(iri))

    def _part(self, part: str, property_: str, other: str) -> ox.Triple:
        return self._fact(part, property_, self._node(other))

    def _a(self, part: str, cls: str) -> ox.Triple:
        return self._link(part, RDF_TYPE, cls)


def _named(value: str) -> ox.NamedNode | ox.Literal:
    try:
        return ox.NamedNode(value)
    except ValueError:
        return ox.Literal(value)
