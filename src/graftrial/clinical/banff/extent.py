"""What is counted rather than diagnosed: adequacy, IFTA, polyomavirus class, activity and chronicity indices."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.kleene import Bounds, first_that_holds, graded, higher_of, how_many, known_only

INADEQUATE = "inadequate"


def adequacy(n_glomeruli: pl.Expr, n_arteries: pl.Expr) -> pl.Expr:
    """adequate, marginal or inadequate; an inadequate sample cancels no lesion, it forbids the negative statement."""
    return first_that_holds(
        {
            "adequate": (n_glomeruli >= 10) & (n_arteries >= 2),
            "marginal": (n_glomeruli >= 7) & (n_arteries >= 1),
        },
        INADEQUATE,
    )


def ifta_bounds(ci: pl.Expr, ct: pl.Expr) -> Bounds:
    """Bounds of the IFTA grade, the worse of ci and ct."""
    return higher_of(graded(ci), graded(ct))


def ifta_bounds_both_scores(ci: pl.Expr, ct: pl.Expr) -> Bounds:
    """The other reading of R7: nothing is said from one of the two scores."""
    return higher_of(known_only(ci), known_only(ct))


def ifta(ci: pl.Expr, ct: pl.Expr) -> pl.Expr:
    """IFTA grade 0 to 3, where it is decided."""
    return ifta_bounds(ci, ct).decided()


def polyomavirus_class_bounds(pvl: pl.Expr, ci: pl.Expr) -> Bounds:
    """Bounds of the class: 1 is pvl 1 with ci 0-1; 3 is pvl 3 with ci 2-3; 2 is what lies between; 0 is none."""
    present = pvl >= 1
    more_than_class_1 = (pvl >= 2) | (present & (ci >= 2))
    class_3 = (pvl >= 3) & (ci >= 2)
    return how_many(present, more_than_class_1, class_3)


def polyomavirus_class(pvl: pl.Expr, ci: pl.Expr) -> pl.Expr:
    """Class of polyomavirus nephropathy, 0 for none, where it is decided."""
    return polyomavirus_class_bounds(pvl, ci).decided()


def activity_index_bounds(g: pl.Expr, ptc: pl.Expr, v: pl.Expr, c4d: Bounds) -> Bounds:
    """Bounds of g + ptc + v + C4d, 0 to 12."""
    return graded(g) + graded(ptc) + graded(v) + c4d


def activity_index(g: pl.Expr, ptc: pl.Expr, v: pl.Expr, c4d: pl.Expr) -> pl.Expr:
    """AMR activity index 0 to 12, where it is decided; c4d is the higher score if both techniques were done."""
    return activity_index_bounds(g, ptc, v, graded(c4d)).decided()


def chronicity_index_bounds(ci: pl.Expr, ct: pl.Expr, cv: pl.Expr, cg: pl.Expr) -> Bounds:
    """Bounds of ci + ct + cv + 2 cg, 0 to 15."""
    return graded(ci) + graded(ct) + graded(cv) + graded(cg).times(2)


def chronicity_index(ci: pl.Expr, ct: pl.Expr, cv: pl.Expr, cg: pl.Expr) -> pl.Expr:
    """AMR chronicity index 0 to 15, where it is decided; 1a and 1b count 1."""
    return chronicity_index_bounds(ci, ct, cv, cg).decided()
