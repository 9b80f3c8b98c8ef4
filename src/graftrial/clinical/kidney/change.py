"""How far one value is from a reference value, and whether that is one of the declines that trials count."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CREATININE, GFR
from graftrial.clinical.kidney.categories import EGFR

REFERENCE = Input("reference_ml_per_min_1_73m2", pl.Float64, GFR, low=1, high=300)
REFERENCE_CREATININE = Input("reference_mg_per_dl", pl.Float64, "mg/dL", low=0.2, high=25)
DIALYSIS = Input("is_on_dialysis", pl.Boolean)
KIDNEY_FAILURE_BELOW = 15
SURROGATES = Source(
    "Hilbrands L et al. Transpl Int 2022;35:10139",
    "predefined reduction of eGFR as an endpoint",
    "10.3389/ti.2022.10139",
)
THIRTY = Source(
    "Clayton PA et al. J Am Soc Nephrol 2016;27:3440-3446",
    "30 % decline of eGFR between two dates, ratio of at most 0.70",
    "10.1681/ASN.2015060687",
)
RECIPIENTS = (
    "kidney recipients; both values by one equation and one method; one value is no sustained decline yet"
)


def absolute_change(egfr_ml_per_min_1_73m2: pl.Expr, reference_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """Change from the reference in mL/min/1.73 m2; negative below it."""
    return egfr_ml_per_min_1_73m2 - reference_ml_per_min_1_73m2


def percent_change(egfr_ml_per_min_1_73m2: pl.Expr, reference_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """Change from the reference in percent of it; negative below it."""
    change = egfr_ml_per_min_1_73m2 - reference_ml_per_min_1_73m2
    return 100 * change / reference_ml_per_min_1_73m2


def declined_30_percent(egfr_ml_per_min_1_73m2: pl.Expr, reference_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """Whether the value is at most 70 % of the reference."""
    return 100 * egfr_ml_per_min_1_73m2 <= 70 * reference_ml_per_min_1_73m2


def declined_40_percent(egfr_ml_per_min_1_73m2: pl.Expr, reference_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """Whether the value is at most 60 % of the reference."""
    return 100 * egfr_ml_per_min_1_73m2 <= 60 * reference_ml_per_min_1_73m2


def declined_50_percent(egfr_ml_per_min_1_73m2: pl.Expr, reference_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """Whether the value is at most half of the reference."""
    return 100 * egfr_ml_per_min_1_73m2 <= 50 * reference_ml_per_min_1_73m2


def creatinine_doubled(creatinine_mg_per_dl: pl.Expr, reference_mg_per_dl: pl.Expr) -> pl.Expr:
    """Whether creatinine is at least twice the reference."""
    return creatinine_mg_per_dl >= 2 * reference_mg_per_dl


def kidney_failure(egfr_ml_per_min_1_73m2: pl.Expr, is_on_dialysis: pl.Expr) -> pl.Expr:
    """Whether eGFR is below 15 mL/min/1.73 m2 or the person is on dialysis; either decides alone."""
    return (egfr_ml_per_min_1_73m2 < KIDNEY_FAILURE_BELOW) | is_on_dialysis


RULE_ABSOLUTE = Rule(
    id="kidney.egfr_change",
    edition="1",
    title="Change of eGFR from the reference",
    source=SURROGATES,
    inputs=(EGFR, REFERENCE),
    output=GFR,
    population=RECIPIENTS,
    golden="kidney/egfr_change",
    expression=absolute_change,
)
RULE_PERCENT = Rule(
    id="kidney.egfr_change_percent",
    edition="1",
    title="Change of eGFR from the reference in percent",
    source=SURROGATES,
    inputs=(EGFR, REFERENCE),
    output="%",
    population=RECIPIENTS,
    golden="kidney/egfr_change_percent",
    expression=percent_change,
)
RULE_30 = Rule(
    id="kidney.egfr_declined_30_percent",
    edition="1",
    title="eGFR at least 30 % below the reference",
    source=THIRTY,
    inputs=(EGFR, REFERENCE),
    output="true or false",
    population=RECIPIENTS,
    golden="kidney/egfr_declined_30_percent",
    expression=declined_30_percent,
)
RULE_40 = Rule(
    id="kidney.egfr_declined_40_percent",
    edition="1",
    title="eGFR at least 40 % below the reference",
    source=SURROGATES,
    inputs=(EGFR, REFERENCE),
    output="true or false",
    population=RECIPIENTS,
    golden="kidney/egfr_declined_40_percent",
    expression=declined_40_percent,
)
RULE_50 = Rule(
    id="kidney.egfr_declined_50_percent",
    edition="1",
    title="eGFR at least 50 % below the reference",
    source=SURROGATES,
    inputs=(EGFR, REFERENCE),
    output="true or false",
    population=RECIPIENTS,
    golden="kidney/egfr_declined_50_percent",
    expression=declined_50_percent,
)
RULE_DOUBLED = Rule(
    id="kidney.creatinine_doubled",
    edition="1",
    title="Creatinine at least twice the reference",
    source=SURROGATES,
    inputs=(CREATININE, REFERENCE_CREATININE),
    output="true or false",
    population=RECIPIENTS,
    golden="kidney/creatinine_doubled",
    expression=creatinine_doubled,
)
RULE_FAILURE = Rule(
    id="kidney.failure",
    edition="1",
    title="eGFR below 15 or dialysis",
    source=SURROGATES,
    inputs=(EGFR, DIALYSIS),
    output="true or false",
    population=RECIPIENTS,
    golden="kidney/failure",
    expression=kidney_failure,
)
