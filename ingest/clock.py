"""The clock of a run: how long each stage took, so that a report can say where the time went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Seconds by stage; what several workers do at the same time counts for each of them."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of the block for a stage."""
        start = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - start)

    def each(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, and count only the time that it takes to get them."""
        iterator = iter(items)
        while True:
            start = perf_counter()
            try:
                item = next(iterator)
            except StopIteration:
                self.add(name, perf_counter() - start)
                return
            self.add(name, perf_counter() - start)
            yield item

    def add(self, name: str, seconds: float) -> None:
        """Count time that was measured elsewhere, as by a worker."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
