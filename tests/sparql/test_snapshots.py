"""Snapshots: consistent, newest first, gone when nobody reads them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from practicegraph.snapshots import SnapshotReader, Snapshots

QUAD = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("new"))


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def names(snapshots: Snapshots) -> set[str]:
    return {entry.name for entry in snapshots.directory.iterdir() if entry.is_dir()}


def test_before_anything_is_published_there_is_no_snapshot(snapshots: Snapshots) -> None:
    with SnapshotReader(snapshots) as reader:
        assert snapshots.current() is None
        assert not reader.refresh()
        assert reader.store is None


def test_a_reader_keeps_its_state_until_it_refreshes(snapshots: Snapshots, store: ox.Store) -> None:
    snapshots.publish(store, 1)
    with SnapshotReader(snapshots) as reader:
        assert reader.refresh()
        assert not reader.refresh()
        store.add(QUAD)
        snapshots.publish(store, 2)
        assert reader.store is not None
        assert (reader.revision, QUAD in reader.store) == (1, False)
        assert reader.refresh()
        assert (reader.revision, QUAD in reader.store) == (2, True)


def test_a_snapshot_is_dropped_once_nobody_reads_it(snapshots: Snapshots, store: ox.Store) -> None:
    first = snapshots.publish(store, 1)
    with SnapshotReader(snapshots) as reader:
        reader.refresh()
        second = snapshots.publish(store, 2)
        assert names(snapshots) == {first.path.name, second.path.name}
    third = snapshots.publish(store, 3)
    assert names(snapshots) == {third.path.name}


def test_what_a_crash_left_behind_is_cleared_and_does_not_hurt(
    snapshots: Snapshots, store: ox.Store
) -> None:
    first = snapshots.publish(store, 1)
    (snapshots.directory / ".new-r2-000000000000" / "store").mkdir(parents=True)
    half_removed = snapshots.directory / "r0-000000000000"
    half_removed.mkdir()
    assert snapshots.current() == first
    second = snapshots.publish(store, 2)
    assert names(snapshots) == {second.path.name}


def test_a_failed_publication_leaves_the_snapshot_before_it(
    snapshots: Snapshots, store: ox.Store
) -> None:
    first = snapshots.publish(store, 1)
    with pytest.raises(RuntimeError, match="in-memory"):
        snapshots.publish(ox.Store(), 2)  # a store in memory cannot be backed up
    assert snapshots.current() == first
    assert names(snapshots) == {first.path.name}


def test_a_pointer_to_nothing_is_an_empty_reader_and_mended_by_the_next_publication(
    snapshots: Snapshots, store: ox.Store
) -> None:
    shutil.rmtree(snapshots.publish(store, 1).path)
    with SnapshotReader(snapshots) as reader:
        assert not reader.refresh()
        assert reader.store is None
        snapshots.publish(store, 2)
        assert reader.refresh()


def test_readers_and_a_busy_publisher_never_meet_a_missing_file(
    snapshots: Snapshots, store: ox.Store
) -> None:
    snapshots.publish(store, 0)
    stop = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            with SnapshotReader(snapshots) as reader:
                while not stop.is_set():
                    if reader.refresh():
                        assert reader.store is not None
                        assert len(reader.store) >= 3002
        except BaseException as error:  # told to the test, whatever it is
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for revision in range(1, 25):
        snapshots.publish(store, revision)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
