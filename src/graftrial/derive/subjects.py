"""Who the subjects are and what became of them: one row a subject."""

from __future__ import annotations

import polars as pl

from graftrial.dates import DAYS_PER_YEAR
from graftrial.derive.derived import NOT_REPORTED, row_key
from graftrial.derive.timing import with_days
from graftrial.intake.table import Tables

AGE_BANDS = (
    ("under 18", 0, 18),
    ("18 to 29", 18, 30),
    ("30 to 39", 30, 40),
    ("40 to 49", 40, 50),
    ("50 to 59", 50, 60),
    ("60 to 69", 60, 70),
    ("70 and over", 70, 200),
)
GRAFT_LOST = ("graft_loss", "retransplanted")
REACHED = ("screen_failure", "enrolled", "infused", "completed", "withdrawn", "lost_to_follow_up")
SEEN_ALIVE = ("completed", "last_contact")


def derive_subjects(
    tables: Tables, anchors: pl.DataFrame, disposition: pl.DataFrame, infusions: pl.DataFrame
) -> pl.DataFrame:
    """Subjects with age, intervals, exposure and outcome."""
    frame = with_days(tables.frame("subjects"), anchors, "consent_date", "consent_")
    frame = with_days(frame, anchors, "transplant_date", "transplant_").join(
        anchors, on="subject_id", how="left"
    )
    frame = frame.join(_exposure(infusions), on="subject_id", how="left")
    frame = frame.join(_milestones(disposition), on="subject_id", how="left")
    anchor = pl.when(pl.col("anchor_earliest") == pl.col("anchor_latest")).then(pl.col("anchor_earliest"))
    frame = frame.with_columns(
        anchor_date=anchor,
        # infused by milestone alone: how often is not reported, and not reported is not zero
        n_infusions=pl.when(~pl.col("infused").fill_null(False))
        .then(pl.col("n_infusions").fill_null(0))
        .otherwise(pl.col("n_infusions")),
        infusion_day=pl.col("infusion_day"),
        is_infused=(pl.col("n_infusions").fill_null(0) > 0) | pl.col("infused").fill_null(False),
    )
    return frame.with_columns(*_age(), *_intervals(), *_outcome(), key=row_key("subjects")).with_columns(
        age_band=_band(pl.col("age_years")),
        is_enrolled=pl.col("is_infused") | pl.col("enrolled").fill_null(False),
    )


def _exposure(infusions: pl.DataFrame) -> pl.DataFrame:
    return infusions.group_by("subject_id").agg(
        n_infusions=pl.len().cast(pl.Int32), infusion_day=pl.col("start_day").min()
    )


def _milestones(disposition: pl.DataFrame) -> pl.DataFrame:
    def reached(*names: str) -> pl.Expr:
        return pl.col("milestone").is_in(list(names)).any()

    def of(values: pl.Expr, *names: str) -> pl.Expr:
        return values.filter(pl.col("milestone").is_in(list(names))).min()

    return disposition.group_by("subject_id").agg(
        *(reached(name).alias(name) for name in REACHED),
        is_graft_lost=reached(*GRAFT_LOST),
        is_seen=reached(*SEEN_ALIVE),
        has_died=reached("death"),
        graft_loss_day=of(pl.col("day"), *GRAFT_LOST),
        graft_loss_day_low=of(pl.col("day_low"), *GRAFT_LOST),
        graft_loss_text=of(pl.col("date_text"), *GRAFT_LOST),
        death_day=of(pl.col("day"), "death"),
        last_day=pl.col("day").max(),
    )


def _age() -> list[pl.Expr]:
    at_day_0 = (pl.col("anchor_date") - pl.date(pl.col("birth_year"), 7, 1)).dt.total_days() / DAYS_PER_YEAR
    age = pl.when(pl.col("age_years").is_not_null()).then(pl.col("age_years")).otherwise(at_day_0)
    basis = (
        pl.when(pl.col("age_years").is_not_null())
        .then(pl.lit("as recorded"))
        .when(at_day_0.is_not_null())
        .then(pl.lit("from the year of birth, middle of the year: within half a year"))
    )
    return [age.alias("age_years"), basis.alias("age_basis")]


def _intervals() -> list[pl.Expr]:
    """Years from transplantation to the infusion, or to consent without one; as bounds where a date is partial."""
    reference = pl.col("infusion_day").fill_null(0)
    infused = pl.col("is_infused")
    low = (
        pl.when(infused)
        .then(reference - pl.col("transplant_day_high"))
        .otherwise(_days_to_consent("latest", "earliest"))
    )
    high = (
        pl.when(infused)
        .then(reference - pl.col("transplant_day_low"))
        .otherwise(_days_to_consent("earliest", "latest"))
    )
    recorded = pl.col("years_since_transplant")
    years_low = pl.coalesce(low / DAYS_PER_YEAR, recorded)
    years_high = pl.coalesce(high / DAYS_PER_YEAR, recorded)
    bmi = pl.col("weight_kg") / (pl.col("height_cm") / 100).pow(2)
    return [
        pl.when(years_low == years_high).then(years_low).alias("years_since_transplant"),
        years_low.alias("years_since_transplant_low"),
        years_high.alias("years_since_transplant_high"),
        bmi.alias("bmi_kg_per_m2"),
        reference.alias("age_reference_day"),
    ]


def _days_to_consent(transplant: str, consent: str) -> pl.Expr:
    return (pl.col(f"consent_date_{consent}") - pl.col(f"transplant_date_{transplant}")).dt.total_days()


def _outcome() -> list[pl.Expr]:
    lost, seen, died = (pl.col(name).fill_null(False) for name in ("is_graft_lost", "is_seen", "has_died"))
    graft = (
        pl.when(lost)
        .then(pl.lit("lost"))
        .when(seen)
        .then(pl.lit("functioning"))
        .otherwise(pl.lit(NOT_REPORTED))
    )
    dead = pl.when(died).then(True).when(seen).then(False)
    status = (
        pl.when(died)
        .then(pl.lit("died"))
        .when(pl.col("screen_failure").fill_null(False))
        .then(pl.lit("screen failure"))
        .when(pl.col("withdrawn").fill_null(False))
        .then(pl.lit("withdrawn"))
        .when(pl.col("lost_to_follow_up").fill_null(False))
        .then(pl.lit("lost to follow-up"))
        .when(pl.col("completed").fill_null(False))
        .then(pl.lit("completed"))
        .otherwise(pl.lit(NOT_REPORTED))
    )
    return [graft.alias("graft_status"), dead.alias("is_dead"), status.alias("follow_up_status")]


def _band(age: pl.Expr) -> pl.Expr:
    band = pl.lit(None, dtype=pl.String)
    for label, low, high in AGE_BANDS:
        band = pl.when((age >= low) & (age < high)).then(pl.lit(label)).otherwise(band)
    return band
