"""Named queries as operations: `/queries`, and `/queries/{name}?parameter=…` for each file.

The addresses, their parameters and their description come from the headers in `queries/`; a new
file there is a new operation, without a line here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api import answers
from api.answers import VARY
from api.asking import AnswerResponse, ask, threads
from api.pages import render, safe_link
from api.query_forms import controls, openapi
from api.representations import HTML, Representation
from api.state import State, state_of
from practicegraph import queries
from practicegraph.errors import InvalidInput, NotFound, PracticeGraphError
from practicegraph.iris import Iris, term_address
from practicegraph.queries import NamedQuery
from practicegraph.solutions import MEDIA_TYPE, Solutions, as_csv, as_json, text
from practicegraph.sparql import Answer, Formats, QueryRequest
from practicegraph.texts import in_language

router = APIRouter(tags=["named queries"])

#: Rows that a page shows; all of them are in the other representations.
SHOWN: Final = 500
#: Characters of a cell that a page shows.
_CELL_SHOWN: Final = 2_000
#: Bytes of Turtle that a page shows.
_GRAPH_SHOWN: Final = 100_000
#: The one parameter that is not the query's: the language of the page.
_LANG: Final = "lang"
_MAX_PARAMETERS: Final = 500

_JSON: Final = Representation("JSON", "json", "application/json", None)
_CSV: Final = Representation("CSV", "csv", "text/csv", None)
_TEXT: Final = Representation("SPARQL", "rq", "application/sparql-query", None)
TABLE: Final[tuple[Representation, ...]] = (
    HTML,
    _JSON,
    _CSV,
    Representation("SPARQL results, JSON", "srj", MEDIA_TYPE, None),
    Representation("SPARQL results, XML", "srx", "application/sparql-results+xml", None),
    Representation("TSV", "tsv", "text/tab-separated-values", None),
    _TEXT,
)
GRAPH: Final[tuple[Representation, ...]] = (
    HTML,
    Representation("Turtle", "ttl", "text/turtle", None),
    Representation("JSON-LD", "jsonld", "application/ld+json", None),
    Representation("N-Triples", "nt", "application/n-triples", None),
    Representation("RDF/XML", "rdf", "application/rdf+xml", None),
    _TEXT,
)
_LIST: Final = (HTML, _JSON)


@router.get("/queries", summary="List the named queries")
def listing(request: Request, lang: str | None = None) -> Response:
    """List the questions that are asked often, with their parameters."""
    state = state_of(request)
    representation = answers.representation(request, _LIST)
    languages = answers.languages(request, lang)
    known = [queries.load(name) for name in queries.names()]
    headers = {"Vary": VARY, "Cache-Control": "no-cache"}
    if representation is _JSON:
        items = [_described(query, state.iris.base) for query in known]
        content = json.dumps({"total": len(items), "items": items}, ensure_ascii=False)
        return Response(content, media_type=_JSON.media_type, headers=headers)
    groups = [
        (who, [
            {"name": query.name, "summary": in_language(query.summary, languages)}
            for query in sorted(known, key=lambda q: (q.question or 999, q.name))
            if who in query.audience
        ])
        for who in queries.AUDIENCES if who != "internal"
    ]  # fmt: skip
    page = render(
        "queries.html", languages, base=state.iris.path, groups=[g for g in groups if g[1]]
    )
    return Response(page, media_type=HTML.content_type, headers=headers)


def _described(query: NamedQuery, base: str) -> dict[str, Any]:
    example = f"?{urlencode(query.example)}" if query.example else ""
    return {
        "name": query.name,
        "url": f"{base}{_path(query)}",
        "summary": query.summary,
        "question": query.question,
        "audience": query.audience,
        "endpoint": f"{base}{query.endpoint}",
        "form": query.form,
        "mediaTypes": [r.media_type for r in _offers(query)],
        "example": f"{base}{_path(query)}{example}",
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "required": p.required,
                "many": p.many,
                "default": p.default,
                "vocabulary": p.vocabulary,
                "kind": p.kind,
                "example": p.example,
                "about": p.about,
            }
            for p in query.parameters
        ],
    }


def _path(query: NamedQuery) -> str:
    return f"/queries/{query.name}"


def _offers(query: NamedQuery) -> tuple[Representation, ...]:
    return GRAPH if query.form == "graph" else TABLE


# --- one operation for each query -------------------------------------------------------------


def _add(query: NamedQuery) -> None:
    """Add the operation of a query to the router."""

    async def operation(request: Request) -> Response:
        return await _answered(request, query, answers.representation(request, _offers(query)))

    router.add_api_route(
        _path(query),
        operation,
        methods=["GET"],
        operation_id=f"query_{query.name.replace('-', '_')}",
        summary=query.summary["en"],
        description=(
            "Parameters are put into the query as RDF terms. With the extension .rq the answer is "
            "the query itself, to be asked at /sparql."
        ),
        responses={
            200: {
                "description": "The answer, in the media type asked for by Accept or extension.",
                "content": {r.media_type: {} for r in _offers(query)},
            },
            400: {"description": "A parameter is missing, unknown, or not of its type."},
            406: {"description": "The answer cannot be written in what was accepted."},
            422: {"description": "The query went past the limit of time, memory or rows."},
            503: {"description": "Too many queries at once; Retry-After says when to come again."},
        },
        openapi_extra={"parameters": [openapi(p) for p in query.parameters]},
    )


for _name in queries.names():
    _add(queries.load(_name))


@router.get("/queries/{name}", include_in_schema=False)
async def with_extension(request: Request, name: str) -> Response:
    """Answer a query in the representation that the extension names."""
    stem, _, extension = name.partition(".")
    if stem not in queries.names():
        raise NotFound(
            f"There is no query {stem[:200]!r}; there are: {', '.join(queries.names())}."
        )
    query = queries.load(stem)
    found = answers.representation(request, _offers(query), extension)
    return await _answered(request, query, found)


async def _answered(
    request: Request, query: NamedQuery, representation: Representation
) -> Response:
    given = _given(request)
    if representation is HTML:
        return await _page(request, query, given)
    filled = await run_in_threadpool(_filled, query, given, state_of(request))
    if representation is _TEXT:
        return Response(filled, media_type=_TEXT.media_type, headers={"Vary": VARY})
    table = representation in {_JSON, _CSV}
    wanted = MEDIA_TYPE if table else representation.media_type
    answer = await ask(request, QueryRequest(filled, formats=Formats(wanted, wanted)))
    if table:
        answer = await run_in_threadpool(_rewritten, answer, query, representation)
    return AnswerResponse(answer, threads(request), vary=VARY)


def _filled(query: NamedQuery, given: dict[str, list[str]], state: State) -> str:
    return query.filled(given, state.iris, state.repository.log.vocabularies())


def _given(request: Request) -> dict[str, list[str]]:
    """The parameters of the address. An empty field of a form is one that was not filled in."""
    given: dict[str, list[str]] = {}
    pairs = request.query_params.multi_items()
    if len(pairs) > _MAX_PARAMETERS:
        raise InvalidInput(f"At most {_MAX_PARAMETERS} parameters are read.")
    for name, value in pairs:
        if value and name != _LANG:
            given.setdefault(name, []).append(value)
    return given


def _rewritten(answer: Answer, query: NamedQuery, representation: Representation) -> Answer:
    """The answer as a table of ours. What is whole stays whole, so that errors can be told."""
    solutions = Solutions(answer)
    pieces = (
        as_csv(solutions)
        if representation is _CSV
        else as_json(solutions, {"query": query.name, "revision": answer.revision})
    )
    length = None
    if answer.length is not None:
        whole = b"".join(pieces)
        pieces, length = iter([whole]), len(whole)
    chunks = _Pieces(pieces, answer)
    return Answer(representation.content_type, answer.revision, length, chunks)


class _Pieces:
    """What is made of an answer, piece by piece; closing it frees the worker."""

    def __init__(self, pieces: Iterator[bytes], answer: Answer) -> None:
        self._pieces = pieces
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Let go of the worker."""
        self._answer.close()


