"""Courses of standard therapy and immunosuppression: cumulative doses, and whether the therapy was complete in time."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.exposure.body_surface import DUBOIS_1916, MOSTELLER_1987
from graftrial.clinical.exposure.courses import (
    COURSE_COMPLETE,
    CUMULATIVE_DOSE,
    DOSE_PER_SIZE,
    DOSE_TIMES_SIZE,
)
from graftrial.study.model import StandardTherapy

BODY_SURFACE = {rule.edition: rule for rule in (DUBOIS_1916, MOSTELLER_1987)}
PER_KG, PER_M2 = "/kg", "/m2"
PLANNED = {"treatment": pl.String, "wanted": pl.String, "sessions_planned": pl.Int32}


def derive_courses(
    treatments: pl.DataFrame, subjects: pl.DataFrame, body_surface: str | None = None
) -> pl.DataFrame:
    """Courses with their cumulative dose: as a whole, per kg and per m2.

    subjects: subject_id, weight_kg, height_cm. body_surface: edition of the rule `exposure.body_surface` that the
        study pins; None where it pins none, then nothing is given per m2.
    Adds: cumulative_dose and cumulative_unit (the unit of one dose), cumulative_total, cumulative_per_kg,
        cumulative_per_m2 with total_unit, body_surface_m2, course_reason (why there is no cumulative dose).
    """
    about = subjects.select("subject_id", "weight_kg", "height_cm").unique("subject_id")
    rows = treatments.join(about, on="subject_id", how="left", maintain_order="left")
    sessions = pl.col("sessions")
    summed = CUMULATIVE_DOSE.answer(dose=pl.col("dose"), sessions=sessions)
    unit = pl.col("dose_unit").str.replace("m²", "m2").str.replace_all(" ", "")
    rows = rows.with_columns(
        cumulative_dose=summed.struct.field("value"),
        course_reason=summed.struct.field("reason"),
        cumulative_unit=unit,
        body_surface_m2=_surface(body_surface),
    )
    rows = rows.with_columns(total_unit=unit.str.strip_suffix(PER_KG).str.strip_suffix(PER_M2))
    return _by_size(rows).drop("weight_kg", "height_cm")


def _surface(edition: str | None) -> pl.Expr:
    if edition is None:
        return pl.lit(None, dtype=pl.Float64)
    return (
        BODY_SURFACE[edition]
        .answer(height_cm=pl.col("height_cm"), weight_kg=pl.col("weight_kg"))
        .struct.field("value")
    )


def _by_size(rows: pl.DataFrame) -> pl.DataFrame:
    given, weight, surface = pl.col("cumulative_dose"), pl.col("weight_kg"), pl.col("body_surface_m2")
    is_per_kg, is_per_m2 = (
        pl.col("cumulative_unit").str.ends_with(each).fill_null(False) for each in (PER_KG, PER_M2)
    )

    def times(size: pl.Expr) -> pl.Expr:
        return DOSE_TIMES_SIZE.answer(cumulative_dose_per_size=given, size=size).struct.field("value")

    def by(size: pl.Expr) -> pl.Expr:
        return DOSE_PER_SIZE.answer(cumulative_dose=pl.col("cumulative_total"), size=size).struct.field(
            "value"
        )

    total = pl.when(is_per_kg).then(times(weight)).when(is_per_m2).then(times(surface)).otherwise(given)
    rows = rows.with_columns(cumulative_total=total)
    return rows.with_columns(
        cumulative_per_kg=pl.when(is_per_kg).then(given).otherwise(by(weight)),
        cumulative_per_m2=pl.when(is_per_m2).then(given).otherwise(by(surface)),
    )


def summarise_courses(courses: pl.DataFrame) -> pl.DataFrame:
    """One row a subject, treatment and unit: courses, sessions, cumulative dose; null where one part is not known."""
    keys = ["subject_id", "treatment", "purpose", "cumulative_unit"]

    def total(name: str) -> pl.Expr:
        return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)

    return (
        courses.group_by(keys)
        .agg(
            pl.len().cast(pl.Int32).alias("n_courses"),
            total("sessions"),
            total("cumulative_dose"),
            total("cumulative_total"),
            total("cumulative_per_kg"),
            total("cumulative_per_m2"),
            pl.col("total_unit").first(),
            pl.col("start_day_low").min().alias("first_day"),
            pl.col("end_day_high").max().alias("last_day"),
        )
        .sort(keys, nulls_last=True)
    )


def derive_standard_therapy(
    therapy: StandardTherapy, treatments: pl.DataFrame, infused: pl.DataFrame, is_complete_table: bool = False
) -> pl.DataFrame:
    """One row an infused subject and demanded course: complete before the first infusion, or not, or not assessable.

    treatments: rows of `derive_treatments`, with days. infused: subject_id, infusion_day (first infusion).
    is_complete_table: whether the study declares treatments complete, so that no row means no session.
    Returns: subject_id, treatment, sessions_planned, sessions_before, is_complete, completeness_reason, last_day.
    """
    planned = [(each.treatment, _plain(each.treatment), each.sessions) for each in therapy.courses]
    demanded = infused.select("subject_id", "infusion_day").join(
        pl.DataFrame(planned, schema=PLANNED, orient="row"), how="cross"
    )
    courses = treatments.with_columns(wanted=_plain_words(pl.col("treatment"))).filter(
        pl.col("purpose").is_null() | (pl.col("purpose") == "standard_therapy")
    )
    given = demanded.select("subject_id", "wanted", "infusion_day").join(courses, on=["subject_id", "wanted"])
    counted = _before_infusion(given)
    rows = demanded.join(counted, on=["subject_id", "wanted"], how="left", maintain_order="left")
    none = pl.col("n_courses").is_null()
    before = pl.when(none).then(0 if is_complete_table else None).otherwise(pl.col("sessions_before"))
    rows = rows.with_columns(sessions_before=before.cast(pl.Int32))
    answer = COURSE_COMPLETE.answer(
        sessions_given=pl.col("sessions_before"), sessions_planned=pl.col("sessions_planned")
    ).struct.field("value")
    return rows.select(
        "subject_id",
        "treatment",
        "sessions_planned",
        "sessions_before",
        is_complete=answer,
        completeness_reason=pl.when(answer.is_null()).then(_why_open(none)),
        last_day="last_day",
    ).sort("subject_id", "treatment")


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


def _plain_words(names: pl.Expr) -> pl.Expr:
    return names.str.to_lowercase().str.replace_all(r"[\s_]+", " ").str.strip_chars()


def _before_infusion(given: pl.DataFrame) -> pl.DataFrame:
    """Sessions that certainly lie before the first infusion, as a sum that is null while a course is open."""
    ended, began = pl.col("end_day_high").fill_null(pl.col("start_day_high")), pl.col("start_day_low")
    last, first = pl.col("infusion_day"), pl.col("infusion_day")
    sessions = pl.when(began >= first).then(0).when(ended <= last).then(pl.col("sessions")).otherwise(None)
    return given.group_by("subject_id", "wanted").agg(
        n_courses=pl.len(),
        sessions_before=pl.when(sessions.is_not_null().all()).then(sessions.sum()),
        has_no_sessions=pl.col("sessions").is_null().any(),
        last_day=ended.max(),
    )


def _why_open(none: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("sessions_planned").is_null())
        .then(pl.lit("the study file names no number of sessions"))
        .when(none)
        .then(pl.lit("the course is not reported"))
        .when(pl.col("has_no_sessions"))
        .then(pl.lit("the number of sessions is not reported"))
        .when(pl.col("infusion_day").is_null())
        .then(pl.lit("the day of the first infusion is not known"))
        .otherwise(pl.lit("the days of the course do not say whether it ended before the infusion"))
    )


def summarise_standard_therapy(courses: pl.DataFrame) -> pl.DataFrame:
    """One row a subject: `complete`, `not complete` or `not assessable`, the reasons, and its last day."""
    every = pl.col("is_complete").all(ignore_nulls=False)
    named = pl.format("{}: {}", pl.col("treatment"), pl.col("completeness_reason"))
    return (
        courses.group_by("subject_id")
        .agg(
            is_complete=every,
            incomplete=pl.col("treatment")
            .filter(~pl.col("is_complete").fill_null(True))
            .sort()
            .str.join("; "),
            open_reason=named.filter(pl.col("is_complete").is_null()).sort().str.join("; "),
            last_day=pl.col("last_day").max(),
        )
        .with_columns(
            standard_therapy=pl.col("is_complete").replace_strict(
                {True: "complete", False: "not complete"}, default="not assessable", return_dtype=pl.String
            )
        )
        .sort("subject_id")
    )
