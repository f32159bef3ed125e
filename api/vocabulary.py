"""The vocabulary over HTTP: `/ontology`, `/shapes` and `/vocabularies`, and its IRIs' addresses.

What w3id.org/practicegraph redirects to a server is served here as well: `/ns`, `/scheme/…` and
the rest lead to the documents that describe them (Cool URIs for the Semantic Web, §4.2).
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import answers
from api.answers import VARY, Lang
from api.representations import HTML
from api.state import state_of
from api.vocabulary_pages import (
    ALIGNMENTS,
    ONTOLOGY,
    SHAPES,
    VOCABULARIES,
    Links,
    document,
    page,
    write,
)
from api.vocabulary_texts import NAMES
from practicegraph.artefacts import OWN
from practicegraph.concepts import Vocabularies
from practicegraph.errors import NotFound
from practicegraph.iris import VOCABULARY
from practicegraph.vocabulary.description import describe

router = APIRouter(tags=["vocabulary"])

Extension = Annotated[str, Path(description="Representation, such as ttl; wins over Accept.")]
Name = Annotated[
    str, Path(description="Name of a scheme or list; an extension such as .ttl wins over Accept.")
]


class Profile(StrEnum):
    """The profiles of the shapes."""

    LISTED = "listed"
    REVIEWED = "reviewed"


Asked = Annotated[Profile, Query(description="Shapes of this profile; reviewed holds them all.")]
_REVIEWED: Final = Profile.REVIEWED


@router.get("/ontology", summary="Read the vocabulary: its classes and properties")
def ontology(request: Request, lang: Lang = None) -> Response:
    """Answer with the namespace document or the page about it."""
    return _answer(request, ONTOLOGY, None, lang)


@router.get("/ontology.{extension}", include_in_schema=False)
def ontology_as(request: Request, extension: Extension, lang: Lang = None) -> Response:
    """Answer with the namespace document in the representation named."""
    return _answer(request, ONTOLOGY, extension, lang)


@router.get("/ontology/alignments", summary="Read how the terms relate to other vocabularies")
def alignments(request: Request, lang: Lang = None) -> Response:
    """Answer with the alignments or the page about them."""
    return _answer(request, ALIGNMENTS, None, lang)


@router.get("/ontology/alignments.{extension}", include_in_schema=False)
def alignments_as(request: Request, extension: Extension, lang: Lang = None) -> Response:
    """Answer with the alignments in the representation named."""
    return _answer(request, ALIGNMENTS, extension, lang)


@router.get("/shapes", summary="Read the shapes that records are held to")
def shapes(request: Request, profile: Asked = _REVIEWED, lang: Lang = None) -> Response:
    """Answer with the shapes of a profile or the page about them."""
    return _answer(request, SHAPES, None, lang, profile)


@router.get("/shapes.{extension}", include_in_schema=False)
def shapes_as(
    request: Request, extension: Extension, profile: Asked = _REVIEWED, lang: Lang = None
) -> Response:
    """Answer with the shapes of a profile in the representation named."""
    return _answer(request, SHAPES, extension, lang, profile)


@router.get("/vocabularies", summary="List the concept schemes and the lists kept by others")
def vocabularies(request: Request, lang: Lang = None) -> Response:
    """Answer with what there is to choose values from; as RDF with our schemes in full."""
    return _answer(request, VOCABULARIES, None, lang)


@router.get("/vocabularies.{extension}", include_in_schema=False)
def vocabularies_as(request: Request, extension: Extension, lang: Lang = None) -> Response:
    """Answer with all of our schemes in the representation named."""
    return _answer(request, VOCABULARIES, extension, lang)


@router.get("/vocabularies/{name}", summary="Read a concept scheme or a list kept by others")
def vocabulary(request: Request, name: Name, lang: Lang = None) -> Response:
    """Answer with the values of one list."""
    plain, dot, extension = name.partition(".")
    return _answer(request, f"{VOCABULARIES}/{plain}", extension if dot else None, lang)


@router.get("/ns", status_code=303, include_in_schema=False)
@router.get("/ns/{part:path}", status_code=303, include_in_schema=False)
@router.get("/scheme/{part:path}", status_code=303, include_in_schema=False)
@router.get("/shapes/{version}", status_code=303, include_in_schema=False)
@router.get("/contributors", status_code=303, include_in_schema=False)
@router.get("/context.jsonld", status_code=303, include_in_schema=False)
def term(request: Request) -> Response:
    """Lead from the path of a term's IRI to where the term is documented (303 See Other)."""
    iri = VOCABULARY + request.url.path.removeprefix("/")
    address = describe(OWN).addresses.get(iri)
    if address is None:
        raise NotFound(f"The vocabulary has no {request.url.path}; its terms are at {ONTOLOGY}.")
    path = state_of(request).iris.path
    return RedirectResponse(f"{path}{address}", status_code=303, headers={"Vary": "Accept"})


def _answer(
    request: Request,
    path: str,
    extension: str | None,
    lang: str | None,
    profile: Profile = _REVIEWED,
) -> Response:
    vocabularies = state_of(request).repository.log.vocabularies()
    found = document(OWN, path, profile, vocabularies)
    if found is None:
        raise NotFound(f"There is no vocabulary {path.rpartition('/')[2]!r}; see {VOCABULARIES}.")
    form = answers.representation(request, found.offers, extension)
    base = state_of(request).iris.path
    query = "?profile=listed" if profile is Profile.LISTED else ""
    if form is HTML:
        content = _page(path, profile, answers.languages(request, lang), base, vocabularies)
    else:
        content = write(OWN, found, form, vocabularies)
    headers = {
        "Vary": VARY,
        "ETag": f'W/"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
        "Content-Location": f"{base}{path}.{form.extension}{query}",
        "Link": ", ".join(
            f'<{base}{path}.{r.extension}{query}>; rel="alternate"; type="{r.media_type}"'
            for r in found.offers
            if r is not form
        ),
    }
    if answers.has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=form.content_type, headers=headers)


@lru_cache(maxsize=32)
def _page(
    path: str,
    profile: Profile,
    languages: tuple[str, ...],
    base: str,
    vocabularies: Vocabularies,
) -> bytes:
    """A page, made once for each order of languages that readers ask for."""
    found = document(OWN, path, profile, vocabularies)
    assert found is not None
    links = _links(base, path, profile)
    made = page(OWN, found, links, languages, base=base, profile=profile, vocabularies=vocabularies)
    return made.encode()


def _links(base: str, path: str, profile: Profile) -> Links:
    query = "&profile=listed" if profile is Profile.LISTED else ""
    switch = tuple((tag, f"{base}{path}?lang={tag}{query}") for tag in NAMES)
    profiles = tuple((name.value, f"{base}{SHAPES}?profile={name}") for name in Profile)
    return Links(lambda target: base + target, switch, profiles)
