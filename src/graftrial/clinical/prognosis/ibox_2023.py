"""iBox as a relative hazard only: no baseline hazard is published, so no survival is ever computed from it."""

from math import log

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import at_least, either, graded

LOWEST_UPCR_G_PER_G = 0.05
POSITIVE_MFI = 1400
CONTEXT_YEARS = (0.5, 2.0)  # after transplantation: within the qualified context of use
IFTA = {0: 0.0, 1: 0.0, 2: log(1.14), 3: log(1.41)}
DOCUMENT, DOI = "Klein A et al. Transpl Int 2023;36:11951", "10.3389/ti.2023.11951"
CONTEXT = (
    "adult kidney-only recipients, 6 to 24 months after transplantation, novel immunosuppressive medicines: secondary "
    "endpoint by the EMA qualification of December 2022; exploratory in late chronic active AMR and elsewhere. "
    "Relative hazard between two times or arms only, never a survival probability. The coefficients are logarithms "
    "of hazard ratios of two decimals: show one decimal, and the equation of the eGFR beside it"
)


def ibox_full(
    years_since_transplant: pl.Expr,
    egfr_ml_per_min_1_73m2: pl.Expr,
    upcr_g_per_g: pl.Expr,
    immunodominant_dsa_mfi: pl.Expr,
    ifta: pl.Expr,
    g: pl.Expr,
    ptc: pl.Expr,
    i: pl.Expr,
    t: pl.Expr,
    cg: pl.Expr,
) -> pl.Expr:
    """Linear predictor of the full form. A missing lesion score is never taken for 0; sums follow their bounds."""
    clinical = (
        log(1.08) * years_since_transplant
        + log(0.96) * egfr_ml_per_min_1_73m2
        + log(1.50) * _log_proteinuria(upcr_g_per_g)
        + _term(immunodominant_dsa_mfi >= POSITIVE_MFI, log(1.84))
    )
    microvascular = graded(g) + graded(ptc)
    tissue = (
        ifta.replace_strict(IFTA, default=None, return_dtype=pl.Float64)
        + either(at_least(microvascular, 5), pl.lit(log(1.84)), _term(at_least(microvascular, 3), log(1.43)))
        + _term(at_least(graded(i) + graded(t), 3), log(1.33))
        + _term(cg >= 1, log(1.47))
    )
    return clinical + tissue


def ibox_abbreviated(
    years_since_transplant: pl.Expr,
    egfr_ml_per_min_1_73m2: pl.Expr,
    upcr_g_per_g: pl.Expr,
    immunodominant_dsa_mfi: pl.Expr,
) -> pl.Expr:
    """Linear predictor of the form without a biopsy."""
    return (
        log(1.12) * years_since_transplant
        + log(0.95) * egfr_ml_per_min_1_73m2
        + log(1.59) * _log_proteinuria(upcr_g_per_g)
        + _term(immunodominant_dsa_mfi >= POSITIVE_MFI, log(1.84))
    )


def ibox_relative_hazard(linear_predictor: pl.Expr, reference_linear_predictor: pl.Expr) -> pl.Expr:
    """Hazard of graft loss relative to the reference; both predictors by the same form and eGFR equation."""
    return (linear_predictor - reference_linear_predictor).exp()


def _log_proteinuria(upcr_g_per_g: pl.Expr) -> pl.Expr:
    return upcr_g_per_g.clip(lower_bound=LOWEST_UPCR_G_PER_G).log()


def _term(condition: pl.Expr, coefficient: float) -> pl.Expr:
    return either(condition, pl.lit(coefficient), pl.lit(0.0))


CLINICAL = (
    Input("years_since_transplant", pl.Float64, "a", low=0, high=60),
    Input("egfr_ml_per_min_1_73m2", pl.Float64, "mL/min/1.73 m2", low=0, high=200),
    Input("upcr_g_per_g", pl.Float64, "g/g", low=0, high=50),
    Input("immunodominant_dsa_mfi", pl.Float64, "MFI", low=0, high=200_000),
)
LESIONS = tuple(Input(name, pl.Int32, low=0, high=3) for name in ("ifta", "g", "ptc", "i", "t", "cg"))
PREDICTOR = "linear predictor, relative hazard only"
RULE_FULL = Rule(
    id="prognosis.ibox_full",
    edition="2023",
    title="iBox, full form: linear predictor, not a survival probability",
    source=Source(DOCUMENT, "tables 1, 2 and 7, full form; sums of g + ptc and i + t by their bounds", DOI),
    inputs=(*CLINICAL, *LESIONS),
    output=PREDICTOR,
    population=CONTEXT,
    golden="prognosis/ibox_full",
    expression=ibox_full,
)
RULE_ABBREVIATED = Rule(
    id="prognosis.ibox_abbreviated",
    edition="2023",
    title="iBox, abbreviated form: linear predictor, not a survival probability",
    source=Source(DOCUMENT, "tables 1, 2 and 7, abbreviated form", DOI),
    inputs=CLINICAL,
    output=PREDICTOR,
    population=CONTEXT,
    golden="prognosis/ibox_abbreviated",
    expression=ibox_abbreviated,
)
RULE_RELATIVE_HAZARD = Rule(
    id="prognosis.ibox_relative_hazard",
    edition="2023",
    title="iBox: hazard of graft loss relative to another time or arm, not a survival probability",
    source=Source(DOCUMENT, "Cox model: exponential of the difference of two linear predictors", DOI),
    inputs=tuple(
        Input(name, pl.Float64, low=-40, high=40)
        for name in ("linear_predictor", "reference_linear_predictor")
    ),
    output="relative hazard",
    population=CONTEXT,
    golden="prognosis/ibox_relative_hazard",
    expression=ibox_relative_hazard,
)
