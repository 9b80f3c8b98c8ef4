"""What is said beside the diagnoses: all that hold in one line, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from graftrial.derive.banff_lookups import Chosen, Code, Lookup
from graftrial.derive.banff_texts import listed, part, said, sentences

AMR_LABELS: Mapping[str, str] = {
    "chronic_active_amr": "Chronic active AMR",
    "active_amr": "Active AMR",
    "mvi_dsa_neg_c4d_neg": "Microvascular inflammation, DSA-negative and C4d-negative",
    "chronic_amr": "Chronic (inactive) AMR",
    "probable_amr": "Probable AMR",
    "c4d_with_ati": "C4d staining with acute tubular injury",
    "c4d_without_rejection": "C4d staining without evidence of rejection",
}
RECORDED: Mapping[str, str] = {
    "tma_acute": "Acute TMA",
    "tma_chronic": "Chronic TMA",
    "ati": "Acute tubular injury",
    "gn_recurrent": "Recurrent glomerulonephritis",
    "gn_de_novo": "De novo glomerulonephritis",
    "infection": "Infection of the graft",
    "cni_toxicity": "Calcineurin-inhibitor toxicity",
    "drug_interstitial_nephritis": "Drug-induced interstitial nephritis",
    "ptld": "PTLD",
}
RECORDED_NAMES = tuple(RECORDED)
IFTA = {1: "IFTA I", 2: "IFTA II", 3: "IFTA III"}
POLYOMAVIRUS = {each: f"Polyomavirus nephropathy, class {each}" for each in (1, 2, 3)}


def diagnoses_in_words(codes: Mapping[str, Code]) -> Chosen:
    """All diagnoses that hold, in the order of the categories, joined by `;`.

    codes: the facts, the truth of every statement and the single answers.
    """
    return sentences(codes, "diagnoses", _diagnoses())


@cache
def _diagnoses() -> Sequence[Lookup]:
    inadequate = pl.col("adequacy") == "inadequate"
    normal = pl.col("category1") == 1
    open_amr = pl.col("amr").is_null() & pl.col("active_or_chronic_active_amr")
    open_class = pl.col("pvn_class").is_null() & (pl.col("pvl") >= 1)
    first = [
        said(normal & inadequate, "None seen, sample inadequate"),
        said(normal & ~inadequate.fill_null(False), "Normal or nonspecific"),
    ]
    humoral = [
        *(said(pl.col("amr") == code, label) for code, label in AMR_LABELS.items()),
        said(open_amr, "Active or chronic active AMR, which of the two is open"),
    ]
    cellular = [
        said(pl.col("borderline"), "Borderline (suspicious) for acute TCMR"),
        _graded("acute_tcmr_grade", "Acute TCMR"),
        _graded("ca_tcmr_grade", "Chronic active TCMR"),
        said(pl.col("mixed") == 1, "Mixed rejection"),
    ]
    other = [
        *(said(pl.col("ifta") == grade, label) for grade, label in IFTA.items()),
        *(said(pl.col("pvn_class") == grade, label) for grade, label in POLYOMAVIRUS.items()),
        said(open_class, "Polyomavirus nephropathy, class open"),
    ]
    return [
        part(("category1", "adequacy"), listed(*first, separator="; ")),
        part(("amr", "active_or_chronic_active_amr"), listed(*humoral, separator="; ")),
        part(("borderline", "acute_tcmr_grade", "ca_tcmr_grade", "mixed"), listed(*cellular, separator="; ")),
        part(("ifta", "pvn_class", "pvl"), listed(*other, separator="; ")),
        *(_recorded(names) for names in (RECORDED_NAMES[:5], RECORDED_NAMES[5:])),
    ]


def _recorded(names: tuple[str, ...]) -> Lookup:
    return part(names, listed(*(said(pl.col(name), RECORDED[name]) for name in names), separator="; "))


def _graded(name: str, label: str) -> pl.Expr:
    grade = pl.col(name)
    return pl.when(grade != "none").then(pl.lit(f"{label} ") + grade.cast(pl.String))


def notes(codes: Mapping[str, Code], edition: str) -> Chosen:
    """What must be read beside the diagnoses, joined by `;`; null where there is nothing."""
    return sentences(codes, "notes", _notes(edition))


@cache
def _notes(edition: str) -> Sequence[Lookup]:
    return [_of_lesions(), _of_cells(), _of_antibody(), _of_looking(), _of_readings(edition)]


def _of_lesions() -> Lookup:
    items = (
        said(pl.col("v") >= 1, "the arterial lesion may be TCMR, AMR or both"),
        said(pl.col("inflamed_intimal_fibrosis"), "the inflamed intimal fibrosis may be TCMR, AMR or both"),
        said(
            pl.col("intimal_leukocytes"),
            "leukocytes in the sclerotic intima favour AMR; they decide no label",
        ),
        said(
            pl.col("adequacy") == "inadequate", "sample inadequate: a lesion that is not seen is not excluded"
        ),
    )
    return part(
        ("v", "inflamed_intimal_fibrosis", "intimal_leukocytes", "adequacy"), listed(*items, separator="; ")
    )


def _of_cells() -> Lookup:
    labels = ("borderline", "acute_tcmr", "ca_tcmr")
    cellular = pl.any_horizontal(pl.col(name).fill_null(False) for name in labels)
    infected = pl.col("infection").fill_null(False) | (pl.col("pvl") >= 1).fill_null(False)
    return part(
        (*labels, "infection", "pvl"),
        said(cellular & infected, "the infection may explain the TCMR or borderline label"),
    )


def _of_antibody() -> Lookup:
    injured = pl.col("acute_tissue_injury") | pl.col("chronic_tissue_injury")
    crossmatch = (pl.col("amr") == "c4d_with_ati") & pl.col("pretransplant_crossmatch")
    items = (
        said(
            pl.col("c4d_positive") & pl.col("abo_incompatible"), "ABO-incompatible: C4d may be accommodation"
        ),
        said(crossmatch, "positive crossmatch before transplantation favours AMR"),
        said(
            injured & pl.col("antibody_interaction") & ~pl.col("dsa"),
            "criteria 1 and 2 are met and DSA is negative: testing, also for non-HLA antibody, is advised",
        ),
    )
    names = (
        "acute_tissue_injury",
        "chronic_tissue_injury",
        "antibody_interaction",
        "dsa",
        "amr",
        "c4d_positive",
    )
    return part((*names, "abo_incompatible", "pretransplant_crossmatch"), listed(*items, separator="; "))


def _of_looking() -> Lookup:
    not_excluded = pl.col("active_or_chronic_active_amr") & ~pl.col("chronic_tissue_injury")
    return part(
        ("ptcml_not_done", "active_or_chronic_active_amr", "chronic_tissue_injury"),
        said(
            pl.col("ptcml_not_done") & not_excluded,
            "multilayering not looked for: chronic active AMR not excluded",
        ),
    )


def _of_readings(edition: str) -> Lookup:
    """Where an open point decided, it is named."""
    if edition == "2017":
        return part(
            ("borderline", "i"), said(pl.col("borderline") & (pl.col("i") == 0), "borderline with i0 (R4)")
        )
    on_present_dsa = (pl.col("amr") == "chronic_amr") & pl.col("dsa") & ~pl.col("prior_dsa")
    return part(("amr", "dsa", "prior_dsa"), said(on_present_dsa, "chronic AMR on DSA present now (R3)"))
