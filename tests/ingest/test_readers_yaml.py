"""YAML and Markdown: text as it stands in the file, and nothing that grows without bound."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import fault, notes, rows, write

from ingest.readers import open_reader
from ingest.readers.yaml_rows import load_mapping
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import MalformedDocument, PracticeGraphError, TooLarge


def test_scalars_are_the_text_that_stands_in_the_file(tmp_path: Path) -> None:
    text = """# a comment
version: 1.10
public: no
since: 2024-01-31
octal: 0o17
quoted: "a\\tb"
folded: >-
  one
  two
empty:
none: ~
said: "null"
list: [a, 007, , {b: 1_000}]
"""
    assert rows(write(tmp_path / "a.yml", text.replace(", ,", ","))) == [
        Row(
            2,
            {
                "version": "1.10",
                "public": "no",
                "since": "2024-01-31",
                "octal": "0o17",
                "quoted": "a\tb",
                "folded": "one two",
                "said": "null",
                "list": ["a", "007", {"b": "1_000"}],
            },
        )
    ]


def test_a_list_and_several_documents_are_rows_numbered_by_their_line(tmp_path: Path) -> None:
    text = "- a: 1\n- a: 2\n  b: x\n---\n# nothing\n---\na: 3\n"
    assert rows(write(tmp_path / "a.yaml", text)) == [
        Row(1, {"a": "1"}),
        Row(2, {"a": "2", "b": "x"}),
        Row(7, {"a": "3"}),
    ]


def test_items_names_the_path_to_the_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yml", "meta: {x: [1]}\ndata:\n  cases:\n  - a: 1\n  - a: 2\n")
    assert [row.cells for row in rows(path, items="data.cases")] == [{"a": "1"}, {"a": "2"}]
    assert "no key 'cases'" in fault(path, items="meta.x.cases").cause


def test_anchors_and_merged_mappings_are_written_out(tmp_path: Path) -> None:
    text = "- &base {a: 1, b: &b 2}\n- <<: *base\n  a: 3\n  c: *b\n- <<: [*base, {d: 4}]\n"
    assert [row.cells for row in rows(write(tmp_path / "a.yml", text))] == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "2", "c": "2"},
        {"a": "1", "b": "2", "d": "4"},
    ]


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3, "expected ',' or ']'"),
        ("a: 1\n\tb: 2\n", 2, "violates indentation"),
        ("a: 1\na: 2\n", 2, "two keys called 'a'"),
        ("a:\n  b: 1\n  b: 2\n", 3, "two keys called 'b'"),
        ("a: 1\nb: *c\n", 2, "nothing above is called &c"),
        ("a: &x\n  b: *x\n", 2, "nothing above is called &x"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "!!python/object"),
        ("a: !!binary aGk=\n", 1, "!!binary"),
        ("a: 1\nb: !<tag:example.org,2024:x> y\n", 2, "tag:example.org"),
        ("- a: 1\n- just text\n", 2, "no mapping"),
        ("just text\n", 1, "no mapping"),
        ("a: 1\n? [b]\n: 2\n", 2, "a key is a text"),
        ("a: 1\n'': 2\n", 2, "a key is a text"),
        ("a: 1\n<<: 2\n", 2, "only mappings"),
        ("a: 1\nb: \x07\n", 2, "control characters"),
        ("", 1, "no mappings"),
        ("# nothing\n---\n...\n", 1, "no mappings"),
        ("[]", 1, "no mappings"),
        (b"a: 1\nb: caf\xc3\xa9\nc: \xe9\n", 3, "0xE9"),
        ("a: 1\nb: " + "[" * 40 + "]" * 40, 2, "16 levels"),
        ("a: 1\nb: " + "{a: " * 100_000, 2, "16 levels"),
    ],
)
def test_broken_yaml_is_named_with_line_and_cause(
    tmp_path: Path, text: str | bytes, line: int, cause: str
) -> None:
    found = fault(write(tmp_path / "a.yml", text))
    assert found.line == line
    assert cause in found.cause


def test_what_refers_to_itself_again_and_again_is_refused_and_never_written_out(
    tmp_path: Path,
) -> None:
    laughs = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 15)]
    in_rows = ["- &a0 {a: lol}"]
    in_rows += [f"- &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(9))}}}" for n in range(15)]
    tracemalloc.start()
    try:
        found = fault(write(tmp_path / "a.yml", "\n".join(laughs)))
        other = fault(write(tmp_path / "b.yml", "\n".join(in_rows[:1] + in_rows[2:])))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "written out" in found.cause or "hold too much" in found.cause
    assert (found.line or 0) > 1
    assert "written out" in other.cause or "hold too much" in other.cause
    assert peak < 16 << 20


def test_anchors_of_many_rows_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yml", "".join(f"- &a{n} {{a: {'x' * 500}}}\n" for n in range(3000)))
    assert "anchors" in fault(path).cause


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    with path.open("w") as file:
        file.write("a: 'x\n")
        for _ in range(17):
            file.write("x" * (1 << 20) + "\n")
    with pytest.raises(TooLarge, match=r"a\.yml"):
        open_reader(path, ReaderOptions()).scan()


def test_yaml_in_another_encoding_is_read_with_a_note(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yml", "name: Città\n".encode("cp1252"))
    assert rows(path) == [Row(1, {"name": "Città"})]
    assert "Windows-1252" in notes(path)[0]
    assert rows(write(tmp_path / "b.yml", "name: Žīle\n".encode("utf-16"))) == [
        Row(1, {"name": "Žīle"})
    ]


VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.text("abcé ", min_size=1, max_size=4), inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@hypothesis_settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(
        st.dictionaries(st.text("abcé ", min_size=1, max_size=4), VALUES, min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    flow=st.sampled_from([True, False, None]),
)
def test_what_the_library_writes_is_read_as_it_was(
    tmp_path: Path, items: list[dict[str, object]], flow: bool | None
) -> None:
    text = yaml.safe_dump(items, allow_unicode=True, default_flow_style=flow)
    assert [row.cells for row in rows(write(tmp_path / "a.yml", text))] == items


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="ab:-[]{}&*!|>'\"#,?\n \t<~\x85é", max_size=40))
def test_no_yaml_raises_anything_but_an_error_for_people(tmp_path: Path, text: str) -> None:
    for suffix in (".yml", ".md"):
        path = write(tmp_path / f"any{suffix}", "---\n" + text)
        try:
            assert all(row.cells for row in open_reader(path, ReaderOptions()).rows())
        except PracticeGraphError as error:
            assert path.name in error.detail


def test_yaml_inside_another_document_keeps_its_lines() -> None:
    assert load_mapping("a: 1\nb: [no]\n", "page.json, entry 3") == {"a": "1", "b": ["no"]}
    assert load_mapping("", "x") == {}
    with pytest.raises(MalformedDocument, match="entry 3, line 12"):
        load_mapping("a: 1\na: 2\n", "page.json, entry 3", before=10)
    with pytest.raises(MalformedDocument, match="more than one"):
        load_mapping("a: 1\n---\na: 2\n", "x")


def test_markdown_is_one_row_of_its_front_matter_and_its_text(tmp_path: Path) -> None:
    text = "---\ntitle: Cité\nphases:\n- name: a\n  start: 2025-01-20\n---\n\n# Text\n\n---\nEnd\n"
    assert rows(write(tmp_path / "a.md", text)) == [
        Row(
            1,
            {
                "title": "Cité",
                "phases": [{"name": "a", "start": "2025-01-20"}],
                "content": "# Text\n\n---\nEnd",
            },
        )
    ]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Only text\n", {"content": "Only text"}),
        ("---\r\na: 1\r\n---\r\nText\r\n", {"a": "1", "content": "Text"}),
        ("\ufeff---\na: 1\n...\nText", {"a": "1", "content": "Text"}),
        ("---\na: 1\n---\n", {"a": "1"}),
        ("---\n---\nText", {"content": "Text"}),
    ],
)
def test_front_matter_and_text_may_each_be_absent(
    tmp_path: Path, text: str, cells: dict[str, str]
) -> None:
    assert rows(write(tmp_path / "a.md", text)) == [Row(1, cells)]


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("---\na: 1\nText\n", 1, "never closes"),
        ("---\na: 1\nb: [\n---\nText\n", 4, ""),
        ("---\na: 1\na: 2\n---\nText\n", 3, "two keys"),
        ("---\n- a\n---\n", 2, "no mapping"),
        ("---\ncontent: 1\n---\nText\n", None, "'content'"),
        ("\n \n", 1, "empty"),
    ],
)
def test_broken_front_matter_is_named_with_its_line_in_the_file(
    tmp_path: Path, text: str, line: int | None, cause: str
) -> None:
    found = fault(write(tmp_path / "a.md", text))
    assert found.line == line
    assert cause in found.cause


def test_the_real_startups_and_their_organisations_are_read(third_party: Path) -> None:
    files = sorted((third_party / "beta-gouv-fr").rglob("*.md"))
    assert len(files) > 500
    assert all(len(rows(path)) == 1 for path in files)


def test_the_one_broken_file_of_the_real_publiccode_files_is_named_with_its_line(
    third_party: Path,
) -> None:
    broken = []
    for path in sorted((third_party / "publiccode" / "yml").iterdir()):
        try:
            assert len(rows(path)) == 1
        except MalformedDocument as error:
            broken.append((path.name, error.line))
    assert broken == [("Azienda-USL-di-Bologna__DAE-RespondER.yml", 64)]
