"""From the columns of a frame to the facts that the Banff rules read, one expression a fact.

An absent column reads as unknown, but for what a test must show: transcripts, multilayering and double contours by
electron microscopy count as not done, so the item is not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from graftrial.clinical.banff.antibody import (
    c4d_positive_one_technique,
    c4d_positive_two_techniques,
    c4d_positive_unless_abo_incompatible,
    glomerulonephritis,
)
from graftrial.clinical.banff.biopsy import FACTS, SCORES
from graftrial.clinical.banff.lesions import FEEDERS
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.kleene import graded, higher_of
from graftrial.intake.banff_cells import NOT_DONE_MARK
from graftrial.intake.banff_file import BanffColumns

SHOWN_BY_A_TEST = ("transcripts_amr", "ptcml", "cg1a")
EVIDENCE = ("c4d_if", "c4d_ihc", "c4d", "c4d_method", "gn_recurrent", "gn_de_novo", "abo_incompatible")
COUNTS = ("n_glomeruli", "n_arteries")
CONTEXT = ("pretransplant_crossmatch", "prior_tcmr", "intimal_leukocytes")


@dataclass(frozen=True, slots=True)
class TypedColumns:
    """The typed columns of biopsies: which there are, under our names, and which of them are percentages."""

    names: frozenset[str]
    percentages: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether there is a column for this input."""
        return name in self.names

    def value(self, name: str) -> pl.Expr:
        """The value of an input, null where it is unknown or the column is absent."""
        if name in self.percentages:
            convert = next(each.convert for each in FEEDERS if each.score == name)
            return convert(pl.col(name)).cast(pl.Int8)
        return pl.col(name) if self.has(name) else pl.lit(None, dtype=_type(name))

    def not_done(self, name: str) -> pl.Expr:
        """True where a test was not done, or has no column."""
        if not self.has(name):
            return pl.lit(True)
        mark = f"{name}{NOT_DONE_MARK}"
        return pl.col(mark) if mark in self.names else pl.lit(False)


def typed_columns(cells: pl.DataFrame, columns: BanffColumns) -> TypedColumns:
    """What the typed cells of a frame hold."""
    percentages = frozenset(each.name for each in columns.read.values() if each.is_percentage)
    return TypedColumns(frozenset(cells.columns), percentages)


@cache
def facts(given: TypedColumns, readings: Readings) -> tuple[pl.Expr, ...]:
    """Every fact of a `Biopsy`, the counts, the two ends of the C4d score, and what was looked for, by name.

    Of the method of C4d only whether it is known.
    """
    named = {name: _fact(given, name) for name in FACTS if name not in ("c4d_positive", "glomerulonephritis")}
    named["cg"] = _double_contours(given)
    named["tma_acute"], named["tma_chronic"] = (
        _microangiopathy(given, "tma_acute"),
        _microangiopathy(given, "tma_chronic"),
    )
    named["infection"], named["pvl"] = _infection(given)
    named["glomerulonephritis"] = glomerulonephritis(given.value("gn_recurrent"), given.value("gn_de_novo"))
    named["c4d_positive"] = _c4d_positive(given, readings)
    named.update({name: given.value(name) for name in (*COUNTS, *CONTEXT, *EVIDENCE)})
    named["c4d_low"], named["c4d_high"] = _c4d_bounds(given)
    named["ptcml_not_done"] = given.not_done("ptcml")
    named["c4d_method"] = pl.when(given.value("c4d_method").is_not_null()).then(True)
    return tuple(value.alias(name) for name, value in named.items())


def _fact(given: TypedColumns, name: str) -> pl.Expr:
    if name not in SHOWN_BY_A_TEST:
        return given.value(name)
    return pl.when(given.not_done(name)).then(False).otherwise(given.value(name))


def _type(name: str) -> pl.DataType:
    if name == "c4d_method":
        return pl.String()
    if name in COUNTS:
        return pl.Int32()
    return pl.Int8() if name in SCORES or name.startswith("c4d") else pl.Boolean()


