"""The gate over the shapes: each constraint passes a record, and fails one that breaks it alone.

The rooms that are broken here hold the shapes of organisations and assets only, which are few.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from practicegraph import artefacts
from practicegraph.namespaces import GPSH
from practicegraph.vocabulary.constraints import faults

SHAPES = ("common.ttl", "organisation.ttl", "asset.ttl")
RECORDS = ("organisation.ttl", "asset.ttl", "organisation-spatial-present.rq")
PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix gpsh: <https://w3id.org/practicegraph/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def few(folder: Path) -> artefacts.Rooms:
    """Rooms with few shapes; what they lack beside ours is a fault in all of them."""
    (folder / "shapes" / "fixtures").mkdir(parents=True)
    (folder / "ontology").symlink_to(artefacts.ONTOLOGY)
    for name in SHAPES:
        shutil.copy(artefacts.SHAPES / name, folder / "shapes")
    for name in RECORDS:
        shutil.copy(artefacts.SHAPES / "fixtures" / name, folder / "shapes" / "fixtures")
    return artefacts.Rooms(folder)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What the few shapes lack as they are: readers for the values that other shapes ask about."""
    found = set(faults(few(tmp_path_factory.mktemp("rooms"))))
    assert all("is never used" in message for _, message in found)
    return found


@pytest.fixture
def rooms(tmp_path: Path) -> artefacts.Rooms:
    return few(tmp_path)


@pytest.fixture
def found(rooms: artefacts.Rooms, usual: set[tuple[str, str]]) -> Callable[[], dict[str, str]]:
    """What is wrong beyond the usual: the shape's name, and all that is said of it."""

    def gate() -> dict[str, str]:
        said: dict[str, str] = {}
        for shape, message in faults(rooms):
            if (shape, message) not in usual:
                name = shape.removeprefix(GPSH)
                said[name] = f"{said.get(name, '')}{message}\n"
        return said

    return gate


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


def edit_shape(rooms: artefacts.Rooms, shape: str, old: str, new: str) -> None:
    """Change the description of one shape."""
    for file in rooms.shape_files():
        text = file.read_text("utf-8")
        start = text.find(f"\ngpsh:{shape} a ")
        if start >= 0:
            end = text.index(" .\n", start)
            assert text.count(old, start, end) == 1, old
            file.write_text(text[:start] + text[start:end].replace(old, new) + text[end:], "utf-8")
            return
    raise AssertionError(shape)


@pytest.mark.slow
def test_every_constraint_of_ours_fails_for_exactly_one_change() -> None:
    assert faults(artefacts.OWN) == []


@pytest.mark.parametrize(
    "line", ['    dcat:version "1.2.0" ;\n', '    dct:title "Plot map"@en ;\n']
)
def test_a_field_that_no_valid_record_has_is_named(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]], line: str
) -> None:
    edit(rooms.shapes / "fixtures" / "asset.ttl", line, "")
    said = found()
    shape = "asset-title" if "title" in line else "asset-version"
    assert "No valid record in shapes/fixtures/ has what" in said[f"{shape}-present"]
    assert f"fails sh:minCount of gpsh:{shape}-present: fill" in said[f"{shape}-present"]
    assert all(name.startswith(shape) for name in said)


UNTESTED = {
    "a field that no record has": ("sh:path gp:colour ; sh:maxCount 1", "No valid record"),
    "a field that a record must have": ("sh:path gp:colour ; sh:minCount 1", "The valid record"),
    "a query": (
        'sh:path dct:title ; sh:sparql [ sh:select "SELECT $this WHERE { $this a $this }" ]',
        "No change to a valid record is known that breaks sh:sparql of gpsh:asset-new",
    ),
    "a misspelt rule": ("sh:path dct:title ; sh:minCoutn 1", "checks nothing"),
    "a rule twice": (
        'sh:path dct:title ; sh:pattern "\\\\S", "\\\\w"',
        "has sh:pattern more than once",
    ),
    "a rule that another says already": (
        'sh:path dct:title ; sh:pattern "\\\\S"',
        "fails sh:pattern of gpsh:asset-title as well",
    ),
    "a rule that nothing can break": ('sh:path dct:title ; sh:pattern ""', "No change"),
}


@pytest.mark.parametrize("rule", UNTESTED)
def test_a_new_shape_without_a_fixture_is_named(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]], rule: str
) -> None:
    statements, expected = UNTESTED[rule]
    (rooms.shapes / "new.ttl").write_text(
        f"{PREFIXES} gpsh:ReusableAsset sh:property gpsh:asset-new . "
        f"gpsh:asset-new a sh:PropertyShape ; {statements} .",
        "utf-8",
    )
    assert expected in found()["asset-new"]


def test_a_new_rule_that_a_valid_record_can_break_needs_no_more(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]]
) -> None:
    (rooms.shapes / "new.ttl").write_text(
        f"{PREFIXES} gpsh:ReusableAsset sh:property gpsh:asset-new . "
        "gpsh:asset-new a sh:PropertyShape ; sh:path dct:title ; sh:maxLength 300 .",
        "utf-8",
    )
    assert found() == {}


