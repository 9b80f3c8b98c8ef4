"""Printed scores of an external molecular report, entered in a table: sample_id, report_version, score, value.

They are imported as printed and never recomputed; they come from another platform and stand on no axis with scores of
the B-HOT panel. The list of names is recalled from reports and unconfirmed, so an unknown name is a warning.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.intake.any_file import readable, scan_file
from graftrial.intake.rcc_file import TABLE

COLUMNS = ("sample_id", "report_version", "score", "value")
NAMES: Mapping[str, str] = {
    "abmr": "ABMR probability",
    "tcmr": "TCMR probability",
    "rejection": "rejection score",
    "acute_injury": "acute injury",
    "injury": "injury",
    "atrophy_fibrosis": "atrophy-fibrosis",
    "dsaprob": "DSA probability",
    "r1": "archetype no rejection",
    "r2": "archetype TCMR1",
    "r3": "archetype TCMR2 / mixed",
    "r4": "archetype early ABMR",
    "r5": "archetype fully developed ABMR",
    "r6": "archetype late ABMR",
    **{
        f"{lesion}_prob": f"probability of {lesion} lesions"
        for lesion in ("g", "ptc", "cg", "i", "t", "ci", "ct", "ah")
    },
}


@dataclass(frozen=True, slots=True)
class PrintedScore:
    """One score as printed on a report."""

    sample_id: str
    report_version: str
    score: str
    title: str
    value: float


def read_external(path: Path) -> tuple[tuple[PrintedScore, ...], tuple[Finding, ...]]:
    """The printed scores of a table, with findings GT-TX-030 to -033.

    Raises: InputUnreadable GT-RCC-004 where a column is missing, and as for any file of rows.
    """
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(path):
        frame = scan_file(path, Path(aside)).collect()
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise InputUnreadable.of("GT-RCC-004", path.name, reason=f"columns are missing: {', '.join(lacking)}")
    text = frame.select(pl.col(name).cast(pl.String).str.strip_chars() for name in COLUMNS)
    rows = [{name: value or "" for name, value in row.items()} for row in text.iter_rows(named=True)]
    times = Counter(_key(row) for row in rows)
    read: list[PrintedScore] = []
    found: list[Finding] = []
    for line, row in enumerate(rows, 2):
        code = _refusal(row, times)
        if code:
            found.append(finding(code, TABLE, row=line, column="score", file=path.name, score=row["score"]))
            continue
        if not row["report_version"]:
            found.append(finding("GT-TX-032", TABLE, row=line, column="report_version", file=path.name))
        name = row["score"].lower()
        value = float(row["value"])
        read.append(PrintedScore(row["sample_id"], row["report_version"], name, NAMES[name], value))
    return tuple(read), tuple(found)


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["sample_id"], row["report_version"], row["score"].lower()


def _refusal(row: Mapping[str, str], times: Mapping[tuple[str, str, str], int]) -> str:
    if row["score"].lower() not in NAMES:
        return "GT-TX-030"
    if times[_key(row)] > 1:
        return "GT-TX-033"
    try:
        value = float(row["value"])
    except ValueError:
        return "GT-TX-031"
    return "" if abs(value) < float("inf") else "GT-TX-031"
