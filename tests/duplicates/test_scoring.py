"""What is likely to be one thing, and what only looks like it."""

from __future__ import annotations

import pytest
from duplicate_cases import CASES, Case
from duplicate_records import described
from hypothesis import given
from hypothesis import strategies as st

from practicegraph.duplicates import words
from practicegraph.duplicates.comparison import best_likeness, likeness, promising
from practicegraph.duplicates.features import Features, features_of
from practicegraph.duplicates.scoring import LIKELY, Score, Surroundings, score

ALONE = Surroundings(lambda _: None, lambda _: 1)
_NAME = st.text(st.sampled_from("abcdeé12 -"), max_size=30)


def pair(case: Case) -> tuple[Features, Features]:
    other = "a" if case.one_source else "b"
    return (
        features_of(described(case.kind, "one", **case.one), "a"),
        features_of(described(case.kind, "other", **case.other), other),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_one_thing_is_likely_and_what_is_two_is_not(case: Case) -> None:
    found = score(*pair(case), ALONE)
    assert (found.value >= LIKELY) == case.same, found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_score_is_the_same_from_both_sides(case: Case) -> None:
    one, other = pair(case)
    assert score(one, other, ALONE) == score(other, one, ALONE)


@pytest.mark.parametrize("case", [c for c in CASES if c.same], ids=lambda case: case.name)
def test_what_is_likely_passes_the_quick_look(case: Case) -> None:
    assert promising(*pair(case))


def test_reasons_say_what_speaks_for_and_against() -> None:
    reasons = reasons_of("the same page and title")
    assert "same page a.example/p" in reasons
    assert "title 1.00" in reasons
    assert "same country" in reasons
    assert "other country" in reasons_of("ministries of two countries")
    assert "another kind of body" in reasons_of("a city and its university")
    assert "same identifier 0123.456.789" in reasons_of("the same register number")
    assert any("another language" in r for r in reasons_of("one page in two languages"))


def reasons_of(name: str) -> tuple[str, ...]:
    return score(*pair(next(case for case in CASES if case.name == name)), ALONE).reasons


def test_a_page_that_many_share_and_a_title_that_many_bear_tell_less() -> None:
    one, other = pair(CASES[0])

    def scored(frequency: int) -> Score:
        return score(one, other, Surroundings(lambda _: None, lambda _: frequency))

    assert scored(2).value > scored(40).value
    assert "title of 40 or more" in scored(40).reasons


def test_the_organisation_counts_by_its_name() -> None:
    said = {"titles": {"en": "Walking school bus"}, "country": "ITA"}
    one = features_of(described("practice", "one", organisation="alpha", **said), "a")
    other = features_of(described("practice", "other", organisation="beta", **said), "b")

    def scored(name: str) -> float:
        bodies = {
            body.record: body
            for body in (
                features_of(described("organisation", "alpha", {"it": "Comune di Alfa"}), "a"),
                features_of(described("organisation", "beta", {"it": name}), "b"),
            )
        }
        return score(one, other, Surroundings(bodies.get, lambda _: 1)).value

    assert scored("Municipality of Alfa") > scored("Municipality of Omega")


def test_words_of_administration_are_the_same_in_every_language() -> None:
    assert words.words("Comune di Bari") == words.words("Municipality of Bari")
    assert words.words("Gemeente 's-Bari")[:1] == words.words("Stadt Bari")[:1]
    assert words.words("Ωράριο εργασίας") == ["orario", "ergasias"]
    assert words.words("P.A. Advice S.p.A.")[-1] == "~company"
    assert words.words("Istituto comprensivo I")[-1] == "i"


def test_small_words_and_signs_do_not_count_in_a_name() -> None:
    assert words.words("The Office of the\u00ad Mayor – of Rome!") == words.words(
        "office mayor rome"
    )


@given(_NAME, _NAME)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    a, b = " ".join(words.words(one)), " ".join(words.words(other))
    mine, yours = likeness(a, b), likeness(b, a)
    assert mine.whole == pytest.approx(yours.whole)
    assert 0 <= mine.whole <= 1.000001
    assert 0 <= mine.contrary <= 1
    if a:
        assert likeness(a, a).whole == pytest.approx(1)


def test_of_translations_the_least_alike_counts() -> None:
    a = (("en", "walking bus"), ("it", "pedibus"))
    b = (("en", "walking bus"), ("it", "mensa"))
    assert best_likeness(a, a)[0].whole == 1
    assert best_likeness(a, b)[0].whole == 0


@given(st.text(max_size=200))
def test_features_survive_being_stored(text: str) -> None:
    record = described("practice", "one", {"en": "A name " + text.replace("\x00", "")}, text=text)
    features = features_of(record, "a")
    assert Features.load(features.dump()).dump() == features.dump()
