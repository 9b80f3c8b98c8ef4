"""Criterion 1 of antibody-mediated rejection: acute and chronic tissue injury."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import NO_LESION, Criteria
from graftrial.clinical.banff.microvascular import mvi_counted


def acute_tissue_injury(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Microvascular inflammation, intimal arteritis, acute TMA or what else the edition names."""
    return (biopsy.v >= 1) | acute_injury_beside_arteritis(biopsy, criteria)


def acute_injury_beside_arteritis(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Acute tissue injury without looking at v, which then does not restrict ptc either.

    Exact as a part of the whole: where v is positive the criterion is met already.
    """
    return criteria.other_acute_injury(biopsy) | mvi_counted(replace(biopsy, v=NO_LESION), criteria)


def thrombotic_microangiopathy(biopsy: Biopsy) -> pl.Expr:
    """Acute thrombotic microangiopathy without another cause (2022)."""
    return biopsy.tma_acute


def thrombotic_microangiopathy_or_tubular_injury(biopsy: Biopsy) -> pl.Expr:
    """Acute thrombotic microangiopathy or acute tubular injury, without another cause (2017, 2019)."""
    return biopsy.tma_acute | biopsy.ati


def transplant_glomerulopathy(biopsy: Biopsy) -> pl.Expr:
    """Double contours, by light or electron microscopy, without chronic TMA or glomerulonephritis."""
    return double_contours(biopsy) & ~biopsy.glomerulonephritis


def double_contours(biopsy: Biopsy) -> pl.Expr:
    """Double contours of the glomerular basement membrane without chronic TMA."""
    return (biopsy.cg >= 1) & ~biopsy.tma_chronic


def chronic_tissue_injury(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Transplant glomerulopathy, severe multilayering or what else the edition names."""
    return transplant_glomerulopathy(biopsy) | criteria.other_chronic_injury(biopsy)


def severe_multilayering(biopsy: Biopsy) -> pl.Expr:
    """Severe multilayering of the peritubular capillary basement membrane, by electron microscopy (2022)."""
    return biopsy.ptcml


def severe_multilayering_or_new_intimal_fibrosis(biopsy: Biopsy) -> pl.Expr:
    """Severe multilayering, or arterial intimal fibrosis of new onset, other causes excluded (2017, 2019)."""
    return biopsy.ptcml | biopsy.new_intimal_fibrosis
