"""Reading documents from outside: every syntax, every fault with its place, nothing hostile."""

from __future__ import annotations

import gzip
import io
import json
import resource
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicegraph import artefacts, prescan
from practicegraph.documents import read
from practicegraph.errors import (
    ForbiddenReference,
    InvalidInput,
    MalformedDocument,
    PracticeGraphError,
    UnsupportedMediaType,
)
from practicegraph.formats import FORMATS, Format, format_of
from practicegraph.namespaces import XSD

BASE = "https://example.org/data/"
STATEMENT = ox.Triple(
    ox.NamedNode("https://example.org/data/a"),
    ox.NamedNode("http://purl.org/dc/terms/title"),
    ox.Literal("Città", language="it"),
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dct="http://purl.org/dc/terms/">'
)


def triples(name: str, data: bytes | io.BytesIO, format_: str | None = None) -> list[ox.Triple]:
    return [quad.triple for quad in read(name, data, format_, BASE)]


def fault(name: str, data: bytes) -> PracticeGraphError:
    with pytest.raises(PracticeGraphError) as caught:
        triples(name, data)
    return caught.value


# --- syntaxes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_every_syntax_gives_the_same_statement(kind: Format) -> None:
    data = ox.serialize([ox.Quad(*STATEMENT)], format=kind.rdf)
    assert data is not None
    assert triples(f"x.{kind.extensions[0]}", data) == [STATEMENT]
    assert triples("whatever", data, kind.name) == [STATEMENT]
    assert triples("whatever", io.BytesIO(data), f"{kind.media_types[0]}; charset=utf-8") == [
        STATEMENT
    ]


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_byte_order_mark_is_no_part_of_the_document(kind: Format) -> None:
    data = ox.serialize([ox.Quad(*STATEMENT)], format=kind.rdf)
    assert data is not None
    assert triples(f"x.{kind.extensions[0]}", b"\xef\xbb\xbf" + data) == [STATEMENT]


def test_names_extensions_and_media_types_are_each_of_one_format() -> None:
    keys = [key for f in FORMATS for key in {f.name, *f.extensions, *f.media_types}]
    assert len(keys) == len(set(keys))
    assert format_of("/some/Where.TTL").name == "turtle"
    assert format_of("application/rdf+xml;charset=UTF-8").name == "rdfxml"


@pytest.mark.parametrize(
    ("number", "decimal"), [("62.5", "62.5"), ("-0.00025", "-0.00025"), ("7", "7"), ("62.0", "62")]
)
def test_a_json_number_is_a_decimal_where_the_context_says_so(number: str, decimal: str) -> None:
    head = json.dumps({**json.loads(artefacts.context_text()), "@id": "a"})[:-1]
    data = f'{head}, "resultValue": {number}}}'.encode()
    (triple,) = triples("x.jsonld", data)
    assert triple.object == ox.Literal(decimal, datatype=ox.NamedNode(XSD + "decimal"))


def test_an_unknown_format_is_answered_with_the_ones_there_are() -> None:
    with pytest.raises(UnsupportedMediaType, match=r"cases\.csv .*Turtle \(\.ttl\)"):
        format_of("cases.csv")


def test_relative_iris_are_resolved_against_the_base() -> None:
    [found] = triples("x.ttl", b"<id/practice/x> <p> <#y> .")
    assert found.subject == ox.NamedNode("https://example.org/data/id/practice/x")
    assert found.object == ox.NamedNode("https://example.org/data/#y")


def test_a_base_that_is_no_iri_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be the base"):
        list(read("x.ttl", b"", None, "not an iri"))


def test_blank_nodes_of_two_documents_are_not_the_same() -> None:
    data = b"_:a <http://p> _:a ."
    [first], [second] = triples("1.ttl", data), triples("1.ttl", data)
    assert first.subject == first.object
    assert first.subject != second.subject


def test_graph_names_are_kept() -> None:
    [quad] = read("x.trig", b"<g> { <a> <p> <b> }", None, BASE)
    assert quad.graph_name == ox.NamedNode(BASE + "g")


def test_a_long_document_is_read_as_it_is_asked_for() -> None:
    line = b'<http://example.org/%d> <http://purl.org/dc/terms/title> "title" .\n'
    data = b"".join(line % i for i in range(20_000)) + b"broken"
    quads = read("x.nt", io.BytesIO(data), None, BASE)
    assert [str(next(quads).subject) for _ in range(2)] == [
        "<http://example.org/0>",
        "<http://example.org/1>",
    ]


