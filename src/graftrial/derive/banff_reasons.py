"""Why: which criterion carries a diagnosis, with the lesion scores behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from graftrial.clinical.banff.biopsy import facts_read
from graftrial.clinical.banff.edition import Edition
from graftrial.clinical.banff.editions import edition as edition_under
from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff_lookups import Chosen, Code, Lookup
from graftrial.derive.banff_texts import listed, part, positive, said, scored, sentences

ARTERIAL_AND_TUBULAR = ("i", "t", "v")
SCAR = ("ti", "i_ifta", "t", "t_ifta")


def reasons(codes: Mapping[str, Code], edition: str, readings: Readings) -> list[Chosen]:
    """A column of reasons for each category. codes: the facts, the truth of every statement and the single answers."""
    return [
        sentences(codes, name, parts, ", " if name == "ca_tcmr_reason" else "; ")
        for name, parts in _parts(edition, readings).items()
    ]


@cache
def _parts(edition: str, readings: Readings) -> Mapping[str, Sequence[Lookup]]:
    cellular = listed(*(scored(name, name) for name in ARTERIAL_AND_TUBULAR), separator=" ")
    fibrosis = listed(scored("ci", "ci"), scored("ct", "ct"), separator=" ")
    virus = listed(scored("pvl", "pvl"), scored("ci", "ci"), separator=" ")
    return {
        "amr_reason": _antibody_mediated(edition_under(edition, readings)),
        "borderline_reason": [part((*ARTERIAL_AND_TUBULAR, "borderline"), _verdict("borderline") + cellular)],
        "acute_tcmr_reason": [part((*ARTERIAL_AND_TUBULAR, "acute_tcmr"), _verdict("acute_tcmr") + cellular)],
        "ca_tcmr_reason": _scar_reason(),
        "ifta_reason": [part(("ci", "ct"), fibrosis)],
        "pvn_class_reason": [part(("pvl", "ci"), virus)],
    }


def _verdict(name: str) -> pl.Expr:
    met = pl.col(name)
    return (
        pl.when(met.is_null())
        .then(pl.lit("open: "))
        .when(met)
        .then(pl.lit("met: "))
        .otherwise(pl.lit("not met: "))
    )


def _scar_reason() -> list[Lookup]:
    scores = listed(
        scored("ti", "ti"),
        scored("i_ifta", "i-IFTA"),
        scored("t", "t"),
        scored("t_ifta", "t-IFTA"),
        separator=" ",
    )
    causes = ("infection", "pvl", "drug_interstitial_nephritis")
    other_cause = (
        pl.col("infection").fill_null(False)
        | (pl.col("pvl") >= 1).fill_null(False)
        | pl.col("drug_interstitial_nephritis").fill_null(False)
    )
    return [
        part((*SCAR, "ca_tcmr"), _verdict("ca_tcmr") + scores),
        part(
            ("inflamed_intimal_fibrosis",),
            said(pl.col("inflamed_intimal_fibrosis"), "inflamed arterial intimal fibrosis"),
        ),
        part(causes, said(other_cause, "another cause of the scar inflammation is recorded")),
    ]


def _antibody_mediated(edition: Edition) -> list[Lookup]:
    """The criteria one after the other, each with what meets it."""
    c4d = pl.when(pl.col("c4d_positive")).then(
        pl.when(pl.col("c4d_low") == pl.col("c4d_high"))
        .then(scored("c4d_low", "C4d "))
        .otherwise(pl.lit("C4d"))
    )
    transcripts = said(pl.col("transcripts_amr"), "transcripts")
    inflamed = pl.when(pl.col("mvi_at_threshold")).then(
        scored("g", "g") + pl.lit(" + ") + scored("ptc", "ptc")
    )
    interaction = _criterion("criterion 2", "antibody_interaction", listed(c4d, inflamed, transcripts))
    antibody = _criterion("criterion 3", "serology", listed(said(pl.col("dsa"), "DSA"), c4d, transcripts))
    stained = ("c4d_positive", "c4d_low", "c4d_high", "transcripts_amr")
    excluded = said(pl.col("glomerulonephritis"), "in glomerulonephritis g, ptc and cg do not count")
    return [
        _acute(edition),
        _chronic(edition),
        part((*stained, "g", "ptc", "mvi_at_threshold", "antibody_interaction"), interaction),
        part((*stained, "dsa", "serology"), antibody),
        _restriction(),
        part(("glomerulonephritis",), excluded),
    ]


def _acute(edition: Edition) -> Lookup:
    counts = ~pl.col("glomerulonephritis").fill_null(False)
    alone = pl.col("restricts_ptc").fill_null(False) & (pl.col("g") == 0).fill_null(False)
    has_ati = "ati" in facts_read(edition.criteria.other_acute_injury)
    items = listed(
        pl.when(counts).then(positive("g", "g")),
        pl.when(counts & ~alone).then(positive("ptc", "ptc")),
        positive("v", "v"),
        said(pl.col("tma_acute"), "acute TMA"),
        said(pl.col("ati") if has_ati else pl.lit(False), "acute tubular injury"),
    )
    names = (
        "g",
        "ptc",
        "v",
        "glomerulonephritis",
        "restricts_ptc",
        "tma_acute",
        "ati",
        "acute_tissue_injury",
    )
    return part(names, _criterion("criterion 1, acute", "acute_tissue_injury", items))


def _chronic(edition: Edition) -> Lookup:
    no_other_cause = ~pl.col("glomerulonephritis").fill_null(False) & ~pl.col("tma_chronic").fill_null(False)
    has_fibrosis = "new_intimal_fibrosis" in facts_read(edition.criteria.other_chronic_injury)
    items = listed(
        pl.when(no_other_cause).then(positive("cg", "cg")),
        said(pl.col("ptcml"), "severe ptcml"),
        said(
            pl.col("new_intimal_fibrosis") if has_fibrosis else pl.lit(False), "new arterial intimal fibrosis"
        ),
    )
    names = (
        "cg",
        "tma_chronic",
        "glomerulonephritis",
        "ptcml",
        "new_intimal_fibrosis",
        "chronic_tissue_injury",
    )
    return part(names, _criterion("criterion 1, chronic", "chronic_tissue_injury", items))


def _criterion(label: str, name: str, items: pl.Expr) -> pl.Expr:
    met = pl.col(name)
    return (
        pl.when(met.is_null())
        .then(pl.lit(f"{label} open"))
        .when(met)
        .then(pl.lit(f"{label} met by ") + items)
        .otherwise(pl.lit(f"{label} not met"))
    )


def _restriction() -> Lookup:
    """Why ptc does not count alone, where that is what it was about."""
    causes = listed(
        positive("v", "v"),
        said(pl.col("borderline_infiltrate"), "tubulitis with inflammation"),
        said(pl.col("infection"), "infection"),
        positive("pvl", "pvl"),
    )
    concerned = pl.col("restricts_ptc") & (pl.col("ptc") >= 1) & ~(pl.col("g") >= 1).fill_null(False)
    names = ("restricts_ptc", "ptc", "g", "v", "borderline_infiltrate", "infection", "pvl")
    return part(names, pl.when(concerned).then(pl.lit("ptc alone does not count beside ") + causes))
