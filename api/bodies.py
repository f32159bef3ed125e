"""Reading request bodies, never more of them than is allowed."""

from __future__ import annotations

from fastapi import Request

from practicegraph.errors import InvalidInput, TooLarge


async def read_body(request: Request, limit: int) -> bytes:
    """Read the whole body. Raises TooLarge past `limit` bytes, before reading where it can."""
    length = request.headers.get("content-length")
    if length is not None:
        if not length.isascii() or not length.isdigit():
            raise InvalidInput("Content-Length is not a number of bytes.")
        if len(length) > 18 or int(length) > limit:
            raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit} bytes.", limit=limit)
