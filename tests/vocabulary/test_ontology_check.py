"""`practicegraph ontology check`, as somebody types it: what it prints and how it exits."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from practicegraph import cli
from practicegraph.artefacts import OWN
from practicegraph.terminal import Format
from practicegraph.vocabulary.findings import Fault, GateResult, write

Run = Callable[..., tuple[int, str, str]]
LESSON = "https://w3id.org/practicegraph/ns#Lesson"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("PRACTICEGRAPH_VALIDATION_ENGINE", "turbo")  # for its speed

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["practicegraph", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            raise SystemExit(0)
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """A copy of the project's rooms, to break by hand."""
    for room in (OWN.ontology, OWN.shapes, OWN.queries):
        shutil.copytree(room, tmp_path / room.name)
    return tmp_path


def test_everything_here_passes_and_the_command_ends_well(run: Run) -> None:
    code, out, err = run("ontology", "check", "--format", "json")
    assert code == 0, out
    said = json.loads(out)
    assert said["passed"] is True
    assert len(said["gates"]) > 70
    assert {tuple(gate) for gate in said["gates"]} == {
        ("name", "group", "title", "passed", "seconds", "faults", "notes")
    }
    assert not any(gate["group"] == "reasoning" for gate in said["gates"])
    assert err == ""


def test_a_class_that_can_have_no_member_fails_with_its_name(run: Run, rooms: Path) -> None:
    with (rooms / "ontology" / "alignments.ttl").open("a", encoding="utf-8") as file:
        file.write("gp:Lesson rdfs:subClassOf prov:Activity , prov:Entity .\n")
    records = rooms / "ontology" / "examples"
    code, out, _ = run(
        "ontology", "check", "--reason", "--rooms", rooms, "--records", records, "--format", "json"
    )
    assert code == 1
    said = json.loads(out)
    failed = {gate["name"]: gate["faults"] for gate in said["gates"] if not gate["passed"]}
    assert said["passed"] is False
    # The lesson among the examples lacks the new types, and nothing can be both.
    assert {"superclass-type", "consistent"} <= set(failed) <= {
        "superclass-type", "consistent", "satisfiable"
    }  # fmt: skip
    assert failed["consistent"][0]["term"] == LESSON
    assert "gp:Lesson" in failed["consistent"][0]["message"]
    assert failed["consistent"][0]["file"] == "ontology/alignments.ttl"
    (notes,) = (gate["notes"] for gate in said["gates"] if gate["name"] == "consistent")
    assert "statements about" in notes[0]


def test_what_cannot_be_checked_is_wrong_use(run: Run, tmp_path: Path) -> None:
    code, out, err = run("ontology", "check", "--rooms", tmp_path)
    assert (code, out) == (2, "")
    assert "gp.ttl" in err
    assert run("ontology", "check", "--records", tmp_path / "absent")[0] == 2
    assert run("ontology", "check", "--format", "xml")[0] == 2
    code, out, err = run("ontology", "check", "--records", tmp_path)
    assert (code, out) == (2, "")
    assert f"{tmp_path} holds no records" in err.replace("\n", " ")


RESULTS = (
    GateResult("first", "style", "One is so", (), 0.5, ("All was looked at.",)),
    GateResult(
        "second",
        "report",
        "Two is so",
        (Fault(LESSON, "gp:Lesson is [not] so.", "ontology/gp.ttl"), Fault(None, "A.", None)),
        0.25,
    ),
)


def test_a_table_shows_gates_then_faults_then_notes(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    assert write(RESULTS, Format.TABLE, out) is False
    gates, faults = out.getvalue().split("what to mend")
    assert "passed" in gates
    assert "2 faults" in gates
    assert "gp:Lesson is [not] so." in faults
    assert faults.endswith("first: All was looked at.\n")
    assert capsys.readouterr().err == "1 of 2 gates failed, with 2 faults.\n"


def test_csv_has_a_line_for_each_fault_and_each_gate_that_passed() -> None:
    out = io.StringIO()
    assert write(RESULTS[:1], Format.CSV, io.StringIO()) is True
    write(RESULTS, Format.CSV, out)
    lines = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [(line["gate"], line["result"], line["term"], line["file"]) for line in lines] == [
        ("first", "passed", "", ""),
        ("second", "2 faults", LESSON, "ontology/gp.ttl"),
        ("second", "2 faults", "", ""),
    ]
