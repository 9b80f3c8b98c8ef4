"""Laboratory values with study day, visit and canonical unit; and the eGFR of every creatinine."""

from __future__ import annotations

import polars as pl

from graftrial import units
from graftrial.clinical.card import Rule
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.rules import rule
from graftrial.dates import DAYS_PER_YEAR
from graftrial.derive.derived import row_key
from graftrial.derive.timing import last_in_window, with_days, with_visit
from graftrial.intake.table import Tables
from graftrial.study.model import Study

EGFR = "egfr.ckd_epi_cr"
UNIT = "mL/min/1.73 m2"
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
    """One row a creatinine: eGFR in mL/min/1.73 m2 by the equation that the study pins, or the reason why not."""
    return (
        _with_egfr(study, _samples(labs, subjects))
        .drop("height_cm", "weight_kg", "cystatin_c_mg_per_l", "is_baseline")
        .pipe(_with_baseline, study)
    )


def derive_sensitivity(study: Study, labs: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The same creatinines under every equation of the study's sensitivity set: one row a creatinine and equation."""
    samples = _samples(labs, subjects)
    kept = ("subject_id", "date_text", "time", "day_low", "day_high", "day", "key", "is_after_graft_loss")
    answered = [samples.select(*kept, **EMPTY).clear()]
    for equation in study.kidney_function.sensitivity:
        answer = _answer(EQUATIONS[equation])
        answered.append(
            samples.select(
                *kept,
                equation=pl.lit(equation),
                egfr_ml_per_min_1_73m2=answer.struct.field("value"),
                egfr_reason=answer.struct.field("reason"),
            )
        )
    return pl.concat(answered)


def _samples(labs: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Creatinines with everything that an equation may ask for."""
    about = subjects.select(
        "subject_id", "age_years", "sex", "age_reference_day", "graft_loss_day", "height_cm", "weight_kg"
    )
    rows = labs.filter(pl.col("analyte_name") == "creatinine").join(
        about, on="subject_id", how="left", maintain_order="left"
    )
    value = pl.col("canonical_value")
    cystatin = labs.filter((pl.col("analyte_name") == "cystatin_c") & value.is_not_null())
    same_day = cystatin.group_by("subject_id", "date_text").agg(
        cystatin_c_mg_per_l=pl.when(value.n_unique() == 1).then(value.first())
    )
    rows = rows.join(same_day, on=["subject_id", "date_text"], how="left", maintain_order="left")
    midpoint = (pl.col("day_low") + pl.col("day_high")) / 2
    since_reference = midpoint.fill_null(pl.col("age_reference_day")) - pl.col("age_reference_day")
    return rows.with_columns(
        creatinine_mg_per_dl=value,
        age_at_sample_years=pl.col("age_years") + since_reference / DAYS_PER_YEAR,
        is_after_graft_loss=pl.col("day") >= pl.col("graft_loss_day"),
    ).drop("age_years", "age_reference_day", "graft_loss_day")


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


def _with_egfr(study: Study, rows: pl.DataFrame) -> pl.DataFrame:
    equation = primary_equation(study)
    if equation is None:
        answer = pl.struct(
            value=pl.lit(None, dtype=pl.Float64), reason=pl.lit(f"the study file pins no edition of {EGFR}")
        )
    else:
        answer = _answer(equation)
    rows = rows.with_columns(_egfr=answer)
    reason = pl.concat_str(
        [pl.col("_egfr").struct.field("reason"), pl.col("unit_reason")], separator="; ", ignore_nulls=True
    )
    value = pl.col("_egfr").struct.field("value")
    return rows.with_columns(
        egfr_ml_per_min_1_73m2=value, egfr_reason=pl.when(value.is_null()).then(reason)
    ).drop("_egfr")


def _with_baseline(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    window = study.definitions.baseline
    usable = pl.col("egfr_ml_per_min_1_73m2").is_not_null()
    return last_in_window(rows, ["subject_id"], window.earliest_day, window.latest_day, usable)
