"""Duplicates between real sources are found: recall and precision of 0.9 on pairs held out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from evaluation import Outcome, evaluate
from real_rows import labelled
from real_sources import all_rows


@pytest.fixture(scope="module")
def outcome(third_party: Path) -> Outcome:
    return evaluate(third_party)


@pytest.mark.slow
def test_the_held_out_half_is_found_with_recall_and_precision_of_nine_tenths(
    outcome: Outcome,
) -> None:
    held_out = outcome.figures(lambda pair, _: pair.held_out)
    assert held_out.recall >= 0.9, held_out
    assert held_out.precision >= 0.9, held_out


@pytest.mark.slow
def test_pairs_from_two_rows_are_found_as_well_as_altered_copies(outcome: Outcome) -> None:
    real = outcome.figures(lambda pair, _: not pair.alteration)
    assert real.recall >= 0.9, real
    assert real.precision >= 0.9, real


@pytest.mark.slow
def test_candidates_of_real_sources_are_few(outcome: Outcome) -> None:
    assert sum(outcome.candidates.values()) < outcome.rows / 2


def test_the_labels_are_many_of_every_kind_and_name_rows_that_exist(third_party: Path) -> None:
    rows = all_rows(third_party)
    pairs = labelled()
    counts = Counter(pair.same for pair in pairs)
    assert counts[True] >= 150
    assert counts[False] >= 300
    assert all(pair.a in rows and pair.b in rows and pair.why for pair in pairs)
    assert {rows[pair.a].kind for pair in pairs} == {"practice", "service", "organisation", "asset"}
    # A copy of a row is compared with it; all other pairs are of two rows.
    assert all((pair.a == pair.b) == bool(pair.alteration) for pair in pairs)
    assert len({(pair.a, pair.b, pair.alteration) for pair in pairs}) == len(pairs)
