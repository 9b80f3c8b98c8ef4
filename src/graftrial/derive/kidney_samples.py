"""What an eGFR equation is asked with: one row a sample, its creatinine, its cystatin C, and the person.

A creatinine is always a row. A cystatin C of a day without creatinine is a row of its own where the equation asks for
it; cystatin C of the same day stands beside the creatinine, and of several different ones of a day none is chosen.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.card import Rule
from graftrial.dates import DAYS_PER_YEAR

CREATININE, CYSTATIN = "creatinine", "cystatin_c"
ANALYTE_OF = {"creatinine_mg_per_dl": CREATININE, "cystatin_c_mg_per_l": CYSTATIN}
DAY = ("subject_id", "date_text")
PERSON = ("age_years", "sex", "age_reference_day", "graft_loss_day", "height_cm", "weight_kg")


def analytes_of(equation: Rule | None) -> frozenset[str]:
    """Analytes that the equation asks for; creatinine while none is pinned."""
    if equation is None:
        return frozenset({CREATININE})
    return frozenset(ANALYTE_OF[each.name] for each in equation.inputs if each.name in ANALYTE_OF)


def kidney_samples(labs: pl.DataFrame, subjects: pl.DataFrame, equation: Rule | None) -> pl.DataFrame:
    """Samples with everything that the equation may ask for.

    Returns: the columns of labs; creatinine_mg_per_dl, cystatin_c_mg_per_l, creatinine_key, cystatin_key,
        cystatin_reason, is_baseline_creatinine, age_at_sample_years, is_after_graft_loss, what is known of the person;
        is_asked (whether every analyte of the equation was measured then) and egfr_sources (keys of those analytes).
    """
    asks = analytes_of(equation)
    creatinine = labs.filter(pl.col("analyte_name") == CREATININE)
    cystatin = labs.filter(pl.col("analyte_name") == CYSTATIN)
    rows = creatinine.join(_of_the_day(cystatin), on=list(DAY), how="left", maintain_order="left")
    rows = rows.with_columns(
        creatinine_mg_per_dl=pl.col("canonical_value"),
        creatinine_key=pl.col("key"),
        is_baseline_creatinine=pl.col("is_baseline"),
    )
    if CYSTATIN in asks:
        alone = cystatin.join(creatinine, on=list(DAY), how="anti").with_columns(
            creatinine_mg_per_dl=pl.lit(None, dtype=pl.Float64),
            creatinine_key=pl.lit(None, dtype=pl.String),
            is_baseline_creatinine=pl.lit(False),
            cystatin_c_mg_per_l=pl.col("canonical_value"),
            cystatin_key=pl.col("key"),
            cystatin_reason=pl.lit(None, dtype=pl.String),
        )
        rows = pl.concat([rows, alone.select(rows.columns)])
    used = [pl.col(f"{name}_key") for name in ("creatinine", "cystatin") if _analyte(name) in asks]
    return _with_person(rows, subjects).with_columns(
        is_asked=pl.all_horizontal(each.is_not_null() for each in used),
        egfr_sources=pl.coalesce(_joined(used), "key"),
    )


def _analyte(name: str) -> str:
    return CYSTATIN if name == "cystatin" else CREATININE


def _joined(keys: list[pl.Expr]) -> pl.Expr:
    together = pl.concat_str(keys, separator="; ", ignore_nulls=True)
    return pl.when(together != "").then(together)


def _of_the_day(cystatin: pl.DataFrame) -> pl.DataFrame:
    value, known = pl.col("canonical_value"), pl.col("canonical_value").drop_nulls()
    is_one = known.n_unique() == 1
    return cystatin.group_by(DAY).agg(
        cystatin_c_mg_per_l=pl.when(is_one).then(known.first()),
        cystatin_key=pl.when(is_one)
        .then(pl.col("key").filter(value.is_not_null()).first())
        .otherwise(pl.col("key").sort().str.join("; ")),
        cystatin_reason=pl.when(known.n_unique() > 1)
        .then(pl.lit("several different cystatin C values of one day"))
        .when(~is_one)
        .then(pl.col("unit_reason").drop_nulls().first()),
    )


def _with_person(rows: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Age at the sample counts from the day of the recorded age; a partial date takes its middle."""
    about = subjects.select("subject_id", *PERSON)
    midpoint = (pl.col("day_low") + pl.col("day_high")) / 2
    since_reference = midpoint.fill_null(pl.col("age_reference_day")) - pl.col("age_reference_day")
    return (
        rows.join(about, on="subject_id", how="left", maintain_order="left")
        .with_columns(
            age_at_sample_years=pl.col("age_years") + since_reference / DAYS_PER_YEAR,
            is_after_graft_loss=pl.col("day") >= pl.col("graft_loss_day"),
        )
        .drop("age_years", "age_reference_day", "graft_loss_day")
    )
