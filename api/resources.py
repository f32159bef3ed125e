"""Things, documents about them, and lists: `/id/…`, `/{kinds}/{slug}` and `/{kinds}`.

One handler produces the data, the representation is picked by `Accept` or by an extension.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import answers
from api.answers import VARY, Lang, PageNumber, PageSize
from api.lists import page_of
from api.pages import Lines, render, safe_link
from api.profiles import chosen, for_search_engines, representations, view
from api.representations import HTML, JSON, LIST, RECORD, Representation
from api.state import State, state_of
from practicegraph import __version__
from practicegraph.duplicates.merges import merged_into
from practicegraph.errors import Gone, NotFound
from practicegraph.iris import KIND_OF_PLURAL, KINDS, SLUG, RecordName
from practicegraph.profiles import Profile, profiles_for
from practicegraph.revisions import Revision

router = APIRouter()

Name = Annotated[
    str, Path(description="Slug of the thing; an extension such as .ttl wins over Accept.")
]

AsProfile = Annotated[
    str | None,
    Query(
        max_length=40,
        description="How others write it: schema-org, for services and organisations also cpsv-ap, "
        "for organisations also cpov. In RDF only.",
    ),
]


@router.get("/id/{kind}/{slug}", status_code=303, tags=["resources"])
def thing(request: Request, kind: str, slug: str) -> Response:
    """Lead from a thing to the document about it (303 See Other), whether or not it exists."""
    if kind not in KINDS or not SLUG.fullmatch(slug):
        raise NotFound(
            f"Nothing is named /id/{kind}/{slug}; the kinds of things are {', '.join(KINDS)}."
        )
    state = state_of(request)
    winner = _winner(state, state.iris.thing(kind, slug))
    if winner is not None:
        return _moved(request, f"{state.iris.path}/id/{'/'.join(winner)}")
    address = state.iris.address(kind, slug)
    return RedirectResponse(address, status_code=303, headers={"Vary": "Accept"})


def _add_routes(plural: str) -> None:
    """Add the list and the documents of one kind; each kind has addresses of its own."""

    @router.get(f"/{plural}", tags=[plural], summary=f"List the {plural}, last changed first")
    def entries(
        request: Request, page: PageNumber = 1, size: PageSize = None, lang: Lang = None
    ) -> Response:
        return _entries(request, plural, page, size, lang)

    @router.get(f"/{plural}/{{name}}", tags=[plural], summary="Read the document about a thing")
    def document(
        request: Request, name: Name, lang: Lang = None, profile: AsProfile = None
    ) -> Response:
        kind = KIND_OF_PLURAL[plural]
        return _document(
            request, plural, name, lang, None if profile is None else chosen(kind, profile)
        )


for _plural in KIND_OF_PLURAL:
    _add_routes(_plural)


def _entries(
    request: Request, plural: str, page: int, size: int | None, lang: str | None
) -> Response:
    state = state_of(request)
    size = answers.page_size(request, size)
    representation = answers.representation(request, LIST)
    listed = page_of(state, plural, page, size)
    if page > 1 and not listed.entries:
        raise answers.no_page(page, size, listed.total)
    languages = answers.languages(request, lang)
    variant = [
        representation.extension,
        __version__,
        state.graph.edition()[:12],
        str(page),
        str(size),
    ]
    if representation is HTML:
        variant += languages
    neighbours = answers.neighbours(request, page, more=listed.has_next)
    headers = {
        "Vary": VARY,
        "PracticeGraph-Revision": str(listed.revision),
        "ETag": f'W/"{listed.revision}-{state.graph.applied()}-{"-".join(variant)}"',
        "Cache-Control": "no-cache",
        **answers.links(neighbours),
    }
    if answers.has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if representation is JSON:
        content = listed.as_json(neighbours)
        return Response(content, media_type=JSON.media_type, headers=headers)
    html = render(
        "list.html",
        languages,
        base=state.iris.path,
        plural=plural,
        total=listed.total,
        first=(page - 1) * size + 1,
        items=listed.for_people(languages),
        **neighbours,
    )
    return Response(html, media_type=HTML.content_type, headers=headers)


def _document(
    request: Request, plural: str, name: str, lang: str | None, profile: Profile | None
) -> Response:
    state = state_of(request)
    slug, dot, extension = name.partition(".")
    kind = KIND_OF_PLURAL[plural]
    if not SLUG.fullmatch(slug):
        raise NotFound(f"No {kind} is called {name!r}.")
    offers = representations(profile) if profile else RECORD
    representation = answers.representation(request, offers, extension if dot else None)
    iri = state.iris.thing(kind, slug)
    revision = state.repository.log.latest(iri)
    if revision is None:
        raise NotFound(f"No {kind} is called {slug!r}.")
    languages = answers.languages(request, lang)
    if revision.content is None and (winner := _winner(state, iri)):
        return _moved(request, f"{state.iris.address(*winner)}{dot}{extension}")
    if revision.content is None:
        return _gone(state, revision, representation, languages)
    suffix = f"?profile={profile.name}" if profile else ""
    headers = {
        "Vary": VARY,
        "ETag": _etag(state, revision, representation, languages, profile),
        "Last-Modified": format_datetime(revision.time, usegmt=True),
        "Cache-Control": "no-cache",
        "Content-Location": f"{state.iris.address(kind, slug)}.{representation.extension}{suffix}",
        "PracticeGraph-Revision": str(revision.seq),
        "Link": ", ".join(
            [
                f'<{iri}>; rel="describes"',
                *_links(state, kind, slug, representation, profile),
            ]
        ),
    }
    # What a profile has, and what a page shows, changes with more than the record: only the tag
    # tells.
    own = profile is None and representation is not HTML
    if _unchanged(request, headers["ETag"], revision if own else None):
        return Response(status_code=304, headers=headers)
    content = _write(state, revision, representation, languages, profile)
    return Response(content, media_type=representation.content_type, headers=headers)


def _links(
    state: State, kind: str, slug: str, representation: Representation, profile: Profile | None
) -> Iterator[str]:
    """Where the document is at home, what it keeps to, and what it is to be had as instead."""
    address = state.iris.document(kind, slug)
    yield f'<{address}>; rel="canonical"'
    if profile:
        yield f'<{profile.iri}>; rel="profile"'
        yield f'<{address}>; rel="alternate"; type="{HTML.media_type}"'
    suffix = f"?profile={profile.name}" if profile else ""
    for other in representations(profile) if profile else RECORD:
        if other.extension != representation.extension:
            place = f"{address}.{other.extension}{suffix}"
            yield f'<{place}>; rel="alternate"; type="{other.media_type}"'
    for fitting in profiles_for(kind):
        if fitting is not profile:
            media_type = fitting.offers()[0].media_type
            place = f"{address}?profile={fitting.name}"
            yield f'<{place}>; rel="alternate"; type="{media_type}"; profile="{fitting.iri}"'


def _write(
    state: State,
    revision: Revision,
    representation: Representation,
    languages: tuple[str, ...],
    profile: Profile | None,
) -> bytes | str:
    record = revision.as_record()
    if record is None:
        raise NotFound("The record was withdrawn.")
    triples = view(state, profile, record) if profile else list(record.triples())
    if representation.write:
        return representation.write(record.iri, triples)
    lines = Lines(triples, state.graph, state.iris, languages)
    title, title_language = lines.title(record.iri)
    name = state.iris.name(record.iri)
    return render(
        "record.html",
        languages,
        base=state.iris.path,
        iri=record.iri,
        document=state.iris.address(*name) if name else record.iri,
        title=title,
        title_language=title_language,
        groups=lines.groups(record.iri),
        formats=[r for r in RECORD if r.write],
        profiles=profiles_for(record.kind),
        schema_org=for_search_engines(state, record),
        revision=revision,
    )


def _winner(state: State, iri: str) -> RecordName | None:
    """What the record is called into which this one was merged, however many merges ago."""
    winner = merged_into(state.repository.log, iri)
    return state.iris.name(winner) if winner else None


def _moved(request: Request, address: str) -> Response:
    """Lead from a record that was merged into another to that one: it moved for ever.

    A merge can be undone, so nobody is to keep the answer without asking again.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {"Vary": VARY, "Cache-Control": "no-cache"}
    return RedirectResponse(address + query, status_code=301, headers=headers)


