"""Small records of our own invention, as different sources would describe them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from builders import IRIS
from practicegraph.namespaces import CPSV, CV, DCT, FOAF, GP, RDF_TYPE, SKOS
from practicegraph.record import Record

COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_CLASS = {
    "practice": GP + "GoodPractice",
    "service": CPSV + "PublicService",
    "organisation": CV + "PublicOrganisation",
    "asset": GP + "ReusableAsset",
}
_ANSWERS = {"practice": GP + "leadOrganisation", "service": CV + "hasCompetentAuthority"}


def described(
    kind: str,
    slug: str,
    titles: Mapping[str, str],
    *,
    text: str = "",
    pages: Sequence[str] = (),
    identifier: str = "",
    same: Sequence[str] = (),
    other_titles: Mapping[str, str] | None = None,
    organisation: str = "",
    country: str = "",
) -> Record:
    """A record; `titles` by language (`""` for none), `organisation` a slug."""
    thing = ox.NamedNode(IRIS.thing(kind, slug))
    title = SKOS + "prefLabel" if kind == "organisation" else DCT + "title"
    page = FOAF + "homepage" if kind == "organisation" else FOAF + "page"
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [(RDF_TYPE, ox.NamedNode(_CLASS[kind]))]
    for property_, texts in ((title, titles), (SKOS + "altLabel", other_titles or {})):
        pairs += [
            (property_, ox.Literal(t, language=tag) if tag else ox.Literal(t))
            for tag, t in texts.items()
        ]
    if text:
        tag = next(iter(titles))
        pairs.append((DCT + "description", ox.Literal(text, language=tag or "en")))
    pairs += [(page, ox.NamedNode(address)) for address in pages]
    pairs += [(SKOS + "exactMatch", ox.NamedNode(address)) for address in same]
    if identifier:
        pairs.append((DCT + "identifier", ox.Literal(identifier)))
    if organisation:
        body = ox.NamedNode(IRIS.thing("organisation", organisation))
        pairs.append((_ANSWERS.get(kind, DCT + "publisher"), body))
    if country:
        pairs.append((DCT + "spatial", ox.NamedNode(COUNTRY + country)))
    triples = [ox.Triple(thing, ox.NamedNode(p), o) for p, o in pairs]
    return Record.of(thing.value, triples, IRIS)
