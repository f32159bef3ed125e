"""Workbooks: what a person sees in the cells, and nothing that fills the memory."""

from __future__ import annotations

import datetime as dt
import string
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl.styles import numbers
from reading import fault, notes, rows, write

from benchmarks.reading import WRITERS, cells
from ingest.readers import open_reader, workbook
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import ForbiddenReference, InvalidInput, MalformedDocument, TooLarge


def book(path: Path, *lines: list[object]) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    made.save(path)
    return path


def with_part(path: Path, name: str, old: str, new: str, to: str | None = None) -> Path:
    """Change the text of one part of a workbook, and move the part `to` another place."""
    source = path.with_suffix(".source")
    if name == STRINGS:
        WRITERS["xlsx"](source, 3)
    else:
        book(source, ["name"], ["A"])
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w") as after:
        assert name in before.namelist()
        for part in before.namelist():
            text = before.read(part).decode()
            if part == name:
                assert old in text
                text = text.replace(old, new)
            if to:
                text = text.replace(f"/{name}", f"/{to}")
            after.writestr(to if to and part == name else part, text)
    return path


SHEET = "xl/worksheets/sheet1.xml"
#: The table of texts; openpyxl writes none.
STRINGS = "xl/sharedStrings.xml"


def with_cells(path: Path, of_row: str) -> Path:
    """A sheet with the columns a, b, c, and one row of the cells."""
    names = "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in "abc")
    data = f"<sheetData><row>{names}</row><row r='5'>{of_row}</row></sheetData>"
    return with_part(path, SHEET, "<sheetData>", f"{data}<sheetData>")


def test_whole_numbers_stay_whole_and_rows_keep_their_number(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["name", "year"], ["A", 2020], [None, None], ["B", 2.5])
    assert rows(path) == [
        Row(2, {"name": "A", "year": "2020"}),
        Row(4, {"name": "B", "year": "2.5"}),
    ]


def test_moments_are_written_by_iso_8601(tmp_path: Path) -> None:
    values = [
        dt.date(2024, 1, 31),
        dt.datetime(2024, 1, 31, 10, 5),
        dt.time(12, 30),
        dt.timedelta(hours=36, minutes=5),
        True,
    ]
    path = book(tmp_path / "a.xlsx", ["a", "b", "c", "d", "e"], values)
    assert list(rows(path)[0].cells.values()) == [
        "2024-01-31",
        "2024-01-31T10:05:00",
        "12:30:00",
        "PT36H5M",
        "true",
    ]


def test_dates_are_those_of_the_epoch_and_the_format_of_the_workbook(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = made.active
    assert sheet is not None
    sheet.append(["date", "german", "number"])
    sheet.append([dt.date(2024, 1, 31), 44000, 44000])
    sheet["B2"].number_format = "[$-407]d. mmmm yyyy;@"
    sheet["C2"].number_format = numbers.FORMAT_NUMBER_COMMA_SEPARATED1
    made.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx")[0].cells == {
        "date": "2024-01-31",
        "german": "2024-06-19",
        "number": "44000",
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c t='str'><f>1&amp;2</f><v> one </v></c>", " one "),
        ("<c><f>1+1</f><v>2.0</v></c>", "2"),
        ("<c><v>0.1</v></c>", "0.1"),
        ("<c><v>1.2345678901234567E+19</v></c>", "12345678901234567168"),
        ("<c t='b'><v>0</v></c>", "false"),
        ("<c t='d'><v>2024-01-31</v></c>", "2024-01-31"),
        (
            "<c t='inlineStr'><is><r><t>a</t></r><r><t xml:space='preserve'> b</t></r></is></c>",
            "a b",
        ),
        ("<c t='inlineStr'><is><t>a</t><rPh><t>x</t></rPh></is></c>", "a"),
        ("<c t='inlineStr'><is><t>one_x000D_\ntwo</t></is></c>", "one\r\ntwo"),
        ("<c r='C5'><v>3</v></c>", "3"),
        ("<x:c xmlns:x='urn:other' r='A5'><x:v>3</x:v></x:c>", "3"),
    ],
)
def test_a_cell_is_read_by_its_value(tmp_path: Path, cell: str, text: str) -> None:
    assert list(rows(with_cells(tmp_path / "a.xlsx", cell))[0].cells.values()) == [text]


def test_texts_in_the_table_of_the_workbook_may_be_made_of_parts(tmp_path: Path) -> None:
    parts = "<si><r><rPr><b/></rPr><t>the_x0020_</t></r><r><t>year</t></r><rPh><t>x</t></rPh></si>"
    path = with_part(tmp_path / "a.xlsx", STRINGS, "<si><t>year</t></si>", parts)
    found = rows(path)
    assert [row.number for row in found] == [2, 3, 4]
    assert list(found[2].cells.items()) == [*list(cells(2).items())[:4], ("the year", "1992")]