def _gone(
    state: State,
    revision: Revision,
    representation: Representation,
    languages: tuple[str, ...],
) -> Response:
    if representation is not HTML:
        successor = f" It was replaced by {revision.replaced_by}." if revision.replaced_by else ""
        raise Gone(f"{revision.record} was withdrawn.{successor}", replaced_by=revision.replaced_by)
    html = render(
        "gone.html",
        languages,
        base=state.iris.path,
        iri=revision.record,
        message=revision.message,
        replaced_by=revision.replaced_by,
        link=safe_link(revision.replaced_by) if revision.replaced_by else None,
    )
    return Response(html, status_code=410, media_type=HTML.content_type, headers={"Vary": VARY})


def _etag(
    state: State,
    revision: Revision,
    representation: Representation,
    languages: tuple[str, ...],
    profile: Profile | None,
) -> str:
    # Weak: the same statements may be written in another order.
    variant = [representation.extension]
    if representation is HTML:
        # A page also shows names of other records and of concepts, in a language, in the program's
        # own words.
        variant += [__version__, str(state.graph.applied()), state.graph.edition()[:12], *languages]
    if profile:
        # It repeats what other records and the vocabularies say, as the log has them now.
        log = state.repository.log
        variant += [profile.name, __version__, str(log.last_seq()), log.vocabularies().digest[:12]]
    return f'W/"{revision.seq}-{"-".join(variant)}"'


def _unchanged(request: Request, etag: str, revision: Revision | None) -> bool:
    """Whether the client has it; `revision` where its time says when it last changed."""
    if "if-none-match" in request.headers:
        return answers.has(request, etag)
    since = request.headers.get("if-modified-since")
    if since is None or revision is None:
        return False
    try:
        return revision.time.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False  # RFC 9110 §13.1.3: a date that cannot be read is ignored
