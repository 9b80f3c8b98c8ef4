"""Mapping tables of the Organ Procurement and Transplantation Network: scaling factors, and index to percent.

The numbers are the network's published facts, in the CSV files beside this module: `kdri_scaling.csv` and
`kdpi_mapping.csv` (reference donor populations 2014 to 2023), `epts_mapping_2018.csv` (it has no row for 99).
A population belongs to one equation; factor and table of another one are never taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Upper bounds, included, of the intervals of an index: of 0 %, of 1 % and so on; the last is open above."""

    upper: tuple[float, ...]

    def of(self, index: pl.Expr) -> pl.Expr:
        """Percent of the interval with lower < index <= upper."""
        bounds = pl.Series(self.upper[:-1], dtype=pl.Float64)

        def percent(given: pl.Series) -> pl.Series:
            places = bounds.search_sorted(given, side="left").cast(pl.Int32)
            return places.set(given.is_null(), None)

        return index.map_batches(percent, return_dtype=pl.Int32, is_elementwise=True)


@dataclass(frozen=True, slots=True)
class DonorPopulation:
    """What an equation needs of its reference population.

    scaling: KDRI of its median donor. hypertension, diabetes: share, taken where the history is unknown.
    """

    equation: str
    year: str
    scaling: float
    hypertension: float
    diabetes: float
    percentiles: Percentiles

    @property
    def edition(self) -> str:
        """Equation and population: `race_form_population_2018`."""
        return f"{self.equation}_population_{self.year}"


@cache
def donor_populations() -> Mapping[str, DonorPopulation]:
    """Every reference population by its edition."""
    intervals: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for row in _rows("kdpi_mapping.csv"):
        key = row["equation"], row["reference_population"]
        intervals.setdefault(key, []).append((float(row["kdri_upper_inclusive"]), int(row["kdpi_percent"])))
    populations = [
        DonorPopulation(
            row["equation"],
            row["reference_population"],
            float(row["kdri_scaling_factor"]),
            float(row["assumed_chance_of_hypertension_for_unknown"]),
            float(row["assumed_chance_of_diabetes_for_unknown"]),
            _percentiles(intervals[row["equation"], row["reference_population"]]),
        )
        for row in _rows("kdri_scaling.csv")
    ]
    return {each.edition: each for each in populations}


@cache
def epts_percentiles() -> Percentiles:
    """Percent of raw EPTS, population of 2018. Nothing is said above the last bound."""
    rows = [
        (float(row["raw_upper_inclusive"]), int(row["epts_percent"]))
        for row in _rows("epts_mapping_2018.csv")
    ]
    return _percentiles(rows)


def _percentiles(intervals: Iterable[tuple[float, int]]) -> Percentiles:
    """Neighbours of the same percent are one interval; a percent that is left out would move all above it."""
    upper = {percent: bound for bound, percent in sorted(intervals)}
    if list(upper) != list(range(len(upper))):
        raise TypeError("a mapping table leaves a percent out")
    return Percentiles(tuple(upper.values()))


def _rows(name: str) -> list[dict[str, str]]:
    text = files("graftrial.clinical.prognosis").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