def test_a_shape_that_no_target_leads_to_is_named(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]]
) -> None:
    edit_shape(rooms, "ReusableAsset", "gpsh:asset-title-english", "gpsh:asset-title-englihs")
    said = found()
    assert "is never used" in said["asset-title-english"]
    assert "checks nothing" in said["asset-title-englihs"]
    assert "asset-title-englihs' exists but is not a well-formed" in said[""]


WEAKENED = {
    "two values allowed": ("asset-version-single", "sh:maxCount 1", "sh:maxCount 2"),
    "none needed": ("asset-version-present", "sh:minCount 1", "sh:minCount 0"),
    "any text": ("asset-version", '"\\\\S"', '""'),
    "switched off": ("asset-source", "sh:nodeKind", "sh:deactivated true ; sh:nodeKind"),
    "languages not compared": ("asset-title-language", "uniqueLang true", "uniqueLang false"),
    "any concept": ("concept-asset-type-scheme", "sh:hasValue", "sh:hasVlaue"),
}


@pytest.mark.parametrize("change", WEAKENED)
def test_a_rule_that_no_longer_refuses_is_named(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]], change: str
) -> None:
    shape, old, new = WEAKENED[change]
    edit_shape(rooms, shape, old, new)
    assert shape in found()


def test_a_message_says_what_was_changed_and_what_failed_instead(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]]
) -> None:
    edit_shape(rooms, "asset-version-single", "sh:maxCount 1", "sh:maxCount 2")
    (message,) = found().values()
    assert message == (
        "No fixture fails for exactly sh:maxCount of gpsh:asset-version-single: the record "
        "asset.ttl with a change (<id/asset/plot-map> dcat:version with one more value, "
        '"1.2.0 2") passes it. Make the rule as strict as it was, or correct the change '
        "(shapes/fixtures/asset-version-single.rq).\n"
    )


def test_a_change_written_by_hand_holds_a_rule_in_its_place(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]]
) -> None:
    edit_shape(rooms, "organisation-spatial-present", "sh:minCount 1", "sh:maxCount 9")
    said = found()["organisation-spatial-present"]
    assert "is meant to break sh:minCount of gpsh:organisation-spatial-present, and no" in said


def test_a_change_written_by_hand_must_break_its_rule_alone(
    rooms: artefacts.Rooms, found: Callable[[], dict[str, str]]
) -> None:
    file = rooms.shapes / "fixtures" / "organisation-spatial-present.rq"
    edit(file, "DELETE DATA { <> a cv:PublicOrganisation } ;\n", "")
    said = found()
    assert list(said) == ["organisation-spatial-present"]
    assert "fails sh:minCount of gpsh:public-organisation-spatial-present as well" in "".join(
        said.values()
    )


BROKEN = {
    "no summary": ("#+ summary: ", "# ", "has no line “#+ summary: …”"),
    "no reason": ("#+ record:", "#+ also: gpsh:a sh:b\n#+ record:", "says “also” and not why"),
    "no such record": ("record: organisation", "record: village", "no such file; choose one of"),
    "no update": ("DELETE WHERE", "DELETE WHEER", "cannot be used: "),
    "no known prefix": ("breaks: gpsh:", "breaks: ghsp:", "is not a name with a prefix"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_change_that_cannot_be_used_is_named_by_its_file(
    rooms: artefacts.Rooms, fault: str
) -> None:
    old, new, expected = BROKEN[fault]
    edit(rooms.shapes / "fixtures" / "organisation-spatial-present.rq", old, new)
    shape, message = faults(rooms)[-1]
    assert shape == ""
    assert message.startswith("shapes/fixtures/organisation-spatial-present.rq")
    assert expected in message


def test_a_change_that_asks_elsewhere_is_refused_and_nothing_is_fetched(
    rooms: artefacts.Rooms,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        place = rooms.shapes / "fixtures" / "organisation-spatial-present.rq"
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        place.write_text(f"{place.read_text('utf-8')} ;\nLOAD <{address}>", "utf-8")
        said = [message for _, message in faults(rooms)]
        assert any("asks for data from elsewhere" in message for message in said), said
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_a_change_that_changes_nothing_is_refused(rooms: artefacts.Rooms) -> None:
    file = rooms.shapes / "fixtures" / "organisation-spatial-present.rq"
    text = file.read_text("utf-8").partition("DELETE")[0]
    file.write_text(text + "DELETE WHERE { <> gp:colour ?colour }\n", "utf-8")
    assert "changes nothing in the record “organisation”" in faults(rooms)[-1][1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("<a> <b>", "cannot be read"), ("<a> a <b> . <c> a <b> .", "must hold one record")],
)
def test_a_valid_record_that_is_none_is_named_by_its_file(
    rooms: artefacts.Rooms, text: str, expected: str
) -> None:
    (rooms.shapes / "fixtures" / "asset.ttl").write_text(text, "utf-8")
    _, message = faults(rooms)[-1]
    assert message.startswith("shapes/fixtures/asset.ttl")
    assert expected in message
