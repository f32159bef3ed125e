"""Pages of lists: which records, and what a list shows of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox

from api.pages import labels
from api.state import State
from practicegraph.iris import KIND_OF_PLURAL
from practicegraph.log import Log
from practicegraph.namespaces import DCT, GP, PREFIXES
from practicegraph.queries import fill
from practicegraph.texts import pick

#: What a list shows of a record; the query `summaries` asks the graph for the same.
_SHOWN: Final = {
    DCT + "title",
    DCT + "description",
    DCT + "spatial",
    PREFIXES["skos"] + "prefLabel",
    GP + "maturity",
    GP + "leadOrganisation",
}


@dataclass(slots=True)
class Entry:
    """What a list shows of a record. Texts are by language, linked concepts by IRI."""

    iri: str
    url: str
    address: str
    titles: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    maturity: str | None = None
    leads: list[str] = field(default_factory=list)

    def note(self, property_: str, value: ox.NamedNode | ox.Literal) -> None:
        """Take in one statement about the record."""
        if isinstance(value, ox.Literal):
            texts = self.descriptions if property_ == DCT + "description" else self.titles
            texts.setdefault(value.language or "", value.value)
        elif property_ == DCT + "spatial":
            self.places.append(value.value)
        elif property_ == GP + "maturity":
            self.maturity = value.value
        elif property_ == GP + "leadOrganisation":
            self.leads.append(value.value)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `revision` is the last one of the log when the page was made."""

    entries: list[Entry]
    labels: Mapping[str, Mapping[str, str]]
    total: int
    number: int
    size: int
    revision: int

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.number * self.size < self.total

    def as_json(self, links: Mapping[str, str | None]) -> str:
        """The page as a JSON document."""

        def named(iri: str) -> dict[str, Any]:
            return {"id": iri, "label": self.labels.get(iri, {})}

        return json.dumps(
            {
                "total": self.total,
                "page": self.number,
                "size": self.size,
                "revision": self.revision,
                **links,
                "items": [
                    {
                        "id": entry.iri,
                        "url": entry.url,
                        "title": entry.titles,
                        "description": entry.descriptions,
                        "spatial": [named(iri) for iri in sorted(entry.places)],
                        "maturity": named(entry.maturity) if entry.maturity else None,
                        "leadOrganisation": [named(iri) for iri in sorted(entry.leads)],
                    }
                    for entry in self.entries
                ],
            },
            ensure_ascii=False,
        )

    def for_people(self, languages: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """The entries in a reader's language, as the page shows them."""
        for entry in self.entries:
            title, language = pick(entry.titles, languages)
            yield {
                "url": entry.address,
                "title": title or entry.iri,
                "language": language,
                "description": pick(entry.descriptions, languages)[0],
                "places": [
                    pick(self.labels[iri], languages)[0]
                    for iri in sorted(entry.places)
                    if iri in self.labels
                ],
            }


def page_of(state: State, plural: str, number: int, size: int) -> Page:
    """One page of the live records of a kind, as the log has them now.

    What the graph has not applied yet is read from the log, record by record; all the rest comes
    in one query, whatever the size of the page.
    """
    kind = KIND_OF_PLURAL[plural]
    log, iris = state.repository.log, state.iris
    # In this order: whatever is listed and not pending is in the graph already.
    applied, revision = state.graph.applied(), log.last_seq()
    total = log.count(kind)
    heads = log.live(kind, limit=size, offset=(number - 1) * size)
    entries: dict[str, Entry] = {}
    for head in heads:
        name = iris.name(head.record)
        if name:
            entries[head.record] = Entry(head.record, iris.document(*name), iris.address(*name))
    pending = {head.record: head.seq for head in heads if head.seq > applied}
    settled = [iri for iri in entries if iri not in pending]
    linked: set[str] = set()
    for iri, property_, value in chain(_summaries(state, settled), _pending(log, pending)):
        entries[iri].note(property_, value)
        if isinstance(value, ox.NamedNode):
            linked.add(value.value)
    return Page(list(entries.values()), labels(state.graph, linked), total, number, size, revision)


_Summary = tuple[str, str, ox.NamedNode | ox.Literal]


def _summaries(state: State, records: Sequence[str]) -> Iterator[_Summary]:
    if not records:
        return
    things = [ox.NamedNode(iri) for iri in records]
    for row in state.graph.select(fill("summaries", "iri", things)):
        iri, property_, value = row["iri"], row["property"], row["value"]
        if (
            isinstance(iri, ox.NamedNode)
            and isinstance(property_, ox.NamedNode)
            and isinstance(value, ox.NamedNode | ox.Literal)
        ):
            yield iri.value, property_.value, value


def _pending(log: Log, seqs: Mapping[str, int]) -> Iterator[_Summary]:
    for revision in log.at(list(seqs.values())):
        record = revision.as_record()
        for triple in record.triples() if record else ():
            if (
                triple.subject == ox.NamedNode(revision.record)
                and triple.predicate.value in _SHOWN
                and isinstance(triple.object, ox.NamedNode | ox.Literal)
            ):
                yield revision.record, triple.predicate.value, triple.object
