"""Readers: files become rows, and what is broken is named with file, line and cause."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import fault, rows, write

from ingest.readers import READERS, open_reader, relevant
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import InvalidInput, PracticeGraphError, TooLarge


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_whatever_its_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = f'name{delimiter}note\nA{delimiter}"x, y; z"\n'
    assert rows(write(tmp_path / "a.csv", text)) == [Row(2, {"name": "A", "note": "x, y; z"})]


def test_a_row_is_numbered_by_the_line_on_which_it_starts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'name,note\nA,"one\ntwo"\n\nB,\n')
    assert rows(path) == [Row(2, {"name": "A", "note": "one\ntwo"}), Row(5, {"name": "B"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_nul_character_is_refused_with_its_line(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", "name\nCittà\nO\0pen\n".encode(encoding))
    found = fault(path, **({"encoding": encoding} if encoding == "cp1252" else {}))
    assert found.line == 3
    assert "NUL" in found.cause


def test_padding_and_the_line_of_a_spreadsheet_are_no_columns(tmp_path: Path) -> None:
    text = "sep=|\r\nname|note||\r\nA|x||\r\nB|y\r\n"
    assert rows(write(tmp_path / "a.csv", text)) == [
        Row(3, {"name": "A", "note": "x"}),
        Row(4, {"name": "B", "note": "y"}),
    ]
    found = fault(write(tmp_path / "b.csv", "name;note;\nA;x;stray\n"))
    assert (found.line, "3 cells" in found.cause) == (2, True)


def test_a_rare_delimiter_is_taken_when_it_is_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "name:note\nA:x,y\n")
    assert rows(path, delimiter=":") == [Row(2, {"name": "A", "note": "x,y"})]
    for wrong in ("", "::", '"', "\n"):
        with pytest.raises(InvalidInput, match="one character"):
            rows(path, delimiter=wrong)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("name\nA\n")
        for _ in range(17):
            file.write("x" * (1 << 20))
    assert (fault(path).line, fault(path).cause) == (3, "the line is too long.")


def test_an_open_quote_is_named_with_the_line_of_its_row(tmp_path: Path) -> None:
    found = fault(write(tmp_path / "cases.csv", 'a,b\n1,2\n3,"4\n5,6\n'))
    assert (found.name, found.line) == ("cases.csv", 3)
    assert "quote" in found.cause


@pytest.mark.parametrize("line", ["1", "1,2,3"])
def test_a_row_with_a_wrong_number_of_cells_is_an_error(tmp_path: Path, line: str) -> None:
    found = fault(write(tmp_path / "a.csv", f"a,b\n1,2\n{line}\n"))
    assert found.line == 3
    assert "cells" in found.cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "empty"),
        ("a,b\n", "no rows"),
        ("a,,c\n1,2,3\n", "column 2 has no name"),
        ("a,b,a\n1,2,3\n", "two columns called 'a'"),
    ],
)
def test_a_csv_without_usable_columns_is_an_error(tmp_path: Path, text: str, cause: str) -> None:
    assert cause in fault(write(tmp_path / "a.csv", text)).cause


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a\n1\n")
    with pytest.raises(InvalidInput, match="klingon"):
        open_reader(path, ReaderOptions(encoding="klingon")).scan()


def test_a_json_array_is_read_with_numbers_as_they_stand(tmp_path: Path) -> None:
    items = [{"name": "A", "year": 2020, "share": 0.5, "tags": ["x", ""], "no": None, "ok": True}]
    path = write(tmp_path / "a.json", json.dumps(items))
    assert rows(path) == [
        Row(1, {"name": "A", "year": "2020", "share": "0.5", "tags": ["x"], "ok": "true"})
    ]


def test_json_lines_and_an_array_inside_a_document_are_read(tmp_path: Path) -> None:
    lines = write(tmp_path / "a.jsonl", '{"a": 1}\n\n{"a": 2}\n')
    inside = write(tmp_path / "b.json", '{"data": {"cases": [{"a": 1}, {"a": 2}]}}')
    assert rows(lines) == [Row(1, {"a": "1"}), Row(3, {"a": "2"})]
    assert rows(inside, items="data.cases") == [Row(1, {"a": "1"}), Row(2, {"a": "2"})]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.json", '[\n{"a": 1},\n{"a": }\n]', 3),
        ("a.json", '[\n{"a": 1},\n', 3),
        ("a.json", b'[\n{"a": "\xff"}]', 2),
        ("a.jsonl", '{"a": 1}\n{"a"\n', 2),
        ("a.jsonl", '{"a": NaN}\n', 1),
        ("a.json", "", 1),
        ("a.json", '"a"', 1),
        ("a.json", '{"a": 1}\n{"a": 2}', 2),
        ("a.json", '{"a": 1,\n"b": }', 2),
        ("a.jsonl", '{"a": 1}\n{"a": 1, "b": 2, "a": 3}\n', 2),
    ],
)
def test_broken_json_is_named_with_its_line(
    tmp_path: Path, name: str, text: str | bytes, line: int
) -> None:
    assert fault(write(tmp_path / name, text)).line == line


def test_a_document_that_is_an_object_is_one_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '\ufeff {"name": "A", "tags": [{"b": 1.10}]}')
    assert rows(path) == [Row(1, {"name": "A", "tags": [{"b": "1.10"}]})]
    assert "no objects" in fault(path, items="tags.b").cause
    inside = write(tmp_path / "b.json", '[{"cases": [{"a": 1}]}, {"cases": [{"a": 2}]}]')
    assert rows(inside, items="item.cases") == [Row(1, {"a": "1"}), Row(2, {"a": "2"})]


def test_an_object_with_two_keys_of_one_name_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '[{"a": 1}, {"a": {"b": 1, "b": 2}}]')
    assert fault(path).detail.startswith("a.json, entry 2: there are two keys called 'b'")


def test_a_row_of_json_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("w") as file:
        file.write('{"a": ["')
        for _ in range(17):
            file.write('x", "' * 220_000)
    with pytest.raises(TooLarge, match=r"a\.json"):
        open_reader(path, ReaderOptions()).scan()


def test_json_that_is_no_list_of_objects_is_an_error(tmp_path: Path) -> None:
    assert "not an object" in fault(write(tmp_path / "a.json", "[1, 2]")).cause
    assert "no objects" in fault(write(tmp_path / "b.json", "[]")).cause


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_is_read_down_to_sixteen_levels_and_no_deeper(tmp_path: Path, name: str) -> None:
    opening, closing = ("[\n", "]") if name == "a.json" else ("\n", "")

    def nested(levels: int) -> str:
        brackets = "[" * levels + '"x"' + "]" * levels
        return f'{opening}{{"t": "[[[ \\" {{{{{{ \\\\", "a": {brackets}}}{closing}'

    assert rows(write(tmp_path / name, nested(15)))[0].cells["t"] == '[[[ " {{{ \\'
    found = fault(write(tmp_path / name, nested(16)))
    assert found.line == 2
    assert "16 levels" in found.cause


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + "]" * 100_000,
        '[{"a":' + '{"a":' * 100_000 + "1" + "}" * 100_001 + "]",
        "[" * 100_000,
    ],
)
def test_json_that_would_fill_the_memory_by_its_depth_is_refused(
    tmp_path: Path, name: str, text: str
) -> None:
    path = write(tmp_path / name, text)
    tracemalloc.start()
    try:
        found = fault(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.name, found.line) == (name, 1)
    assert "nested" in found.cause
    assert peak < 8 << 20


def test_brackets_and_escapes_are_told_apart_wherever_a_chunk_ends(tmp_path: Path) -> None:
    text = '\\"[{' * 40_000
    for shift in range(1, 7):
        items = [{"a": "x" * shift}, *({"a": text[:100_000]} for _ in range(4))]
        assert len(rows(write(tmp_path / "a.json", json.dumps(items)))) == 5


def test_a_file_of_unknown_format_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"\.csv"):
        open_reader(tmp_path / "a.docx", ReaderOptions())


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(sorted(READERS)), content=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_error_for_people(
    tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = write(tmp_path / f"any{suffix}", content)
    try:
        reader = open_reader(path, ReaderOptions())
        reader.scan()
        found = list(reader.rows())
    except PracticeGraphError as error:
        assert path.name in error.detail
    else:
        assert all(row.cells for row in found)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='ab,;"\n\r[]{}:1é\x00', max_size=60))
def test_no_text_raises_anything_but_an_error_for_people(tmp_path: Path, text: str) -> None:
    for suffix in (".csv", ".json", ".jsonl"):
        path = write(tmp_path / f"any{suffix}", text)
        try:
            list(open_reader(path, ReaderOptions()).rows())
        except PracticeGraphError as error:
            assert path.name in error.detail


def test_only_options_that_its_format_knows_tell_two_ways_of_reading_a_file_apart() -> None:
    options = ReaderOptions(delimiter=";", encoding="utf-8", sheet="A", items="a.b")
    assert relevant(Path("a.csv"), options) == ReaderOptions(delimiter=";", encoding="utf-8")
    assert relevant(Path("a.JSON"), options) == ReaderOptions(items="a.b")
    assert relevant(Path("a.xlsx"), options) == ReaderOptions(sheet="A")
    assert relevant(Path("a.unknown"), options) == ReaderOptions()
