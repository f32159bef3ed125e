"""A record as JSON-LD holds exactly its statements, and carries the context it needs."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from builders import IRIS
from practicegraph.jsonld import to_json, to_jsonld
from practicegraph.namespaces import DCT, GP, PREFIXES, RDF_TYPE, XSD
from practicegraph.record import Record

BUNDLED = Path(__file__).resolve().parents[2] / "ingest" / "bundled"
THING = IRIS.thing("practice", "x")


def record_of(file: Path) -> Record:
    triples = [q.triple for q in ox.parse(path=str(file), base_iri=IRIS.base + "/")]
    kind = file.parent.name.removesuffix("s")
    return Record.of(IRIS.thing(kind, file.stem), triples, IRIS)


@pytest.mark.parametrize("file", sorted(BUNDLED.rglob("*.ttl")), ids=lambda f: f.stem)
def test_every_bundled_record_survives_json_ld_in_two_parsers(file: Path) -> None:
    record = record_of(file)
    text = json.dumps(to_jsonld(record.iri, record.triples()))
    quads = ox.parse(text, ox.RdfFormat.JSON_LD)
    assert {q.triple for q in quads} == set(record.triples())
    assert set(rdflib.Graph().parse(data=text, format="json-ld")) == set(record.graph())


texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))
values = st.one_of(
    texts.map(ox.Literal),
    st.builds(
        lambda text, language: ox.Literal(text, language=language),
        texts,
        st.sampled_from(["en", "lv", "de-at"]),
    ),
    st.sampled_from(["true", "1", "01", "-7", "2.50", "1e3", "2020", "2020-01-01", "x"]).flatmap(
        lambda text: st.sampled_from(
            ["boolean", "integer", "positiveInteger", "decimal", "double", "gYear", "date"]
        ).map(lambda name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)))
    ),
    st.sampled_from(["https://e.org/a", THING + "#step-1", THING + "#step-2", THING]).map(
        ox.NamedNode
    ),
)
properties = st.sampled_from(
    [
        DCT + "title",
        DCT + "identifier",
        DCT + "issued",
        GP + "hasStep",
        GP + "isBlocking",
        GP + "position",
        GP + "baselineValue",
        GP + "leadOrganisation",
        PREFIXES["prov"] + "startedAtTime",
        "http://e.org/unknown",
        "urn:x:y",
    ]
).map(ox.NamedNode)
subjects = st.sampled_from([THING, THING + "#step-1"]).map(ox.NamedNode)
statements = st.builds(ox.Triple, subjects, properties, values)


@given(st.lists(statements, min_size=1, max_size=8))
def test_any_statement_survives_json_ld(found: list[ox.Triple]) -> None:
    root = ox.Triple(
        ox.NamedNode(THING), ox.NamedNode(GP + "hasStep"), ox.NamedNode(THING + "#step-1")
    )
    triples = {*found, root}
    text = json.dumps(to_jsonld(THING, triples))
    assert {q.triple for q in ox.parse(text, ox.RdfFormat.JSON_LD)} == triples


def test_the_context_inside_holds_only_what_is_used() -> None:
    triples = [
        ox.Triple(ox.NamedNode(THING), ox.NamedNode(RDF_TYPE), ox.NamedNode(GP + "GoodPractice")),
        ox.Triple(ox.NamedNode(THING), ox.NamedNode(DCT + "title"), ox.Literal("A", language="en")),
    ]
    document = to_jsonld(THING, triples)
    assert set(document["@context"]) == {
        "@version",
        "id",
        "type",
        "GoodPractice",
        "title",
        "gp",
        "dct",
    }
    assert document["title"] == {"en": "A"}
    assert document["type"] == ["GoodPractice"]


def test_plain_json_is_the_same_tree_with_bare_values() -> None:
    record = record_of(BUNDLED / "practices" / "coviolo-wireless.ttl")
    tree = to_json(record.iri, record.triples())
    assert "@context" not in tree
    assert tree["id"] == record.iri
    assert tree["isPartOf"] == [IRIS.thing("practice", "quartiere-bene-comune")]
    (participation, *_) = tree["hasParticipation"]
    assert participation["startDate"] == "2015"
