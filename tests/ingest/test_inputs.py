"""Inputs: whatever a steward names becomes plain files, and what is hostile does not come in."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from ingest.fetching.limits import Limits
from ingest.inputs import Input, Inputs
from practicegraph.errors import InvalidInput, MalformedDocument, NotFound, TooLarge


def write(path: Path, content: str = "a\n1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def packed(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def names(found: Input) -> list[str]:
    return [file.name for file in found.files]


def test_a_file_is_one_input_under_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv")
    with Inputs() as inputs:
        (found,) = inputs.open([str(path)])
    assert (found.name, found.is_single, found.notes) == ("cases.csv", True, ())
    assert [(file.path, file.name) for file in found.files] == [(path, "cases.csv")]


def test_a_folder_is_its_files_in_a_stable_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ["b.csv", "a/c.md", "a/.hidden.md", ".git/config", "a/b/d.yml"]:
        write(tmp_path / "data" / name)
    with Inputs() as inputs:
        (found,) = inputs.open([str(tmp_path / "data")])
    assert (found.name, found.is_single) == ("data", False)
    assert names(found) == ["a/b/d.yml", "a/c.md", "b.csv"]
    assert found.files[0].path == tmp_path / "data" / "a" / "b" / "d.yml"


def test_a_link_that_leads_out_of_a_folder_is_passed_over_and_told(tmp_path: Path) -> None:
    write(tmp_path / "private.csv")
    write(tmp_path / "data" / "a.csv")
    (tmp_path / "data" / "b.csv").symlink_to(tmp_path / "data" / "a.csv")
    (tmp_path / "data" / "c.csv").symlink_to(tmp_path / "private.csv")
    (tmp_path / "data" / "d.csv").symlink_to("d.csv")
    (tmp_path / "data" / "e").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "data" / "f.csv")
    for source in ("data", "data/*.csv", "data/*/*.csv"):
        with Inputs() as inputs:
            try:
                (found,) = inputs.open([f"{tmp_path}/{source}"])
            except NotFound:
                assert source == "data/*/*.csv"
                continue
        assert names(found) == ["a.csv", "b.csv"]
        assert [note.split()[0] for note in found.notes] == ["c.csv"]


def test_what_cannot_be_read_twice_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").symlink_to("/dev/zero")
    for name in ("a.csv", "b.csv"):
        with Inputs() as inputs, pytest.raises(InvalidInput, match=f"{name}.*pipe or a device"):
            inputs.open([tmp_path / name])


def test_a_folder_that_cannot_be_listed_is_not_taken_for_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "data" / "a.csv")
    write(tmp_path / "data" / "closed" / "b.csv")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with Inputs() as inputs, pytest.raises(InvalidInput, match=r"closed.*Permission denied"):
        inputs.open([tmp_path / "data"])


@pytest.mark.parametrize(
    "name", [b"a\xff.csv", b"a\n.csv", b"\x1b[31m.csv", "a\u202ev.csv".encode()]
)
def test_a_name_that_breaks_lines_or_is_no_text_is_refused(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "data").mkdir()
    path = write(tmp_path / "data" / os.fsdecode(name))
    for source in (path, path.parent):
        with Inputs() as inputs, pytest.raises(InvalidInput, match="rename it") as raised:
            inputs.open([source])
        assert raised.value.detail.isprintable()
        assert raised.value.detail.encode()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("data/*.csv", ["a.csv", "b.csv"]),
        ("data/[b-c].csv", ["b.csv"]),
        ("data/**/*.csv", ["a.csv", "b.csv", "x/c.csv"]),
        ("data/?/c.*", ["x/c.csv"]),
    ],
)
def test_a_pattern_is_the_files_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, expected: list[str]
) -> None:
    for name in ["a.csv", "b.csv", "x/c.csv", "x/.d.csv", "note.txt"]:
        write(tmp_path / "data" / name)
    with Inputs() as inputs:
        (found,) = inputs.open([f"{tmp_path}/{pattern}"])
        monkeypatch.chdir(tmp_path)
        (relative,) = inputs.open([pattern])
    assert names(found) == names(relative) == expected
    assert found.name == relative.name == pattern
    assert all(file.path.is_file() for file in relative.files)


def test_a_file_with_brackets_in_its_name_is_that_file(tmp_path: Path) -> None:
    path = write(tmp_path / "cases[1].csv")
    with Inputs() as inputs:
        assert inputs.open([str(path)])[0].files[0].path == path


def test_a_pattern_that_is_none_is_named(tmp_path: Path) -> None:
    with Inputs() as inputs, pytest.raises(InvalidInput, match=r"a\*\*"):
        inputs.open([f"{tmp_path}/a**/b"])


@pytest.mark.parametrize("source", ["absent.csv", "absent/*.csv", "empty"])
def test_what_is_not_there_is_named(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    with Inputs() as inputs, pytest.raises(NotFound, match=source.replace("*", r"\*")):
        inputs.open([f"{tmp_path}/{source}"])


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    with Inputs() as inputs, pytest.raises(InvalidInput, match="too long"):
        inputs.open(["x" * 5000])
    with Inputs() as inputs, pytest.raises(InvalidInput, match=r"https://.*sparql\+https://"):
        inputs.open(["ftp://example.org/a.csv"])


def test_a_dump_of_a_database_is_refused_with_the_way_that_is_open(tmp_path: Path) -> None:
    path = write(tmp_path / "dump.sql")
    with Inputs() as inputs, pytest.raises(InvalidInput, match=r"dump\.sql.*--table"):
        inputs.open([str(path)])


def test_an_archive_is_unpacked_while_the_inputs_are_open(tmp_path: Path) -> None:
    members = {"b.csv": "b", "x/a.csv": "a", ".DS_Store": "", "__MACOSX/a": "", "in.zip": ""}
    path = packed(tmp_path / "all.zip", **members)
    with Inputs() as inputs:
        (found,) = inputs.open([str(path)])
        assert (found.name, found.is_single) == ("all.zip", False)
        assert names(found) == ["b.csv", "x/a.csv"]
        assert [file.path.read_text() for file in found.files] == ["b", "a"]
        assert "in.zip" in found.notes[0]
        folder = found.files[0].path.parent
    assert not folder.exists()


def test_a_workbook_is_a_file_although_it_is_an_archive(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", **{"xl/workbook.xml": "<w/>"})
    with Inputs() as inputs:
        assert inputs.open([str(path)])[0].files[0].path == path


@pytest.mark.parametrize(
    "name",
    ["../out.csv", "a/../../out.csv", "/out.csv", "..\\out.csv", "C:\\out.csv", "a\x1b[2J.csv"],
)
def test_a_member_that_would_lie_outside_is_refused_and_writes_nothing(
    tmp_path: Path, name: str
) -> None:
    path = packed(tmp_path / "slip.zip", **{name: "x"})
    with Inputs() as inputs, pytest.raises(MalformedDocument, match=r"slip\.zip.*outside"):
        inputs.open([str(path)])
    assert [file.name for file in tmp_path.iterdir()] == ["slip.zip"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with Inputs() as inputs, pytest.raises(MalformedDocument, match="link"):
        inputs.open([str(tmp_path / "a.zip")])


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"a.csv": "1", "A.CSV": "2"})
    with Inputs() as inputs, pytest.raises(MalformedDocument, match="two files"):
        inputs.open([str(path)])
    path = packed(tmp_path / "b.zip", **{"a": "1", "a/b.csv": "2"})
    with Inputs() as inputs, pytest.raises(MalformedDocument, match=r"b\.zip"):
        inputs.open([str(path)])


@pytest.mark.parametrize(
    ("limits", "cause"),
    [
        (Limits(size=1 << 20), "more than 1,048,576 bytes"),
        (Limits(ratio_from=1 << 20), "200 times larger"),
        (Limits(members=1), "more than 1 files"),
    ],
)
def test_an_archive_that_would_fill_the_disk_is_refused(
    tmp_path: Path, limits: Limits, cause: str
) -> None:
    path = packed(tmp_path / "bomb.zip", **{"a.csv": "0" * (4 << 20), "b.csv": "1"})
    with Inputs(limits) as inputs, pytest.raises(TooLarge, match=rf"bomb\.zip.*{cause}"):
        inputs.open([str(path)])


def test_what_an_archive_says_about_its_sizes_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path / "lie.zip", **{"a.csv": "0" * 100_000})
    size = (100_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (300).to_bytes(4, "little")))
    with Inputs() as inputs, pytest.raises(MalformedDocument, match=r"lie\.zip.*broken"):
        inputs.open([str(path)])


def test_an_archive_with_a_password_or_a_broken_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"a.csv": "hello world"})
    whole = path.read_bytes()
    # The flags stand in the local header and in the directory at the end.
    central = whole.index(b"PK\x01\x02")
    secret = bytearray(whole)
    secret[6] |= 1
    secret[central + 8] |= 1
    (tmp_path / "secret.zip").write_bytes(secret)
    broken = bytearray(whole)
    broken[whole.index(b"a.csv") + 8] ^= 0xFF
    (tmp_path / "broken.zip").write_bytes(broken)
    (tmp_path / "none.zip").write_text("no archive")
    for name, cause in [("secret", "password"), ("broken", "broken"), ("none", "broken")]:
        with Inputs() as inputs, pytest.raises(MalformedDocument, match=rf"{name}\.zip.*{cause}"):
            inputs.open([str(tmp_path / f"{name}.zip")])


def test_an_archive_without_files_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{".hidden": "x"})
    with Inputs() as inputs, pytest.raises(InvalidInput, match="no files"):
        inputs.open([str(path)])
