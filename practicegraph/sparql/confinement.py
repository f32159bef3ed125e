"""What a worker process takes from itself before it looks at a query: memory, time, the network.

The text of a query is checked for SERVICE beforehand (see `text`); the kernel's refusal of
sockets is the second wall, for what that check might miss. It exists on Linux only, on x86-64
and AArch64.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Final

_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: load a word, jump if equal, return
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 13  # fail with EACCES

#: machine → (its AUDIT_ARCH constant, its numbers of socket, connect and io_uring_setup)
_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 42, 425)),
    "aarch64": (0xC00000B7, (198, 203, 425)),
}


def deny_network() -> bool:
    """Make every later attempt of this process to open a socket fail; returns whether it worked.

    Cannot be undone. Applies to the calling thread and to those it starts later.
    """
    calls = _CALLS.get(platform.machine())
    if sys.platform != "linux" or calls is None or sys.byteorder != "little":
        return False
    architecture, numbers = calls
    # Each step: operation, how many steps to skip when equal or not, operand.
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(numbers) + 2, architecture), (_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, len(numbers) - i, 0, number) for i, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    address = ctypes.addressof(program)
    header = ctypes.create_string_buffer(struct.pack("@HP", len(steps), address))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    return bool(libc.prctl(_PR_SET_SECCOMP, mode, header, zero, zero) == 0)


def deny_dumps_and_interrupts() -> None:
    """Leave no core files, and leave Ctrl-C to the server, which ends its workers itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def limit_memory(size: int | None) -> None:
    """Let private memory grow up to `size` bytes in all; None takes the limit away."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if size is None or (hard != resource.RLIM_INFINITY and size > hard):
        size = hard
    resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def data_size() -> int:
    """Bytes that count against the memory limit: private writable memory, not the code."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[5]) * os.sysconf("SC_PAGE_SIZE")


def limit_time(seconds: float) -> None:
    """End this process after so many seconds, even inside the engine; 0 takes the limit away.

    The pool ends an overdue worker itself. This is for the worker whose pool has died.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
