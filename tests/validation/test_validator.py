"""What a validator says about records: texts, focus nodes, order, and what it did not check."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pyoxigraph as ox
import pytest
import rdflib

from practicegraph.errors import ForbiddenReference, InvalidInput
from practicegraph.record import Record
from practicegraph.validation import EngineName, RecordReport, Result, Validator

EX = "https://example.org/ns#"
X = "https://example.org/id/practice/x"
ENGINES: tuple[EngineName, ...] = ("pyshacl", "turbo")

Parse = Callable[[str], list[ox.Triple]]
Make = Callable[[str], Record]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


@pytest.fixture(scope="module")
def validator(engine: EngineName, shapes: rdflib.Graph) -> Validator:
    return Validator(engine=engine, shapes=shapes)


def found(report: RecordReport, shape: str) -> list[Result]:
    return [result for result in report.results if result.shape == EX + shape]


# --- texts ------------------------------------------------------------------------------------


def test_messages_and_names_are_those_of_the_shape(validator: Validator, record: Make) -> None:
    [report] = validator.check([record("<id/practice/x> a ex:Thing .")])
    [missing] = found(report, "title")
    assert missing.message(["it"]) == "Aggiungere un titolo."
    assert missing.message(["ga", "it", "en"]) == "Aggiungere un titolo."
    assert missing.message(["it-CH"]) == "Aggiungere un titolo."
    assert missing.message(["ga"]) == "Add a title."
    assert missing.label(["it"]) == "Titolo"
    assert (missing.path, missing.path_iri) == ("dct:title", "http://purl.org/dc/terms/title")
    assert missing.order == 1
    assert missing.value is None


def test_the_message_of_a_sparql_constraint_goes_before_that_of_its_shape(
    validator: Validator, record: Make
) -> None:
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:link <id/practice/x> .')]
    )
    [loop] = found(report, "loop")
    assert loop.message(["en"]) == f"No loop through {X}, {X}."
    assert loop.message(["it"]) == "Spezzare il giro."
    assert loop.message(["lv"]).startswith("Labojiet lauku")
    assert loop.value == f"<{X}>"


def test_a_placeholder_is_filled_and_the_language_kept(validator: Validator, record: Make) -> None:
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:code "many" .')]
    )
    messages = {result.messages["en"] for result in found(report, "code")}
    assert messages == {"The code many is none."}
    assert {result.severity for result in found(report, "code")} == {"warning"}
    assert report.conforms


def test_a_shape_without_messages_says_something_all_the_same(
    validator: Validator, record: Make
) -> None:
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:size "big" .')]
    )
    [sized] = found(report, "sized")
    assert sized.message(["it"])
    assert sized.label(["it"]) == f"<{EX}size>"


def test_a_complex_path_is_written_as_sparql_writes_it(validator: Validator, parse: Parse) -> None:
    reports = validator.check_graph(
        parse("<a> a ex:Thing ; ex:link <o> . <b> ex:link <o> . <c> ex:link <o> .")
    )
    [grand] = [r for report in reports for r in found(report, "grand")]
    assert (grand.path, grand.path_iri) == (f"<{EX}link>/^<{EX}link>", None)
    assert grand.severity == "info"


def test_the_gravest_results_come_first_and_then_the_order_of_the_fields(
    validator: Validator, record: Make
) -> None:
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; ex:code 0 ; ex:link "no" ; ex:size "big" .')]
    )
    seen = [(r.severity, r.order) for r in report.results]
    rank = {"violation": 0, "warning": 1, "info": 2}
    assert seen == sorted(seen, key=lambda s: (rank[s[0]], s[1]))
    assert {"violation", "warning"} <= {severity for severity, _ in seen}


def test_an_ill_typed_literal_is_not_mended(validator: Validator, record: Make) -> None:
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:code "01a"^^xsd:integer .')]
    )
    assert '"01a"^^<http://www.w3.org/2001/XMLSchema#integer>' in {
        result.value for result in found(report, "code")
    }
    [fine] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:code "007"^^xsd:integer .')]
    )
    assert not fine.results


# --- what is looked at ------------------------------------------------------------------------


def test_reports_come_in_the_order_of_the_records(validator: Validator, record: Make) -> None:
    records = [record(f"<id/practice/{name}> a ex:Thing .") for name in ("c", "a", "b")]
    assert [report.record for report in validator.check(records)] == [r.iri for r in records]
    assert validator.check([]) == []


def test_data_that_no_shape_matches_is_not_checked(validator: Validator, record: Make) -> None:
    [report] = validator.check([record("<id/practice/x> a ex:Other ; ex:code 1 .")])
    assert (report.status, report.checked, report.conforms) == ("not checked", False, False)
    assert report.unchecked == (X,)
    assert not report.focus_counts


def test_a_part_that_no_shape_matches_is_named(validator: Validator, record: Make) -> None:
    [report] = validator.check(
        [
            record(
                '<id/practice/x> a ex:Thing ; dct:title "x" .'
                "<id/practice/x#step-1> a ex:Step . <id/practice/x#thing> a ex:Thing ."
            )
        ]
    )
    assert report.unchecked == (X + "#step-1",)
    assert report.focus_counts == {EX + "Thing-shape": 2, EX + "Titled": 1}
    assert report.status == "invalid"


def test_nodes_of_other_records_are_not_looked_at(validator: Validator, record: Make) -> None:
    """The target of a link is somebody else's, and so is what the context says."""
    context = record("<id/practice/y> a ex:Thing .").triples()
    [report] = validator.check(
        [record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:link <id/practice/y> .')], context
    )
    assert report.results == ()
    assert report.focus_counts == {EX + "Thing-shape": 1, EX + "Titled": 1}


def test_the_context_is_data(validator: Validator, record: Make) -> None:
    one = record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:link <id/practice/y> .')
    other = record('<id/practice/y> a ex:Thing ; dct:title "y" ; ex:link <id/practice/x> .')
    [alone] = validator.check([one])
    [in_context] = validator.check([one], other.triples())
    assert [r.shape for r in alone.results] == [EX + "link"]
    assert [r.shape for r in in_context.results] == [EX + "loop"]
    together = validator.check([one, other])
    assert [[r.shape for r in report.results] for report in together] == [[EX + "loop"]] * 2


def test_nothing_stays_behind(validator: Validator, record: Make) -> None:
    one = record('<id/practice/x> a ex:Thing ; dct:title "x" ; ex:link <id/practice/y> .')
    before = validator.check([one])
    validator.check([record('<id/practice/y> a ex:Thing ; dct:title "y" .')])
    assert validator.check([one]) == before


def test_subclasses_in_the_data_are_followed(validator: Validator, parse: Parse) -> None:
    chain = "".join(f"<c{i}> rdfs:subClassOf <c{i + 1}> ." for i in range(3000))
    [report] = [
        report
        for report in validator.check_graph(
            parse(chain + "<c3000> rdfs:subClassOf ex:Thing . <x> a <c0> .")
        )
        if report.record.endswith("/x")
    ]
    assert [r.shape for r in report.results] == [EX + "title"]


def test_a_blank_node_belongs_to_the_record_that_refers_to_it(
    validator: Validator, parse: Parse
) -> None:
    reports = validator.check_graph(parse("<x> ex:part [ ex:part [ a ex:Thing ] ] ."))
    assert [report.record for report in reports] == ["https://example.org/x"]
    [missing] = reports[0].results
    assert missing.focus.startswith("_:")
    assert reports[0].unchecked == ("https://example.org/x",)


def test_blank_nodes_in_a_circle_find_a_record(validator: Validator, parse: Parse) -> None:
    reports = validator.check_graph(parse("_:a ex:part _:b . _:b ex:part _:a ; a ex:Thing ."))
    assert sum(len(report.results) for report in reports) == 1


def test_a_target_node_is_looked_at_even_if_no_data_mention_it(
    engine: EngineName, parse: Parse
) -> None:
    graph = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; "
        "sh:targetNode <urn:x>, 'text' ; sh:nodeKind sh:BlankNode .",
        format="turtle",
    )
    reports = Validator(engine=engine, shapes=graph).check_graph(parse("<y> a ex:Thing ."))
    assert {(r.record, r.status) for r in reports} == {
        ("https://example.org/y", "not checked"),
        ("urn:x", "invalid"),
        ('"text"', "invalid"),
    }


