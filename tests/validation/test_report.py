"""Reports over files: for people in their language, for machines as JSON and as SHACL."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.formats import FORMATS, Format
from practicegraph.report import Report, as_graph, as_json, as_turtle, validate_files
from practicegraph.validation import EngineName

BASE = "https://example.org"
X = BASE + "/id/practice/x"
GP = "https://w3id.org/practicegraph/ns#"
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dct: <http://purl.org/dc/terms/> .
<urn:s> a sh:NodeShape ; sh:targetClass <urn:Thing> ; sh:property <urn:title>, <urn:back> .
<urn:title> sh:path dct:title ; sh:minCount 1 ; sh:maxLength 5 ; sh:name "Title"@en, "Titolo"@it ;
    sh:message "Mend the title."@en, "Correggere il titolo."@it .
<urn:back> sh:path ( [ sh:inversePath dct:isPartOf ] dct:title ) ; sh:minCount 1 ;
    sh:severity sh:Info .
"""

DATA = """
@prefix dct: <http://purl.org/dc/terms/> .
<id/practice/x> a <urn:Thing> ; dct:title "[red]much[/red] too \\u001b[31mlong" .
<id/practice/x#step-1> a <urn:Thing> ; dct:title "good" .
<id/practice/y> a <urn:Thing> ; dct:title "fine" ; dct:isPartOf <id/practice/y> .
<id/practice/z> a <urn:Unknown> ; dct:title "nobody looks" .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    return data, shapes


@pytest.fixture(params=["pyshacl", "turbo"])
def report(request: pytest.FixtureRequest, files: tuple[Path, Path]) -> Report:
    engine: EngineName = request.param
    data, shapes = files
    return validate_files([data], engine=engine, base_iri=BASE, shapes=[shapes])


def printed(report: Report, form: str, *languages: str) -> str:
    out = io.StringIO()
    report.print(form, languages or ("en",), out)
    return out.getvalue()


def test_a_report_counts_records_results_and_what_was_not_checked(report: Report) -> None:
    assert [(r.record.removeprefix(BASE), r.status) for r in report.records] == [
        ("/id/practice/x", "invalid"),
        ("/id/practice/y", "valid"),
        ("/id/practice/z", "not checked"),
    ]
    assert (report.status, report.conforms) == ("invalid", False)
    assert report.counts == {
        "records": 3,
        "valid": 1,
        "invalid": 1,
        "not checked": 1,
        "violation": 1,
        "warning": 0,
        "info": 2,
        "unchecked subjects": 1,
    }
    assert report.focus_counts == {"urn:s": 3}


def test_nothing_checked_is_never_valid(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text("<a> a <urn:Unknown> .", encoding="utf-8")
    report = validate_files([data], base_iri=BASE, shapes=[shapes])
    assert (report.status, report.conforms) == ("not checked", False)
    assert report.focus_counts == {"urn:s": 0}
    assert "not checked" in printed(report, "table")
    assert (None, SH.conforms, rdflib.Literal(False)) in as_graph(report)
    data.write_text("", encoding="utf-8")
    assert validate_files([data], shapes=[shapes]).status == "not checked"


WORDS = {
    "en": ("not checked", "The shapes know nothing in this file", "not a single statement"),
    "it": (
        "senza verifica",
        "Le regole non conoscono nulla di questo file",
        "nessuna affermazione",
    ),
    "es": ("sin comprobar", "Las reglas no conocen nada de este archivo", "ninguna afirmación"),
    "lv": ("nav pārbaudīts", "Noteikumi šajā failā neko nepazīst", "neviena apgalvojuma"),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_file_that_the_shapes_do_not_know_is_named_beside_others(
    tmp_path: Path, files: tuple[Path, Path], language: str
) -> None:
    data, shapes = files
    unknown, empty = tmp_path / "unknown.ttl", tmp_path / "empty.ttl"
    unknown.write_text("<z2> a <urn:Unknown> ; <urn:about> <id/practice/x> .", encoding="utf-8")
    empty.write_text("# nothing", encoding="utf-8")
    report = validate_files([data, unknown, empty], base_iri=BASE, shapes=[shapes])
    assert report.files == {
        str(data): "invalid",
        str(unknown): "not checked",
        str(empty): "not checked",
    }
    answer = json.loads(printed(report, "json", language))
    text = " ".join(printed(report, "table", language).split())
    status, nothing_known, nothing_there = WORDS[language]
    assert text.count(status) >= 4
    assert nothing_known in answer["files"][1]["reason"]
    assert nothing_there in answer["files"][2]["reason"]
    assert answer["files"][0] == {"file": str(data), "status": "invalid", "reason": None}
    assert nothing_known in text
    assert nothing_there in text


def test_a_file_about_subjects_of_another_file_is_checked(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    data, shapes = files
    more = tmp_path / "more.ttl"
    more.write_text("<id/practice/y> <urn:note> 'more' .", encoding="utf-8")
    report = validate_files([data, more], base_iri=BASE, shapes=[shapes])
    assert report.files == {str(data): "invalid", str(more): "valid"}
    assert report.files_of(BASE + "/id/practice/y") == [str(data), str(more)]
    assert str(more) in printed(report, "table")


def test_a_file_is_checked_where_a_shape_targets_the_objects_of_its_statements(
    tmp_path: Path,
) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("<a> <urn:link> <b> .", encoding="utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "<urn:s> a sh:NodeShape ; sh:targetObjectsOf <urn:link> ; sh:nodeKind sh:IRI .",
        encoding="utf-8",
    )
    assert validate_files([data], shapes=[shapes]).files == {str(data): "valid"}


def test_a_spreadsheet_gets_a_row_for_each_result_and_each_thing_not_checked(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    data, shapes = files
    data.write_text(DATA.replace("[red]much", "=HYPERLINK(much"), encoding="utf-8")
    unknown = tmp_path / "unknown.ttl"
    unknown.write_text("<z2> a <urn:Unknown> .", encoding="utf-8")
    report = validate_files([data, unknown], base_iri=BASE, shapes=[shapes])
    table = list(csv.DictReader(io.StringIO(printed(report, "csv", "it"))))
    assert [row["severity"] for row in table].count("violation") == 1
    assert [row["severity"] for row in table].count("info") == 2
    first = table[0]
    assert (first["files"], first["severity"]) == (str(unknown), "not checked")
    [title] = [row for row in table if row["shape"] == "urn:title"]
    assert title["message"] == "Correggere il titolo."
    assert (title["files"], title["field"], title["focus"]) == (str(data), "Titolo", X)
    assert title["where"].startswith("'=HYPERLINK(")
    assert {row["focus"] for row in table[1:] if row["severity"] == "not checked"} == {
        BASE + "/id/practice/z",
        BASE + "/z2",
    }


def test_what_two_shapes_say_alike_is_read_once(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("<a> a <urn:A>, <urn:B> .", encoding="utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:p> sh:path <urn:q> ; sh:minCount 1 ; "
        "sh:message 'Add q.'@en . <urn:s> a sh:NodeShape ; sh:targetClass <urn:A> ; "
        "sh:property <urn:p> . <urn:t> a sh:NodeShape ; sh:targetClass <urn:B> ; "
        "sh:property <urn:p> .",
        encoding="utf-8",
    )
    report = validate_files([data], shapes=[shapes])
    assert report.counts["violation"] == 2
    assert printed(report, "table").count("Add q.") == 1


def test_people_read_it_in_their_language(report: Report) -> None:
    text = printed(report, "table", "it")
    assert f"{X} non conforme" in text
    assert "Correggere il titolo." in text
    assert "Titolo" in text
    assert "Nessuna regola riguarda https://example.org/id/practice/z" in text
    assert "https://example.org/id/practice/y" not in text
    english = printed(report, "table", "ga")
    assert f"{X} not valid" in english
    assert "Mend the title." in english


def test_data_are_no_markup_and_no_commands_for_a_terminal(report: Report) -> None:
    text = printed(report, "table")
    assert "[red]much[/red]" in text
    assert "\x1b" not in text


def test_machines_read_it_as_json(report: Report) -> None:
    answer = json.loads(printed(report, "json", "it"))
    assert answer == json.loads(json.dumps(as_json(report, ["it"])))
    assert answer["status"] == "invalid"
    assert answer["focusNodes"] == {"urn:s": 3}
    [violation] = [r for r in answer["records"][0]["results"] if r["severity"] == "violation"]
    assert violation == {
        "severity": "violation",
        "focus": X,
        "path": "dct:title",
        "property": "http://purl.org/dc/terms/title",
        "value": '"[red]much[/red] too \\u001B[31mlong"',
        "shape": "urn:title",
        "component": "http://www.w3.org/ns/shacl#MaxLengthConstraintComponent",
        "where": "[red]much[/red] too \x1b[31mlong",
        "field": "Titolo",
        "message": "Correggere il titolo.",
        "messages": violation["messages"],
    }
    assert violation["messages"]["en"] == "Mend the title."
    assert set(violation["messages"]) == {"en", "it", "es", "lv"}
    assert answer["records"][2]["unchecked"] == [BASE + "/id/practice/z"]


def test_machines_read_it_as_shacl(report: Report) -> None:
    graph = rdflib.Graph().parse(data=as_turtle(report), format="turtle")
    [whole] = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(whole, SH.conforms) == rdflib.Literal(False)
    results = list(graph.objects(whole, SH.result))
    assert len(results) == 3
    [title] = [r for r in results if (r, SH.sourceShape, rdflib.URIRef("urn:title")) in graph]
    assert graph.value(title, SH.focusNode) == rdflib.URIRef(X)
    assert graph.value(title, SH.resultSeverity) == SH.Violation
    assert graph.value(title, SH.value) == rdflib.Literal("[red]much[/red] too \x1b[31mlong")
    messages = {str(m.language): str(m) for m in graph.objects(title, SH.resultMessage)}
    assert sorted(messages) == ["en", "es", "it", "lv"]
    assert messages["it"] == "Correggere il titolo."
    path = graph.value(next(r for r in results if r != title), SH.resultPath)
    assert [graph.value(step, SH.inversePath) or step for step in graph.items(path)] == [
        rdflib.DCTERMS.isPartOf,
        rdflib.DCTERMS.title,
    ]
    counts = {
        str(graph.value(m, DQV.computedOn)): int(str(graph.value(m, DQV.value)))
        for m in graph.objects(whole, DQV.hasQualityMeasurement)
    }
    assert counts == {"urn:s": 3, BASE + "/id/practice/z": 0}


def test_a_report_is_itself_what_shacl_asks_for(report: Report) -> None:
    """SHACL §3.6.2: what every result must have once."""
    graph = as_graph(report)
    for result in graph.subjects(RDF.type, SH.ValidationResult):
        for predicate in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, predicate))) == 1


def test_another_form_is_refused(report: Report) -> None:
    with pytest.raises(InvalidInput, match="choose table, json, csv, turtle"):
        report.print("html")


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_documents_are_validated_in_every_syntax(
    tmp_path: Path, files: tuple[Path, Path], kind: Format
) -> None:
    quads = ox.parse(DATA.replace("\\u001b", ""), ox.RdfFormat.TURTLE, base_iri=BASE + "/")
    path = tmp_path / f"other.{kind.extensions[0]}"
    path.write_bytes(ox.serialize(quads, format=kind.rdf) or b"")
    assert validate_files([path], shapes=[files[1]]).counts["violation"] == 1


def test_files_are_one_data_graph(tmp_path: Path, files: tuple[Path, Path]) -> None:
    other = tmp_path / "more.ttl"
    other.write_text(
        "<id/practice/w> <http://purl.org/dc/terms/isPartOf> <id/practice/x> ; "
        '<http://purl.org/dc/terms/title> "w" .',
        encoding="utf-8",
    )
    alone = validate_files([files[0]], base_iri=BASE, shapes=[files[1]])
    both = validate_files([files[0], other], base_iri=BASE, shapes=[files[1]])
    assert (alone.counts["info"], both.counts["info"]) == (2, 1)


def test_the_profiles_of_the_project_are_used_without_shapes(files: tuple[Path, Path]) -> None:
    files[0].write_text(f"<id/practice/x> a <{GP}GoodPractice> .", encoding="utf-8")
    listed = validate_files([files[0]], base_iri=BASE)
    reviewed = validate_files([files[0]], "reviewed", base_iri=BASE)
    assert listed.records[0].record == X
    assert 0 < listed.counts["violation"] < reviewed.counts["violation"]


def test_files_that_cannot_be_read_are_named(tmp_path: Path, files: tuple[Path, Path]) -> None:
    with pytest.raises(InvalidInput, match=r"absent\.ttl cannot be read"):
        validate_files([tmp_path / "absent.ttl"])
    files[0].write_text("<a> <b>\n <c> <d> .", encoding="utf-8")
    with pytest.raises(MalformedDocument, match=r"data\.ttl, line 2, column"):
        validate_files([files[0]])
