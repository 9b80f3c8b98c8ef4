"""Biopsies with study day, period, the bounds of g + ptc, and the graft status to read every lesion with."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from graftrial.clinical.kleene import graded
from graftrial.derive.biopsy_pairs import with_pairs
from graftrial.derive.biopsy_verdicts import PIN, with_verdicts
from graftrial.derive.derived import row_key
from graftrial.derive.timing import with_days, with_visit
from graftrial.derive.transcript_criterion import with_evidence
from graftrial.intake.table import Tables
from graftrial.study.model import Study

TRANSCRIPTS = "transcripts_amr"


def derive_biopsies(
    study: Study, tables: Tables, anchors: pl.DataFrame, subjects: pl.DataFrame, molecular: pl.DataFrame
) -> pl.DataFrame:
    """Biopsies with `period` (before, after, unknown), `mvi_low`, `mvi_high` and the state of the graft.

    A biopsy after the cells is read beside the last one before them: `pair_state`, `pair_reading`.
    molecular: see `derive_molecular_amr`; evidence for the classification only where the study file switches it on.
    """
    frame = with_visit(with_days(tables.frame("biopsies"), anchors, "date", ""), study.schedule)
    about = subjects.select("subject_id", "graft_status", "graft_loss_text", "is_infused", "infusion_day")
    frame = frame.rename({"text": "date_text"}).join(
        about, on="subject_id", how="left", maintain_order="left"
    )
    sum_of_both = graded(pl.col("g")) + graded(pl.col("ptc"))
    frame = frame.with_columns(
        period=_period(), mvi_low=sum_of_both.low, mvi_high=sum_of_both.high, key=row_key("biopsies")
    )
    named = frame.with_columns(reading=_reading())
    return with_pairs(_classified(study, named, molecular, tables["biopsies"].given))


def _classified(
    study: Study, biopsies: pl.DataFrame, molecular: pl.DataFrame, given: Collection[str]
) -> pl.DataFrame:
    """With the verdicts of the pinned edition; with transcripts as evidence, `banff_without_transcripts` says what
    histology and antibodies alone come to.
    """
    alone = with_verdicts(study, biopsies, given)
    evidence = with_evidence(study, biopsies, molecular, TRANSCRIPTS in given)
    if evidence is None or PIN not in study.rules:
        return alone
    told = with_verdicts(study, evidence, {*given, TRANSCRIPTS})
    return told.with_columns(
        alone[TRANSCRIPTS],
        transcripts_amr_used=told[TRANSCRIPTS],
        banff_without_transcripts=alone["banff_active_or_chronic_active_amr_state"],
    )


def _reading() -> pl.Expr:
    """Name of the reading: the biopsy, and its reader where more than one read it."""
    repeated = pl.len().over("subject_id", "biopsy_id") > 1
    with_reader = pl.concat_str([pl.col("biopsy_id"), pl.col("reader")], separator=".", ignore_nulls=True)
    return pl.when(repeated).then(with_reader).otherwise(pl.col("biopsy_id"))


def _period() -> pl.Expr:
    """Before or after the first infusion: by study day, else as the source states it."""
    infusion = pl.col("infusion_day").fill_null(0)
    return (
        pl.when(pl.col("is_infused") & (pl.col("day_high") <= infusion))
        .then(pl.lit("before"))
        .when(pl.col("is_infused") & (pl.col("day_low") > infusion))
        .then(pl.lit("after"))
        .otherwise(pl.col("timing").fill_null("unknown"))
    )


def qualifying(biopsies: pl.DataFrame) -> pl.DataFrame:
    """The biopsy on which eligibility rests: the last one before the infusion, or before day 0 where none was given."""
    candidates = biopsies.filter(
        (pl.col("period") == "before") | ((pl.col("period") == "unknown") & ~pl.col("is_infused"))
    )
    return candidates.sort("subject_id", "day_high", "date_text", "biopsy_id", nulls_last=False).unique(
        "subject_id", keep="last", maintain_order=True
    )
