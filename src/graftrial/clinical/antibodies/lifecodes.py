"""The call of one LIFECODES single-antigen bead, as the lot file defines it."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import first_that_holds

SOURCE = Source(
    document="hlapro (R, MIT), reader of LIFECODES runs; verified by its authors against MATCH IT!",
    locator="ratio to the lowest bead of the locus group, cut-off and intensity threshold of the lot file, all strict",
)


def ratio_to_lowest_bead(median_mfi: pl.Expr, lowest_mfi: pl.Expr) -> pl.Expr:
    """Median over the lowest median of the beads of the locus group; a lowest below 1 counts as 1."""
    return median_mfi / lowest_mfi.clip(lower_bound=1)


def bead_call(
    count: pl.Expr,
    least_count: pl.Expr,
    median_mfi: pl.Expr,
    ratio: pl.Expr,
    cutoff_ratio: pl.Expr,
    threshold_mfi: pl.Expr,
) -> pl.Expr:
    """Call of an antigen bead; control beads have no call."""
    ladder = {
        "Bead Failure": count < least_count,
        "Positive": (ratio > cutoff_ratio) & (median_mfi > threshold_mfi),
    }
    return first_that_holds(ladder, none="Negative")


RATIO = Rule(
    id="antibodies.lifecodes_ratio",
    edition="1",
    title="LIFECODES bead: ratio to the lowest bead of its locus group",
    source=SOURCE,
    inputs=(
        Input("median_mfi", pl.Float64, "MFI", low=0, high=100000),
        Input("lowest_mfi", pl.Float64, "MFI", low=0, high=100000),
    ),
    output="ratio",
    population="beads of one sample on one LIFECODES single-antigen lot",
    golden="antibodies/lifecodes_ratio_1",
    expression=ratio_to_lowest_bead,
)
CALL = Rule(
    id="antibodies.lifecodes_call",
    edition="1",
    title="LIFECODES bead: call",
    source=SOURCE,
    inputs=(
        Input("count", pl.Float64, "beads", low=0, high=1e6),
        Input("least_count", pl.Float64, "beads", low=0, high=1e6),
        Input("median_mfi", pl.Float64, "MFI", low=0, high=100000),
        Input("ratio", pl.Float64, low=0, high=1e6),
        Input("cutoff_ratio", pl.Float64, low=0, high=1e6),
        Input("threshold_mfi", pl.Float64, "MFI", low=0, high=100000),
    ),
    output="Positive, Negative, Bead Failure",
    population="antigen beads of one sample on one LIFECODES single-antigen lot",
    golden="antibodies/lifecodes_call_1",
    expression=bead_call,
)
