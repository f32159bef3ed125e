"""Every real catalogue comes in with one command, as previewed, and a second time does nothing.

What nobody may read from the repository is looked for in everything that it gives out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from village import digests, fresh

from ingest import Report, ingest
from ingest.outcome import Outcome
from practicegraph import export
from practicegraph.repository import Repository
from sources_kit import KINDS, Documented, documented, secrets

pytestmark = pytest.mark.slow

SOURCES = documented()


@dataclass
class Imported:
    """A repository into which the sources come one after the other, and what each one did."""

    repository: Repository
    folder: Path
    done: dict[str, tuple[Told, Told]] = field(default_factory=dict)

    def bring(self, source: Documented) -> tuple[Told, Told]:
        """Preview a source and then bring it in, once."""
        if source.folder not in self.done:
            preview = self.told(source, dry_run=True)
            self.done[source.folder] = (preview, self.told(source))
        return self.done[source.folder]

    def told(self, source: Documented, *, dry_run: bool = False, force: bool = False) -> Told:
        """What the report of one call tells."""
        with ingest(
            self.repository,
            [self.folder / source.folder],
            dry_run=dry_run,
            skip_broken=source.skips_broken,
            force=force,
        ) as report:
            return Told.of(report)


@dataclass(frozen=True)
class Told:
    """What a report tells, apart from the numbers of its runs."""

    counts: dict[str, int]
    created: tuple[int, ...]
    rows: int
    rejected: int
    changes: tuple[object, ...]
    problems: tuple[object, ...]

    @classmethod
    def of(cls, report: Report) -> Told:
        """Read it all."""
        created = tuple(report.counts.of(Outcome.CREATED, kind) for kind in KINDS)
        return cls(
            report.counts.flat(),
            created,
            report.counts.rows,
            report.rejected,
            tuple(report.changes()),
            tuple(
                (p.severity, p.file, p.place, p.field, p.value, p.rule) for p in report.problems()
            ),
        )


@pytest.fixture(scope="module")
def imported(third_party: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    with fresh(tmp_path_factory.mktemp("sources") / "data") as repository:
        yield Imported(repository, third_party)


def test_every_folder_of_real_data_is_documented(third_party: Path) -> None:
    folders = {folder.name for folder in third_party.iterdir() if folder.is_dir()}
    assert {source.folder for source in SOURCES} == folders - {"reference-shapes"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.folder)
def test_a_source_comes_in_as_it_was_previewed_and_as_it_is_documented(
    imported: Imported, source: Documented
) -> None:
    preview, done = imported.bring(source)
    assert preview == done
    assert (done.rows, done.created, done.rejected) == (
        source.rows, source.created, source.rejected
    )  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.folder)
def test_a_second_import_makes_no_revision(imported: Imported, source: Documented) -> None:
    imported.bring(source)
    last, before = imported.repository.log.last_seq(), digests(imported.repository)
    again = imported.told(source, force=True)
    assert imported.repository.log.last_seq() == last
    assert digests(imported.repository) == before
    assert again.created == (0, 0, 0, 0)


def test_no_address_or_number_of_a_person_is_given_out(imported: Imported, tmp_path: Path) -> None:
    for source in SOURCES:
        imported.bring(source)
    imported.repository.catch_up()
    for form in export.FORMATS:
        export.write(imported.repository, form, tmp_path / f"all.{form}")
    hidden = {text for source in SOURCES for text in secrets(imported.folder / source.folder)}
    assert hidden
    for file in tmp_path.glob("all.*"):
        given = file.read_text("utf-8")
        assert not {text for text in hidden if text in given}, file.suffix
        assert not re.search(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", given), file.suffix
        assert "mailto:" not in given
