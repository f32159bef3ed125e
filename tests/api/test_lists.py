"""A list shows all that is published, also what the graph has not applied yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from api.lists import page_of
from api.state import State
from builders import practice
from practicegraph.namespaces import DCT
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings

ANYONE = Provenance(agent="test", activity="test")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with (
        Repository.open(Settings(data=tmp_path)) as repository,
        repository.projecting() as projector,
    ):
        yield State(repository, projector)


def titles(state: State, number: int = 1, size: int = 10) -> list[str]:
    page = page_of(state, "practices", number, size)
    assert page.total == state.repository.log.count("practice")
    return [entry.titles["en"] for entry in page.entries]


def test_what_is_pending_stays_in_the_list(state: State) -> None:
    log = state.repository.log
    log.append([practice(slug, f"Title {slug}") for slug in "abcd"], ANYONE)
    state.projector.catch_up()
    log.append([practice("a", "Changed"), practice("new", "New")], ANYONE)
    log.withdraw(practice("c").iri, ANYONE)
    expected = ["New", "Changed", "Title d", "Title b"]
    assert titles(state) == expected
    assert page_of(state, "practices", 1, 10).revision == 7
    assert titles(state, 1, 2) + titles(state, 2, 2) == expected
    state.projector.catch_up()
    assert titles(state) == expected


def test_a_pending_record_shows_no_titles_of_its_parts(state: State) -> None:
    record = practice("a", "Whole")
    step = ox.NamedNode(record.iri + "#step-1")
    part = ox.Triple(step, ox.NamedNode(DCT + "title"), ox.Literal("Part", language="it"))
    whole = Record.of(record.iri, [*record.triples(), part], state.iris)
    state.repository.log.append([whole], ANYONE)
    for _ in range(2):
        (entry,) = page_of(state, "practices", 1, 10).entries
        assert entry.titles == {"en": "Whole"}
        state.projector.catch_up()
