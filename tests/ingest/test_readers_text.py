"""Encodings: a text is read as it was written, or a note says what was assumed."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import fault, notes, rows, write

from ingest.readers import open_reader
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import InvalidInput

BOMS = {
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", BOMS)
def test_the_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", BOMS[encoding] + "name\nŽīle 𝄞\n".encode(encoding))
    assert rows(path) == [Row(2, {"name": "Žīle 𝄞"})]
    assert notes(path) == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("word", ["Žīle", "Ελλάδα", "Държава", "日本語", "abc"])
def test_wide_characters_without_a_mark_are_known_with_a_note(
    tmp_path: Path, encoding: str, word: str
) -> None:
    path = write(tmp_path / "a.csv", f"{word};b\n{word};{word}\n".encode(encoding))
    assert rows(path) == [Row(2, {word: word, "b": word})]
    assert encoding.upper() in notes(path)[0]


#: A text of each language, and the encodings in which people still write it.
TEXTS = {
    "Mediazione familiare: per coppie che non hanno più dialogo, città di Trento": [
        "cp1252",
        "iso8859_15",
    ],
    "Pôle emploi accompagne les élèves à l'étranger, où ça coûte 5 €": ["cp1252", "iso8859_15"],
    "Öffentliche Verwaltung für Bürger in Größe und Maß": ["cp1252"],
    "El Ministerio de Educación y Formación: ¿qué señor?": ["cp1252"],
    "Usługi publiczne dla mieszkańców, żłobek, święto, książka": ["cp1250", "iso8859_2"],
    "Příliš žluťoučký kůň úpěl ďábelské ódy; veřejná správa": ["cp1250", "iso8859_2"],
    "Önkormányzati szolgáltatások; árvíztűrő tükörfúrógép": ["cp1250"],
    "Pašvaldības pakalpojumi iedzīvotājiem, žēlīgs ķirsis, ģimene": ["cp1257", "iso8859_13"],
    "Viešosios paslaugos gyventojams, ąžuolas, šeštadienį, žmonės": ["cp1257"],
    "Avalikud teenused, õpilased, üksus, täht, šokolaad": ["cp1257"],
    "Държавни услуги за граждани в България": ["cp1251", "iso8859_5"],
    "Государственные услуги для граждан, Пётр": ["cp1251", "koi8_r"],
    "Δημόσιες υπηρεσίες για τους πολίτες της Ελλάδας": ["cp1253", "iso8859_7"],
    "Kamu hizmetleri vatandaşlar için; İstanbul, çağrı, ığdır": ["cp1254"],
}


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, name) for text, names in TEXTS.items() for name in names]
)
def test_an_encoding_of_eight_bits_is_told_by_the_language_with_a_note(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = write(tmp_path / "a.csv", f'name,text\nA,"{text}"\n'.encode(encoding))
    assert rows(path) == [Row(2, {"name": "A", "text": text})]
    (note,) = notes(path)
    assert "is not UTF-8" in note
    assert "name the encoding" in note


def test_a_single_letter_is_taken_for_windows_1252_and_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "name\nCittà\n".encode("cp1252"))
    assert rows(path) == [Row(2, {"name": "Città"})]
    assert "Windows-1252 (cp1252)" in notes(path)[0]
    assert "'Città'" in notes(path)[0]


def test_what_tells_the_encoding_may_come_late(tmp_path: Path) -> None:
    lines = ["name", *["plain text"] * 50_000, "Città di Trento, perché no"]
    path = write(tmp_path / "a.csv", "\n".join(f'"{line}"' for line in lines).encode("cp1252"))
    assert rows(path)[-1].cells == {"name": "Città di Trento, perché no"}


def test_one_broken_byte_in_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    found = fault(write(tmp_path / "a.csv", "name\nCittà\n".encode() + b"Per\xf9\n"))
    assert found.line == 3
    assert "0xF9" in found.cause
    late = fault(write(tmp_path / "b.csv", b"name\n" + "Città\n".encode() * 50_000 + b"\xf9\n"))
    assert late.line == 50_002


@pytest.mark.parametrize("content", [b"name\n\x80\x81\x82\x83\xff\xfe\n" * 20, b"\xff\xfe\x00"])
def test_what_is_no_text_is_an_error(tmp_path: Path, content: bytes) -> None:
    assert fault(write(tmp_path / "a.csv", content)).line is not None


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a\n1\n")
    for name in ("klingon", "rot13", "base64"):
        with pytest.raises(InvalidInput, match=name):
            open_reader(path, ReaderOptions(encoding=name)).scan()


CELLS = st.lists(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=10),
    min_size=1,
    max_size=5,
)


def table(cells: list[str]) -> str:
    return "name\n" + "".join('"' + cell.replace('"', '""') + '"\n' for cell in cells)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=CELLS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-32-le"]),
)
def test_any_text_in_unicode_is_read_as_it_was(
    tmp_path: Path, cells: list[str], encoding: str
) -> None:
    path = write(tmp_path / "a.csv", table(cells).encode(encoding))
    assert [row.cells["name"] for row in rows(path)] == cells


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=CELLS,
    encoding=st.sampled_from(
        ["cp1252", "cp1250", "cp1257", "iso8859_1", "iso8859_15", "koi8_r", "shift_jis", "gb18030"]
    ),
)
def test_any_text_in_an_encoding_that_is_given_is_read_as_it_was(
    tmp_path: Path, cells: list[str], encoding: str
) -> None:
    written = [cell.encode(encoding, "ignore").decode(encoding) for cell in cells]
    written = [cell for cell in written if cell]
    assume(written)
    path = write(tmp_path / "a.csv", table(written).encode(encoding))
    assert [row.cells["name"] for row in rows(path, encoding=encoding)] == written


@hypothesis_settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_are_read_as_something_else_without_a_note(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "a.csv", b"name\n" + content)
    try:
        scan = open_reader(path, ReaderOptions()).scan()
    except InvalidInput as error:
        assert "a.csv" in error.detail
        return
    assert scan.notes or list(csv.reader(path.read_text("utf-8").splitlines()))