class Pipe(io.RawIOBase):
    """A stream that cannot be rewound, as standard input or a network body."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


def test_a_stream_that_cannot_be_rewound_is_read_all_the_same() -> None:
    stream: Any = io.BufferedReader(Pipe(b'<a> <p> "x << y" .'))
    assert len(list(read("-", stream, "turtle", BASE))) == 1


def test_a_compressed_stream_is_scanned_as_its_text() -> None:
    packed = io.BytesIO(gzip.compress(b'<a> <p> "x << y" .'))
    with gzip.open(packed) as stream:
        assert len(list(read("x.ttl", stream, None, BASE))) == 1  # type: ignore[arg-type]


def test_a_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + '<a> <p> "è << più" .'.encode())
    with path.open("rb") as file:
        assert len(list(read("x.ttl", file, None, BASE))) == 1


# --- faults and their places ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "line", "cause"),
    [
        ("x.ttl", b"<a> <b> <c> .\n<a> <b> oops:c .", 2, "oops:"),
        ("x.ttl", '<a> <b> <c> .\n\n<a> <b> "caf\xe9" .'.encode("latin-1"), 3, "UTF-8"),
        ("x.nt", b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> .", 2, ""),
        ("x.nq", b"<a:a> <a:b> <a:c> <a:g> .\n\nno", 3, ""),
        ("x.trig", b"<a:g> {\n <a:a> <a:b> ]\n}", 2, ""),
        ("x.jsonld", b'{"@id": "http://x",\n "http://p": [1,,2]}', 2, "Expecting value"),
        ("x.jsonld", b'{"@id": "http://x",\n\n "http://p": [1', 3, ""),
        ("x.jsonld", '{"@id": "http://x",\n "http://p": "\xe9"}'.encode("latin-1"), 2, "UTF-8"),
        ("x.rdf", (RDF + "\n<a>\n</b></rdf:RDF>").encode(), 3, "mismatched tag"),
        ("x.rdf", (RDF + "\n<a>\xe9</a></rdf:RDF>").encode("latin-1"), 2, "invalid token"),
        ("x.rdf", b"", 1, "no element found"),
    ],
)
def test_a_fault_names_document_line_and_cause(
    name: str, data: bytes, line: int, cause: str
) -> None:
    found = fault(name, data)
    assert isinstance(found, MalformedDocument)
    assert (found.name, found.line) == (name, line)
    assert found.column is not None
    assert f"{name}, line {line}, column" in found.detail
    assert cause in found.cause
    assert "Parser error" not in found.detail


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_name(encoding: str) -> None:
    found = fault("x.rdf", ("\ufeff" + RDF + "</rdf:RDF>").encode(encoding))
    assert "save it in UTF-8" in found.detail


def test_xml_that_declares_another_encoding_is_refused() -> None:
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{RDF}</rdf:RDF>'
    assert "UTF-8" in fault("x.rdf", text.encode()).detail


@pytest.mark.parametrize(
    "text",
    [
        "<a> <b> <<( <a> <b> <c> )>> .",
        "<< <a> <b> <c> >> <b> <c> .",
        '<a> <b> "<< in a string" .\n# << in a comment\n<a> <b> <<( <a> <b> <c> )>> .',
        "<a> <b> '''long ''string\n<<''', \"\\\"<<\" ; <p> <<( <a> <b> <c> )>> .",
        "<a> <b> <c> {| <d> <e> |} .",
    ],
)
def test_triple_terms_are_refused(text: str) -> None:
    found = fault("x.ttl", text.encode())
    assert isinstance(found, MalformedDocument)
    assert "RDF 1.2" in found.detail


@given(st.text(alphabet="<>\"'\\#\n() ab:", max_size=40))
def test_angle_brackets_in_strings_are_no_triple_terms(text: str) -> None:
    short = f"<{BASE}a> <{BASE}p> {ox.Literal(text)} .\n".encode()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    long = f'# <<\n<a> <p> """{escaped}""" .\n'.encode()
    assert triples("x.nt", short)[0].object == ox.Literal(text)
    assert triples("x.ttl", long)[0].object == ox.Literal(text)


# --- XML --------------------------------------------------------------------------------------


def with_doctype(
    declarations: str, text: str = "", doctype: str = "<!DOCTYPE rdf:RDF [{}]>"
) -> bytes:
    body = f'<rdf:Description rdf:about="x"><dct:title>{text}</dct:title></rdf:Description>'
    return f"{doctype.format(declarations)}\n{RDF}{body}</rdf:RDF>".encode()


LAUGHS = '<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)
)


def test_entities_that_abbreviate_namespaces_are_read() -> None:
    data = (
        '<!DOCTYPE rdf:RDF [<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#" >\n'
        '<!ENTITY dct "http://purl.org/dc/terms/" >]>'
        '<rdf:RDF xmlns:rdf="&rdf;" xmlns:dct="&dct;">'
        '<rdf:Description rdf:about="&dct;x"><dct:title>t</dct:title></rdf:Description></rdf:RDF>'
    )
    [found] = triples("x.owl", data.encode())
    assert found.subject == ox.NamedNode("http://purl.org/dc/terms/x")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (with_doctype('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), ForbiddenReference),
        (with_doctype('<!ENTITY a PUBLIC "p" "http://127.0.0.1:9/x">', "&a;"), ForbiddenReference),
        (with_doctype('<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;'), ForbiddenReference),
        (with_doctype("", "", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">'), ForbiddenReference),
        (with_doctype(LAUGHS, "&a9;"), MalformedDocument),
        (with_doctype('<!ENTITY a "x"><!ENTITY b "&#38;a;">', "&b;"), MalformedDocument),
        (with_doctype('<!ENTITY % a "<!ENTITY b \'x\'>"> %a;', "&b;"), MalformedDocument),
        (with_doctype(f'<!ENTITY a "{"x" * 1000}">', "&a;" * 5000), MalformedDocument),
        ((RDF + f"<!DOCTYPE x [{LAUGHS}]><dct:a>&a9;</dct:a></rdf:RDF>").encode(),
         MalformedDocument),
        ((RDF + "<dct:a><dct:b>" * 200).encode(), MalformedDocument),
        ((RDF + "<dct:a " + " ".join(f'dct:p{i}="x"' for i in range(2000)) + "/>").encode(),
         MalformedDocument),
        ((RDF + "<dct:a " + " ".join(f'xmlns:p{i}="x"' for i in range(2000)) + "/>").encode(),
         MalformedDocument),
    ],
    ids=["file", "public", "parameter", "doctype", "laughs", "escaped", "internal parameter",
         "quadratic", "late doctype", "deep", "attributes", "namespaces"],
)  # fmt: skip
def test_hostile_xml_is_refused(data: bytes, kind: type[PracticeGraphError]) -> None:
    found = fault("x.rdf", data)
    assert type(found) is kind
    assert found.status == 400


# --- JSON-LD ----------------------------------------------------------------------------------

OWN = prescan.CONTEXT


@pytest.mark.parametrize(
    "reference", [OWN, BASE + "ontology/context.jsonld", "ontology/context.jsonld"]
)
@pytest.mark.parametrize("shape", ["{}", "[{}]", '[{}, {{"@language": "it"}}]'])
def test_our_own_context_is_known_by_its_iris(reference: str, shape: str) -> None:
    context = shape.format(json.dumps(reference))
    data = (
        f'{{"@context": {context},\n"@id": "x", "@type": "GoodPractice", "title": {{"it": "t"}}}}'
    )
    assert triples("x.jsonld", data.encode()) == triples(
        "x.ttl",
        b"<x> a <https://w3id.org/practicegraph/ns#GoodPractice> ; "
        b'<http://purl.org/dc/terms/title> "t"@it .',
    )


def test_the_iri_of_our_context_may_also_be_a_value() -> None:
    data = json.dumps({"@context": OWN, "@id": "x", "http://purl.org/dc/terms/conformsTo": OWN})
    [found] = triples("x.jsonld", data.replace("/", "\\/", 2).encode())
    assert found.object == ox.Literal(OWN)


def test_faults_below_our_context_keep_their_line() -> None:
    data = f'{{"@context": "{OWN}",\n\n "@id": [}}'
    found = fault("x.jsonld", data.encode())
    assert isinstance(found, MalformedDocument)
    assert found.line == 3


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "http://127.0.0.1:9/c", "@id": "http://x"},
        {"@context": ["http://127.0.0.1:9/c"], "@id": "http://x"},
        {"@context": [{"a": "http://a"}, "http://127.0.0.1:9/c"]},
        {"@context": [OWN, {"a": "http://a"}, "http://127.0.0.1:9/c"]},
        {"@context": {"@version": 1.1, "@import": "http://127.0.0.1:9/c"}},
        {"@context": {"a": {"@id": "http://a", "@context": "http://127.0.0.1:9/c"}}},
        {"http://p": [{"http://q": {"@context": "http://127.0.0.1:9/c"}}]},
        [{"@id": "http://x"}, {"@context": "file:///etc/passwd"}],
        {"@context": "c.jsonld"},
    ],
)
def test_a_remote_context_is_refused_by_name(document: object) -> None:
    found = fault("x.jsonld", json.dumps(document).encode())
    assert isinstance(found, ForbiddenReference)
    assert found.extra["reference"] in found.detail


def test_a_context_for_each_of_very_many_objects_is_refused() -> None:
    data = json.dumps([{"@context": OWN, "@id": f"x{i}"} for i in range(2000)])
    assert "@graph" in fault("x.jsonld", data.encode()).detail


def test_work_on_large_contexts_is_bounded() -> None:
    terms = {f"t{i}": f"http://e/t{i}" for i in range(40_000)}
    nodes = [{"@id": f"x{i}", "@context": {"q": "http://q"}} for i in range(2000)]
    data = json.dumps({"@context": terms, "@graph": nodes})
    assert "large context" in fault("x.jsonld", data.encode()).detail


@pytest.mark.parametrize(
    "text", ['{"@id": "x", "http://p": 1e999999999999999999999}', "[" + "9" * 6000 + "]"]
)
def test_numbers_beyond_measure_do_no_harm(text: str) -> None:
    try:
        triples("x.jsonld", text.encode())
    except MalformedDocument as refused:
        assert refused.name == "x.jsonld"


# --- the process survives ---------------------------------------------------------------------

HOSTILE = {
    "laughs": ("x.rdf", "with_doctype(LAUGHS, '&a9;')"),
    "deep xml": ("x.rdf", "(RDF + '<dct:a><dct:b>' * 100_000).encode()"),
    "deep collection": ("x.ttl", "('<a> <b> ' + '(' * 100_000 + ')' * 100_000 + ' .').encode()"),
    "deep brackets": (
        "x.ttl",
        "('<a> <b> ' + '[<c> ' * 100_000 + '1' + ']' * 100_000 + '.').encode()",
    ),
    "deep triples": ("x.nt", "('<a:a> <a:b> ' + '<<( <a:a> <a:b> ' * 100_000).encode()"),
    "deep objects": ("x.jsonld", """('{"http://p":' * 100_000 + '1' + '}' * 100_000).encode()"""),
    "deep arrays": ("x.jsonld", """('{"@id":"x","http://p":' + '[' * 100_000).encode()"""),
    "deep contexts": ("x.jsonld", """('{"@context":{"a":{"@context":' * 100_000).encode()"""),
    "broken, then deep": ("x.jsonld", """('[1,,' + '[' * 100_000).encode()"""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_document_cannot_end_the_process(case: str) -> None:
    name, expression = HOSTILE[case]
    program = f"""
