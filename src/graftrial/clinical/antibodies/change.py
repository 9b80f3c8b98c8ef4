"""Change of an antibody between two sera: log2 ratio, percent, response class."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import first_that_holds

SOURCE = Source(
    document="López del Moral C et al. Front Med 2022;9:943502",
    locator="evolution of intensity: reduction by half, doubling, neither or both. Of two sera here: neither is "
    "fluctuating, a boundary belongs to the class named with it",
    doi="10.3389/fmed.2022.943502",
)


def log2_change(baseline_mfi: pl.Expr, follow_up_mfi: pl.Expr) -> pl.Expr:
    """log2 of follow-up over baseline; a zero enters only as the floor that the study declares."""
    return (follow_up_mfi / baseline_mfi).log(2)


def percent_change(baseline_mfi: pl.Expr, follow_up_mfi: pl.Expr) -> pl.Expr:
    """Change in percent of baseline; negative for a fall."""
    return 100 * (follow_up_mfi - baseline_mfi) / baseline_mfi


def response_class(baseline_mfi: pl.Expr, follow_up_mfi: pl.Expr) -> pl.Expr:
    """Class from the immunodominant positive antibodies; 0 stands for no positive one."""
    ladder = {
        "not_applicable_no_baseline_dsa": (baseline_mfi == 0) & (follow_up_mfi == 0),
        "de_novo": baseline_mfi == 0,
        "cleared": follow_up_mfi == 0,
        "fall_ge_50": follow_up_mfi <= 0.5 * baseline_mfi,
        "doubled": follow_up_mfi >= 2 * baseline_mfi,
    }
    return first_that_holds(ladder, none="fluctuating")


LOG2_CHANGE = Rule(
    id="antibodies.log2_change",
    edition="1",
    title="log2 change of an antibody",
    source=Source(
        SOURCE.document, "reduction by half and doubling as -1 and 1 on the log2 scale", SOURCE.doi
    ),
    inputs=(
        Input("baseline_mfi", pl.Float64, "MFI", low=1, high=60000),
        Input("follow_up_mfi", pl.Float64, "MFI", low=1, high=60000),
    ),
    output="log2 ratio",
    population="two sera of one person by one method",
    golden="antibodies/log2_change_1",
    expression=log2_change,
)
PERCENT_CHANGE = Rule(
    id="antibodies.percent_change",
    edition="1",
    title="Change of an antibody in percent",
    source=SOURCE,
    inputs=(
        Input("baseline_mfi", pl.Float64, "MFI", low=1, high=60000),
        Input("follow_up_mfi", pl.Float64, "MFI", low=0, high=60000),
    ),
    output="%",
    population="two sera of one person by one method, positive at baseline",
    golden="antibodies/percent_change_1",
    expression=percent_change,
)
RESPONSE_CLASS = Rule(
    id="antibodies.response_class",
    edition="1",
    title="Response class of the donor-specific antibodies",
    source=SOURCE,
    inputs=(
        Input("baseline_mfi", pl.Float64, "MFI", low=0, high=60000),
        Input("follow_up_mfi", pl.Float64, "MFI", low=0, high=60000),
    ),
    output="not_applicable_no_baseline_dsa, de_novo, cleared, fall_ge_50, doubled, fluctuating",
    population="kidney recipients tested before and after; the strongest positive antibody, 0 if none",
    golden="antibodies/response_class_1",
    expression=response_class,
)
