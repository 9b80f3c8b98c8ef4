"""Adverse events with onset day, seriousness, treatment emergence and relation; unknown stays unknown."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.rules import rule
from graftrial.derive.derived import row_key
from graftrial.derive.timing import with_days
from graftrial.intake.table import Tables
from graftrial.study.model import Study

TREATMENT_EMERGENT = ("adverse_events.treatment_emergent", "ich_e9")
CRITERIA = {
    "serious_death": "death",
    "serious_life_threatening": "life-threatening",
    "serious_hospitalisation": "hospitalisation",
    "serious_disability": "disability",
    "serious_congenital_anomaly": "congenital anomaly",
    "serious_other": "other medically important",
}
RELATED = ("possible", "probable", "definite", "related")
NOT_CODED = "Not coded"


def derive_adverse_events(
    study: Study, tables: Tables, anchors: pl.DataFrame, subjects: pl.DataFrame
) -> pl.DataFrame:
    """Adverse events with everything the safety tables count."""
    frame = with_days(tables.frame("adverse_events"), anchors, "start", "onset_")
    frame = with_days(frame, anchors, "end", "end_")
    about = subjects.select("subject_id", "is_infused", "infusion_day")
    frame = frame.join(about, on="subject_id", how="left", maintain_order="left").with_columns(
        is_infused=pl.col("is_infused").fill_null(False)
    )
    frame = frame.with_columns(
        key=row_key("adverse_events"),
        soc=pl.col("meddra_soc").fill_null(NOT_CODED),
        pt=pl.coalesce("meddra_pt", "ctcae_term", "term"),
        seriousness=_criteria_met(),
        is_serious=_is_serious(),
        is_related_cells=_is_related("cells"),
        is_onset_imputed=(pl.col("onset_day_low") != pl.col("onset_day_high"))
        | pl.col("onset_day_low").is_null(),
        is_worsened=_is_worsened(),
    )
    return frame.with_columns(is_treatment_emergent=_emergent(study), is_in_safety_set=pl.col("is_infused"))


def _criteria_met() -> pl.Expr:
    met = [pl.when(pl.col(name)).then(pl.lit(words)) for name, words in CRITERIA.items()]
    return pl.concat_str(met, separator="; ", ignore_nulls=True)


def _is_serious() -> pl.Expr:
    """A criterion that is met decides, also against a recorded no; then the recorded word; then six times no."""
    by_criteria = pl.any_horizontal(*(pl.col(name) for name in CRITERIA))
    return pl.when(by_criteria).then(True).otherwise(pl.coalesce(pl.col("serious"), by_criteria))


def _is_related(product: str) -> pl.Expr:
    """By the investigator or the sponsor: the sponsor's judgement never lowers the investigator's."""
    judged = [
        pl.col(f"related_{product}_{judge}").is_in(list(RELATED)) for judge in ("investigator", "sponsor")
    ]
    investigator, sponsor = judged
    return (
        pl.when(investigator.is_null())
        .then(pl.when(sponsor).then(True))
        .otherwise(investigator | sponsor.fill_null(False))
    )


def _is_worsened() -> pl.Expr:
    """Grade above the highest grade that the same series had before day 0; false without a series."""
    before = pl.col("grade").filter(pl.col("onset_day_high") < 0).max().over("subject_id", "series_id")
    return (pl.col("series_id").is_not_null() & (pl.col("grade") > before)).fill_null(False)


def _emergent(study: Study) -> pl.Expr:
    window = study.definitions.treatment_emergent
    offset = pl.col("infusion_day").fill_null(
        0
    )  # the window counts from the infusion, whatever the anchor is
    until = pl.lit(window.until_day, dtype=pl.Int32)
    return rule(*TREATMENT_EMERGENT).expression(
        is_infused=pl.col("is_infused"),
        onset_day_low=pl.col("onset_day_low"),
        onset_day_high=pl.col("onset_day_high"),
        end_day_high=pl.col("end_day_high"),
        is_worsened=pl.col("is_worsened"),
        from_day=offset + window.from_day,
        until_day=offset + until,
    )
