"""Indices of donor and recipient, and the iBox as a relative hazard: only what the study file pins."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.result_frame import Told, result_frame, sentence
from graftrial.derive import Derived
from graftrial.derive.ibox import BASELINE
from graftrial.derive.kidney_function import primary_equation
from graftrial.study.model import Study

WORDS = {
    "kdri": "kidney donor risk index, unscaled",
    "kdpi": "kidney donor profile index",
    "epts_raw": "raw EPTS score at transplantation",
    "epts": "EPTS at transplantation",
}
UNITS = {"kdri": "", "kdpi": "%", "epts_raw": "", "epts": "%"}
RELATIVE = "relative hazard only, never a survival probability"
EXPLORATORY = "exploratory: outside 6 to 24 months after transplantation"
UNKNOWN_TIME = "exploratory: time since transplantation is not known"


def donor_indices(derived: Derived) -> list[pl.DataFrame]:
    """`prognosis.kdri|kdpi|epts_raw|epts.<subject>`."""
    frame = derived.frame("donor_indices")
    return [
        result_frame(
            frame.filter(pl.col("index") == name),
            Told(
                key=pl.format(f"prognosis.{name}.{{}}", "subject_id"),
                value=pl.col("value"),
                label=pl.format(f"{WORDS[name]}, {{}}", "subject_id"),
                group=f"prognosis.{name}",
                unit=UNITS[name],
                warnings=pl.col("reason").fill_null(""),
                rules=pl.col("rule"),
                sources=pl.format("subjects/{}", "subject_id"),
            ),
        )
        for name in WORDS
    ]


def ibox(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """`prognosis.ibox_full|ibox_abbreviated.<subject>.<time>` and `….relative_hazard.<subject>.<time>`."""
    frame, results = derived.frame("ibox"), []
    equation = primary_equation(study)
    by = f"eGFR by {equation.pin}" if equation else "no eGFR equation pinned"
    for form in ("ibox_full", "ibox_abbreviated"):
        rows = frame.filter(pl.col("form") == form)
        later = rows.filter(pl.col("time") != BASELINE)
        results.append(_told(rows, form, "linear_predictor", by))
        results.append(_told(later, form, "relative_hazard", by))
    return results


def _told(rows: pl.DataFrame, form: str, column: str, by: str) -> pl.DataFrame:
    is_hazard = column == "relative_hazard"
    stem = f"prognosis.{form}" + (".relative_hazard" if is_hazard else "")
    reason = pl.coalesce("reason", "hazard_reason") if is_hazard else pl.col("reason")
    what = "hazard relative to the baseline of the same patient" if is_hazard else "linear predictor"
    context = pl.format(f"{what}; {RELATIVE}; {by}; context of use: {{}}", "context")
    unknown = pl.when(pl.col("years_since_transplant").is_null()).then(pl.lit(UNKNOWN_TIME))
    outside = pl.coalesce(unknown, pl.when(pl.col("is_exploratory")).then(pl.lit(EXPLORATORY)))
    return result_frame(
        rows,
        Told(
            key=pl.format(f"{stem}.{{}}.{{}}", "subject_id", _slug(pl.col("time"))),
            value=pl.col(column),
            label=pl.format(f"{form.replace('_', ' ')}, {what}, {{}}, {{}}", "subject_id", "time"),
            group=stem,
            method=context,
            warnings=sentence([reason, outside]),
            rules=pl.concat_str(["rule", "hazard_rule"], separator="; ") if is_hazard else pl.col("rule"),
            sources=pl.col("sources"),
        ),
    )


def _slug(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "_")
