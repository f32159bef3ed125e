"""What the public can do to the service over HTTP, and what it cannot."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import httpx
import pytest

from practicegraph.sparql import QueryLimits

Serve = Callable[[QueryLimits], AbstractContextManager[str]]

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def tight(serve: Serve) -> Iterator[str]:
    """A service with tight limits."""
    with serve(QueryLimits(timeout=1.5, memory=64, workers=1, rows=20_000, queue=2)) as address:
        yield address


def ask(client: httpx.Client, endpoint: str, query: str) -> httpx.Response:
    return client.post(
        endpoint, content=query, headers={"Content-Type": "application/sparql-query"}
    )


def test_a_runaway_is_answered_with_a_problem_while_others_are_served(
    client: httpx.Client, tight: str
) -> None:
    ask(client, tight, "ASK {}")
    with ThreadPoolExecutor(1) as threads:
        runaway = threads.submit(ask, client, tight, RUNAWAY)
        time.sleep(0.3)
        taken = []
        for _ in range(5):
            begun = time.perf_counter()
            assert ask(client, tight, "ASK {}").status_code == 200
            taken.append(time.perf_counter() - begun)
        assert min(taken) < 0.1
        response = runaway.result()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert (document["limit"], document["value"]) == ("time", 1.5)
    assert document["type"].endswith("/query-limit")


def test_too_much_memory_is_a_problem(client: httpx.Client, tight: str) -> None:
    response = ask(client, tight, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f")
    assert (response.status_code, response.json()["limit"]) == (422, "memory")


def test_too_many_rows_break_the_connection_once_some_are_out(
    client: httpx.Client, tight: str
) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20001"
    with client.stream("GET", tight, params={"query": query}) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            response.read()


def test_a_client_that_reads_too_slowly_has_its_connection_broken(
    client: httpx.Client, serve: Serve
) -> None:
    with (
        serve(QueryLimits(timeout=0.7, memory=64, workers=1)) as endpoint,
        client.stream("GET", endpoint, params={"query": ENDLESS}) as response,
    ):
        assert response.status_code == 200
        chunks = response.iter_raw()
        next(chunks)
        time.sleep(1)
        assert ask(client, endpoint, RUNAWAY).json()["limit"] == "time"  # the worker is free
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            list(chunks)


def test_a_nested_query_is_a_problem_and_the_next_one_is_answered(
    client: httpx.Client, tight: str
) -> None:
    response = ask(client, tight, "ASK " + "{" * 9_000 + "}" * 9_000)
    assert (response.status_code, response.json().get("limit")) in {(422, "nesting"), (200, None)}
    assert ask(client, tight, "ASK {}").status_code == 200


def test_a_crowd_is_told_to_come_again(client: httpx.Client, tight: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda _: ask(client, tight, RUNAWAY), range(8)))
    assert {r.status_code for r in responses} == {422, 503}
    assert all(r.headers["retry-after"] == "2" for r in responses if r.status_code == 503)


@pytest.mark.parametrize("query", [ENDLESS, RUNAWAY])
def test_clients_that_go_away_free_their_workers(
    client: httpx.Client, serve: Serve, query: str
) -> None:
    with serve(QueryLimits(timeout=60, memory=64, workers=1, queue=1)) as endpoint:
        url = httpx.URL(endpoint)
        request = f"POST {url.path} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: {len(query)}"
        request += f"\r\nContent-Type: application/sparql-query\r\n\r\n{query}"
        for _ in range(4):
            with socket.create_connection((url.host, url.port or 80)) as connection:
                connection.sendall(request.encode())
                if query is ENDLESS:
                    assert connection.recv(1000).startswith(b"HTTP/1.1 200")
                else:
                    time.sleep(0.1)
        begun = time.monotonic()
        # Larger than what the place for short queries may answer.
        whole = ask(client, endpoint, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 3000")
        assert whole.status_code == 200
        assert time.monotonic() - begun < 15
