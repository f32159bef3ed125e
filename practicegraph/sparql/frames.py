"""Messages between the pool and its workers: a kind, a length, and the bytes, over a pipe."""

from __future__ import annotations

import os
import struct
from enum import Enum
from typing import Final

_HEADER: Final = struct.Struct("!cI")


class Kind(Enum):
    """What a message is."""

    READY = b"R"  # worker: started
    QUERY = b"Q"  # pool: a request, as JSON
    TAKEN = b"T"  # worker: the request has arrived; what happens now, happens because of it
    HEAD = b"H"  # worker: media type and revision of the answer that follows, as JSON
    DATA = b"D"  # worker: a piece of the answer
    END = b"E"  # worker: the answer is whole
    ERROR = b"X"  # worker: the answer will not come, or not go on; why, as JSON


def send(descriptor: int, kind: Kind, payload: bytes = b"") -> None:
    """Write one message. Raises BrokenPipeError when nobody reads any more."""
    message = memoryview(_HEADER.pack(kind.value, len(payload)) + payload)
    while message:
        message = message[os.write(descriptor, message) :]


def receive(descriptor: int) -> tuple[Kind, bytes]:
    """Wait for one message. Raises EOFError when the other side is gone, whole message or not."""
    kind, length = _HEADER.unpack(_exactly(descriptor, _HEADER.size))
    return Kind(kind), _exactly(descriptor, length)


def _exactly(descriptor: int, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        piece = os.read(descriptor, min(length - len(data), 1 << 20))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
