"""CKD-EPI 2021 creatinine equation, without race."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source

KAPPA = {"F": 0.7, "M": 0.9}  # mg/dL
ALPHA = {"F": -0.241, "M": -0.302}
SEX = {"F": 1.012, "M": 1.0}


def egfr_ckd_epi_cr_2021(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    ratio = creatinine_mg_per_dl / sex.replace_strict(KAPPA, default=None, return_dtype=pl.Float64)
    below = ratio.clip(upper_bound=1).pow(sex.replace_strict(ALPHA, default=None, return_dtype=pl.Float64))
    above = ratio.clip(lower_bound=1).pow(-1.200)
    female = sex.replace_strict(SEX, default=None, return_dtype=pl.Float64)
    return 142 * below * above * pl.lit(0.9938).pow(age_years) * female


RULE = Rule(
    id="egfr.ckd_epi_cr",
    edition="2021",
    title="Estimated GFR from creatinine, CKD-EPI 2021",
    source=Source(
        document="Inker LA et al. N Engl J Med 2021;385:1737-1749",
        locator="creatinine equation without race",
        doi="10.1056/NEJMoa2102953",
    ),
    inputs=(
        Input("creatinine_mg_per_dl", pl.Float64, "mg/dL", low=0.2, high=25),
        Input("age_years", pl.Float64, "a", low=18, high=110),
        Input("sex", pl.String, choices=("F", "M")),
    ),
    output="mL/min/1.73 m2",
    population="adults, creatinine by an IDMS-traceable method",
    golden="egfr/ckd_epi_cr_2021",
    expression=egfr_ckd_epi_cr_2021,
)
