"""A worker process: opens the newest snapshot read-only and answers one query after another.

Started by the pool as `python -m practicegraph.sparql.worker DIRECTORY MEMORY ROWS`; requests come
in on standard input, answers go out on standard output (see `frames`). It has no network, a memory
limit of its own, and ends itself some time after the deadline if its pool is no longer there.
"""

from __future__ import annotations

import json
import os
import select
import sys
import traceback
from pathlib import Path
from typing import Final

from practicegraph.errors import PracticeGraphError, QueryRefused, RepositoryError
from practicegraph.snapshots import SnapshotReader, Snapshots
from practicegraph.sparql import confinement, frames, results
from practicegraph.sparql.evaluation import Result, evaluate
from practicegraph.sparql.frames import Kind
from practicegraph.sparql.request import QueryRequest, Task, memory_exceeded

#: Seconds between looks for a newer snapshot while there is nothing to do.
_IDLE: Final = 1.0
MIB: Final = 1024 * 1024


class Worker:
    """Answers requests from one descriptor to another until the first is closed.

    It also ends when queries have left it much larger than it was: a fresh worker is cheap.
    """

    def __init__(self, directory: Path, memory: int, rows: int) -> None:
        self._reader = SnapshotReader(Snapshots(directory))
        self._memory = memory
        self._rows = rows
        self._refresh()
        self._size = confinement.data_size()

    def serve(self, requests: int, answers: int) -> None:
        """Answer until nobody asks any more."""
        with self._reader:
            frames.send(answers, Kind.READY)
            try:
                while confinement.data_size() - self._size < self._memory * MIB // 2:
                    while not select.select([requests], [], [], _IDLE)[0]:
                        self._refresh()
                    _, payload = frames.receive(requests)
                    frames.send(answers, Kind.TAKEN)
                    self._answer(Task.decoded(payload), answers)
            except (EOFError, BrokenPipeError):
                return

    def _answer(self, task: Task, answers: int) -> None:
        confinement.limit_time(task.seconds)
        try:
            self._refresh()
            confinement.limit_memory(self._size + self._memory * MIB)
            self._write(task.request, answers)
        except BrokenPipeError:
            raise
        except PracticeGraphError as error:
            _send_error(answers, error)
        except MemoryError:
            _send_error(answers, memory_exceeded(self._memory))
        except BaseException:  # a panic of the engine is not even an Exception
            told = {"slug": PracticeGraphError.slug, "trace": traceback.format_exc()}
            frames.send(answers, Kind.ERROR, json.dumps(told).encode())
        else:
            frames.send(answers, Kind.END)
        finally:
            confinement.limit_memory(None)
            confinement.limit_time(0)

    def _refresh(self) -> None:
        if self._reader.refresh():
            # Planning the first query costs the engine some set-up; better now than then.
            self._query(QueryRequest("ASK {}"))

    def _write(self, request: QueryRequest, answers: int) -> None:
        result = self._query(request)
        try:
            results.write(result, request.formats, self._reader.revision, self._rows, answers)
        except BrokenPipeError:
            raise
        except (OSError, RuntimeError) as error:
            raise QueryRefused(f"The query cannot be evaluated: {error}") from error

    def _query(self, request: QueryRequest) -> Result:
        store = self._reader.store
        if store is None:
            raise RepositoryError("Nothing can be asked yet: no state of the graph is published.")
        return evaluate(store, request.query, request.default_graphs, request.named_graphs)


def _send_error(answers: int, error: PracticeGraphError) -> None:
    told = {"slug": error.slug, "detail": error.detail, "extra": error.extra}
    frames.send(answers, Kind.ERROR, json.dumps(told).encode())


def _own_pipes() -> tuple[int, int]:
    """Move the pipes away from standard input and output, which anybody may write to."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return requests, answers


def main(directory: str, memory: str, rows: str) -> None:
    """Run one worker."""
    confinement.deny_dumps_and_interrupts()
    confinement.deny_network()
    worker = Worker(Path(directory), int(memory), int(rows))
    worker.serve(*_own_pipes())


if __name__ == "__main__":
    main(*sys.argv[1:])
