"""Worked patients: invented patients with the answers the study team expects, run through the study's own pipeline.

Each folder below `worked_patients/` is one case, of one patient or a few: `tables/` as in a study folder, and
`expected.csv` with the columns key, value and because. A key is a result key, or `finding.<code>` for the number of
findings of a code. A number agrees when the result, rounded to the decimals of the expected text, is that text;
`not assessable` stands for a result without a value.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.folders import WORKED_PATIENTS

EXPECTED = "expected.csv"
NOT_ASSESSABLE = "not assessable"
COLUMNS = ("key", "value", "because")


@dataclass(frozen=True, slots=True)
class WorkedAnswer:
    """One expected answer beside ours. `row` is its row in expected.csv, the header being row 1."""

    patient: str
    row: int
    key: str
    expected: str
    found: str
    agrees: bool
    because: str

    @property
    def file(self) -> str:
        """The file of the expectation below the study folder."""
        return f"{WORKED_PATIENTS}/{self.patient}/{EXPECTED}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run on one case says: values by key (None: not assessable) and the findings' codes."""

    values: Mapping[str, str | None]
    codes: Mapping[str, int]

    def of(self, key: str) -> str | None:
        """Our answer as text; None where no result has the key."""
        if key.startswith("finding."):
            return str(self.codes.get(key.removeprefix("finding."), 0))
        if key not in self.values:
            return None
        value = self.values[key]
        return NOT_ASSESSABLE if value is None else value


def worked_folders(folder: Path) -> list[Path]:
    """The folders of the worked patients of a study, by name; none where the study has none."""
    place = folder / WORKED_PATIENTS
    if not place.is_dir():
        return []
    return sorted(each for each in place.iterdir() if each.is_dir() and not each.name.startswith((".", "_")))


def compare(patient: Path, outcome: Outcome) -> list[WorkedAnswer]:
    """Each expected answer of a worked patient beside ours.

    Raises: InputUnreadable GT-FILE-020 (exit 2) where expected.csv is missing or lacks a column.
    """
    return [
        WorkedAnswer(
            patient.name, row, key, expected, found or "no such result", _agree(expected, found), because
        )
        for row, key, expected, because in _expectations(patient)
        for found in (outcome.of(key),)
    ]


def outcome(results: pl.DataFrame, findings: tuple[Finding, ...]) -> Outcome:
    """The answers of a run in the form in which they are compared."""
    values = dict(results.select("key", "value").iter_rows())
    return Outcome(values, Counter(each.code for each in findings))


def disagreements(answers: tuple[WorkedAnswer, ...]) -> list[Finding]:
    """A finding for each answer that is not the expected one. The terminal shows the place, the report the values."""
    return [
        finding("GT-WP-001", WORKED_PATIENTS, each.row, "value", file=each.file, key=each.key)
        for each in answers
        if not each.agrees
    ]


def as_frame(answers: tuple[WorkedAnswer, ...]) -> pl.DataFrame:
    """The answers as a table of the output folder."""
    names = [each.name for each in fields(WorkedAnswer)]
    kinds = {name: {"row": pl.Int64(), "agrees": pl.Boolean()}.get(name, pl.String()) for name in names}
    return pl.DataFrame(
        [[getattr(each, name) for name in names] for each in answers], schema=kinds, orient="row"
    )


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the worked patients, by path below the study folder."""
    files = sorted(path for each in worked_folders(folder) for path in each.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def _expectations(patient: Path) -> Iterator[tuple[int, str, str, str]]:
    path, name = patient / EXPECTED, f"{WORKED_PATIENTS}/{patient.name}/{EXPECTED}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as refused:
        raise InputUnreadable.of("GT-FILE-020", name, why="it is not there, or is no UTF-8 text") from refused
    rows = csv.DictReader(text.splitlines())
    if missing := [each for each in COLUMNS if each not in (rows.fieldnames or ())]:
        raise InputUnreadable.of("GT-FILE-020", name, why=f"it has no column {missing[0]}")
    for row in rows:
        if key := (row["key"] or "").strip():
            yield rows.line_num, key, (row["value"] or "").strip(), (row["because"] or "").strip()


def _agree(expected: str, found: str | None) -> bool:
    if found is None or expected == found:
        return expected == found
    try:
        wanted, ours = Decimal(expected), Decimal(found)
        return ours.quantize(Decimal(1).scaleb(_exponent(wanted)), rounding=ROUND_HALF_UP) == wanted
    except InvalidOperation:
        return False


def _exponent(wanted: Decimal) -> int:
    """The last digit that the expectation states: -1 for 41.3; whole numbers are compared to the unit."""
    exponent = wanted.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0
