"""The dose each subject was given, against the plan."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived

TARGET = "cell_product.percent_of_target@1"
RULES = ("dose.given_cells_per_kg@1", "dose.deviation_percent@1")


def doses(derived: Derived) -> list[Result]:
    """Cells per kg of each infusion and in total, and the deviation of the total from the planned total in percent."""
    infusions = derived.frame("infusions")
    results: list[Result] = []
    for (subject,), rows in infusions.group_by("subject_id", maintain_order=True):
        results += _of_subject(str(subject), rows)
    return results


def _of_subject(subject: str, rows: pl.DataFrame) -> list[Result]:
    total, planned = _sum(rows["given_cells_per_kg"]), _sum(rows["planned_cells_per_kg"])
    one_by_one = [
        _one_infusion(subject, row, place) for place, row in enumerate(rows.iter_rows(named=True), start=1)
    ]
    targets = [_percent(subject, row, place) for place, row in enumerate(rows.iter_rows(named=True), start=1)]
    return [_total(subject, rows, total), _deviation(subject, rows, total, planned), *one_by_one, *targets]


def _total(subject: str, rows: pl.DataFrame, total: float | None) -> Result:
    bases = " and ".join(sorted({each for each in rows["dose_basis"] if each})) or "viable cells / weight"
    unknown = rows["given_cells_per_kg"].null_count()
    return Result(
        key=f"dose.given_cells_per_kg.{subject}",
        value=total,
        label=f"dose given to {subject}",
        group="dose.given_cells_per_kg",
        unit="cells/kg",
        n=rows.height - unknown,
        denominator=rows.height,
        not_assessable=unknown,
        method=bases if rows.height == 1 else f"{bases}, sum of {rows.height} infusions",
        warnings=_reasons(rows),
        rules=RULES[:1],
        sources=tuple(rows["key"]),
    )


def _deviation(subject: str, rows: pl.DataFrame, total: float | None, planned: float | None) -> Result:
    known = total is not None and bool(planned)
    return Result(
        key=f"dose.deviation_percent.{subject}",
        value=100 * (total - planned) / planned if total is not None and planned else None,
        label=f"deviation from plan, {subject}",
        group="dose.deviation_percent",
        unit="%",
        n=rows.height if known else 0,
        denominator=rows.height,
        not_assessable=0 if known else rows.height,
        method="100 × (given − planned) / planned, over all infusions",
        warnings=() if known else (*_reasons(rows), *(() if planned else ("no planned dose",))),
        rules=RULES,
        sources=tuple(rows["key"]),
    )


def _sum(doses: pl.Series) -> float | None:
    """The sum where every part is known."""
    return None if doses.null_count() else float(doses.sum())


def _reasons(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(sorted({each for each in rows["dose_reason"] if each}))


def _one_infusion(subject: str, row: dict[str, object], place: int) -> Result:
    given = row["given_cells_per_kg"]
    when = row["start_day"] if row["start_day"] is not None else f"infusion_{place}"
    return Result(
        key=f"dose.given_cells_per_kg.{subject}.{when}",
        value=given if isinstance(given, float) else None,
        label=f"dose given to {subject}, infusion {place}",
        group="dose.given_cells_per_kg.infusion",
        unit="cells/kg",
        n=int(given is not None),
        denominator=1,
        not_assessable=int(given is None),
        method=str(row["dose_basis"] or "viable cells / weight"),
        warnings=(str(row["dose_reason"]),) if row["dose_reason"] else (),
        rules=RULES[:1],
        sources=(str(row["key"]),),
    )


def _percent(subject: str, row: dict[str, object], place: int) -> Result:
    value = row["percent_of_target"]
    when = row["start_day"] if row["start_day"] is not None else f"infusion_{place}"
    return Result(
        key=f"dose.percent_of_target.{subject}.{when}",
        value=value if isinstance(value, float) else None,
        label=f"dose in percent of target, {subject}, infusion {place}",
        group="dose.percent_of_target",
        unit="%",
        n=int(value is not None),
        denominator=1,
        not_assessable=int(value is None),
        method=f"viable cells {row['administered_basis'] or 'not reported'}, over the planned dose for the weight",
        warnings=(str(row["target_reason"]),) if value is None else (),
        rules=(TARGET,),
        sources=(str(row["key"]),),
    )
