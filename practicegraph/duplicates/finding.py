"""Finding: the index of duplicates kept up with the log, and what is found noted there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from practicegraph.duplicates.candidates import Candidate, Candidates
from practicegraph.duplicates.index import Draft, Index
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


def draft(repository: Repository) -> Draft:
    """An index over what is published, to find duplicates of what is not; close it after use."""
    catch_up(repository)
    return Draft(repository.duplicates)


def rebuild(repository: Repository) -> None:
    """Make the index anew from the log; candidates and decisions stay as they are."""
    with Index(repository.duplicates) as index:
        index.rebuild()
    catch_up(repository)
