"""Criteria 2 and 3 of antibody-mediated rejection: C4d, antibody interaction, serology and its history."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.microvascular import mvi_at_threshold
from graftrial.clinical.kleene import either


def c4d_positive_one_technique(c4d: pl.Expr, c4d_method: pl.Expr) -> pl.Expr:
    """C4d 2 or 3 by immunofluorescence, 1 to 3 by immunohistochemistry; 0, 2 and 3 need no method."""
    return either(c4d_method == "IF", c4d >= 2, c4d >= 1)


def c4d_positive_two_techniques(c4d_if: pl.Expr, c4d_ihc: pl.Expr) -> pl.Expr:
    """Positive by immunofluorescence (2 or 3) or by immunohistochemistry (1 to 3)."""
    return (c4d_if >= 2) | (c4d_ihc >= 1)


def c4d_positive_unless_abo_incompatible(c4d_positive: pl.Expr, abo_incompatible: pl.Expr) -> pl.Expr:
    """The other reading of R8: positive C4d does not count in an ABO-incompatible graft."""
    return c4d_positive & ~abo_incompatible


def glomerulonephritis(gn_recurrent: pl.Expr, gn_de_novo: pl.Expr) -> pl.Expr:
    """Recurrent or de novo glomerulonephritis."""
    return gn_recurrent | gn_de_novo


def antibody_interaction(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Criterion 2: C4d, moderate microvascular inflammation, or a validated transcript test."""
    return biopsy.c4d_positive | mvi_at_threshold(biopsy, criteria) | biopsy.transcripts_amr


def serology(biopsy: Biopsy) -> pl.Expr:
    """Criterion 3: DSA now; C4d or transcripts stand in for it. Remote DSA does not count."""
    return biopsy.dsa | biopsy.c4d_positive | biopsy.transcripts_amr


def documented_dsa(biopsy: Biopsy) -> pl.Expr:
    """DSA now or earlier, after transplantation (2017)."""
    return biopsy.dsa | biopsy.prior_dsa


def documented_dsa_or_prior_amr(biopsy: Biopsy) -> pl.Expr:
    """Earlier active or chronic active AMR, or DSA now or earlier (2019, 2022)."""
    return biopsy.dsa | prior_dsa_or_prior_amr(biopsy)


def prior_dsa_or_prior_amr(biopsy: Biopsy) -> pl.Expr:
    """Earlier active or chronic active AMR, or earlier DSA: the other reading of R3."""
    return biopsy.prior_dsa | biopsy.prior_active_amr | biopsy.prior_chronic_active_amr


def amr_history(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """What opens chronic (inactive) AMR in the edition."""
    return criteria.history(biopsy)
