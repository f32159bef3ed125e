"""What no parser is shown: entity bombs, nesting without end, references to other places.

Measured on pyoxigraph 0.5.13: nested entities take all memory wherever a document type stands,
15,000 levels of JSON-LD take 3 GiB, 30,000 nested triple terms overflow the stack, and thousands
of attributes on one element or terms in a context take time that grows with their square. The
limits here are far above what people write and far below what hurts.
"""

from __future__ import annotations

import io
import json
import mmap
import re
from collections.abc import Callable, Collection, Mapping
from typing import BinaryIO, Final, NamedTuple
from urllib.parse import urljoin
from xml.parsers import expat

import ijson

from practicegraph.errors import ForbiddenReference, MalformedDocument
from practicegraph.iris import CONTEXT

_DEPTH: Final = 100
_ATTRIBUTES: Final = 1_000
_NAMESPACES: Final = 1_000
_MAX_DIGITS: Final = 4_000
_MANY_DIGITS: Final = re.compile(rb"[0-9]{64,}")
_ENTITY_ALLOWANCE: Final = 1024 * 1024
_ENTITY_RATIO: Final = 10
_OWN_CONTEXTS: Final = 1_000
_CONTEXT_WORK: Final = 50_000_000

_QUOTED_TRIPLE: Final = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    rb'|"(?:[^"\\\r\n]++|\\.)*+"'
    rb"|'(?:[^'\\\r\n]++|\\.)*+'"
    rb'|<[^\x00-\x20<>"{}|^`]*+>'
    rb"|#[^\r\n]*+"
    rb"|\\."
    rb"|(?P<found><<)",
    re.DOTALL,
)


def triple_term(name: str, line: int | None) -> MalformedDocument:
    """The error for what RDF 1.2 adds: a statement as a term, which no record can hold."""
    return MalformedDocument(
        name,
        "a triple stands where a term is expected (RDF 1.2); write it as a statement of its own",
        line,
    )


def turtle(name: str, stream: BinaryIO) -> None:
    """Look through Turtle, TriG, N-Triples or N-Quads; raises MalformedDocument.

    Only triple terms nest on the stack of the parser, and they begin with `<<`, which is rare
    enough that most documents are passed at the speed of a search.
    """
    start = stream.tell()
    last = b""
    while chunk := stream.read(1 << 20):
        if b"<<" in last + chunk:
            break
        last = chunk[-1:]
    else:
        return
    stream.seek(start)
    with _whole(stream) as text:
        for token in _QUOTED_TRIPLE.finditer(text, start):
            if token["found"]:
                line = text[: token.start()].count(b"\n") + 1
                raise triple_term(name, line)


def xml(name: str, stream: BinaryIO) -> None:
    """Look through RDF/XML with expat, which expands nothing here and fetches nothing.

    Raises ForbiddenReference for a document type or entity that lies elsewhere, and
    MalformedDocument for entities made of entities, for too much of anything, and for XML that is
    not well-formed.
    """
    parser = expat.ParserCreate("UTF-8")  # as the parser after it, whatever is declared
    entities: dict[str, int] = {}
    declared: list[int] = []

    def malformed(cause: str) -> MalformedDocument:
        return MalformedDocument(
            name, cause, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        )

    def doctype(_: str, system: str | None, public: str | None, __: int) -> None:
        if system is not None or public is not None:
            raise ForbiddenReference(
                f"{name}, line {parser.CurrentLineNumber}: the document type is kept at "
                f"{system or public}, which is not fetched. Take the DOCTYPE out, or keep only "
                "its own entities.",
                reference=system or public,
            )

    def entity(
        entity_name: str,
        parameter: int,
        value: str | None,
        _base: str | None,
        system: str | None,
        public: str | None,
        _notation: str | None,
    ) -> None:
        if system is not None or public is not None:
            raise ForbiddenReference(
                f"{name}, line {parser.CurrentLineNumber}: the entity {entity_name} is kept at "
                f"{system or public}, which is not fetched. Write its text instead.",
                reference=system or public,
            )
        if parameter or value is None or "&" in value or "%" in value or "<" in value:
            raise malformed(
                f"the entity {entity_name} is made of other entities or of markup; only plain "
                "text may be abbreviated"
            )
        entities[entity_name] = len(value.encode())

    def opened(_: str, attributes: dict[str, str]) -> None:
        if len(attributes) > _ATTRIBUTES:
            raise malformed(f"an element has more than {_ATTRIBUTES} attributes")
        own = sum(attribute.startswith("xmlns") for attribute in attributes)
        declared.append(own + (declared[-1] if declared else 0))
        if declared[-1] > _NAMESPACES:
            raise malformed(f"more than {_NAMESPACES} namespaces are declared at once")
        if len(declared) > _DEPTH:
            raise malformed(f"elements are nested more than {_DEPTH} levels deep")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda _: declared.pop()
    start = stream.tell()
    try:
        parser.ParseFile(stream)
    except (LookupError, ValueError) as fault:
        raise malformed(str(fault)) from fault
    except expat.ExpatError as fault:
        cause = expat.errors.messages.get(fault.code, str(fault))
        raise MalformedDocument(name, cause, fault.lineno, fault.offset + 1) from fault
    if entities:
        stream.seek(start)
        _expansion(name, stream, entities)


