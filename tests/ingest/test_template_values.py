"""Whatever can be said in a template comes back from it as it was."""

from __future__ import annotations

import string
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.clock import Clock
from ingest.executors import Crew
from ingest.inputs import InputFile
from ingest.template import TemplateSource
from ingest.template.columns import Template, split
from ingest.template.faults import Unusable
from ingest.template.filling import rows_of
from ingest.template.making import make
from ingest.template.values import read
from practicegraph import ntriples
from practicegraph.fields import Field
from practicegraph.forms import Form, Input, Question, forms
from practicegraph.iris import Iris
from practicegraph.namespaces import RDF_TYPE, XSD
from practicegraph.terminal import harmless, unguarded
from practicegraph.texts import LANGUAGES, clean

IRIS = Iris("http://127.0.0.1:8000")
#: Letters of several scripts, and signs that mean something to sheets, CSV and these cells.
WORDS = st.text(
    st.sampled_from(string.ascii_letters + "āčūžàéñß дλ=+-@';,.:\"|[]*_#&<>" + " "), min_size=1
).map(clean)
TEXTS = WORDS.filter(lambda t: t and not t.startswith("'") and "@" not in t)
WEB = st.builds(
    "https://{}.example.org/{}".format,
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
    st.text(string.ascii_letters + string.digits + "-_.,~:;=&", max_size=12),
).filter(lambda a: not a.endswith(";"))
DATES = st.dates(date(1800, 1, 1), date(2100, 12, 31))


def literal(value: str, datatype: str) -> ox.Literal:
    """A literal of a datatype of XML Schema."""
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def dated(field: Field) -> st.SearchStrategy[ox.Literal]:
    """Dates as precise as the field allows."""
    day = DATES.map(lambda d: literal(d.isoformat(), "date"))
    if XSD + "gYear" not in field.values.datatypes:
        return day
    month = DATES.map(lambda d: literal(d.isoformat()[:7], "gYearMonth"))
    year = DATES.map(lambda d: literal(d.isoformat()[:4], "gYear"))
    moment = st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1)).map(
        lambda d: literal(d.replace(microsecond=0).isoformat() + "Z", "dateTime")
    )
    return day | month | year | moment


def numbers(question: Question) -> st.SearchStrategy[ox.Literal]:
    """Numbers that no thousands could be read into."""
    if question.whole:
        least = int(question.field.values.least or -1000)
        return st.integers(least, 10**9).map(lambda n: literal(str(n), "integer"))
    return st.decimals(Decimal("0.01"), 10**6, places=2, allow_nan=False).map(
        lambda d: literal(_plain(d), "decimal")
    )


