"""Documents inside of cells: a column may hold YAML or JSON, which becomes nested values.

A document that is broken concerns its row, and no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from ingest.findings import noticed
from ingest.problems import Finding
from ingest.readers.yaml_rows import load_mapping
from ingest.rows import Value, plain
from practicegraph.errors import MalformedDocument, TooLarge


def parse(text: str, form: str) -> tuple[Value | None, Finding | None]:
    """The values of a document; nothing, and the fault with its line, where it is broken."""
    try:
        return DOCUMENTS[form](text), None
    except (MalformedDocument, TooLarge) as error:
        fault = noticed("embedded", detail=error.detail)
        return None, fault


def _yaml(text: str) -> Value | None:
    return load_mapping(text, "the document in this column") or None


def _json(text: str) -> Value | None:
    name = "the document in this column"
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise MalformedDocument(name, f"{error.msg}.", error.lineno, error.colno) from error
    except (RecursionError, ValueError) as error:
        raise MalformedDocument(name, "it is nested too deep, or has a key twice.") from error
    return plain(found, name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


#: Format of an embedded document → what reads it.
DOCUMENTS: Final[dict[str, Callable[[str], Value | None]]] = {"yaml": _yaml, "json": _json}
