"""All bundled records in one repository, and a small one with records of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from profile_kit import ANYONE, CLUB, SERVICE, TOWN, record

from ingest import bundled_folder, ingest
from practicegraph.profiles import writing
from practicegraph.repository import Repository
from practicegraph.settings import Settings


@pytest.fixture(scope="session")
def bundled_repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """The bundled records, as the pipeline writes them."""
    with Repository.open(Settings(data=tmp_path_factory.mktemp("bundled"))) as repository:
        ingest(repository, [bundled_folder()])
        yield repository


@pytest.fixture(scope="session")
def exports(
    bundled_repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, rdflib.Graph]:
    """By profile: everything that it gives of the bundled records, read back."""
    folder = tmp_path_factory.mktemp("exports")
    found = {}
    for profile in ("cpsv-ap", "cpov", "dcat-ap", "schema-org"):
        file: Path = folder / f"{profile}.ttl"
        writing.write(bundled_repository, profile, "ttl", file)
        found[profile] = rdflib.Graph().parse(file, format="turtle")
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """A town, a club and a library."""
    with Repository.open(Settings(data=tmp_path / "data")) as repository:
        repository.log.append([record(TOWN), record(CLUB), record(SERVICE)], ANYONE)
        yield repository