def _plain(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def values(question: Question, record: str) -> st.SearchStrategy[list[ox.Literal | ox.NamedNode]]:
    """What may stand in a field."""
    most = 3 if question.several else 1
    match question.input:
        case Input.TEXT:
            return st.dictionaries(st.sampled_from(["en", "it"]), TEXTS, max_size=2).map(
                lambda texts: [ox.Literal(t, language=tag) for tag, t in texts.items()]
            )
        case Input.PLAIN:
            one: st.SearchStrategy[ox.Literal | ox.NamedNode] = TEXTS.map(ox.Literal)
        case Input.CHOICE:
            one = st.sampled_from(list(question.options())).map(ox.NamedNode)
        case Input.ADDRESS:
            one = WEB.map(ox.NamedNode)
        case Input.DATE:
            one = dated(question.field)
        case Input.NUMBER:
            one = numbers(question)
        case Input.BOOLEAN:
            one = st.booleans().map(lambda b: literal(str(b).lower(), "boolean"))
        case Input.RECORD:
            slug = st.text(string.ascii_lowercase, min_size=5, max_size=9)
            one = st.builds(IRIS.thing, st.sampled_from(question.kinds), slug).map(ox.NamedNode)
        case Input.PART:
            return st.just([])
    return st.lists(one, max_size=most, unique_by=str)


@st.composite
def described(draw: st.DrawFn, form: Form) -> list[ox.Triple]:
    """Statements about one thing, any of which may be left out."""
    record = IRIS.thing(form.kind or "", "one-thing")
    node = ox.NamedNode(record)
    triples = [ox.Triple(node, ox.NamedNode(RDF_TYPE), ox.NamedNode(form.cls))]
    for question in form.questions:
        property_ = ox.NamedNode(question.field.property)
        if question.field.property.endswith("identifier"):
            triples.append(ox.Triple(node, property_, ox.Literal("one-thing")))
            continue
        triples += [ox.Triple(node, property_, value) for value in draw(values(question, record))]
    return triples


@pytest.mark.parametrize("kind", ["practice", "organisation", "service", "asset"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@given(data=st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_valid_values_come_back_as_they_were(
    tmp_path: Path, kind: str, suffix: str, data: st.DataObject
) -> None:
    form = forms().record(kind)
    triples = data.draw(described(form))
    language = data.draw(st.sampled_from(LANGUAGES))
    template = Template.of(kind, forms(), ["en", "it"])
    rows = rows_of(template, IRIS.thing(kind, "one-thing"), triples, IRIS, language)
    path = tmp_path / f"a{suffix}"
    make(path, kind, language, ["en", "it"], force=True, rows=rows)
    source = TemplateSource(InputFile(path, path.name), IRIS, Clock())
    assert source.scan() == 1
    [found] = source.describe(Crew())
    assert [p for p in found.problems if p.severity != "info"] == []
    [draft] = found.drafts
    copies = {name for names in form.copies.values() for name in names}
    back = {
        (ntriples.value_of(predicate), ntriples.term(value))
        for _, predicate, value in draft.named(IRIS.thing(kind, "one-thing"), {})
        if ntriples.value_of(predicate) not in {RDF_TYPE, *copies}
    }
    said = {(t.predicate.value, t.object) for t in triples if t.predicate.value != RDF_TYPE}
    assert back == said


QUESTIONS = [q for kind in ("practice", "organisation") for q in forms().record(kind).questions]


@given(
    question=st.sampled_from([q for q in QUESTIONS if q.input not in {Input.RECORD, Input.PART}]),
    text=st.text(max_size=40),
)
@settings(max_examples=300)
def test_whatever_stands_in_a_cell_is_read_or_refused_with_a_reason(
    question: Question, text: str
) -> None:
    try:
        found = read(question, text, "en", lambda noted: None)
    except Unusable as refusal:
        assert refusal.rule
    else:
        assert all(value.value for value in found)


@given(st.text(max_size=12))
def test_what_guards_a_cell_from_being_a_formula_is_taken_away_again(text: str) -> None:
    if not text.startswith("'"):
        assert unguarded(harmless(text)) == text


@pytest.mark.parametrize(
    ("header", "name", "tag"),
    [
        ("Title [en] *", "Title", "en"),
        ("Título[ES]*", "Título", "ES"),
        ("Name [pt-BR]", "Name", "pt-BR"),
        ("Maturity *", "Maturity", ""),
        ("Title [the main one]", "Title [the main one]", ""),
        ("*" * 100_000 + " " * 30_000 + "x", "x", ""),
    ],
)
def test_a_header_is_a_name_and_perhaps_a_language(header: str, name: str, tag: str) -> None:
    assert split(header) == (name, tag)


@pytest.mark.parametrize("text", [";" * 131_000 + "x", "1" * 131_000, "1," * 60_000, " ;" * 60_000])
def test_no_cell_takes_long_to_read(text: str) -> None:
    start = perf_counter()
    for question in QUESTIONS:
        if question.input not in {Input.RECORD, Input.PART}:
            try:
                read(question, text, "en", lambda noted: None)
            except Unusable:
                continue
    assert perf_counter() - start < 60  # what grows with the square takes hours
