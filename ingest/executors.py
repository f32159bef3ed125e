"""Executors: who does the work of a run that needs neither log nor memory.

To map rows and to validate records takes most of the time and looks at nothing but what it is
given, so it can be done anywhere: at once in this process (`Crew`), in processes beside it
(`Processes`), or on a Dask cluster (`Cluster`). Reading, naming and writing stay here, in the order
of the source, so that a run gives the same records, numbers and reports whoever does the work.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import connection
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from practicegraph import __version__
from practicegraph.errors import InvalidInput, PracticeGraphError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: From so many rows or subjects on, processes are worth the two seconds that they take to start.
LARGE: Final = 5_000
#: Workers that a machine of many cores gives to one run unless it is told otherwise: the process
#: that reads and writes keeps no more of them busy.
_MOST: Final = 8
_PATIENCE: Final = 15
#: Objects after which garbage is looked for.
_GARBAGE: Final = 50_000
_SCHEME: Final = "dask://"


class WorkerLost(PracticeGraphError):
    """A worker ended before its work was done; what was written so far are whole batches."""

    status: ClassVar[int] = 503
    slug: ClassVar[str] = "worker-lost"
    title: ClassVar[str] = "A worker was lost"


class Task(Protocol[T_co]):
    """Work that was handed out."""

    def result(self) -> T_co:
        """Wait for it. Raises what the work raised, or WorkerLost."""

    def cancel(self) -> None:
        """Say that nobody waits for it any more."""


class Crew:
    """Does all work in this process, at the moment it is handed out; the others share its face."""

    #: How many pieces are done at the same time.
    workers: int = 1
    #: How many batches may be on their way before the first of them is written. It bounds memory.
    ahead: int = 0

    def submit(self, work: Callable[..., T], *given: Any) -> Task[T]:
        """Hand out one piece of work; a function of a module, and what it is given."""
        return done(work(*given))

    def each(self, work: Callable[..., T], pieces: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Yield what the work gives for each piece, in order; few are handed out in advance."""
        waiting: deque[Task[T]] = deque()
        try:
            for given in pieces:
                waiting.append(self.submit(work, *given))
                if len(waiting) > 2 * self.ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for task in waiting:
                task.cancel()

    def prepare(self, work: Callable[..., object], *given: Any) -> None:
        """Let workers that are only starting do this meanwhile, so that they are ready."""

    def close(self) -> None:
        """Let the workers go."""

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Done(Generic[T]):
    def __init__(self, value: T) -> None:
        self._value = value

    def result(self) -> T:
        return self._value

    def cancel(self) -> None:
        pass


def done(value: T) -> Task[T]:
    """Work that is done already."""
    return _Done(value)


class _Pooled(Crew):
    """Workers behind an executor of `concurrent.futures`."""

    def __init__(self, workers: int) -> None:
        self.workers = self.ahead = workers

    def submit(self, work: Callable[..., T], *given: Any) -> Task[T]:
        """Hand out one piece of work."""
        return _Handed(self, work, given)

    @abstractmethod
    def start(self, work: Callable[..., T], given: tuple[Any, ...]) -> Future[T]:
        """Give the work to the executor."""

    @abstractmethod
    def lost(self, fault: BaseException) -> WorkerLost | None:
        """The error to tell where the fault is that of a worker, and not of the work."""

    def mend(self) -> bool:
        """Replace workers that were lost; False where that cannot be done from here."""
        return False


class _Handed(Generic[T]):
    """Work at an executor. If its worker is lost it is handed out once more."""

    def __init__(self, crew: _Pooled, work: Callable[..., T], given: tuple[Any, ...]) -> None:
        self._crew = crew
        self._work = work
        self._given = given
        self._future: Future[T] | None = self._started()

    def _started(self) -> Future[T] | None:
        try:
            return self._crew.start(self._work, self._given)
        except Exception as fault:
            if self._crew.lost(fault) is None:
                raise
            return None

    def result(self) -> T:
        for last in (False, True):
            try:
                return self._answer()
            except Exception as fault:
                error = self._crew.lost(fault)
                if error is None:
                    raise
                if last or not self._crew.mend():
                    raise error from fault
                self._future = self._started()
        raise AssertionError

    def _answer(self) -> T:
        if self._future is None:
            raise BrokenProcessPool
        return self._future.result()

    def cancel(self) -> None:
        if self._future is not None:
            self._future.cancel()