def test_what_has_no_value_is_left_out_with_a_note(tmp_path: Path) -> None:
    path = with_cells(
        tmp_path / "a.xlsx",
        "<c><v>1</v></c><c t='e'><v>#N/A</v></c><c><f>1+1</f></c><c r='F5'><v>1</v></c>",
    )
    assert [row.cells for row in rows(path)] == [{"a": "1"}]
    found = " ".join(notes(path))
    assert "errors such as #N/A were left out, first in B5" in found
    assert "formulas that were never calculated were left out, first in C5" in found
    assert "columns without a name were left out, first F5" in found


@pytest.mark.parametrize(
    ("cell", "cause"),
    [
        ("<c r='A5'><v>one</v></c>", "cell A5"),
        ("<c t='s'><v>7</v></c>", "no shared text '7'"),
        ("<c t='s'><v>-1</v></c>", "no shared text"),
        ("<c r='A0'><v>1</v></c>", "no place"),
        ("<c r='A1:XFD1000000'/>", "no place"),
        ("<c r='ZZZ1'/>", "too many columns"),
        ("<c r='XFD5'/><c/>", "too many columns"),
        ("</row><row r='99999999'>", "no place"),
        ("</row><row r='-1'>", "no place"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, cell: str, cause: str) -> None:
    assert cause in fault(with_cells(tmp_path / "a.xlsx", cell)).detail


def test_a_padded_sheet_is_read_from_its_header_on(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [], [], ["name", None], ["A", None], [None], ["", " "])
    assert rows(path) == [Row(4, {"name": "A"})]


def test_a_title_above_the_header_is_left_out_with_a_note(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in [["A title of 2024"], [None], ["and more"], ["name", "year"], ["A", 2020]]:
        sheet.append(line)
    sheet.merge_cells("A1:B1")
    made.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [Row(5, {"name": "A", "year": "2020"})]
    assert "from row 4" in notes(tmp_path / "a.xlsx")[0]


def test_a_column_alone_is_no_title(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["name"], ["A"], ["B", None, "stray"], *[["C"]] * 9)
    assert [row.number for row in rows(path)] == list(range(2, 13))
    assert "first C3" in notes(path)[0]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.create_sheet("Data").append(["name"])
    made["Data"].append(["A"])
    made.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx", sheet="Data") == [Row(2, {"name": "A"})]
    assert "empty" in fault(tmp_path / "a.xlsx").cause
    assert "Data" in fault(tmp_path / "a.xlsx", sheet="Datum").cause


@pytest.mark.parametrize(
    ("header", "cause"),
    [(["a", "a"], "two columns"), (["a", None, "b"], "column B has no name"), (["a"], "no rows")],
)
def test_a_sheet_without_usable_columns_is_an_error(
    tmp_path: Path, header: list[object], cause: str
) -> None:
    data = [[1, 2, 3]] if len(header) > 1 else []
    assert cause in fault(book(tmp_path / "a.xlsx", header, *data)).cause


STRAY = '<c r="XFD1000000"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("new", "to"),
    [
        (STRAY, None),
        (STRAY.replace("XFD", "xfd"), None),
        (STRAY, "xl/other/sheet1.xml"),
        (STRAY, "xl/worksheets/sheet1.txt"),
        ("</row><x:row xmlns:x='urn:x' r='9'><x:c r='XFD9000000'/></x:row></sheetData>", None),
        ("</row><row r='1048576'>" + "<c/>" * 20 + "</row></sheetData>", None),
        ("</row></sheetData><sheetData>" + "<row/>" * 1000 + "<row>" + STRAY, None),
    ],
)
def test_cells_far_apart_do_not_fill_the_memory(tmp_path: Path, new: str, to: str | None) -> None:
    path = with_part(tmp_path / "a.xlsx", SHEET, "</row></sheetData>", new, to)
    tracemalloc.start()
    try:
        assert [row.cells for row in rows(path)] == [{"name": "A"}]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "<worksheet", "<!DOCTYPE worksheet [<!ENTITY a 'b'>]><worksheet"),
        (SHEET, "<worksheet", "junk<worksheet"),
        (SHEET, "</sheetData>", ""),
        (SHEET, "<sheetData>", "<other>"),
        (SHEET, "<sheetData>", "<sheetData><row>"),
        ("xl/workbook.xml", "<workbook ", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook "),
        ("xl/workbook.xml", "<sheets>", "<none>"),
        ("xl/workbook.xml", 'name="Sheet"', 'name="Sheet'),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "absent.xml"),
        ("xl/styles.xml", "<styleSheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><styleSheet"),
        (STRINGS, "<sst", "<!DOCTYPE a [<!ENTITY b 'c'>]><sst"),
        (STRINGS, "</sst>", ""),
        (STRINGS, "<si><t>year</t></si>", ""),
        ("_rels/.rels", "officeDocument", "nothing"),
    ],
)
def test_a_workbook_that_is_not_sound_is_refused(
    tmp_path: Path, part: str, old: str, new: str
) -> None:
    path = with_part(tmp_path / "a.xlsx", part, old, new)
    with pytest.raises((MalformedDocument, ForbiddenReference), match=r"a\.xlsx"):
        open_reader(path, ReaderOptions()).scan()


