"""What can be told from the text of a query, because the engine does not tell it.

The engine runs SERVICE whenever a query holds it, and it lets the option "the default graph is
the union of all graphs" win over FROM. So the text is read here, token by token (SPARQL 1.1 Query
§19). The readings follow the engine where it is laxer than the grammar: it takes `SERVICEex:a{}`
and `1SERVICE:a{}` for a SERVICE, and it may read `<` as less-than where the grammar sees an IRI.
In doubt a query is refused; nothing that the engine could read as SERVICE passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# The character classes of the grammar (productions 164 to 167); dots are left out of names on
# purpose: what follows a dot is read again, as if it stood alone.
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_VARIABLE: Final = rf"[?$][{_BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040]+"
_NAME: Final = rf"[{_BASE}_0-9\-\u00b7\u0300-\u036f\u203f\u2040]"
_LOCAL: Final = rf"(?:{_NAME}|:|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_IRI: Final = r"""<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"""
_COMMENT: Final = r"#[^\r\n]*"
_GAP: Final = rf"(?:\s|{_COMMENT})*+"

_STRING: Final = (
    r"""'{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}|"{3}(?:"{0,2}(?:[^"\\]|\\.))*+"{3}"""
    r"""|'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+\""""
)
_TOKEN: Final = re.compile(
    rf"""
    (?P<blank>\s+|{_COMMENT.replace("#", "[#]", 1)})
    |(?P<iri>{_IRI})
    |(?P<string>{_STRING})
    |(?P<variable>{_VARIABLE})
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*|_:{_NAME}*)
    |(?P<prefixed>{_NAME}*:{_LOCAL})
    |(?P<word>{_NAME}+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SERVICE_WORD: Final = re.compile("service", re.IGNORECASE | re.ASCII)
#: The keyword and what must follow it; the endpoint is read as widely as can be.
_SERVICE: Final = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?+"
    rf"(?:[?$]{_NAME}+|<[^<>\r\n]*>|(?:{_NAME}|\.)*:(?:\\.|[^\s{{}}\#<>\\])*){_GAP}\{{",
    re.IGNORECASE,
)
#: After these words an IRI must come, so that a prefix that begins with "service" is one there.
_BEFORE_IRI: Final = frozenset({"GRAPH", "FROM", "NAMED"})
#: An IRI that starts so cannot be a less-than and the start of an expression.
_HIERARCHICAL: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_ESCAPE: Final = r"\\u(?P<four>[0-9A-Fa-f]{4})|\\U(?P<eight>[0-9A-Fa-f]{8})"
_ESCAPE_OUTSIDE: Final = re.compile(
    rf"(?:{_STRING}|{_IRI}|{_COMMENT}|\\[^uU])|{_ESCAPE}", re.DOTALL
)
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def unescaped(query: str) -> str:
    r"""Resolve the codepoint escapes `\uXXXX` outside strings and IRIs (SPARQL 1.1 Query §19.2).

    The engine resolves those inside, where they cannot end the string or the IRI. An escape of
    what is no character is left for the engine to complain of.
    """
    return _ESCAPE_OUTSIDE.sub(_character, query) if "\\" in query else query


def _character(match: re.Match[str]) -> str:
    digits = match["four"] or match["eight"]
    if not digits:
        return match[0]
    number = int(digits, 16)
    is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_character else match[0]


def names_dataset(query: str) -> bool:
    """Whether the query names its own dataset by FROM or FROM NAMED (SPARQL 1.1 Query §13.2)."""
    if "from" not in query.lower():
        return False
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in _tokens(query))


def is_update(text: str) -> bool:
    """Whether the text begins, after its prologue, as an update does (SPARQL 1.1 Update §3)."""
    return _verb(text) in _UPDATES


def is_ask(query: str) -> bool:
    """Whether the query has the form ASK, which the engine evaluates as soon as it reads it."""
    return _verb(query) == "ASK"


def reaches_out(update: str) -> bool:
    """Whether an update could have the engine fetch something: by LOAD, or by SERVICE."""
    loads = any(token.kind == "word" and token.text.upper() == "LOAD" for token in _tokens(update))
    return loads or asks_service(update)


def _verb(text: str) -> str:
    """The first word after the prologue, in capitals."""
    for token in _tokens(text):
        if token.kind == "word" and token.text.upper() not in {"BASE", "PREFIX", "VERSION"}:
            return token.text.upper()
    return ""


def asks_service(query: str) -> bool:
    """Whether the engine could read a SERVICE in the query (SPARQL 1.1 Federated Query §2)."""
    if "service" not in query.lower():
        return False
    # Where `<` has two readings both are followed. A place is looked at once for each answer to
    # "must an IRI come here?", so the work is linear in the length of the text.
    ahead = [(0, False)]
    seen: set[tuple[int, bool]] = set()
    while ahead:
        place = ahead.pop()
        while place not in seen:
            seen.add(place)
            position, iri_due = place
            token = _token(query, position)
            if token is None:
                break
            if token.kind in {"word", "prefixed"} and _begins_service(query, token, iri_due):
                return True
            if _has_second_reading(query, token):
                ahead.append((position + 1, False))
            if token.kind != "blank":
                iri_due = _is_before_iri(query, token)
            place = (token.end, iri_due)
    return False


def _has_second_reading(query: str, token: _Token) -> bool:
    if token.kind == "iri":
        return not _HIERARCHICAL.match(token.text)
    # Four quotes in a row: does the last one end a string, or begin one?
    touches = token.start > 0 and query[token.start - 1] == token.text[0]
    return token.kind == "string" and touches


def _begins_service(query: str, token: _Token, iri_due: bool) -> bool:
    # The engine needs no space before the keyword; the local part of a prefixed name is safe.
    end = token.end
    if token.kind == "prefixed":
        end = query.index(":", token.start)
        if iri_due:
            return False
    return any(
        _SERVICE.match(query, found.start())
        for found in _SERVICE_WORD.finditer(query, token.start, end)
    )


def _is_before_iri(query: str, token: _Token) -> bool:
    # Only where the word stands free: in `ex:a.GRAPH` it could be the end of a name.
    free = token.start == 0 or query[token.start - 1].isspace() or query[token.start - 1] in "{}"
    return token.kind == "word" and token.text.upper() in _BEFORE_IRI and free


def _tokens(query: str) -> Iterator[_Token]:
    position = 0
    while token := _token(query, position):
        yield token
        position = token.end


def _token(query: str, position: int) -> _Token | None:
    match = _TOKEN.match(query, position)
    if match is None or match.lastgroup is None:
        return None
    return _Token(match.lastgroup, match[0], match.start(), match.end())
