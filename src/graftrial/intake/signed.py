"""Signed narratives of a study folder: texts of persons, read and never written."""

from __future__ import annotations

from pathlib import Path

FOLDER = "narratives"


def read_signed(folder: Path) -> dict[str, str]:
    """Texts by the names of their files, `<subject>-<event>`; none where the folder has none."""
    found = sorted((folder / FOLDER).glob("*.txt"))
    return {path.stem: path.read_text(encoding="utf-8-sig", errors="replace") for path in found}
