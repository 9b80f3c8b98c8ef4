"""eGFR of every subject: each value with its KDIGO category, baseline, last, change; and under other equations."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.before_after import (
    Category,
    Measure,
    before_after,
    category_before_after,
    changed,
    pairs,
)
from graftrial.analyse.result_frame import Told, key_of_sample, result_frame, sentence, with_place
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.kidney import categories, change
from graftrial.derive import Derived
from graftrial.derive.kidney_function import UNIT, primary_equation
from graftrial.study.model import Study

EGFR = "egfr_ml_per_min_1_73m2"
CHANGE_RULES = (change.RULE_ABSOLUTE.pin, change.RULE_PERCENT.pin)
AFTER_LOSS = "after graft loss: not a function of the graft"


def egfr_values(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """`egfr.<subject>.<day>` and `kdigo_g.<subject>.<day>` of each sample; a second one of a day has `.2` behind it."""
    rows = with_place(derived.frame("kidney_function"))
    values = _values(rows, "egfr", _pin(study), UNIT, "eGFR of {}, day {}")
    return [values, _categories(rows, f"{categories.RULE_GFR.pin}; {_pin(study)}")]


def egfr_under(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """The same samples under the sensitivity set of the study: `egfr_under.<equation>.<subject>.<day>`."""
    frame, results = derived.frame("kidney_sensitivity"), []
    for name in study.kidney_function.sensitivity:
        equation = EQUATIONS[name]
        rows = with_place(frame.filter(pl.col("equation") == name))
        label = f"eGFR by {name} of {{}}, day {{}}"
        results.append(_values(rows, f"egfr_under.{name}", equation.pin, equation.output, label))
    return results


def egfr_summary(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """Baseline, last value, their difference and its percent, and the category of both, for each subject."""
    pin, window = _pin(study), study.definitions.baseline
    found = pairs(derived.frame("kidney_function"), EGFR, "egfr_sources")
    measure = Measure("egfr", "eGFR", UNIT, EGFR, pin, change_rules=CHANGE_RULES)
    category = Category("kdigo_g", "KDIGO category of eGFR", categories.RULE_GFR, EGFR, pin)
    return [*before_after(found, measure, window), *category_before_after(found, category)]


def egfr_summary_under(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """The same endpoint under each equation at the same samples: `egfr_change_under.<equation>.<subject>` …"""
    frame, window = derived.frame("kidney_sensitivity"), study.definitions.baseline
    found = pairs(derived.frame("kidney_function"), EGFR, "egfr_sources")
    found = found.filter(changed(window.latest_day))
    results = []
    for name in study.kidney_function.sensitivity:
        equation = EQUATIONS[name]
        by_key = frame.filter(pl.col("equation") == name).select("key", EGFR, "egfr_reason", "egfr_sources")
        under = found.drop("first_value", "last_value", "first_sources", "last_sources")
        for end in ("first", "last"):
            values = by_key.rename(
                {
                    "key": f"{end}_key",
                    EGFR: f"{end}_value",
                    "egfr_reason": f"{end}_reason",
                    "egfr_sources": f"{end}_sources",
                }
            )
            under = under.join(values, on=f"{end}_key", how="left", maintain_order="left")
        words = f"eGFR by {name}"
        measure = Measure("egfr", words, equation.output, EGFR, equation.pin, f"_under.{name}", CHANGE_RULES)
        results += before_after(under, measure, window)
    return results


def _values(rows: pl.DataFrame, group: str, pin: str, unit: str, label: str) -> pl.DataFrame:
    return result_frame(
        rows,
        Told(
            key=key_of_sample(group),
            value=pl.col(EGFR),
            label=pl.format(label, "subject_id", "when"),
            group=group,
            unit=unit,
            method="one sample",
            warnings=sentence([pl.col("egfr_reason"), _lost()]),
            rules=pin,
            sources=pl.concat_str(["egfr_sources", _person()], separator="; "),
        ),
    )


def _categories(rows: pl.DataFrame, pins: str) -> pl.DataFrame:
    answered = rows.filter(pl.col(EGFR).is_not_null())
    told = Told(
        key=key_of_sample("kdigo_g"),
        value=pl.col("g_category"),
        label=pl.format("KDIGO category of eGFR of {}, day {}", "subject_id", "when"),
        group="kdigo_g",
        method="one value; no diagnosis of chronic kidney disease",
        warnings=sentence([_lost()]),
        rules=pins,
        sources=pl.concat_str(["egfr_sources", _person()], separator="; "),
    )
    return result_frame(answered, told, is_number=False)


def _lost() -> pl.Expr:
    return pl.when(pl.col("is_after_graft_loss")).then(pl.lit(AFTER_LOSS))


def _person() -> pl.Expr:
    return pl.format("subjects/{}", "subject_id")


def _pin(study: Study) -> str:
    equation = primary_equation(study)
    return equation.pin if equation else ""
