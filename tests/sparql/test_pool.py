"""The pool: answers, limits, and that one query never costs another its worker for long."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

from practicegraph.errors import (
    MalformedQuery,
    NotAcceptable,
    Overloaded,
    QueryLimitExceeded,
    QueryRefused,
    RepositoryError,
)
from practicegraph.snapshots import Snapshots
from practicegraph.sparql import (
    Cancellation,
    Formats,
    QueryCancelled,
    QueryLimits,
    QueryPool,
    QueryRequest,
)

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def ask(pool: QueryPool, query: str = "ASK {}") -> bytes:
    return pool.run(QueryRequest(query)).read()


def values(pool: QueryPool, query: str, **dataset: tuple[str, ...]) -> set[str]:
    table = json.loads(pool.run(QueryRequest(query, **dataset)).read())
    return {row["v"]["value"] for row in table["results"]["bindings"]}


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def fastest(pool: QueryPool, times: int = 5) -> float:
    """Seconds of the quickest of some ASK {}: what the pool costs, without the machine's moods."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask(pool)
        taken.append(time.perf_counter() - begun)
    return min(taken)


def test_an_answer_names_its_media_type_its_revision_and_its_length(pool: QueryPool) -> None:
    answer = pool.run(QueryRequest("ASK {}", formats=Formats("text/csv", None)))
    assert (answer.media_type, answer.revision, answer.length) == ("text/csv", 42, 4)
    assert answer.read() == b"true"


def test_a_small_graph_is_written_with_the_prefixes_that_it_uses(pool: QueryPool) -> None:
    turtle = ask(pool, "CONSTRUCT { ?s a <http://www.w3.org/2004/02/skos/core#Concept> } "
                       "{ ?s <http://example.org/name> ?o }")  # fmt: skip
    assert turtle.count(b"@prefix") == 2
    assert b"a skos:Concept" in turtle


class TestDataset:
    ANY = "SELECT ?v { ?s <http://example.org/name> ?v }"
    NAMED = "SELECT ?v { GRAPH ?g { ?s <http://example.org/name> ?v } }"
    G1, G2 = "http://example.org/g/1", "http://example.org/g/2"

    def test_the_default_graph_is_the_union_of_all_graphs(self, pool: QueryPool) -> None:
        assert values(pool, self.ANY) == {"A", "B"}
        assert values(pool, self.NAMED) == {"A", "B"}

    def test_from_names_the_default_graph_and_leaves_no_named_one(self, pool: QueryPool) -> None:
        clause = f"FROM <{self.G1}> {{"
        assert values(pool, self.ANY.replace("{", clause, 1)) == {"A"}
        assert values(pool, self.NAMED.replace("{", clause, 1)) == set()

    def test_from_named_alone_leaves_the_default_graph_empty(self, pool: QueryPool) -> None:
        clause = f"FROM NAMED <{self.G2}> {{"
        assert values(pool, self.ANY.replace("{", clause, 1)) == set()
        assert values(pool, self.NAMED.replace("{", clause, 1)) == {"B"}

    def test_the_protocol_replaces_from(self, pool: QueryPool) -> None:
        query = self.ANY.replace("{", f"FROM <{self.G1}> {{", 1)
        assert values(pool, query, default_graphs=(self.G2,)) == {"B"}
        named = self.NAMED.replace("{", f"FROM NAMED <{self.G1}> {{", 1)
        assert values(pool, named, default_graphs=(self.G2,)) == set()

    def test_default_graphs_are_merged(self, pool: QueryPool) -> None:
        assert values(pool, self.ANY, default_graphs=(self.G1, self.G2)) == {"A", "B"}

    def test_named_graphs_alone_leave_the_default_graph_empty(self, pool: QueryPool) -> None:
        assert values(pool, self.ANY, named_graphs=(self.G1,)) == set()
        assert values(pool, self.NAMED, named_graphs=(self.G1,)) == {"A"}

    def test_an_unknown_graph_is_empty(self, pool: QueryPool) -> None:
        assert values(pool, self.ANY, default_graphs=("http://example.org/none",)) == set()

    def test_a_graph_that_is_no_iri_is_named_in_the_error(self, pool: QueryPool) -> None:
        with pytest.raises(MalformedQuery, match="named-graph-uri: 'g 1' is not"):
            pool.run(QueryRequest(self.ANY, named_graphs=("g 1",)))


