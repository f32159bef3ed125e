"""The gates pass what is here, and each notices when its rule is broken by hand."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

import pytest
from gate_cases import CASES, CONTEXT, GP, NAMES, QUERY, STEP, TURTLE, Case

from ingest import bundled_folder
from practicegraph import artefacts
from practicegraph.errors import InvalidInput, MalformedDocument
from practicegraph.namespaces import compact
from practicegraph.texts import LANGUAGES
from practicegraph.vocabulary import gates, named_queries
from practicegraph.vocabulary.findings import Fault, GateResult
from practicegraph.vocabulary.material import Part, Source, absent, gather, read, sources
from practicegraph.vocabulary.references import named_in_query

GATES = gates.load()


@pytest.fixture(scope="module")
def own() -> dict[str, GateResult]:
    """How the project's own rooms and records fare."""
    results = gates.check(artefacts.OWN, [bundled_folder()])
    # All but the last, which has tests of its own and takes longer than the others together.
    return {result.name: result for result in islice(results, len(GATES) + 3)}


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    """The project's own rooms, read once; a test changes one file of them."""
    return {source.name: read(source) for source in sources(artefacts.OWN, [])}


def changed(parts: dict[str, Part], file: str, old: str, new: str, times: int = 1) -> list[Part]:
    """All parts, with a change in one file; without `old`, Turtle is added to it."""
    text = parts[file].source.data.decode()
    assert old in text, f"{file} does not hold {old}"
    text = text.replace(old, new, times) if old else f"{text}\n{TURTLE}{new}\n"
    source = Source(file, parts[file].source.kind, text.encode())
    return list({**parts, file: read(source)}.values())


def iri(name: str) -> str:
    """The IRI of a prefixed name, or of one in angle brackets."""
    prefix, _, local = name.partition(":")
    return name.strip("<>") if name.startswith("<") else NAMES[prefix] + local


@pytest.mark.parametrize(
    "gate", ["readable", *(gate.name for gate in GATES), "named-queries", "well-formed"]
)
def test_the_vocabulary_shapes_and_records_pass(gate: str, own: dict[str, GateResult]) -> None:
    assert own[gate].faults == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.gate}-{case.term}")
def test_a_rule_broken_by_hand_fails_its_gate_and_names_the_term(
    case: Case, parts: dict[str, Part]
) -> None:
    material = gather(changed(parts, case.file, case.old, case.new, case.times))
    assert material.faults == ()
    failed = {r.name: r.faults for r in gates.examine(material, GATES) if not r.passed}
    assert set(failed) == {case.gate, *case.also}
    if not case.term:
        assert any(fault.file in {case.file, None} for fault in failed[case.gate])
        return
    term = iri(case.term)
    named = [fault for fault in failed[case.gate] if fault.term == term]
    assert named, failed[case.gate]
    assert all(compact(term) in fault.message for fault in named)
    assert all("{" not in fault.message or "{?value}" in case.new for fault in named)
    assert {fault.file for fault in named} & {case.at or case.file, None}


def test_every_gate_has_a_case_that_breaks_it() -> None:
    assert {gate.name for gate in GATES} == {case.gate for case in CASES}


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        (GP, "gp:GoodPractice a owl:Class ;", "gp:GoodPractice owl:Class ;", "Line "),
        (CONTEXT, '"Lesson": "gp:Lesson",', '"Lesson" "gp:Lesson",', "Line "),
        (CONTEXT, '"gp:Lesson"', '"pg:Lesson"', '"pg"'),
        (CONTEXT, '"type": "@type"', '"type": "@tpye"', '"@tpye"'),
        (CONTEXT, '"@type": "@id"', '"@typ": "@id"', '"@typ"'),
        (CONTEXT, '"@container": "@language"', '"@container": "@lang"', '"@lang"'),
        (
            CONTEXT,
            '"Lesson": "gp:Lesson",',
            '"Lesson": "gp:Lesson", "Lesson": "gp:Outcome",',
            "twice",
        ),
        (QUERY, "SELECT ?practice", "SELECT practice", "Line "),
        (QUERY, "?practice a", "SERVICE <http://a.example/> {} ?practice a", "SERVICE"),
        (STEP, "$this gp:position ?position .", "$this gp:position . ", "line "),
        (STEP, "$this gp:position ?position .", "$this pg:position ?position .", "line "),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault_that_names_the_place(
    file: str, old: str, new: str, place: str, parts: dict[str, Part]
) -> None:
    faults = gather(changed(parts, file, old, new)).faults
    assert [fault.file for fault in faults] == [file]
    assert place in faults[0].message


@pytest.mark.parametrize("file", ["ontology/schemes", "ontology/published", "shapes", "queries"])
def test_a_folder_without_its_files_is_a_fault(file: str, parts: dict[str, Part]) -> None:
    left = [p.source for p in parts.values() if p.source.name.rpartition("/")[0] != file]
    assert [fault.file for fault in absent(artefacts.OWN, left)] == [file]
    assert absent(artefacts.OWN, (part.source for part in parts.values())) == ()


