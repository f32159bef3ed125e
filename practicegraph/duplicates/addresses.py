"""Web addresses in the form in which two spellings of one page are the same text.

`canonical` overlooks only what never tells two pages apart (RFC 3986 §6: scheme, case of the host,
default port, dot segments, escapes; and by custom `www.`, the last slash, file names of index
pages, `.git`, fragments, tracking parameters). `neutral` overlooks the language of the page as
well, and `site` everything but the host.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

#: Parameters that say where a visitor came from or who he is, never which page it is.
_TRACKING: Final = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|mc_[ce]id|_ga|_gl|fbclid|gclid|dclid|gbraid|wbraid|msclkid|"
    r"yclid|igshid|phpsessid|jsessionid|sessionid|sid",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_INDEX: Final = re.compile(
    r"(?:/(?:index|default|home)\.(?:html?|php|aspx?|jsp|do))+$", re.IGNORECASE
)
#: A copy in an archive of the web stands for the page that was copied.
_ARCHIVED: Final = re.compile(
    r"https?://web\.archive\.org/web/\d{1,14}[a-z_]{0,4}/(https?:/{1,2}.+)", re.IGNORECASE
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
#: Official languages of the Union and its neighbours: the codes that stand in addresses.
_LANGUAGES: Final = (
    "bg|cs|cz|da|de|el|gr|en|es|et|fi|fr|ga|hr|hu|is|it|lb|lt|lv|mt|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|"
    "sq|sr|sv|se|tr|uk|ca|eu|gl"
)
_MARK: Final = rf"(?:{_LANGUAGES})(?:[-_](?:{_LANGUAGES}|gb|us|ie|at|ch|be))?"
_LANGUAGE_SEGMENT: Final = re.compile(
    rf"(?:{_MARK}|english|italiano|espanol|francais|deutsch)", re.IGNORECASE
)
_LANGUAGE_SUFFIX: Final = re.compile(rf"[-_.](?:{_LANGUAGES})(?=\.[a-z]{{2,5}}$|$)", re.IGNORECASE)
_LANGUAGE_PARAMETER: Final = re.compile(
    r"(?:set_?)?(?:lang|language|locale|lng|hl|l|langid|languageid)", re.IGNORECASE
)
_LANGUAGE_HOST: Final = re.compile(rf"^(?:{_LANGUAGES})\.(?=[^.]+\.)")
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+|\[[0-9a-f:.]+\]|localhost")
#: Forges of source code, which overlook case in the names of owners and projects.
_FORGES: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
_MAX: Final = 2_000


@lru_cache(maxsize=8192)
def canonical(address: str) -> str | None:
    """The address without scheme, in canonical form; None for what is no web address.

    Idempotent up to the scheme: `canonical("http://" + canonical(a)) == canonical(a)`.
    """
    address = address.strip()
    if len(address) > _MAX:
        return None
    archived = _ARCHIVED.match(address)
    if archived:
        address = re.sub(r"^(https?):/{1,2}", r"\1://", archived[1], flags=re.IGNORECASE)
        if _ARCHIVED.match(address):
            return None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        return None
    host = _host(host)
    if not host:
        return None
    if port is not None and port not in _DEFAULT_PORTS.values():
        host = f"{host}:{port}"
    path = _path(parts.path)
    if host in _FORGES:
        path = path.lower()
    query = _query(parts.query)
    # A fragment names a place inside the page, unless the page is made by a script in the browser.
    route = parts.fragment if re.match(r"!?/.", parts.fragment) else ""
    text = host + path
    if query:
        text += f"?{query}"
    if route:
        text += "#" + _escaped(route.rstrip("/"), "/!?=&")
    return text


@lru_cache(maxsize=8192)
def neutral(page: str) -> str:
    """A canonical address without what names a language, to pair the translations of a page.

    Weaker than the address itself: a short name in a path may only look like a language.
    """
    rest, hash_, route = page.partition("#")
    rest, question, query = rest.partition("?")
    host, *segments = rest.split("/")
    host = _LANGUAGE_HOST.sub("", host, count=1)
    kept = [
        _LANGUAGE_SUFFIX.sub("", segment)
        for segment in segments
        if not _LANGUAGE_SEGMENT.fullmatch(segment)
    ]
    if question:
        pairs = [
            pair
            for pair in query.split("&")
            if not _LANGUAGE_PARAMETER.fullmatch(pair.partition("=")[0])
        ]
        query = "&".join(pairs)
    text = "/".join([host, *kept])
    return text + (f"?{query}" if query else "") + (hash_ + route if hash_ else "")


def anchor(address: str) -> str | None:
    """A place inside a page: its neutral address with the fragment; None without a fragment."""
    page = canonical(address)
    fragment = address.partition("#")[2].strip()
    if page is None or not fragment or "#" in page:
        return None
    return f"{neutral(page)}#{fragment}"


def site(page: str) -> str:
    """The host of a canonical address."""
    return re.split(r"[/?#]", page, maxsplit=1)[0]


def is_home(page: str) -> bool:
    """Whether a canonical address is that of a whole site."""
    return neutral(page) == site(neutral(page))


def _host(name: str) -> str:
    name = name.lower().rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if ":" in name:
        name = f"[{name}]"
    if not _HOST.fullmatch(name):
        return ""
    bare = re.sub(r"^(?:www\d?\.)+", "", name)
    return bare if "." in bare else name


def _path(path: str) -> str:
    path = _SESSION.sub("", path)
    kept: list[str] = []
    for given in path.split("/"):
        segment = _escaped(given, "!$&'()*+,;=:@")
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in {"", "."}:
            kept.append(segment)
    text = "".join(f"/{segment}" for segment in kept)
    return re.sub(r"(?:\.git)+$", "", _INDEX.sub("", text))


def _query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:  # not in UTF-8, or very many: as it is
        return _escaped(query, "=&+")
    return urlencode(sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0])))


def _escaped(text: str, safe: str) -> str:
    """The text with one way of escaping: what need not be escaped is not (RFC 3986 §6.2.2)."""
    data = unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
    return quote(data, safe=safe)