# --- pages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Result:
    """What a page shows of an answer: the first rows of a table, or the text of a graph.

    There are `more` rows, or more of the text, than it shows; or a cell was `cut`.
    """

    revision: int
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    more: bool = False
    cut: bool = False
    graph: str | None = None


class Cell(NamedTuple):
    """A cell of a table on a page."""

    text: str
    link: str | None
    language: str
    cut: bool


async def _page(request: Request, query: NamedQuery, given: dict[str, list[str]]) -> Response:
    state = state_of(request)
    languages = answers.languages(request, request.query_params.get(_LANG))
    given = {**_in_language(query, languages), **given}
    result: _Result | None = None
    fault: str | None = None
    status = 200
    waits = any(p.required and p.name not in given for p in query.parameters)
    if not waits or set(given) - {p.name for p in query.parameters}:
        try:
            filled = await run_in_threadpool(_filled, query, given, state)
            formats = Formats(MEDIA_TYPE, "text/turtle")
            answer = await ask(request, QueryRequest(filled, formats=formats))
            result = await run_in_threadpool(_shown, answer, state.iris, languages)
        except PracticeGraphError as error:
            if error.status >= 500:
                raise
            fault, status = error.detail, error.status
    pairs = [(name, value) for name, values in given.items() for value in values]

    def made() -> bytes:
        page = render(
            "query.html",
            languages,
            base=state.iris.path,
            query=query,
            summary=in_language(query.summary, languages),
            controls=controls(query, given, languages, state.repository.log.vocabularies()),
            result=result,
            fault=fault,
            formats=[r for r in _offers(query) if r is not HTML],
            search=f"?{urlencode(pairs)}" if pairs else "",
        )
        return page.encode()

    # Lists of countries and tables are long: others are answered while they are written.
    page = await run_in_threadpool(made)
    headers = {"Vary": VARY, "Cache-Control": "no-cache"}
    if result is not None:
        headers["PracticeGraph-Revision"] = str(result.revision)
    return Response(page, status, headers=headers, media_type=HTML.content_type)


