"""What the tests share: folders, the third-party data, and a repository of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from practicegraph.settings import Settings

# A busy machine must not make a correct test fail.
hypothesis_settings.register_profile("practicegraph", deadline=None)
hypothesis_settings.load_profile("practicegraph")

ROOT = Path(__file__).resolve().parent.parent
THIRD_PARTY = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def third_party() -> Path:
    """Real data that nobody here wrote; tests that need it are skipped where it is absent."""
    if not THIRD_PARTY.is_dir():
        pytest.skip("the third-party data is not beside this checkout")
    return THIRD_PARTY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh repository in a directory of its own."""
    return Settings(data=tmp_path / "data")
