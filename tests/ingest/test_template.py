"""A template goes out to people and comes back as records, with every fault at its cell."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from templates import BODY, PRACTICE, STEP, bring, filled, sheet_of, told
from village import BASE, digests, fresh, live, statements

from ingest import ingest
from ingest.outcome import Outcome
from ingest.problems import Problem
from ingest.template.columns import Template
from ingest.template.filling import rows_of
from ingest.template.making import make
from practicegraph import artefacts
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.forms import Forms, forms
from practicegraph.iris import Iris
from practicegraph.namespaces import XSD
from practicegraph.repository import Repository
from practicegraph.texts import LANGUAGES

KITCHEN = "practice/open-kitchen"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as opened:
        yield opened


def examples() -> dict[str, list[ox.Triple]]:
    """The records that show how the vocabulary is used."""
    found: dict[str, list[ox.Triple]] = {}
    for file in artefacts.OWN.example_files():
        for quad in ox.parse(path=str(file), base_iri=BASE + "/"):
            found.setdefault(quad.subject.value.partition("#")[0], []).append(quad.triple)
    return found


def example_rows(language: str) -> dict[str, list[dict[str, str]]]:
    """The example records as the cells of a template."""
    template = Template.of("practice", forms(), ["en", "it"])
    rows: dict[str, list[dict[str, str]]] = {}
    for record, triples in examples().items():
        for cls, cells in rows_of(template, record, triples, Iris(BASE), language).items():
            rows.setdefault(cls, []).extend(cells)
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_record_with_every_kind_of_part_comes_back_as_it_is_in_rdf(
    tmp_path: Path, language: str, suffix: str
) -> None:
    path = tmp_path / f"practices{suffix}"
    make(path, "practice", language, ["en", "it"], rows=example_rows(language))
    with fresh(tmp_path / "rdf") as repository:
        ingest(repository, artefacts.OWN.example_files()).close()
        expected = digests(repository)
    with fresh(tmp_path / "template") as repository:
        assert bring(repository, path) == []
        assert digests(repository) == expected


def test_a_second_import_makes_no_revision_and_an_edited_row_makes_one(
    repository: Repository, tmp_path: Path
) -> None:
    path = filled(
        tmp_path / "a.xlsx",
        {"gp:GoodPractice": [PRACTICE], "cv:PublicOrganisation": [BODY], "gp:PracticeStep": [STEP]},
    )
    assert bring(repository, path) == []
    last = repository.log.last_seq()
    assert last == 2
    assert bring(repository, path) == []
    assert repository.log.last_seq() == last
    book = openpyxl.load_workbook(path)
    sheet, places = sheet_of(book, "gp:PracticeStep")
    sheet.cell(3, places["dct:title@en"]).value = "Invite everybody"
    book.save(path)
    assert bring(repository, path) == []
    assert repository.log.last_seq() == last + 1
    assert "Invite everybody" in statements(repository, KITCHEN)


def test_without_an_identifier_the_title_in_any_language_tells_which_record_it_is(
    repository: Repository, tmp_path: Path
) -> None:
    nameless = {k: v for k, v in PRACTICE.items() if k != "dct:identifier"}
    bring(repository, filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [nameless]}))
    more = {**nameless, "dct:title@it": "Cucina aperta"}
    bring(repository, filled(tmp_path / "b.xlsx", {"gp:GoodPractice": [more]}))
    italian = {k: v for k, v in more.items() if k != "dct:title@en"}
    bring(repository, filled(tmp_path / "c.xlsx", {"gp:GoodPractice": [italian]}))
    named = {**nameless, "dct:identifier": "open-kitchen"}
    bring(repository, filled(tmp_path / "d.xlsx", {"gp:GoodPractice": [named]}))
    assert live(repository) == {KITCHEN}


def test_a_template_never_takes_the_place_of_a_record_that_came_from_elsewhere(
    repository: Repository, tmp_path: Path
) -> None:
    ingest(repository, artefacts.OWN.example_files()).close()
    before = digests(repository)
    taken = {**PRACTICE, "dct:identifier": "example-repair-desk"}
    bring(repository, filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [taken]}))
    assert "practice/example-repair-desk-2" in live(repository)
    assert before.items() <= digests(repository).items()


def test_the_address_of_a_record_edits_that_very_record(
    repository: Repository, tmp_path: Path
) -> None:
    bring(repository, filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE]}))
    edited = {**PRACTICE, "dct:identifier": f"{BASE}/id/{KITCHEN}", "gp:maturity": "Pilot"}
    bring(repository, filled(tmp_path / "b.xlsx", {"gp:GoodPractice": [edited]}))
    assert live(repository) == {KITCHEN}
    assert "maturity/pilot" in statements(repository, KITCHEN)


# ---- columns and headers


def without_keys(path: Path) -> None:
    """Delete the hidden rows, as somebody may who wonders what they are."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if "|" in str(sheet.cell(2, 1).value):
            sheet.delete_rows(2)
    book.save(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_alone_is_understood_in_every_language(
    repository: Repository, tmp_path: Path, language: str
) -> None:
    path = filled(
        tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE], "gp:PracticeStep": [STEP]}, language
    )
    without_keys(path)
    assert bring(repository, path) == []
    assert live(repository) == {KITCHEN}
    assert '#step-1> <https://w3id.org/practicegraph/ns#position> "1"' in statements(
        repository, KITCHEN
    )


