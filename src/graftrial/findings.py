"""A data problem as a record: coded, located, counted, never raised and never repaired by us.

The catalogue of codes is the folder `catalogue/`, one file a family; each code carries an example that a test executes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SEVERITIES = ("error", "warning", "note")
WITHHOLDS = ("nothing", "cell", "row", "table", "result")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means.

    withholds: what a finding of this kind keeps out of the results. `result` keeps the row and withholds the number.
    blocking: whether a run with such a finding ends with exit code 4.
    why, fix: sentences; `{name}` is filled in by the finding.
    """

    code: str
    title: str
    severity: str
    blocking: bool
    withholds: str
    why: str
    fix: str
    example: Mapping[str, str]
    corrected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: where, why, fix. `row` is the row of the file as a spreadsheet counts it, 0 for the whole table."""

    code: str
    table: str
    row: int
    column: str
    subject_id: str
    why: str
    fix: str
    file: str = ""

    @property
    def kind(self) -> Kind:
        """The entry of the catalogue."""
        return catalogue()[self.code]

    @property
    def severity(self) -> str:
        """error, warning or note."""
        return self.kind.severity

    @property
    def blocking(self) -> bool:
        """Whether the run ends with exit code 4."""
        return self.kind.blocking

    @property
    def withholds(self) -> str:
        """What is kept out of the results."""
        return self.kind.withholds

    def where(self) -> str:
        """Coordinates in words, without any value of a patient."""
        parts = [self.file or self.table]
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        place = " ".join(parts[:2]) + (f", {parts[2]}" if len(parts) > 2 else "")
        return f"{place} (subject {self.subject_id})" if self.subject_id else place


def finding(
    code: str,
    table: str,
    row: int = 0,
    column: str = "",
    subject_id: str = "",
    file: str = "",
    **words: object,
) -> Finding:
    """A finding with the sentences of its kind filled in."""
    kind = catalogue()[code]
    names = {"table": table, "row": row, "column": column, "subject_id": subject_id, "file": file, **words}
    return Finding(
        code, table, row, column, subject_id, kind.why.format(**names), kind.fix.format(**names), file
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of reports: severity, code, place. Independent of the order of discovery."""
    unique = set(findings)
    return tuple(
        sorted(
            unique,
            key=lambda f: (
                SEVERITIES.index(f.severity),
                f.code,
                f.table,
                f.row,
                f.column,
                f.subject_id,
                f.why,
                f.file,
            ),
        )
    )


@cache
def catalogue() -> Mapping[str, Kind]:
    """Every code with its meaning."""
    kinds: dict[str, Kind] = {}
    for code, body in _entries():
        if code in kinds:
            raise TypeError(f"{code} stands twice in the catalogue")
        if body["severity"] not in SEVERITIES or body["withholds"] not in WITHHOLDS:
            raise TypeError(f"{code}: severity {body['severity']}, withholds {body['withholds']}")
        kinds[code] = Kind(
            code=code,
            title=body["title"],
            severity=body["severity"],
            blocking=body["blocking"],
            withholds=body["withholds"],
            why=body["why"],
            fix=body["fix"],
            example=body.get("example", {}),
            corrected=body.get("corrected", {}),
        )
    return kinds


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files("graftrial").joinpath("catalogue")
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml") and not path.name.startswith("errors"):
            yield from tomllib.loads(path.read_text(encoding="utf-8")).items()
