"""Laboratory values with study day, visit and canonical unit; and the eGFR of every sample."""

from __future__ import annotations

import polars as pl

from graftrial import units
from graftrial.clinical.card import Rule
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.kidney import categories
from graftrial.clinical.rules import rule
from graftrial.derive.derived import row_key
from graftrial.derive.kidney_samples import CYSTATIN, analytes_of, kidney_samples
from graftrial.derive.timing import last_in_window, with_days, with_visit
from graftrial.intake.table import Tables
from graftrial.study.model import Study

EGFR = "egfr.ckd_epi_cr"
UNIT = "mL/min/1.73 m2"
KEPT = (
    "subject_id", "date_text", "time", "day_low", "day_high", "day", "key", "is_after_graft_loss", "egfr_sources",
)  # fmt: skip
EMPTY = {
    "equation": pl.lit(None, dtype=pl.String),
    "egfr_ml_per_min_1_73m2": pl.lit(None, dtype=pl.Float64),
    "egfr_reason": pl.lit(None, dtype=pl.String),
}


def derive_labs(study: Study, tables: Tables, anchors: pl.DataFrame) -> pl.DataFrame:
    """Laboratory values with day, visit, canonical value and unit, and the baseline value of each analyte."""
    frame = with_days(tables.frame("labs"), anchors, "date", "").rename({"text": "date_text"})
    frame = with_visit(frame, study.schedule).with_columns(
        _canonical=units.canonical(pl.col("value"), pl.col("analyte"), unit_or_declared(study))
    )
    frame = frame.with_columns(
        analyte_name=pl.col("_canonical").struct.field("analyte"),
        canonical_value=pl.col("_canonical").struct.field("value"),
        canonical_unit=pl.col("_canonical").struct.field("unit"),
        unit_reason=pl.col("_canonical").struct.field("reason"),
        key=row_key("labs"),
    ).drop("_canonical")
    window = study.definitions.baseline
    return last_in_window(
        frame,
        ["subject_id", "analyte_name"],
        window.earliest_day,
        window.latest_day,
        pl.col("canonical_value").is_not_null(),
    )


def derive_kidney_function(study: Study, labs: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """One row a sample: eGFR in mL/min/1.73 m2 by the pinned equation or the reason why not, and its category."""
    rows = _with_egfr(study, kidney_samples(labs, subjects, primary_equation(study)))
    answered = rows.drop("height_cm", "weight_kg", "is_baseline").pipe(_with_baseline, study)
    function = pl.when(~pl.col("is_after_graft_loss").fill_null(False)).then(pl.col("egfr_ml_per_min_1_73m2"))
    category = categories.RULE_GFR.value(egfr_ml_per_min_1_73m2=function).cast(pl.String)
    return answered.with_columns(g_category=category)


def derive_sensitivity(study: Study, labs: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The same samples under every equation of the study's sensitivity set: one row a sample and equation."""
    answered = [kidney_samples(labs, subjects, None).select(*KEPT, **EMPTY).clear()]
    for equation in study.kidney_function.sensitivity:
        samples = kidney_samples(labs, subjects, EQUATIONS[equation])
        answer = _answer(EQUATIONS[equation])
        value, reason = answer.struct.field("value"), _reason(answer, EQUATIONS[equation])
        answered.append(
            samples.select(
                *KEPT,
                equation=pl.lit(equation),
                egfr_ml_per_min_1_73m2=value,
                egfr_reason=pl.when(value.is_null()).then(reason),
            )
        )
    return pl.concat(answered)


def primary_equation(study: Study) -> Rule | None:
    """The equation that the study pins; of several, the CKD-EPI creatinine equation, else none."""
    pinned = [name for name in study.rules if name.startswith("egfr.")]
    chosen = EGFR if EGFR in pinned or len(pinned) != 1 else pinned[0]
    if chosen not in study.rules:
        return None
    found = rule(chosen, study.rules[chosen])
    return found if found.output == UNIT else None


def unit_or_declared(study: Study) -> pl.Expr:
    """The unit of a row; where the cell is empty, the unit that the study file declares for the analyte."""
    if not study.intake.units:
        return pl.col("unit")
    name = units.analyte_name(pl.col("analyte"))
    return pl.col("unit").fill_null(
        name.replace_strict(study.intake.units, default=None, return_dtype=pl.String)
    )


def _answer(equation: Rule) -> pl.Expr:
    given = {"age_years": "age_at_sample_years"}
    return equation.answer(**{each.name: pl.col(given.get(each.name, each.name)) for each in equation.inputs})


def _reason(answer: pl.Expr, equation: Rule) -> pl.Expr:
    """Why there is no answer, with what the units of the samples say of it."""
    units_of = ["unit_reason", *(["cystatin_reason"] if CYSTATIN in analytes_of(equation) else [])]
    return pl.concat_str([answer.struct.field("reason"), *units_of], separator="; ", ignore_nulls=True)


def _with_egfr(study: Study, rows: pl.DataFrame) -> pl.DataFrame:
    equation = primary_equation(study)
    if equation is None:
        answer = pl.struct(
            value=pl.lit(None, dtype=pl.Float64), reason=pl.lit(f"the study file pins no edition of {EGFR}")
        )
        reason = pl.concat_str(
            [answer.struct.field("reason"), "unit_reason"], separator="; ", ignore_nulls=True
        )
    else:
        answer = _answer(equation)
        reason = _reason(answer, equation)
    value = answer.struct.field("value")
    return rows.with_columns(egfr_ml_per_min_1_73m2=value, egfr_reason=pl.when(value.is_null()).then(reason))


def _with_baseline(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    window = study.definitions.baseline
    usable = pl.col("egfr_ml_per_min_1_73m2").is_not_null()
    return last_in_window(rows, ["subject_id"], window.earliest_day, window.latest_day, usable)
