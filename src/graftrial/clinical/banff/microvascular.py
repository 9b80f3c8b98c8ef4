"""Microvascular inflammation: when glomerulitis and peritubular capillaritis count towards AMR."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import NO_LESION, Composed, Criteria
from graftrial.clinical.kleene import at_least, either, graded


def borderline_infiltrate(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Tubulitis with the interstitial inflammation that the edition asks of borderline, whatever v is."""
    return (biopsy.t >= 1) & at_least(graded(biopsy.i), criteria.borderline_i)


def restricts_ptc(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Whether ptc alone is not enough: acute TCMR, borderline or infection is present and g must be at least 1."""
    infected = biopsy.infection | (biopsy.pvl >= 1)
    if criteria.readings.isolated_v_restricts_ptc:
        return infected | borderline_infiltrate(biopsy, criteria) | (biopsy.v >= 1)
    tubulointerstitial = tubulointerstitial_tcmr(biopsy)
    return infected | tubulointerstitial | ((biopsy.v == 0) & borderline_infiltrate(biopsy, criteria))


def tubulointerstitial_tcmr(biopsy: Biopsy) -> pl.Expr:
    """The inflammation and tubulitis of acute TCMR grade I: i and t at least 2."""
    return (biopsy.i >= 2) & (biopsy.t >= 2)


def mvi_counted(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Microvascular inflammation as acute tissue injury: g or, unless restricted, ptc."""
    return _outside_glomerulonephritis(_any_inflammation, biopsy, criteria)


def mvi_at_threshold(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Microvascular inflammation as antibody interaction: g + ptc at least 2; g at least 1 where ptc is restricted."""
    return _outside_glomerulonephritis(_moderate_inflammation, biopsy, criteria)


def mvi_below_threshold(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Microvascular inflammation that counts and stays below g + ptc = 2."""
    return _outside_glomerulonephritis(_mild_inflammation, biopsy, criteria)


def _any_inflammation(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    return (biopsy.g >= 1) | ((biopsy.ptc >= 1) & ~restricts_ptc(biopsy, criteria))


def _moderate_inflammation(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    reaches_two = at_least(graded(biopsy.g) + graded(biopsy.ptc), 2)
    return reaches_two & ((biopsy.g >= 1) | ~restricts_ptc(biopsy, criteria))


def _mild_inflammation(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    g_alone = (biopsy.g == 1) & (biopsy.ptc == 0)
    ptc_alone = (biopsy.g == 0) & (biopsy.ptc == 1) & ~restricts_ptc(biopsy, criteria)
    return g_alone | ptc_alone


def _outside_glomerulonephritis(inflammation: Composed, biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    if criteria.readings.ptc_counts_in_glomerulonephritis:
        without_g = replace(biopsy, g=NO_LESION)
        return either(
            biopsy.glomerulonephritis, inflammation(without_g, criteria), inflammation(biopsy, criteria)
        )
    return ~biopsy.glomerulonephritis & inflammation(biopsy, criteria)
