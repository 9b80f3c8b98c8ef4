"""An edition as a whole: its statements, each a criterion or diagnosis with its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.antibody_mediated import NO_CHANGE, ORDER, category_2
from graftrial.clinical.banff.biopsy import Biopsy, Criterion, biopsy_rule
from graftrial.clinical.banff.card_of_extent import extent_rules
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.sources import source
from graftrial.clinical.banff.statements import SHARED, Line
from graftrial.clinical.banff.whole_biopsy import mixed_rejection, normal_or_nonspecific
from graftrial.clinical.card import Rule

CRITERIA = (
    "restricts_ptc",
    "mvi_counted",
    "mvi_at_threshold",
    "acute_tissue_injury",
    "transplant_glomerulopathy",
    "chronic_tissue_injury",
    "antibody_interaction",
    "serology",
    "amr_history",
    "tubulointerstitial_tcmr",
    "borderline_infiltrate",
)
DIAGNOSES = (
    "active_amr",
    "chronic_active_amr",
    "active_or_chronic_active_amr",
    "chronic_amr",
    "acute_tcmr",
    "ca_tcmr",
    "borderline",
    "mvi_dsa_neg_c4d_neg",
    "probable_amr",
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition under one set of readings.

    statements: criteria and diagnoses by name; a diagnosis that the edition does not have is not there.
    """

    name: str
    readings: Readings
    criteria: Criteria
    statements: Mapping[str, Line]

    def decide(self, name: str, biopsy: Biopsy) -> pl.Expr:
        """The answer of a statement. Raises: KeyError where the edition does not have it."""
        return self.statements[name].composed(biopsy, self.criteria)

    def rules(self) -> tuple[Rule, ...]:
        """The cards of the statements, and of what is counted rather than diagnosed."""
        cards = [
            biopsy_rule(
                each.name,
                self.name,
                each.title,
                source(self.name, each.locator, each.declared),
                self._criterion(each),
                each.output,
            )
            for each in self.statements.values()
        ]
        return (*cards, *extent_rules(self.name))

    def _criterion(self, line: Line) -> Criterion:
        def decides(biopsy: Biopsy) -> pl.Expr:
            return line.composed(biopsy, self.criteria)

        return decides


def edition_of(criteria: Criteria, own: tuple[Line, ...]) -> Edition:
    """An edition from its criteria and the statements that are its own."""
    statements = {each.name: each for each in (*SHARED, *own)}
    statements.update({each.name: each for each in _joined(statements)})
    return Edition(criteria.edition, criteria.readings, criteria, statements)


def _joined(statements: Mapping[str, Line]) -> tuple[Line, ...]:
    """Statements that are made of other statements."""
    humoral = [name for name in (*ORDER, "active_or_chronic_active_amr") if name in statements]

    def one_answer(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
        return category_2({name: statements[name].composed(biopsy, criteria) for name in humoral})

    def mixed(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
        parts = ("active_or_chronic_active_amr", "acute_tcmr", "ca_tcmr")
        return mixed_rejection(*(statements[name].composed(biopsy, criteria) for name in parts))

    def category_1(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
        parts = ("acute_tcmr", "borderline", "ca_tcmr", "recorded_in_category_6")
        found = tuple(statements[name].composed(biopsy, criteria) for name in humoral)
        return normal_or_nonspecific(found, *(statements[name].composed(biopsy, criteria) for name in parts))

    codes = ", ".join((NO_CHANGE, *(name for name in ORDER if name in statements)))
    beside = "borderline beside AMR is stated, not called mixed"
    return (
        Line(
            "amr",
            "Category 2 in one answer",
            "category 2, all diagnoses",
            one_answer,
            "order of the diagnoses",
            codes,
        ),
        Line("mixed", "Mixed rejection", "category 2 with category 4 in one biopsy", mixed, beside),
        Line("category1", "Normal or nonspecific", "category 1", category_1, "recorded TMA blocks it (R12)"),
    )
