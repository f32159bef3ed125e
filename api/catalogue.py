"""The catalogue: `/catalog`, described in DCAT-AP for programs and on a page for people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any, Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import answers
from api.answers import Lang
from api.pages import Value, render, safe_link
from api.profiles import representations
from api.representations import HTML
from api.state import State, state_of
from practicegraph.errors import NotFound
from practicegraph.iris import KIND_OF_PLURAL
from practicegraph.namespaces import DCT, FOAF, SKOS
from practicegraph.profiles import PROFILES
from practicegraph.profiles.catalogue import describe
from practicegraph.texts import pick

router = APIRouter(tags=["catalogue"])

_PROFILE: Final = PROFILES["dcat-ap"]
_OFFERS: Final = (HTML, *representations(_PROFILE))


@router.get("/catalog", summary="Read about the catalogue, in DCAT-AP or on a page")
def catalogue(request: Request, lang: Lang = None) -> Response:
    """Describe the catalogue, its data sets and its SPARQL endpoint."""
    return _answer(request, None, lang)


@router.get("/catalog.{extension}", include_in_schema=False)
def catalogue_as(request: Request, extension: str, lang: Lang = None) -> Response:
    """Describe the catalogue in the representation of an extension, whatever Accept says."""
    return _answer(request, extension, lang)


def _answer(request: Request, extension: str | None, lang: str | None) -> Response:
    state = state_of(request)
    if extension is None:
        representation = answers.representation(request, _OFFERS)
    else:
        found = next((r for r in _OFFERS if r.extension == extension), None)
        if found is None:
            known = ", ".join(f".{r.extension}" for r in _OFFERS)
            raise NotFound(f"There is no representation .{extension}; there are {known}.")
        representation = found
    revision = state.repository.log.last_seq()
    triples = describe(state.repository)
    content: bytes | str
    if representation.write:
        content = representation.write(state.iris.catalogue, triples)
    else:
        content = _page(state, triples, answers.languages(request, lang))
    address = state.iris.catalogue
    body = content.encode() if isinstance(content, str) else content
    headers = {
        "Vary": "Accept, Accept-Language",
        # Weak: the same statements may be written in another order.
        "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
        "Content-Location": f"{state.iris.path}/catalog.{representation.extension}",
        "PracticeGraph-Revision": str(revision),
        "Link": ", ".join(
            [
                f'<{address}>; rel="canonical"',
                # The page keeps to no profile, only what is written in RDF does.
                *([f'<{_PROFILE.iri}>; rel="profile"'] if representation.write else []),
                *(
                    f'<{address}.{r.extension}>; rel="alternate"; type="{r.media_type}"'
                    for r in _OFFERS
                    if r is not representation
                ),
            ]
        ),
    }
    for last in state.repository.log.at([revision]):
        headers["Last-Modified"] = format_datetime(last.time, usegmt=True)
    if answers.has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=representation.content_type, headers=headers)


def _page(state: State, triples: Sequence[ox.Triple], languages: tuple[str, ...]) -> str:
    told = _Told(triples, languages)
    iri = state.iris.catalogue
    publisher, licence = told.first(iri, DCT + "publisher"), told.first(iri, DCT + "license")
    parts: list[dict[str, Any]] = []
    for plural, kind in KIND_OF_PLURAL.items():
        parts.append(
            told.part(f"{iri}#{plural}", f"{state.iris.path}/{plural}")
            | {"anchor": plural, "count": state.repository.log.count(kind)}
        )
    sparql = told.part(f"{iri}#sparql", f"{state.iris.path}/sparql")
    parts.append(sparql | {"anchor": "sparql", "count": None})
    return render(
        "catalogue.html",
        languages,
        base=state.iris.path,
        document=f"{state.iris.path}/catalog",
        formats=_OFFERS[1:],
        catalogue={
            "description": told.text(iri, DCT + "description"),
            "publisher": told.text(
                publisher, DCT + "title", safe_link(told.first(publisher, FOAF + "homepage"))
            ),
            "licence": told.text(licence, SKOS + "prefLabel", safe_link(licence)),
            "modified": told.first(iri, DCT + "modified"),
        },
        parts=parts,
    )


class _Told:
    """What the description says, in a reader's languages."""

    def __init__(self, triples: Sequence[ox.Triple], languages: tuple[str, ...]) -> None:
        self._languages = languages
        self._values: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(
                triple.object, ox.NamedNode | ox.Literal
            ):
                key = (triple.subject.value, triple.predicate.value)
                self._values.setdefault(key, []).append(triple.object)

    def first(self, subject: str, property_: str) -> str:
        """The value of a property that has one; empty without it."""
        values = self._values.get((subject, property_))
        return values[0].value if values else ""

    def text(self, subject: str, property_: str, link: str | None = None) -> Value:
        """A text about a node, or its IRI where there is none."""
        texts = {
            v.language or "": v.value
            for v in self._values.get((subject, property_), [])
            if isinstance(v, ox.Literal)
        }
        text, language = pick(texts, self._languages)
        return Value(text or subject, language, link)

    def part(self, subject: str, link: str) -> dict[str, Any]:
        """A data set or a service: its title, which leads to it, and what it is."""
        return {
            "title": self.text(subject, DCT + "title", link),
            "description": self.text(subject, DCT + "description"),
        }