def _expansion(name: str, stream: BinaryIO, entities: dict[str, int]) -> None:
    """Refuse short names for long texts, used often: the quadratic kind of entity bomb."""
    references = re.compile(
        b"&(" + b"|".join(re.escape(entity.encode()) for entity in entities) + b");"
    )
    lengths = {entity.encode(): length for entity, length in entities.items()}
    read, expanded = 0, 0
    with _whole(stream) as text:
        read = len(text)
        for reference in references.finditer(text):
            expanded += lengths[reference[1]]
    if expanded > _ENTITY_ALLOWANCE + _ENTITY_RATIO * read:
        raise MalformedDocument(
            name, f"its entities would make it more than {_ENTITY_RATIO} times as long"
        )


def json_ld(
    name: str,
    stream: BinaryIO,
    known: Mapping[str, Callable[[], str]],
    base_iri: str,
) -> BinaryIO:
    """Look through JSON-LD, and put a context that is known where the document refers to it.

    `known` gives the text of each such context by its IRI. Returns the stream to parse,
    at its start. Raises ForbiddenReference for any other context, MalformedDocument for JSON that
    is none, or is nested more than a hundred levels deep.
    """
    start = stream.tell()
    scan = _ContextScan(name, known, base_iri)
    try:
        for event, value in ijson.basic_parse(_FewDigits(name, stream)):
            scan.see(event, value)
    except (ijson.JSONError, ArithmeticError, ValueError, SystemError) as fault:
        stream.seek(start)
        raise _json_fault(name, stream.read(), fault) from fault
    stream.seek(start)
    if not scan.references:
        return stream
    used = {urljoin(base_iri, reference) for reference in scan.references}
    texts = {iri: json.loads(known[iri]())["@context"] for iri in used}
    contexts = {reference: texts[urljoin(base_iri, reference)] for reference in scan.references}
    return io.BytesIO(_with_context(stream.read(), scan, contexts))