class Processes(_Pooled):
    """Processes of this machine. They are started anew, not forked: nothing of here is in them."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self._executor = self._made()

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers, multiprocessing.get_context("spawn"), initializer=_settle_in
        )

    def prepare(self, work: Callable[..., object], *given: Any) -> None:
        """Start all processes, and let each do this."""
        for _ in range(self.workers):
            self._executor.submit(work, *given)

    def start(self, work: Callable[..., T], given: tuple[Any, ...]) -> Future[T]:
        """Give the work to a process."""
        return self._executor.submit(work, *given)

    def lost(self, fault: BaseException) -> WorkerLost | None:
        """The error to tell where a process has died."""
        if not isinstance(fault, BrokenProcessPool):
            return None
        return WorkerLost(
            "A worker process ended twice before its work was done, most likely for want of "
            "memory. What was written are whole batches; run it again with fewer --workers, or "
            "with a smaller PRACTICEGRAPH_BATCH_SIZE."
        )

    def mend(self) -> bool:
        """Start new processes if any of the old ones has died."""
        try:
            self._executor.submit(os.getpid).cancel()
        except BrokenProcessPool:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = self._made()
        return True

    def close(self) -> None:
        """Let the processes end."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Cluster(_Pooled):
    """The workers of a Dask cluster, where this version of the program must be installed.

    Work and results cross the network as pickles, as Dask has it: name only a cluster you trust.
    """

    def __init__(self, address: str) -> None:
        host = address.removeprefix(_SCHEME)
        if not address.startswith(_SCHEME) or not host.rpartition(":")[2].isdecimal():
            raise InvalidInput(f"{address!r} is no executor; write it as dask://HOST:PORT.")
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise InvalidInput(
                "A Dask cluster needs an extra: pip install 'practicegraph[cluster]'."
            ) from error
        self._faults: tuple[type[BaseException], ...] = (
            distributed.KilledWorker,
            distributed.core.CommClosedError,
            CancelledError,
            distributed.client.FutureCancelledError,
        )
        self._address = address
        try:
            self._client = distributed.Client(
                f"tcp://{host}", timeout=_PATIENCE, set_as_default=False
            )
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, TimeoutError) as error:
            raise InvalidInput(
                f"{address}: there is no Dask scheduler with a worker ({error}); start one, or "
                "leave --executor out."
            ) from error
        self._check()
        super().__init__(sum(self._client.nthreads().values()))
        self._executor: Executor = self._client.get_executor(pure=False)

    def _check(self) -> None:
        try:
            versions = set(self._client.run(_version).values())
        except ImportError as error:
            self._client.close()
            raise InvalidInput(
                f"{self._address}: a worker lacks a part of this program ({error}); install "
                f"practicegraph {__version__} there."
            ) from error
        if versions != {__version__}:
            self._client.close()
            raise InvalidInput(
                f"{self._address}: the workers have practicegraph {', '.join(sorted(versions))}; "
                f"install {__version__} there, or the results may differ."
            )

    def start(self, work: Callable[..., T], given: tuple[Any, ...]) -> Future[T]:
        """Give the work to the cluster."""
        with warnings.catch_warnings():
            # That a batch is large is as it should be: it is the work.
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self._executor.submit(work, *given)

    def lost(self, fault: BaseException) -> WorkerLost | None:
        """The error to tell where a worker or the scheduler has gone; Dask has tried again."""
        if not isinstance(fault, self._faults):
            return None
        return WorkerLost(
            f"{self._address}: the cluster lost the workers that had this work ({fault}). What was "
            "written are whole batches; see to the cluster and run it again."
        )

    def close(self) -> None:
        """Leave the cluster."""
        with suppress(*self._faults, OSError):
            self._executor.shutdown(wait=False)
            self._client.close()


def crew_of(workers: int | None, executor: str | None = None, expected: int = 0) -> Crew:
    """The crew of a run: a Dask cluster, or so many processes; one is this process itself.

    Without a number it is one for each core where so much is `expected` that it pays. Raises
    InvalidInput for an executor that cannot be used.
    """
    if executor is not None:
        return Cluster(executor)
    if workers is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        workers = min(cores or 1, _MOST) if expected >= LARGE else 1
    return Processes(workers) if workers > 1 else Crew()


@contextmanager
def sparing() -> Iterator[None]:
    """Look for garbage less often: a run makes many objects, and hardly a circle of them."""
    before = gc.get_threshold()
    gc.set_threshold(_GARBAGE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _version() -> str:
    return __version__


def _settle_in() -> None:
    """Make a worker end with its parent, which also is the one to hear an interrupt."""
    gc.set_threshold(_GARBAGE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
