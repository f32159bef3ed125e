"""What a run brings in that is likely to be there already is told in its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.checking import Entry
from ingest.findings import noticed
from ingest.problems import Problem
from ingest.sources import Source
from practicegraph.duplicates.finding import Finder


def catalogue_of(source: Source) -> str:
    """What revisions name as their source: the home page of the catalogue, or the source's name."""
    return source.mapping.homepage.value if source.mapping else source.name


def likely(finder: Finder | None, entries: Iterable[Entry], source: Source) -> Iterator[Problem]:
    """Yield what there is to say of records that were written, or would be.

    Of two that are likely to be one thing, the one that came in says so of the other.
    """
    if finder is None:
        return
    places = {entry.record.iri: entry for entry in entries}
    for found in finder.find([entry.record for entry in places.values()], catalogue_of(source)):
        one, other = found.pair if found.a in places else reversed(found.pair)
        if one in places:
            why = "; ".join(found.reasons)
            yield places[one].problem(
                noticed("possible duplicate", other=other, score=f"{found.score:.2f}", why=why),
                value=other,
            )
