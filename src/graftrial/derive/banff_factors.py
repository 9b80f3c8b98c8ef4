"""The few things on which the diagnoses depend, so that a million biopsies share a table of answers.

A factor is what several inputs decide together (`i`, `t`, infection and polyomavirus: whether ptc is restricted). The
inputs of two factors of one family never overlap, so the completions of a biopsy are all combinations of the
completions of its factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from graftrial.clinical.banff.biopsy import FACTS, SCORES, Biopsy, Criterion, biopsy_of, facts_read
from graftrial.clinical.banff.criteria import ABSENT, NO_LESION
from graftrial.clinical.banff.edition import Edition
from graftrial.clinical.banff.microvascular import (
    borderline_infiltrate,
    restricts_ptc,
    tubulointerstitial_tcmr,
)
from graftrial.clinical.banff.tissue_injury import double_contours
from graftrial.clinical.kleene import highest_met

NAMED_FACTS = {name: pl.col(name) for name in FACTS}


@dataclass(frozen=True, slots=True)
class Factor:
    """One axis of a table of answers.

    of: what it is in a biopsy. shown_by: the fact that stands for it in the table. highest: scores from here on are the
    same to every diagnosis of the family; 0 for yes or no. in_words: what it is called in a sentence.
    """

    name: str
    of: Criterion
    shown_by: str
    in_words: str
    highest: int = 0

    @property
    def n_known(self) -> int:
        """Number of values that tell biopsies apart; the unknown is one more."""
        return self.highest + 1 if self.highest else 2

    def code(self, biopsy: Biopsy) -> pl.Expr:
        """Number of the value, `n_known` while it is unknown."""
        value = self.of(biopsy)
        if self.highest:
            value = value.clip(upper_bound=self.highest)
        return value.cast(pl.Int32).fill_null(self.n_known)

    def facts(self) -> tuple[str, ...]:
        """The facts of a biopsy that decide it."""
        return facts_read(self.of)


@dataclass(frozen=True, slots=True)
class Family:
    """Statements that are decided together, and the factors that decide them.

    graded: further statements on the same factors whose answer is no yes or no.
    """

    statements: tuple[str, ...]
    factors: tuple[Factor, ...]
    graded: tuple[str, ...] = ()


def _score(name: str, highest: int) -> Factor:
    return Factor(name, _fact(name), name, name, highest)


def _yes_no(name: str, in_words: str) -> Factor:
    return Factor(name, _fact(name), name, in_words)


def _fact(name: str) -> Criterion:
    def read(biopsy: Biopsy) -> pl.Expr:
        value: pl.Expr = getattr(biopsy, name)
        return value

    return read


def antibody_mediated_family(edition: Edition) -> Family:
    """Category 2 without the two C4d entities, and its criteria."""
    criteria = edition.criteria
    statements = (
        "active_amr",
        "chronic_active_amr",
        "active_or_chronic_active_amr",
        "mvi_dsa_neg_c4d_neg",
        "chronic_amr",
        "probable_amr",
        "restricts_ptc",
        "mvi_counted",
        "mvi_at_threshold",
        "acute_tissue_injury",
        "chronic_tissue_injury",
        "antibody_interaction",
        "serology",
    )
    words = _words_of(edition)
    factors = [
        _score("g", 2),
        _score("ptc", 2),
        _score("v", 1),
        _restriction(edition),
        _yes_no("glomerulonephritis", "glomerulonephritis"),
        Factor("double_contours", double_contours, "cg", "cg 1 or more without chronic TMA"),
        Factor("other_acute_injury", criteria.other_acute_injury, "tma_acute", words["other_acute_injury"]),
        Factor("substitute", _c4d_or_transcripts, "transcripts_amr", "C4d or transcripts"),
        _yes_no("dsa", "DSA"),
        Factor("chronic_injury", criteria.chronic_injury_of_chronic_amr, "ptcml", words["chronic_injury"]),
        Factor("history", _history_before(edition), "prior_dsa", "earlier DSA or AMR"),
    ]
    if criteria.other_chronic_injury is not criteria.chronic_injury_of_chronic_amr:
        factors.append(_yes_no("new_intimal_fibrosis", "new arterial intimal fibrosis"))
    return Family(tuple(name for name in statements if name in edition.statements), tuple(factors))


def _words_of(edition: Edition) -> Mapping[str, str]:
    """What the injuries of the edition are called."""
    named = {"tma_acute": "acute TMA", "ati": "tubular injury", "ptcml": "severe ptcml"}
    named["new_intimal_fibrosis"] = "new arterial intimal fibrosis"
    criteria = {
        "other_acute_injury": edition.criteria.other_acute_injury,
        "chronic_injury": edition.criteria.chronic_injury_of_chronic_amr,
    }
    read = {each: criterion(biopsy_of(NAMED_FACTS)).meta.root_names() for each, criterion in criteria.items()}
    return {each: " or ".join(named[name] for name in names) for each, names in read.items()}


def _restriction(edition: Edition) -> Factor:
    """What restricts ptc beside v. Where v can lift the restriction by borderline (R1), that is a step of its own."""
    criteria = edition.criteria

    def restricted(biopsy: Biopsy) -> pl.Expr:
        return restricts_ptc(replace(biopsy, v=NO_LESION), criteria)

    def step(biopsy: Biopsy) -> pl.Expr:
        whatever_v_is = biopsy.infection | (biopsy.pvl >= 1) | tubulointerstitial_tcmr(biopsy)
        return highest_met({1: borderline_infiltrate(biopsy, criteria), 2: whatever_v_is})

    words = "t with i, or infection"
    if edition.readings.isolated_v_restricts_ptc:
        return Factor("restriction", restricted, "infection", words)
    return Factor("restriction", step, "t", words, highest=2)


def _c4d_or_transcripts(biopsy: Biopsy) -> pl.Expr:
    return biopsy.c4d_positive | biopsy.transcripts_amr


def _history_before(edition: Edition) -> Criterion:
    def history(biopsy: Biopsy) -> pl.Expr:
        return edition.criteria.history(replace(biopsy, dsa=ABSENT))

    return history


def cellular_family() -> Family:
    """Borderline and acute TCMR."""
    factors = (_score("i", 2), _score("t", 3), _score("v", 3))
    statements = ("acute_tcmr", "borderline", "tubulointerstitial_tcmr", "borderline_infiltrate")
    return Family(statements, factors, ("acute_tcmr_grade",))


def scar_family() -> Family:
    """Chronic active TCMR."""
    flags = (
        "infection",
        "drug_interstitial_nephritis",
        "inflamed_intimal_fibrosis",
        "iifta_other_causes_ruled_out",
    )
    words = (
        "infection",
        "drug-induced nephritis",
        "inflamed arterial intimal fibrosis",
        "other causes ruled out",
    )
    factors = (
        *(_score(name, 2) for name in ("ti", "i_ifta")),
        *(_score(name, 3) for name in ("t", "t_ifta")),
        _score("pvl", 1),
        *(_yes_no(name, word) for name, word in zip(flags, words, strict=True)),
    )
    return Family(("ca_tcmr",), factors, ("ca_tcmr_grade",))


def absent_facts() -> Mapping[str, pl.Expr]:
    """A biopsy in which nothing is found but inflammation, to stand the values of factors in.

    Inflammation without tubulitis decides nothing; with it, t alone says how far an infiltrate goes.
    """
    facts = {name: NO_LESION if name in SCORES else ABSENT for name in FACTS}
    return {**facts, "i": pl.lit(2)}
