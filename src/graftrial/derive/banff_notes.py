"""What is said beside the diagnoses: all that hold in one line, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.derive.banff_texts import Code, listed, said, sentences

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
IFTA = {1: "IFTA I", 2: "IFTA II", 3: "IFTA III"}
POLYOMAVIRUS = {each: f"Polyomavirus nephropathy, class {each}" for each in (1, 2, 3)}
ANSWERS = (
    "amr",
    "borderline",
    "acute_tcmr_grade",
    "ca_tcmr_grade",
    "mixed",
    "ifta",
    "pvn_class",
    "category1",
)


def diagnoses_in_words(codes: Mapping[str, Code]) -> list[pl.Series]:
    """All diagnoses that hold, in the order of the categories, joined by `;`.

    codes: the facts, the truth of every statement and the single answers.
    """
    columns = (*ANSWERS, "active_or_chronic_active_amr", "pvl", "adequacy", *RECORDED)
    inadequate = pl.col("adequacy") == "inadequate"
    normal = pl.col("category1") == 1
    humoral = [said(pl.col("amr") == code, label) for code, label in AMR_LABELS.items()]
    open_amr = pl.col("amr").is_null() & pl.col("active_or_chronic_active_amr")
    text = listed(
        said(normal & inadequate, "None seen, sample inadequate"),
        said(normal & ~inadequate.fill_null(False), "Normal or nonspecific"),
        *humoral,
        said(open_amr, "Active or chronic active AMR, which of the two is open"),
        said(pl.col("borderline"), "Borderline (suspicious) for acute TCMR"),
        _graded("acute_tcmr_grade", "Acute TCMR"),
        _graded("ca_tcmr_grade", "Chronic active TCMR"),
        said(pl.col("mixed") == 1, "Mixed rejection"),
        *(said(pl.col("ifta") == grade, label) for grade, label in IFTA.items()),
        *(said(pl.col("pvn_class") == grade, label) for grade, label in POLYOMAVIRUS.items()),
        said(pl.col("pvn_class").is_null() & (pl.col("pvl") >= 1), "Polyomavirus nephropathy, class open"),
        *(said(pl.col(name), label) for name, label in RECORDED.items()),
        separator="; ",
    )
    return sentences(codes, columns, {"diagnoses": pl.when(text != "").then(text)})


def _graded(name: str, label: str) -> pl.Expr:
    grade = pl.col(name)
    return pl.when(grade != "none").then(pl.lit(f"{label} ") + grade.cast(pl.String))


def notes(codes: Mapping[str, Code], edition: str) -> list[pl.Series]:
    """What must be read beside the diagnoses, joined by `;`; null where there is nothing."""
    columns = (
        *(
            "amr",
            "borderline",
            "acute_tcmr",
            "ca_tcmr",
            "active_or_chronic_active_amr",
            "chronic_tissue_injury",
        ),
        *("acute_tissue_injury", "antibody_interaction", "dsa", "infection", "pvl", "v", "i", "adequacy"),
        *("c4d_positive", "abo_incompatible", "pretransplant_crossmatch", "ptcml_not_done", "prior_dsa"),
        *("intimal_leukocytes", "inflamed_intimal_fibrosis"),
    )
    cellular = pl.any_horizontal(
        pl.col(name).fill_null(False) for name in ("borderline", "acute_tcmr", "ca_tcmr")
    )
    infected = pl.col("infection").fill_null(False) | (pl.col("pvl") >= 1).fill_null(False)
    injured = pl.col("acute_tissue_injury") | pl.col("chronic_tissue_injury")
    no_mm_seen = (
        pl.col("ptcml_not_done") & pl.col("active_or_chronic_active_amr") & ~pl.col("chronic_tissue_injury")
    )
    items = [
        said(pl.col("v") >= 1, "the arterial lesion may be TCMR, AMR or both"),
        said(pl.col("inflamed_intimal_fibrosis"), "the inflamed intimal fibrosis may be TCMR, AMR or both"),
        said(
            pl.col("intimal_leukocytes"),
            "leukocytes in the sclerotic intima favour AMR; they decide no label",
        ),
        said(cellular & infected, "the infection may explain the TCMR or borderline label"),
        said(
            pl.col("c4d_positive") & pl.col("abo_incompatible"), "ABO-incompatible: C4d may be accommodation"
        ),
        said(
            (pl.col("amr") == "c4d_with_ati") & pl.col("pretransplant_crossmatch"),
            "positive crossmatch before transplantation favours AMR",
        ),
        said(
            injured & pl.col("antibody_interaction") & ~pl.col("dsa"),
            "criteria 1 and 2 are met and DSA is negative: testing, also for non-HLA antibody, is advised",
        ),
        said(no_mm_seen, "multilayering not looked for: chronic active AMR not excluded"),
        said(
            (pl.col("adequacy") == "inadequate"),
            "sample inadequate: a lesion that is not seen is not excluded",
        ),
    ]
    if edition == "2017":
        items.append(said(pl.col("borderline") & (pl.col("i") == 0), "borderline with i0 (R4)"))
    else:
        on_present_dsa = (pl.col("amr") == "chronic_amr") & pl.col("dsa") & ~pl.col("prior_dsa")
        items.append(said(on_present_dsa, "chronic AMR on DSA present now (R3)"))
    text = listed(*items, separator="; ")
    return sentences(codes, columns, {"notes": pl.when(text != "").then(text)})
