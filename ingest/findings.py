"""What the import has to say, in the languages of the pilots: the findings by their keys.

Rule, severity and texts stand in `words/findings.toml`. What comes from elsewhere (notes of readers
and mappings, causes in errors) is in the language in which it was written.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from ingest.problems import Finding
from practicegraph.texts import LANGUAGES
from practicegraph.validation import Severity

_FILE: Final = Path(__file__).parent / "words" / "findings.toml"


def noticed(key: str, **filled: object) -> Finding:
    """The finding of that key; `filled` is what stands in the braces of its texts."""
    if not filled:
        return _plain(key)
    entry = table()[key]
    texts = {language: entry[language].format(**filled) for language in LANGUAGES}
    return Finding(entry["rule"], texts["en"], cast("Severity", entry["severity"]), texts)


def left_out(detail: str) -> Finding:
    """What there is to say of a file that cannot be read; `detail` is the cause."""
    return noticed("file left out", detail=detail.rstrip(". ") + ".")


@lru_cache(maxsize=128)
def _plain(key: str) -> Finding:
    entry = table()[key]
    texts = {language: entry[language] for language in LANGUAGES}
    return Finding(entry["rule"], texts["en"], cast("Severity", entry["severity"]), texts)


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, str]]:
    """Key of a finding → its rule, its severity and its text by language."""
    return tomllib.loads(_FILE.read_text("utf-8"))
