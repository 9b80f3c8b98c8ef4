"""Whether an adverse event is treatment-emergent, with partial and missing onsets read conservatively."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import certain


def is_treatment_emergent(
    is_infused: pl.Expr,
    onset_day_low: pl.Expr,
    onset_day_high: pl.Expr,
    end_day_high: pl.Expr,
    is_worsened: pl.Expr,
    from_day: pl.Expr,
    until_day: pl.Expr,
) -> pl.Expr:
    """Whether the event began, or worsened, in the window after the first infusion.

    An unknown onset counts as emergent unless the known part of it, or a known end, proves it earlier or later.
    """
    began_before = certain(onset_day_high < from_day) | certain(end_day_high < from_day)
    began_after = certain(onset_day_low > until_day)
    return is_infused & ((~began_before & ~began_after) | certain(is_worsened))


RULE = Rule(
    id="adverse_events.treatment_emergent",
    edition="ich_e9",
    title="Treatment-emergent adverse event",
    source=Source(
        document="ICH E9 Statistical principles for clinical trials, 1998",
        locator="Glossary, treatment emergent; unknown onset read conservatively, as the study file declares",
    ),
    inputs=(
        Input("is_infused", pl.Boolean),
        Input("onset_day_low", pl.Int32, "d"),
        Input("onset_day_high", pl.Int32, "d"),
        Input("end_day_high", pl.Int32, "d"),
        Input("is_worsened", pl.Boolean),
        Input("from_day", pl.Int32, "d"),
        Input("until_day", pl.Int32, "d"),
    ),
    output="true or false",
    population="subjects who were given at least one infusion",
    golden="timing/treatment_emergent_ich_e9",
    expression=is_treatment_emergent,
)