def test_a_class_that_is_a_shape_targets_its_instances(engine: EngineName, parse: Parse) -> None:
    graph = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:C> a owl:Class, sh:NodeShape ; "
        "sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .",
        format="turtle",
    )
    [report] = Validator(engine=engine, shapes=graph).check_graph(parse("<y> a <urn:C> ."))
    assert report.focus_counts == {"urn:C": 1}
    assert len(report.results) == 1
    assert report.results[0].path == "<urn:p>"


# --- shapes -----------------------------------------------------------------------------------


def shapes_with(query: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    sh = rdflib.SH
    shape, constraint = rdflib.URIRef("urn:s"), rdflib.URIRef("urn:q")
    graph.add((shape, rdflib.RDF.type, sh.NodeShape))
    graph.add((shape, sh.targetClass, rdflib.URIRef(EX + "Thing")))
    graph.add((shape, sh.sparql, constraint))
    graph.add((constraint, sh.select, rdflib.Literal(query)))
    return graph


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this FROM <file:///etc/passwd> WHERE { $this ?p ?o }",
        "select $this from named <http://127.0.0.1:9/> where { $this ?p ?o }",
        "SELECT $this FROM<http://127.0.0.1:9/> WHERE { $this ?p ?o }",
        "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }",
        "SELECT $this WHERE { SERVICE SILENT ?s { $this ?p ?o } }",
        "SELECT $this WHERE { \\u0053ERVICE <http://127.0.0.1:9/> { $this ?p ?o } }",
        "SELECT $this WHERE { # comment\n SERVICE ex:s { $this ?p ?o } }",
    ],
)
def test_shapes_that_ask_elsewhere_are_refused(engine: EngineName, query: str) -> None:
    with pytest.raises(ForbiddenReference, match="urn:q"):
        Validator(engine=engine, shapes=shapes_with(query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this <urn:from> ?from . FILTER (?from < 3) }",
        "SELECT $this WHERE { $this <urn:p> 'FROM <x>' } # FROM <here>",
        'SELECT $this WHERE { $this <urn:p> """say " FROM <x> """ }',
    ],
)
def test_words_that_only_look_like_it_are_no_reason(
    engine: EngineName, parse: Parse, query: str
) -> None:
    [report] = Validator(engine=engine, shapes=shapes_with(query)).check_graph(
        parse("<x> a ex:Thing .")
    )
    assert report.status == "valid"


