"""Named queries are held to what people need in order to ask them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from practicegraph.artefacts import OWN, Rooms
from practicegraph.texts import LANGUAGES
from practicegraph.vocabulary.named_queries import faults

QUERY, COLUMNS = "practices.rq", "columns.ttl"


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    shutil.copytree(OWN.queries, tmp_path / "queries")
    return Rooms(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (QUERY, r"#\+ summary@lv[^\n]*\n", "", "has no “#+ summary@lv:”"),
        (QUERY, r"#\+ param language: [^\n]*\n", "", "has no “#+ param language:”"),
        (
            QUERY,
            r"(#\+ summary@it: [^\n]*)\.",
            r"\1",
            "@it:” in queries/practices.rq is no full sentence",
        ),
        (QUERY, r"#\+ endpoint", "#+ colour", "#+ colour:' is not known"),
        (QUERY, r"language default=en", "tongue default=en", "there is no type tongue"),
        (QUERY, r"\?places", "?spots", "The column ?spots has no name"),
        (
            QUERY,
            r" default=en example=en",
            "",
            "The parameter language of queries/practices.rq has no exa",
        ),
        (COLUMNS, r"column:title [^\n]*\n", "", "The column ?title has no name"),
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
    found = faults(rooms, LANGUAGES)
    assert any(message in fault.message for fault in found), found
    assert any(fault.file for fault in found)


def test_internal_queries_need_no_texts(rooms: Rooms) -> None:
    assert (rooms.queries / "labels.rq").is_file()
    assert faults(rooms, LANGUAGES) == ()
