"""Whether a mean fluorescence intensity is positive, and what high intensities can hide."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source

CONSENSUS = "Tait BD et al. Transplantation 2013;95:19-47 (consensus on HLA antibodies in transplantation)"
CONSENSUS_DOI = "10.1097/TP.0b013e31827a19cc"


def is_antibody_positive(mfi: pl.Expr, cutoff_mfi: pl.Expr) -> pl.Expr:
    """Whether the intensity reaches the cut-off, which the study file declares; there is no universal one."""
    return mfi >= cutoff_mfi


def is_saturated(mfi: pl.Expr, saturation_mfi: pl.Expr) -> pl.Expr:
    """Whether the intensity is above the limit of the linear range, so that it says no more than "high"."""
    return mfi > saturation_mfi


def needs_dilution(baseline_mfi: pl.Expr, follow_up_mfi: pl.Expr, saturation_mfi: pl.Expr) -> pl.Expr:
    """Whether a change begins or ends above the linear range; without dilution (prozone) it cannot be measured."""
    return (baseline_mfi > saturation_mfi) | (follow_up_mfi > saturation_mfi)


POSITIVE = Rule(
    id="antibodies.positive",
    edition="1",
    title="Positive antibody",
    source=Source(CONSENSUS, "cut-offs are set by each laboratory; none is universal", CONSENSUS_DOI),
    inputs=(
        Input("mfi", pl.Float64, "MFI", low=0, high=60000),
        Input("cutoff_mfi", pl.Float64, "MFI", low=1, high=60000),
    ),
    output="yes or no",
    population="sera tested on single-antigen beads",
    golden="antibodies/positive_1",
    expression=is_antibody_positive,
)
SATURATED = Rule(
    id="antibodies.saturated",
    edition="1",
    title="Intensity above the linear range",
    source=Source(
        CONSENSUS, "saturation of beads and prozone: intensity is semi-quantitative", CONSENSUS_DOI
    ),
    inputs=(
        Input("mfi", pl.Float64, "MFI", low=0, high=60000),
        Input("saturation_mfi", pl.Float64, "MFI", low=1, high=60000),
    ),
    output="yes or no",
    population="undiluted sera tested on single-antigen beads",
    golden="antibodies/saturated_1",
    expression=is_saturated,
)
NEEDS_DILUTION = Rule(
    id="antibodies.needs_dilution",
    edition="1",
    title="Change of intensity that needs dilution data",
    source=Source(CONSENSUS, "saturation of beads and prozone: titrate strong antibodies", CONSENSUS_DOI),
    inputs=(
        Input("baseline_mfi", pl.Float64, "MFI", low=0, high=60000),
        Input("follow_up_mfi", pl.Float64, "MFI", low=0, high=60000),
        Input("saturation_mfi", pl.Float64, "MFI", low=1, high=60000),
    ),
    output="yes or no",
    population="undiluted sera tested on single-antigen beads",
    golden="antibodies/needs_dilution_1",
    expression=needs_dilution,
)
