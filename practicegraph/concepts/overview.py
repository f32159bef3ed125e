"""The vocabularies in force as rows: what each is called, how large it is, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from practicegraph.concepts.vocabularies import Vocabularies, Vocabulary

COLUMNS: Final = (
    "name", "scheme", "concepts", "languages", "origin", "digest", "loaded", "source", "agent",
)  # fmt: skip
#: What of these a person reads in a terminal.
SHOWN: Final = ("name", "concepts", "languages", "origin", "loaded", "digest", "scheme")
_DIGITS: Final = 12
_FEW: Final = 6


def rows(vocabularies: Vocabularies) -> Iterator[tuple[Any, ...]]:
    """A row under COLUMNS for each vocabulary, in the order of their names."""
    for row in _rows(vocabularies):
        yield tuple(row[column] for column in COLUMNS)


def shown(vocabularies: Vocabularies) -> Iterator[tuple[Any, ...]]:
    """The same under SHOWN, with long values cut for reading."""
    for row in _rows(vocabularies):
        languages = row["languages"].split()
        if len(languages) > _FEW:
            row["languages"] = f"{len(languages)} languages"
        row["digest"] = row["digest"][:_DIGITS]
        row["loaded"] = row["loaded"].replace("T", " ").removesuffix("+00:00")
        yield tuple(row[column] for column in SHOWN)


def _rows(vocabularies: Vocabularies) -> Iterator[dict[str, Any]]:
    for found in sorted(vocabularies, key=lambda vocabulary: vocabulary.name):
        table = found.table
        languages = {tag for labels in found.members.values() for tag in labels if tag}
        yield {
            "name": found.name,
            "scheme": " ".join(sorted({*found.schemes, *([table.scheme] if table else [])})),
            "concepts": len(found.members),
            "languages": " ".join(sorted(languages)),
            "origin": _origin(found),
            "digest": found.digest,
            "loaded": table.time.isoformat(timespec="seconds") if table and table.time else "",
            "source": table.source if table else "",
            "agent": table.agent if table else "",
        }


def _origin(vocabulary: Vocabulary) -> str:
    """`own`, `bundled`, `loaded`, or `loaded over bundled`."""
    if vocabulary.table is None:
        return "own" if vocabulary.own else "bundled"
    return "loaded over bundled" if vocabulary.file else "loaded"
