"""Which serious events are suspected unexpected serious adverse reactions, as far as the facts decide.

A causality that nobody judged counts as related, and says so; every other unknown fact leaves the answer open.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from graftrial.clinical.rules import rule
from graftrial.dates import NotAMoment, read_moment
from graftrial.study.model import Study

SUSAR = ("adverse_events.susar", "ich_e2a")
MOMENTS = {  # moment of the table: prefix of its bounds
    "aware_date": "aware",
    "aware_investigator_date": "investigator_aware",
    "severe_aware_date": "severe_aware",
    "qualified_date": "qualified",
    "reported_date": "reported",
    "severe_reported_date": "severe_reported",
    "completed_date": "completed",
    "downgraded_date": "downgraded",
}
KNOWN_LATER = tuple(each for each in MOMENTS.values() if each not in ("aware", "investigator_aware"))
CASE_COLUMNS = (
    "subject_id",
    "ae_id",
    "key",
    "pt",
    "is_serious",
    "is_related",
    "is_handled_as_related",
    "is_related_by_default",
    "expected",
    "is_severe",
    "susar",
    "reason",
)


def data_cut_bounds(study: Study) -> tuple[date | None, date | None]:
    """First and last day that the data cut can mean; None without a data cut."""
    try:
        cut = read_moment(study.data_cut.date or "")
    except NotAMoment:
        return None, None
    return cut.earliest, cut.latest


def derive_reporting_cases(study: Study, zero: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Every event that is, or may be, serious: whether it is a SUSAR, why not assessable, and its moments.

    zero: anchors of the subjects. events: the derived adverse events.
    Returns: `CASE_COLUMNS`, then for each moment of `MOMENTS` its bounds as calendar days (`aware_low`, `aware_high`)
    and as study days (`aware_day_low`, `aware_day_high`). What lies after the data cut is not known yet.
    """
    rows = with_moments(maybe_serious(events), zero, tuple(MOMENTS))
    rows = _with_relation(study, rows)
    rows = rows.with_columns(is_severe=_is_severe())
    judged = rule(*SUSAR).expression(
        serious=pl.col("is_serious"), related=pl.col("is_handled_as_related"), expected=pl.col("expected")
    )
    rows = rows.with_columns(susar=judged).with_columns(reason=_reason())
    bounds = [f"{each}_{end}" for each in MOMENTS.values() for end in ("low", "high", "day_low", "day_high")]
    return _as_of(rows, data_cut_bounds(study)[1]).select(*CASE_COLUMNS, *bounds).sort("subject_id", "ae_id")


def maybe_serious(events: pl.DataFrame) -> pl.DataFrame:
    """Events that are, or may be, serious; a death is serious whatever was recorded."""
    serious = pl.when(pl.col("is_fatal")).then(True).otherwise(pl.col("is_serious"))
    return events.with_columns(is_serious=serious).filter(pl.col("is_serious").fill_null(True))


def with_moments(events: pl.DataFrame, zero: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Bounds of each moment: calendar days (a study day through the anchor) and study days; null where unknown."""
    rows = events.join(
        zero.select("subject_id", "anchor_earliest", "anchor_latest"),
        on="subject_id",
        how="left",
        maintain_order="left",
    )
    for column in columns:
        prefix = MOMENTS.get(column, column)
        if f"{column}_earliest" not in rows.columns:
            rows = rows.with_columns(
                pl.lit(None, dtype=kind).alias(f"{column}_{part}")
                for part, kind in (("earliest", pl.Date), ("latest", pl.Date), ("stated_day", pl.Int32))
            )
        stated = pl.col(f"{column}_stated_day")
        by_day = pl.duration(days=stated)
        low, high = pl.col(f"{column}_earliest"), pl.col(f"{column}_latest")
        rows = rows.with_columns(
            pl.coalesce(low, pl.col("anchor_earliest") + by_day).alias(f"{prefix}_low"),
            pl.coalesce(high, pl.col("anchor_latest") + by_day).alias(f"{prefix}_high"),
            _study_day(low, pl.col("anchor_latest"), stated).alias(f"{prefix}_day_low"),
            _study_day(high, pl.col("anchor_earliest"), stated).alias(f"{prefix}_day_high"),
        )
    return rows.drop("anchor_earliest", "anchor_latest")


def _study_day(moment: pl.Expr, anchor: pl.Expr, stated: pl.Expr) -> pl.Expr:
    return pl.coalesce((moment - anchor).dt.total_days().cast(pl.Int32), stated)


def _as_of(rows: pl.DataFrame, cut: date | None) -> pl.DataFrame:
    """What was recorded about days after the data cut had not happened then."""
    if cut is None:
        return rows
    changes = []
    for prefix in KNOWN_LATER:
        later = (pl.col(f"{prefix}_low") > pl.lit(cut)).fill_null(False)
        for end in ("low", "high", "day_low", "day_high"):
            name = f"{prefix}_{end}"
            changes.append(pl.when(~later).then(pl.col(name)).alias(name))
    return rows.with_columns(changes)


def _with_relation(study: Study, rows: pl.DataFrame) -> pl.DataFrame:
    """Relation to a product under investigation; unjudged counts as related unless the product came later."""
    names = [f"is_related_{each}" for each in study.safety.reporting.products]
    judged = [pl.col(each) if each in rows.columns else pl.lit(None, dtype=pl.Boolean) for each in names]
    related = pl.any_horizontal(*judged)
    began_before = (pl.col("onset_day_high") < pl.col("infusion_day")).fill_null(False)
    if "infusions" in study.intake.complete:
        began_before = began_before | ~pl.col("is_infused")
    return rows.with_columns(is_related=related, began_before=began_before).with_columns(
        is_handled_as_related=pl.coalesce("is_related", ~pl.col("began_before")),
        is_related_by_default=pl.col("is_related").is_null() & ~pl.col("began_before"),
    )


def _is_severe() -> pl.Expr:
    """Fatal or life-threatening: true as soon as one of them is known, false only where both are known not to be."""
    turned = pl.col("severe_aware_low").is_not_null()
    return pl.when(turned).then(True).otherwise(pl.col("is_fatal") | pl.col("serious_life_threatening"))


def _reason() -> pl.Expr:
    """What decides, or what is missing, in words."""
    unknown = pl.col("susar").is_null()
    no = pl.col("susar").not_()
    parts = [
        pl.when(unknown & pl.col("is_serious").is_null()).then(
            pl.lit("whether it was serious is not reported")
        ),
        pl.when(unknown & pl.col("expected").is_null()).then(
            pl.lit("whether it was expected is not reported")
        ),
        pl.when(no & ~pl.col("is_serious")).then(pl.lit("not serious")),
        pl.when(no & pl.col("expected")).then(pl.lit("expected by the reference safety information")),
        pl.when(no & ~pl.col("is_handled_as_related") & pl.col("is_related").is_not_null()).then(
            pl.lit("not related in the judgement of anybody who judged it")
        ),
        pl.when(no & ~pl.col("is_handled_as_related") & pl.col("is_related").is_null()).then(
            pl.lit("causality not judged; began before the product was given")
        ),
        pl.when(pl.col("is_related_by_default") & pl.col("susar").fill_null(True)).then(
            pl.lit("causality not judged by the investigator: counts as related until it is")
        ),
        pl.when(pl.col("downgraded_low").is_not_null()).then(pl.lit("downgraded later: the clock stays")),
    ]
    return pl.concat_str(parts, separator="; ", ignore_nulls=True)
