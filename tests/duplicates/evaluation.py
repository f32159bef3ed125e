"""How well duplicates are found among the labelled pairs, end to end.

All rows of all sources go through the index, source by source, as imports would bring them; then
the altered copies. A pair counts as found when it became a candidate. Run it to see the table:
`PYTHONPATH=.:tests/duplicates python tests/duplicates/evaluation.py ../shared/data`.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from real_rows import Pair, Row, labelled
from real_sources import all_rows

from practicegraph.duplicates.candidates import Candidate
from practicegraph.duplicates.index import Draft


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of labelled pairs that were found or not."""

    found: int
    missed: int
    wrong: int
    left: int

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The pairs with what was found of them; `candidates` counts all candidates of real rows."""

    pairs: list[tuple[Pair, str, bool]]
    candidates: Counter[str]
    rows: int

    def figures(self, wanted: Callable[[Pair, str], bool]) -> Figures:
        """The figures of the pairs that are wanted, asked by pair and kind of record."""
        counts = Counter((p.same, hit) for p, kind, hit in self.pairs if wanted(p, kind))
        return Figures(
            counts[True, True], counts[True, False], counts[False, True], counts[False, False]
        )


def evaluate(data: Path) -> Outcome:
    """Find duplicates among the third-party rows, and compare them with the labels."""
    rows = all_rows(data)
    with tempfile.TemporaryDirectory() as folder, Draft(Path(folder) / "index.sqlite") as draft:
        found = _found(draft, rows.values())
        real = Counter(candidate.kind for candidate in found.values())
        pairs = []
        for pair in labelled():
            one, other = pair.rows(rows)
            if pair.alteration:
                found |= _found(draft, [other])
            hit = (min(one.iri, other.iri), max(one.iri, other.iri)) in found
            pairs.append((pair, one.kind, hit))
    return Outcome(pairs, real, len(rows))


def _found(draft: Draft, rows: Iterable[Row]) -> dict[tuple[str, str], Candidate]:
    # A run writes organisations before what refers to them.
    return {
        candidate.pair: candidate
        for source, of_source in groupby(rows, key=lambda row: row.source)
        for candidate in draft.find(
            (row.record() for row in sorted(of_source, key=lambda r: r.kind != "organisation")),
            source,
        )
    }


def main() -> None:
    """Print the figures for both halves, by kind and by whether copies were altered."""
    outcome = evaluate(Path(sys.argv[1]))
    print("| pairs | same | different | precision | recall |")
    print("|---|--:|--:|--:|--:|")
    for name, wanted in (
        ("held out", lambda p, _: p.held_out),
        *(
            (f"held out, {kind}s", lambda p, k, kind=kind: p.held_out and k == kind)
            for kind in ("organisation", "service", "practice", "asset")
        ),
        ("tuned on", lambda p, _: not p.held_out),
        ("all, from two rows", lambda p, _: not p.alteration),
        ("all, altered copies", lambda p, _: bool(p.alteration)),
    ):
        each = outcome.figures(wanted)
        print(
            f"| {name} | {each.found + each.missed} | {each.wrong + each.left} "
            f"| {each.precision:.3f} | {each.recall:.3f} |"
        )
    print(f"\n{outcome.rows} rows, candidates: {dict(outcome.candidates)}")


if __name__ == "__main__":
    main()
