"""Finding: the index of duplicates kept up with the log, and what is found noted there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Protocol

from practicegraph.duplicates.candidates import Candidate, Candidates
from practicegraph.duplicates.index import Draft, Index
from practicegraph.record import Record
from practicegraph.repository import Repository


def catch_up(repository: Repository, progress: Callable[[int], object] | None = None) -> int:
    """Look at what the log has new, and note candidates; returns how many pairs are new.

    `progress` is told how many revisions each step has looked at.
    """
    candidates = Candidates(repository.log)
    new = 0

    def note(found: Sequence[Candidate], changed: Sequence[str]) -> None:
        nonlocal new
        new += candidates.note(found, changed)

    with Index(repository.duplicates) as index:
        index.catch_up(repository.log, note, progress)
    return new


def find_all(repository: Repository, progress: Callable[[int], object] | None = None) -> int:
    """Compare all records with all others anew; returns how many pairs wait for a decision.

    Frequencies of names and pages are those of the whole repository, as they were not while
    records came in one after the other.
    """
    catch_up(repository, progress)
    with Index(repository.duplicates) as index:
        return Candidates(repository.log).replace(index.among_all())


class Finder(Protocol):
    """What tells a run which of its records are likely to be there already."""

    def find(self, records: Sequence[Record], source: str) -> Iterable[Candidate]:
        """The likely pairs that records make which were written just now, or would be."""

    def close(self) -> None:
        """Let go of the index."""


class LiveFinder:
    """Finds duplicates of what a run has written, and notes them in the log."""

    def __init__(self, repository: Repository) -> None:
        catch_up(repository)
        self._log = repository.log
        self._candidates = Candidates(repository.log)
        self._index = Index(repository.duplicates)

    def find(self, records: Sequence[Record], source: str) -> Iterable[Candidate]:
        """The likely pairs of whatever the log has new, these records among it."""
        del records, source  # the log knows them, and where they came from
        heard: list[Candidate] = []

        def note(found: Sequence[Candidate], changed: Sequence[str]) -> None:
            self._candidates.note(found, changed)
            heard.extend(found)

        self._index.catch_up(self._log, note)
        return heard

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()


def finder(repository: Repository, *, dry_run: bool) -> Finder:
    """Who finds duplicates during a run; close it after use. A dry run notes nothing."""
    return draft(repository) if dry_run else LiveFinder(repository)


def draft(repository: Repository) -> Draft:
    """An index over what is published, to find duplicates of what is not; close it after use.

    What the index has not seen of the log goes into the draft: nothing is written, or noted.
    """
    made = Draft(repository.duplicates)
    revisions = repository.log.revisions(after=made.applied())
    for source, group in groupby(revisions, key=lambda revision: revision.source):
        for _ in made.find((r for each in group if (r := each.as_record())), source):
            pass
    return made


def rebuild(repository: Repository) -> None:
    """Make the index anew from the log; candidates and decisions stay as they are."""
    with Index(repository.duplicates) as index:
        index.rebuild()
    catch_up(repository)
