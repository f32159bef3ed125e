"""The web: a file from an HTTP(S) address, within limits on size, time and where redirects lead."""

from __future__ import annotations

import json
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Final
from urllib.parse import unquote

import httpcore
import httpx

from ingest.fetching.addresses import CheckedBackend, PrivateAddress
from ingest.fetching.limits import Limits
from ingest.fetching.redaction import shown
from ingest.readers import READERS
from practicegraph.errors import InvalidInput, TooLarge
from practicegraph.formats import FORMATS

AGENT: Final = "practicegraph (+https://w3id.org/practicegraph)"
_HEADERS: Final = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
_SCHEMES: Final = frozenset({"http", "https"})
_TIMEOUT: Final = httpx.Timeout(30.0, connect=15.0)
#: Bytes of an answer in which the cause of an error is looked for.
_MAX_CAUSE: Final = 4096
#: Suffixes by which a file is known here.
_SUFFIXES: Final = frozenset(
    {*READERS, ".zip", ".sql", *(f".{e}" for format_ in FORMATS for e in format_.extensions)}
)
#: Media type → suffix, where a server says no more than that.
_OF_MEDIA_TYPE: Final[dict[str, str]] = {
    **{media: f".{f.extension}" for f in FORMATS for media in f.media_types},
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/yaml": ".yml",
    "text/yaml": ".yml",
    "text/markdown": ".md",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_FILE_NAME: Final = re.compile(r"""filename\*?=(?:UTF-8'[^']*'|")?([^";]+)""", re.IGNORECASE)
_UNFIT: Final = re.compile(r"[^\w.-]+")


@cache
def _tls() -> ssl.SSLContext:
    # It takes tens of milliseconds to read the certificates.
    return httpx.create_ssl_context(trust_env=False)


class Unavailable(InvalidInput):
    """A server does not give what it was asked for; `again` says that it may do so later."""

    def __init__(self, detail: str, *, again: bool = False, after: float = 0.0) -> None:
        super().__init__(detail)
        self.again, self.after = again, after


class Overdue(TooLarge):
    """Something took more time than it has."""


class Web:
    """A client that goes nowhere it may not. Errors name the address without credentials."""

    def __init__(self, limits: Limits, *, allow_private: bool = False) -> None:
        """With `allow_private`, what is asked for may lie in the own network; redirects may not."""
        self._limits = limits
        self._allow_private = allow_private
        self._ends = time.monotonic() + limits.seconds
        self._backend = CheckedBackend(self._ends)
        # Settings of the environment, such as a proxy, would lead around the check. There is no
        # client above the transport, because it would write addresses with their keys into the log.
        tls = _tls()
        self._transport = httpx.HTTPTransport(verify=tls, trust_env=False)
        self._transport._pool = httpcore.ConnectionPool(  # the public way knows no other network
            ssl_context=tls,
            max_keepalive_connections=0,
            network_backend=self._backend,
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._transport.close()

    def download(self, url: str, folder: Path) -> Path:
        """Fetch a file into a folder; its name is that of the address, with a suffix that tells.

        The suffix is that of the path, else of Content-Disposition, else that of the media type.
        Raises Unavailable, PrivateAddress, InvalidInput or TooLarge.
        """
        path = folder / "download"
        with path.open("wb") as file:
            response = self.fetch(_request(url), file, shown(url))
        return path.rename(folder / _name(url, response))

    def fetch(self, request: httpx.Request, file: BinaryIO, name: str) -> httpx.Response:
        """Write the body of an answer to a file; gives the answer, whose body is not in memory.

        `name` is what errors call the address. Raises Unavailable, PrivateAddress, InvalidInput or
        TooLarge.
        """
        with self._faults(name), self._answer(request, name) as response:
            self._check_status(response, name)
            left = self._limits.size
            for piece in response.iter_bytes(1 << 16):
                left -= len(piece)
                if left < 0:
                    raise TooLarge(f"{name}: the answer has more than {self._limits.size:,} bytes.")
                file.write(piece)
        return response

    @contextmanager
    def _answer(self, request: httpx.Request, name: str) -> Iterator[httpx.Response]:
        allow_private = self._allow_private
        for _ in range(self._limits.redirects + 1):
            if request.url.scheme not in _SCHEMES or not request.url.host:
                raise Unavailable(f"{name}: it leads to {request.url.scheme}://, not to the web.")
            self._backend.allow_private = allow_private
            request.extensions["timeout"] = _TIMEOUT.as_dict()
            response = self._transport.handle_request(request)
            response.request = request
            try:
                if not response.has_redirect_location:
                    yield response
                    return
                request = _redirected(request, response)
                allow_private = False
            finally:
                response.close()
        raise Unavailable(f"{name}: there are more than {self._limits.redirects} redirects.")

    def _check_status(self, response: httpx.Response, name: str) -> None:
        status = response.status_code
        if status == httpx.codes.OK:
            return
        again = status == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error
        after = response.headers.get("Retry-After", "")
        answer = f"{status} {response.reason_phrase}".strip()
        raise Unavailable(
            f"{name}: the server answers {answer}{_said(response)}.",
            again=again,
            after=float(after) if after.isdecimal() else 0.0,
        )

    @contextmanager
    def _faults(self, name: str) -> Iterator[None]:
        try:
            yield
        except PrivateAddress as error:
            raise PrivateAddress(f"{name}: {error.detail}") from error
        except httpx.TimeoutException as error:
            if time.monotonic() >= self._ends:
                raise Overdue(
                    f"{name}: it took more than {self._limits.seconds:,.0f} seconds."
                ) from error
            raise Unavailable(f"{name}: the server does not answer in time.", again=True) from error
        except httpx.TransportError as error:
            cause = str(error) or type(error).__name__
            raise Unavailable(f"{name}: {cause}.", again=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise Unavailable(f"{name}: {error}.") from error


def _said(response: httpx.Response) -> str:
    """What an answer in plain text, or a problem document (RFC 9457), gives as the cause."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        text = next(response.iter_bytes(_MAX_CAUSE), b"").decode("utf-8", "replace")
        if media_type.endswith("json"):
            text = str(json.loads(text)["detail"])
        elif media_type != "text/plain":
            return ""
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return ""
    words = "".join(c if c.isprintable() else " " for c in text[:_MAX_CAUSE]).split()
    cause = " ".join(words)[:300].rstrip(".")
    return f": {cause}" if cause else ""


def _request(url: str) -> httpx.Request:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidInput(f"{shown(url)}: this is no address on the web ({error}).") from error
    return httpx.Request("GET", address, headers={**_HEADERS, **authorization(address)})


def authorization(url: httpx.URL) -> dict[str, str]:
    """The header with the user and password that a URL holds, if it holds them (RFC 7617)."""
    if not url.userinfo:
        return {}
    text = f"{url.username}:{url.password}"
    return {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}


def _redirected(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The request that follows a redirect (RFC 9110, 15.4); another server gets no password."""
    url = request.url.join(response.headers["Location"])
    headers = httpx.Headers(request.headers)
    del headers["Host"]
    if _origin(url) != _origin(request.url):
        headers.pop("Authorization", None)
    if request.method != "POST" or response.status_code in {307, 308}:
        return httpx.Request(request.method, url, headers=headers, content=request.read())
    for name in ("Content-Type", "Content-Length"):
        headers.pop(name, None)
    return httpx.Request("GET", url, headers=headers)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _name(url: str, response: httpx.Response) -> str:
    disposition = _FILE_NAME.search(response.headers.get("Content-Disposition", ""))
    asked = PurePosixPath(unquote(httpx.URL(url).path))
    offered = PurePosixPath(unquote(disposition[1]) if disposition else "")
    arrived = PurePosixPath(unquote(response.url.path))
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    suffixes = [
        *(path.suffix.lower() for path in (asked, offered, arrived)),
        _OF_MEDIA_TYPE.get(media_type, ""),
    ]
    suffix = next((suffix for suffix in suffixes if suffix in _SUFFIXES), "")
    if not suffix:
        raise InvalidInput(
            f"{shown(url)}: neither the address nor the server tells a format that is read here "
            f"(the media type is {media_type or 'not given'}); download the file, and name it."
        )
    stem = asked.stem if asked.suffix.lower() == suffix else asked.name
    return (_UNFIT.sub("_", stem).strip("._")[:100] or "download") + suffix
