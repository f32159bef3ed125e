"""The server: the socket it listens on, opened before anything is promised, and how it ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

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


class Server(uvicorn.Server):
    """Serves the application; asked to end, it ends the queries first, so that they get a 503."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, timeout_graceful_shutdown=5
        )
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End on a signal."""
        super().handle_exit(sig, frame)
        pool = getattr(self._app.state, "pool", None)
        if pool is not None:
            # Not in the signal handler itself: closing waits for the workers to end.
            threading.Thread(target=pool.close, name="ending queries").start()
