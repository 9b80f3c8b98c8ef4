"""Proteinuria of every urine sample in one unit, its KDIGO category, and conversions that stay marked as estimates."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.card import Rule
from graftrial.clinical.kidney import categories, proteinuria

MEASURES = ("upcr", "uacr", "proteinuria")  # canonical units: mg/g, mg/g, g/day
HISTORY = ("has_diabetes", "has_hypertension")
BY_RATIO = {"upcr": categories.RULE_PROTEINURIA, "uacr": categories.RULE_ALBUMINURIA}
NO_BANDS = "a collection of 24 hours has no category by a rule that is held here"


def derive_proteinuria(labs: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """One row a measurement of urine protein or albumin.

    labs: rows of `derive_labs`; `is_baseline` is that of the analyte.
    Returns: the row; is_after_graft_loss; a_category with a_rule and a_reason, from the measured ratio;
        uacr_estimated_mg_per_g with uacr_estimated_reason and a_category_estimated, protein_estimated_g_per_day: each
        an estimate from UPCR, null for what was measured otherwise.
    """
    about = subjects.select("subject_id", "sex", "graft_loss_day", *HISTORY)
    rows = labs.filter(pl.col("analyte_name").is_in(MEASURES)).join(
        about, on="subject_id", how="left", maintain_order="left"
    )
    measure, value = pl.col("analyte_name"), pl.col("canonical_value")
    rows = rows.with_columns(
        is_after_graft_loss=pl.col("day") >= pl.col("graft_loss_day"),
        upcr_mg_per_g=pl.when(measure == "upcr").then(value),
        uacr_mg_per_g=pl.when(measure == "uacr").then(value),
    )
    return _with_estimates(_with_category(rows)).drop("graft_loss_day", "sex", *HISTORY)


def _with_category(rows: pl.DataFrame) -> pl.DataFrame:
    """The category by the ratio that was measured; none is taken from a collection."""
    measure = pl.col("analyte_name")
    by_upcr = categories.RULE_PROTEINURIA.value(upcr_mg_per_g=pl.col("upcr_mg_per_g")).cast(pl.String)
    by_uacr = categories.RULE_ALBUMINURIA.value(uacr_mg_per_g=pl.col("uacr_mg_per_g")).cast(pl.String)
    category = pl.when(measure == "upcr").then(by_upcr).when(measure == "uacr").then(by_uacr)
    rows = rows.with_columns(a_category=category)
    outside = pl.format("{} {} is outside the range of the rule", "canonical_value", "canonical_unit")
    reason = (
        pl.when(measure == "proteinuria")
        .then(pl.lit(NO_BANDS))
        .otherwise(pl.coalesce("unit_reason", outside))
    )
    pins = {name: each.pin for name, each in BY_RATIO.items()}
    return rows.with_columns(
        a_rule=measure.replace_strict(pins, default=None, return_dtype=pl.String),
        a_reason=pl.when(pl.col("a_category").is_null()).then(reason),
    )


def _with_estimates(rows: pl.DataFrame) -> pl.DataFrame:
    is_upcr = pl.col("analyte_name") == "upcr"
    uacr, uacr_reason = _asked(proteinuria.RULE_UACR)
    a_day, _ = _asked(proteinuria.RULE_24_H)
    rows = rows.with_columns(
        uacr_estimated_mg_per_g=uacr,
        uacr_estimated_reason=pl.when(is_upcr).then(uacr_reason),
        protein_estimated_g_per_day=a_day,
    )
    category = categories.RULE_ALBUMINURIA.value(uacr_mg_per_g=pl.col("uacr_estimated_mg_per_g"))
    return rows.with_columns(
        a_category_estimated=category.cast(pl.String),
        uacr_is_estimated=pl.col("uacr_estimated_mg_per_g").is_not_null(),
    )


def _asked(rule: Rule) -> tuple[pl.Expr, pl.Expr]:
    """Value and reason of a rule whose inputs stand under their own names."""
    answer = rule.answer(**{each.name: pl.col(each.name) for each in rule.inputs})
    return answer.struct.field("value"), answer.struct.field("reason")