def test_columns_may_be_moved_removed_and_added(repository: Repository, tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE]})
    book = openpyxl.load_workbook(path)
    sheet, places = sheet_of(book, "gp:GoodPractice")
    sheet.delete_cols(places["gp:addressesNeed"])
    _, places = sheet_of(book, "gp:GoodPractice")
    sheet.move_range("A1:A9", cols=sheet.max_column)  # the first column goes behind the last
    sheet.delete_cols(1)
    sheet.cell(1, sheet.max_column + 1).value = "Remarks"
    sheet.cell(3, sheet.max_column).value = "to be discussed"
    sheet.cell(1, sheet.max_column + 1).value = "Title [fr]"
    sheet.cell(3, sheet.max_column).value = "Cuisine ouverte"
    sheet.cell(1, sheet.max_column + 1).value = "Challenge"
    sheet.cell(3, sheet.max_column).value = "People eat alone."
    book.save(path)
    found = bring(repository, path)
    assert [(p.rule, p.severity) for p in found] == [
        ("known column", "warning"),
        ("column with a language", "warning"),
    ]
    assert "Remarks" in found[0].messages["lv"]
    assert '"Cuisine ouverte"@fr' in statements(repository, KITCHEN)


def test_a_header_that_somebody_translated_is_known_by_its_key(
    repository: Repository, tmp_path: Path
) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE]})
    book = openpyxl.load_workbook(path)
    sheet, places = sheet_of(book, "gp:GoodPractice")
    sheet.cell(1, places["gp:maturity"]).value = "Reifegrad"
    sheet.title = "Beispiele"
    book.save(path)
    assert bring(repository, path) == []
    assert live(repository) == {KITCHEN}


def test_a_sheet_of_notes_is_told_and_not_read(repository: Repository, tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE]})
    book = openpyxl.load_workbook(path)
    notes = book.create_sheet("My notes", 0)
    notes["A1"], notes["C1"], notes["B4"] = "To do", "by whom", "ask the mayor"
    book.save(path)
    assert told(bring(repository, path)) == [("warning", "'My notes'", "known sheet")]
    assert live(repository) == {KITCHEN}


