"""Workbooks whose sheets refer to one another, and texts that a header knows the language of."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ingest import MappingError
from ingest.header import parse
from ingest.mapping import SourceMapping
from ingest.readers import open_reader
from practicegraph.errors import MalformedDocument

HEADER = """\
#+ source: fair
#+ title: Stalls of an invented fair
#+ homepage: https://example.org/fair
#+ sheet: Stalls
#+ list: Held%20by ;
#+ join: Held%20by People%20of%20it Code
#+ join: Held%20by Clubs Code
"""
QUERY = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX fn: <https://w3id.org/practicegraph/function#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xyz: <http://sparql.xyz/facade-x/data/>
CONSTRUCT { ?row dct:creator ?name ; dct:title ?title } WHERE {
  { ?row xyz:Held%20by/rdfs:member/xyz:Name ?name }
  UNION { ?row xyz:Stall ?said . BIND(fn:text(?said, "Stall") AS ?title) }
}
"""


def mapping(header: str = HEADER) -> SourceMapping:
    return parse("fair.rq", header + QUERY)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in {
        "Clubs": [("Code", "Name"), ("C1", "Chess club")],
        "Stalls": [("Stall", "Held by"), ("Pies", " P1;C1 ; P9 "), ("Tea", None)],
        "People of it": [("Code", "Name", None), ("P1", "Bakers", None), ("P1", "Others", None)],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "fair.xlsx"
    book.save(path)
    return path


def test_entries_become_the_rows_of_other_sheets_that_they_name(workbook: Path) -> None:
    reader = open_reader(workbook, mapping().options)
    assert reader.scan().rows == 2
    pies, tea = reader.rows()
    assert pies.number == 2
    assert pies.cells["Held by"] == [
        {"Code": "P1", "Name": "Bakers"},
        {"Code": "C1", "Name": "Chess club"},
        " P9 ",
    ]
    assert "Held by" not in tea.cells


def test_a_mapping_reads_the_joined_rows(workbook: Path) -> None:
    found = mapping()
    rows = list(open_reader(workbook, found.options).rows())
    names = {t.object.value for t in found.apply(rows[0]).triples}  # type: ignore[union-attr]
    assert names == {"Bakers", "Chess club", "Pies"}


def test_a_sheet_that_is_not_there_is_named_before_anything_is_read(workbook: Path) -> None:
    options = mapping(HEADER.replace("Clubs", "Guilds")).options
    with pytest.raises(MalformedDocument, match="no sheet 'Guilds'; there are Clubs, Stalls"):
        open_reader(workbook, options).scan()


@pytest.mark.parametrize("entry", ["Held%20by Clubs", "Held by the Clubs Code"])
def test_a_join_that_is_not_three_names_is_refused(entry: str) -> None:
    with pytest.raises(MappingError, match="COLUMN SHEET COLUMN"):
        mapping(f"{HEADER}#+ join: {entry}\n")


def test_a_join_is_for_rows_only() -> None:
    with pytest.raises(MappingError, match="'join' is for rows"):
        mapping(f"{HEADER}#+ classes: dct:Agent\n".replace("#+ sheet: Stalls\n", ""))


@pytest.mark.parametrize(
    ("text", "tag"), [("Linnaamet", "et"), ("City office", "en"), ("Parameters", "en")]
)
def test_the_header_tells_which_untagged_texts_are_in_another_language(
    text: str, tag: str, tmp_path: Path
) -> None:
    path = tmp_path / "fair.csv"
    path.write_text(f"Stall\n{text}\n", "utf-8")
    found = parse("fair.rq", f"{HEADER}#+ language: en\n#+ language: et (?i)amet\\b\n{QUERY}")
    (row,) = open_reader(path, found.options).rows()
    assert [str(t.object) for t in found.apply(row).triples] == [f'"{text}"@{tag}']


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ("#+ language: en\n#+ language: lv\n", "two languages"),
        ("#+ language: en-\n", "not a language tag"),
        ("#+ language: e amet\n", "not a language tag"),
        ("#+ language: et (amet\n", "not a regular expression"),
    ],
)
def test_a_faulty_language_is_named(lines: str, cause: str) -> None:
    with pytest.raises(MappingError, match=cause):
        mapping(HEADER + lines)
