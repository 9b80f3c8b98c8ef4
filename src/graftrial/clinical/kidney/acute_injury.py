"""Stage of acute kidney injury by creatinine and renal replacement, KDIGO 2012. Urine output is not read."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CREATININE
from graftrial.clinical.kleene import highest_met

BASELINE = Input("baseline_mg_per_dl", pl.Float64, "mg/dL", low=0.2, high=25)
LOWEST_IN_48_H = Input("lowest_within_48_h_mg_per_dl", pl.Float64, "mg/dL", low=0.2, high=25)
RISE_MG_PER_DL = 0.3
SEVERE_MG_PER_DL = 4.0
ROUNDING = 1e-9  # 1.8 - 1.5 is a little below 0.3 in binary numbers


def acute_kidney_injury_stage(
    creatinine_mg_per_dl: pl.Expr,
    baseline_mg_per_dl: pl.Expr,
    lowest_within_48_h_mg_per_dl: pl.Expr,
    is_on_renal_replacement: pl.Expr,
) -> pl.Expr:
    """Stage 0 to 3 of one creatinine within 7 days of the baseline.

    4.0 mg/dL and above is stage 3 only where it is an injury at all (a rise of 0.3 within 48 hours, or to
    1.5 times the baseline): a creatinine that was high before the infusion is not an acute injury.
    """
    reaches = creatinine_mg_per_dl * (1 + ROUNDING)
    rose = reaches >= lowest_within_48_h_mg_per_dl + RISE_MG_PER_DL
    injury = (reaches >= 1.5 * baseline_mg_per_dl) | rose
    severe = (reaches >= 3 * baseline_mg_per_dl) | ((reaches >= SEVERE_MG_PER_DL) & injury)
    return highest_met({1: injury, 2: reaches >= 2 * baseline_mg_per_dl, 3: severe | is_on_renal_replacement})


RULE = Rule(
    id="kidney.acute_injury_stage",
    edition="kdigo_2012",
    title="Stage of acute kidney injury by creatinine",
    source=Source(
        document="KDIGO Clinical Practice Guideline for Acute Kidney Injury. Kidney Int Suppl 2012;2:1-138",
        locator="section 2.1: definition, table 2 and its rationale for 4.0 mg/dL",
        doi="10.1038/kisup.2012.1",
    ),
    inputs=(CREATININE, BASELINE, LOWEST_IN_48_H, Input("is_on_renal_replacement", pl.Boolean)),
    output="stage 0 to 3",
    population="after an infusion, creatinine of its first 7 days; urine output is not part of this reading",
    golden="kidney/acute_injury_stage",
    expression=acute_kidney_injury_stage,
)
