"""Whether the process that began something is still at it.

A mark names a process so that no later one is taken for it: machine, boot, and what the system
says of when it started. Where the system says nothing, the number of the process has to do.
"""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


def mark() -> str:
    """A name for this process, to be put down where others can read it."""
    pid = os.getpid()
    return "|".join([*_machine(), str(pid), _start(pid)])


def ended(mark: str | None) -> bool:
    """Whether the process with this mark is surely no longer there; nobody's mark has ended.

    Of a process on another machine, or in another container, nothing is known.
    """
    parts = (mark or "").split("|")
    if len(parts) != 5 or not parts[3].isdecimal():
        return True
    host, boot, room, pid, start = parts
    here = _machine()
    if host != here[0]:
        return False
    if boot != here[1]:
        return True
    if room != here[2]:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it is there, and somebody else's
    return start != _start(int(pid))


@lru_cache(maxsize=1)
def _machine() -> tuple[str, str, str]:
    """The name of the machine, which start of it this is, and which room of processes."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        boot = ""
    try:
        room = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        room = ""
    return socket.gethostname().replace("|", ""), boot, room


def _start(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where nobody tells.

    A zombie runs no more, and counts as one that never started.
    """
    try:
        status = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    # The name of the program, in brackets, may hold anything (proc_pid_stat(5), fields 3 and 22).
    fields = status.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
