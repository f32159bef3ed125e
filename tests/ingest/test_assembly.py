"""Assembly: graphs become drafts, and parts get names that depend on nothing but content."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.assembly import MAX_PARTS, assemble
from practicegraph.errors import InvalidRecord

HEAD = """
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <https://example.org/> .
"""
RECORD = "http://127.0.0.1:8000/id/practice/p"


def parse(text: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse((HEAD + text).encode(), ox.RdfFormat.TURTLE)]


def made(triples: list[ox.Triple], **references: str) -> set[str]:
    drafts, _ = assemble(triples, "test")
    practice = next(d for d in drafts if d.kind == "practice")
    return {" ".join(s) for s in practice.named(RECORD, references)}


STEPS = """
ex:p a gp:GoodPractice ; gp:hasStep _:{a} , _:{b} , _:{c} .
_:{a} a gp:PracticeStep ; dct:title "Last" ; gp:position 2 ; gp:precededBy _:{b} .
_:{b} a gp:PracticeStep ; dct:title "First" ; gp:position 1 .
_:{c} a gp:PracticeStep ; dct:title "Whenever" .
"""


@given(st.permutations(["a", "b", "c"]), st.randoms(use_true_random=False))
def test_blank_nodes_get_the_same_names_whatever_their_labels(
    labels: list[str], shuffle: random.Random
) -> None:
    one = parse(STEPS.format(a="a", b="b", c="c"))
    other = parse(STEPS.format(a=labels[0], b=labels[1], c=labels[2]))
    shuffle.shuffle(other)
    assert made(one) == made(other)


def test_steps_are_named_by_their_position() -> None:
    found = made(parse(STEPS.format(a="x", b="y", c="z")))
    assert f'<{RECORD}#step-1> <http://purl.org/dc/terms/title> "First"' in found
    assert (
        f"<{RECORD}#step-2> <https://w3id.org/practicegraph/ns#precededBy> <{RECORD}#step-1>"
        in found
    )


def test_a_circle_of_blank_nodes_is_named() -> None:
    found = made(
        parse(
            "ex:p a gp:GoodPractice ; gp:hasStep _:a , _:b ."
            "_:a a gp:PracticeStep ; gp:precededBy _:b ."
            "_:b a gp:PracticeStep ; gp:precededBy _:a ."
        )
    )
    assert any("#step-1" in statement for statement in found)


def test_hash_iris_keep_their_name_and_others_are_named_around_them() -> None:
    found = made(
        parse(
            "ex:p a gp:GoodPractice ; gp:hasLesson <https://example.org/p#lesson-1> , ex:lesson ."
            "<https://example.org/p#lesson-1> a gp:Lesson ; dct:title 'kept' ."
            "ex:lesson a gp:Lesson ; dct:title 'named' ."
        )
    )
    assert f'<{RECORD}#lesson-1> <http://purl.org/dc/terms/title> "kept"' in found
    assert f'<{RECORD}#lesson-2> <http://purl.org/dc/terms/title> "named"' in found


def test_what_describes_something_else_is_left_out_and_told() -> None:
    triples = parse("ex:p a gp:GoodPractice ; dct:spatial ex:place . ex:place dct:title 'There' .")
    _, stray = assemble(triples, "test")
    assert stray == ["<https://example.org/place>"]
    assert f"<{RECORD}> <http://purl.org/dc/terms/spatial> <https://example.org/place>" in made(
        triples
    )


def test_references_are_renamed_but_pages_and_sources_are_not() -> None:
    found = made(
        parse(
            "ex:p a gp:GoodPractice ; gp:leadOrganisation ex:o ; dct:source ex:p ; foaf:page ex:o ."
            "ex:o a org:Organization ."
        ),
        **{"https://example.org/o": "http://127.0.0.1:8000/id/organisation/o"},
    )
    assert (
        f"<{RECORD}> <https://w3id.org/practicegraph/ns#leadOrganisation> "
        "<http://127.0.0.1:8000/id/organisation/o>"
    ) in found
    assert f"<{RECORD}> <http://purl.org/dc/terms/source> <https://example.org/p>" in found
    assert f"<{RECORD}> <http://xmlns.com/foaf/0.1/page> <https://example.org/o>" in found


def test_superclasses_are_written_and_instructions_to_this_room_are_not() -> None:
    found = made(
        parse("ex:p a gp:GoodPractice ; <https://w3id.org/practicegraph/ingest#alsoKnownAs> ex:q .")
    )
    assert any(s.endswith("<http://www.w3.org/ns/dcat#Resource>") for s in found)
    assert not any("ingest#" in s for s in found)


def test_an_organisation_without_a_name_of_its_own_is_known_by_its_content() -> None:
    text = "ex:p a gp:GoodPractice ; gp:leadOrganisation [ a org:Organization ; dct:title '{}' ] ."
    keys = [
        next(d.keys for d in assemble(parse(text.format(t)), "test")[0] if d.kind == "organisation")
        for t in ("A", "A", "B")
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_record_of_too_many_parts_is_refused() -> None:
    chain = "".join(f"_:b{n} dct:relation _:b{n + 1} ." for n in range(MAX_PARTS + 1))
    with pytest.raises(InvalidRecord, match="parts"):
        assemble(parse(f"ex:p a gp:GoodPractice ; dct:relation _:b0 . {chain}"), "test")
