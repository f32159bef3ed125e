"""Two versions of a vocabulary: what changed, and whether the number says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from practicegraph.artefacts import OWN
from practicegraph.cli import app
from practicegraph.errors import MalformedDocument, PracticeGraphError
from practicegraph.vocabulary.signature import Level
from practicegraph.vocabulary.versions import Comparison, compare

Compare = Callable[[str, str], Comparison]

HEAD = """
@prefix : <https://example.org/v#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TERMS = """
:Farm a owl:Class ; rdfs:label "Farm"@en , "Fattoria"@it ; rdfs:subClassOf :Place .
:Place a owl:Class ; rdfs:label "Place"@en .
:grows a owl:ObjectProperty ; rdfs:label "grows"@en ; skos:closeMatch dct:relation .
"""


def version(
    number: str = "1.0.0", terms: str = TERMS, prior: str = "", iri: str | None = None
) -> str:
    said = f' ; owl:versionInfo "{number}"' if number else ""
    said += f" ; owl:versionIRI <https://example.org/v/{number if iri is None else iri}>"
    said += f" ; owl:priorVersion <https://example.org/v/{prior}>" if prior else ""
    return f"{HEAD}<https://example.org/v> a owl:Ontology{said} .\n{terms}"


@pytest.fixture
def compared(tmp_path: Path) -> Compare:
    def run(old: str, new: str) -> Comparison:
        files = tmp_path / "old.ttl", tmp_path / "new.ttl"
        for file, text in zip(files, (old, new), strict=True):
            file.write_text(text, "utf-8")
        return compare(*files)

    return run


def kinds(comparison: Comparison) -> set[tuple[str, str, str]]:
    return {
        (c.kind, c.term.rpartition("#")[2], c.property.rpartition("#")[2])
        for v in comparison.verdicts
        for c in v.changes
    }


def test_a_version_compared_with_itself_has_not_changed(compared: Compare) -> None:
    result = compared(version(), version())
    assert result.right
    assert kinds(result) == set()


CHANGES = {
    "a term is removed": (TERMS.replace(":Place a owl:Class", ":Spot a owl:Class"), "2.0.0"),
    "a kind changes": (TERMS.replace("owl:ObjectProperty", "owl:DatatypeProperty"), "2.0.0"),
    "a superclass changes": (TERMS.replace("subClassOf :Place", "subClassOf :grows"), "2.0.0"),
    "a domain is added": (TERMS + ":grows rdfs:domain :Farm .", "2.0.0"),
    "a disjointness is added": (TERMS + ":Farm owl:disjointWith :Place .", "2.0.0"),
    "a term is added": (TERMS + ":Barn a owl:Class .", "1.1.0"),
    "a term is deprecated": (TERMS + ":Farm owl:deprecated true .", "1.1.0"),
    "a mapping is added": (TERMS + ":Farm skos:closeMatch dct:Location .", "1.1.0"),
    "a label changes": (TERMS.replace("Fattoria", "Podere"), "1.0.1"),
    "a definition is added": (TERMS + ':Farm skos:definition "Fields."@en .', "1.0.1"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_number_must_rise_as_far_as_the_change_goes(compared: Compare, name: str) -> None:
    terms, expected = CHANGES[name]
    unchanged = compared(version(), version(terms=terms))
    assert not unchanged.right
    assert unchanged.verdicts[0].expected == expected
    assert expected in unchanged.verdicts[0].problems[0]
    assert compared(version(), version(expected, terms, "1.0.0")).right
    too_low = {"2.0.0": "1.1.0", "1.1.0": "1.0.1", "1.0.1": "1.0.0"}[expected]
    assert not compared(version(), version(too_low, terms, "1.0.0")).right


def test_each_change_is_told_with_its_term_and_what_of_it(compared: Compare) -> None:
    new = (
        TERMS.replace("Fattoria", "Podere")
        .replace(":Place a", ":Barn a")
        .replace("ObjectProperty", "DatatypeProperty")
    )
    assert kinds(compared(version(), version("2.0.0", new, "1.0.0"))) == {
        ("text", "Farm", "label"),
        ("removed", "Place", ""),
        ("added", "Barn", ""),
        ("changed", "grows", "type"),
    }
    deprecated = version("1.1.0", CHANGES["a term is deprecated"][0], "1.0.0")
    assert ("deprecated", "Farm", "deprecated") in kinds(compared(version(), deprecated))


def test_a_number_may_rise_further_than_it_must_but_not_fall(compared: Compare) -> None:
    assert compared(version(), version("2.0.0", prior="1.0.0")).right
    assert not compared(version("1.2.0"), version("1.1.0", prior="1.2.0")).right


def test_before_the_first_release_the_middle_number_tells_of_breaking_changes(
    compared: Compare,
) -> None:
    changed = CHANGES["a term is removed"][0]
    result = compared(version("0.3.1"), version("0.4.0", changed, "0.3.1"))
    assert result.right
    assert result.verdicts[0].level is Level.MAJOR


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (version("1.1.0", CHANGES["a term is added"][0]), "owl:priorVersion should be"),
        (version("1.1.0", CHANGES["a term is added"][0], "0.9.0"), "owl:priorVersion should be"),
        (version("1.1.0", CHANGES["a term is added"][0], "1.0.0", "1.0.0"), "does not name"),
        (version("1.0.0", iri="1.0.0-final"), "without a new version"),
        (version("soon"), "no number such as 1.2.3"),
        (version("", iri="1.0.0"), "is absent"),
    ],
)
def test_the_iris_of_versions_must_fit_the_number(compared: Compare, new: str, said: str) -> None:
    (verdict,) = compared(version(), new).verdicts
    assert any(said in problem for problem in verdict.problems), verdict.problems


def test_axioms_with_blank_nodes_are_compared_by_what_they_say(compared: Compare) -> None:
    one = "_:a a owl:Restriction ; owl:onProperty :grows ; owl:someValuesFrom :Place ."
    two = "_:z owl:someValuesFrom :Place ; owl:onProperty :grows ; a owl:Restriction ."
    other = two.replace(":Place", ":Farm")
    first = version(terms=TERMS + f"{one} :Farm rdfs:subClassOf _:a .")
    assert compared(first, version(terms=TERMS + f":Farm rdfs:subClassOf _:z . {two}")).right
    changed = compared(first, version(terms=TERMS + f":Farm rdfs:subClassOf _:z . {other}"))
    assert kinds(changed) == {("changed", "Farm", "subClassOf")}
    apart = "[] a owl:AllDisjointClasses ; owl:members ( :Farm :Place ) ."
    general = compared(version(), version(terms=TERMS + apart))
    assert general.verdicts[0].level is Level.MAJOR
    assert compared(version(terms=TERMS + apart), version(terms=TERMS + apart)).right


def test_blank_nodes_in_circles_and_long_chains_do_not_hold_it_up(compared: Compare) -> None:
    circle = "_:a :grows _:b . _:b :grows _:a . :Farm :grows _:a ."
    assert compared(version(terms=TERMS + circle), version(terms=TERMS + circle)).right
    chain = "".join(f"_:n{i} :grows _:n{i + 1} ." for i in range(20_000)) + ":Farm :grows _:n0 ."
    longer = chain + "_:n20000 :grows :Place ."
    assert compared(version(terms=TERMS + chain), version(terms=TERMS + chain)).right
    assert not compared(version(terms=TERMS + chain), version(terms=TERMS + longer)).right


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """A copy of the rooms, to be edited."""
    for folder in (OWN.ontology, OWN.shapes):
        shutil.copytree(folder, tmp_path / "rooms" / folder.name)
    return tmp_path / "rooms"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_term_that_moves_to_another_file_of_the_rooms_has_not_changed(rooms: Path) -> None:
    main = rooms / "ontology" / "gp.ttl"
    text = main.read_text("utf-8")
    start = text.index("gp:successor a owl:ObjectProperty")
    end = text.index(" .\n\n", start) + 4
    prefixes = "\n".join(line for line in text.splitlines() if line.startswith("@prefix"))
    main.write_text(text[:start] + text[end:], "utf-8")
    (rooms / "ontology" / "more.ttl").write_text(f"{prefixes}\n{text[start:end]}", "utf-8")
    result = compare(OWN.root, rooms)
    assert result.right
    assert kinds(result) == set()


def test_each_document_of_the_rooms_answers_for_its_own_version(rooms: Path) -> None:
    edit(rooms / "ontology" / "alignments.ttl", "subClassOf prov:Activity", "subClassOf prov:Plan")
    edit(rooms / "ontology" / "schemes" / "need.ttl", "skos:prefLabel", "skos:altLabel")
    edit(rooms / "shapes" / "lesson.ttl", "sh:minCount 1", "sh:minCount 2")
    result = compare(OWN.root, rooms)
    levels = {v.iri.rpartition("practicegraph/")[2]: v.level for v in result.verdicts if v.changes}
    assert levels == {
        "ns/alignments": Level.MAJOR,
        "scheme/need": Level.PATCH,
        "shapes": Level.MAJOR,
    }
    wrong = {v.iri.rpartition("practicegraph/")[2]: v.expected for v in result.verdicts}
    assert wrong["ns/alignments"] == "2.0.0"
    assert wrong["scheme/need"] == "1.0.1"
    assert wrong["shapes"] == "0.3.0"


def test_a_concept_is_a_term_and_its_code_is_part_of_what_it_means(rooms: Path) -> None:
    edit(
        rooms / "ontology" / "schemes" / "maturity.ttl", ":pilot a skos:Concept ;",
        ':pilot a skos:Concept ; skos:notation "P" ; skos:broader :prototype ;',
    )  # fmt: skip
    found = kinds(compare(OWN.root, rooms))
    assert {(kind, what) for kind, _, what in found} == {
        ("changed", "notation"), ("changed", "broader"),
    }  # fmt: skip


def test_a_scheme_that_is_gone_is_a_term_removed_from_the_vocabulary(rooms: Path) -> None:
    (rooms / "ontology" / "schemes" / "need.ttl").unlink()
    result = compare(OWN.root, rooms)
    (verdict,) = [v for v in result.verdicts if v.problems]
    assert verdict.iri == "https://w3id.org/practicegraph/ns"
    assert [c.kind for c in verdict.changes] == ["removed"]


@pytest.mark.parametrize(
    "form", [ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML]
)
def test_the_same_vocabulary_in_another_syntax_has_not_changed(
    tmp_path: Path, form: ox.RdfFormat
) -> None:
    main = OWN.ontology / "gp.ttl"
    other = tmp_path / f"gp.{form.file_extension}"
    triples = [q.triple for q in ox.parse(path=str(main), format=ox.RdfFormat.TURTLE)]
    other.write_bytes(ox.serialize(triples, format=form) or b"")
    result = compare(main, other)
    assert result.right
    assert kinds(result) == set()


def test_the_command_says_with_its_exit_code_whether_the_number_is_right(tmp_path: Path) -> None:
    old, right, wrong = (tmp_path / f"{n}.ttl" for n in ("old", "right", "wrong"))
    changed = CHANGES["a kind changes"][0]
    old.write_text(version(), "utf-8")
    right.write_text(version("2.0.0", changed, "1.0.0"), "utf-8")
    wrong.write_text(version("1.1.0", changed, "1.0.0"), "utf-8")
    runner = CliRunner()
    assert runner.invoke(app, ["ontology", "diff", str(old), str(right)]).exit_code == 0
    failed = runner.invoke(app, ["ontology", "diff", str(old), str(wrong), "--format", "json"])
    assert failed.exit_code == 1
    told = json.loads(failed.stdout)
    assert told["right"] is False
    assert told["documents"][0]["expected"] == "2.0.0"
    assert runner.invoke(app, ["ontology", "diff", str(old), "absent.ttl"]).exit_code == 2


def test_a_document_that_was_not_there_before_is_called_new(rooms: Path) -> None:
    whole = CliRunner().invoke(app, ["ontology", "diff", str(OWN.ontology / "gp.ttl"), str(rooms)])
    assert whole.exit_code == 0
    assert "maturity 1.0.0 is a new document" in " ".join(whole.output.split())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.ttl", "<https://example.org/v> a"),
        ("none.ttl", "<https://example.org/v> <https://example.org/p> 1 ."),
        ("bomb.rdf", '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r>&b;</r>'),
        ("table.csv", "a,b"),
    ],
)
def test_what_is_no_vocabulary_is_refused_with_its_name(
    tmp_path: Path, name: str, content: str
) -> None:
    file = tmp_path / name
    file.write_text(content, "utf-8")
    with pytest.raises(PracticeGraphError) as refused:
        compare(file, file)
    assert name in refused.value.detail
    assert name != "cut.ttl" or isinstance(refused.value, MalformedDocument)
