"""A damaged archive or workbook is an error that says what to do, whatever it was packed with."""

from __future__ import annotations

import errno
import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ingest.fetching.limits import USUAL
from ingest.inputs import Inputs
from ingest.readers.sheets import Sheet
from ingest.rows import ReaderOptions
from ingest.zips import mend
from practicegraph.errors import MalformedDocument, PracticeGraphError

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def packed(method: int, members: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return archive.getvalue()


def damaged(whole: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    found = bytearray(whole)
    for _ in range(chance.choice((1, 2, 4))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


@pytest.mark.parametrize("method", METHODS)
def test_no_damage_to_an_archive_is_more_than_an_error(tmp_path: Path, method: int) -> None:
    whole = packed(method, {"a.csv": b"a,b\n" * 50, "d/b.csv": b"x,y\n" * 50})
    path, told = tmp_path / "a.zip", 0
    for seed in range(150):
        path.write_bytes(damaged(whole, seed))
        try:
            with Inputs(USUAL) as inputs:
                inputs.open([path])
        except PracticeGraphError as error:
            told += 1
            assert error.detail.startswith("a.zip")
    assert told > 50


@pytest.mark.parametrize("method", METHODS[1:])
def test_no_damage_to_a_workbook_is_more_than_an_error(tmp_path: Path, method: int) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["title"])
    book.active.append(["A"])
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as file:
        whole = packed(method, {name: file.read(name) for name in file.namelist()})
    path, told = tmp_path / "a.xlsx", 0
    for seed in range(60):
        path.write_bytes(damaged(whole, seed))
        try:
            Sheet(path, ReaderOptions()).scan()
        except PracticeGraphError as error:
            told += 1
            assert "a.xlsx" in error.detail
    assert told > 10


def test_damaged_lzma_says_what_to_do(tmp_path: Path) -> None:
    whole = packed(zipfile.ZIP_LZMA, {"a.csv": bytes(range(256)) * 20})
    broken = bytearray(whole)
    start = whole.index(b"a.csv") + len(b"a.csv") + 9
    broken[start : start + 8] = b"\xff" * 8
    (tmp_path / "a.zip").write_bytes(broken)
    with Inputs() as inputs, pytest.raises(MalformedDocument, match="pack it again"):
        inputs.open([tmp_path / "a.zip"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotImplementedError("compression method"), "Deflate"),
        (RuntimeError("password required"), "without a password"),
        (OSError(errno.ENOSPC, "No space left on device"), "has room"),
        (OSError("Invalid data stream"), "pack it again"),
        (zipfile.BadZipFile("no"), "pack it again"),
    ],
)
def test_each_fault_has_its_mend(error: Exception, said: str) -> None:
    assert said in mend(error)
