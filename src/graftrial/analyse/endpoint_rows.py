"""Result rows of an endpoint: an estimate, a p value, a patient, a sentence; keys begin with `endpoint.<id>.`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from graftrial.analyse.results import Result
from graftrial.stats.longitudinal.mixed_model import Contrast
from graftrial.stats.outcomes import Estimate, NotEstimable, Number, PValue
from graftrial.study.model import Endpoint, Study

FEWEST_FOR_P = 6  # amr_trial_reporting section 3: below, an exact two-sided test cannot reach .05
DAYS_PER_YEAR = 365.25
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One endpoint with its patients: the rows of endpoint_values, the points behind slopes, the rules."""

    study: Study
    endpoint: Endpoint
    rows: Sequence[Row]
    points: Sequence[Row]
    rules: tuple[str, ...]

    def key(self, *parts: object) -> str:
        """`endpoint.<id>.<parts>`."""
        return ".".join(("endpoint", self.endpoint.id, *map(str, parts)))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Rows behind all patients."""
        return tuple(key for row in self.rows for key in str(row["key"]).split("; "))

    @property
    def missing(self) -> list[Row]:
        """Patients of the set without an answer."""
        return [row for row in self.rows if row["status"] == "missing"]

    def row(
        self, parts: tuple[object, ...], value: float | int | str | None, label: str, **more: Any
    ) -> Result:
        """A result row of this endpoint."""
        given = {"sources": self.sources, "rules": self.rules, "group": f"endpoint.{self.endpoint.id}"} | more
        return Result(key=self.key(*parts), value=value, label=label, **given)

    def estimate(self, name: str, label: str, found: Estimate, unit: str, **more: Any) -> Result:
        """An estimate with its limits, or the sentence why there is none."""
        value, lower, upper = number(found.value), number(found.lower), number(found.upper)
        notes = [*found.notes]
        if isinstance(found.value, NotEstimable):
            notes.insert(0, str(found.value))
        elif lower is None and upper is None and isinstance(found.lower, NotEstimable):
            notes.insert(0, f"no interval, because {found.lower.reason}")
        sided = (
            f"{100 * found.confidence:g}% {'interval' if found.sided == 'two-sided' else 'one-sided limit'}"
        )
        if lower is None and upper is None:
            sided = ""
        return self.row(
            (name,),
            value,
            label,
            unit=unit,
            n=found.n,
            denominator=len(self.rows),
            not_assessable=len(self.rows) - found.n if found.n <= len(self.rows) else 0,
            lower=lower,
            upper=upper,
            method="; ".join(each for each in (found.method, sided) if each),
            warnings=tuple(notes),
            **more,
        )

    def test(self, name: str, label: str, found: PValue, n: int) -> Result:
        """A p value with the smallest that data of this size can give; withheld for fewer than 6 patients."""
        p, smallest = number(found.p), number(found.smallest_p)
        least = f"smallest p that {n} patients can give: {smallest:.2g}" if smallest else ""
        notes = [*found.notes]
        if p is None:
            notes.insert(0, str(found.p))
        elif n < FEWEST_FOR_P:
            why = f"no p value for a change within a group of {n}, fewer than {FEWEST_FOR_P} patients"
            notes, p = [why, *notes], None
        return self.row(
            (name,),
            p,
            label,
            n=n,
            denominator=len(self.rows),
            lower=smallest or None,
            method="; ".join(each for each in (found.method, found.sided, least) if each),
            warnings=tuple(notes),
        )

    def patient(self, row: Row, value: float | int | str | None, unit: str, **more: Any) -> Result:
        """What one patient contributed, or why nothing."""
        subject, reason = row["subject_id"], more.pop("reason", row["reason"])
        name = more.pop("name", "patient")
        method = more.pop("method", _when(row))
        return self.row(
            (name, subject),
            value,
            more.pop("label", f"{self.endpoint.title}: {subject}"),
            unit=unit,
            n=int(value is not None),
            denominator=1,
            not_assessable=int(value is None),
            method=method,
            warnings=(reason,) if reason else (),
            sources=tuple(str(row["key"]).split("; ")),
            **more,
        )


def contrast_rows(case: Case, name: str, words: str, found: Contrast, unit: str) -> list[Result]:
    """Rows of a contrast of a mixed model: the estimate first, then degrees of freedom, standard error and p."""
    stem = "" if name == "estimate" else f"{name}."
    about = {"method": found.estimate.method}
    results = [case.estimate(name, words, found.estimate, unit)]
    degrees, se = number(found.df), number(found.se)
    if degrees is not None:
        results.append(case.row((f"{stem}df",), degrees, f"{words}: degrees of freedom", **about))
    if se is not None:
        results.append(case.row((f"{stem}se",), se, f"{words}: standard error", unit=unit, **about))
    return [*results, case.test(f"{stem}p", f"{words} is 0", found.p, found.p.n)]


def number(value: Number) -> float | None:
    """The number, or None where it is not estimable."""
    return None if isinstance(value, NotEstimable) else value


def missing_words(case: Case) -> tuple[str, ...]:
    """One note with the reasons of those who are missing, counted; none where nobody is."""
    counted: dict[str, int] = {}
    for row in case.missing:
        counted[row["reason"]] = counted.get(row["reason"], 0) + 1
    return tuple(f"{n} of {len(case.rows)} without an answer: {why}" for why, n in sorted(counted.items()))


def noted(result: Result, notes: Sequence[str]) -> Result:
    """The row with further notes."""
    return replace(result, warnings=(*result.warnings, *notes))


def _when(row: Row) -> str:
    if row["day"] is None:
        return ""
    before = "" if row["baseline_day"] is None else f", baseline on day {row['baseline_day']}"
    return f"day {row['day']}{before}"
