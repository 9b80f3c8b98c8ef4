"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from tests.study_folder import write_study

# the same cases in every run: a test that fails today failed yesterday
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture
def study_folder(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a tiny study folder: tables by name, lines of the study file."""

    def write(tables: Mapping[str, str] | None = None, study: str = "") -> Path:
        return write_study(tmp_path / "study", tables, study)

    return write


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's shared reference folder, where it lies beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared reference folder does not lie beside the project")
    return SHARED