def test_now_can_be_fixed(engine: EngineName, parse: Parse) -> None:
    shapes = shapes_with(
        "SELECT $this ?value WHERE { $this <urn:until> ?value . FILTER (?value < now( )) }"
    )
    data = parse('<x> a ex:Thing ; <urn:until> "2030-06-01T00:00:00Z"^^xsd:dateTime .')
    for today, count in ((date(2030, 5, 31), 0), (date(2030, 6, 2), 1)):
        [report] = Validator(engine=engine, today=today, shapes=shapes).check_graph(data)
        assert len(report.results) == count


def test_broken_shapes_are_named_as_the_reason(engine: EngineName) -> None:
    graph = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape .",
        format="turtle",
    )
    with pytest.raises(InvalidInput, match=r"shapes cannot be used: .*sh:path"):
        Validator(engine=engine, shapes=graph)


def test_a_broken_query_is_named_as_the_reason(engine: EngineName, parse: Parse) -> None:
    with pytest.raises(InvalidInput, match="query of the shapes"):
        Validator(engine=engine, shapes=shapes_with("SELECT $this WHERE {")).check_graph(
            parse("<x> a ex:Thing .")
        )


def test_a_misspelt_term_does_not_stop_turbo(parse: Parse) -> None:
    graph = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; "
        "sh:targetClass <https://example.org/ns#Thing> ; sh:propertye [] ; "
        "sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .",
        format="turtle",
    )
    reports = [
        Validator(engine=name, shapes=graph).check_graph(parse("<x> a ex:Thing ."))
        for name in ENGINES
    ]
    assert [len(report.results) for [report] in reports] == [1, 1]


def test_what_the_engines_order_differently_is_left_to_pyshacl(parse: Parse) -> None:
    graph = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; "
        "sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:lessThan <urn:q> ] .",
        format="turtle",
    )
    data = parse('<x> <urn:p> "1"@en ; <urn:q> <urn:y> . <z> <urn:p> 3 ; <urn:q> 2 .')
    slow, fast = (Validator(engine=name, shapes=graph).check_graph(data) for name in ENGINES)
    assert slow == fast
    assert [len(report.results) for report in slow] == [0, 1]


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InvalidInput, match="listed or reviewed"):
        Validator("perfect")


def test_threads_may_share_a_validator(validator: Validator, record: Make) -> None:
    titles = ('; dct:title "t"', "")
    records = [record(f"<id/practice/r{i}> a ex:Thing {titles[i % 2]} .") for i in range(40)]
    answers: dict[int, RecordReport] = {}

    def work(start: int) -> None:
        for i in range(start, len(records), 4):
            [answers[i]] = validator.check([records[i]])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[i] for i in range(len(records))] == validator.check(records)


# --- our own shapes ---------------------------------------------------------------------------


def test_our_shapes_speak_four_languages(engine: EngineName, record: Make) -> None:
    [report] = Validator("reviewed", engine).check([record("<id/practice/x> a gp:GoodPractice .")])
    assert report.status == "invalid"
    for result in report.results:
        assert set(result.messages) == {"en", "it", "es", "lv"}, result.shape


def test_the_vocabulary_is_part_of_the_data(engine: EngineName, record: Make) -> None:
    maturity = "https://w3id.org/practicegraph/ns#maturity"
    scheme = "https://w3id.org/practicegraph/scheme/"
    validator = Validator("listed", engine)
    for value, wrong in ((f"{scheme}maturity/operational", False), (f"{scheme}need/none", True)):
        [report] = validator.check(
            [record(f"<id/practice/x> a gp:GoodPractice ; gp:maturity <{value}> .")]
        )
        assert any(result.path_iri == maturity for result in report.results) is wrong
