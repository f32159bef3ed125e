"""What the import has to say is said in every language of the pilots."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from ingest.cleaning import date
from ingest.findings import left_out, noticed, table
from ingest.problems import Finding, Place, problem
from practicegraph.texts import LANGUAGES, in_language


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(table()))
def test_a_finding_has_a_text_in_every_language_that_tells_the_same(key: str) -> None:
    entry = table()[key]
    assert set(entry) == {"rule", "severity", *LANGUAGES}
    assert entry["severity"] in {"violation", "warning", "info"}
    assert len({entry[language] for language in LANGUAGES}) == len(LANGUAGES)
    assert all(_braces(entry[language]) == _braces(entry["en"]) for language in LANGUAGES)


def test_every_finding_of_the_table_is_used_and_every_one_used_is_there(root: Path) -> None:
    sources = "".join(path.read_text("utf-8") for path in (root / "ingest").rglob("*.py"))
    called = set(re.findall(r'noticed\(\s*"([^"]+)"', sources))
    assert called
    assert called <= set(table())
    assert [key for key in table() if f'"{key}"' not in sources] == []


def test_a_problem_is_told_in_the_language_of_the_reader() -> None:
    _, finding = date("03/04/2025")
    assert finding is not None
    found = problem(Place("cases.csv", "7"), finding, "dct:issued", "03/04/2025")
    assert in_language(found.messages, ["it"]).startswith("Giorno e mese non si distinguono")
    assert in_language(found.messages, ["lv"]).startswith("Dienu un mēnesi nevar atšķirt")


def test_what_is_filled_in_may_hold_braces() -> None:
    assert "{x}" in noticed("file left out", detail="Line 3: {x}.").texts["es"]


def test_a_cause_ends_with_one_full_stop() -> None:
    for detail in ("The prefix foaf: has not been declared", "It is empty."):
        assert left_out(detail).message == f"{detail.rstrip('.')}. The file was left out."


def test_what_has_one_language_is_told_in_it() -> None:
    found = problem(Place("cases.csv", "7"), Finding("reading", "taken for Windows-1252"))
    assert in_language(found.messages, ["it"]) == "taken for Windows-1252"
