"""Folders of tables for the tests of intake."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from graftrial import intake
from graftrial.intake.table import Tables
from graftrial.study.model import Intake

SUBJECTS = "subject_id,sex,age_years\nS01,F,50\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes tables (text or bytes) below `tables/`; a name without a suffix is a CSV file."""

    def write(tables: Mapping[str, str | bytes] | None = None, subjects: str | bytes = SUBJECTS) -> Path:
        (tmp_path / "tables").mkdir(exist_ok=True)
        for name, content in {"subjects": subjects, **(tables or {})}.items():
            path = tmp_path / "tables" / (name if "." in name else f"{name}.csv")
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def typed(folder: Callable[..., Path]) -> Callable[..., Tables]:
    """Writes tables, reads and types them."""

    def run(
        tables: Mapping[str, str | bytes] | None = None, settings: Intake | None = None, **more: str
    ) -> Tables:
        used = settings or Intake()
        return intake.type_tables(intake.read(folder(tables, **more), used), used)

    return run
