"""Log and graph agree, record by record, whatever happens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import IRIS, practice
from practicegraph.concepts import bundled
from practicegraph.entries import entry
from practicegraph.errors import ProjectionsTaken, RepositoryError
from practicegraph.graph import Graph, OxigraphGraph
from practicegraph.namespaces import DCAT
from practicegraph.projection import Projector
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance, Revision
from practicegraph.settings import Settings
from practicegraph.snapshots import SnapshotReader, Snapshots

ANYONE = Provenance(agent="test", activity="test")


def assert_agreement(repository: Repository, graph: Graph) -> None:
    """The graph holds exactly what the log says is published."""
    live = {r.record: r for r in repository.log.live_revisions()}
    assert set(graph.records()) == set(live)
    for iri, revision in live.items():
        record = revision.as_record()
        assert record is not None
        assert set(graph.describe(iri)) == set(record.triples())
    assert graph.applied() == repository.log.last_seq()
    assert entries_of(graph) == {
        fact
        for record in {r.record for r in repository.log.revisions()}
        for newest, *_, first in [twice(repository.log.history(record))]
        for fact in entry(newest, first, IRIS)
    }


def twice(history: list[Revision]) -> list[Revision]:
    """A history of one revision has its newest and its first in the same one."""
    return history if len(history) > 1 else history * 2


def entries_of(graph: Graph) -> set[ox.Triple]:
    """All that the graph says of records beside what they say themselves."""
    about = ox.NamedNode(IRIS.catalogue_graph)
    return {
        quad.triple
        for quad in store_of(graph).quads_for_pattern(None, None, None, about)
        if quad.subject != ox.NamedNode(IRIS.catalogue)
    }


def statements(graph: Graph) -> set[str]:
    """Everything in the store; blank nodes have the names of RDFC-1.0."""
    dataset = ox.Dataset(store_of(graph))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def store_of(graph: Graph) -> ox.Store:
    assert isinstance(graph, OxigraphGraph)
    return graph.store


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to pass within five seconds")


@contextmanager
def fresh(directory: Path) -> Iterator[Repository]:
    with Repository.open(Settings(data=directory)) as repository:
        yield repository


steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "withdraw", "project", "reopen"]),
        st.sampled_from(["a", "b", "c"]),
        st.text(max_size=5),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_any_sequence_of_changes_leaves_log_and_graph_agreeing(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, str, str]]
) -> None:
    with fresh(tmp_path_factory.mktemp("repository")) as repository:
        for action, slug, text in actions:
            record = practice(slug, "title", text)
            if action == "write":
                repository.log.append([record], ANYONE)
            elif action == "withdraw":
                head = repository.log.heads([record.iri]).get(record.iri)
                if head and head.live:
                    repository.log.withdraw(record.iri, ANYONE)
            elif action == "project":
                assert repository.catch_up()
        with repository.projecting() as projector:
            projector.catch_up()
            assert_agreement(repository, projector.graph)


@pytest.mark.parametrize("number", [1, 99, 100, 1500])
def test_few_and_many_records_are_projected_alike(tmp_path: Path, number: int) -> None:
    with fresh(tmp_path) as repository:
        repository.log.append([practice(f"p{n}", f"Text . \n {n}") for n in range(number)], ANYONE)
        with repository.projecting() as projector:
            projector.catch_up()
            assert_agreement(repository, projector.graph)
            # New, changed and withdrawn in one batch.
            repository.log.append([practice(f"q{n}", "A") for n in range(number)], ANYONE)
            repository.log.append([practice("p0", "changed"), practice("q0", "changed")], ANYONE)
            repository.log.withdraw(practice("q0").iri, ANYONE)
            projector.catch_up()
            assert_agreement(repository, projector.graph)


class TidyGraph(OxigraphGraph):
    """Counts how often it is put in order."""

    tidied = 0

    def optimise(self) -> None:
        self.tidied += 1
        super().optimise()


def test_the_storage_is_put_in_order_after_much_and_not_after_little(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository:
        projector = Projector(tmp_path, repository.log, repository.iris, TidyGraph, many=3)
        try:
            assert isinstance(projector.graph, TidyGraph)
            repository.log.append([practice("a", "A"), practice("b", "B")], ANYONE)
            projector.catch_up()
            assert projector.graph.tidied == 0
            repository.log.append([practice(slug, "C") for slug in "cde"], ANYONE)
            projector.catch_up()
            assert projector.graph.tidied == 1
            assert_agreement(repository, projector.graph)
        finally:
            projector.close()


def test_a_rebuilt_graph_is_the_same(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository:
        repository.log.append([practice("a", "A"), practice("b", "B")], ANYONE)
        repository.log.withdraw(practice("b").iri, ANYONE)
        with repository.projecting() as projector:
            projector.catch_up()
            before = statements(projector.graph)
            assert projector.rebuild() == 3
            assert statements(projector.graph) == before


def test_a_graph_of_an_older_layout_is_made_anew(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository:
        repository.log.append([practice("a", "A")], ANYONE)
        with repository.projecting() as projector:
            projector.catch_up()
            before = statements(projector.graph)
            about = ox.NamedNode(f"{IRIS.base}/graph/vocabulary")
            store_of(projector.graph).remove_graph(about)
            store_of(projector.graph).remove_graph(ox.NamedNode(IRIS.graph(practice("a").iri)))
        with repository.projecting() as projector:
            projector.catch_up()
            assert statements(projector.graph) == before


def test_only_one_process_holds_the_projections(tmp_path: Path) -> None:
    with fresh(tmp_path) as one, fresh(tmp_path) as two, one.projecting():
        with pytest.raises(ProjectionsTaken, match="Another process"), two.projecting():
            pass
        assert not two.catch_up()
        assert two.log.append([practice("a", "A")], ANYONE) == [1]


def test_a_follower_applies_what_others_append_within_a_second(tmp_path: Path) -> None:
    heard = threading.Event()
    reached: list[int] = []

    def changed(revision: int) -> None:
        reached.append(revision)
        if revision == 1:
            heard.set()

    with fresh(tmp_path) as one, fresh(tmp_path) as two, one.projecting() as projector:
        projector.follow(changed)
        two.log.append([practice("a", "A")], ANYONE)
        assert heard.wait(5)
        assert reached == [0, 1]
        assert projector.graph.describe(practice("a", "A").iri)
        assert projector.failure is None


def test_the_vocabulary_is_published_beside_the_records_and_is_no_record(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository, repository.projecting() as projector:
        assert list(projector.graph.records()) == []
        rows = projector.graph.select(
            "SELECT ?c { ?c <http://www.w3.org/2004/02/skos/core#inScheme> "
            "<https://w3id.org/practicegraph/scheme/maturity> }"
        )
        assert len(list(rows)) == 7
        size = len(store_of(projector.graph))
        projector.graph.publish_vocabularies(bundled())
        assert len(store_of(projector.graph)) == size


def test_the_checkpoint_is_the_version_of_the_catalogue(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository, repository.projecting() as projector:
        repository.log.append([practice(f"p{n}", "A") for n in range(150)], ANYONE)
        projector.catch_up()
        repository.log.append([practice("p0", "B")], ANYONE)
        projector.catch_up()
        versions = store_of(projector.graph).quads_for_pattern(
            ox.NamedNode(IRIS.catalogue), ox.NamedNode(DCAT + "version"), None, None
        )
        assert [q.object for q in versions] == [ox.Literal("151")]


def test_a_failure_to_tell_is_logged_once_and_got_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[int] = []

    def changed(revision: int) -> None:
        attempts.append(revision)
        if len(attempts) <= 2:
            raise OSError(28, f"No space left on device, attempt {len(attempts)}")

    with fresh(tmp_path) as repository, repository.projecting() as projector:
        with caplog.at_level(logging.ERROR, "practicegraph.projection"):
            projector.follow(changed)
            wait_for(lambda: projector.failure is not None)
            # What is appended meanwhile is applied, though nobody can be told.
            repository.log.append([practice("a", "A")], ANYONE)
            wait_for(lambda: projector.graph.applied() == 1)
            assert isinstance(projector.failure, OSError)
            wait_for(lambda: projector.failure is None)
        assert attempts[-1] == 1
        assert [r.getMessage() for r in caplog.records] == ["The graph cannot follow the log."]
        assert caplog.records[0].exc_info


class SlowGraph(OxigraphGraph):
    """A graph for which each step of a catch-up takes half a second."""

    def apply(self, revisions: Sequence[Revision]) -> None:
        time.sleep(0.5)
        super().apply(revisions)


def test_a_long_catch_up_is_seen_while_it_runs_and_does_not_hold_up_the_end(
    tmp_path: Path,
) -> None:
    reached: list[int] = []
    with fresh(tmp_path) as repository:
        repository.log.append([practice(f"p{n}", "A") for n in range(20_000)], ANYONE)
        projector = Projector(tmp_path, repository.log, repository.iris, make=SlowGraph)
        projector.follow(reached.append)
        wait_for(lambda: len(reached) >= 3)
        start = time.monotonic()
        projector.close()
        assert time.monotonic() - start < 3
        assert reached == sorted(set(reached))
        assert reached[0] == 0
        assert 0 < reached[-1] < 20_000
        with repository.projecting() as again:
            assert reached[-1] <= again.graph.applied() < 20_000


def test_a_store_that_cannot_be_opened_is_no_running_server_and_leaves_no_lock(
    tmp_path: Path,
) -> None:
    with fresh(tmp_path) as repository:
        assert repository.catch_up()
        pointer = tmp_path / "graph" / "CURRENT"
        whole = pointer.read_bytes()
        pointer.write_bytes(b"broken")
        with pytest.raises(RepositoryError, match="cannot be opened") as caught:
            repository.catch_up()
        assert not isinstance(caught.value, ProjectionsTaken)
        pointer.write_bytes(whole)
        assert repository.catch_up()


def test_a_graph_publishes_itself_at_the_revision_it_reflects(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "snapshots")
    with fresh(tmp_path) as repository, repository.projecting() as projector:
        repository.log.append([practice("a", "A"), practice("b", "B")], ANYONE)
        projector.catch_up()
        repository.log.append([practice("c", "C")], ANYONE)
        assert projector.graph.publish(snapshots).revision == 2
        with SnapshotReader(snapshots) as reader:
            assert reader.refresh()
            assert reader.store is not None
            graph = ox.NamedNode(IRIS.graph(practice("b").iri))
            assert reader.store.contains_named_graph(graph)
