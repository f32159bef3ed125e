"""JSON that would bring the process down, or keep it busy, before anything can be said of it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.readers import open_reader
from ingest.readers.recognition import looks_like_rdf
from ingest.rows import ReaderOptions
from practicegraph.errors import MalformedDocument

_READ = """
import sys
from pathlib import Path
from ingest.readers import open_reader
from ingest.readers.recognition import looks_like_rdf
from ingest.rows import ReaderOptions
from practicegraph.errors import MalformedDocument
looks_like_rdf(Path(sys.argv[1]))
try:
    open_reader(Path(sys.argv[1]), ReaderOptions()).scan()
except MalformedDocument as error:
    print(error.detail)
"""


@pytest.mark.parametrize(
    "text",
    [
        '[\n{"a":' + "9" * 4301 + "}]",
        '[\n{"a":-' + "9" * 70_000 + "}]",
        "{\n" + '"b": 1,' + " " * 65_520 + '"a":' + "9" * 5000 + "}",
    ],
)
def test_an_endless_number_does_not_end_the_process(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    # In a process of its own: the library breaks memory.
    done = subprocess.run(
        [sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True
    )
    assert "line 2: a number has more than 1,000 digits" in done.stdout


def test_many_digits_in_a_text_are_no_number(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a":"' + "9" * 70_000 + '","b":' + "9" * 1000 + "}]")
    assert open_reader(path, ReaderOptions()).scan().columns == ("a", "b")


def test_a_file_of_brackets_is_soon_known_to_be_no_rdf(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" * 100_000)
    begun = time.process_time()
    assert not looks_like_rdf(path)
    assert time.process_time() - begun < 2
    with pytest.raises(MalformedDocument, match="nested"):
        open_reader(path, ReaderOptions()).scan()