class TestRefusals:
    def test_a_malformed_query_is_answered_with_its_place(self, pool: QueryPool) -> None:
        with pytest.raises(MalformedQuery, match="line 2, column") as caught:
            ask(pool, "SELECT * {\n ?s ?p }")
        assert caught.value.extra["line"] == 2

    @pytest.mark.parametrize(
        "update", ["INSERT DATA { <a:b> <a:b> 1 }", "LOAD <http://e/>", "CLEAR ALL"]
    )
    def test_an_update_is_refused_as_such(self, pool: QueryPool, update: str) -> None:
        with pytest.raises(QueryRefused, match="all writing goes through the log"):
            ask(pool, update)

    def test_a_result_that_nobody_accepts_names_what_there_is(self, pool: QueryPool) -> None:
        with pytest.raises(NotAcceptable, match=r"a graph.*text/turtle"):
            pool.run(QueryRequest("DESCRIBE <a:b>", formats=Formats("text/csv", None)))
        with pytest.raises(NotAcceptable, match=r"a table.*text/csv"):
            pool.run(QueryRequest("ASK {}", formats=Formats(None, "text/turtle")))

    @pytest.mark.parametrize(
        "query",
        [
            "CONSTRUCT { <a:b> <http://e/1> 1 } {}",
            'CONSTRUCT { <a:b> <http://e/p> "\\u0001" } {}',
            'SELECT ("\\uFFFF" AS ?x) {}',
        ],
    )
    def test_what_xml_cannot_hold_is_refused_rather_than_malformed(
        self, pool: QueryPool, query: str
    ) -> None:
        xml = Formats("application/sparql-results+xml", "application/rdf+xml")
        with pytest.raises(NotAcceptable, match="Ask for"):
            pool.run(QueryRequest(query, formats=xml))

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
            "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
            "SELECT * FROM <URL> { ?s ?p ?o }",
            "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }",
            "LOAD <URL>",
            "LOAD SILENT <URL> INTO GRAPH <http://example.org/g/1>",
        ],
    )
    def test_nothing_is_ever_fetched(self, pool: QueryPool, query: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0)
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            request = QueryRequest(query.replace("URL", url), default_graphs=())
            try:
                table = json.loads(pool.run(request).read())
            except QueryRefused:
                pass
            else:
                assert table["results"]["bindings"] == []
            with pytest.raises(BlockingIOError):
                server.accept()