class _FewDigits:
    """JSON without endless digits: ijson does not survive an integer of more than 4,300.

    Not even by an exception: the process ends. A text of so many digits is refused as well.
    """

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name, self._stream = name, stream
        self._end = b""

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises MalformedDocument for too many digits in a row."""
        chunk = self._stream.read(size)
        # The end of a chunk may part a number.
        runs = _MANY_DIGITS.finditer(self._end + chunk)
        if any(run.end() - run.start() > _MAX_DIGITS for run in runs):
            raise MalformedDocument(self._name, f"it has more than {_MAX_DIGITS:,} digits in a row")
        self._end = (self._end + chunk)[-_MAX_DIGITS:]
        return chunk


class _Open(NamedTuple):
    """An open brace or bracket: is it a bracket, one around contexts, anywhere in a context?"""

    array: bool
    contexts: bool
    inside: bool


class _ContextScan:
    """Follows the events of a JSON document and knows when it is inside a context."""

    def __init__(self, name: str, known: Collection[str], base_iri: str) -> None:
        self._name, self._known, self._base = name, known, base_iri
        #: With what one of them may end: most strings need no second look.
        self._endings = tuple({iri.rpartition("/")[2] for iri in known})
        self.references: list[str] = []
        #: strings that are the IRI of a context we know, wherever they stand
        self.mentions = 0
        self._open: list[_Open] = []
        self._key = ""
        self._terms = self._contexts = self._objects = 0

    def see(self, event: str, value: object) -> None:
        """Take in one event of ijson's basic parser."""
        if event == "map_key":
            self._key = str(value)
            self._terms += self._open[-1].inside
        elif event in {"start_map", "start_array"}:
            self._start(array=event == "start_array")
        elif event in {"end_map", "end_array"}:
            self._open.pop()
        elif event == "string":
            self._string(str(value))

    @property
    def _defines(self) -> bool:
        """Whether a value here is a context: that of the key, or one in a list of contexts."""
        if not self._open:
            return False
        here = self._open[-1]
        return here.contexts if here.array else self._key == "@context"

    def _start(self, *, array: bool) -> None:
        defines = self._defines
        inside = defines or bool(self._open and self._open[-1].inside)
        self._open.append(_Open(array, array and defines, inside))
        self._contexts += defines and not array
        self._objects += not array
        if len(self._open) > _DEPTH:
            raise MalformedDocument(
                self._name, f"objects and arrays are nested more than {_DEPTH} levels deep"
            )
        if self._contexts > 1 and self._terms * self._objects > _CONTEXT_WORK:
            raise MalformedDocument(
                self._name,
                "it changes a large context for too many objects; use one context for all, or "
                "N-Quads",
            )

    def _string(self, value: str) -> None:
        ours = value.endswith(self._endings) and urljoin(self._base, value) in self._known
        self.mentions += ours
        if self._defines:
            if not ours:
                raise self._forbidden(value)
            self.references.append(value)
            if len(self.references) > _OWN_CONTEXTS:
                raise MalformedDocument(
                    self._name,
                    f"it refers to its context more than {_OWN_CONTEXTS} times; give the context "
                    "once and put the objects into its @graph",
                )
        elif self._key == "@import" and self._open and not self._open[-1].array:
            raise self._forbidden(value)

    def _forbidden(self, reference: str) -> ForbiddenReference:
        return ForbiddenReference(
            f"{self._name}: the context {reference} lies elsewhere and is not fetched. Copy it "
            f"into the document, or use {CONTEXT}.",
            reference=reference,
        )


def _with_context(text: bytes, scan: _ContextScan, contexts: Mapping[str, object]) -> bytes:
    """Put the contexts in the place of each reference to one; lines stay where they are."""
    inline = {
        json.dumps(reference).encode(): json.dumps(context, separators=(",", ":")).encode()
        for reference, context in contexts.items()
    }
    expected = len(scan.references)
    quoted = "|".join(re.escape(json.dumps(reference)) for reference in set(scan.references))
    token = re.compile(rb"(?<!\\)(?:" + quoted.encode() + b")")
    if scan.mentions == expected == sum(1 for _ in token.finditer(text)):
        return token.sub(lambda found: inline[found[0]], text)

    # The same IRI is also a value elsewhere, or is written with escapes: replace in the tree.
    def replaced(node: object, inside: bool) -> object:
        if isinstance(node, dict):
            return {key: replaced(value, key == "@context") for key, value in node.items()}
        if isinstance(node, list):
            return [replaced(value, inside) for value in node]
        return contexts[node] if inside and isinstance(node, str) and node in contexts else node

    return json.dumps(replaced(json.loads(text), inside=False)).encode()


def _json_fault(name: str, text: bytes, fault: Exception) -> MalformedDocument:
    try:
        json.loads(text.decode())
    except json.JSONDecodeError as place:
        return MalformedDocument(name, place.msg, place.lineno, place.colno)
    except UnicodeDecodeError as place:
        before = text[: place.start]
        column = place.start - before.rfind(b"\n")
        return MalformedDocument(name, "the text is not in UTF-8", before.count(b"\n") + 1, column)
    except (RecursionError, ValueError):
        pass
    return MalformedDocument(name, str(fault).partition("\n")[0])


class _whole:  # noqa: N801 - reads as a phrase: with _whole(stream) as text
    """The whole of a stream as bytes: the file itself where there is one, else a copy."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text: mmap.mmap | bytes
        # Only a plain file: what decompresses, for example, has a descriptor for other bytes.
        if isinstance(getattr(stream, "raw", None), io.FileIO):
            self._text = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            stream.seek(0)
            self._text = stream.read()

    def __enter__(self) -> mmap.mmap | bytes:
        return self._text

    def __exit__(self, *_: object) -> None:
        if isinstance(self._text, mmap.mmap):
            self._text.close()
