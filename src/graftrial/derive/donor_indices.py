"""Indices of the donor (KDRI, KDPI) and of the recipient at transplantation (EPTS), where the study pins them."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.card import Rule
from graftrial.clinical.rules import rule
from graftrial.study.model import Study

KDRI, KDPI = "prognosis.kdri", "prognosis.kdpi"
EPTS_RAW, EPTS = "prognosis.epts_raw", "prognosis.epts"
INDICES = (KDRI, KDPI, EPTS_RAW, EPTS)
SCHEMA = {
    "subject_id": pl.String(),
    "index": pl.String(),
    "rule": pl.String(),
    "value": pl.Float64(),
    "reason": pl.String(),
}
LIVING = "undefined for a living donor"
AGE_THEN = "age at transplantation"


def derive_donor_indices(study: Study, subjects: pl.DataFrame) -> pl.DataFrame:
    """One row a subject and pinned index: subject_id, index, rule, value, and the reason where there is none.

    Empty where the study file pins none of them: nothing is assumed to be wanted.
    """
    people = _people(subjects)
    parts = [pl.DataFrame(schema=SCHEMA)]
    for name in INDICES:
        if name in study.rules:
            parts.append(_index(people, name, rule(name, study.rules[name])))
    return pl.concat(parts).sort("subject_id", "index")


def _people(subjects: pl.DataFrame) -> pl.DataFrame:
    """Subjects with the inputs of the rules under their names; the age counts at transplantation."""
    told = {"yes": True, "no": False}
    return subjects.with_columns(
        donor_has_hypertension=pl.col("donor_hypertension").replace_strict(
            told, default=None, return_dtype=pl.Boolean
        ),
        donor_has_diabetes=pl.col("donor_diabetes").replace_strict(
            told, default=None, return_dtype=pl.Boolean
        ),
        donor_died_of_circulatory_arrest=pl.col("donor_circulatory_death"),
        had_transplant=pl.col("had_previous_transplant"),
        age_years=pl.col("age_years") - pl.col("years_since_transplant"),
    )


def _index(people: pl.DataFrame, name: str, index: Rule) -> pl.DataFrame:
    if name == EPTS:
        raw = _answered(people, rule(EPTS_RAW, index.edition))
        people = people.with_columns(epts_raw=raw["value"], _raw_reason=raw["reason"])
    answered = _answered(people, index)
    reason = pl.col("reason")
    if name == EPTS:
        reason = pl.coalesce(people["_raw_reason"], reason)
    value = pl.col("value")
    if name in (KDRI, KDPI):
        donor = people["donor_type"]
        missing = pl.when(donor.is_null()).then(pl.lit("donor_type is missing"))
        is_living = pl.when(donor == "living").then(pl.lit(LIVING))
        reason = pl.coalesce(is_living, pl.concat_str([missing, reason], separator="; ", ignore_nulls=True))
        value = pl.when(donor == "deceased").then(value)
    # an exact age stays out of the words
    told = reason.str.replace(r"\bage_years is [-\d.]+, expected", "age_years is outside")
    told = told.str.replace(r"\bage_years", AGE_THEN) if name in (EPTS, EPTS_RAW) else told
    return answered.select(
        "subject_id",
        index=pl.lit(name.removeprefix("prognosis.")),
        rule=pl.lit(index.pin),
        value=value,
        reason=pl.when(value.is_null()).then(told),
    )


def _answered(people: pl.DataFrame, index: Rule) -> pl.DataFrame:
    answer = index.answer(**{each.name: pl.col(each.name) for each in index.inputs})
    return people.select(
        "subject_id",
        value=answer.struct.field("value").cast(pl.Float64),
        reason=answer.struct.field("reason"),
    )
