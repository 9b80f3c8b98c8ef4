"""Category 2: antibody-mediated changes. One answer; the diagnoses exclude each other as they are written here.

Where a sentence of the text is rewritten, the two forms are equal for every complete biopsy; the form here also gives
the strongest answer that an incomplete one supports.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graftrial.clinical.banff.antibody import antibody_interaction, serology
from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import ABSENT, LESION, NO_LESION, PRESENT, Criteria
from graftrial.clinical.banff.microvascular import (
    borderline_infiltrate,
    mvi_at_threshold,
    mvi_below_threshold,
)
from graftrial.clinical.banff.t_cell_mediated import ca_tcmr
from graftrial.clinical.banff.tissue_injury import (
    acute_injury_beside_arteritis,
    acute_tissue_injury,
    chronic_tissue_injury,
    double_contours,
)
from graftrial.clinical.kleene import first_that_holds


def active_amr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Acute tissue injury without chronic, antibody interaction and serology."""
    in_glomerulonephritis = replace(biopsy, glomerulonephritis=PRESENT)
    # Glomerulonephritis takes away the transplant glomerulopathy and the inflammation: double contours leave active
    # AMR open only there.
    return (~double_contours(biopsy) & _active_beside_glomerulopathy(biopsy, criteria)) | (
        biopsy.glomerulonephritis & _active_beside_glomerulopathy(in_glomerulonephritis, criteria)
    )


def _active_beside_glomerulopathy(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    injured = acute_injury_beside_arteritis(biopsy, criteria)
    with_interaction = _injury_with_interaction(injured, biopsy, criteria)
    return with_interaction & serology(biopsy) & ~criteria.other_chronic_injury(biopsy)


def _injury_with_interaction(injured: pl.Expr, biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Injury, or arteritis, with antibody interaction. Arteritis injures, and it restricts ptc."""
    with_arteritis = antibody_interaction(replace(biopsy, v=LESION), criteria)
    without = injured & antibody_interaction(replace(biopsy, v=NO_LESION), criteria)
    return _whatever_v_is(biopsy, with_arteritis, without)


def _whatever_v_is(biopsy: Biopsy, with_arteritis: pl.Expr, without: pl.Expr) -> pl.Expr:
    """The answer that fits v; while v is unknown, what both answers agree on."""
    has_arteritis = biopsy.v >= 1
    return (has_arteritis & with_arteritis) | (~has_arteritis & without) | (with_arteritis & without)


def chronic_active_amr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Chronic tissue injury, antibody interaction and serology."""
    injured = chronic_tissue_injury(biopsy, criteria)
    return injured & antibody_interaction(biopsy, criteria) & serology(biopsy)


def active_or_chronic_active_amr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Acute or chronic tissue injury, antibody interaction and serology: one of the two, whichever it is."""
    acute = acute_injury_beside_arteritis(biopsy, criteria)
    injured = acute | chronic_tissue_injury(biopsy, criteria)
    return _injury_with_interaction(injured, biopsy, criteria) & serology(biopsy)


def mvi_dsa_neg_c4d_neg(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Moderate microvascular inflammation with C4d, transcripts and DSA tested and negative (2022)."""
    negative = ~biopsy.c4d_positive & ~biopsy.transcripts_amr & ~biopsy.dsa
    return mvi_at_threshold(biopsy, criteria) & negative


def chronic_amr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Chronic tissue injury without antibody interaction now, with the history that the edition asks."""
    no_interaction = ~antibody_interaction(biopsy, criteria)
    without_glomerulonephritis = replace(biopsy, glomerulonephritis=ABSENT)
    by_glomerulopathy = (
        double_contours(biopsy)
        & ~biopsy.glomerulonephritis
        & ~antibody_interaction(without_glomerulonephritis, criteria)
    )
    injured = (criteria.chronic_injury_of_chronic_amr(biopsy) & no_interaction) | by_glomerulopathy
    if criteria.readings.chronic_injury_precedes_probable_amr:
        return injured & criteria.history(biopsy)
    return injured & criteria.history(biopsy) & ~(biopsy.dsa & acute_tissue_injury(biopsy, criteria))


def probable_amr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """DSA and acute tissue injury, without antibody interaction and without chronic AMR (2022)."""
    eligible = biopsy.dsa & ~biopsy.c4d_positive & ~biopsy.transcripts_amr
    injured = _injury_below_interaction(biopsy, criteria)
    if not criteria.readings.chronic_injury_precedes_probable_amr:
        return eligible & injured
    # Probable AMR has DSA, so the history of chronic AMR is asked with it.
    no_history = ~criteria.history(replace(biopsy, dsa=PRESENT))
    in_glomerulonephritis = replace(biopsy, glomerulonephritis=PRESENT)
    no_glomerulopathy = (~double_contours(biopsy) & injured) | (
        biopsy.glomerulonephritis & _injury_below_interaction(in_glomerulonephritis, criteria)
    )
    no_chronic_injury = ~criteria.chronic_injury_of_chronic_amr(biopsy) & no_glomerulopathy
    return eligible & ((no_history & injured) | no_chronic_injury)


def _injury_below_interaction(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Acute tissue injury whose microvascular inflammation, if any, stays below the threshold of criterion 2."""
    without_arteritis = replace(biopsy, v=NO_LESION)
    below = mvi_below_threshold(without_arteritis, criteria)
    if criteria.readings.probable_amr_needs_mvi:
        return mvi_below_threshold(biopsy, criteria)
    below_by_other = criteria.other_acute_injury(biopsy) & ~mvi_at_threshold(without_arteritis, criteria)
    with_arteritis = ~mvi_at_threshold(replace(biopsy, v=LESION), criteria)
    return _whatever_v_is(biopsy, with_arteritis, below_by_other | below)


def c4d_with_ati(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """C4d and acute tubular injury, no other injury of AMR, no borderline and no TCMR (2022)."""
    if criteria.readings.c4d_with_ati_beside_tcmr:
        return _c4d_without_injury(biopsy, criteria) & biopsy.ati
    return _c4d_alone(biopsy, criteria) & biopsy.ati


def c4d_without_rejection(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """C4d without tissue injury of AMR, without borderline and TCMR (2017, 2019)."""
    return _c4d_alone(biopsy, criteria)


def c4d_without_rejection_and_ati(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """C4d without tissue injury of AMR, borderline, TCMR or acute tubular injury (2022)."""
    return _c4d_alone(biopsy, criteria) & ~biopsy.ati


def _c4d_alone(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    no_tcmr = ~borderline_infiltrate(biopsy, criteria) & ~ca_tcmr(biopsy, criteria)
    # With the infiltrate of borderline the answer is no, so the restriction of ptc is asked without it.
    without_infiltrate = replace(biopsy, i=NO_LESION, t=NO_LESION)
    return no_tcmr & _c4d_without_injury(without_infiltrate, criteria)


def _c4d_without_injury(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    injured = acute_tissue_injury(biopsy, criteria) | chronic_tissue_injury(biopsy, criteria)
    return biopsy.c4d_positive & ~biopsy.transcripts_amr & ~injured


NO_CHANGE = "none"
ORDER = (
    "chronic_active_amr",
    "active_amr",
    "mvi_dsa_neg_c4d_neg",
    "chronic_amr",
    "probable_amr",
    "c4d_with_ati",
    "c4d_without_rejection",
)


def category_2(diagnoses: dict[str, pl.Expr]) -> pl.Expr:
    """The one answer of category 2 from its diagnoses, in the stated order; null while it is not decided."""
    return first_that_holds({name: diagnoses[name] for name in ORDER if name in diagnoses}, NO_CHANGE)
