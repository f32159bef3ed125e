"""A record is a named graph about one thing, with one canonical form."""

from __future__ import annotations

from itertools import pairwise

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from builders import IRIS, practice
from practicegraph.errors import InvalidRecord
from practicegraph.iris import SLUG, Iris, RecordName, slugify
from practicegraph.namespaces import DCT, GP
from practicegraph.nesting import depth
from practicegraph.record import MAX_BYTES, MAX_DEPTH, MAX_STATEMENTS, Record

THING = ox.NamedNode(IRIS.thing("practice", "x"))
TITLE = ox.NamedNode(DCT + "title")
STEP = ox.NamedNode(GP + "hasStep")

terms = st.one_of(
    st.text().map(ox.Literal),
    st.text().map(lambda text: ox.Literal(text, language="lv")),
    st.integers().map(lambda n: ox.Literal(str(n), datatype=ox.NamedNode("http://e.org/t"))),
    st.integers(min_value=0).map(lambda n: ox.NamedNode(f"http://e.org/{n}")),
)
triples = st.lists(
    st.tuples(st.sampled_from(["", "#step-1", "#step-2"]), terms).map(
        lambda pair: ox.Triple(ox.NamedNode(THING.value + pair[0]), TITLE, pair[1])
    ),
    min_size=1,
)


@given(triples)
def test_a_record_survives_its_canonical_form(statements: list[ox.Triple]) -> None:
    record = Record.of(THING.value, statements, IRIS)
    assert set(record.triples()) == set(statements)
    assert Record.of(THING.value, record.triples(), IRIS) == record


@given(triples, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_of_statements(
    statements: list[ox.Triple], random: object
) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert (
        Record.of(THING.value, statements, IRIS).digest
        == Record.of(THING.value, shuffled, IRIS).digest
    )


@given(triples)
def test_the_canonical_form_is_that_of_rdfc_1_0(statements: list[ox.Triple]) -> None:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    # splitlines would also split at the characters that N-Quads may hold raw, such as U+0085.
    content = Record.of(THING.value, statements, IRIS).content
    assert b"".join(sorted(b"".join(lines).split(b"\n"))) == b"".join(content.split(b"\n"))


@given(triples)
def test_a_record_is_the_same_in_a_graph_of_any_name(statements: list[ox.Triple]) -> None:
    quads = ox.parse(
        Record.of(THING.value, statements, IRIS).nquads("http://e.org/g"), ox.RdfFormat.N_QUADS
    )
    graph = ox.NamedNode("http://e.org/g")
    assert {str(q) for q in quads} == {
        str(ox.Quad(t.subject, t.predicate, t.object, graph)) for t in statements
    }


@given(triples)
def test_a_record_is_the_same_graph_in_rdflib(statements: list[ox.Triple]) -> None:
    record = Record.of(THING.value, statements, IRIS)
    expected = rdflib.Graph().parse(data=record.content, format="nt")
    assert len(record.graph()) == len(expected)


def test_an_ill_typed_literal_stays_as_it_was_written() -> None:
    wrong = ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    graph = Record.of(THING.value, [ox.Triple(THING, TITLE, wrong)], IRIS).graph()
    assert str(next(graph.objects())) == "01"


@pytest.mark.parametrize(
    ("subject", "obj", "message"),
    [
        (ox.BlankNode(), ox.Literal("x"), "blank node"),
        (THING, ox.BlankNode(), "blank node"),
        (ox.NamedNode(THING.value + "y"), ox.Literal("x"), "outside the record"),
        (ox.NamedNode(IRIS.thing("practice", "y")), ox.Literal("x"), "outside the record"),
    ],
)
def test_a_record_cannot_speak_for_another(
    subject: ox.NamedNode | ox.BlankNode, obj: ox.Literal | ox.BlankNode, message: str
) -> None:
    with pytest.raises(InvalidRecord, match=message):
        Record.of(THING.value, [ox.Triple(subject, TITLE, obj)], IRIS)


def linked(*names: str) -> list[ox.Triple]:
    """Statements that lead from the record to a part, from that to the next, and so on."""
    nodes = [THING, *(ox.NamedNode(f"{THING.value}#{name}") for name in names)]
    return [ox.Triple(a, STEP, b) for a, b in pairwise(nodes)]


def test_parts_lie_only_so_deep() -> None:
    names = [f"step-{n}" for n in range(MAX_DEPTH + 1)]
    Record.of(THING.value, linked(*names[:-1]), IRIS)
    with pytest.raises(InvalidRecord, match="more than 50 steps deep; shorten"):
        Record.of(THING.value, linked(*names), IRIS)
    # That the record names each part too makes no difference to who follows the first link.
    beside = [t for name in names for t in linked(name)]
    with pytest.raises(InvalidRecord, match="deep"):
        Record.of(THING.value, [*linked(*names), *beside], IRIS)
    Record.of(THING.value, [t for n in range(900) for t in linked(f"step-{n}")], IRIS)


def test_parts_may_lead_to_each_other_in_circles() -> None:
    circle = ["a", "b", "c", "a", "c", "b", "b", "d"]
    Record.of(THING.value, linked(*circle), IRIS)


@given(
    st.dictionaries(
        st.sampled_from("rabcde"), st.sets(st.sampled_from("abcde")), min_size=1, max_size=6
    )
)
def test_no_path_without_repetition_is_longer_than_the_depth(links: dict[str, set[str]]) -> None:
    def longest(node: str, met: frozenset[str]) -> int:
        onward = links.get(node, set()) - met
        return max((1 + longest(n, met | {n}) for n in onward), default=0)

    assert longest("r", frozenset("r")) <= depth("r", links) <= 5


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] < p[1])))
def test_without_circles_the_depth_is_the_longest_path(edges: list[tuple[int, int]]) -> None:
    links: dict[str, set[str]] = {}
    far = dict.fromkeys(range(7), 0)
    for start, end in sorted(edges, reverse=True):
        links.setdefault(str(start), set()).add(str(end))
        far[start] = max(far[start], 1 + far[end])
    assert depth("0", links) == far[0]


