"""The socket that the server listens on, opened before anything is promised."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from practicegraph.errors import RepositoryError
from practicegraph.settings import Settings


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Hold the address and port of the settings. Raises RepositoryError when they are not free."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        # With the protocol named, asyncio switches Nagle's algorithm off.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise RepositoryError(
            f"The server cannot listen on {settings.host}: {error}. Name another address with "
            "--host."
        ) from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError as error:
            raise RepositoryError(
                f"The server cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Name another port with --port, or stop what uses it."
            ) from error
        yield listener
