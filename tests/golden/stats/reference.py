"""Reads reference rows, selected or in full, and compares answers with them: the list of decisions in between."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from graftrial.stats.outcomes import NotEstimable

HERE = Path(__file__).parent


def rows(folder: Path, name: str) -> list[dict]:
    """Rows of a CSV (lines that begin with # say where it comes from) or of a JSON file (`rows` beside `source`)."""
    text = (folder / name).read_text(encoding="utf-8")
    if name.endswith(".csv"):
        return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    read = json.loads(text)
    return read["rows"] if isinstance(read, dict) and "rows" in read else read


def decisions() -> dict[tuple[str, str, str], str]:
    return {(each["file"], each["row"], each["field"]): each["ours"] for each in rows(HERE, "decisions.csv")}


@dataclass
class Comparison:
    """What of one file agrees; `differing` names the rest."""

    file: str
    agreed: int = 0
    decided: int = 0
    differing: list[str] = field(default_factory=list)

    def of(self, row, name, ours, theirs, absolute=0.0, relative=0.0) -> None:
        decision = decisions().get((self.file, str(row), name))
        if _agrees(ours, theirs, absolute, relative):
            self.agreed += 1
            if decision is not None:
                self.differing.append(f"{row} {name}: the decision is no longer needed")
        elif decision is not None and _agrees(ours, decision, 1e-12, 0.0):
            self.decided += 1
        else:
            self.differing.append(f"{row} {name}: ours {ours}, theirs {theirs}")


def _agrees(ours, theirs, absolute, relative) -> bool:
    if isinstance(ours, NotEstimable) or theirs in (None, "", "inf", "not estimable"):
        return isinstance(ours, NotEstimable) and theirs in (None, "", "inf", "not estimable")
    if isinstance(theirs, str) and " to " in theirs:
        return f"{ours[0]} to {ours[-1]}" == theirs
    if isinstance(theirs, (list, tuple)):
        return list(ours) == list(theirs)
    return abs(ours - float(theirs)) <= max(absolute, relative * abs(float(theirs)))