def test_a_record_has_only_so_many_statements() -> None:
    many = [ox.Triple(THING, TITLE, ox.Literal(str(n))) for n in range(MAX_STATEMENTS)]
    assert Record.of(THING.value, [*many, many[0]], IRIS)
    with pytest.raises(InvalidRecord, match="at most 50,000 statements; divide"):
        Record.of(THING.value, [*many, ox.Triple(THING, TITLE, ox.Literal("more"))], IRIS)


def test_a_record_has_only_so_many_bytes() -> None:
    text = ox.Literal("x" * MAX_BYTES)
    with pytest.raises(InvalidRecord, match=r"at most 8 MiB .*; divide it"):
        Record.of(THING.value, [ox.Triple(THING, TITLE, text)], IRIS)


def test_an_empty_record_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="says nothing"):
        Record.of(THING.value, [], IRIS)


@pytest.mark.parametrize(
    "iri",
    [
        "http://127.0.0.1:8000/id/practice/x#step-1",
        "http://127.0.0.1:8000/id/practice/",
        "http://127.0.0.1:8000/id/person/x",
        "http://127.0.0.1:8000/id/practice/X",
        "http://127.0.0.1:8000/id/practice/a/b",
        "http://elsewhere.example/id/practice/x",
    ],
)
def test_a_foreign_or_crooked_name_is_refused(iri: str) -> None:
    with pytest.raises(InvalidRecord):
        Record.of(iri, [ox.Triple(ox.NamedNode(iri), TITLE, ox.Literal("x"))], IRIS)


def test_the_kind_comes_from_the_iri() -> None:
    assert practice("x", "A", kind="organisation").kind == "organisation"


@given(st.text())
def test_every_title_gives_a_slug(title: str) -> None:
    slug = slugify(title)
    assert SLUG.fullmatch(slug)
    assert len(slug) <= 80
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Quartiere Bene Comune", "quartiere-bene-comune"),
        ("Vienotie klientu apkalpošanas centri", "vienotie-klientu-apkalposanas-centri"),
        ("Българска услуга", "blgarska-usluga"),
        ("l'Île-de-France", "lile-de-france"),
        ("…", "record"),
    ],
)
def test_slugs_are_readable(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_names_are_found_again_in_iris() -> None:
    iris = Iris("https://practices.example/repo")
    assert iris.name(iris.thing("service", "a-b") + "#part") == RecordName("service", "a-b")
    assert iris.graph(iris.thing("asset", "a")) == "https://practices.example/repo/graph/asset/a"
    assert iris.document("practice", "a") == "https://practices.example/repo/practices/a"
    assert iris.name("https://practices.example/id/service/a") is None


# --- the same as by way of a dataset ----------------------------------------------------------

any_subject = st.sampled_from(["", "#step-1", "#step-2"]).map(
    lambda part: ox.NamedNode(THING.value + part)
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
any_object = st.one_of(
    terms,
    any_subject,
    texts.map(ox.Literal),
    st.tuples(texts, st.sampled_from(["EN", "lv", "en-GB"])).map(
        lambda pair: ox.Literal(pair[0], language=pair[1])
    ),
    st.tuples(texts, st.sampled_from(["http://www.w3.org/2001/XMLSchema#string", "urn:x:é"])).map(
        lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(pair[1]))
    ),
)
any_triple = st.builds(
    ox.Triple, any_subject, st.sampled_from([TITLE, STEP, ox.NamedNode("urn:p:ü")]), any_object
)


@given(st.lists(any_triple, min_size=1))
def test_the_text_of_a_record_is_that_of_the_dataset_of_its_statements(
    statements: list[ox.Triple],
) -> None:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in statements)
    lines = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    expected = b"\n".join(sorted(lines.rstrip(b"\n").split(b"\n"))) + b"\n"
    record = Record.of(THING.value, statements, IRIS)
    assert record.content == expected
    assert record.statements() == [
        (str(t.subject), str(t.predicate), str(t.object)) for t in record.triples()
    ]
    assert Record.written(THING.value, reversed(record.statements()), IRIS) == record
