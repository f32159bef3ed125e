"""Privacy: what a document in RDF says of how to reach somebody does not enter the log.

Nothing leaves the log again, so that it is taken out before. Tables are cleaned by the functions
of mappings, with the same rules.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from ingest.cleaning import without_contacts
from ingest.findings import noticed
from ingest.problems import Finding
from practicegraph.namespaces import DCT, RDF, SKOS, XSD

_Object = ox.NamedNode | ox.BlankNode | ox.Literal

#: Ways to reach somebody, and addresses with the name under which somebody logs in.
_CONTACT: Final = re.compile(
    r"(?:mailto|tel|sms|callto|sips?|xmpp):|(?:https?|ftp)://[^\s/?#<>\"]*@", re.IGNORECASE
)
#: An e-mail address inside of an address on the web, as in `?to=anna%40example.org`.
_MAILED: Final = re.compile(
    r"(?:[\w.+-]|%2B){1,64}(?:@|%40)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b", re.IGNORECASE
)
#: What every telephone number holds, with the escapes of N-Triples.
_NUMBER: Final = re.compile(r"[\d(](?:[\d\s()./-]|\\[tnrf]|\\u00..){5,24}\d")
_TEXTS: Final = frozenset({XSD + "string", XSD + "anyURI", RDF + "langString"})
#: Numbers and codes may look like that of a telephone, and are none.
_CODES: Final = frozenset({DCT + "identifier", SKOS + "notation"})
_DROPPED: Final = noticed("contact left out")


def may_be_personal(term: str) -> bool:
    """Whether `without_personal` may find something in a term, written as in N-Triples.

    It is a glance, since of thousands of terms hardly one does.
    """
    if term[0] != '"':
        return _CONTACT.match(term, 1) is not None or _is_mailed(term)
    end = term.rindex('"')
    return (
        term.find("@", 1, end) > 0
        or _NUMBER.search(term, 1, end) is not None
        or _CONTACT.match(term, 1) is not None
    )


def _is_mailed(iri: str) -> bool:
    return ("@" in iri or "%40" in iri) and _MAILED.search(iri) is not None


def without_personal(
    predicate: ox.NamedNode, value: _Object
) -> tuple[_Object | None, Finding | None]:
    """The object of a statement without e-mail addresses and telephone numbers.

    None where nothing is left of it; a finding where something was taken out.
    """
    if isinstance(value, ox.Literal):
        return _literal(predicate, value)
    if isinstance(value, ox.NamedNode) and (_CONTACT.match(value.value) or _is_mailed(value.value)):
        return None, _DROPPED
    return value, None


def _literal(
    predicate: ox.NamedNode, value: ox.Literal
) -> tuple[ox.Literal | None, Finding | None]:
    said = value.value
    is_code = predicate.value in _CODES and "@" not in said
    if value.datatype.value not in _TEXTS or is_code:
        return value, None
    is_contact = _CONTACT.match(said) and not re.search(r"\s", said)
    text, finding = ("", _DROPPED) if is_contact else without_contacts(said)
    if finding is None:
        return value, None
    if not text:
        return None, _DROPPED
    if value.language:
        return ox.Literal(text, language=value.language), finding
    return ox.Literal(text, datatype=value.datatype), finding