def _double_contours(given: TypedColumns) -> pl.Expr:
    """cg; where it is 0 by light microscopy, electron microscopy in a column of its own decides between 0 and 1a."""
    cg = given.value("cg")
    if not given.has("cg1a"):
        return cg
    by_electron_microscopy = _fact(given, "cg1a").cast(pl.Int8)
    return pl.when(cg == 0).then(by_electron_microscopy).otherwise(cg)


def _microangiopathy(given: TypedColumns, kind: str) -> pl.Expr:
    """Acute or chronic; one whose kind is not stated may be either, and its absence excludes both."""
    stated = given.value(kind)
    if not given.has("tma"):
        return stated
    return pl.when(stated.is_null() & ~given.value("tma")).then(False).otherwise(stated)


def _infection(given: TypedColumns) -> tuple[pl.Expr, pl.Expr]:
    """Infection and polyomavirus load; polyomavirus recorded as yes or no gives presence, and a load of 0 for no."""
    infection, pvl = given.value("infection"), given.value("pvl")
    if not given.has("bk"):
        return infection, pvl
    polyomavirus = given.value("bk")
    load = pl.when(pvl.is_null() & ~polyomavirus).then(pl.lit(0, dtype=pl.Int8)).otherwise(pvl)
    return pl.when(polyomavirus).then(True).otherwise(infection), load


def _c4d_positive(given: TypedColumns, readings: Readings) -> pl.Expr:
    positive = _stained(given)
    if readings.c4d_counts_in_abo_incompatible:
        return positive
    return c4d_positive_unless_abo_incompatible(positive, given.value("abo_incompatible"))


def _stained(given: TypedColumns) -> pl.Expr:
    one = c4d_positive_one_technique(given.value("c4d"), given.value("c4d_method"))
    by_method = [name for name in ("c4d_if", "c4d_ihc") if given.has(name)]
    if not by_method:
        return one
    if len(by_method) == 1:
        # A file with a column for one technique only comes from a laboratory that has no other.
        score = given.value(by_method[0])
        two = score >= 2 if by_method == ["c4d_if"] else score >= 1
    else:
        two = c4d_positive_two_techniques(_score_if_done(given, "c4d_if"), _score_if_done(given, "c4d_ihc"))
        two = pl.when(~_neither_done(given)).then(two)
    if not given.has("c4d"):
        return two
    no_score = pl.all_horizontal(given.value(name).is_null() for name in by_method)
    return pl.when(no_score).then(one).otherwise(two)


def _score_if_done(given: TypedColumns, name: str) -> pl.Expr:
    """The score of a technique; one that was not done shows nothing."""
    return pl.when(given.not_done(name)).then(pl.lit(0, dtype=pl.Int8)).otherwise(given.value(name))


def _neither_done(given: TypedColumns) -> pl.Expr:
    return given.not_done("c4d_if") & given.not_done("c4d_ihc")


def _c4d_bounds(given: TypedColumns) -> tuple[pl.Expr, pl.Expr]:
    """Lowest and highest C4d score that the biopsy can have; the higher of two techniques counts."""
    by_method = [name for name in ("c4d_if", "c4d_ihc") if given.has(name)]
    if not by_method:
        bounds = graded(given.value("c4d"))
    elif len(by_method) == 1:
        score = given.value(by_method[0])
        bounds = graded(pl.coalesce(score, given.value("c4d")) if given.has("c4d") else score)
    else:
        bounds = higher_of(*(graded(_score_if_done(given, name)) for name in by_method))
        if given.has("c4d"):
            no_score = pl.all_horizontal(given.value(name).is_null() for name in by_method)
            one = graded(given.value("c4d"))
            return (
                pl.when(no_score).then(one.low).otherwise(bounds.low),
                pl.when(no_score).then(one.high).otherwise(bounds.high),
            )
    return bounds.low, bounds.high
