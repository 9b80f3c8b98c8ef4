"""Antibodies from runs of beads beside those of the table: one row an antigen and serum, the highest of its beads."""

from __future__ import annotations

import polars as pl

from graftrial.derive.timing import with_days
from graftrial.intake.supplied import Supplied

# what bead rows add to the columns of the table antibodies
ADDED = {
    "n_beads": pl.Int32,
    "vendor": pl.String,
    "kit": pl.String,
    "lot": pl.String,
    "assay": pl.String,
    "serum_treatment": pl.String,
}


def with_bead_rows(antibodies: pl.DataFrame, supplied: Supplied, anchors: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table antibodies, with study days, followed by those of bead runs.

    Adds n_beads, vendor, kit, lot, assay and serum_treatment where the study has bead runs; null for rows of the
    table. The keys of bead rows begin with `beads/`.
    """
    if supplied.antibodies.is_empty():
        return antibodies
    rows = with_days(supplied.antibodies, anchors, "date", "").rename({"text": "date_text"})
    columns = dict(antibodies.schema) | ADDED
    present = [pl.col(name).cast(dtype) for name, dtype in columns.items() if name in rows.columns]
    return pl.concat([antibodies, rows.select(present)], how="diagonal")
