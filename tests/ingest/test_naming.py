"""Names of organisations, and of persons, who do not become public."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import abridged
from ingest.markup import sections_of_markdown
from ingest.naming import organisation, without_people


@pytest.mark.parametrize(
    "name",
    [
        "Comune di Trani",
        "Action logement",
        "OpenWISP",
        "La Pépinière",
        "P.A. Advice S.p.A.",
        "Fondazione Edmund Mach",
        "Città di San Cataldo",
        "Ministry of Finance",
        "Centrale Unica di Committenza Formia - Gaeta - Minturno",
        "Ayuntamiento de Málaga",
    ],
)
def test_organisations_keep_their_names(name: str) -> None:
    assert organisation(f" {name} ") == (name, None)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "Grace HOPPER",
        "ROSSI Mario",
        "Mario Corte",
        "M. Rossi",
        "Anna-Lena von Berg",
        "Luca D'Amico",
        "Jānis Bērziņš",
    ],
)
def test_what_may_be_a_person_is_refused_and_told(name: str) -> None:
    found, finding = organisation(name)
    assert found is None
    assert finding is not None
    assert finding.rule == "no personal data"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "It works. Ada said so. Noémie Dupont leads it. It is cheap.",
            "It works. Ada said so. It is cheap.",
        ),
        ("- Coach : Benoi\u0302t Martin\n- It is cheap", "- It is cheap"),
        ("It is slow, explains Benoit Martin. True.", "True."),
        ("**Team**: Anna-Lena **von Berg**.", ""),
        ("La Marine Nationale navigue. Rome est loin.",) * 2,
        ("", ""),
    ],
)
def test_sentences_that_name_somebody_are_taken_out(text: str, left: str) -> None:
    found, finding = without_people(text)
    assert found == left
    assert (finding is None) == (text == left)


@given(st.text(alphabet="aA éAnn.\n*-'", max_size=60))
def test_what_is_taken_out_leaves_nothing_to_take_out(text: str) -> None:
    left, _ = without_people(text)
    assert without_people(left)[1] is None


@pytest.mark.parametrize("unit", [" ", "\n", ". ", "Ann ", "Ann", "*", "* ", "de ", "-a", "'"])
def test_no_text_makes_the_search_slow(unit: str) -> None:
    text = "Ann" + (unit * 131_072)[:131_000] + "x"
    start = time.perf_counter()
    without_people(text)
    organisation(text)
    assert time.perf_counter() - start < 2


BODY = """\
Before.

## 😰 Le problème

It is slow.

### L'équipe

Ada Lovelace

**Constat :**

Nobody knows.

# Solution 💡

A robot.
"""


@pytest.mark.parametrize(
    ("wanted", "unwanted", "found"),
    [
        ("", "", "Before."),
        ("probleme", "equipe", "It is slow."),
        ("probleme|constat", "equipe", "It is slow."),
        ("constat", "", "Nobody knows."),
        ("solution", "equipe", "A robot."),
        ("nothing", "", ""),
    ],
)
def test_a_section_is_what_stands_under_its_heading(wanted: str, unwanted: str, found: str) -> None:
    assert sections_of_markdown(BODY, wanted, unwanted).strip() == found


def test_a_long_text_ends_with_a_sentence_or_at_least_with_a_word() -> None:
    assert abridged("One two. Three four. Five.", 21)[0] == "One two. Three four."
    assert abridged("One two three", 9)[0] == "One two…"
    assert abridged("Abcdefghij", 5)[0] == "Abcd…"
    assert abridged("As it is.", 9) == ("As it is.", None)


@given(st.text(max_size=80), st.integers(min_value=1, max_value=100))
def test_no_abridged_text_is_too_long(text: str, limit: int) -> None:
    short, finding = abridged(text, limit)
    assert len(short) <= max(limit, 1)
    assert (finding is None) == (short == text)