class TestLimits:
    def test_a_runaway_is_killed_while_quick_queries_are_answered_beside_it(
        self, pool: QueryPool
    ) -> None:
        ask(pool)
        with ThreadPoolExecutor(2) as threads:
            begun = time.monotonic()
            runaways = [threads.submit(ask, pool, RUNAWAY) for _ in range(2)]
            time.sleep(0.2)  # as many runaways as there are places
            assert fastest(pool) < 0.05
            for runaway in runaways:
                with pytest.raises(QueryLimitExceeded, match=r"longer than 1\.5 s") as caught:
                    runaway.result()
                assert caught.value.extra["limit"] == "time"
            assert time.monotonic() - begun < 3

    def test_more_runaways_than_places_only_slow_a_quick_query_down(
        self, snapshots: Snapshots
    ) -> None:
        with (
            QueryPool(snapshots, QueryLimits(timeout=4, memory=64, workers=1)) as pool,
            ThreadPoolExecutor(2) as threads,
        ):
            cancellations = [Cancellation() for _ in range(2)]
            runaways = [threads.submit(pool.run, QueryRequest(RUNAWAY), c) for c in cancellations]
            time.sleep(0.1)
            begun = time.monotonic()
            ask(pool)
            assert time.monotonic() - begun < 3
            for cancellation in cancellations:
                cancellation.cancel()
            for runaway in runaways:
                with pytest.raises(QueryCancelled):
                    runaway.result()

    def test_a_query_that_needs_too_much_memory_is_killed(self, pool: QueryPool) -> None:
        with pytest.raises(QueryLimitExceeded, match="more than 64 MiB") as caught:
            ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c")
        assert caught.value.extra["limit"] == "memory"

    @pytest.mark.parametrize("media_type", ["application/sparql-results+json", "text/csv"])
    def test_an_answer_with_too_many_rows_is_refused(
        self, pool: QueryPool, media_type: str
    ) -> None:
        query = "SELECT ?a { ?a ?b ?c . ?d ?e ?f } LIMIT 5001"
        answer_or_error = QueryRequest(query, formats=Formats(media_type, None))
        with pytest.raises(QueryLimitExceeded, match="more than 5000 rows"):
            pool.run(answer_or_error).read()

    def test_a_graph_with_too_many_triples_is_refused(self, pool: QueryPool) -> None:
        query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"
        with pytest.raises(QueryLimitExceeded, match="more than 5000 rows"):
            pool.run(QueryRequest(query)).read()

    def test_as_many_rows_as_allowed_are_delivered(self, pool: QueryPool) -> None:
        answer = pool.run(QueryRequest(LARGE))
        assert answer.length is None  # it is streamed
        assert len(json.loads(answer.read())["results"]["bindings"]) == 5000

    @pytest.mark.parametrize(
        ("before", "opening", "middle", "closing", "after"),
        [
            ("SELECT * ", "{", "", "}", ""),
            ("SELECT * { FILTER", "(", "1", ")", "}"),
            ("SELECT * { FILTER(", "!", "1", "", ") }"),
            ("SELECT * { ?s ", "(", "<a:b>", ")", " ?o }"),
            ("SELECT (", "1+", "1", "", " AS ?x) {}"),
            ("SELECT * {", "OPTIONAL{", "", "}", "}"),
        ],
    )
    def test_a_query_nested_too_deeply_hurts_nobody(
        self, pool: QueryPool, before: str, opening: str, middle: str, closing: str, after: str
    ) -> None:
        depth = 100_000
        query = before + opening * depth + middle + closing * depth + after
        with pytest.raises(QueryLimitExceeded, match="nested too deeply") as caught:
            ask(pool, query)
        assert caught.value.extra["limit"] == "nesting"
        assert ask(pool) == b'{"head":{},"boolean":true}'

    def test_a_stream_past_its_time_is_broken_off(self, snapshots: Snapshots) -> None:
        with QueryPool(snapshots, QueryLimits(timeout=0.7, memory=64, workers=1)) as pool:
            answer = pool.run(QueryRequest(ENDLESS))
            assert answer.length is None
            time.sleep(1)  # a client that reads too slowly
            with pytest.raises(QueryLimitExceeded, match=r"longer than 0\.7 s"):
                answer.read()

    def test_too_many_queries_at_once_are_told_when_to_come_again(
        self, snapshots: Snapshots
    ) -> None:
        limits = QueryLimits(timeout=3, memory=64, workers=1, queue=0)
        with QueryPool(snapshots, limits) as pool, ThreadPoolExecutor(2) as threads:
            runaways = [threads.submit(ask, pool, RUNAWAY) for _ in range(2)]
            time.sleep(0.1)
            with pytest.raises(Overloaded, match="Ask again in 3 s") as caught:
                ask(pool)
            assert caught.value.extra["retry_after"] == 3
            pool.close()
            for runaway in runaways:
                with pytest.raises(Overloaded):
                    runaway.result()