def test_a_property_shape_more_is_a_column_more(tmp_path: Path) -> None:
    rooms = artefacts.Rooms(tmp_path)
    shutil.copytree(artefacts.SHAPES, rooms.shapes)
    more = """
        @prefix gp: <https://w3id.org/practicegraph/ns#> .
        @prefix gpsh: <https://w3id.org/practicegraph/shapes#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        gpsh:GoodPractice sh:property gpsh:practice-budget .
        gpsh:practice-budget a sh:PropertyShape ; sh:path gp:budget ;
            sh:minCount 1 ; sh:maxCount 1 ;
            sh:name "Budget"@en, "Bilancio"@it, "Presupuesto"@es, "Budžets"@lv ;
            sh:description "What it costs a year, in euro."@en ; sh:order 3.5 ;
            sh:group gpsh:identity ; sh:datatype xsd:decimal .
    """
    (rooms.shapes / "budget.ttl").write_text(more, encoding="utf-8")
    changed = Forms(artefacts.parse_turtle(rooms.shape_files()))
    make(tmp_path / "a.xlsx", "practice", "it", ["it"], of=changed)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet, places = sheet_of(book, "gp:GoodPractice")
    cell = sheet.cell(1, places["gp:budget"])
    assert cell.value == "Bilancio *"
    assert "What it costs a year" in cell.comment.text
    assert places["dct:description@it"] < places["gp:budget"] < places["dct:language"]
    checks = [
        v for v in sheet.data_validations.dataValidation if cell.column_letter in str(v.sqref)
    ]
    assert [v.type for v in checks] == ["decimal"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_is_in_the_language_of_its_reader(tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.xlsx"
    make(path, "practice", language, ["en", language])
    book = openpyxl.load_workbook(path)
    form = forms().record("practice")
    assert form.names[language] in book.sheetnames
    sheet, places = sheet_of(book, "gp:GoodPractice")
    names = {q.field.property: q.field.names for q in form.questions}
    title = sheet.cell(1, places["dct:title@en"])
    assert str(title.value).startswith(names["http://purl.org/dc/terms/title"][language])
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "B3"
    assert book["_lists"].sheet_state == "hidden"
    maturity = sheet.cell(1, places["gp:maturity"]).column_letter
    chosen = next(
        v for v in sheet.data_validations.dataValidation if f"{maturity}3:" in str(v.sqref)
    )
    column, last = chosen.formula1.split("!$")[1].split("$")[0], chosen.formula1.split("$")[-1]
    labels = [book["_lists"][f"{column}{n}"].value for n in range(1, int(last) + 1)]
    maturities = next(q for q in form.questions if q.field.property.endswith("maturity"))
    assert labels == [names_[language] for names_ in maturities.options().values()]
    about = [str(row[0].value) for row in book.worksheets[0].iter_rows() if row[0].value]
    assert sum(line[:2] in {f"{n}." for n in range(1, 9)} for line in about) == 8


def test_the_example_on_the_first_sheet_is_not_imported(
    repository: Repository, tmp_path: Path
) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE]})
    cells = [str(c.value) for row in openpyxl.load_workbook(path).worksheets[0] for c in row]
    assert "example-repair-desk" in cells
    bring(repository, path)
    assert live(repository) == {KITCHEN}


# ---- what people write

