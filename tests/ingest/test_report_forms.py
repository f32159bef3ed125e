"""The whole report as a page, as JSON, as CSV and as a table: what changes, field by field."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from village import as_csv, bring, line

from practicegraph.repository import Repository
from practicegraph.settings import Settings


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.open(Settings.load(data=tmp_path / "data", validation_engine="turbo"))


class Page(HTMLParser):
    """The text of a page, its tags, and the addresses that it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_preview_tells_field_by_field_what_an_update_would_change(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(repository, as_csv(tmp_path / "a.csv", [line("A"), line("B")])).close()
    path = as_csv(
        tmp_path / "a.csv", [line("A", text="New."), line("B"), line("C"), {"title": "D"}]
    )
    with bring(repository, path, dry_run=True) as report:
        for suffix in ("json", "csv", "html"):
            report.save(tmp_path / f"report.{suffix}", ("it",))
        report.print("table", ("en",))
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    changes = {c["record"].rpartition("/")[2]: c for c in written["changes"]}
    assert {name: c["outcome"] for name, c in changes.items()} == {"a": "updated", "c": "created"}
    assert changes["a"]["differences"] == [
        {
            "part": "",
            "property": "http://purl.org/dc/terms/description",
            "removed": ["What A does. (en)"],
            "added": ["New. (en)"],
        }
    ]
    assert changes["a"]["row"] == "2"
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        (updated,) = [x for x in csv.DictReader(file) if x["what"] == "updated"]
    assert updated["field"] == "dct:description"
    assert (updated["before"], updated["value"]) == ("What A does. (en)", "New. (en)")
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    for text in ("Anteprima", "dct:description", "What A does. (en)", "New. (en)", "respinte"):
        assert text in page.text
    assert page.loaded == []
    printed = capsys.readouterr().out
    assert "would be" in printed
    assert "dct:description" in printed


def test_nothing_of_a_source_becomes_markup_of_the_page(
    repository: Repository, tmp_path: Path
) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=y>"
    path = as_csv(tmp_path / "a.csv", [line(evil, country=evil), line(f"B {evil}")])
    with bring(repository, path) as report:
        report.save(tmp_path / "report.html", ("lv",))
    text = (tmp_path / "report.html").read_text("utf-8")
    page = Page(text)
    assert evil in page.text
    assert {"script", "img"}.isdisjoint(page.tags)
    assert '<html lang="lv">' in text


@pytest.mark.parametrize("language", ["en", "it", "es", "lv"])
def test_the_page_is_in_the_language_of_the_reader(
    repository: Repository, tmp_path: Path, language: str
) -> None:
    path = as_csv(tmp_path / "a.csv", [line("A")])
    with bring(repository, path, dry_run=True) as report:
        report.save(tmp_path / "report.html", (language,))
    assert f'<html lang="{language}">' in (tmp_path / "report.html").read_text("utf-8")
