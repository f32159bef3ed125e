"""Log and graph agree, record by record, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import IRIS, practice
from practicegraph.errors import RepositoryError
from practicegraph.namespaces import DCAT
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

ANYONE = Provenance(agent="test", activity="test")


def assert_agreement(repository: Repository, graph: object) -> None:
    """The graph holds exactly what the log says is published."""
    assert isinstance(graph, object)
    live = {r.record: r for r in repository.log.live_revisions()}
    assert set(graph.records()) == set(live)  # type: ignore[attr-defined]
    for iri, revision in live.items():
        record = revision.as_record()
        assert record is not None
        assert set(graph.describe(iri)) == set(record.triples())  # type: ignore[attr-defined]
    assert graph.applied() == repository.log.last_seq()  # type: ignore[attr-defined]


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


def test_a_rebuilt_graph_is_the_same(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository:
        repository.log.append([practice("a", "A"), practice("b", "B")], ANYONE)
        repository.log.withdraw(practice("b").iri, ANYONE)
        with repository.projecting() as projector:
            projector.catch_up()
            before = {str(q) for q in projector.graph.store}
            assert projector.rebuild() == 3
            assert {str(q) for q in projector.graph.store} == before


def test_only_one_process_holds_the_projections(tmp_path: Path) -> None:
    with fresh(tmp_path) as one, fresh(tmp_path) as two, one.projecting():
        with pytest.raises(RepositoryError, match="Another process"), two.projecting():
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
        size = len(projector.graph.store)
        projector.graph.publish_vocabularies()
        assert len(projector.graph.store) == size


def test_the_checkpoint_is_the_version_of_the_catalogue(tmp_path: Path) -> None:
    with fresh(tmp_path) as repository, repository.projecting() as projector:
        repository.log.append([practice(f"p{n}", "A") for n in range(150)], ANYONE)
        projector.catch_up()
        repository.log.append([practice("p0", "B")], ANYONE)
        projector.catch_up()
        versions = projector.graph.store.quads_for_pattern(
            ox.NamedNode(IRIS.catalogue), ox.NamedNode(DCAT + "version"), None, None
        )
        assert [q.object for q in versions] == [ox.Literal("151")]