class TestWorkers:
    def test_closing_an_unfinished_answer_frees_its_worker(self, snapshots: Snapshots) -> None:
        limits = QueryLimits(timeout=60, memory=64, workers=1)
        with QueryPool(snapshots, limits) as pool:
            for _ in range(3):
                answer = pool.run(QueryRequest(ENDLESS))
                assert next(answer.chunks)
                answer.close()
            begun = time.monotonic()
            pool.run(QueryRequest(LARGE)).read()
            assert time.monotonic() - begun < 10

    def test_a_waiting_query_can_be_called_off(self, snapshots: Snapshots) -> None:
        limits = QueryLimits(timeout=60, memory=64, workers=1)
        with QueryPool(snapshots, limits) as pool, ThreadPoolExecutor(2) as threads:
            first, second = Cancellation(), Cancellation()
            running = threads.submit(pool.run, QueryRequest(RUNAWAY), first)
            time.sleep(0.1)
            waiting = threads.submit(pool.run, QueryRequest(RUNAWAY), second)
            time.sleep(0.6)  # it has had its short run, and waits
            for cancellation, query in ((second, waiting), (first, running)):
                cancellation.cancel()
                with pytest.raises(QueryCancelled):
                    query.result(timeout=5)

    def test_a_worker_that_dies_while_idle_is_replaced_unnoticed(
        self, snapshots: Snapshots
    ) -> None:
        with QueryPool(snapshots, QueryLimits(timeout=5, memory=64, workers=1)) as pool:
            for child in children():
                os.kill(child, signal.SIGKILL)
            assert ask(pool) == b'{"head":{},"boolean":true}'

    def test_a_new_snapshot_is_noticed_and_the_old_one_let_go(
        self, tmp_path: Path, store: ox.Store
    ) -> None:
        snapshots = Snapshots(tmp_path / "snapshots")
        old = snapshots.publish(store, 1)
        with QueryPool(snapshots, QueryLimits(timeout=5, memory=64, workers=1)) as pool:
            assert pool.run(QueryRequest("ASK {}")).revision == 1
            store.add(ox.Quad(ox.NamedNode("a:new"), ox.NamedNode("a:p"), ox.Literal("x")))
            snapshots.publish(store, 2)
            answer = pool.run(QueryRequest("ASK { GRAPH ?g {} }"))
            assert (answer.revision, answer.read()) == (2, b'{"head":{},"boolean":true}')

            def idle_workers_have_moved_on() -> bool:
                snapshots.publish(store, 3)
                return not old.path.exists()

            assert eventually(idle_workers_have_moved_on)

    def test_without_a_snapshot_queries_are_told_so_and_answered_once_there_is_one(
        self, tmp_path: Path, store: ox.Store
    ) -> None:
        snapshots = Snapshots(tmp_path / "snapshots")
        with QueryPool(snapshots, QueryLimits(timeout=5, memory=64, workers=1)) as pool:
            with pytest.raises(RepositoryError, match="no state of the graph is published"):
                ask(pool)
            snapshots.publish(store, 1)
            assert ask(pool)

    def test_the_environment_of_the_server_stays_with_the_server(
        self, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PRACTICEGRAPH_LOG_URL", "postgresql://user:secret@host/log")
        known = set(children())
        with QueryPool(snapshots, QueryLimits(timeout=5, memory=64, workers=1)):
            for child in set(children()) - known:
                assert b"secret" not in Path(f"/proc/{child}/environ").read_bytes()

    def test_closing_leaves_no_process_and_no_thread(self, snapshots: Snapshots) -> None:
        processes, threads = set(children()), set(threading.enumerate())
        pool = QueryPool(snapshots, QueryLimits(timeout=5, memory=64, workers=2))
        pool.start()
        assert set(children()) > processes
        pool.close()
        pool.close()
        assert set(children()) == processes
        assert set(threading.enumerate()) == threads
        with pytest.raises(Overloaded, match="being stopped"):
            ask(pool)

    def test_a_query_costs_little_more_than_its_evaluation(self, pool: QueryPool) -> None:
        assert fastest(pool, 50) < 0.005


def children() -> list[int]:
    """Processes that this one has started and that still run."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread may end while we look
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found
