"""What the pinned Banff edition makes of the biopsies of a study, beside what the pathologist made of them."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.derive.banff import classify_biopsies
from graftrial.study.model import Study

PIN = "banff.amr"  # the rule of category 2; its edition is the edition of the whole classification
ANTIBODY_MEDIATED = {
    "active_amr": "active AMR",
    "chronic_active_amr": "chronic active AMR",
    "chronic_amr": "chronic (inactive) AMR",
    "mvi_dsa_neg_c4d_neg": "microvascular inflammation, DSA-negative and C4d-negative",
    "probable_amr": "probable AMR",
}
SAME_NAMES = (
    "subject_id", "biopsy_id", "graft_id", "n_glomeruli", "n_arteries", "g", "ptc", "c4d", "c4d_method", "cg", "v",
    "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "ah", "aah", "mm", "ptcml", "gn_recurrent", "gn_de_novo",
    "pvl", "infection", "dsa", "transcripts_amr",
)  # fmt: skip
# Not looked for is an answer of its own for these three: their column is handed on only where the file has it.
ONLY_IF_GIVEN = ("ptcml", "transcripts_amr")


def with_verdicts(study: Study, biopsies: pl.DataFrame, given: Collection[str]) -> pl.DataFrame:
    """Adds the columns `banff_*`: state of each diagnosis and what decides it, indices with bounds, agreement.

    given: the columns that the file of biopsies has.
    """
    edition = study.rules.get(PIN)
    if edition is None or biopsies.is_empty():
        return _unasked(biopsies)
    asked = _asked(biopsies, given)
    answered = classify_biopsies(asked, edition=edition, explain=True).drop(asked.columns)
    kept = _kept(answered, edition)
    return biopsies.hstack(kept).with_columns(
        banff_agreement=_agreement(),
        banff_diagnosis=_in_words(),
        **{f"banff_{name}": _yes_no(name) for name in DIAGNOSES},
    )


def _asked(biopsies: pl.DataFrame, given: Collection[str]) -> pl.DataFrame:
    names = [each for each in SAME_NAMES if each not in ONLY_IF_GIVEN or each in given]
    # A microangiopathy whose kind nobody stated may be acute or chronic; its absence excludes both.
    absent = pl.when(pl.col("tma") == "absent").then(False)
    uninjured = pl.when(pl.col("tubular_injury") == "absent").then(False)
    return biopsies.select(
        pl.col(names),
        tma_acute=absent,
        tma_chronic=absent,
        ati=uninjured,
        biopsy_date=pl.when(pl.col("date_earliest") == pl.col("date_latest")).then(pl.col("date_earliest")),
    ).rename({"subject_id": "patient_id"})


def _kept(answered: pl.DataFrame, edition: str) -> pl.DataFrame:
    indices = [f"{name}_{end}" for name in ("activity_index", "chronicity_index") for end in ("min", "max")]
    told = [f"{name}_{part}" for name in DIAGNOSES for part in ("state", "decides")]
    texts = [
        "amr_with_history",
        "diagnoses",
        "adequacy",
        "ifta",
        "amr_reason",
        "amr_would_follow",
        "notes",
        "banff_readings",
    ]
    kept = [each for each in (*indices, *told, *texts) if each in answered.columns]
    names = {each: each if each.startswith("banff_") else f"banff_{each}" for each in kept}
    return answered.select(kept).rename(names).with_columns(banff_edition=pl.lit(edition))


def _agreement() -> pl.Expr:
    """Whether the rule and the pathologist agree on AMR; null where no diagnosis is recorded."""
    recorded = pl.col("pathologist_diagnosis").str.split(";").list.eval(pl.element().str.strip_chars())
    rows = []
    for name in ANTIBODY_MEDIATED:
        said, state = recorded.list.contains(name), pl.col(f"banff_{name}_state")
        possible = state == "possible"
        agrees = (
            pl.when(said).then(state == "established").otherwise(state.is_in(["excluded", "not_in_edition"]))
        )
        rows.append(pl.when(possible).then(None).otherwise(agrees))
    together = pl.all_horizontal(rows)
    return (
        pl.when(pl.col("pathologist_diagnosis").is_null())
        .then(None)
        .when(together)
        .then(pl.lit("agrees"))
        .when(~together)
        .then(pl.lit("differs"))
        .otherwise(pl.lit("not assessable"))
    )


def _in_words() -> pl.Expr:
    """The verdict on antibody-mediated rejection in one sentence."""

    def listed(state: str) -> pl.Expr:
        named = [
            pl.when(pl.col(f"banff_{name}_state") == state).then(pl.lit(words))
            for name, words in ANTIBODY_MEDIATED.items()
        ]
        return pl.concat_str(named, separator=", ", ignore_nulls=True)

    established, possible = listed("established"), listed("possible")
    deciding = [
        pl.col(f"banff_{name}_decides") for name in ("active_or_chronic_active_amr", *ANTIBODY_MEDIATED)
    ]
    decides = pl.coalesce(deciding).str.replace_all(";", ", ")
    open_verdict = pl.concat_str(
        [pl.format("not assessable: {} possible", possible), pl.format("{} would decide", decides)],
        separator="; ",
        ignore_nulls=True,
    )
    return (
        pl.when(established != "")
        .then(established)
        .when(possible != "")
        .then(open_verdict)
        .otherwise(pl.lit("no antibody-mediated rejection"))
    )


def _yes_no(name: str) -> pl.Expr:
    state = pl.col(f"banff_{name}_state")
    return (
        pl.when(state == "established")
        .then(pl.lit("yes"))
        .when(state.is_in(["excluded", "not_in_edition"]))
        .then(pl.lit("no"))
    )


def _unasked(biopsies: pl.DataFrame) -> pl.DataFrame:
    """Without a pinned edition there is no verdict; the columns that facts and reports name are empty."""
    names = [*(f"banff_{name}" for name in DIAGNOSES), "banff_diagnosis", "banff_agreement", "banff_edition"]
    return biopsies.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names)
