"""Named queries are held to what people need in order to ask them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from practicegraph.artefacts import OWN, Rooms
from practicegraph.vocabulary.questions import faults

QUERY, COLUMNS = "practices.rq", "columns.ttl"


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    shutil.copytree(OWN.queries, tmp_path / "queries")
    return Rooms(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (QUERY, r"#\+ summary@lv[^\n]*\n", "", "a line '#+ summary@lv: …' is missing"),
        (QUERY, r"#\+ param language: [^\n]*\n", "", "a line '#+ param language: …' is missing"),
        (QUERY, r"(#\+ summary@it: [^\n]*)\.", r"\1", "'#+ summary@it:' is no full sentence"),
        (QUERY, r"#\+ endpoint", "#+ colour", "'#+ colour:' is not known"),
        (QUERY, r"language default=en", "tongue default=en", "there is no type tongue"),
        (QUERY, r"\?places", "?spots", "the column spots has no name for people"),
        (QUERY, r" default=en example=en", "", "the parameter language has no example"),
        (COLUMNS, r"column:title [^\n]*\n", "", "the column title has no name for people"),
        (COLUMNS, r', "Nosaukums"@lv', "", "has no name in the language lv"),
    ],
)
def test_what_people_lack_is_named_with_the_file_and_the_mend(
    rooms: Rooms, file: str, old: str, new: str, message: str
) -> None:
    place = rooms.queries / file
    text = place.read_text("utf-8")
    changed = re.sub(old, new, text)
    assert changed != text
    place.write_text(changed, "utf-8")
    found = list(faults(rooms))
    assert any(message in fault.message for fault in found), found
    assert all(fault.file and fault.file in fault.message for fault in found)


def test_internal_queries_need_no_texts(rooms: Rooms) -> None:
    assert (rooms.queries / "labels.rq").is_file()
    assert list(faults(rooms)) == []
