"""The application factory: a repository in, a web application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import catalogue, named_queries, resources, runs, sparql, vocabulary
from api.languages import preferred
from api.pages import render
from api.problems import MEDIA_TYPE, install_problem_handlers
from api.representations import HTML
from api.state import State, state_of
from practicegraph import __version__, artefacts
from practicegraph.iris import KINDS
from practicegraph.projection import Projector
from practicegraph.repository import Repository
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import QueryLimits, QueryPool

_STATIC: Final = Path(__file__).parent / "static"
#: fastapi-offline is here for the files it carries: a Swagger UI that reads OpenAPI 3.1.
_CONSOLE: Final = Path(fastapi_offline.__file__).parent / "static"
_DESCRIPTION: Final = (
    "An open repository of good practices in public services. Everything here can be read without "
    "an account; nothing can be written through it. Errors are problem documents (RFC 9457)."
)
#: What every operation may answer with, beside what it says itself.
_PROBLEM: Final[dict[str, Any]] = {
    "description": "What went wrong, and what to do about it (RFC 9457).",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}

#: Scripts and styles come from here alone; the API console alone needs its inline start script.
_POLICY: Final = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
_CONSOLE_POLICY: Final = (
    _POLICY + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)


class SafetyHeaders:
    """Adds to every answer the headers that keep a browser from doing more than showing it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                console = scope.get("path") == "/docs"
                headers.setdefault(
                    "Content-Security-Policy", _CONSOLE_POLICY if console else _POLICY
                )
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)


class HeadAsGet:
    """Answers HEAD as GET without the body (RFC 9110 §9.3.2), so that every route has it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def headers_only(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, headers_only)


def create_app(repository: Repository) -> FastAPI:
    """Build the application that serves a repository.

    While it runs it holds the projections of the data directory, follows the log, publishes
    snapshots and keeps the query workers. Start-up raises RepositoryError when another process
    holds the projections.
    """
    settings = repository.settings

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        projector = await run_in_threadpool(
            Projector, settings.data, repository.log, repository.iris
        )
        try:
            await run_in_threadpool(projector.catch_up)
            snapshots = Snapshots(repository.snapshots)
            await run_in_threadpool(projector.graph.publish, snapshots)
            pool = QueryPool(snapshots, QueryLimits.of(settings))
            await run_in_threadpool(pool.start)
            try:
                app.state.practicegraph = State(repository, projector)
                app.state.settings = settings
                app.state.pool = pool
                projector.follow(lambda _revision: projector.graph.publish(snapshots))
                yield
            finally:
                await run_in_threadpool(pool.close)
        finally:
            await run_in_threadpool(projector.close)

    app = FastAPI(
        title="PracticeGraph",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": _PROBLEM},
    )
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=["ETag", "Last-Modified", "Link", "PracticeGraph-Revision"],
    )
    app.add_middleware(SafetyHeaders)
    app.add_middleware(HeadAsGet)
    install_problem_handlers(app)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.mount(
        "/docs/assets",
        StaticFiles(directory=_CONSOLE),
        name="console-assets",
    )
    app.add_api_route("/", _home, methods=["GET"], include_in_schema=False)
    app.add_api_route("/docs", _console, methods=["GET"], include_in_schema=False)
    app.add_api_route("/health", _health, methods=["GET"], tags=["service"])
    app.add_api_route("/ontology/context.jsonld", _context, methods=["GET"], tags=["vocabulary"])
    app.include_router(sparql.router)
    app.include_router(named_queries.router)
    app.include_router(catalogue.router)
    app.include_router(resources.router)
    app.include_router(runs.router)
    app.include_router(vocabulary.router)
    return app


def _home(request: Request, lang: str | None = None) -> Response:
    state = state_of(request)
    languages = preferred(
        lang,
        request.headers.get("accept-language"),
        state.repository.settings.language_order,
    )
    counts = [(plural, state.repository.log.count(kind)) for kind, (plural, _) in KINDS.items()]
    html = render("home.html", languages, base=state.iris.path, counts=counts)
    return Response(html, media_type=HTML.content_type, headers={"Vary": "Accept-Language"})


def _console(request: Request) -> HTMLResponse:
    path = state_of(request).iris.path
    return get_swagger_ui_html(
        openapi_url=f"{path}/openapi.json",
        title="PracticeGraph API",
        swagger_js_url=f"{path}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{path}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{path}/docs/assets/favicon.png",
    )


def _health(request: Request) -> JSONResponse:
    """Tell whether the service is well: last revision of the log, and the one the graph has."""
    state = state_of(request)
    failure = state.projector.failure
    last, applied = state.repository.log.last_seq(), state.graph.applied()
    return JSONResponse(
        {
            "status": "failing" if failure else "ok",
            "version": __version__,
            "revision": last,
            "applied": applied,
            **(
                {"detail": "The graph cannot follow the log; see the server's log."}
                if failure
                else {}
            ),
        },
        status_code=503 if failure else 200,
        headers={"Cache-Control": "no-store"},
    )


def _context() -> Response:
    """Return the JSON-LD context of the vocabulary."""
    return Response(artefacts.context_text(), media_type="application/ld+json")
