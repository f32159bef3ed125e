"""Remote SPARQL endpoints: what a CONSTRUCT gives, page by page, becomes a file of N-Triples."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import httpx
import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from ingest.fetching.limits import Limits
from ingest.fetching.paging import Paging
from ingest.fetching.redaction import shown
from ingest.fetching.web import AGENT, Overdue, Unavailable, Web
from practicegraph import documents
from practicegraph.errors import InvalidInput, MalformedDocument, TooLarge, UnsupportedMediaType
from practicegraph.formats import FORMATS

_ACCEPT: Final = (
    "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8, "
    "application/ld+json;q=0.7, */*;q=0.1"
)
#: Queries from this length on do not go into an address.
_LONG: Final = 1_500
#: Seconds that a server can ask to wait, at most.
_MAX_WAIT: Final = 60.0
_TURTLES: Final = frozenset(
    media_type
    for format_ in FORMATS
    if format_.name in {"turtle", "ntriples", "nquads", "trig"}
    for media_type in format_.media_types
)


class Endpoint:
    """A SPARQL endpoint by its address, such as `https://example.org/sparql`.

    `name` is the address without credentials.
    """

    def __init__(self, url: str, limits: Limits, *, allow_private: bool = False) -> None:
        """Take in the address. Raises InvalidInput where it is none."""
        self.name = shown(url)
        self._limits = limits
        self._allow_private = allow_private
        self._ends = time.monotonic() + limits.seconds
        try:
            parts = urlsplit(url)
            user, password, _ = parts.username, parts.password, parts.port
        except ValueError as error:
            raise InvalidInput(f"{self.name}: this is no address on the web.") from error
        host = parts.netloc.rpartition("@")[2]
        self._wrapper = _Wrapper(urlunsplit((parts.scheme, host, parts.path, "", "")))
        for parameter, value in parse_qsl(parts.query):
            self._wrapper.addParameter(parameter, value)
        if user is not None:
            self._wrapper.setCredentials(unquote(user), unquote(password or ""))

    def fetch(self, query: str | None, target: Path) -> tuple[str, ...]:
        """Write what a query gives as N-Triples (without a query, every statement); returns notes.

        Pages are asked for until one is empty. A page that fails by a fault of the server, or by
        coming too late, is asked for again, with growing pauses. Raises InvalidInput,
        MalformedQuery, MalformedDocument or TooLarge.
        """
        paging = Paging(self.name, query, self._limits.page_size)
        with target.open("w", encoding="utf-8") as file:
            for _ in range(self._limits.pages):
                start = file.tell()
                page = self._page(paging, file)
                if not paging.goes_on(page.count, page.digest, page.most):
                    file.seek(start)
                    file.truncate()
                    break
                paging.has_blank_nodes |= page.has_blank_nodes
            else:
                raise TooLarge(f"{self.name}: there are more than {self._limits.pages:,} pages.")
            if not file.tell():
                raise InvalidInput(f"{self.name}: the query gives no statements.")
        return paging.notes()

    def _page(self, paging: Paging, file: TextIO) -> _Page:
        """Ask for a page until it comes whole, and write it."""
        start = file.tell()
        pause = self._limits.pause
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return self._attempt(paging, file)
            except (Unavailable, Overdue, MalformedDocument) as error:
                file.seek(start)
                file.truncate()
                again = error.again if isinstance(error, Unavailable) else True
                left = self._ends - time.monotonic()
                if not again or attempt == self._limits.attempts or left <= 0:
                    raise
                wanted = error.after if isinstance(error, Unavailable) else 0.0
                time.sleep(min(max(pause, min(wanted, _MAX_WAIT)), left))
                pause *= 2
        raise AssertionError("there is at least one attempt")

    def _attempt(self, paging: Paging, file: TextIO) -> _Page:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Overdue(f"{self.name}: it took more than {self._limits.seconds:,.0f} seconds.")
        limits = replace(self._limits, seconds=min(left, self._limits.page_seconds))
        with (
            tempfile.TemporaryFile(prefix="practicegraph-") as body,
            Web(limits, allow_private=self._allow_private) as web,
        ):
            response = self._wrapper.ask(paging.query, web, body, self.name)
            body.seek(0)
            page = _Page(paging.number)
            file.writelines(
                page.line(quad) for quad in self._statements(response, body, paging.number)
            )
            if file.tell() > self._limits.size:
                raise TooLarge(f"{self.name}: there are more than {self._limits.size:,} bytes.")
        most = response.headers.get("X-SPARQL-MaxRows", "")
        page.most = int(most) if most.isdecimal() else None
        return page

    def _statements(
        self, response: httpx.Response, body: BinaryIO, number: int
    ) -> Iterator[ox.Quad]:
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        start = body.read(1024)
        body.seek(0)
        kind = _syntax(media_type, start)
        if kind is None:
            raise Unavailable(
                f"{self.name}: the answer is {media_type or 'of no known media type'}, which is "
                "no RDF; is this the address of the endpoint itself?"
            )
        try:
            yield from documents.read(f"{self.name}, page {number}", body, kind, self.name)
        except UnsupportedMediaType as error:
            raise Unavailable(f"{self.name}: {error.detail}") from error


def _syntax(media_type: str, start: bytes) -> str | None:
    """The syntax of an answer: servers do not always say what they send."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = text.lower()
    if "html" in media_type or lower.startswith((b"<!doctype html", b"<html")):
        return None
    if "sparql-results" in media_type or b"<sparql" in lower:
        return None
    if lower.startswith((b"<?xml", b"<rdf:", b"<!doctype", b"<!--")):
        return "rdfxml"
    if lower.startswith(b"{") or (lower.startswith(b"[") and lower[1:].lstrip()[:1] in b'{]"'):
        return "jsonld"
    return media_type if media_type in _TURTLES else "turtle"


class _Wrapper(SPARQLWrapper):
    """The library makes the request of the protocol; it is sent by a client that has limits."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint, agent=AGENT)
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", _ACCEPT)

    def ask(self, query: str, web: Web, body: BinaryIO, name: str) -> httpx.Response:
        """Send a query, and write the answer; `name` is what errors call the endpoint."""
        self.setQuery(query)
        if len(query) > _LONG:
            self.setMethod(POST)
        made = self._createRequest()
        content: Any = made.data
        request = httpx.Request(
            made.get_method(), made.full_url, headers=dict(made.header_items()), content=content
        )
        return web.fetch(request, body, name)


class _Page:
    """What one page holds. Its digest does not depend on the order or the names of blank nodes."""

    def __init__(self, number: int) -> None:
        self.count = self.digest = 0
        self.most: int | None = None
        self._number = number
        self._labels: dict[str, str] = {}

    @property
    def has_blank_nodes(self) -> bool:
        """Whether any statement has a blank node."""
        return bool(self._labels)

    def line(self, quad: ox.Quad) -> str:
        """A statement in N-Triples, in which the label of a blank node tells its page."""
        plain = [
            "_:" if isinstance(term, ox.BlankNode) else str(term)
            for term in (quad.subject, quad.predicate, quad.object)
        ]
        self.count += 1
        self.digest ^= hash(tuple(plain))
        named = [
            self._label(term) if isinstance(term, ox.BlankNode) else text
            for term, text in zip((quad.subject, quad.predicate, quad.object), plain, strict=True)
        ]
        return " ".join(named) + " .\n"

    def _label(self, node: ox.BlankNode) -> str:
        return self._labels.setdefault(node.value, f"_:p{self._number}b{len(self._labels) + 1}")
