"""The version for outsiders: study days without dates, ages in bands, no words of a person.

What is left out follows from the kind of a column in its declaration, not from a list of names kept here; columns that
derivation adds are known by their type and their ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from graftrial.findings import Finding
from graftrial.intake.declaration import Column, tables
from graftrial.intake.table import Table, Tables
from graftrial.report.inputs import Provenance, ReportInputs
from graftrial.report.numbers import WITHHELD

LEFT_OUT = "left out for outsiders"
AGE_BANDS = ((0, 18), (18, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 200))  # years, upper end excluded
MOMENT_TEXT = ("_text", "date_text")
MOMENT_PARTS = ("_earliest", "_latest", "_stated_day")


def for_outsiders(inputs: ReportInputs) -> ReportInputs:
    """The same inputs without what could point at a person."""
    return replace(
        inputs,
        tables=_tables(inputs.tables),
        derived=outsiders_frames(inputs.derived),
        results=_results(inputs.results),
        findings=tuple(_finding(each) for each in inputs.findings),
        provenance=_provenance(inputs.provenance),
        share=True,
    )


def outsiders_frames(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Derived or typed frames for outsiders; the same columns, those that tell too much emptied."""
    return {name: _frame(name, frame) for name, frame in frames.items()}
