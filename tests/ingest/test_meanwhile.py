"""What somebody does between the reading and the writing of an ingestion is not undone by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from village import as_csv, bring, line, mapping_file

from ingest.clock import Clock
from ingest.inputs import InputFile
from ingest.library import Library
from ingest.memory import RunMemory
from ingest.outcome import Outcome
from ingest.pipeline import Pipeline
from ingest.row_source import RowSource
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

SOMEBODY = Provenance(agent="somebody", activity="edit")
KITCHEN = "http://127.0.0.1:8000/id/practice/open-kitchen"


class Interrupted(Clock):
    """A clock by which somebody else acts, once, just before something is written."""

    act: Callable[[], object] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if name == "write" and self.act:
            act, self.act = self.act, None
            act()
        with super().stage(name):
            yield


def ingest_while(repository: Repository, table: Path, act: Callable[[], object]) -> Pipeline:
    clock, memory = Interrupted(), RunMemory()
    clock.act = act
    source = RowSource(
        table.name,
        [InputFile(table, table.name)],
        Library().load(mapping_file(table.parent)),
        clock,
    )
    try:
        source.scan()
        pipeline = Pipeline(repository, source, memory, clock, SOMEBODY)
        list(pipeline.run())
    finally:
        source.close()
        memory.close()
    assert clock.act is None, "nothing was written"
    return pipeline


def test_a_record_withdrawn_meanwhile_stays_withdrawn(tmp_path: Path) -> None:
    with Repository.open(Settings(data=tmp_path / "data", validation_engine="turbo")) as repository:
        bring(repository, as_csv(tmp_path / "a.csv", [line("Open kitchen", id="1")])).close()
        changed = as_csv(tmp_path / "a.csv", [line("Open kitchen", id="1", country="Italy")])
        pipeline = ingest_while(
            repository, changed, lambda: repository.log.withdraw(KITCHEN, SOMEBODY)
        )
        assert [r.action for r in repository.log.history(KITCHEN)] == ["withdraw", "create"]
        assert pipeline.counts.of(Outcome.SKIPPED, "practice") == 1


def test_a_change_meanwhile_is_the_one_that_is_updated(tmp_path: Path) -> None:
    with Repository.open(Settings(data=tmp_path / "data", validation_engine="turbo")) as repository:
        bring(repository, as_csv(tmp_path / "a.csv", [line("Open kitchen", id="1")])).close()
        first = repository.log.latest(KITCHEN)
        assert first is not None

        def reach_the_same_state_again() -> None:
            repository.log.withdraw(KITCHEN, SOMEBODY)
            record = first.as_record()
            assert record is not None
            repository.log.append([record], SOMEBODY)

        changed = as_csv(tmp_path / "a.csv", [line("Open kitchen", id="1", country="Italy")])
        ingest_while(repository, changed, reach_the_same_state_again)
        (update, create, withdrawal, _) = repository.log.history(KITCHEN)
        assert (update.action, update.previous) == ("update", create.seq)
        assert (create.previous, withdrawal.previous) == (withdrawal.seq, first.seq)
