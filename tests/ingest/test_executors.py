"""Whoever does the work of a run, in one process or in many, the result is the same."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest
from crews import LateCrew, trace, trace_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from village import Line, as_csv, fresh, line, mapping_file

import ingest as ingest_room
from ingest import bundled_folder, ingest
from ingest.executors import LARGE, Cluster, Crew, Processes, Task, WorkerLost, crew_of
from ingest.work import validate
from practicegraph import errors
from practicegraph.cli import app
from practicegraph.errors import InvalidInput, MalformedDocument, PracticeGraphError

T = TypeVar("T")

NAMES = ("Bread", "Water", "Fire", "Wood", "Bread!")
lines = st.builds(
    lambda title, number, country, body, kind, origin: {
        **line(title),
        "id": number,
        "country": country,
        "body": body,
        "kind": kind,
        "from": origin,
    },
    st.sampled_from(NAMES),
    st.sampled_from(["", "", "1", "2", "3"]),
    st.sampled_from(["Latvia", "Latvia", "Latvia", "Spain", ""]),
    st.sampled_from(["", "Council", "Town"]),
    st.sampled_from(["", "", "invented"]),
    st.sampled_from(["", "", *NAMES]),
)
tables = st.lists(st.lists(lines, min_size=1, max_size=9), min_size=1, max_size=2)


@given(tables, st.integers(1, 3), st.integers(1, 4), st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_planning_ahead_changes_nothing(
    given_: list[list[Line]], size: int, ahead: int, dry: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        serial = trace(Path(folder, "serial"), given_, Crew, size=size, dry=dry)
        late = trace(Path(folder, "late"), given_, lambda: LateCrew(ahead), size=size, dry=dry)
    assert late == serial


def test_planning_ahead_changes_nothing_about_documents_in_rdf(tmp_path: Path) -> None:
    # Some practices are left without what they need, and so are those that were adapted from them.
    texts = [file.read_text() for file in sorted(bundled_folder().glob("*/*.ttl"))]
    files = tmp_path / "files"
    files.mkdir()
    for number, text in enumerate(texts):
        broken = text.replace("dct:spatial", "dct:relation") if number % 6 == 0 else text
        (files / f"{number}.ttl").write_text(broken)
    serial = trace_of(tmp_path / "serial", [files, files], Crew, size=7)
    late = trace_of(tmp_path / "late", [files, files], lambda: LateCrew(3), size=7)
    assert late == serial
    counts = serial["reports"][0][0]["counts"]
    assert counts["rejected"] > 5
    assert counts["created"] > 50


def village(count: int) -> list[Line]:
    """Practices of which every seventh is rejected, and every fifth goes back to another."""
    return [
        {
            **line(f"Practice {number % (count - 3)}", body=f"Body {number % 6}"),
            "country": "" if number % 7 == 3 else "Latvia",
            "kind": "invented" if number % 11 == 5 else "",
            "from": f"Practice {number - 4}" if number % 5 == 4 else "",
        }
        for number in range(count)
    ]


def test_processes_give_what_one_process_gives(tmp_path: Path) -> None:
    given_ = [village(24), village(28)]
    serial = trace(tmp_path / "serial", given_, Crew, size=5)
    many = trace(tmp_path / "many", given_, lambda: Processes(2), size=5)
    assert many == serial
    counts = serial["reports"][0][0]["counts"]
    assert counts["rejected"] > 3
    assert counts["created"] > 12


def test_a_cluster_gives_what_one_process_gives(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    given_ = [village(24)]
    serial = trace(tmp_path / "serial", given_, Crew, size=5)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        spread = trace(tmp_path / "spread", given_, lambda: crew_of(1, address), size=5)
    assert spread == serial


# ---- what waits


def test_few_pieces_are_on_their_way_however_many_there_are(tmp_path: Path) -> None:
    crew = LateCrew(2)
    trace(tmp_path / "run", [[line(f"P {n}") for n in range(400)]], lambda: crew, size=10)
    assert crew.handed >= 400 // 50 + 400 // 10
    assert crew.most <= (2 * crew.ahead + 1) + (crew.ahead + 1)


def test_pieces_come_back_in_order_and_are_taken_only_when_there_is_room() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[tuple[int]]:
        for number in range(100):
            taken.append(number)
            yield (number,)

    found = LateCrew(3).each(str, pieces())
    assert next(found) == "0"
    assert len(taken) == 7
    assert list(found) == [str(number) for number in range(1, 100)]


# ---- workers that end


def die_once(mark: str) -> int:
    path = Path(mark)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with Processes(1) as crew:
        yield crew


def test_work_of_a_worker_that_was_killed_is_done_once_more(
    processes: Processes, tmp_path: Path
) -> None:
    work = processes.submit(die_once, str(tmp_path / "mark"))
    tasks = [work, processes.submit(os.getpid)]
    assert {task.result() for task in tasks}.isdisjoint({os.getpid()})


def test_work_that_kills_its_worker_again_is_told(processes: Processes) -> None:
    task = processes.submit(die, "")
    with pytest.raises(WorkerLost, match=r"ended twice .* fewer --workers"):
        task.result()
    assert processes.submit(len, "abc").result() == 3


def boom() -> None:
    raise MalformedDocument("a.ttl", "the cause", 3, 4)


def test_an_error_of_the_work_comes_back_as_it_was(processes: Processes) -> None:
    with pytest.raises(MalformedDocument) as caught:
        processes.submit(boom).result()
    assert (caught.value.name, caught.value.line, caught.value.column) == ("a.ttl", 3, 4)
    assert str(caught.value) == "a.ttl, line 3, column 4: the cause"


class Fragile(Processes):
    """Loses all of its processes at the first batch that it is given."""

    lost_some = False

    def start(self, work: Callable[..., T], given: tuple[Any, ...]) -> Future[T]:
        if work is validate and not self.lost_some:
            self.lost_some = True
            return super().start(die, ("",))
        return super().start(work, given)


def test_a_run_outlives_the_death_of_a_worker(tmp_path: Path) -> None:
    serial = trace(tmp_path / "serial", [village(20)], Crew, size=5)
    assert trace(tmp_path / "lost", [village(20)], lambda: Fragile(1), size=5) == serial


class Losing(LateCrew):
    """Loses the workers that have its third batch, and all that they do later."""

    def submit(self, work: Callable[..., T], *given: Any) -> Task[T]:
        late = super().submit(work, *given)
        return late if self.handed < 4 else super().submit(lose)  # rows, batch, batch, …


def lose() -> Any:
    raise WorkerLost("A worker was lost.")


def test_a_run_without_workers_ends_with_an_error_and_leaves_whole_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.runs.crew_of", lambda *_: Losing(1))
    with fresh(tmp_path / "data", batch_size=5) as repository:
        path = as_csv(tmp_path / "village.csv", [line(f"P {n}") for n in range(20)])
        with pytest.raises(WorkerLost):
            ingest(repository, [path], mapping_file(tmp_path))
        assert repository.log.last_seq() == 10


def test_processes_end_with_the_one_that_started_them() -> None:
    program = (
        "import os, time\n"
        "from ingest.executors import Processes\n"
        "if __name__ == '__main__':\n"
        "    print(Processes(1).submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "program.py")
        script.write_text(program)
        root = str(Path(ingest_room.__file__).parents[1])
        with subprocess.Popen(
            [sys.executable, str(script)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root},
        ) as parent:
            assert parent.stdout is not None
            worker = int(parent.stdout.readline())
            parent.kill()
    for _ in range(200):
        if not _is_alive(worker):
            break
        time.sleep(0.1)
    assert not _is_alive(worker)


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # nobody may be there to take leave of it


# ---- errors


@pytest.mark.parametrize(
    "error",
    [
        MalformedDocument("a.ttl", "the cause", 3, 4),
        *(
            kind("what is wrong", record="r")
            for kind in vars(errors).values()
            if isinstance(kind, type)
            and issubclass(kind, PracticeGraphError)
            and kind is not MalformedDocument
        ),
    ],
)
def test_every_error_of_ours_survives_the_way_between_processes(error: PracticeGraphError) -> None:
    same = pickle.loads(pickle.dumps(error))
    assert type(same) is type(error)
    assert (str(same), vars(same)) == (str(error), vars(error))


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "dask://", "dask://host", "spark://h:1"]
)
def test_what_is_no_address_of_a_cluster_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="dask://HOST:PORT"):
        crew_of(1, address)


def test_a_cluster_without_the_extra_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("ingest.executors.import_module", absent)
    with pytest.raises(InvalidInput, match=r"practicegraph\[cluster\]"):
        Cluster("dask://127.0.0.1:8786")


def test_a_cluster_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, free_tcp_port: int
) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr("ingest.executors._PATIENCE", 1)
    with pytest.raises(InvalidInput, match="no Dask scheduler"):
        Cluster(f"dask://127.0.0.1:{free_tcp_port}")


@pytest.mark.parametrize(("workers", "expected"), [(1, LARGE), (None, LARGE - 1), (0, LARGE)])
def test_small_inputs_are_done_in_this_process(workers: int | None, expected: int) -> None:
    assert type(crew_of(workers, None, expected)) is Crew


def test_large_inputs_are_given_a_process_for_each_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    with crew_of(None, None, LARGE) as crew:
        assert (type(crew), crew.workers) == (Processes, 3)


def test_the_command_line_hands_the_work_to_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_VALIDATION_ENGINE", "turbo")
    as_csv(tmp_path / "village.csv", village(20))
    mapping_file(tmp_path)
    told = []
    for folder, options in (("one", ["--workers", "1"]), ("two", ["--workers", "2"])):
        call = ["ingest", str(tmp_path / "village.csv"), "--mapping", str(tmp_path / "village.rq")]
        data = ["--data", str(tmp_path / folder), "--format", "csv"]
        result = CliRunner().invoke(app, [*call, *data, *options])
        assert result.exit_code == 1  # some are rejected
        told.append(result.stdout)
    assert told[0] == told[1]
    refused = CliRunner().invoke(app, [*call, *data, "--executor", "nowhere"])
    assert refused.exit_code != 0
