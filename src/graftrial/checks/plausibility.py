"""Values that cannot be meant as they stand: units, then ranges, then people.

Nothing is converted by guess.
"""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.checks.moments import alongside, first_infusion, of_subject
from graftrial.checks.once import once
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study
from graftrial.units import ANALYTE_SPELLINGS, accepted_units, canonical, reported_analyte

# lowest and highest value in the canonical unit of graftrial.units; wide, since sick people are meant
PLAUSIBLE = {
    "creatinine": (0.2, 25.0),
    "cystatin_c": (0.2, 12.0),
    "urea": (0.5, 100.0),
    "tacrolimus": (0.0, 150.0),
    "haemoglobin": (2.0, 25.0),
    "albumin": (5.0, 75.0),
    "potassium": (1.0, 12.0),
    "sodium": (90.0, 200.0),
    "proteinuria": (0.0, 80.0),
    "bilirubin": (0.0, 80.0),
    "egfr": (0.0, 250.0),
}
BMI_RANGE = (10.0, 70.0)
WEIGHT_CHANGE_PERCENT = 20.0
ADULT_YEARS = 18
NEARLY = 1e-9  # a value at the border is looked at exactly


def check_creatinine_without_unit(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-002: creatinine has a unit."""
    rows = measurements(study, tables).filter((pl.col("known") == "creatinine") & pl.col("unit").is_null())
    yield from found("GT-LAB-002", tables["labs"], rows.select(ROW, "subject_id", "analyte"), "unit")


def check_other_analyte_without_unit(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-011: so has every other analyte that the house can convert."""
    rows = measurements(study, tables).filter((pl.col("known") != "creatinine") & pl.col("unit").is_null())
    yield from found("GT-LAB-011", tables["labs"], rows.select(ROW, "subject_id", "analyte"), "unit")


def check_unknown_unit(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-003: the unit is one that the analyte can have."""
    accepted = {name: ", ".join(accepted_units(name)) for name in ANALYTE_SPELLINGS}
    unknown = (
        pl.col("known").is_not_null() & pl.col("unit").is_not_null() & pl.col("canonical_unit").is_null()
    )
    rows = measurements(study, tables).filter(unknown)
    units = pl.col("known").replace_strict(accepted, default="", return_dtype=pl.String)
    words = rows.select(ROW, "subject_id", "analyte", "unit", accepted=units)
    yield from found("GT-LAB-003", tables["labs"], words, "unit")


def check_plausible_only_in_another_unit(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-004: a value that is plausible in another unit alone is asked about, never converted."""
    rows = implausible(study, tables).filter(pl.col("plausible_in") != "")
    words = rows.select(ROW, "subject_id", "analyte", "value", "unit", "plausible_in")
    yield from found("GT-LAB-004", tables["labs"], words, "value")


def check_value_outside_plausible_range(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-005: the value lies in the range in which its analyte is found in people."""
    rows = implausible(study, tables).filter(pl.col("plausible_in") == "")
    words = rows.select(ROW, "subject_id", "analyte", "value", "unit", "canonical_unit", "low", "high")
    yield from found("GT-LAB-005", tables["labs"], words, "value")


def check_limits_of_normal(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-006: the lower limit of normal is not above the upper one."""
    rows = tables.frame("labs").filter(pl.col("lower_limit") > pl.col("upper_limit"))
    words = rows.select(ROW, "subject_id", "analyte", "lower_limit", "upper_limit")
    yield from found("GT-LAB-006", tables["labs"], words, "lower_limit")


def check_creatinine_without_age(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-008: eGFR needs the age."""
    ageless = pl.col("age_years").is_null() & pl.col("birth_year").is_null()
    yield from found(
        "GT-LAB-008",
        tables["subjects"],
        _with_creatinine(study, tables).filter(ageless).select(ROW, "subject_id"),
        "age_years",
    )


def check_creatinine_without_sex(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-009: eGFR needs the sex."""
    rows = _with_creatinine(study, tables).filter(pl.col("sex").is_null()).select(ROW, "subject_id")
    yield from found("GT-LAB-009", tables["subjects"], rows, "sex")


def check_unknown_analyte(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-LAB-010: an analyte that the house does not know is shown as recorded; one finding an analyte."""
    unknown = measurements(study, tables).filter(pl.col("known").is_null())
    rows = unknown.group_by("analyte").agg(pl.col(ROW).min(), n=pl.len()).sort("analyte")
    yield from found("GT-LAB-010", tables["labs"], rows, "analyte")


def check_body_mass_index(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SU-001: height and weight belong to one living person."""
    bmi = pl.col("weight_kg") / (pl.col("height_cm") / 100).pow(2)
    rows = tables.frame("subjects").filter(~bmi.is_between(*BMI_RANGE))
    words = rows.select(ROW, "subject_id", "height_cm", "weight_kg", bmi=bmi.round(1))
    yield from found("GT-SU-001", tables["subjects"], words, "weight_kg")


def check_weight_at_infusion(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SU-002: the weight of the dose is near the weight at enrolment."""
    enrolled = tables.frame("subjects").select("subject_id", at_enrolment="weight_kg")
    change = (pl.col("weight_kg") / pl.col("at_enrolment") - 1) * 100
    rows = (
        tables.frame("infusions").join(enrolled, on="subject_id").filter(change.abs() > WEIGHT_CHANGE_PERCENT)
    )
    words = rows.select(ROW, "subject_id", "weight_kg", "at_enrolment", change=change.round(1))
    yield from found("GT-SU-002", tables["infusions"], words, "weight_kg")


def check_age_against_birth_year(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SU-003: the age fits the year of birth on the day of the first infusion, or at consent."""
    infused = first_infusion(study, tables).filter(pl.col("low").is_not_null() & pl.col("high").is_not_null())
    consents = of_subject(study, tables, "consent_date")
    days = pl.concat([infused, consents.join(infused, on="subject_id", how="anti")], how="diagonal_relaxed")
    rows = alongside(tables.frame("subjects"), days, "then")
    youngest = pl.col("then_low").dt.year() - pl.col("birth_year") - 1
    oldest = pl.col("then_high").dt.year() - pl.col("birth_year") + 1
    rows = rows.filter((pl.col("age_years") < youngest) | (pl.col("age_years") >= oldest))
    words = rows.select(ROW, "subject_id", "age_years", "birth_year", then="then_text")
    yield from found("GT-SU-003", tables["subjects"], words, "age_years")


def check_living_donor_is_adult(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SU-004: living donors are adults."""
    young = (pl.col("donor_type") == "living") & (pl.col("donor_age_years") < ADULT_YEARS)
    words = tables.frame("subjects").filter(young).select(ROW, "subject_id", "donor_age_years")
    yield from found("GT-SU-004", tables["subjects"], words, "donor_age_years")


@once
def measurements(study: Study, tables: Tables) -> pl.DataFrame:
    """Laboratory rows with a value, and what can be made of it.

    Returns: the columns of labs, `unit` filled from the study file where it declares one, and `known` (the
        analyte, where it can be converted), `range_of` (that of the canonical value), `canonical_unit`, `factor`.
    """
    labs = tables.frame("labs").filter(pl.col("value").is_not_null() & pl.col("analyte").is_not_null())
    given = labs.rename({"unit": "given_unit"})
    return given.join(_spellings(study, given), on=["analyte", "given_unit"], how="left", nulls_equal=True)


@once
def implausible(study: Study, tables: Tables) -> pl.DataFrame:
    """Measurements outside the plausible range, with the units in which the value would be plausible."""
    low, high = ({name: ends[which] for name, ends in PLAUSIBLE.items()} for which in (0, 1))
    ranged = measurements(study, tables).with_columns(
        low=pl.col("range_of").replace_strict(low, default=None, return_dtype=pl.Float64),
        high=pl.col("range_of").replace_strict(high, default=None, return_dtype=pl.Float64),
    )
    roughly = pl.col("value") * pl.col("factor")
    suspects = ranged.filter(~roughly.is_between(pl.col("low") * (1 + NEARLY), pl.col("high") * (1 - NEARLY)))
    exact = canonical(pl.col("value"), pl.col("analyte"), pl.col("unit")).struct.field("value")
    outside = suspects.filter(~exact.is_between(pl.col("low"), pl.col("high")))
    return outside.with_columns(
        plausible_in=pl.concat_str(_plausible_units(), separator=" or ", ignore_nulls=True)
    )


def _spellings(study: Study, labs: pl.DataFrame) -> pl.DataFrame:
    """Each different pair of analyte and unit, read once: a study has few of them and many measurements."""
    known = reported_analyte(pl.col("analyte"))
    pairs = labs.select("analyte", "given_unit").unique().with_columns(known=known)
    declared = study.intake.units
    named = pl.Series(list(declared), dtype=pl.String).to_frame("analyte").select(known).to_series()
    by_analyte = {name: unit for name, unit in zip(named, declared.values(), strict=True) if name}
    unit = pl.coalesce(
        "given_unit",
        pl.col("analyte").replace_strict(declared, default=None, return_dtype=pl.String),
        pl.col("known").replace_strict(by_analyte, default=None, return_dtype=pl.String),
    )
    converted = canonical(pl.lit(1.0), pl.col("analyte"), pl.col("unit"))
    return pairs.with_columns(unit=unit).with_columns(
        range_of=converted.struct.field("analyte"),
        factor=converted.struct.field("value"),
        canonical_unit=converted.struct.field("unit"),
    )


def _plausible_units() -> list[pl.Expr]:
    units: list[pl.Expr] = []
    for name in PLAUSIBLE:
        for unit in accepted_units(name):
            tried = canonical(pl.col("value"), pl.lit(name), pl.lit(unit)).struct.field("value")
            fits = (pl.col("known") == name) & tried.is_between(pl.col("low"), pl.col("high"))
            units.append(pl.when(fits).then(pl.lit(unit)))
    return units


def _with_creatinine(study: Study, tables: Tables) -> pl.DataFrame:
    measured = measurements(study, tables).filter(pl.col("known") == "creatinine")
    return tables.frame("subjects").join(measured, on="subject_id", how="semi")
