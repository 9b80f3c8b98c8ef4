"""The numbers of an endpoint in words: estimate with interval, p, and what one patient contributed."""

from __future__ import annotations

from graftrial.report.blocks import Cell
from graftrial.report.material import Material, Record
from graftrial.report.numbers import (
    MINUS,
    NOT_ASSESSABLE,
    NOT_REPORTED,
    bounds,
    counted,
    interval,
    percent,
    rounded,
    signed,
    significant,
    unit_words,
)
from graftrial.report.results import ResultRow
from graftrial.study.endpoints import AT_ONE_TIME, SHARES, SLOPES
from graftrial.study.model import Endpoint
from graftrial.study.variables import KIND_OF

GRADES = ("grade", "points")
CHANGING = (*AT_ONE_TIME, *SLOPES, "interrupted_series")


def is_efficacy(endpoint: Endpoint) -> bool:
    """Whether the endpoint reads the graft, and so stands beside its fate."""
    return endpoint.variable is not None and KIND_OF[endpoint.variable].kind in ("number", "state")


def is_share(endpoint: Endpoint) -> bool:
    """Whether its estimate lies between 0 and 1."""
    return endpoint.method in (*SHARES, "time_to_event", "composite_rank")


def digits(endpoint: Endpoint, unit: str = "") -> int:
    """Decimals in which its numbers are printed; intervals have the same."""
    if unit in ("MFI", "mg/g", "days", "events", "subjects"):
        return 0
    return 2 if unit in ("log2 fold", "mg/dL", "score") or endpoint.variable == "transcript" else 1


def number_words(
    endpoint: Endpoint, value: float, unit: str, is_change: bool = False, is_whole: bool = False
) -> str:
    """A number of the endpoint without its unit. is_whole: a grade of one patient needs no decimals."""
    places = 0 if is_whole and value.is_integer() else digits(endpoint, unit)
    return signed(value, places) if is_change else rounded(value, places)


def estimate_cell(material: Material, endpoint: Endpoint, row: ResultRow | None) -> Cell:
    """The estimate with its interval and unit, or the sentence why there is none."""
    if row is None:
        return Cell(NOT_REPORTED, tone="missing")
    if row.number is None:
        return Cell("not estimable", row.key, "missing", row.warnings.removeprefix("not estimable, "))
    if row.key.endswith(".estimate") and is_share(endpoint):
        return Cell(_share(material, endpoint, row), row.key, below=_limits_of_share(row))
    is_change = endpoint.method in CHANGING and not row.key.endswith((".lost", ".subjects"))
    text = f"{number_words(endpoint, row.number, row.unit, is_change)} {unit_words(row.unit)}".strip()
    if row.lower is None or row.upper is None:
        return Cell(text, row.key, below=_first_if_no_interval(row))
    low, high = (number_words(endpoint, each, row.unit, is_change) for each in (row.lower, row.upper))
    return Cell(text, row.key, below=f"95% CI {low} to {high}")


def _first_if_no_interval(row: ResultRow) -> str:
    first = row.warnings.partition("; ")[0]
    return first if first.startswith("no interval") else ""


def _share(material: Material, endpoint: Endpoint, row: ResultRow) -> str:
    counts = material.results.get(f"endpoint.{endpoint.id}.subjects")
    if endpoint.method == "time_to_event" or counts is None or counts.count is None:
        return percent(row.number or 0.0)
    return counted(counts.count, row.n)


def _limits_of_share(row: ResultRow) -> str:
    if row.lower is None or row.upper is None:
        return row.warnings
    return interval(row.lower, row.upper)


def p_cell(row: ResultRow | None) -> Cell:
    """p with two significant digits, or why none is given; the smallest that is possible stands below."""
    if row is None:
        return Cell("no test", tone="quiet")
    least = f"smallest possible {p_words(row.lower)}" if row.lower is not None else ""
    if row.number is None:
        why = "fewer than 6 patients" if "fewer than 6" in row.warnings else ""
        return Cell("not given", row.key, "missing", "; ".join(each for each in (why, least) if each))
    return Cell(p_words(row.number), row.key, below=least)


def p_words(p: float) -> str:
    """A p value.

    >>> p_words(0.03125), p_words(0.0004)
    ('0.031', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else significant(p, 2)


def patient_cell(endpoint: Endpoint, row: ResultRow | None) -> Cell:
    """What one patient contributed; below it the interval, the day, or the reason."""
    if row is None:
        return Cell(NOT_ASSESSABLE, tone="missing")
    below = unit_words("; ".join(each for each in (row.method, row.warnings) if each)).replace(
        " -", f" {MINUS}"
    )
    below = f"{MINUS}{below[1:]}" if below.startswith("-") else below
    if row.value is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", below)
    if row.number is None:
        return Cell(row.value, row.key, "", below)
    is_change = endpoint.method in CHANGING and row.unit != "rank"
    places_unit = "days" if row.unit == "rank" and row.number.is_integer() else row.unit
    text = number_words(endpoint, row.number, places_unit, is_change, is_whole=row.unit in GRADES)
    if row.lower is not None and row.upper is not None:
        low, high = (number_words(endpoint, each, row.unit, is_change) for each in (row.lower, row.upper))
        below = f"95% CI {low} to {high}; {below}"
    return Cell(text, row.key, below=below)


def fate(material: Material, subject: Record) -> tuple[Cell, Cell]:
    """TMA and tubular injury before and after of one patient, as the biopsies say."""
    biopsies = material.rows_of("biopsies", subject["subject_id"])
    return _before_after(biopsies, "tma"), _before_after(biopsies, "tubular_injury")


def _before_after(biopsies: list[Record], column: str) -> Cell:
    told = {}
    for period in ("before", "after"):
        seen = [each[column] or NOT_REPORTED for each in biopsies if each["period"] == period]
        told[period] = "/".join(dict.fromkeys(seen)) if seen else "no biopsy"
    is_new = any(word in told["after"] for word in ("present", "severe"))
    return Cell(f"{told['before']} → {told['after']}", tone="alert" if is_new else "")


def inflammation(material: Material, subject: Record) -> Cell:
    """g + ptc of every biopsy before and after the cells, as bounds where a score is missing."""
    told = {}
    for period in ("before", "after"):
        rows = [
            each for each in material.rows_of("biopsies", subject["subject_id"]) if each["period"] == period
        ]
        told[period] = ", ".join(bounds(each["mvi_low"], each["mvi_high"]) for each in rows) or "no biopsy"
    return Cell(f"{told['before']} → {told['after']}")


def paired_reading(material: Material, subject: Record) -> str:
    """The sentences that read the biopsies after the cells beside the one before."""
    rows = material.results.starting(f"biopsy.pair.{subject['subject_id']}.")
    return " ".join(each.method for each in rows if each.method)