HEADER = "#+ summary@lv: Prakses ar nosaukumu izvēlētajā valodā, to valstis un gatavības pakāpe.\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (QUERY, HEADER, "", "“#+ summary@lv:”"),
        (QUERY, "#+ param language@es:", "#+ param place@es:", "describe no other"),
        (QUERY, "#+ audience:", "#+ audiences:", "audiences"),
        (QUERY, "#+ audience: everyone", "#+ audience: nobody", "audience"),
        (QUERY, "VALUES ?language {}", "", "VALUES ?language {}"),
        (QUERY, "?countryName; separator", "?countryName ; separator", ""),
        (QUERY, "AS ?places)", "AS ?where)", "?where"),
        ("queries/columns.ttl", ' , "Paesi"@it', "", "?countries"),
        ("queries/columns.ttl", "column:countries ", "column:lands ", "?lands"),
        ("queries/columns.ttl", "column:countries ", "columns:countries ", "cannot be read"),
    ],
)
def test_a_named_query_without_its_texts_is_a_fault(
    file: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    shutil.copytree(artefacts.QUERIES, tmp_path / "queries")
    place = tmp_path / file
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new), "utf-8")
    faults = named_queries.faults(artefacts.Rooms(tmp_path), LANGUAGES)
    assert bool(faults) == bool(said)
    assert not said or any(said in fault.message for fault in faults), faults
    assert {fault.file for fault in faults} <= {file, "queries/columns.ttl"}


def test_text_that_is_not_utf8_is_a_fault(parts: dict[str, Part]) -> None:
    source = parts["queries/practices.rq"].source
    (fault,) = read(Source(source.name, source.kind, b"# \xff\n" + source.data)).faults
    assert "UTF-8" in fault.message


def test_shapes_that_are_no_shacl_fail(parts: dict[str, Part]) -> None:
    broken = gather(changed(parts, "shapes/lesson.ttl", "sh:minCount 1", 'sh:minCount "one"'))
    (fault,) = gates.well_formed(broken)
    assert fault.term == "https://w3id.org/practicegraph/shapes#lesson-lesson-type-present"
    assert fault.file == "shapes/lesson.ttl"
    assert "sh:minCount of gpsh:lesson-lesson-type-present" in fault.message


def test_the_gates_are_those_of_the_program_whatever_the_rooms_hold(tmp_path: Path) -> None:
    ontology = tmp_path / "ontology"
    ontology.mkdir()
    (ontology / "gp.ttl").write_text("", "utf-8")
    (ontology / "context.jsonld").write_text('{"@context": {}}', "utf-8")
    results = {r.name: r for r in gates.check(artefacts.Rooms(tmp_path), [])}
    assert {gate.name for gate in GATES} < set(results)
    assert results["header-declared"].faults == (
        Fault(
            None,
            "ontology/gp.ttl declares 0 things of the type owl:Ontology. Declare exactly one.",
            "ontology/gp.ttl",
        ),
    )


GATE = """#+ title: Nothing is here
#+ group: report
#+ message: {term} is here. Take it out.
SELECT ?term WHERE { ?term ?p ?o }
"""


def test_a_gate_is_read_with_its_header() -> None:
    gate = gates.parse("nothing-here", GATE)
    assert (gate.title, gate.group) == ("Nothing is here", gates.Group.REPORT)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("NothingHere", "", "", "small letters"),
        ("nothing-here", "#+ title: Nothing is here\n", "", "needs title"),
        ("nothing-here", "group: report", "group: reports", "one of header"),
        ("nothing-here", "group: report", "group: report\n#+ group: style", "once each"),
        ("nothing-here", "group: report", "group: report\n#+ owner: me", "once each"),
        ("nothing-here", "group: report", "group", "key: value"),
        ("nothing-here", "{term} is", "{thing} is", r"\?thing"),
        ("nothing-here", "SELECT ?term", "SELECT ?o", r"\?term"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(name: str, old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        gates.parse(name, GATE.replace(old, new))


def test_a_gate_that_is_no_query_is_refused_with_its_line() -> None:
    with pytest.raises(MalformedDocument, match="line 4"):
        gates.parse("nothing-here", GATE.replace("WHERE", "WERE ,"))


def test_a_query_names_terms_outside_comments_strings_and_its_prologue() -> None:
    text = """
    PREFIX dct: <http://purl.org/dc/terms/>
    prefix ex: <http://a.example/>
    # dct:comment <http://comment.example/>
    SELECT ?dct (STRLEN("dct:string") AS ?n) WHERE {
      ?dct dct:title|^ex:title 'a "dct:quoted" <http://a.example/>'@en, \"\"\"dct:long " \"\"\" .
      ?dct a ex:Thing . FILTER (?n < 3 && ?n > 1 || ?dct = <http://full.example/x>)
      _:b ex:a-b.c ex:d. ?dct ex:e;ex:f 1
    }"""
    assert named_in_query(text) == {
        "http://purl.org/dc/terms/title",
        "http://full.example/x",
        *(f"http://a.example/{name}" for name in ("title", "Thing", "a-b.c", "d", "e", "f")),
    }
