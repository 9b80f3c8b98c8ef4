"""Rows of patient, time and value, cleaned once: missing left out, in the order of time, one value per time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.distributions import Vector

SAME_TIME = 1e-9


@dataclass(frozen=True, slots=True)
class Measurements:
    """Rows sorted by patient and time.

    patients: the number of the patient of each row, 0, 1, …; labels: the caller's name for each number.
    years, values: time and value of each row. arms: 0 or 1 of each row, empty where there is one arm.
    """

    patients: NDArray[np.int64]
    labels: tuple[str, ...]
    years: Vector
    values: Vector
    arms: Vector
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.values)


def measurements(
    patients: Sequence[str],
    years: Sequence[float | None],
    values: Sequence[float | None],
    arms: Sequence[int] | None = None,
) -> Measurements:
    """Usable rows; two values of a patient at one time become their mean, with a note.

    years: time in the unit in which slopes are wanted. arms: 0 or 1 per row, constant within a patient.
    Raises: ValueError where lengths differ or a patient is in two arms.
    """
    given = arms if arms is not None else [0] * len(patients)
    if not len(patients) == len(years) == len(values) == len(given):
        raise ValueError("one patient, time, value and arm per row")
    by_patient: dict[str, list[tuple[float, float]]] = {}
    arm_of: dict[str, int] = {}
    missing = 0
    for patient, year, value, arm in zip(patients, years, values, given, strict=True):
        if arm_of.setdefault(patient, arm) != arm:
            raise ValueError("a patient is in two arms")
        if year is None or value is None or not isfinite(year) or not isfinite(value):
            missing += 1
        else:
            by_patient.setdefault(patient, []).append((float(year), float(value)))
    labels = tuple(sorted(by_patient))
    rows, merged = [], 0
    for number, label in enumerate(labels):
        points, repeated = _one_per_time(by_patient[label])
        merged += repeated
        rows += [(number, year, value, arm_of[label]) for year, value in points]
    return Measurements(
        np.array([row[0] for row in rows], dtype=np.int64), labels,
        np.array([row[1] for row in rows], dtype=np.float64), np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows] if arms is not None else [], dtype=np.float64), _notes(missing, merged),
    )  # fmt: skip


def _one_per_time(points: list[tuple[float, float]]) -> tuple[list[tuple[float, float]], int]:
    groups: list[list[tuple[float, float]]] = []
    for year, value in sorted(points):
        if groups and year - groups[-1][0][0] <= SAME_TIME:
            groups[-1].append((year, value))
        else:
            groups.append([(year, value)])
    means = [(group[0][0], sum(value for _, value in group) / len(group)) for group in groups]
    return means, sum(len(group) > 1 for group in groups)


def _notes(missing: int, merged: int) -> tuple[str, ...]:
    said = []
    if missing:
        said.append(f"{missing} rows without a time or a value left out")
    if merged:
        said.append(
            f"{merged} {'time' if merged == 1 else 'times'} with several values of one patient: their mean used"
        )
    return tuple(said)
