"""One record of several: nothing that can stand beside the first is lost, nothing else comes in."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import IRIS
from practicegraph import ntriples
from practicegraph.duplicates.combining import combine, renamed_name, rewritten
from practicegraph.fields import fields_of
from practicegraph.record import Record

PREFIXES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix maturity: <https://w3id.org/practicegraph/scheme/maturity/> .
@prefix : <http://127.0.0.1:8000/id/> .
"""


def record(path: str, turtle: str) -> Record:
    """A record of Turtle in which `:x` stands for its IRI."""
    import pyoxigraph as ox

    iri = f"http://127.0.0.1:8000/id/{path}"
    text = PREFIXES + turtle.replace(":it#", f"<{iri}#").replace(":it ", f"<{iri}> ")
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    return Record.of(iri, triples, IRIS)


def said(of: Record) -> set[str]:
    """Statements of a record, shortened."""
    lines = of.content.decode().splitlines()
    short = [line.replace("http://127.0.0.1:8000/id/", ":") for line in lines]
    return {
        line.replace("http://purl.org/dc/terms/", "dct:").replace(
            "https://w3id.org/practicegraph/ns#", "gp:"
        )
        for line in short
    }


WINNER = record(
    "practice/bus",
    """:it a gp:GoodPractice ; dct:identifier "bus" ; dct:title "Walking bus"@en ;
      dct:source <https://one.example/> ; foaf:page <https://one.example/bus> ;
      gp:maturity maturity:pilot ; gp:hasStep :it#step-1> ; gp:hasLesson :it#lesson-1> .
    :it#step-1> a gp:PracticeStep ; dct:title "Ask"@en ; gp:position 1 .
    :it#lesson-1> a gp:Lesson ; dct:description "Start small."@en .""",
)
LOSER = record(
    "practice/pedibus",
    """:it a gp:GoodPractice ; dct:identifier "pedibus" ; dct:title "Pedibus"@it , "Foot bus"@en ;
      dct:source <https://two.example/> ; foaf:page <https://two.example/pedibus> ;
      gp:maturity maturity:scaled ; gp:adaptedFrom <http://127.0.0.1:8000/id/practice/bus> ;
      gp:hasStep :it#step-1> , :it#step-2> ; gp:hasLesson :it#lesson-4> .
    :it#step-1> a gp:PracticeStep ; dct:title "Chiedere"@it ; gp:position 1 .
    :it#step-2> a gp:PracticeStep ; dct:title "Camminare"@it ; gp:position 2 ;
      gp:precededBy :it#step-1> .
    :it#lesson-4> a gp:Lesson ; dct:description "Start small."@en .""",
)


def test_what_may_stand_several_times_is_added_and_what_may_not_gives_way() -> None:
    found = said(combine([WINNER, LOSER], IRIS).record)
    assert "<:practice/bus> <dct:source> <https://two.example/> ." in found
    assert "<:practice/bus> <dct:source> <https://one.example/> ." in found
    assert '<:practice/bus> <dct:title> "Pedibus"@it .' in found
    # One title in a language, one identifier and one maturity: those of the winner.
    assert '<:practice/bus> <dct:title> "Foot bus"@en .' not in found
    assert sum("<dct:identifier>" in line for line in found) == 1
    assert sum("<gp:maturity>" in line for line in found) == 1
    assert any("maturity/pilot" in line for line in found)


def test_parts_are_numbered_after_those_that_are_there() -> None:
    combined = combine([WINNER, LOSER], IRIS)
    found = said(combined.record)
    assert '<:practice/bus#step-2> <dct:title> "Chiedere"@it .' in found
    assert '<:practice/bus#step-3> <dct:title> "Camminare"@it .' in found
    assert "<:practice/bus#step-3> <gp:precededBy> <:practice/bus#step-2> ." in found
    positions = sorted(line.split('"')[1] for line in found if "<gp:position>" in line)
    assert positions == ["1", "2", "3"]
    part = "http://127.0.0.1:8000/id/practice/pedibus#step-2"
    assert combined.renamed[part] == "http://127.0.0.1:8000/id/practice/bus#step-3"


def test_a_part_that_says_the_same_is_the_same_part() -> None:
    found = said(combine([WINNER, LOSER], IRIS).record)
    assert sum("Start small." in line for line in found) == 1


def test_nothing_refers_to_itself_and_the_record_says_what_it_replaces() -> None:
    found = said(combine([WINNER, LOSER], IRIS).record)
    assert not any("adaptedFrom" in line for line in found)
    assert "<:practice/bus> <dct:replaces> <:practice/pedibus> ." in found
    assert sum(":practice/pedibus" in line for line in found) == 1


