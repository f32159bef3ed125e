"""XML: elements become rows, and nothing in it is expanded, fetched or kept."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import fault, rows, write

from ingest.readers import open_reader
from ingest.readers.recognition import looks_like_rdf
from ingest.rows import ReaderOptions, Row
from practicegraph.errors import ForbiddenReference, PracticeGraphError, TooLarge

CATALOGUE = """<?xml version="1.0" encoding="{encoding}"?>
<!-- a comment --><c:catalogue xmlns:c="urn:c" xmlns="urn:d">
 <service id="s1" xml:lang="it">
  <name>Città &amp; <![CDATA[<Campagna>]]></name>
  <tag>a</tag><tag k="v">b</tag><empty/>
  <note>Some <b>bold</b> words<?pi x?>.</note>
 </service>
 <service><name>B</name></service>
 <service/>
</c:catalogue>"""
FIRST = {
    "@id": "s1",
    "@lang": "it",
    "name": "Città & <Campagna>",
    "tag": ["a", {"@k": "v", "#text": "b"}],
    "note": {"b": "bold", "#text": "Some bold words."},
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("items", [None, "service", "catalogue/service"])
def test_elements_become_rows(tmp_path: Path, encoding: str, items: str | None) -> None:
    content = CATALOGUE.format(encoding=encoding).encode(encoding)
    path = write(tmp_path / "a.xml", content)
    assert rows(path, **({"items": items} if items else {})) == [
        Row(1, FIRST),
        Row(2, {"name": "B"}),
    ]


def test_items_takes_rows_from_wherever_they_stand(tmp_path: Path) -> None:
    text = "<a><x><row>1</row></x><row k='v'/><y><row>3</row><z><row>4</row></z></y></a>"
    path = write(tmp_path / "a.xml", text)
    assert [row.cells for row in rows(path, items="row")] == [
        {"#text": "1"},
        {"@k": "v"},
        {"#text": "3"},
        {"#text": "4"},
    ]
    assert [row.cells for row in rows(path, items="y/row")] == [{"#text": "3"}]
    assert "no element 'nothing'" in fault(path, items="nothing").cause


def test_without_items_the_children_of_the_root_have_one_name(tmp_path: Path) -> None:
    found = fault(write(tmp_path / "a.xml", "<a>\n<b>1</b>\n<c>2</c>\n</a>"))
    assert found.line == 3
    assert "'b' and 'c'" in found.cause


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("<a>\n<b>1</b>\n<b>2</c>\n</a>", 3, "mismatch"),
        ("<a>\n<b>1</b>\n", 3, "Premature end"),
        ("<a>\n<b>&nbsp;</b></a>", 2, "'nbsp' not defined"),
        (b"<a>\n<b>\xff</b></a>", 2, ""),
        ("<a>\n<b>1</b></a>\n<c/>", 3, "Extra content"),
        ("", 1, "no element"),
        ("no xml", 1, "syntax error"),
        ("<a/>", 1, "no rows"),
        ("<a><b/></a>", 1, "no rows"),
        ("<a>\n" + "<b>" * 200 + "</b>" * 200 + "</a>", 2, "16 levels"),
        ("<a>\n" + "<b>" * 100_000, 2, "levels deep"),
    ],
)
def test_broken_xml_is_named_with_line_and_cause(
    tmp_path: Path, text: str | bytes, line: int, cause: str
) -> None:
    found = fault(write(tmp_path / "a.xml", text))
    assert found.line == line
    assert cause in found.cause


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/a.dtd"> %p;]>',
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE a [<!ATTLIST b c CDATA "given">]>',
    ],
)
def test_a_document_type_is_refused_whatever_it_declares(tmp_path: Path, doctype: str) -> None:
    text = f"<?xml version='1.0'?>\n{doctype}<a><b>&x;&l11;</b></a>"
    for encoding in ("utf-8", "utf-16"):
        path = write(tmp_path / "a.xml", text.encode(encoding))
        tracemalloc.start()
        try:
            with pytest.raises(ForbiddenReference, match=r"a\.xml, line 2: .*DOCTYPE"):
                open_reader(path, ReaderOptions()).scan()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 4 << 20


def test_a_document_type_cannot_hide_behind_a_long_start(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path = write(tmp_path / "a.xml", f"<!--{' ' * 100_000}-->{doctype}<a><b>&x;</b></a>")
    assert "no element" in fault(path).cause


def test_a_row_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    wide = write(tmp_path / "a.xml", "<a><b>" + "<c/>" * 100_002 + "</b></a>")
    with pytest.raises(TooLarge, match=r"a\.xml"):
        open_reader(wide, ReaderOptions()).scan()
    path = tmp_path / "b.xml"
    with path.open("w") as file:
        file.write("<a><b>")
        for _ in range(17):
            file.write("<c>" + "x" * (1 << 20) + "</c>")
    with pytest.raises(TooLarge, match=r"b\.xml"):
        open_reader(path, ReaderOptions()).scan()


TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)


@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(st.dictionaries(st.sampled_from("abc"), TEXT, min_size=1), min_size=1))
def test_texts_and_attributes_are_read_as_they_were(
    tmp_path: Path, items: list[dict[str, str]]
) -> None:
    lines = ["<rows>"]
    for item in items:
        inside = "".join(f"<{k} x={quoteattr(v)}>{escape(v)}</{k}>" for k, v in item.items())
        lines.append(f"<row>{inside}</row>")
    path = write(tmp_path / "a.xml", "\n".join([*lines, "</rows>"]))
    expected = [{k: {"@x": v, "#text": v} for k, v in item.items()} for item in items]
    assert [row.cells for row in rows(path)] == expected


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="ab<>/&;!?-[]\"'= \n:éx", max_size=40))
def test_no_xml_raises_anything_but_an_error_for_people(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "any.xml", "<a><b>" + text)
    try:
        assert all(row.cells for row in open_reader(path, ReaderOptions()).rows())
    except PracticeGraphError as error:
        assert path.name in error.detail


RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '{"@context": {}, "@graph": []}', True),
        ("a.json", '\ufeff [{"name": 1}, {"@id": "x"}]', True),
        ("a.json", '{"name": {"@id": "x"}}', False),
        ("a.json", '{"text": "@context"}', False),
        ("a.json", "[", False),
        ("a.json", "no json", False),
        ("a.xml", f"<rdf:RDF {RDF}/>", True),
        ("a.xml", f"<!DOCTYPE rdf:RDF [<!ENTITY a 'b'>]><rdf:RDF {RDF}/>", True),
        ("a.xml", f"<x xmlns='urn:x' {RDF} rdf:about='urn:y'/>", True),
        ("a.xml", "<RDF/>", False),
        ("a.xml", "<a>rdf:RDF</a>", False),
        ("a.xml", "", False),
        ("a.csv", '{"@context": {}}', False),
    ],
)
def test_rdf_is_known_by_its_start(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    assert looks_like_rdf(write(tmp_path / name, text)) is expected
    if name == "a.xml":
        assert looks_like_rdf(write(tmp_path / name, text.encode("utf-16"))) is expected


def test_real_rdf_is_known_whatever_it_is_called(tmp_path: Path, third_party: Path) -> None:
    trento = third_party / "cpsv-ap-trento"
    for suffix, name in [(".json", "servizi_famiglia.jsonld"), (".xml", "servizi_famiglia.rdf")]:
        assert looks_like_rdf(write(tmp_path / f"a{suffix}", (trento / name).read_bytes()))
    assert not looks_like_rdf(third_party / "jrc-ips-explorer" / "cases.json")
