"""Reading the text of a query: SERVICE is never overlooked, and seldom seen where it is not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from practicegraph.sparql.text import asks_service, is_update, names_dataset, unescaped


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "select * { service silent <http://e/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?x { } }",
        "PREFIX : <http://e/> SELECT * {SERVICE:foo{}}",
        "SELECT * {SERVICEex:foo{}}",
        "SELECT * {SERVICESILENTex:foo{}}",
        "SELECT * {SERVICE silent:foo{}}",
        "SELECT * {OPTIONAL{{SERVICE<http://e/>{}}}}",
        "SELECT * {FILTER(1<2)SERVICE:foo#>\n{}}",
        "SELECT * {FILTER(1<2)SERVICE#>\n:foo{}}",
        "SELECT * {?s ?p 1SERVICE ?x{}}",
        "SELECT * {?s ?p trueSERVICE:foo.b{}}",
        "SELECT * {GRAPH ex:a.GRAPH SERVICE:x {}}",
        "SELECT * { # FROM\nSERVICE:x {}}",
        "SELECT * {SERVICE # <x>\n <http://e/> # {\n { }}",
        "SELECT ('''a'''' AS ?x) {SERVICE:a{} '}'",
        r"SELECT * { \u0053ERVICE <http://e/> { } }",
        r"SELECT * { \U00000053ERVICE <http://e/> { } }",
    ],
)
def test_a_service_is_seen(query: str) -> None:
    assert asks_service(unescaped(query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service ?x { ?service a ?x }",
        "SELECT ?service ?x WHERE { ?service a ?x . { ?x ?y ?service } }",
        "PREFIX service: <http://e/> SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "PREFIX service: <http://e/> SELECT * FROM service:a { }",
        "PREFIX service: <http://e/> ASK { service:a a service:B ; service:p ?o }",
        "BASE <http://e/> SELECT * { GRAPH <service/x> { } }",
        "SELECT * { ?s <urn:e:service#SERVICE> ?x { } }",
        "SELECT * { ?s ex:service ?x { } }",
        "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
        "ASK { ?s ?p '''\nSERVICE <http://e/> {}''' }",
        '''ASK { ?s ?p """ " \\""" SERVICE <http://e/> {} """ }''',
        "# SERVICE <http://e/> {}\nASK {}",
        "ASK { ?s ?p 'service'@service }",
        "ASK { ?s ?p ?o FILTER(?s < ?p && ?o > 1) ?service ?p ?o }",
    ],
)
def test_what_only_looks_like_a_service_is_let_through(query: str) -> None:
    assert not asks_service(unescaped(query))


# The engine refuses to connect to this port, without trying, when it evaluates a SERVICE.
ENDPOINT = "http://127.0.0.1:9/"
PROLOGUE = "".join(f"PREFIX {p}: <{ENDPOINT}> " for p in ("", "e", "service", "SILENTe"))
PARTS = st.sampled_from(
    [
        *["SERVICE", "service", "SILENT", "{", "}", "{}", "(", ")", ".", ";", ",", " ", "\n", "#"],
        *["<", ">", "<=", "'", '"', "'''", '"""', "\\", "?x", "$y", "1", "1.5", "1e5", "true", "a"],
        *[
            ":e",
            "e:",
            "e:e",
            "e:e.",
            "e:service",
            "e:a\\'",
            "FILTER(",
            "FILTER(1<2)",
            "BIND(",
            "AS",
        ],
        *["OPTIONAL", "UNION", "MINUS", "EXISTS", "GRAPH", "FROM", "@en", "^^", "_:b", "<<", ">>"],
        *[
            "?x ?x ?x",
            "<urn:a>",
            "<urn:service#",
            "AS",
            "VALUES ?x {1}",
            "'a'",
            "SELECT *",
            "-",
            "%41",
        ],
    ]
)
CALLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["SERVICE", "service ", "SERVICE#\n", "1SERVICE", "SERVICE SILENT", "\\u0053ERVICE"]
    ),
    st.sampled_from(["", ":e", "e:e", f"<{ENDPOINT}>", " e:e.e", "?x", "#>\n:e"]),
    st.sampled_from(["", "{}", " {}", "#{\n{}"]),
)


def runs_service(query: str) -> bool:
    try:
        ox.Store().query(query).serialize(format=ox.QueryResultsFormat.JSON)
    except OSError:
        return True
    except (SyntaxError, RuntimeError, ValueError):
        return False
    return False


def test_the_engine_tells_when_it_runs_a_service() -> None:
    assert runs_service(f"{PROLOGUE} SELECT * {{ SERVICE :e {{}} }}")


@given(st.lists(PARTS, max_size=5), CALLS, st.lists(PARTS, max_size=4))
@example(["FILTER(1<2)"], "SERVICE:e#>\n{}", [])
@example(["?x ?x 1"], "SERVICEe:e{}", [])
@settings(max_examples=1500)
def test_the_engine_runs_no_service_in_a_query_that_passes(
    before: list[str], call: str, after: list[str]
) -> None:
    query = unescaped(f"{PROLOGUE} SELECT * {{{''.join([*before, call, *after])}}}")
    assert asks_service(query) or not runs_service(query)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    resolved = unescaped(text)
    assert isinstance(asks_service(resolved + "service"), bool)
    assert isinstance(names_dataset(resolved + " from "), bool)
    assert isinstance(is_update(resolved), bool)


def test_codepoint_escapes_are_resolved_outside_strings_iris_and_comments() -> None:
    query = r"""\u0041SK { ?caf\u00E9 <http://e/\u0070> '\u0027', e:a\#\u0062 } # \u0041"""
    assert unescaped(query) == r"""ASK { ?café <http://e/\u0070> '\u0027', e:a\#b } # \u0041"""


@pytest.mark.parametrize("escape", [r"\uD800", r"\U00110000", r"\u12"])
def test_an_escape_of_no_character_stays(escape: str) -> None:
    assert unescaped(f"ASK {{ ?{escape} }}") == f"ASK {{ ?{escape} }}"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * FROM <http://e/> { ?s ?p ?o }", True),
        ("SELECT*FROM<http://e/>{?s ?p ?o}", True),
        ("ask from named <http://e/> { }", True),
        ("SELECT ?from { ?from from:a ex:from , 'FROM', \"a\"@from . _:from a ?o }", False),
        ("# FROM <http://e/>\nASK { ?s <http://e/FROM> ' FROM ' }", False),
        ("SELECT (1<2 AS ?x) FROM <http://e/> { }", True),
    ],
)
def test_whether_a_query_names_its_dataset(query: str, names: bool) -> None:
    assert names_dataset(query) is names


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("INSERT DATA { <a:a> <a:b> 1 }", True),
        ("BASE <http://e/> PREFIX a: <insert> # select\n delete where { ?s ?p ?o }", True),
        ("LOAD <http://e/>", True),
        ("SELECT * { ?s ?p 'INSERT' }", False),
        ("", False),
    ],
)
def test_whether_a_text_is_an_update(text: str, update: bool) -> None:
    assert is_update(text) is update
