"""The single answers of biopsies, their states and their criteria, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from graftrial.clinical.banff.antibody_mediated import ORDER, category_2
from graftrial.clinical.banff.biopsy import biopsy_of
from graftrial.clinical.banff.edition import DIAGNOSES, Edition
from graftrial.clinical.banff.editions import edition as edition_under
from graftrial.clinical.banff.extent import (
    activity_index_bounds,
    adequacy,
    chronicity_index_bounds,
    ifta_bounds,
    ifta_bounds_both_scores,
    polyomavirus_class_bounds,
)
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.whole_biopsy import mixed_rejection, normal_or_nonspecific
from graftrial.clinical.kleene import Bounds
from graftrial.derive.banff_completions import Answers, Completions, Numbers, completions
from graftrial.derive.banff_factors import (
    NAMED_FACTS,
    antibody_mediated_family,
    cellular_family,
    scar_family,
)
from graftrial.derive.banff_texts import different

NOT_IN_EDITION = "not_in_edition"
STATES = pl.Enum(["excluded", "possible", "established", NOT_IN_EDITION])
DIRECT = (
    "c4d_with_ati",
    "c4d_without_rejection",
    "recorded_in_category_6",
    "amr_history",
    "transplant_glomerulopathy",
)


@dataclass(frozen=True, slots=True)
class Classifier:
    """An edition under a set of readings, with the answers to every combination of its factors."""

    edition: Edition
    families: tuple[Completions, ...]

    def family_of(self, name: str) -> Completions | None:
        """The family that decides a statement; None for one that is decided by itself."""
        return next((each for each in self.families if name in each.statements), None)


@cache
def classifier(edition: str, readings: Readings) -> Classifier:
    """The classifier of an edition. Raises: KeyError for an edition that is not there."""
    chosen = edition_under(edition, readings)
    families = (antibody_mediated_family(chosen), cellular_family(), scar_family())
    return Classifier(chosen, tuple(completions(chosen, each) for each in families))


@dataclass(frozen=True, slots=True)
class Met:
    """The combinations of a family that a frame holds: the different ones, their answers, and whose each row is."""

    family: Completions
    numbers: Numbers
    answers: Answers
    place: pl.Series

    def by_row(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """Columns over the different combinations, for every row."""
        return pl.DataFrame(columns).select(pl.all().gather(self.place)).get_columns()

    def truth(self, name: str) -> pl.Series:
        """A statement by combination: true, false, or null while it is not decided."""
        return _TRUTHS.gather(self._codes(name)).alias(name)

    def state(self, name: str) -> pl.Series:
        """A statement by combination: excluded, possible or established."""
        return _STATES.gather(self._codes(name)).alias(f"{name}_state")

    def grades(self) -> list[pl.Series]:
        """The grades of the family by combination."""
        numbers = pl.Series(self.numbers, dtype=pl.UInt32)
        return [grade.gather(numbers).alias(name) for name, grade in self.family.grades.items()]

    def _codes(self, name: str) -> pl.Series:
        bit = self.family.bit(name)
        holds = (self.answers.holds & bit) > 0
        return pl.Series(holds.astype(np.uint32) + ((self.answers.may_hold & bit) > 0), dtype=pl.UInt32)


_TRUTHS = pl.Series([False, None, True])
_STATES = pl.Series(["excluded", "possible", "established"], dtype=STATES)


def met(family: Completions, facts: pl.DataFrame) -> Met:
    """The combinations that the rows of a frame of facts are."""
    per_row = facts.select(family.number(biopsy_of(NAMED_FACTS))).to_series().to_numpy()
    numbers, place = different(per_row, family.size)
    return Met(family, numbers.astype(np.int32), family.answers(numbers.astype(np.int32)), place)


def truths(classifier: Classifier, facts: pl.DataFrame, found: tuple[Met, ...]) -> pl.DataFrame:
    """Every statement of the edition by row: true, false or null, grades as codes."""
    biopsy = biopsy_of(NAMED_FACTS)
    edition = classifier.edition
    own = facts.select(
        edition.decide(name, biopsy).alias(name) for name in DIRECT if name in edition.statements
    )
    decided = [
        column
        for each in found
        for column in each.by_row([*(each.truth(name) for name in each.family.statements), *each.grades()])
    ]
    return own.with_columns(decided)


def single_answers(edition: Edition, readings: Readings) -> dict[str, pl.Expr]:
    """The single answers, from columns of truths and facts: empty where not decided."""
    columns = {name: pl.col(name) for name in edition.statements}
    category_2_names = [name for name in (*ORDER, "active_or_chronic_active_amr") if name in columns]
    humoral = tuple(columns[name] for name in category_2_names)
    cellular = (columns["acute_tcmr"], columns["borderline"], columns["ca_tcmr"])
    mixed = mixed_rejection(
        columns["active_or_chronic_active_amr"], columns["acute_tcmr"], columns["ca_tcmr"]
    )
    normal = normal_or_nonspecific(humoral, *cellular, columns["recorded_in_category_6"])
    ifta = ifta_bounds if readings.ifta_bounded_by_one_score else ifta_bounds_both_scores
    c4d = Bounds(pl.col("c4d_low"), pl.col("c4d_high"))
    bounded: Mapping[str, Bounds] = {
        "ifta": ifta(pl.col("ci"), pl.col("ct")),
        "pvn_class": polyomavirus_class_bounds(pl.col("pvl"), pl.col("ci")),
        "activity_index": activity_index_bounds(pl.col("g"), pl.col("ptc"), pl.col("v"), c4d),
        "chronicity_index": chronicity_index_bounds(*(pl.col(name) for name in ("ci", "ct", "cv", "cg"))),
    }
    single = {
        "amr": category_2({name: columns[name] for name in category_2_names}),
        "amr_with_history": pl.lit(None),
        "borderline": columns["borderline"].cast(pl.Int8),
        "acute_tcmr": columns["acute_tcmr_grade"],
        "ca_tcmr": columns["ca_tcmr_grade"],
        "mixed": mixed.cast(pl.Int8),
        "category1": normal.cast(pl.Int8),
    }
    for name in ("ifta", "pvn_class"):
        single.update(_with_bounds(name, bounded[name]))
    single["adequacy"] = adequacy(pl.col("n_glomeruli"), pl.col("n_arteries"))
    for name in ("activity_index", "chronicity_index"):
        single.update(_with_bounds(name, bounded[name]))
    return single


def _with_bounds(name: str, bounds: Bounds) -> dict[str, pl.Expr]:
    low, high = bounds.low.cast(pl.Int8), bounds.high.cast(pl.Int8)
    return {name: bounds.decided().cast(pl.Int8), f"{name}_min": low, f"{name}_max": high}


def states(found: tuple[Met, ...], n_rows: int) -> dict[str, pl.Series]:
    """`<diagnosis>_state` by row."""
    by_name = {
        column.name: column
        for each in found
        for column in each.by_row([each.state(name) for name in each.family.statements if name in DIAGNOSES])
    }
    nowhere = pl.Series([NOT_IN_EDITION], dtype=STATES)
    for name in DIAGNOSES:
        if f"{name}_state" not in by_name:
            by_name[f"{name}_state"] = nowhere.new_from_index(0, n_rows).alias(f"{name}_state")
    return by_name
