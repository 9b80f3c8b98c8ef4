"""What the text of one cell came to: a value, or a code that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graftrial.dates import Moment

Value = str | float | int | bool | Moment | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, or a refusal.

    value: what the cell holds; None where it was refused.
    code: the finding; with a value it is a remark, without one the reason.
    words: what its sentences name.
    """

    value: Value
    code: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notation:
    """How a file writes numbers and dates.

    decimal_comma: numbers are declared to be written 1,5.
    has_typed_numbers: the source knows numbers from texts (a workbook, Parquet): a point is a decimal point.
    has_serial_dates: a bare number that is no study day is a spreadsheet's date; never so in CSV.
    """

    decimal_comma: bool = False
    has_typed_numbers: bool = False
    has_serial_dates: bool = False


def refused(code: str, **words: str) -> Reading:
    """No value, and why."""
    return Reading(None, code, words)
