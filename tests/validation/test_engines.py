"""The engines find the same, and pySHACL made fast finds what pySHACL finds as it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.namespace import SH

from practicegraph.documents import read
from practicegraph.errors import PracticeGraphError
from practicegraph.iris import Iris
from practicegraph.record import Record, to_rdflib
from practicegraph.validation import RecordReport, Validator
from practicegraph.validation.literals import statement
from practicegraph.validation.shapes import Shapes, from_rdflib, key
from practicegraph.validation.validator import profile_shapes, vocabulary

BASE = "https://example.org"
TODAY = date(2026, 1, 1)
EX = "https://example.org/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Row = tuple[str, str | None, str | None, str, str, str]


def rows(reports: Iterable[RecordReport]) -> Counter[Row]:
    return Counter(
        (r.focus, r.path_iri, r.value, r.shape, r.component, r.severity)
        for report in reports
        for r in report.results
    )


def as_it_comes(triples: Iterable[ox.Triple], shapes: rdflib.Graph) -> Counter[Row]:
    """What plain `pyshacl.validate` reports, and how often."""
    data = rdflib.Graph()
    for triple in triples:
        data.add(statement(triple))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    named = {str(SH.Warning): "warning", str(SH.Info): "info"}
    found: list[Row] = []
    for result in (r for whole in report.subjects(SH.conforms) for r in report[whole : SH.result]):
        value, path = report.value(result, SH.value), report.value(result, SH.resultPath)
        focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        assert focus is not None
        assert shape is not None
        found.append(
            (
                key(focus),
                str(path) if isinstance(path, rdflib.URIRef) else None,
                None if value is None else str(from_rdflib(value)),
                key(shape),
                str(report.value(result, SH.sourceConstraintComponent)),
                named.get(str(report.value(result, SH.resultSeverity)), "violation"),
            )
        )
    return Counter(found)


# --- anything at all --------------------------------------------------------------------------

SUBJECTS = [f"{BASE}/id/practice/{name}{part}" for name in "abc" for part in ("", "#p", "#q")]
LITERALS = [
    ox.Literal("x"),
    ox.Literal("x", language="en"),
    ox.Literal("y", language="en"),
    ox.Literal("x", language="it"),
    ox.Literal("1", language="en"),
    *(
        ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))
        for datatype, texts in {
            "integer": ("1", "01", "-3", "+12", "1.0", "1_0", " 1", "x", "", "9" * 400),
            "decimal": ("1", "1.50", ".5", "1e3", "NaN", "x"),
            "double": ("1E0", "INF", "NaN", "inf", "x"),
            "boolean": ("true", "1", "TRUE"),
            "gYear": ("2020", "2021", "-0044", "20", "2020Z", "x"),
            "date": ("2020-02-30", "2020-02-29", "2020-02-29Z", "0000-00-00"),
            "dateTime": ("2020-01-01T00:00:00", "2020-01-01T00:00:00+01:00", "2020-01-01T24:00:00"),
            "duration": ("P1D", "D1"),
        }.items()
        for text in texts
    ),
    ox.Literal("x", datatype=ox.NamedNode(EX + "type")),
]
PREDICATES = [
    "http://purl.org/dc/terms/title",
    *(EX + name for name in ("code", "link", "size", "from", "to", "other")),
]

triples = st.builds(
    lambda s, po: ox.Triple(ox.NamedNode(s), *po),
    st.sampled_from(SUBJECTS),
    st.one_of(
        st.tuples(
            st.just(ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")),
            st.sampled_from([ox.NamedNode(EX + name) for name in ("Thing", "Other")]),
        ),
        st.tuples(
            st.sampled_from(PREDICATES).map(ox.NamedNode),
            st.one_of(st.sampled_from(SUBJECTS).map(ox.NamedNode), st.sampled_from(LITERALS)),
        ),
    ),
)
data = st.lists(triples, min_size=1, max_size=25)
many = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def engines(shapes: rdflib.Graph) -> tuple[Validator, Validator]:
    return Validator(shapes=shapes), Validator(engine="turbo", shapes=shapes)


@given(data)
@many
def test_any_data_give_the_same_results(
    engines: tuple[Validator, Validator], shapes: rdflib.Graph, triples: list[ox.Triple]
) -> None:
    slow, fast = (engine.check_graph(triples) for engine in engines)
    assert slow == fast
    assert rows(slow) == as_it_comes(triples, shapes)


def records(triples: Iterable[ox.Triple]) -> list[Record]:
    parts: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        iri = str(triple.subject).strip("<>").partition("#")[0]
        parts.setdefault(iri, []).append(triple)
    return [Record.of(iri, part, Iris(BASE)) for iri, part in parts.items()]


@given(data)
@many
def test_records_apart_and_together_give_the_same_results(
    engines: tuple[Validator, Validator], triples: list[ox.Triple]
) -> None:
    made = records(triples)
    for engine in engines:
        together = engine.check(made)
        apart = [
            engine.check([one], [t for other in made if other is not one for t in other.triples()])
            for one in made
        ]
        assert together == [report for reports in apart for report in reports]


@given(data)
@many
def test_every_subject_is_either_looked_at_or_named(
    engines: tuple[Validator, Validator], triples: list[ox.Triple]
) -> None:
    for report in engines[0].check(made := records(triples)):
        [record] = [record for record in made if record.iri == report.record]
        subjects = {str(triple.subject).strip("<>") for triple in record.triples()}
        assert set(report.unchecked) <= subjects
        assert report.checked or set(report.unchecked) == subjects
        assert report.checked or not report.results


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        (
            "integer",
            ("1", "+1", "-0", "9" * 400),
            ("1_000", " 1", "1.0", "\u0661"),
        ),
        ("decimal", ("1", "-1.5", ".5", "1."), ("1e3", "NaN", "Infinity", "1,5")),
        ("double", ("1e3", "INF", "NaN"), ("inf", "nan", "1_0")),
        ("boolean", ("true", "0"), ("TRUE", "True")),
        ("date", ("2024-02-29", "2024-02-29Z"), ("2023-02-29", "20240229", "2024-2-9")),
        ("dateTime", ("2024-02-29T23:59:59.5+01:00",), ("2024-02-29", "2024-02-29 10:00:00")),
        ("gYear", ("2024", "-0044"), ("24", "x")),
        ("gYearMonth", ("2024-02",), ("2024-13", "202402")),
    ],
)
def test_a_literal_is_what_xml_schema_says(
    datatype: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    shapes = rdflib.Graph()
    for predicate, value in (
        (rdflib.RDF.type, SH.NodeShape),
        (SH.targetObjectsOf, rdflib.URIRef("urn:p")),
        (SH.datatype, rdflib.URIRef(XSD + datatype)),
    ):
        shapes.add((rdflib.URIRef("urn:s"), predicate, value))
    type_ = ox.NamedNode(XSD + datatype)
    triples = [
        ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.Literal(text, datatype=type_))
        for text in (*good, *bad)
    ]
    refused = {str(ox.Literal(text, datatype=type_)) for text in bad}
    for engine in (Validator(shapes=shapes), Validator(engine="turbo", shapes=shapes)):
        assert {row[0] for row in rows(engine.check_graph(triples))} == refused
        one_by_one = [engine.check_graph([triple]) for triple in triples]
        assert {row[0] for reports in one_by_one for row in rows(reports)} == refused


# --- our own shapes and records ---------------------------------------------------------------


@pytest.fixture(scope="module", params=["listed", "reviewed"])
def profile(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def bundled(root: Path) -> list[Record]:
    files = sorted((root / "ingest" / "bundled").glob("*/*.ttl"))
    found = [
        quad.triple
        for file in files
        for quad in read(file.name, file.read_bytes(), None, BASE + "/")
    ]
    assert len(found) > 1000
    return records(found)


def test_bundled_records_give_the_same_results(profile: str, bundled: list[Record]) -> None:
    slow = Validator(profile, today=TODAY).check(bundled)
    fast = Validator(profile, "turbo", TODAY).check(bundled)
    assert slow == fast
    assert all(report.checked for report in slow)


def test_damaged_records_give_the_same_results_as_plain_pyshacl(
    profile: str, bundled: list[Record]
) -> None:
    """Every seventh statement is lost, and every fifth literal spoilt."""
    damaged = []
    for number, triple in enumerate(t for record in bundled[::12] for t in record.triples()):
        if number % 7 == 0:
            continue
        obj = triple.object
        if number % 5 == 0 and isinstance(obj, ox.Literal):
            obj = ox.Literal("?", datatype=ox.NamedNode(XSD + "date"))
        damaged.append(ox.Triple(triple.subject, triple.predicate, obj))
    slow = Validator(profile, today=TODAY).check_graph(damaged)
    fast = Validator(profile, "turbo", TODAY).check_graph(damaged)
    assert slow == fast
    shapes = Shapes(profile_shapes(profile), TODAY).graph
    plain = Counter(
        {
            row: count
            for row, count in as_it_comes([*vocabulary(), *damaged], shapes).items()
            if row[0].startswith(BASE + "/id/")
        }
    )
    assert len(plain) > 50
    assert rows(slow) == plain


# --- shapes and documents of others -----------------------------------------------------------

REFERENCE = {
    "reference-shapes/cpsv-ap/cpsv-ap-SHACL.ttl": 50,
    "reference-shapes/cpov/core-public-organisation-ap-SHACL.ttl": 10,
    "cpsv-ap-no/CPSV-AP-NO_shacl_shapes_v1.ttl": 50,
}


@pytest.fixture(scope="module")
def documents(third_party: Path) -> dict[str, list[ox.Triple]]:
    found = {}
    for folder in ("cpsv-ap-*", "nifo-*", "reference-shapes"):
        for file in sorted(third_party.glob(f"{folder}/**/*")):
            if file.suffix in {".ttl", ".rdf", ".jsonld"} and file.stat().st_size < 120_000:
                try:
                    with file.open("rb") as stream:
                        quads = list(read(file.name, stream, None, BASE + "/"))
                except PracticeGraphError as refused:
                    assert file.name in refused.detail
                else:
                    found[str(file.relative_to(third_party))] = [quad.triple for quad in quads]
    return found


@pytest.mark.parametrize("path", REFERENCE)
def test_foreign_shapes_and_documents_give_the_same_results(
    documents: dict[str, list[ox.Triple]], path: str
) -> None:
    shapes = rdflib.Graph()
    for triple in documents[path]:
        shapes.add(to_rdflib(triple))
    slow, fast = Validator(shapes=shapes), Validator(engine="turbo", shapes=shapes)
    total = 0
    for number, (name, triples) in enumerate(documents.items()):
        if "cpsv-ap" not in name and "example" not in name and number % 6:
            continue
        found = slow.check_graph(triples)
        assert rows(found) == rows(fast.check_graph(triples)), name
        total += len(rows(found))
        if number % 5 == 0:
            assert rows(found) == as_it_comes(triples, shapes), name
    assert total > REFERENCE[path]


def test_data_that_turbo_refuses_are_left_to_pyshacl_and_the_next_call_is_not(
    shapes: rdflib.Graph, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Validator(engine="turbo", shapes=shapes)
    thing = ox.NamedNode(f"{BASE}/id/practice/a")
    typed = ox.Triple(thing, ox.NamedNode(str(rdflib.RDF.type)), ox.NamedNode(EX + "Thing"))
    directed = ox.Literal("a", language="en", direction=ox.BaseDirection.LTR)
    title = ox.NamedNode("http://purl.org/dc/terms/title")
    report = engine.check_graph([typed, ox.Triple(thing, title, directed)])
    assert "leaves this call to pySHACL" in caplog.text
    assert title.value not in {path for _, path, *_ in rows(report)}
    caplog.clear()
    report = engine.check_graph([typed])
    assert title.value in {path for _, path, *_ in rows(report)}
    assert caplog.text == ""
    engine.check_graph([typed, ox.Triple(thing, title, directed)])
    assert "leaves this call to pySHACL" in caplog.text  # so it was asked again
