"""The facts about a candidate that eligibility criteria may name, each with the row it was read from.

A fact is words, or a number with bounds. `NAMES` is the list that `graftrial rules facts` prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.derive.biopsies import qualifying


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a fact is found. `table` is the frame; a number fact has columns for its lowest and highest value."""

    name: str
    means: str
    table: str
    words: str = ""
    low: str = ""
    high: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the fact is compared as a number."""
        return bool(self.low)


def _number(name: str, means: str, table: str, column: str = "") -> Fact:
    return Fact(name, means, table, low=column or name, high=column or name)


def _words(name: str, means: str, table: str, column: str = "") -> Fact:
    return Fact(name, means, table, words=column or name)


BIOPSY_SCORES = ("g", "ptc", "c4d", "v", "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "ah", "mm")
FACTS: tuple[Fact, ...] = (
    _number("age_years", "age on day 0", "subjects"),
    _words("sex", "F or M", "subjects"),
    Fact(
        "years_since_transplant",
        "years from transplantation to the first infusion, or to consent without one",
        "subjects",
        low="years_since_transplant_low",
        high="years_since_transplant_high",
    ),
    _words("donor_type", "living or deceased", "subjects"),
    _number("weight_kg", "body weight at enrolment", "subjects"),
    _number("bmi_kg_per_m2", "body mass index at enrolment", "subjects"),
    _number("molecular_amr_score", "AMR score of the external molecular report at screening", "subjects"),
    _words("consent", "yes where a consent is recorded", "subjects"),
    _words("pathologist_diagnosis", "diagnoses of the qualifying biopsy, as codes", "biopsies"),
    *(
        _words(
            f"banff_{name}",
            f"{name.replace('_', ' ')} by the pinned Banff edition, on the qualifying biopsy",
            "biopsies",
        )
        for name in DIAGNOSES
    ),
    _words("tma", "thrombotic microangiopathy on the qualifying biopsy", "biopsies"),
    _words("gn_recurrent", "recurrent glomerulonephritis on the qualifying biopsy", "biopsies"),
    _words("gn_de_novo", "de novo glomerulonephritis on the qualifying biopsy", "biopsies"),
    _words("dsa", "donor-specific antibody at the qualifying biopsy", "biopsies"),
    _words("cg", "double contours on the qualifying biopsy", "biopsies"),
    *(_number(score, f"Banff score {score} of the qualifying biopsy", "biopsies") for score in BIOPSY_SCORES),
    Fact("mvi", "g + ptc of the qualifying biopsy", "biopsies", low="mvi_low", high="mvi_high"),
    _number(
        "egfr_ml_per_min_1_73m2",
        "last eGFR up to the first infusion, by the pinned equation",
        "kidney_function",
    ),
    _number("upcr_mg_per_g", "last urinary protein-creatinine ratio up to the first infusion", "labs"),
)
NAMES: Mapping[str, Fact] = {each.name: each for each in FACTS}


def candidate_facts(frames: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """One frame per table, one row a candidate: its facts, and `source`, the key of the row they stand in."""
    subjects = frames["subjects"]
    consent = pl.when(pl.col("consent_date").is_not_null()).then(pl.lit("yes"))
    people = subjects.with_columns(consent=consent, source=pl.col("key"))
    return {
        "subjects": people,
        "biopsies": _as_words(qualifying(frames["biopsies"])).with_columns(source=pl.col("key")),
        "kidney_function": _last_before(frames["kidney_function"], subjects, "egfr_ml_per_min_1_73m2"),
        "labs": _last_before(
            frames["labs"]
            .filter(pl.col("analyte_name") == "upcr")
            .rename({"canonical_value": "upcr_mg_per_g"}),
            subjects,
            "upcr_mg_per_g",
        ),
    }


def _as_words(biopsies: pl.DataFrame) -> pl.DataFrame:
    yes_no = pl.selectors.boolean() - pl.selectors.by_name("is_infused", require_all=False)
    return biopsies.with_columns(
        yes_no.replace_strict({True: "yes", False: "no"}, default=None, return_dtype=pl.String)
    )


def _last_before(rows: pl.DataFrame, subjects: pl.DataFrame, value: str) -> pl.DataFrame:
    """The last value up to the first infusion; of a candidate who was never infused, the last value there is."""
    about = subjects.select("subject_id", until="age_reference_day", was_infused="is_infused")
    known = rows.filter(pl.col(value).is_not_null()).join(about, on="subject_id", how="inner")
    usable = known.filter((pl.col("day_high") <= pl.col("until")) | ~pl.col("was_infused"))
    ordered = usable.sort("day_high", "date_latest", pl.col("time").fill_null(""), nulls_last=False)
    return ordered.unique("subject_id", keep="last", maintain_order=True).with_columns(source=pl.col("key"))