def test_an_archive_that_lies_about_the_size_of_a_part_is_refused(tmp_path: Path) -> None:
    path = with_part(tmp_path / "a.xlsx", SHEET, "</row></sheetData>", " " * 3000 + STRAY)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    content = path.read_bytes()
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (300).to_bytes(4, "little")))
    fault(path)


def test_a_part_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    source = book(tmp_path / "b.xlsx", ["name"], ["A"])
    with (
        zipfile.ZipFile(source) as before,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            tail = b"<x/>" * (2 << 20) if part == SHEET else b""
            after.writestr(part, before.read(part).replace(b"<sheetData>", tail + b"<sheetData>"))
    with pytest.raises(TooLarge, match=r"a\.xlsx.*4 MiB"):
        open_reader(path, ReaderOptions()).scan()
    monkeypatch.setattr(workbook, "MAX_PARTS", 2)
    with pytest.raises(TooLarge, match="more than 2 parts"):
        open_reader(path, ReaderOptions()).scan()


def test_a_workbook_that_is_none_is_an_error(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".ods", ".xls"):
        assert "cannot be read" in fault(write(tmp_path / f"a{suffix}", "no zip")).cause
        with zipfile.ZipFile(tmp_path / f"b{suffix}", "w") as archive:
            archive.writestr("hello.txt", "no workbook")
        assert "cannot be read" in fault(tmp_path / f"b{suffix}").cause
    assert "XLSB" in fault(with_part(tmp_path / "c.xlsx", SHEET, "", "", "xl/workbook.bin")).cause


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(
        st.lists(
            st.one_of(st.none(), TEXTS, st.integers(-(10**12), 10**12), st.booleans()),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_openpyxl_writes_is_read_as_it_was(tmp_path: Path, table: list[list[object]]) -> None:
    lines = [line if any(v is not None for v in line) else ["x", None, None] for line in table]
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["a", "b", "c"])
    for n, line in enumerate(lines, start=2):
        for column, value in zip("ABC", line, strict=True):
            if value is not None:
                sheet[f"{column}{n}"].value = value
                if isinstance(value, str):
                    sheet[f"{column}{n}"].data_type = "s"
    made.save(tmp_path / "a.xlsx")

    def text(value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    assert rows(tmp_path / "a.xlsx") == [
        Row(n, {k: text(v) for k, v in zip("abc", line, strict=True) if v is not None})
        for n, line in enumerate(lines, start=2)
    ]


@given(column=st.integers(0, 16_383))
def test_the_name_of_a_column_is_that_of_a_spreadsheet(column: int) -> None:
    assert workbook.column_name(column) == openpyxl.utils.get_column_letter(column + 1)


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
{tables}</office:spreadsheet></office:body></office:document-content>"""
PADDING = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
    ' table:number-columns-repeated="16384"/></table:table-row>'
)


def cell(text: str, attributes: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def line(*of_row: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(of_row)}</table:table-row>"


def ods(path: Path, *lines: str, other: str = "", manifest: str = "<m/>") -> Path:
    tables = f'<table:table table:name="S">{"".join(lines)}{PADDING}</table:table>{other}'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", ODS.format(tables=tables))
    return path


def test_a_row_of_opendocument_that_stands_for_many_is_read_as_often(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        line("<table:table-cell/>", attributes='table:number-rows-repeated="3"'),
        line(cell("a"), cell("b"), cell("c")),
        line(cell("x", 'table:number-columns-repeated="2"'), cell("y")),
        line(cell("z"), attributes='table:number-rows-repeated="2"'),
    )
    assert rows(path) == [
        Row(5, {"a": "x", "b": "x", "c": "y"}),
        Row(6, {"a": "z"}),
        Row(7, {"a": "z"}),
    ]


@pytest.mark.parametrize(
    ("given_cell", "text"),
    [
        ('<table:table-cell office:value-type="float" office:value="2020.0"/>', "2020"),
        ('<table:table-cell office:value-type="percentage" office:value="0.5"/>', "0.5"),
        (
            '<table:table-cell office:value-type="date" office:date-value="2024-01-31"><text:p>31 '
            "gennaio</text:p></table:table-cell>",
            "2024-01-31",
        ),
        (
            '<table:table-cell office:value-type="date" office:date-value="2024-01-31T10:05:00"/>',
            "2024-01-31T10:05:00",
        ),
        ('<table:table-cell office:value-type="time" office:time-value="PT12H"/>', "PT12H"),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "true"),
        (
            cell('a<text:s text:c="2"/>b<text:tab/><text:span>c</text:span><text:line-break/>d'),
            "a  b\tc\nd",
        ),
        (cell("one</text:p><text:p>two"), "one\ntwo"),
        (
            cell("a</text:p><office:annotation><text:p>said</text:p></office:annotation><text:p>b"),
            "a\nb",
        ),
        (
            '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2">'
            "<text:p>2,00</text:p></table:table-cell>",
            "2",
        ),
    ],
)
def test_a_cell_of_opendocument_is_read_by_its_value(
    tmp_path: Path, given_cell: str, text: str
) -> None:
    path = ods(tmp_path / "a.ods", line(cell("name")), line(given_cell))
    assert rows(path) == [Row(2, {"name": text})]


def test_groups_covered_cells_and_tables_inside_of_cells_are_told_apart(tmp_path: Path) -> None:
    covered = cell("hidden").replace("table-cell", "covered-table-cell")
    inner = f"<table:table-cell><table:table>{line(cell('inner'))}</table:table></table:table-cell>"
    path = ods(
        tmp_path / "a.ods",
        f"<table:table-header-rows>{line(cell('a'), cell('b'))}</table:table-header-rows>",
        f"<table:table-row-group>{line(cell('x'), covered)}</table:table-row-group>",
        line(cell("y"), inner),
        other=f'<table:table table:name="T">{line(cell("c"))}{line(cell("z"))}</table:table>',
    )
    assert rows(path) == [Row(2, {"a": "x"}), Row(3, {"a": "y"})]
    assert rows(path, sheet="T") == [Row(2, {"c": "z"})]
    assert "there are S, T" in fault(path, sheet="U").cause


def test_what_opendocument_does_not_give_is_named(tmp_path: Path) -> None:
    error = cell("#N/A", 'calcext:value-type="error"')
    path = ods(tmp_path / "a.ods", line(cell("a"), cell("b")), line(cell("x"), error))
    assert [row.cells for row in rows(path)] == [{"a": "x"}]
    assert "first in B2" in notes(path)[0]
    number = '<table:table-cell office:value-type="float" office:value="one"/>'
    assert "row 2" in fault(ods(tmp_path / "b.ods", line(cell("a")), line(number))).detail
    secret = ods(tmp_path / "c.ods", line(cell("a")), manifest="<m><encryption-data/></m>")
    assert "password" in fault(secret).cause


def test_cells_of_opendocument_beyond_measure_are_refused(tmp_path: Path) -> None:
    wide = cell("x", 'table:number-columns-repeated="16384"')
    tall = line(wide, attributes='table:number-rows-repeated="1000000"')
    with pytest.raises(TooLarge, match="stray cells"):
        open_reader(ods(tmp_path / "a.ods", line(cell("a")), tall), ReaderOptions()).scan()
    path = ods(tmp_path / "b.ods", line(cell("a"), attributes='table:number-rows-repeated="0"'))
    assert "no place" in fault(path).cause


def test_a_document_type_in_opendocument_is_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><a>&l11;</a>')
    with pytest.raises(InvalidInput, match="DOCTYPE"):
        open_reader(tmp_path / "a.ods", ReaderOptions()).scan()


@pytest.mark.parametrize(
    ("file", "sheet", "count"),
    [
        ("sdg-notified-links/cpsv-pilot.xlsx", None, 5214),
        ("jrc-ips-explorer/Updated IPS Cases.xlsx", None, 853),
        ("cpsv-ap-trento/servizifamiglia.xlsx", "Public Service", None),
    ],
)
def test_real_workbooks_are_read(
    third_party: Path, file: str, sheet: str | None, count: int | None
) -> None:
    found = rows(third_party / file, **({"sheet": sheet} if sheet else {}))
    assert len(found) == count or count is None
    reference = openpyxl.load_workbook(third_party / file, read_only=True, data_only=True)
    lines = reference[sheet or reference.sheetnames[0]].iter_rows(values_only=True)
    header = [str(name).strip() if name is not None else "" for name in next(lines)]
    assert set(found[0].cells) <= set(header)
    by_number = {row.number: row.cells for row in found}
    for number, values in enumerate(lines, start=2):
        texts = {
            n: v for n, v in zip(header, values, strict=False) if n and isinstance(v, str) and v
        }
        read = by_number.get(number, {})
        assert {name: read.get(name) for name in texts} == texts
    reference.close()


def test_letters_of_columns_end_where_a_sheet_does() -> None:
    assert workbook.column_name(25) == string.ascii_uppercase[-1]
    assert workbook.column_name(16_383) == "XFD"
