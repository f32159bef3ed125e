"""Catalogue entries: what the public graph says about each record, beside what the record says.

An entry is a `dcat:CatalogRecord` (DCAT 3 §6.5) named like the document about the thing. It tells
when the record was published and last changed, in which revision of the log, from which source and
in which run it came (see `run_statements`), and, once it is withdrawn, what replaced it. Agents are
left out: they may be persons.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pyoxigraph as ox

from practicegraph.iris import Iris
from practicegraph.namespaces import ADMS, DCAT, DCT, FOAF, PROV, RDF_TYPE, XSD
from practicegraph.revisions import Revision

WITHDRAWN: Final = "http://purl.org/adms/status/Withdrawn"
ISSUED: Final = ox.NamedNode(DCT + "issued")


def document(record: str, iris: Iris) -> ox.NamedNode:
    """The name of the entry about a record of ours."""
    name = iris.name(record)
    if name is None:
        raise ValueError(f"{record} is not the IRI of a record below {iris.base}")
    return ox.NamedNode(iris.document(*name))


def entry(revision: Revision, first: Revision | None, iris: Iris) -> list[ox.Triple]:
    """The entry as it stands after a revision; `first` is the one that published the record.

    Without `first` nothing is said of when that was.
    """
    about = document(revision.record, iris)

    def fact(property_: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(about, ox.NamedNode(property_), value)

    facts = [
        fact(RDF_TYPE, ox.NamedNode(DCAT + "CatalogRecord")),
        fact(FOAF + "primaryTopic", ox.NamedNode(revision.record)),
        fact(DCT + "modified", moment(revision.time)),
        fact(DCAT + "version", ox.Literal(str(revision.seq))),
    ]
    if first is not None:
        facts.append(ox.Triple(about, ISSUED, moment(first.time)))
    if revision.source:
        facts.append(fact(DCT + "source", _source(revision.source)))
    if revision.run is not None:
        facts.append(fact(PROV + "wasGeneratedBy", ox.NamedNode(iris.run(revision.run))))
    if revision.content is None:
        facts.append(fact(ADMS + "status", ox.NamedNode(WITHDRAWN)))
        if revision.replaced_by:
            facts.append(fact(DCT + "isReplacedBy", ox.NamedNode(revision.replaced_by)))
    return facts


def moment(time: dt.datetime) -> ox.Literal:
    """A moment in the canonical form (XML Schema §3.2.7.2) that the engine keeps."""
    text = time.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return ox.Literal(f"{text.rstrip('0').rstrip('.')}Z", datatype=ox.NamedNode(XSD + "dateTime"))


def _source(source: str) -> ox.NamedNode | ox.Literal:
    """A source is known by the IRI of its homepage or, where it has none, by its name."""
    try:
        return ox.NamedNode(source)
    except ValueError:
        return ox.Literal(source)
