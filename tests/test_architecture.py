"""The rooms keep apart: arrows run one way, and data rooms hold data."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("practicegraph", "ingest", "api")
#: The one place where everything is put together: the command line.
COMMANDS = ROOT / "practicegraph" / "cli"
ALLOWED = {
    "practicegraph": {"practicegraph"},
    "ingest": {"practicegraph", "ingest"},
    "api": {"practicegraph", "api"},
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    """Names of the top-level packages that a piece of code imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found & set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_run_one_way(package: str) -> None:
    for module in modules(package):
        if module.parent == COMMANDS:
            continue
        found = imports(ast.parse(module.read_text("utf-8")))
        assert found <= ALLOWED[package], f"{module.relative_to(ROOT)} imports {found}"


def test_only_commands_import_everything() -> None:
    for module in COMMANDS.glob("*.py"):
        tree = ast.parse(module.read_text("utf-8"))
        outside = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        found = imports(ast.Module(body=list(outside), type_ignores=[]))
        assert found == {"practicegraph"}, f"{module.name} imports {found} outside of a command"


@pytest.mark.parametrize("room", ["ontology", "shapes", "queries"])
def test_data_rooms_hold_no_code(room: str) -> None:
    files = [f for f in (ROOT / room).rglob("*") if f.is_file()]
    assert files
    assert {f.suffix for f in files} <= {".ttl", ".jsonld", ".rq", ".md"}


@pytest.mark.parametrize("package", PACKAGES)
def test_data_rooms_are_read_through_one_module(package: str) -> None:
    for module in modules(package):
        if module.name == "artefacts.py":
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_room = node.value in {"ontology", "shapes", "queries"}
                assert not is_room or module.name == "app.py" or module.parent == COMMANDS, (
                    f"{module.relative_to(ROOT)} names the room {node.value!r}"
                )


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_say_what_they_are_for_and_stay_small(package: str) -> None:
    for module in modules(package):
        text = module.read_text("utf-8")
        assert ast.get_docstring(ast.parse(text)), f"{module.relative_to(ROOT)} has no docstring"
        assert text.count("\n") <= 450, f"{module.relative_to(ROOT)} has become two things"


def test_no_file_names_the_place_where_it_was_made() -> None:
    home = str(Path.home()) + "/"
    for folder in (*PACKAGES, "ontology", "shapes", "queries", "docs", "benchmarks", "tests"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in {".py", ".md", ".ttl", ".rq", ".html", ".jsonld"}:
                text = file.read_text("utf-8")
                assert str(ROOT.parent) + "/" not in text, file
                assert home == "/" or home not in text, file
