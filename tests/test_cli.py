"""The command line, as somebody types it: what it prints, what it leaves, how it exits."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from practicegraph import cli, terminal
from practicegraph.repository import Repository
from practicegraph.settings import Settings


class Outcome(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]

THIN = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix gp: <https://w3id.org/practicegraph/ns#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<id/practice/thin> a gp:GoodPractice, dcat:Resource ;
  dct:identifier "thin" ; dct:title "Thin"@en ; dct:description "A thin one."@en ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/ITA> ;
  dct:source <https://example.org/thin> ;
  gp:maturity <https://w3id.org/practicegraph/scheme/maturity/pilot> ;
  gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed> .
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("PRACTICEGRAPH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(terminal.messages, "width", 200)

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["practicegraph", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
            raise SystemExit(0)
        written = capsys.readouterr()
        code = exit_.value.code
        return Outcome(code if isinstance(code, int) else int(bool(code)), written.out, written.err)

    return run


@pytest.fixture
def thin(tmp_path: Path) -> Path:
    file = tmp_path / "thin.ttl"
    file.write_text(THIN)
    return file


def test_init_makes_a_repository_once(run: Run, tmp_path: Path) -> None:
    assert run("init").code == 0
    assert (tmp_path / "data" / "log.sqlite").is_file()
    again = run("init")
    assert again.code == 0
    assert "already" in again.err


def test_a_repository_keeps_its_base_iri(run: Run) -> None:
    run("init", "--base-iri", "https://practices.example")
    refused = run("init", "--base-iri", "https://other.example")
    assert refused.code == 2
    assert "PRACTICEGRAPH_BASE_IRI=https://practices.example" in refused.err.replace("\n", "")


@pytest.mark.parametrize(
    "arguments", [("query", "labels"), ("export",), ("history", "practice/x"), ("rebuild",)]
)
def test_reading_where_there_is_nothing_says_how_to_begin(
    run: Run, arguments: tuple[str, ...]
) -> None:
    refused = run(*arguments)
    assert refused.code == 2
    assert "practicegraph init" in refused.err


def test_a_setting_that_cannot_be_used_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_QUERY_TIMEOUT", "soon")
    refused = run("settings")
    assert refused.code == 2
    assert "PRACTICEGRAPH_QUERY_TIMEOUT" in refused.err


def test_settings_show_what_is_in_force(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_QUERY_WORKERS", "7")
    rows = json.loads(run("settings", "--format", "json").out)
    (row,) = [r for r in rows if r["variable"] == "PRACTICEGRAPH_QUERY_WORKERS"]
    assert (row["default"], row["value"]) == ("2", "7")


def test_the_demo_leaves_forty_practices_and_changes_nothing_the_second_time(run: Run) -> None:
    assert run("demo").code == 0
    with Repository.open(Settings.load()) as repository:
        assert repository.log.count("practice") >= 40
        last = repository.log.last_seq()
    assert run("demo").code == 0
    with Repository.open(Settings.load()) as repository:
        assert repository.log.last_seq() == last


def test_our_own_rdf_goes_in_as_it_is_and_comes_out_again(
    run: Run, thin: Path, tmp_path: Path
) -> None:
    assert run("ingest", thin).code == 0
    exported = run("export", "--format", "nq")
    quads = list(ox.parse(exported.out, ox.RdfFormat.N_QUADS))
    assert {str(q.graph_name) for q in quads} == {"<http://127.0.0.1:8000/graph/practice/thin>"}
    given = ox.parse(THIN, ox.RdfFormat.TURTLE, base_iri="http://127.0.0.1:8000/")
    assert {str(q.triple) for q in quads} == {str(q.triple) for q in given}
    for form, syntax in (("trig", ox.RdfFormat.TRIG), ("nt", ox.RdfFormat.N_TRIPLES)):
        file = tmp_path / f"all.{form}"
        assert run("export", "--format", form, "-o", file).code == 0
        assert {q.triple for q in ox.parse(path=str(file), format=syntax)} == {
            q.triple for q in quads
        }
    (line,) = run("export", "--format", "jsonl").out.splitlines()
    assert json.loads(line)["identifier"] == "thin"
    assert run("export", "--format", "docx").code == 2


def test_history_shows_each_revision(run: Run, thin: Path) -> None:
    run("ingest", thin)
    thin.write_text(THIN.replace("A thin one.", "A thinner one."))
    run("ingest", thin)
    rows = json.loads(run("history", "practice/thin", "--format", "json").out)
    assert [row["action"] for row in rows] == ["update", "create"]
    assert run("history", "practice/absent").code == 2


def test_a_dry_run_writes_nothing(run: Run, thin: Path) -> None:
    assert run("ingest", thin, "--dry-run").code == 0
    with Repository.open(Settings.load()) as repository:
        assert repository.log.last_seq() == 0


def test_a_rejected_record_is_reported_and_the_exit_code_says_so(
    run: Run, thin: Path, tmp_path: Path
) -> None:
    thin.write_text(THIN.replace('dct:title "Thin"@en ;', ""))
    report = tmp_path / "report.json"
    outcome = run("ingest", thin, "--report", report)
    assert outcome.code == 1
    assert "title" in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("broken.ttl", "<a> <b> .\n<a <b> <c> .", "line"),
        ("broken.csv", 'entry_type,name\ncase,"open', "line"),
        ("broken.json", '[{"name": "a"},\n {"name" "b"}]', "line"),
    ],
)
def test_a_broken_file_is_an_error_that_names_the_place(
    run: Run, tmp_path: Path, name: str, content: str, place: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    arguments = [] if name.endswith(".ttl") else ["--mapping", "jrc-ips"]
    outcome = run("ingest", file, *arguments)
    assert outcome.code == 2
    assert name in outcome.err.replace("\n", "")
    assert place in outcome.err
    with Repository.open(Settings.load()) as repository:
        assert repository.log.last_seq() == 0


def test_a_query_of_ones_own_is_answered_from_the_graph(
    run: Run, thin: Path, tmp_path: Path
) -> None:
    run("ingest", thin)
    query = tmp_path / "titles.rq"
    query.write_text(
        "#+ summary: Titles in a language.\n#+ param: language string default=en\n"
        "SELECT ?title { VALUES ?language {} ?practice <http://purl.org/dc/terms/title> ?title ; "
        "a <https://w3id.org/practicegraph/ns#GoodPractice> FILTER (LANG(?title) = ?language) }"
    )
    rows = list(csv.reader(io.StringIO(run("query", query, "--format", "csv").out)))
    assert rows == [["title"], ["Thin"]]
    empty = run("query", query, "--param", "language=it", "--format", "csv")
    assert empty.out.strip() == "title"
    wrong = run("query", query, "--param", "lang=it")
    assert wrong.code == 2
    assert "language" in wrong.err


def test_a_query_can_be_printed_in_the_formats_of_the_w3c(run: Run, thin: Path) -> None:
    run("ingest", thin)
    rows = json.loads(run("query", "practices", "--format", "json").out)
    assert [(row["title"], row["places"], row["maturity"]) for row in rows] == [
        ("Thin", "Italy", "Pilot")
    ]
    results = json.loads(run("query", "practices", "--format", "srj").out)
    (binding,) = results["results"]["bindings"]
    assert binding["title"] == {"type": "literal", "value": "Thin", "xml:lang": "en"}
    wrong = run("query", "practices", "--format", "ttl")
    assert wrong.code == 2
    assert "choose one of table, csv, json, srj, srx, tsv" in wrong.err


def test_a_graph_is_printed_as_rdf_or_as_rows(run: Run, thin: Path, tmp_path: Path) -> None:
    run("ingest", thin)
    query = tmp_path / "graph.rq"
    query.write_text(
        "CONSTRUCT { ?p <urn:titled> ?t } "
        "{ ?p a <https://w3id.org/practicegraph/ns#GoodPractice> ; "
        "<http://purl.org/dc/terms/title> ?t }"
    )
    (quad,) = ox.parse(run("query", query, "--format", "ttl").out, ox.RdfFormat.TURTLE)
    assert quad.object == ox.Literal("Thin", language="en")
    (row,) = json.loads(run("query", query, "--format", "json").out)
    assert (row["predicate"], row["object"]) == ("urn:titled", "Thin")


def test_the_queries_are_listed_in_the_language_asked_for(run: Run) -> None:
    rows = json.loads(run("query", "--format", "json", "--lang", "es").out)
    summaries = {row["query"]: row["summary"] for row in rows}
    assert summaries["practices"].startswith("Prácticas con su título")
    assert "labels" not in summaries
    assert run("query", "--format", "ttl").code == 2


def test_a_query_never_reaches_out(run: Run, thin: Path, tmp_path: Path) -> None:
    run("ingest", thin)
    query = tmp_path / "outside.rq"
    query.write_text("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert run("query", query).code == 2


@pytest.mark.parametrize("form", ["ASK", "SELECT *", "CONSTRUCT WHERE"])
def test_no_form_of_query_reaches_out(run: Run, thin: Path, tmp_path: Path, form: str) -> None:
    run("ingest", thin)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        port = elsewhere.getsockname()[1]
        query = tmp_path / "outside.rq"
        query.write_text(f"{form} {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        assert run("query", query).code == 2
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_a_misspelt_query_is_an_error_and_not_a_traceback(run: Run, tmp_path: Path) -> None:
    run("init")
    query = tmp_path / "wrong.rq"
    query.write_text("SELEKT * { ?s ?p ?o }")
    assert run("query", query).code == 2
    missing = run("query", "no-such-query")
    assert missing.code == 2
    assert "no-such-query" in missing.err


def test_rebuild_makes_the_graph_anew(run: Run, thin: Path) -> None:
    run("ingest", thin)
    outcome = run("rebuild")
    assert outcome.code == 0
    assert "revision 1" in outcome.err


def test_validation_speaks_the_language_asked_for(run: Run, thin: Path) -> None:
    assert run("validate", thin).code == 0
    thin.write_text(THIN.replace('dct:title "Thin"@en ;', ""))
    english, latvian = run("validate", thin), run("validate", thin, "--lang", "lv")
    assert english.code == latvian.code == 1
    assert "title" in english.out
    assert english.out != latvian.out
    report = json.loads(run("validate", thin, "--format", "json").out)
    assert report["conforms"] is False
    graph = ox.parse(run("validate", thin, "--format", "turtle").out, ox.RdfFormat.TURTLE)
    assert any(q.predicate.value.endswith("#conforms") for q in graph)


def test_data_that_no_shape_knows_is_not_checked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "other.ttl"
    file.write_text("<http://e.org/a> <http://e.org/b> <http://e.org/c> .")
    outcome = run("validate", file)
    assert outcome.code == 1
    assert "not checked" in outcome.out.lower()


def test_a_query_that_runs_away_is_ended(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_QUERY_TIMEOUT", "1")
    run("init")
    query = tmp_path / "runaway.rq"
    query.write_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    outcome = run("query", query)
    assert outcome.code == 2
    assert "1" in outcome.err


def test_the_queries_there_are_can_be_listed_and_asked(run: Run, thin: Path) -> None:
    run("ingest", thin)
    listed = json.loads(run("query", "--format", "json").out)
    assert "practices" in {row["query"] for row in listed}
    (row,) = json.loads(run("query", "practices", "--format", "json").out)
    assert (row["title"], row["places"], row["maturity"]) == ("Thin", "Italy", "Pilot")
    assert "no-such.rq" in run("query", "no-such.rq").err


def test_a_dry_run_makes_no_repository(run: Run, thin: Path, tmp_path: Path) -> None:
    assert run("ingest", thin, "--dry-run", "--data", tmp_path / "absent").code == 0
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("url", ["foo", "nosuchdialect://u:p@h/db"])
def test_a_log_that_cannot_be_opened_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_LOG_URL", url)
    refused = run("init")
    assert refused.code == 2
    assert "PRACTICEGRAPH_LOG_URL" in refused.err


def test_serving_says_what_is_in_the_way(run: Run, thin: Path) -> None:
    run("ingest", thin)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run("serve", "--port", taken.getsockname()[1])
    assert refused.code == 2
    assert "--port" in refused.err
    with Repository.open(Settings.load()) as repository, repository.projecting():
        second = run("serve", "--port", 0)
    assert second.code == 2
    assert "Another process" in second.err


def test_cells_cannot_become_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("=1+1",), ("@x",), ("plain",), ("-12.5",), ("-1+1",)]
    terminal.print_rows(("a",), rows, terminal.Format.CSV)
    assert capsys.readouterr().out.splitlines() == ["a", "'=1+1", "'@x", "plain", "-12.5", "'-1+1"]


def test_cells_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_rows(("a",), [("\x1b]0;title\x07\x1b[2Jx",)], terminal.Format.TABLE)
    assert "\x1b]" not in capsys.readouterr().out


def test_settings_that_contradict_each_other_are_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICEGRAPH_PAGE_SIZE", "200")
    refused = run("settings")
    assert refused.code == 2
    assert "PRACTICEGRAPH_MAX_PAGE_SIZE" in refused.err


def test_a_query_file_that_is_no_text_is_an_error(run: Run, tmp_path: Path) -> None:
    run("init")
    file = tmp_path / "binary.rq"
    file.write_bytes(b"\xff\xfe\x00")
    assert run("query", file).code == 2


def test_a_query_means_the_same_here_as_over_http(run: Run, thin: Path, tmp_path: Path) -> None:
    run("ingest", thin)
    query = tmp_path / "from.rq"
    query.write_text(
        "SELECT ?s FROM <http://127.0.0.1:8000/graph/practice/absent> "
        "WHERE { ?s a <https://w3id.org/practicegraph/ns#GoodPractice> }"
    )
    assert run("query", query, "--format", "csv").out.split() == ["s"]
    query.write_text("ASK { ?s ?p ?o . FILTER(LANG(?o) = 'e\\u006E') }")
    assert "true" in run("query", query).out


def test_the_installed_command_starts() -> None:
    command = Path(sys.executable).with_name("practicegraph")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("practicegraph ")


def test_a_template_is_written_in_the_language_asked_for_and_ingested(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "practices.csv"
    made = run("template", "practice", "-o", path, "--lang", "it", "--languages", "it")
    assert made.code == 0
    assert "Titolo [it] *;" in path.read_text("utf-8-sig").splitlines()[0]
    assert run("template", "practice", "-o", path).code == 2
    assert run("template", "village", "-o", tmp_path / "b.csv").code == 2
    assert run("template", "asset", "-o", tmp_path / "b.pdf").code == 2
    assert run("template", "asset", "-o", tmp_path / "b.xlsx", "--languages", "en,?").code == 2
    assert not list(tmp_path.glob("b.*"))
    assert run("ingest", path, "--dry-run").code == 0