from tests.test_documents import *
try:
    print(sum(1 for _ in read({name!r}, {expression}, None, BASE)))
except PracticeGraphError as refused:
    print(type(refused).__name__, len(refused.detail))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    assert done.returncode == 0, done.stderr[-500:]
    answer = done.stdout.split()
    assert answer[0].isdigit() or int(answer[1]) < 500


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        for name, data in [
            ("x.jsonld", json.dumps({"@context": url})),
            ("x.rdf", with_doctype(f'<!ENTITY a SYSTEM "{url}">', "&a;").decode()),
            ("x.ttl", f"<a> <http://www.w3.org/2002/07/owl#imports> <{url}> ."),
        ]:
            try:
                triples(name, data.encode())
            except ForbiddenReference as refused:
                assert url in refused.detail
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("before", ["", " " * 65_530])
def test_an_endless_number_in_json_ld_does_not_end_the_process(before: str) -> None:
    text = f'{{{before}"@id": "http://example.org/", "http://example.org/p": {"9" * 4301}}}'
    code = (
        "import sys; from practicegraph import documents, errors\n"
        "try: list(documents.read('a.jsonld', sys.stdin.buffer.read(), None, 'http://b.org/'))\n"
        "except errors.MalformedDocument as error: print(error.detail)"
    )
    # In a process of its own: the library breaks memory.
    done = subprocess.run(
        [sys.executable, "-c", code], input=text.encode(), capture_output=True, check=True
    )
    assert b"digits in a row" in done.stdout


def test_a_token_without_end_is_an_error_of_the_document() -> None:
    text = b'<http://a.org/> <http://b.org/> "' + b"x" * (17 << 20) + b'" .'
    with pytest.raises(MalformedDocument, match="16 MiB"):
        list(read("a.nt", text, None, "http://c.org/"))
