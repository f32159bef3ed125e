"""Completion: what the profiles that we reuse leave unsaid and our shapes want said.

A body of CPSV-AP has a preferred label; DCAT-AP and CPOV read the same name elsewhere, so that our
shapes want it in three places. And a profile has no word for where a description was taken from:
what stands under an address on the web of others was taken from there. To what has an address of
this repository nothing is added.
"""

from __future__ import annotations

from typing import Final

from ingest import cleaning
from ingest.assembly import Draft
from practicegraph.namespaces import DCT, FOAF, SKOS
from practicegraph.ntriples import iri, value_of

_NAMES: Final = (iri(SKOS + "prefLabel"), iri(DCT + "title"), iri(FOAF + "name"))
_SOURCE: Final = iri(DCT + "source")


def complete(draft: Draft) -> None:
    """Say of a service or body that others describe what follows from what they say."""
    about = draft.statements[draft.root]
    said = {predicate for predicate, _ in about}
    if draft.kind == "organisation":
        given = next((name for name in _NAMES if name in said), None)
        names = [value for predicate, value in about if predicate == given]
        about += [(name, value) for name in _NAMES if name not in said for value in names]
    if draft.kind in ("organisation", "service") and _SOURCE not in said:
        address = value_of(draft.root)
        if cleaning.url(address)[0] == address:
            about.append((_SOURCE, draft.root))
