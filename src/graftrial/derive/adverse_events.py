"""Adverse events with onset day, seriousness, treatment emergence and relation; unknown stays unknown.

One row an event as it was recorded: a worsening is a row of its own that shares `series_id` with the row before.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.rules import rule
from graftrial.derive.derived import row_key
from graftrial.derive.infusion_reactions import with_infusion_reactions
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
PRODUCTS = ("cells", "standard_therapy", "procedure")
NOT_CODED = "Not coded"
FATAL_GRADE = 5


def derive_adverse_events(
    study: Study, tables: Tables, anchors: pl.DataFrame, subjects: pl.DataFrame, infusions: pl.DataFrame
) -> pl.DataFrame:
    """Adverse events with everything the safety tables count."""
    frame = with_days(_with_optional(tables.frame("adverse_events")), anchors, "start", "onset_")
    frame = with_days(frame, anchors, "end", "end_")
    about = subjects.select("subject_id", "is_infused", "infusion_day", "cohort")
    frame = frame.join(about, on="subject_id", how="left", maintain_order="left").with_columns(
        is_infused=pl.col("is_infused").fill_null(False)
    )
    frame = with_infusion_reactions(frame, infusions, study.adverse_events.infusion_reaction)
    frame = frame.with_columns(
        key=row_key("adverse_events"),
        soc=pl.col("meddra_soc").fill_null(NOT_CODED),
        pt=pl.coalesce("meddra_pt", "ctcae_term", "term"),
        is_coded=pl.col("meddra_pt").is_not_null(),
        seriousness=_criteria_met(),
        is_serious=_is_serious(),
        is_fatal=_is_fatal(),
        is_grade_3_or_higher=pl.col("grade") >= 3,
        is_withdrawal=_is_withdrawal(study.adverse_events.withdrawal_actions),
        is_onset_imputed=(pl.col("onset_day_low") != pl.col("onset_day_high"))
        | pl.col("onset_day_low").is_null(),
        is_worsened=_is_worsened(),
        worst_grade=_worst_of_series(),
    )
    frame = _with_relations(frame)
    return frame.with_columns(
        is_treatment_emergent=_emergent(study), is_in_safety_set=pl.col("is_infused")
    ).drop("last_infusion_day")


def _with_optional(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that a file need not have, unknown where it has none."""
    types = {
        "start_time": pl.String,
        "led_to_withdrawal": pl.Boolean,
        "infusion_reaction": pl.Boolean,
        "astct_grade": pl.Int32,
    }
    return frame.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in types.items() if name not in frame.columns
    )


def _criteria_met() -> pl.Expr:
    met = [pl.when(pl.col(name)).then(pl.lit(words)) for name, words in CRITERIA.items()]
    return pl.concat_str(met, separator="; ", ignore_nulls=True)


def _is_serious() -> pl.Expr:
    """A criterion that is met decides, also against a recorded no; then the recorded word; then six times no."""
    by_criteria = pl.any_horizontal(*(pl.col(name) for name in CRITERIA))
    return pl.when(by_criteria).then(True).otherwise(pl.coalesce(pl.col("serious"), by_criteria))


def _is_fatal() -> pl.Expr:
    certain = (pl.col("outcome") == "fatal") | (pl.col("grade") == FATAL_GRADE) | pl.col("serious_death")
    known_otherwise = pl.col("outcome").is_not_null() & (pl.col("outcome") != "unknown")
    return pl.when(certain).then(True).when(known_otherwise).then(False)


def _is_withdrawal(actions: tuple[str, ...]) -> pl.Expr:
    """As recorded; else by the declared words of the column action, where any are declared."""
    if not actions:
        return pl.col("led_to_withdrawal")
    said = pl.col("action").str.to_lowercase().is_in([each.lower() for each in actions])
    return pl.coalesce(pl.col("led_to_withdrawal"), said)


def products(frame: pl.DataFrame) -> tuple[str, ...]:
    """The products whose causality the table asks for: the three of every study, then any other given."""
    given = (
        name.removeprefix("related_").removesuffix("_investigator")
        for name in frame.columns
        if name.startswith("related_") and name.endswith("_investigator")
    )
    return tuple(dict.fromkeys((*PRODUCTS, *given)))


def _with_relations(frame: pl.DataFrame) -> pl.DataFrame:
    """Relation to each product: known, and as it is handled while nobody has judged it.

    Over all products: those that the study judges at all, the cells in any case.
    """
    names = products(frame)
    columns = {f"is_related_{name}": _is_related(name, frame.columns) for name in names}
    frame = frame.with_columns(**columns)
    judged = [
        name for name in names if name == PRODUCTS[0] or not frame[f"is_related_{name}"].is_null().all()
    ]
    related = [pl.col(f"is_related_{name}") for name in judged]
    return frame.with_columns(
        *(
            pl.col(f"is_related_{name}").fill_null(True).alias(f"is_handled_as_related_{name}")
            for name in names
        ),
        is_related=pl.any_horizontal(*related),
        is_handled_as_related=pl.any_horizontal(*related).fill_null(True),
    )


def _is_related(product: str, columns: list[str]) -> pl.Expr:
    """By the investigator or the sponsor: the sponsor's judgement never lowers the investigator's."""
    investigator, sponsor = (
        pl.col(name).is_in(list(RELATED)) if name in columns else pl.lit(None, dtype=pl.Boolean)
        for name in (f"related_{product}_investigator", f"related_{product}_sponsor")
    )
    return (
        pl.when(investigator.is_null())
        .then(pl.when(sponsor).then(True))
        .otherwise(investigator | sponsor.fill_null(False))
    )


def _is_worsened() -> pl.Expr:
    """Grade above the highest grade that the same series had before the first infusion; false without a series.

    A part of the series whose onset may lie before the infusion is not proof of an earlier grade.
    """
    is_before = pl.col("onset_day_high") < pl.col("infusion_day").fill_null(0)
    before = pl.col("grade").filter(is_before).max().over("subject_id", "series_id")
    return (pl.col("series_id").is_not_null() & (pl.col("grade") > before)).fill_null(False)


def _worst_of_series() -> pl.Expr:
    """The highest grade of the whole event: over its parts where it has several."""
    of_series = pl.col("grade").max().over("subject_id", "series_id")
    return pl.when(pl.col("series_id").is_null()).then(pl.col("grade")).otherwise(of_series)


def _emergent(study: Study) -> pl.Expr:
    window = study.definitions.treatment_emergent
    # the window counts from the infusion, whatever the anchor is
    offset = pl.col("infusion_day").fill_null(0)
    until = offset + pl.lit(window.until_day, dtype=pl.Int32)
    if window.days_after_last_infusion is not None:
        until = pl.col("last_infusion_day") + pl.lit(window.days_after_last_infusion, dtype=pl.Int32)
    # an onset on the day of the infusion, at an earlier time, is before it
    earlier = pl.col("is_before_infusion_by_time").cast(pl.Int32)
    return rule(*TREATMENT_EMERGENT).expression(
        is_infused=pl.col("is_infused"),
        onset_day_low=pl.col("onset_day_low") - earlier,
        onset_day_high=pl.col("onset_day_high") - earlier,
        end_day_high=pl.col("end_day_high"),
        is_worsened=pl.col("is_worsened"),
        from_day=offset + window.from_day,
        until_day=until,
    )
