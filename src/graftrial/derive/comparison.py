"""Treated patients and historical controls: the baseline facts that match them, and their changes.

A control has no infusion. Its day 0 is the index day of the study folder: its moments are written as study days, or
the schedule is anchored on something that controls have too. A dated value without day 0 does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from graftrial.dates import DAYS_PER_YEAR
from graftrial.derive.endpoint_series import derive_variable
from graftrial.derive.endpoint_values import POINTS, VALUES, derive_values
from graftrial.intake.table import Tables
from graftrial.study.comparison import BASELINE, CODED
from graftrial.study.model import Study

COVARIATES = {
    "subject_id": pl.String(), "group": pl.String(), "covariate": pl.String(), "value": pl.Float64(),
    "reason": pl.String(), "key": pl.String(),
}  # fmt: skip
NO_DAY = "its values are dated and it has no day 0"
INFUSED = "listed as a control, but infused"
Frames = Mapping[str, pl.DataFrame]
Fact = tuple[float | None, str, str]


def derive_comparison(study: Study, tables: Tables, frames: Frames) -> dict[str, pl.DataFrame]:
    """`comparison_covariates` (a row a patient and covariate), `comparison_values`, `_points` (as of endpoints).

    group: treated (infused) or control. value: a number, of a category 1 or 0; null with its reason.
    """
    declared = study.comparison
    if declared is None:
        return {}
    groups = _groups(declared.controls, frames["subjects"])
    rows = [each for name in declared.covariates for each in _covariate(name, groups, study, tables, frames)]
    values: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for endpoint in study.endpoints:
        if endpoint.id in declared.endpoints:
            found = derive_values(endpoint, sorted(groups), study, tables, frames)
            values, points = values + found[0], points + found[1]
    return {
        "comparison_covariates": pl.DataFrame(rows, schema=COVARIATES, orient="row"),
        "comparison_values": pl.DataFrame(values, schema=VALUES),
        "comparison_points": pl.DataFrame(points, schema=POINTS),
    }


def _groups(name: str, subjects: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Rows of the treated and of the control cohort, by subject, with their group."""
    found = {}
    for row in subjects.sort("subject_id").iter_rows(named=True):
        if row["cohort"] == name or row["is_infused"]:
            found[row["subject_id"]] = row | {"group": "control" if row["cohort"] == name else "treated"}
    return found


def _covariate(
    name: str, groups: Mapping[str, dict[str, Any]], study: Study, tables: Tables, frames: Frames
) -> Iterator[tuple[str, str, str, float | None, str, str]]:
    measured = _last_values(name, study, tables, frames) if name.endswith(BASELINE) else None
    for subject, row in groups.items():
        here = f"subjects/{subject}"
        if row["group"] == "control" and row["is_infused"]:
            fact: Fact = None, INFUSED, here
        elif measured is not None:
            fact = measured.get(
                subject, (None, f"no {name.removesuffix(BASELINE)} in the baseline window", here)
            )
        else:
            value = _number(name, row, study)
            fact = value, "" if value is not None else f"{name} was not given", here
        yield subject, row["group"], name, *fact


def _number(name: str, row: Mapping[str, Any], study: Study) -> float | None:
    """A fact of the table subjects; a category as 1 or 0."""
    given = row[name]
    if name in CODED:
        return CODED[name].get(given)
    day = row["transplant_day"]
    is_from_index = name == "years_since_transplant" and row["group"] == "control"
    if is_from_index and day is not None and study.schedule.anchor != "transplant":
        return float(
            -day / DAYS_PER_YEAR
        )  # from the index day, as the treated from the infusion; not from consent
    return None if given is None else float(given)


def _last_values(name: str, study: Study, tables: Tables, frames: Frames) -> dict[str, Fact]:
    """The last usable value of each subject inside the baseline window, or why there is none."""
    window = study.definitions.baseline
    found: dict[str, Fact] = {}
    variable = name.removesuffix(BASELINE)
    for subject, day, _, value, reason, key in derive_variable(variable, tables, frames).iter_rows():
        known = found.get(subject, (None, "", ""))[0] is not None
        if day is not None and not window.earliest_day <= day <= window.latest_day:
            continue
        if day is not None and value is not None:
            found[subject] = value, "", key
        elif not known:
            why = f"no {variable} at baseline: {NO_DAY if day is None else reason or 'it has no value'}"
            found[subject] = None, why, key
    return found
