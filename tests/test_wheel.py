"""The wheel holds every room, and what is installed from it runs outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", str(target), str(ROOT)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    (file,) = target.glob("*.whl")
    return file


def test_the_wheel_ships_every_room(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for room in ("ontology", "shapes", "queries"):
        for file in (ROOT / room).rglob("*"):
            if file.is_file():
                assert f"practicegraph/_rooms/{file.relative_to(ROOT)}" in inside
    for folder in ("ingest/bundled", "ingest/mappings", "api/templates", "api/static"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert str(file.relative_to(ROOT)) in inside
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in inside)


def test_an_installed_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        "import practicegraph, sys; from practicegraph.cli import main; "
        "assert practicegraph.__file__.startswith(sys.argv.pop()); main()"
    )
    # A directory on PYTHONPATH comes before the checkout that the tests run from.
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", script, "demo", "--data", str(tmp_path / "data"), str(site)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "log.sqlite").is_file()
