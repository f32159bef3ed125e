"""A record that was merged into another leads there, for as long as the merge holds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from test_resources import wait_until_applied

from api.app import create_app
from api.representations import RECORD
from ingest import bundled_folder, ingest
from practicegraph.duplicates.merging import merge
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from practicegraph.undoing import undo
from serving import running

CSV = {"Accept": "text/csv"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    settings = Settings(data=tmp_path_factory.mktemp("merged"), query_workers=1)
    with Repository.open(settings) as repository:
        ingest(repository, [bundled_folder()])
        yield repository


@pytest.fixture(scope="module")
def client(repository: Repository) -> Iterator[httpx.Client]:
    with running(create_app(repository)) as client:
        yield client


@pytest.fixture(scope="module")
def practices(repository: Repository) -> list[str]:
    """Slugs of three practices."""
    heads = repository.log.live("practice", limit=3)
    return [head.record.rpartition("/")[2] for head in heads]


@pytest.fixture
def chain(
    repository: Repository, client: httpx.Client, practices: list[str]
) -> Iterator[list[str]]:
    """The first practice merged into the second, and that into the third; undone afterwards."""
    first, second, third = (repository.iris.thing("practice", slug) for slug in practices)
    runs = [
        merge(repository, second, first, agent="Jane").run,
        merge(repository, third, second, agent="Jane").run,
    ]
    wait_until_applied(client, repository.log.last_seq())
    yield practices
    for run in reversed(runs):
        assert run is not None
        undo(repository.log, run, agent="Jane")
    wait_until_applied(client, repository.log.last_seq())


def asked(client: httpx.Client, path: str, accept: str = "text/html") -> httpx.Response:
    return client.get(path, headers={"Accept": accept}, follow_redirects=False)


@pytest.mark.parametrize("number", [0, 1])
def test_the_thing_and_its_document_lead_to_the_end_of_the_chain(
    client: httpx.Client, chain: list[str], number: int
) -> None:
    thing = asked(client, f"/id/practice/{chain[number]}")
    assert (thing.status_code, thing.headers["location"]) == (301, f"/id/practice/{chain[2]}")
    document = asked(client, f"/practices/{chain[number]}")
    assert (document.status_code, document.headers["location"]) == (301, f"/practices/{chain[2]}")
    assert document.headers["cache-control"] == "no-cache"
    assert client.get(f"/id/practice/{chain[number]}", follow_redirects=True).status_code == 200


def test_every_representation_leads_to_its_own(client: httpx.Client, chain: list[str]) -> None:
    for extension in (representation.extension for representation in RECORD):
        answer = asked(client, f"/practices/{chain[0]}.{extension}?lang=it")
        assert answer.status_code == 301
        assert answer.headers["location"] == f"/practices/{chain[2]}.{extension}?lang=it"
    answer = asked(client, f"/practices/{chain[0]}", "text/turtle")
    assert answer.status_code == 301
    followed = client.get(
        f"/practices/{chain[0]}", headers={"Accept": "text/turtle"}, follow_redirects=True
    )
    assert followed.headers["content-type"].startswith("text/turtle")


def test_the_record_that_stays_tells_what_it_replaces(
    client: httpx.Client, repository: Repository, chain: list[str]
) -> None:
    text = client.get(f"/practices/{chain[2]}.nt").text
    for slug in chain[:2]:
        iri = repository.iris.thing("practice", slug)
        assert f"<http://purl.org/dc/terms/replaces> <{iri}> ." in text
    query = (
        "SELECT ?by WHERE { ?entry <http://xmlns.com/foaf/0.1/primaryTopic> "
        f"<{repository.iris.thing('practice', chain[0])}> ; "
        "<http://purl.org/dc/terms/isReplacedBy> ?by }"
    )
    by = repository.iris.thing("practice", chain[1])
    # Queries are answered from a snapshot, which is made after the graph was changed.
    deadline = time.monotonic() + 10
    while by not in client.get("/sparql", params={"query": query}, headers=CSV).text:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert client.get(f"/practices/{chain[2]}").status_code == 200


def test_once_undone_each_is_at_home_again(client: httpx.Client, practices: list[str]) -> None:
    for slug in practices:
        assert asked(client, f"/id/practice/{slug}").status_code == 303
        assert asked(client, f"/practices/{slug}").status_code == 200


def test_what_was_withdrawn_for_another_reason_is_gone_as_before(
    client: httpx.Client, repository: Repository, practices: list[str]
) -> None:
    slug = repository.log.live("practice", limit=1, offset=5)[0].record.rpartition("/")[2]
    successor = repository.iris.thing("practice", practices[0])
    repository.log.withdraw(
        repository.iris.thing("practice", slug),
        Provenance("Jane", "by hand", message="no longer kept"),
        replaced_by=successor,
    )
    assert asked(client, f"/practices/{slug}").status_code == 410
    assert asked(client, f"/id/practice/{slug}").status_code == 303