UNDERSTOOD: list[tuple[str, str, Any, str]] = [
    ("gp:GoodPractice", "gp:maturity", "operativa", "maturity/operational>"),
    ("gp:GoodPractice", "gp:maturity", "OPERATIONAL", "maturity/operational>"),
    ("gp:GoodPractice", "dct:spatial", "Letonia; it", "country/LVA>"),
    ("gp:GoodPractice", "dct:spatial", "Letonia; it", "country/ITA>"),
    ("gp:GoodPractice", "dct:spatial", "http://data.europa.eu/nuts/code/ITH53", "code/ITH53>"),
    ("gp:GoodPractice", "dct:issued", date(2024, 3, 15), f'"2024-03-15"^^<{XSD}date>'),
    ("gp:GoodPractice", "dct:issued", datetime(2024, 3, 15, 9, 30), '"2024-03-15T09:30:00"^^'),
    ("gp:GoodPractice", "dct:issued", "15.03.2024.", f'"2024-03-15"^^<{XSD}date>'),
    ("gp:GoodPractice", "dct:issued", "25/03/2024", f'"2024-03-25"^^<{XSD}date>'),
    ("gp:GoodPractice", "dct:issued", "03/2024", f'"2024-03"^^<{XSD}gYearMonth>'),
    ("gp:GoodPractice", "dct:issued", 2024, f'"2024"^^<{XSD}gYear>'),
    ("gp:GoodPractice", "foaf:page", "www.example.org/a;b", "<https://www.example.org/a;b>"),
    ("gp:GoodPractice", "foaf:page", "https://a.org\nhttps://b.org", "<https://b.org>"),
    ("gp:GoodPractice", "dct:description@en", "Call  +39 06 1234 5678", '"Call"@en'),
    ("gp:Outcome", "gp:resultValue", 41.5, '"41.5"^^'),
    ("gp:Outcome", "gp:resultValue", "41,5", '"41.5"^^'),
    ("gp:Outcome", "gp:resultValue", "1 234,5", '"1234.5"^^'),
    ("gp:Outcome", "gp:resultValue", "1.234,5", '"1234.5"^^'),
    ("gp:Outcome", "gp:resultValue", "1.234.567", '"1234567"^^'),
    ("gp:Outcome", "gp:resultValue", 1e-7, '"0.0000001"^^'),
    ("gp:Outcome", "gp:resultValue", "0,125", '"0.125"^^'),
    ("gp:Outcome", "gp:resultValue", 62.0, '"62"^^'),
    ("gp:Outcome", "gp:resultValue", "-3", '"-3"^^'),
    ("gp:Precondition", "gp:isBlocking", True, '"true"^^'),
    ("gp:Precondition", "gp:isBlocking", "sì", '"true"^^'),
    ("gp:Precondition", "gp:isBlocking", "SI", '"true"^^'),
    ("gp:Precondition", "gp:isBlocking", "jā", '"true"^^'),
    ("gp:Precondition", "gp:isBlocking", "verdadero", '"true"^^'),
    ("gp:Precondition", "gp:isBlocking", "nē", '"false"^^'),
    ("gp:Precondition", "gp:isBlocking", 0, '"false"^^'),
]
REFUSED: list[tuple[str, str, str, str]] = [
    ("gp:GoodPractice", "dct:issued", "03/04/2025", "ambiguous date"),
    ("gp:GoodPractice", "dct:issued", "3-4-2025", "ambiguous date"),
    ("gp:GoodPractice", "dct:issued", "31.02.2025", "date"),
    ("gp:GoodPractice", "dct:issued", "last year", "date"),
    ("gp:GoodPractice", "gp:maturity", "rather mature", "known concept"),
    ("gp:GoodPractice", "foaf:page", "not an address", "web address"),
    ("gp:GoodPractice", "foaf:page", "javascript:alert(1)", "web address"),
    ("gp:GoodPractice", "gp:leadOrganisation", "Nobody Ltd", "known record"),
    ("gp:GoodPractice", "dct:identifier", "7", "identifier"),
    ("gp:Outcome", "gp:resultValue", "1,234", "ambiguous number"),
    ("gp:Outcome", "gp:resultValue", "many", "number"),
    ("gp:Outcome", "gp:resultValue", "1,2,3", "number"),
    ("gp:Outcome", "gp:supportedBy", "the survey", "known part"),
    ("gp:Outcome", "@name", "prima metà", "name of a part"),
    ("gp:Precondition", "gp:isBlocking", "perhaps", "yes or no"),
    ("gp:Continuity", "gp:nextReview", "2025", "day"),
    ("gp:PracticeStep", "gp:position", "1.5", "whole number"),
    ("cv:PublicOrganisation", "rdf:type", "club", "known concept"),
]
#: What a row of each class needs to enter.
WHOLE: dict[str, dict[str, Any]] = {
    "gp:GoodPractice": PRACTICE,
    "cv:PublicOrganisation": BODY,
    "gp:PracticeStep": STEP,
    "gp:Outcome": {"gp:outcomeType": "Uptake", "dct:description@en": "More meals."},
    "gp:Precondition": {"gp:preconditionType": "legal", "dct:description@en": "A law."},
    "gp:Continuity": {},
}


