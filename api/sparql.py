"""The SPARQL 1.1 Protocol for queries, and what describes the service (Service Description)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast
from urllib.parse import parse_qsl

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.asking import AnswerResponse, ask, threads
from api.bodies import read_body
from api.negotiation import best, choose
from api.pages import render
from practicegraph.errors import (
    MalformedQuery,
    QueryRefused,
    TooLarge,
    UnsupportedMediaType,
)
from practicegraph.formats import written_as
from practicegraph.iris import Iris
from practicegraph.namespaces import PREFIXES, RDF_TYPE
from practicegraph.settings import Settings
from practicegraph.sparql import (
    GRAPHS,
    SOLUTIONS,
    Formats,
    QueryRequest,
)

router = APIRouter(tags=["SPARQL"])

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"

_SD: Final = PREFIXES["sd"]
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)
_DESCRIPTION_SYNTAX: Final = {
    syntax.media_type: syntax.rdf for syntax in written_as("turtle", "rdfxml", "jsonld", "ntriples")
}
_MAX_PARAMETERS: Final = 1000
_METHODS: Final = "GET, HEAD, POST, OPTIONS"


def _parameter(name: str, description: str, *, many: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "array", "items": schema} if many else schema,
    }


_DATASET: Final = [
    _parameter("default-graph-uri", "Graph whose triples the default graph has.", many=True),
    _parameter("named-graph-uri", "Graph that GRAPH can reach.", many=True),
]
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The result, in the media type asked for by Accept.",
        "content": {media_type: {} for media_type in [*SOLUTIONS, *GRAPHS]},
    },
    400: {"description": "The query or the request is malformed."},
    403: {"description": "The query asks for what is never done here: an update, or SERVICE."},
    406: {"description": "The result cannot be written in any media type that was accepted."},
    422: {"description": "The query went past the limit of time, memory, rows or nesting."},
    503: {"description": "Too many queries at once; Retry-After says when to come again."},
}


@router.head("/sparql", include_in_schema=False)
@router.get(
    "/sparql",
    responses=_RESPONSES,
    openapi_extra={"parameters": [_parameter("query", "The query."), *_DATASET]},
    operation_id="sparql_get",
)
async def sparql_get(request: Request) -> Response:
    """Answer a query; without one, describe the service (SPARQL 1.1 Protocol §2.1.1)."""
    parameters = _read_parameters(request.scope["query_string"], "the query string")
    if not any(name in _PROTOCOL for name, _ in parameters):
        return await run_in_threadpool(_description, request)
    return await _answer(request, parameters)


@router.post(
    "/sparql",
    responses={
        **_RESPONSES,
        413: {"description": "The query is too long."},
        415: {"description": f"The body is neither {FORM} nor {DIRECT} in UTF-8."},
    },
    openapi_extra={
        "parameters": _DATASET,
        "requestBody": {
            "required": True,
            "content": {
                DIRECT: {"schema": {"type": "string"}},
                FORM: {"schema": {"type": "object", "properties": {"query": {"type": "string"}}}},
            },
        },
    },
    operation_id="sparql_post",
)
async def sparql_post(request: Request) -> Response:
    """Answer a query that is the body, or a field of it (SPARQL 1.1 Protocol §2.1.2, §2.1.3)."""
    media_type = _body_type(request)
    body = await read_body(request, _settings(request).max_body)
    parameters = _read_parameters(request.scope["query_string"], "the query string")
    if media_type == FORM:
        parameters += _read_parameters(body, "the form")
    else:
        try:
            parameters.append(("query", body.decode()))
        except UnicodeDecodeError as error:
            raise MalformedQuery(f"The query is not in UTF-8: {error.reason}.") from error
    return await _answer(request, parameters)


@router.options("/sparql", include_in_schema=False)
async def sparql_options() -> Response:
    """Name the methods of the service."""
    return Response(status_code=204, headers={"Allow": _METHODS})


_PROTOCOL: Final = frozenset(
    {
        "query",
        "update",
        "default-graph-uri",
        "named-graph-uri",
        "using-graph-uri",
        "using-named-graph-uri",
    }
)


def _body_type(request: Request) -> str:
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    media_type = media_type.strip().lower()
    if media_type == "application/sparql-update":
        raise QueryRefused(_NO_UPDATE)
    if media_type not in {FORM, DIRECT}:
        raise UnsupportedMediaType(
            f"Send the query as {DIRECT}, or as the field `query` of {FORM}; "
            + (f"this is {media_type}." if media_type else "there is no Content-Type."),
            available=[DIRECT, FORM],
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(f"A query is sent in UTF-8, not in {charset}.")
    return media_type


_NO_UPDATE: Final = (
    "This is an update, and here is a place to ask only: all writing goes through the log."
)


def _read_parameters(encoded: bytes, place: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise MalformedQuery(
            f"{place[0].upper()}{place[1:]} is not percent-encoded UTF-8."
        ) from error
    except ValueError as error:
        raise MalformedQuery(f"More than {_MAX_PARAMETERS} parameters in {place}.") from error


class _Parameters(NamedTuple):
    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def _protocol_parameters(parameters: list[tuple[str, str]]) -> _Parameters:
    given = {name: [v for n, v in parameters if n == name] for name in _PROTOCOL}
    if given["update"] or given["using-graph-uri"] or given["using-named-graph-uri"]:
        raise QueryRefused(_NO_UPDATE)
    if len(given["query"]) != 1:
        raise MalformedQuery(
            "Give exactly one parameter `query`; this request has "
            + (f"{len(given['query'])}." if given["query"] else "none.")
        )
    return _Parameters(
        given["query"][0], tuple(given["default-graph-uri"]), tuple(given["named-graph-uri"])
    )


async def _answer(request: Request, given: list[tuple[str, str]]) -> Response:
    parameters = _protocol_parameters(given)
    limit = _settings(request).max_body
    if len(parameters.query) > limit:
        raise TooLarge(f"A query may have at most {limit} bytes.", limit=limit)
    accept = ", ".join(request.headers.getlist("accept"))
    formats = Formats(best(accept, list(SOLUTIONS)), best(accept, list(GRAPHS)))
    query = QueryRequest(
        parameters.query, parameters.default_graphs, parameters.named_graphs, formats
    )
    return AnswerResponse(await ask(request, query), threads(request))


def _description(request: Request) -> Response:
    iris = Iris(_settings(request).base_iri)
    accept = ", ".join(request.headers.getlist("accept"))
    media_type = choose(accept, [*_DESCRIPTION_SYNTAX, "text/html"])
    headers = {"Vary": "Accept"}
    if media_type == "text/html":
        page = render("sparql.html", ("en",), base=iris.path, formats=[*SOLUTIONS, *GRAPHS])
        return Response(page, media_type="text/html", headers=headers)
    prefixes = {name: PREFIXES[name] for name in ("rdf", "sd", "xsd")}
    content = ox.serialize(
        _service(f"{iris.base}/sparql"), format=_DESCRIPTION_SYNTAX[media_type], prefixes=prefixes
    )
    return Response(content, media_type=media_type, headers=headers)


def _service(endpoint: str) -> list[ox.Triple]:
    """Describe the service (SPARQL 1.1 Service Description §3)."""
    service, dataset, graph = (
        ox.NamedNode(endpoint + part) for part in ("", "#dataset", "#default-graph")
    )
    facts: list[tuple[ox.NamedNode, str, str]] = [
        (service, RDF_TYPE, _SD + "Service"),
        (service, _SD + "endpoint", endpoint),
        (service, _SD + "supportedLanguage", _SD + "SPARQL11Query"),
        (service, _SD + "feature", _SD + "UnionDefaultGraph"),
        *((service, _SD + "resultFormat", _FORMATS + name) for name in _RESULT_FORMATS),
        (service, _SD + "defaultDataset", dataset.value),
        (dataset, RDF_TYPE, _SD + "Dataset"),
        (dataset, _SD + "defaultGraph", graph.value),
        (graph, RDF_TYPE, _SD + "Graph"),
    ]
    return [ox.Triple(s, ox.NamedNode(p), ox.NamedNode(o)) for s, p, o in facts]


def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)
