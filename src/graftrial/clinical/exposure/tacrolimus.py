"""Within-patient variability of tacrolimus troughs. Never from fewer than three.

Not here: the time-weighted coefficient of variation, whose weighting no source that we could read defines.
"""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source

LEAST_TROUGHS = 3
N_TROUGHS = Input("n_troughs", pl.Int32, "troughs", low=LEAST_TROUGHS, high=10000)
MEAN = Input("mean_ng_per_ml", pl.Float64, "ng/mL", low=0.1, high=200)


def cv_percent(n_troughs: pl.Expr, sd_ng_per_ml: pl.Expr, mean_ng_per_ml: pl.Expr) -> pl.Expr:
    """Coefficient of variation in percent; the standard deviation is that of a sample (n - 1)."""
    return 100 * sd_ng_per_ml / mean_ng_per_ml + 0 * n_troughs


def ipv_percent(
    n_troughs: pl.Expr, mean_absolute_deviation_ng_per_ml: pl.Expr, mean_ng_per_ml: pl.Expr
) -> pl.Expr:
    """Mean absolute deviation from the mean, in percent of the mean."""
    return 100 * mean_absolute_deviation_ng_per_ml / mean_ng_per_ml + 0 * n_troughs


def concentration_by_dose(trough_ng_per_ml: pl.Expr, daily_dose_mg: pl.Expr) -> pl.Expr:
    """Trough over the daily dose, in ng/mL per mg."""
    return trough_ng_per_ml / daily_dose_mg


CONCENTRATION_BY_DOSE = Rule(
    id="exposure.tacrolimus_concentration_by_dose",
    edition="1",
    title="Tacrolimus, concentration by dose (C/D)",
    source=Source(
        document="Tacrolimus: why pharmacokinetics matter in the clinic. Front Transplant 2023;2:1160752",
        locator="Abstract: C/D ratio as trough level normalised by daily dose",
        doi="10.3389/frtra.2023.1160752",
    ),
    inputs=(
        Input("trough_ng_per_ml", pl.Float64, "ng/mL", low=0, high=200),
        Input("daily_dose_mg", pl.Float64, "mg", low=0.1, high=100),
    ),
    output="ng/mL per mg",
    population="outpatients at steady state, trough and dose of one day and one formulation",
    golden="exposure/tacrolimus_concentration_by_dose_1",
    expression=concentration_by_dose,
)
CV = Rule(
    id="exposure.tacrolimus_cv",
    edition="1",
    title="Tacrolimus variability, coefficient of variation",
    source=Source(
        document="Mo H et al. Transplant Direct 2019;5:e455",
        locator="Methods: coefficient of variation of troughs",
        doi="10.1097/TXD.0000000000000899",
    ),
    inputs=(N_TROUGHS, Input("sd_ng_per_ml", pl.Float64, "ng/mL", low=0, high=200), MEAN),
    output="%",
    population="outpatients at steady state on one formulation, at least three troughs in the window",
    golden="exposure/tacrolimus_cv_1",
    expression=cv_percent,
)
IPV = Rule(
    id="exposure.tacrolimus_ipv",
    edition="1",
    title="Tacrolimus variability, mean absolute deviation (IPV)",
    source=Source(
        document="Sablik KA et al. PLoS One 2018;13:e0196552",
        locator="Methods: intrapatient variability as mean absolute deviation in percent of the mean",
        doi="10.1371/journal.pone.0196552",
    ),
    inputs=(
        N_TROUGHS,
        Input("mean_absolute_deviation_ng_per_ml", pl.Float64, "ng/mL", low=0, high=200),
        MEAN,
    ),
    output="%",
    population="outpatients at steady state on one formulation, at least three troughs in the window",
    golden="exposure/tacrolimus_ipv_1",
    expression=ipv_percent,
)
