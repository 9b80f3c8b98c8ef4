"""What became of the kidney of each subject: sustained decline, doubled creatinine, failure, acute injury."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.kidney_course import CONFIRMED_AFTER_DAYS
from graftrial.derive.kidney_function import primary_equation
from graftrial.study.model import Study

YES, NO = "yes", "no"
HELD = (
    f"confirmed by the next value at least {CONFIRMED_AFTER_DAYS} days later, every value between meeting it"
)
AKI_RULE = "kidney.acute_injury_stage@kdigo_2012"


class Outcome(NamedTuple):
    """An outcome: key, column, rule, words, whether it needs a baseline."""

    key: str
    column: str
    rule: str
    words: str
    needs_baseline: bool = True
    needs_equation: bool = True


OUTCOMES = (
    *(
        Outcome(
            f"egfr_decline_{percent}",
            f"declined_{percent}_percent",
            f"kidney.egfr_declined_{percent}_percent@1",
            f"sustained decline of eGFR by {percent}%",
        )
        for percent in (30, 40, 50)
    ),
    Outcome(
        "creatinine_doubled",
        "is_creatinine_doubled",
        "kidney.creatinine_doubled@1",
        "sustained doubling of creatinine",
        needs_equation=False,
    ),
    Outcome(
        "kidney_failure", "is_kidney_failure", "kidney.failure@1", "kidney failure", needs_baseline=False
    ),
)


def kidney_outcomes(study: Study, derived: Derived) -> list[Result]:
    """`egfr_decline_30|40|50`, `creatinine_doubled`, `kidney_failure` and `aki_stage` of each subject."""
    equation = primary_equation(study)
    pin = equation.pin if equation else ""
    frame = derived.frame("kidney_outcomes")
    keys = _creatinines(derived.frame("kidney_function"))
    results: list[Result] = []
    for row in frame.iter_rows(named=True):
        sources = keys.get(row["subject_id"], ())
        results += [_outcome(each, row, pin, sources) for each in OUTCOMES]
        if row["n_infusions"]:
            results.append(_acute_injury(row))
    return results


def _creatinines(frame: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Keys of the values before a loss of the graft, by subject."""
    own = frame.filter(~pl.col("is_after_graft_loss").fill_null(False))
    return {
        str(subject): (*rows["key"], *(each for keys in rows["egfr_sources"] for each in keys.split("; ")))
        for (subject,), rows in own.group_by("subject_id", maintain_order=True)
    }


def _outcome(outcome: Outcome, row: dict[str, object], pin: str, sources: tuple[str, ...]) -> Result:
    subject, reached, day = row["subject_id"], row[outcome.column], row[f"{outcome.column}_day"]
    value = None if reached is None else YES if reached else NO
    is_failure = outcome.key == "kidney_failure"
    what = f"eGFR below 15, {HELD}; or dialysis" if is_failure else f"against baseline; {HELD}"
    since = f"from day {day} on; " if reached and day is not None else ""
    dialysis = (str(row["dialysis_key"]),) if is_failure and row["dialysis_key"] else ()
    return Result(
        key=f"{outcome.key}.{subject}",
        value=value,
        label=f"{outcome.words} of {subject}",
        group=outcome.key,
        n=int(value is not None),
        denominator=1,
        not_assessable=int(value is None),
        lower=day if reached and isinstance(day, int) else None,
        method=f"{since}{what}",
        warnings=() if value else (_why_open(outcome, row),),
        rules=tuple(each for each in (outcome.rule, pin if outcome.needs_equation else "") if each),
        sources=(*sources, *dialysis) or (f"subjects/{subject}",),
    )


def _why_open(outcome: Outcome, row: dict[str, object]) -> str:
    baseline = "baseline_key" if outcome.needs_equation else "creatinine_baseline_key"
    if outcome.needs_baseline and row[baseline] is None:
        return "no baseline value"
    if outcome.key == "kidney_failure" and row["is_on_dialysis"] is None:
        return "whether dialysis was begun is not reported"
    return f"not confirmed, nor ruled out, {CONFIRMED_AFTER_DAYS} days later"


def _acute_injury(row: dict[str, object]) -> Result:
    subject, stage = row["subject_id"], row["aki_stage"]
    infusions, measured = row["n_infusions"], row["n_infusions_measured"] or 0
    known = isinstance(stage, int)
    warnings = []
    if not row["aki_n_values"]:
        warnings.append("no creatinine on day 1 to 7 after an infusion")
    elif not known:
        warnings.append(str(row["aki_reason"] or "a value of unknown stage could be worse"))
    elif measured != infusions:
        warnings.append(f"measured after {measured} of {infusions} infusions")
    keys = tuple(str(row["aki_keys"]).split("; ")) if row["aki_keys"] else (f"subjects/{subject}",)
    return Result(
        key=f"aki_stage.{subject}",
        value=stage if isinstance(stage, int) else None,
        label=f"worst stage of acute kidney injury after an infusion, {subject}",
        group="aki_stage",
        n=measured if isinstance(measured, int) else 0,
        denominator=infusions if isinstance(infusions, int) else None,
        not_assessable=int(not known),
        method="worst creatinine of day 1 to 7 after each infusion, against the last one up to its day",
        warnings=tuple(warnings),
        rules=(AKI_RULE,),
        sources=keys,
    )
