"""The catalogue described in DCAT-AP: its data sets, who publishes them, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyoxigraph as ox

from practicegraph.iris import KINDS
from practicegraph.namespaces import DCAT, DCT, FOAF, RDF_TYPE, XSD
from practicegraph.profiles import PROFILES
from practicegraph.repository import Repository

_THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
_DATE_TIME = ox.NamedNode(XSD + "dateTime")


def describe(repository: Repository) -> list[ox.Triple]:
    """The description of the catalogue; it is there for an empty one, too."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in _facts(repository))
    return PROFILES["dcat-ap"].construct(store, repository.iris.catalogue)


def _facts(repository: Repository) -> Iterator[ox.Triple]:
    """What differs from one repository to the next, and the labels of what is named."""
    settings, log = repository.settings, repository.log
    vocabularies = log.vocabularies()
    catalogue = ox.NamedNode(repository.iris.catalogue)
    publisher = ox.NamedNode(f"{catalogue.value}#publisher")
    licence = ox.NamedNode(settings.licence)
    languages = [iri for tag in settings.language_order if (iri := vocabularies.language(tag))]
    yield ox.Triple(
        publisher,
        ox.NamedNode(DCT + "title"),
        ox.Literal(settings.publisher_name, language=settings.language_order[0]),
    )
    if settings.publisher_page:
        page = ox.NamedNode(settings.publisher_page)
        yield ox.Triple(publisher, ox.NamedNode(FOAF + "homepage"), page)
    yield ox.Triple(catalogue, ox.NamedNode(DCT + "license"), licence)
    for iri in languages:
        yield ox.Triple(catalogue, ox.NamedNode(DCT + "language"), ox.NamedNode(iri))
    first = next(log.revisions(batch=1), None)
    last = next(log.at([log.last_seq()]), None)
    if first and last:
        yield _moment(catalogue, "issued", first.time)
        yield _moment(catalogue, "modified", last.time)
    for kind, (plural, _) in KINDS.items():
        dataset = ox.NamedNode(f"{catalogue.value}#{plural}")
        yield ox.Triple(dataset, ox.NamedNode(RDF_TYPE), ox.NamedNode(DCAT + "Dataset"))
        address = ox.NamedNode(f"{repository.iris.base}/{plural}")
        yield ox.Triple(dataset, ox.NamedNode(DCAT + "landingPage"), address)
        for revision in log.at([log.newest(kind)]):
            yield _moment(dataset, "modified", revision.time)
    yield from vocabularies.about([_THEME, licence.value, *languages])


def _moment(of: ox.NamedNode, name: str, time: datetime) -> ox.Triple:
    # A second after the fact at the latest: fractions of it say nothing to a reader.
    text = time.isoformat(timespec="seconds").replace("+00:00", "Z")
    return ox.Triple(of, ox.NamedNode(DCT + name), ox.Literal(text, datatype=_DATE_TIME))
