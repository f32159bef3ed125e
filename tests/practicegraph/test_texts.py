"""A reader gets the text in the best language there is, and learns which one it is."""

from __future__ import annotations

import pytest

from practicegraph.texts import pick


@pytest.mark.parametrize(
    ("texts", "languages", "expected"),
    [
        ({"en": "A", "it": "B"}, ("it", "en"), ("B", "it")),
        ({"en": "A", "fr": "C"}, ("lv", "it"), ("A", "en")),
        ({"": "U", "fr": "C"}, ("lv",), ("U", "")),
        ({"pt": "P"}, ("pt-BR",), ("P", "pt")),
        ({"fr": "C", "de": "D"}, ("lv",), ("D", "de")),
        ({}, ("lv",), ("", "")),
    ],
)
def test_the_first_language_there_is_is_taken(
    texts: dict[str, str], languages: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert pick(texts, languages) == expected
