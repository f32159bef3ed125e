"""The repository: settings, log and projections put together. Nothing in it is global."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from practicegraph.errors import ProjectionsTaken, RepositoryError
from practicegraph.iris import Iris
from practicegraph.log import Log
from practicegraph.projection import Projector
from practicegraph.settings import Settings


class Repository:
    """A repository in a data directory. Open it with `Repository.open`, close it, or use `with`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.iris = Iris(settings.base_iri)
        self.log = Log(settings.log_location, settings.base_iri)

    @classmethod
    def open(cls, settings: Settings, *, create: bool = True) -> Self:
        """Open the repository of the settings; with `create`, make it where there is none.

        Raises RepositoryError when it is absent, of another base IRI, or of a newer version.
        """
        directory = settings.data
        if not create and not is_made(settings):
            raise RepositoryError(
                f"There is no repository in {directory}. Make one with: practicegraph init "
                f"--data {directory}"
            )
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RepositoryError(
                f"The data directory {directory} cannot be made: {error}"
            ) from error
        return cls(settings)

    @property
    def snapshots(self) -> Path:
        """Directory of the read-only snapshots from which query workers answer."""
        return self.settings.data / "snapshots"

    @property
    def duplicates(self) -> Path:
        """File of the index of duplicates."""
        return self.settings.data / "duplicates.sqlite"

    @contextmanager
    def projecting(self) -> Iterator[Projector]:
        """Hold the projections, as long as the block lasts. Raises ProjectionsTaken if taken."""
        projector = Projector(self.settings.data, self.log, self.iris)
        try:
            yield projector
        finally:
            projector.close()

    def catch_up(self, progress: Callable[[int], None] | None = None) -> bool:
        """Bring the projections up to the log, unless a running server does; returns whether."""
        try:
            with self.projecting() as projector:
                projector.catch_up(progress)
        except ProjectionsTaken:
            return False
        return True

    def close(self) -> None:
        """Let go of the log."""
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def is_made(settings: Settings) -> bool:
    """Whether the data directory holds a repository already."""
    return settings.log_url is not None or (settings.data / "log.sqlite").is_file()
