"""A worker process as its pool sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from practicegraph.sparql import frames
from practicegraph.sparql.frames import Kind

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TMPDIR")


class WorkerProcess:
    """One process. At most one thread reads from it at a time; any thread may kill it."""

    def __init__(self, directory: Path, memory: int, rows: int) -> None:
        arguments = [str(directory.absolute()), str(memory), str(rows)]
        # A program of its own, not a fork: the server has threads. What the server's environment
        # holds (the password of the log) is none of its business. Nothing is imported from the
        # directory in which the server was started (-P).
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "practicegraph.sparql.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**environment, "PYTHONPATH": str(_PACKAGE)},
        )
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._open = True

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, kind: Kind, payload: bytes) -> None:
        """Send it a message. Raises BrokenPipeError when it is gone."""
        with self._writing:
            if self._process.stdin is None or not self._open:
                raise BrokenPipeError
            frames.send(self._process.stdin.fileno(), kind, payload)

    def receive(self) -> tuple[Kind, bytes]:
        """Wait for its next message. Raises EOFError when it is gone."""
        with self._reading:
            if self._process.stdout is None or not self._open:
                raise EOFError
            return frames.receive(self._process.stdout.fileno())

    def kill(self) -> None:
        """End it at once, in whatever it does."""
        self._process.kill()

    def bury(self) -> int:
        """Kill it if need be, wait for its end and close its pipes; returns the exit status."""
        self.kill()
        status = self._process.wait()
        with self._reading, self._writing:  # whoever holds them meets the end of the pipe at once
            self._open = False
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
        return status

    def died_by(self) -> signal.Signals | None:
        """The signal that ended it, where one did. Waits for its end."""
        status = self._process.wait()
        return signal.Signals(-status) if status < 0 else None
