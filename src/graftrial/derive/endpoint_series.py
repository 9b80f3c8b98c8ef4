"""The derived variables that endpoints may name, each as one row a value: subject, study day, number or reason."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.derive.kidney_function import primary_equation
from graftrial.derive.tacrolimus import derive_troughs
from graftrial.intake.table import Tables
from graftrial.study.model import Endpoint, Study
from graftrial.study.variables import KIND_OF

SERA = {"dsa_immunodominant_mfi": "immunodominant_mfi", "dsa_sum_mfi": "cumulative_mfi", "dsa_count": "n_dsa"}
BOUNDED = {
    "g_plus_ptc": ("mvi_low", "mvi_high"),
    "activity_index": ("banff_activity_index_min", "banff_activity_index_max"),
    "chronicity_index": ("banff_chronicity_index_min", "banff_chronicity_index_max"),
}
ACTIVE_AMR = "banff_active_or_chronic_active_amr_state"
UNPINNED = "no biopsy is classified: [rules] pins no edition of banff.amr"
COLUMNS = ("subject_id", "day", "time", "value", "reason", "key")
Frames = Mapping[str, pl.DataFrame]


def derive_series(endpoint: Endpoint, tables: Tables, frames: Frames) -> pl.DataFrame:
    """Values of the endpoint's variable: subject_id, day (null: not known), time, value (null with reason), key.

    For amr_resolved the value is 1 where active or chronic active AMR is established and 0 where it is excluded.
    """
    return derive_variable(str(endpoint.variable), tables, frames, endpoint.score)


def derive_variable(name: str, tables: Tables, frames: Frames, score: str | None = None) -> pl.DataFrame:
    """The same of a variable by its name. score: of the table transcripts, for the variable transcript."""
    if name == "egfr":
        found = _plain(frames["kidney_function"], "egfr_ml_per_min_1_73m2", pl.col("egfr_reason"))
    elif name == "creatinine":
        found = _plain(frames["kidney_function"], "creatinine_mg_per_dl", pl.col("unit_reason"))
    elif name == "tacrolimus_trough":
        found = _labs(derive_troughs(frames["labs"]), "ng/mL")
    elif name == "upcr":
        found = _labs(frames["labs"].filter(pl.col("analyte_name") == "upcr"), KIND_OF[name].unit)
    elif name in SERA:
        found = _sera(frames, SERA[name])
    elif name == "transcript":
        found = _transcripts(tables, frames["biopsies"], str(score))
    else:
        found = _biopsies(frames["biopsies"], name)
    ordered = found.sort("subject_id", "day", pl.col("time").fill_null(""), "key", nulls_last=True)
    return ordered.select(COLUMNS)


def rules_of(endpoint: Endpoint, study: Study) -> tuple[str, ...]:
    """The pinned clinical rules that the variable rests on."""
    if endpoint.variable in ("egfr", "decline_30", "decline_40", "decline_50"):
        equation = primary_equation(study)
        pins = [equation.pin] if equation else []
        if endpoint.variable != "egfr":
            pins.append(f"kidney.egfr_declined_{str(endpoint.variable)[-2:]}_percent@1")
        return tuple(pins)
    if endpoint.variable and endpoint.variable.startswith("ae_"):
        return ("adverse_events.treatment_emergent@ich_e9",)
    return ()


def _plain(frame: pl.DataFrame, value: str, reason: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "subject_id", "day", "time", value=pl.col(value).cast(pl.Float64), reason=reason, key="key"
    )


def _labs(frame: pl.DataFrame, unit: str) -> pl.DataFrame:
    in_unit = pl.col("canonical_unit") == unit
    why = pl.coalesce("unit_reason", pl.lit(f"not in {unit}"))
    return frame.select(
        "subject_id",
        "day",
        "time",
        value=pl.when(in_unit).then(pl.col("canonical_value")),
        reason=pl.when(~in_unit.fill_null(False)).then(why),
        key="key",
    )


def _sera(frames: Frames, column: str) -> pl.DataFrame:
    keys = frames["antibodies"].group_by("subject_id", "date").agg(key=pl.col("key").sort().str.join("; "))
    rows = frames["sera"].join(keys, on=["subject_id", "date"], how="left", maintain_order="left")
    return rows.select(
        "subject_id",
        "day",
        time=pl.lit(None, dtype=pl.String),
        value=pl.col(column).cast(pl.Float64),
        reason=pl.when(pl.col(column).is_null()).then(pl.col("summary_reason")),
        key="key",
    )


def _transcripts(tables: Tables, biopsies: pl.DataFrame, score: str) -> pl.DataFrame:
    rows = tables.frame("transcripts").filter(pl.col("score") == score).select("biopsy_id", "value")
    return biopsies.join(rows, on="biopsy_id", how="inner", maintain_order="left").select(
        "subject_id",
        "day",
        time=pl.lit(None, dtype=pl.String),
        value=pl.col("value").cast(pl.Float64),
        reason=pl.lit(None, dtype=pl.String),
        key="key",
    )


def _biopsies(biopsies: pl.DataFrame, name: str) -> pl.DataFrame:
    no_time = pl.lit(None, dtype=pl.String)
    value: pl.Expr
    why: pl.Expr
    asked = (ACTIVE_AMR,) if name == "amr_resolved" else BOUNDED.get(name, ())
    if not set(asked) <= set(biopsies.columns):
        value, why = pl.lit(None, dtype=pl.Float64), pl.lit(UNPINNED)
    elif name == "amr_resolved":
        state, sample = pl.col(ACTIVE_AMR).cast(pl.String), pl.col("banff_adequacy").cast(pl.String)
        usable = sample.fill_null("") != "inadequate"
        value = pl.when(state == "established").then(1.0).when((state == "excluded") & usable).then(0.0)
        why = (
            pl.when(~usable)
            .then(pl.lit("the sample is inadequate"))
            .otherwise(pl.format("active AMR is possible: {}", "banff_active_or_chronic_active_amr_decides"))
            .fill_null("active AMR is not decided")
        )
    elif name in BOUNDED:
        low, high = (pl.col(each).cast(pl.Float64) for each in BOUNDED[name])
        value = pl.when(low == high).then(low)
        why = pl.format("it is {} to {}", low.cast(pl.Int64), high.cast(pl.Int64)).fill_null("no score")
    else:
        value = pl.col(name).cast(pl.String).str.extract(r"^(\d)").cast(pl.Float64)
        why = pl.lit(f"{name} was not given")
    return biopsies.select(
        "subject_id", "day", time=no_time, value=value, reason=pl.when(value.is_null()).then(why), key="key"
    )