def _in_language(query: NamedQuery, languages: tuple[str, ...]) -> dict[str, list[str]]:
    """Who reads a page in a language is answered in it, where the query can."""
    names = [p.name for p in query.parameters if p.type == "language" and p.default is not None]
    return {name: [languages[0]] for name in names}


def _shown(answer: Answer, iris: Iris, languages: Sequence[str]) -> _Result:
    try:
        if answer.media_type != MEDIA_TYPE:
            content = b""
            while len(content) <= _GRAPH_SHOWN and (chunk := next(answer.chunks, b"")):
                content += chunk
            text_ = content[:_GRAPH_SHOWN].decode("utf-8", "ignore")
            more = len(content) > _GRAPH_SHOWN
            return _Result(answer.revision, graph=text_, more=more)
        solutions = Solutions(answer)
        rows = [[_cell(term, iris) for term in row] for row in islice(solutions, SHOWN + 1)]
        more, rows = len(rows) > SHOWN, rows[:SHOWN]
        cut = any(cell.cut for row in rows for cell in row)
        labels = queries.columns()
        columns = [in_language(labels.get(c, {}), languages) or c for c in solutions.columns]
        return _Result(answer.revision, columns, rows, more, cut)
    finally:
        answer.close()


def _cell(term: object, iris: Iris) -> Cell:
    shown = text(term) or ""
    link = None
    if isinstance(term, ox.NamedNode):
        name = iris.name(term.value)
        fragment = "#" + term.value.partition("#")[2] if "#" in term.value else ""
        own = term_address(term.value)
        if name:
            link = iris.address(*name) + fragment
        else:
            link = iris.path + own if own else safe_link(term.value)
        shown = (fragment or name.slug) if name else shown
    language = term.language or "" if isinstance(term, ox.Literal) else ""
    cut = len(shown) > _CELL_SHOWN
    return Cell(f"{shown[:_CELL_SHOWN]}…" if cut else shown, link, language, cut)
