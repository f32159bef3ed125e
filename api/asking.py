"""Asking the query workers on behalf of a client, and sending on what they answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, cast

import anyio
import anyio.to_thread
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from practicegraph.errors import PracticeGraphError
from practicegraph.sparql import (
    Answer,
    Cancellation,
    QueryCancelled,
    QueryPool,
    QueryRequest,
)

_log: Final = logging.getLogger(__name__)

#: Threads beyond those that wait for queries, so that a refusal does not have to wait itself.
_SPARE_THREADS: Final = 16


async def ask(request: Request, query: QueryRequest) -> Answer:
    """Have a query answered; it is called off when the client goes away meanwhile.

    Raises what `QueryPool.run` raises; QueryCancelled becomes a 499 that nobody reads.
    """
    cancellation = Cancellation()
    watcher = asyncio.create_task(_when_gone(request.receive, cancellation.cancel))
    try:
        return await anyio.to_thread.run_sync(
            _pool(request).run, query, cancellation, limiter=threads(request)
        )
    finally:
        watcher.cancel()


class AnswerResponse(Response):
    """Sends an answer as its chunks come; frees the worker when the client goes away.

    An answer that cannot be finished is left without its end, upon which the server closes the
    connection: the client sees that the body is incomplete, and does not take a part for the whole.
    """

    def __init__(
        self, answer: Answer, threads: anyio.CapacityLimiter, vary: str = "Accept"
    ) -> None:
        self._answer = answer
        self._threads = threads
        self.status_code = 200
        self.background = None
        headers = {
            "Vary": vary,
            "PracticeGraph-Revision": str(answer.revision),
            "Cache-Control": "no-cache",
        }
        if answer.length is not None:
            headers["Content-Length"] = str(answer.length)
        self.media_type = answer.media_type
        # There is no `body`, so that no length is made up for an answer that is still being made.
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (ASGI)."""
        watcher = asyncio.create_task(_when_gone(receive, self._answer.close))
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            if self._answer.length is not None:
                body = self._answer.read()
                await send({"type": "http.response.body", "body": body, "more_body": False})
                return
            while chunk := await self._next():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except QueryCancelled:
            _log.info("a client went away before its answer was whole")
        except PracticeGraphError as error:
            # No exception to the server: it would fill its log with what is an everyday event.
            _log.info("an answer was broken off: %s", error)
        finally:
            watcher.cancel()
            self._answer.close()

    async def _next(self) -> bytes:
        return await anyio.to_thread.run_sync(self._take, limiter=self._threads)

    def _take(self) -> bytes:
        return next(self._answer.chunks, b"")


async def _when_gone(receive: Receive, act: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    act()


def _pool(request: Request) -> QueryPool:
    return cast(QueryPool, request.app.state.pool)


def threads(request: Request) -> anyio.CapacityLimiter:
    """Threads of their own for queries, so that those that wait keep nobody else from answers."""
    state = request.app.state
    if not hasattr(state, "query_threads"):
        limits = _pool(request).limits
        state.query_threads = anyio.CapacityLimiter(
            2 * limits.workers + limits.queue + _SPARE_THREADS
        )
    return cast(anyio.CapacityLimiter, state.query_threads)