def test_a_part_whose_place_is_taken_does_not_stay_behind_alone() -> None:
    one = record(
        "practice/a", ':it a gp:GoodPractice ; dct:title "A"@en ; gp:maturity maturity:pilot .'
    )
    other = record(
        "practice/b",
        """:it a gp:GoodPractice ; gp:maturity :it#odd> .
        :it#odd> a gp:Lesson ; dct:description "Nothing leads here."@en .""",
    )
    assert not any("odd" in line for line in said(combine([one, other], IRIS).record))


def test_names_of_a_body_that_give_way_are_other_labels() -> None:
    names = "skos:prefLabel {0} ; dct:title {0} ; foaf:name {0} ."
    one = record(
        "organisation/a", ":it a cv:PublicOrganisation ; " + names.format('"City of A"@en')
    )
    other = record(
        "organisation/b", ":it a cv:PublicOrganisation ; " + names.format('"A Municipality"@en')
    )
    found = said(combine([one, other], IRIS).record)
    assert sum("A Municipality" in line for line in found) == 1
    assert any("altLabel" in line and "A Municipality" in line for line in found)


def test_a_record_that_was_combined_before_gains_nothing_from_the_same_again() -> None:
    once = combine([WINNER, LOSER], IRIS).record
    assert combine([once, LOSER], IRIS).record == once


def test_the_order_of_statements_does_not_count_and_that_of_contributions_does() -> None:
    shuffled = "".join(reversed(LOSER.content.decode().splitlines(keepends=True)))
    again = Record.written(LOSER.iri, ntriples.statements(shuffled), IRIS)
    assert combine([WINNER, again], IRIS) == combine([WINNER, LOSER], IRIS)
    third = record("practice/c", ':it a gp:GoodPractice ; dct:title "Third"@fr , "C"@en .')
    results = {combine(order, IRIS).record.digest for order in permutations((WINNER, LOSER, third))}
    assert len(results) > 1


_VALUES = st.lists(
    st.tuples(
        st.sampled_from(
            ["dct:title", "dct:source", "gp:maturity", "gp:addressesNeed", "foaf:page"]
        ),
        st.integers(0, 3),
        st.sampled_from(["en", "it", "lv"]),
    ),
    max_size=12,
)


def practice_of(slug: str, values: list[tuple[str, int, str]]) -> Record:
    body = "".join(
        f'; {p} "text {n}"@{tag} ' if p == "dct:title" else f"; {p} <https://e.example/{n}> "
        for p, n, tag in values
    )
    return record(f"practice/{slug}", f":it a gp:GoodPractice {body} .")


@given(_VALUES, _VALUES)
def test_every_statement_is_there_or_its_place_is_taken(
    one: list[tuple[str, int, str]], other: list[tuple[str, int, str]]
) -> None:
    winner, loser = practice_of("a", one), practice_of("b", other)
    combined = combine([winner, loser], IRIS)
    found = set(ntriples.statements(combined.record.content.decode()))
    assert set(ntriples.statements(winner.content.decode())) <= found
    fields = fields_of(["https://w3id.org/practicegraph/ns#GoodPractice"])
    for _, p, value in ntriples.statements(loser.content.decode()):
        field = fields.get(p[1:-1])
        taken = {v for _, q, v in found if q == p}
        assert value in taken or (field and (field.most == 1 or field.per_language) and taken)
    # And nothing that neither of them says.
    allowed = {
        value
        for each in (winner, loser)
        for _, _, value in ntriples.statements(each.content.decode())
    } | {f"<{loser.iri}>"}
    assert {value for _, _, value in found} <= allowed


def test_references_follow_what_was_merged() -> None:
    renamed = combine([WINNER, LOSER], IRIS).renamed
    referring = record(
        "practice/school",
        f""":it a gp:GoodPractice ; gp:adaptedFrom <{LOSER.iri}> ;
        dct:relation <{LOSER.iri}#step-1> , <{LOSER.iri}-other> ; dct:title "{LOSER.iri}"@en .""",
    )
    found = said(rewritten(referring, renamed, IRIS))
    assert "<:practice/school> <gp:adaptedFrom> <:practice/bus> ." in found
    assert "<:practice/school> <dct:relation> <:practice/bus#step-2> ." in found
    assert "<:practice/school> <dct:relation> <:practice/pedibus-other> ." in found
    assert '<:practice/school> <dct:title> ":practice/pedibus"@en .' in found
    assert renamed_name(f"{LOSER.iri}#unheard-of", renamed).endswith("bus#unheard-of")


@pytest.mark.parametrize("slugs", [("a",), ("a", "b", "c")])
def test_any_number_of_contributions_combine(slugs: tuple[str, ...]) -> None:
    given_ = [practice_of(slug, [("foaf:page", n, "en")]) for n, slug in enumerate(slugs)]
    found = said(combine(given_, IRIS).record)
    assert sum("foaf/0.1/page" in line for line in found) == len(slugs)
    assert sum("<dct:replaces>" in line for line in found) == len(slugs) - 1
