"""Donor-specific antibodies of each serum: immunodominant, cumulative, number, class and locus, complement binding.

An antibody whose specificity or positivity is open may belong to them: then a number is given only where it is the
same either way. Sums run over antigens, not beads: of several beads of one antigen the highest counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graftrial.clinical.antibodies.positivity import POSITIVE, SATURATED
from graftrial.clinical.antibodies.specificities import ANY

SERUM = ("subject_id", "date")
SUMMARY = (
    "immunodominant_mfi", "immunodominant", "cumulative_mfi", "n_dsa", "n_dsa_max", "n_class_i", "n_class_ii", "n_dq",
    "loci", "n_possible", "is_complement_binding", "is_saturated", "summary_reason",
)  # fmt: skip


def derive_positive(
    antibodies: pl.DataFrame, cutoff_mfi: float | None, saturation_mfi: float | None = None
) -> pl.DataFrame:
    """Antibodies with `is_positive`, `positive_basis` and `is_saturated`.

    cutoff_mfi: the study's threshold; None where it declares none. Then, and where no intensity is given, the
        laboratory's own verdict is taken.
    """
    by_cutoff = POSITIVE.answer(mfi=pl.col("mfi"), cutoff_mfi=pl.lit(cutoff_mfi, dtype=pl.Float64))
    computed, recorded = by_cutoff.struct.field("value"), pl.col("positive")
    saturated = SATURATED.answer(mfi=pl.col("mfi"), saturation_mfi=pl.lit(saturation_mfi, dtype=pl.Float64))
    basis = (
        pl.when(computed.is_not_null())
        .then(pl.lit(f"intensity of at least {cutoff_mfi:g}" if cutoff_mfi else ""))
        .when(recorded.is_not_null())
        .then(pl.lit("as recorded"))
    )
    return antibodies.with_columns(
        is_positive=pl.when(computed.is_not_null()).then(computed).otherwise(recorded),
        positive_basis=basis,
        is_saturated=saturated.struct.field("value"),
    )


def derive_antigens(
    antibodies: pl.DataFrame, is_specific: str = "is_donor_specific", serum: Sequence[str] = SERUM
) -> pl.DataFrame:
    """One row an antigen and serum: `is_specific`, `is_dsa` (null while open), the highest intensity of its beads."""
    verdict = pl.col(is_specific) & pl.col("is_positive")
    carried = [
        each for each in ("locus", "hla_class", "day", "day_low", "day_high") if each in antibodies.columns
    ]
    named = antibodies.filter(pl.col("specificity").str.to_lowercase() != ANY)
    grouped = named.group_by([*serum, "specificity"]).agg(
        *(pl.col(each).first() for each in carried if each not in serum),
        pl.col("mfi").max(),
        pl.len().cast(pl.Int32).alias("n_beads"),
        *_three_valued_any(pl.col("is_positive"), "is_positive"),
        *_three_valued_any(pl.col(is_specific), "is_specific"),
        *_three_valued_any(verdict, "is_dsa"),
        *_three_valued_any(pl.col("complement_binding"), "is_complement_binding"),
        pl.col("is_saturated").any().alias("is_saturated"),
    )
    return grouped.sort([*serum, "specificity"])


def _three_valued_any(condition: pl.Expr, name: str) -> list[pl.Expr]:
    return [condition.any(ignore_nulls=False).alias(name)]


def summarise_sera(
    antibodies: pl.DataFrame, is_specific: str = "is_donor_specific", serum: Sequence[str] = SERUM
) -> pl.DataFrame:
    """One row a serum.

    antibodies: with `is_positive` (derive_positive) and the column `is_specific` (derive_donor_specificity).
    Returns: the serum; immunodominant_mfi (0 where no antibody is a positive donor-specific one), immunodominant
        (its specificity), cumulative_mfi, n_dsa, n_dsa_max, n_class_i, n_class_ii, n_dq, loci, n_possible,
        is_complement_binding, is_saturated, and summary_reason where a number is withheld.
    """
    antigens = derive_antigens(antibodies, is_specific, serum)
    rows = antigens.group_by(serum).agg(*_certain(), *_possible())
    everyone = antibodies.select(*serum).unique()
    statements = _statements(antibodies, is_specific, serum)
    joined = everyone.join(rows, on=serum, how="left", nulls_equal=True).join(
        statements, on=serum, how="left", nulls_equal=True
    )
    return _settled(joined).select(*serum, *SUMMARY).sort(serum)


def _certain() -> list[pl.Expr]:
    dsa = pl.col("is_dsa").fill_null(False)
    mfi = pl.col("mfi").filter(dsa)
    strongest = pl.struct(-pl.col("mfi").fill_null(0), "specificity")
    return [
        dsa.sum().cast(pl.Int32).alias("n_dsa"),
        mfi.max().alias("highest"),
        mfi.sum().alias("total"),
        mfi.is_null().any().alias("has_dsa_without_mfi"),
        pl.col("specificity").filter(dsa).sort_by(strongest.filter(dsa)).first().alias("immunodominant"),
        (dsa & (pl.col("hla_class") == "I")).sum().cast(pl.Int32).alias("n_class_i"),
        (dsa & (pl.col("hla_class") == "II")).sum().cast(pl.Int32).alias("n_class_ii"),
        (dsa & (pl.col("locus") == "DQB1")).sum().cast(pl.Int32).alias("n_dq"),
        pl.col("locus").filter(dsa).drop_nulls().unique().sort().str.join(";").alias("loci"),
        pl.col("is_complement_binding").filter(dsa).any(ignore_nulls=False).alias("is_complement_binding"),
        pl.col("is_saturated").filter(dsa).any().alias("is_saturated"),
    ]


def _possible() -> list[pl.Expr]:
    is_open = pl.col("is_dsa").is_null()
    mfi = pl.col("mfi").filter(is_open)
    return [
        is_open.sum().cast(pl.Int32).alias("n_possible"),
        mfi.max().alias("highest_possible"),
        mfi.is_null().any().alias("has_possible_without_mfi"),
    ]


def _statements(antibodies: pl.DataFrame, is_specific: str, serum: Sequence[str]) -> pl.DataFrame:
    """What a row of specificity `any` says of the whole serum: whether there is a donor-specific antibody at all."""
    rows = antibodies.filter(pl.col("specificity").str.to_lowercase() == ANY)
    # "No positive antibody" says that there is no donor-specific one; "positive" says so only where recorded.
    found = (pl.col("is_positive") & pl.col(is_specific)).any(ignore_nulls=False)
    return rows.group_by(serum).agg(stated=found)


def _settled(rows: pl.DataFrame) -> pl.DataFrame:
    n, possible = pl.col("n_dsa").fill_null(0), pl.col("n_possible").fill_null(0)
    denied = (~pl.col("stated")).fill_null(False) & (n == 0)
    affirmed = pl.col("stated").fill_null(False) & (n == 0)
    only_words = pl.col("n_dsa").is_null() & pl.col("stated").is_null()
    unmeasured = pl.col("has_dsa_without_mfi").fill_null(False)
    stronger = pl.col("highest_possible") > pl.col("highest").fill_null(0)
    hidden = (possible > 0) & ~denied & (pl.col("has_possible_without_mfi") | stronger.fill_null(False))
    reason = (
        pl.when(affirmed)
        .then(pl.lit("stated as positive without naming an antibody"))
        .when(only_words)
        .then(pl.lit("nothing said about positive donor-specific antibodies"))
        .when(unmeasured)
        .then(pl.lit("a positive donor-specific antibody has no intensity"))
        .when(hidden)
        .then(pl.format("{} antibodies may be donor-specific", possible))
    )
    is_summable = reason.is_null() & ((possible == 0) | denied)
    return rows.with_columns(
        n_dsa=pl.when(~affirmed & ~only_words).then(n),
        n_dsa_max=pl.when(denied).then(n).when(~affirmed & ~only_words).then(n + possible),
        n_possible=pl.when(denied).then(0).otherwise(possible),
        immunodominant_mfi=pl.when(reason.is_null()).then(pl.col("highest").fill_null(0.0)),
        immunodominant=pl.when(reason.is_null()).then(pl.col("immunodominant")),
        cumulative_mfi=pl.when(is_summable).then(pl.col("total").fill_null(0.0)),
        loci=pl.when(pl.col("loci") != "").then(pl.col("loci")),
        summary_reason=reason,
    )
