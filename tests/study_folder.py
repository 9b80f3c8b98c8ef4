"""A tiny study folder for tests: a study file and tables given as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

STUDY = """
[study]
id = "TINY"
title = "A tiny trial"

[rules]
"egfr.ckd_epi_cr" = "2021"
"""
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\n"


def write_study(folder: Path, tables: Mapping[str, str] | None = None, study: str = "") -> Path:
    """Writes a study folder; `subjects` is one woman of 50 unless given. `study` adds lines, or replaces with [study]."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables").mkdir(exist_ok=True)
    text = study if "[study]" in study else STUDY + study
    (folder / "study.toml").write_text(text, encoding="utf-8")
    for name, content in ({"subjects": SUBJECTS} | dict(tables or {})).items():
        path = (folder if "/" in name else folder / "tables") / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    return folder
