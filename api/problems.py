"""Every error as a problem document (RFC 9457), whoever raised it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from practicegraph.errors import InvalidInput, PracticeGraphError
from practicegraph.sparql import QueryCancelled

MEDIA_TYPE: Final = "application/problem+json"
#: What the types of problems are named below; the last part is the `slug` of the error.
TYPES: Final = "https://w3id.org/practicegraph/problems/"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_UNEXPECTED: Final = (
    "Something went wrong on our side. It was logged; ask again later, and tell us if it stays."
)


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """Build a problem document; `extra` holds its further members (RFC 9457 §3.2)."""
    members = {**extra, "type": TYPES + slug, "title": title, "status": status, "detail": detail}
    content = json.dumps(members, ensure_ascii=False, default=str)
    return Response(
        # A lone surrogate in what the client sent cannot be written in UTF-8.
        content.encode(errors="replace"),
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Answer all errors of the application with problem documents."""
    app.add_exception_handler(PracticeGraphError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(QueryCancelled, _cancelled)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, PracticeGraphError)
    extra = {name: value for name, value in error.extra.items() if value is not None}
    headers = {"Vary": "Accept"} if error.status == 406 else {}
    if "retry_after" in extra:
        headers["Retry-After"] = str(extra["retry_after"])
    return problem(error.status, error.slug, error.title, error.detail, headers, **extra)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # What was sent is not repeated: it may be long, secret, or no text.
    faults = [
        {"in": str(fault["loc"][0]), "name": ".".join(map(str, fault["loc"][1:])),
         "fault": fault["msg"]}
        for fault in error.errors()
    ]  # fmt: skip
    detail = "; ".join(f"{f['name'] or f['in']}: {f['fault']}" for f in faults)
    return problem(
        InvalidInput.status, InvalidInput.slug, InvalidInput.title, f"{detail}.", errors=faults
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    detail = str(error.detail)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
        detail = f"{request.method} is not possible here; {headers['Allow']} are."
    elif status is HTTPStatus.NOT_FOUND and detail == status.phrase:
        detail = f"There is nothing at {request.url.path}."
    slug = status.phrase.lower().replace(" ", "-")
    return problem(status, slug, status.phrase, detail, headers)


async def _cancelled(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody is there to read it


async def _unexpected(request: Request, error: Exception) -> Response:
    # The server logs it: the exception goes on after this answer.
    return problem(
        PracticeGraphError.status, PracticeGraphError.slug, PracticeGraphError.title, _UNEXPECTED
    )


def _methods(request: Request) -> list[str]:
    """All methods of the address; the router names only those of the first route that it finds."""
    routes: list[BaseRoute] = list(request.app.routes)
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes
        )
    ]