def rows_with(cases: Sequence[tuple[str, str, Any, str]]) -> dict[str, list[dict[str, Any]]]:
    """A record for each case, `case-n`, with the value in it or in a part of it."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in WHOLE}
    for n, (name, key, written, _) in enumerate(cases):
        own = {"dct:identifier": f"case-{n}"}
        if name in {"gp:GoodPractice", "cv:PublicOrganisation"}:
            rows[name].append({**WHOLE[name], **own, key: written})
        else:
            rows["gp:GoodPractice"].append({**PRACTICE, **own})
            rows[name].append({**WHOLE[name], "@record": f"case-{n}", key: written})
    return rows


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    folder = tmp_path_factory.mktemp("understood")
    path = filled(folder / "a.xlsx", rows_with(UNDERSTOOD))
    with fresh(folder / "data") as repository:
        assert {p.severity for p in bring(repository, path)} <= {"info"}
        yield repository


@pytest.mark.parametrize("number", range(len(UNDERSTOOD)), ids=lambda n: str(UNDERSTOOD[n][2]))
def test_what_people_write_is_understood(understood: Repository, number: int) -> None:
    assert UNDERSTOOD[number][3] in statements(understood, f"practice/case-{number}")


@pytest.fixture(scope="module", params=[".xlsx", ".csv"])
def refused(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[Problem], set[str]]:
    folder = tmp_path_factory.mktemp("refused")
    rows = rows_with(REFUSED)
    rows["gp:GoodPractice"].append({**PRACTICE, "dct:identifier": "sound"})
    path = folder / f"practices{request.param}"
    if request.param == ".xlsx":
        filled(path, rows)
    else:
        template = Template.of("practice", forms(), ["en", "it"])
        classes = {table.name: table.form.cls for table in template.tables}
        texts = {
            classes[name]: [{k: str(v) for k, v in cells.items()} for cells in of_class]
            for name, of_class in rows.items()
        }
        make(path, "practice", "en", ["en", "it"], rows=texts)
    with fresh(folder / "data") as repository:
        return request.param, bring(repository, path), live(repository)


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=lambda n: REFUSED[n][2])
def test_what_cannot_be_read_is_told_at_its_cell(
    refused: tuple[str, list[Problem], set[str]], number: int
) -> None:
    suffix, found, _ = refused
    name, key, written, rule = REFUSED[number]
    template = Template.of("practice", forms(), ["en", "it"])
    table = template.table(name)
    assert table is not None
    column = next(c for c in table.columns if c.key == key)
    at = openpyxl.utils.get_column_letter(table.columns.index(column) + 1)
    row = 3 + next(i for i, c in enumerate(rows_with(REFUSED)[name]) if c.get(key) == written)
    if suffix == ".csv":
        file = "practices.csv" if table.slug == "practice" else f"practices-{table.slug}.csv"
        place = f"{at}{row}"
    else:
        title = table.form.names["en"]
        file, place = "practices.xlsx", f"'{title}'!" if " " in title else f"{title}!"
        place += f"{at}{row}"
    [said] = [p for p in found if p.file == file and p.place == place]
    assert (said.severity, said.rule, said.value) == ("violation", rule, written)
    assert set(said.messages) == set(LANGUAGES)
    assert all(column.names[language] in text for language, text in said.messages.items())


def test_rows_without_a_fault_enter_beside_those_that_are_refused(
    refused: tuple[str, list[Problem], set[str]],
) -> None:
    assert refused[2] == {"practice/sound"}


def test_an_ambiguous_date_is_told_with_both_its_readings(
    repository: Repository, tmp_path: Path
) -> None:
    path = filled(
        tmp_path / "a.xlsx", {"gp:GoodPractice": [{**PRACTICE, "dct:issued": "03/04/2025"}]}
    )
    [found] = bring(repository, path)
    assert "2025-04-03" in found.messages["it"]
    assert "2025-03-04" in found.messages["it"]


# ---- rows that name one another


def test_a_body_is_named_by_identifier_name_slug_or_address(
    repository: Repository, tmp_path: Path
) -> None:
    names = [
        "village-council",
        "Village  Council",
        "consiglio",
        f"{BASE}/id/organisation/village-council",
    ]
    body = {**BODY, "skos:prefLabel@it": "Consiglio"}
    rows = [
        {**PRACTICE, "dct:identifier": f"practice-{n}", "gp:leadOrganisation": name}
        for n, name in enumerate(names)
    ]
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": rows, "cv:PublicOrganisation": [body]})
    assert bring(repository, path) == []
    for n in range(len(names)):
        said = statements(repository, f"practice/practice-{n}")
        assert f"leadOrganisation> <{BASE}/id/organisation/village-council>" in said


def test_two_rows_of_one_name_are_told_apart_only_by_identifier(
    repository: Repository, tmp_path: Path
) -> None:
    body = {**BODY, "skos:prefLabel@en": "The council"}
    other = {**body, "dct:identifier": "other-council"}
    led = {**PRACTICE, "gp:leadOrganisation": "The council"}
    path = filled(
        tmp_path / "a.xlsx", {"gp:GoodPractice": [led], "cv:PublicOrganisation": [body, other]}
    )
    [found] = bring(repository, path)
    assert found.rule == "one record"
    assert "Organisation!3:3" in found.messages["es"]
    assert live(repository) == {"organisation/village-council", "organisation/other-council"}


def test_everything_wrong_with_a_row_is_told_at_once(
    repository: Repository, tmp_path: Path
) -> None:
    row = {**PRACTICE, "dct:issued": "soon", "dct:spatial": None, "gp:maturity": "ripe"}
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [row]})
    found = bring(repository, path)
    assert {(p.field, p.rule) for p in found} == {
        ("dct:issued", "date"),
        ("gp:maturity", "known concept"),
        ("dct:spatial", "gpsh:practice-spatial-present"),
    }
    assert live(repository) == set()


def test_what_is_not_in_a_list_is_told_with_what_it_is_most_like(
    repository: Repository, tmp_path: Path
) -> None:
    row = {**PRACTICE, "dct:language": "italiana"}
    [found] = [
        p
        for p in bring(repository, filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [row]}))
        if p.field == "dct:language"
    ]
    assert "per esempio italiano, " in found.messages["it"]
    assert "such as Italian, " in found.messages["en"]


def test_a_fault_added_to_a_record_that_is_there_rejects_the_row_and_keeps_the_record(
    repository: Repository, tmp_path: Path
) -> None:
    led = {**PRACTICE, "gp:leadOrganisation": "village-council"}
    rows = {"gp:GoodPractice": [led], "cv:PublicOrganisation": [BODY]}
    bring(repository, filled(tmp_path / "a.xlsx", rows))
    before = digests(repository)
    rows["cv:PublicOrganisation"] = [{**BODY, "foaf:homepage": "no address"}]
    with ingest(repository, [filled(tmp_path / "b.xlsx", rows)]) as report:
        assert report.counts.of(Outcome.REJECTED, "organisation") == 1
        assert report.counts.of(Outcome.UNCHANGED, "practice") == 1
    assert digests(repository) == before


def test_what_names_a_row_that_was_rejected_enters_without_it_and_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    body = {**BODY, "foaf:homepage": "no address"}
    led = {**PRACTICE, "gp:leadOrganisation": "village-council"}
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [led], "cv:PublicOrganisation": [body]})
    found = bring(repository, path)
    assert {(p.rule, p.severity) for p in found} == {
        ("web address", "violation"),
        ("refers to what is there", "warning"),
    }
    assert [p.place for p in found if p.severity == "warning"] == [
        f"'Good practice'!{letter(path, 'gp:leadOrganisation')}3"
    ]
    assert live(repository) == {KITCHEN}
    assert "leadOrganisation" not in statements(repository, KITCHEN)


def letter(path: Path, key: str, name: str = "gp:GoodPractice") -> str:
    """The letter of a column."""
    _, places = sheet_of(openpyxl.load_workbook(path), name)
    return openpyxl.utils.get_column_letter(places[key])


def test_steps_are_named_by_number_name_or_title_within_their_own_practice(
    repository: Repository, tmp_path: Path
) -> None:
    steps = [
        {**STEP, "@name": "call", "gp:responsibleRole": "owner"},
        {**STEP, "dct:title@en": "Cook", "gp:position": 2, "gp:precededBy": "call"},
        {**STEP, "dct:title@en": "Eat", "gp:position": 3, "gp:precededBy": "Cook"},
    ]
    handover = {"@record": "open-kitchen", "gp:fromStep": "Invite", "gp:toStep": 1,
                "gp:fromRole": "owner", "gp:toRole": "Co-producer",
                "gp:artefact@en": "A list"}  # fmt: skip
    path = filled(
        tmp_path / "a.xlsx",
        {"gp:GoodPractice": [PRACTICE], "gp:PracticeStep": steps, "gp:Handover": [handover]},
    )
    assert bring(repository, path) == []
    said = statements(repository, KITCHEN)
    root = f"<{BASE}/id/{KITCHEN}"
    gp = "<https://w3id.org/practicegraph/ns#"
    assert f"{root}#step-1> {gp}precededBy> {root}#call>" in said
    assert f"{root}#step-2> {gp}precededBy> {root}#step-1>" in said
    assert f"{root}#handover-1> {gp}fromStep> {root}#call>" in said
    assert f"{root}#handover-1> {gp}toStep> {root}#step-1>" in said


def test_a_part_of_nothing_is_told_at_its_row(repository: Repository, tmp_path: Path) -> None:
    other = {**PRACTICE, "dct:identifier": "open-garden", "dct:title@en": "Open garden"}
    steps = [{**STEP, "@record": "nowhere"}, {k: v for k, v in STEP.items() if k != "@record"}]
    path = filled(
        tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE, other], "gp:PracticeStep": steps}
    )
    found = bring(repository, path)
    assert told(found) == [
        ("violation", "Step!A3", "belongs to a record"),
        ("violation", "Step!A4", "belongs to a record"),
    ]
    assert "«Buona pratica»" in found[0].messages["it"]
    assert len(live(repository)) == 2


def test_two_rows_of_one_identifier_are_not_one_record(
    repository: Repository, tmp_path: Path
) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE, PRACTICE]})
    assert told(bring(repository, path)) == [
        ("violation", "'Good practice'!A4", "one row, one record")
    ]


def test_practices_adapted_from_one_another_enter_whatever_the_order_of_rows(
    tmp_path: Path,
) -> None:
    names = ["first", "second", "third"]
    rows = [
        {**PRACTICE, "dct:identifier": name, "gp:adaptedFrom": ahead}
        for name, ahead in zip(names, [*names[1:], None], strict=True)
    ]
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": rows})
    with fresh(tmp_path / "data", batch_size=1) as repository:
        assert bring(repository, path) == []
        assert f"adaptedFrom> <{BASE}/id/practice/second>" in statements(
            repository, "practice/first"
        )


# ---- what the shapes find


def test_what_the_shapes_find_is_told_at_the_cell_of_the_part(
    repository: Repository, tmp_path: Path
) -> None:
    steps = [
        STEP,
        {**STEP, "dct:title@en": "Cook", "gp:position": 0},
        {**STEP, "gp:position": None},
    ]
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [PRACTICE], "gp:PracticeStep": steps})
    position = letter(path, "gp:position", "gp:PracticeStep")
    found = bring(repository, path)
    assert {p.place for p in found if p.field == "gp:position"} == {
        f"Step!{position}4", f"Step!{position}5",
    }  # fmt: skip
    assert live(repository) == set()


def test_what_is_missing_is_told_at_the_empty_cell(repository: Repository, tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"gp:GoodPractice": [{**PRACTICE, "dct:spatial": None}]})
    spatial = letter(path, "dct:spatial")
    assert told(bring(repository, path)) == [
        ("violation", f"'Good practice'!{spatial}3", "gpsh:practice-spatial-present")
    ]


# ---- CSV and files


def test_a_cell_of_csv_that_looks_like_a_formula_comes_back_as_it_was(
    repository: Repository, tmp_path: Path
) -> None:
    name = forms().record("practice").cls
    path = tmp_path / "practices.csv"
    row = {**PRACTICE, "dct:description@en": "=1+1 is two"}
    make(path, "practice", "en", ["en"], rows={name: [row]})
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert "'=1+1 is two" in list(csv.reader(file))[2]
    assert bring(repository, path) == []
    assert '"=1+1 is two"@en' in statements(repository, KITCHEN)


def test_csv_is_known_by_its_header_alone(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "practices.csv"
    rows = {
        forms().record("practice").cls: [PRACTICE],
        "https://w3id.org/practicegraph/ns#PracticeStep": [{**STEP, "gp:position": "1"}],
    }
    make(path, "practice", "lv", ["en", "lv"], rows=rows)
    for file in tmp_path.glob("*.csv"):
        lines = file.read_text("utf-8-sig").splitlines(keepends=True)
        file.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    assert bring(repository, path) == []
    assert "hasStep" in statements(repository, KITCHEN)


def test_a_folder_of_templates_reads_each_with_the_files_that_belong_to_it(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    filled(folder / "book.xlsx", {"gp:GoodPractice": [{**PRACTICE, "dct:identifier": "of-book"}]})
    rows = {
        forms().record("practice").cls: [PRACTICE],
        "https://w3id.org/practicegraph/ns#PracticeStep": [{**STEP, "gp:position": "1"}],
    }
    make(folder / "practices.csv", "practice", "en", ["en"], rows=rows)
    with ingest(repository, [folder]) as report:
        assert [s.files for s in report.sources] == ["book.xlsx", "practices.csv"]
        assert report.counts.of(Outcome.CREATED, "practice") == 2


def test_a_template_is_not_written_over_one_that_may_be_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make(path, "asset", "en", ["en"])
    with pytest.raises(InvalidInput, match="may be filled in"):
        make(path, "asset", "en", ["en"])
    make(path, "asset", "en", ["en"], force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("kind", ["practice", "service", "organisation", "asset"])
def test_every_kind_has_a_template_that_comes_back_empty(
    repository: Repository, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "a.xlsx"
    make(path, kind, "es", ["es"])
    assert bring(repository, path) == []
    assert live(repository) == set()


def test_a_broken_workbook_is_named(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(MalformedDocument, match=r"a\.xlsx"):
        bring(repository, path)
