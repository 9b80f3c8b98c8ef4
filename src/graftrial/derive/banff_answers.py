"""The single answers of biopsies, their states and their criteria, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.banff.antibody_mediated import ORDER, category_2
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
from graftrial.clinical.banff.biopsy import biopsy_of

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
    position: NDArray[np.uint32]

    def truth(self, name: str) -> pl.Series:
        """A statement by row: true, false, or null while it is not decided."""
        bit = self.family.bit(name)
        holds = (self.answers.holds & bit) > 0
        decided = holds | ((self.answers.may_hold & bit) == 0)
        values = pl.DataFrame({"holds": holds, "decided": decided}).select(
            pl.when("decided").then("holds").alias(name)
        )
        return values.to_series().gather(self.position)

    def grades(self) -> dict[str, pl.Series]:
        """The grades of the different combinations."""
        numbers = pl.Series(self.numbers, dtype=pl.UInt32)
        return {name: grade.gather(numbers) for name, grade in self.family.grades.items()}

    def by_row(self, values: pl.Series) -> pl.Series:
        """Values of the different combinations, for every row."""
        return values.gather(self.position)


def met(family: Completions, facts: pl.DataFrame, shift: pl.Expr | None = None) -> Met:
    """The combinations that the rows of a frame of facts are."""
    number = family.number(biopsy_of(NAMED_FACTS))
    per_row = facts.select(number if shift is None else number + shift).to_series().to_numpy()
    seen = np.zeros(family.size, dtype=bool)
    seen[per_row] = True
    numbers = np.flatnonzero(seen).astype(np.int32)
    place = np.zeros(family.size, dtype=np.uint32)
    place[numbers] = np.arange(len(numbers), dtype=np.uint32)
    return Met(family, numbers, family.answers(numbers), place[per_row])


def truths(classifier: Classifier, facts: pl.DataFrame, found: tuple[Met, ...]) -> pl.DataFrame:
    """Every statement of the edition by row: true, false or null, grades as codes."""
    biopsy = biopsy_of(NAMED_FACTS)
    edition = classifier.edition
    own = facts.select(
        edition.decide(name, biopsy).alias(name) for name in DIRECT if name in edition.statements
    )
    decided = [each.truth(name) for each in found for name in each.family.statements]
    grades = [each.by_row(grade).alias(name) for each in found for name, grade in each.grades().items()]
    return own.with_columns(*decided, *grades)


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


def states(classifier: Classifier, found: tuple[Met, ...], n_rows: int) -> dict[str, pl.Series]:
    """`<diagnosis>_state` by row."""
    by_name: dict[str, pl.Series] = {}
    for name in DIAGNOSES:
        where = next((each for each in found if name in each.family.statements), None)
        if where is None:
            absent = pl.Series([NOT_IN_EDITION], dtype=STATES).new_from_index(0, n_rows)
            by_name[f"{name}_state"] = absent.alias(f"{name}_state")
            continue
        bit = where.family.bit(name)
        code = ((where.answers.holds & bit) > 0).astype(np.uint32) + ((where.answers.may_hold & bit) > 0)
        words = pl.Series(["excluded", "possible", "established"], dtype=STATES).gather(
            code.astype(np.uint32)
        )
        by_name[f"{name}_state"] = where.by_row(words).alias(f"{name}_state")
    return by_name
