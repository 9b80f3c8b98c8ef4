"""Molecular transcripts: the scores of every lane, places in the reference set, changes; printed scores apart."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.analyse.result_frame import Told, result_frame, sentence, written
from graftrial.derive import Derived
from graftrial.derive.transcript_changes import COMPARED
from graftrial.derive.transcript_frames import NEIGHBOURS
from graftrial.derive.transcript_study import CLASSIFIER, PRINTED, PUBLISHED, SET

PLACE = pl.format("{}.{}", "subject_id", "profile")
NO_REPLICATES = "technical noise unknown: no public replicates"
METHODS: Mapping[str, str] = {
    "mean_log2": "mean of log2 values over the set; 95% interval of counting noise alone",
    "singscore": "singscore (ranks among 758 genes); 95% interval of counting noise alone",
}
OF_KIND: Mapping[str, str] = {
    CLASSIFIER: "classifier of the project; interval over its refits, not over lanes",
    PUBLISHED: "published model of HistoMx, reproduced for comparison",
}
Parts = list[pl.DataFrame]


def transcripts(derived: Derived) -> Parts:
    """Every result of transcripts."""
    return [
        _quality(derived.frame("transcript_quality")),
        _lanes(derived.frame("transcript_agreement").filter(pl.col("quality") != PRINTED)),
        _scores(derived.frame("transcript_scores")),
        _percentiles(derived.frame("transcript_scores")),
        *_neighbours(derived.frame("transcript_places")),
        _pairs(derived.frame("transcript_pairs")),
        *_changes(derived.frame("transcript_changes")),
        _agreement(derived.frame("transcript_agreement")),
        _printed(derived.frame("transcript_printed")),
    ]


def _lane(
    key: pl.Expr | str, value: str, label: pl.Expr, group: str, *, unit: str = "", method: pl.Expr | str = "",
    warnings: pl.Expr | str = "",
) -> Told:  # fmt: skip
    """One result a lane, whose key ends in subject and profile."""
    stem = pl.lit(key) if isinstance(key, str) else key
    return Told(
        pl.format("{}.{}", stem, PLACE),
        pl.col(value),
        label,
        group,
        unit,
        method,
        warnings,
        sources=pl.col("key"),
    )


def _quality(rows: pl.DataFrame) -> pl.DataFrame:
    told = _lane(
        pl.format("transcript.quality.{}", "check"),
        "value",
        pl.format("{} of {}, {}", "title", "subject_id", "profile"),
        "transcript.quality",
        method=pl.format("{}: {}; limit {}", "source", "verdict", "threshold"),
        warnings=sentence([_filled("reason")]),
    )
    return result_frame(rows, told)


def _lanes(rows: pl.DataFrame) -> pl.DataFrame:
    told = _lane(
        "transcript.quality.lane",
        "quality",
        pl.format("quality of the lane of {}, {}", "subject_id", "profile"),
        "transcript.quality",
        method="the worst of its checks",
    )
    return result_frame(rows, told, is_number=False)


def _scores(rows: pl.DataFrame) -> pl.DataFrame:
    method = pl.coalesce(
        pl.when(pl.col("kind") == SET).then(pl.col("method").replace_strict(METHODS, default=None)),
        pl.col("kind").replace_strict(OF_KIND, default=None, return_dtype=pl.String),
    )
    told = _lane(
        pl.format("transcript.{}", "score"),
        "value",
        pl.format("{} of {}, {} ({})", "score", "subject_id", "profile", "period"),
        "transcript.score",
        method=method,
        warnings=sentence([_filled("warning"), NO_REPLICATES]),
    )
    return _bounded(rows, told)


def _percentiles(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.filter(pl.col("reference_percentile").is_not_null())
    told = _lane(
        pl.format("transcript.percentile.{}", "score"),
        "reference_percentile",
        pl.format("{} of {}, {}: place in the reference set", "score", "subject_id", "profile"),
        "transcript.percentile",
        unit="%",
        method="share of the 537 reference biopsies at or below the value",
        warnings=_filled("warning"),
    )
    return result_frame(known, told)


def _neighbours(rows: pl.DataFrame) -> Parts:
    """Of the 25 nearest reference biopsies, how many belong to each group."""
    resubstitution = pl.format("is {} of the reference set, left out of its own neighbours", "itself")
    return [
        result_frame(
            rows,
            _lane(
                f"transcript.{column}",
                column,
                pl.format(
                    "nearest reference biopsies with {} of {}, {}", pl.lit(group), "subject_id", "profile"
                ),
                "transcript.neighbours",
                unit="biopsies",
                method="of the 25 nearest of 537 reference biopsies on ten fixed components",
                warnings=sentence(
                    [resubstitution, _if("is_outside", "farther from the reference than 99% of it")]
                ),
            ),
        ).with_columns(n=_counts(rows, column), denominator=_counts(rows, "n_neighbours"))
        for group, column in NEIGHBOURS.items()
    ]


def _counts(rows: pl.DataFrame, column: str) -> pl.Series:
    """A column of counts, in the type of the results."""
    return rows[column].cast(pl.Int64)


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    told = Told(
        key=pl.format("transcript.pair.{}.{}", "subject_id", "after"),
        value=pl.when(pl.col("state") == COMPARED).then("state"),
        label=pl.format("transcripts of {}, {} beside {}", "subject_id", "after", "before"),
        group="transcript.pair",
        method=pl.format("after less before ({}), where every check of both lanes passes", "before"),
        warnings=sentence([_filled("reason"), NO_REPLICATES]),
        sources=pl.concat_str("key_before", "key_after", separator="; "),
    )
    return result_frame(rows, told, is_number=False)


def _changes(rows: pl.DataFrame) -> Parts:
    def told(measure: str, column: str, method: pl.Expr | str) -> Told:
        return Told(
            key=pl.format(f"transcript.{measure}.{{}}.{{}}.{{}}", "score", "subject_id", "after"),
            value=pl.col(column),
            label=pl.format("{} of {}, {} less {}", "score", "subject_id", "after", "before"),
            group=f"transcript.{measure}",
            method=method,
            warnings=sentence([NO_REPLICATES, _filled("warning")]),
            sources=pl.concat_str("key_before", "key_after", separator="; "),
        )

    of_change = (
        pl.when(pl.col("kind") == SET)
        .then(pl.lit("after less before; 95% interval of counting noise alone"))
        .otherwise(pl.lit("after less before; no interval: refits of a classifier are no repeated lanes"))
    )
    in_spread = pl.format(
        "change over the interquartile range of the reference biopsies{} ({})",
        pl.when(pl.col("kind") == SET).then(pl.lit("")).otherwise(pl.lit(", out-of-fold predictions")),
        "reference_iqr",
    )
    with_spread = rows.filter(pl.col("change_in_iqr").is_not_null())
    return [
        _bounded(rows, told("change", "change", of_change)),
        result_frame(with_spread, told("change_in_iqr", "change_in_iqr", in_spread)),
    ]


def _agreement(rows: pl.DataFrame) -> pl.DataFrame:
    told = _lane(
        "transcript.histology",
        "agreement",
        pl.format("histology and molecules of {}, {}", "subject_id", "profile"),
        "transcript.histology",
        method=pl.format("histology: {}", "histology_words"),
        warnings=sentence([_filled("reason")]),
    )
    return result_frame(rows, told, is_number=False)


def _printed(rows: pl.DataFrame) -> pl.DataFrame:
    told = Told(
        key=pl.format("transcript.printed.{}.{}.{}", "score", "subject_id", "biopsy_id"),
        value=pl.col("value"),
        label=pl.format("{} of {}, {}, as printed", "score", "subject_id", "biopsy_id"),
        group="transcript.printed",
        method=pl.format(
            "as printed by {}; another scale than any score of a lane",
            pl.col("laboratory").fill_null("a laboratory that is not named"),
        ),
        sources=pl.col("key"),
    )
    return result_frame(rows.filter(pl.col("score").is_not_null()), told)


def _bounded(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Results with their interval; rows keep their order, so that bounds stand beside their value."""
    bounds = rows.select(lower=written(pl.col("lower")), upper=written(pl.col("upper")))
    return result_frame(rows, told).with_columns(bounds["lower"], bounds["upper"])


def _filled(column: str) -> pl.Expr:
    """The words of a column, null where they are empty."""
    return pl.when(pl.col(column) != "").then(pl.col(column))


def _if(column: str, words: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit(words))
