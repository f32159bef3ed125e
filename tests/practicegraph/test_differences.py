"""What differs between two versions of a record."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from practicegraph.differences import differences
from practicegraph.iris import Iris
from practicegraph.namespaces import DCT
from practicegraph.record import Record

IRIS = Iris("http://127.0.0.1:8000")
THING = IRIS.thing("practice", "x")
TITLE = DCT + "title"


def record(*said: tuple[str, str, ox.Literal]) -> Record:
    triples = [
        ox.Triple(ox.NamedNode(f"{THING}{part}"), ox.NamedNode(p), value) for part, p, value in said
    ]
    always = ox.Triple(ox.NamedNode(THING), ox.NamedNode(DCT + "identifier"), ox.Literal("x"))
    return Record.of(THING, [always, *triples], IRIS)


def test_a_field_is_told_with_what_it_loses_and_what_it_gains() -> None:
    before = record(("", TITLE, ox.Literal("One", language="en")), ("#a", TITLE, ox.Literal("A")))
    after = record(("", TITLE, ox.Literal("Uno", language="it")), ("#a", TITLE, ox.Literal("A")))
    (found,) = differences(before, after)
    assert (found.name, found.removed, found.added) == ("dct:title", ("One (en)",), ("Uno (it)",))


def test_a_part_is_named() -> None:
    (found,) = differences(record(), record(("#step-1", TITLE, ox.Literal("Go"))))
    assert found.name == "step-1 dct:title"


values = st.lists(
    st.tuples(
        st.sampled_from(["", "#step-1", "#step-2"]),
        st.sampled_from([TITLE, DCT + "description"]),
        st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
    ),
    max_size=6,
)


@given(values, values)
def test_versions_differ_just_where_their_digests_do(
    one: list[tuple[str, str, ox.Literal]], two: list[tuple[str, str, ox.Literal]]
) -> None:
    before, after = record(*one), record(*two)
    found = list(differences(before, after))
    assert bool(found) == (before.digest != after.digest)
    back = list(differences(after, before))
    assert [(d.name, d.added, d.removed) for d in back] == [
        (d.name, d.removed, d.added) for d in found
    ]
