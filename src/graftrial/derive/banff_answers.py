"""The single answers of biopsies, their states and their criteria, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
from graftrial.derive.banff_completions import (
    ESTABLISHED,
    POSSIBLE,
    Answers,
    Completions,
    Numbers,
    completions,
)
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

    def truths(self, names: tuple[str, ...]) -> list[pl.Series]:
        """Statements by row: true, false, or null while it is not decided."""
        return self._read(names, _as_truths(names))

    def states(self, names: tuple[str, ...]) -> list[pl.Series]:
        """Statements by row: excluded, possible or established."""
        return self._read(names, _as_states(names))

    def grades(self) -> list[pl.Series]:
        """The grades of the family by row."""
        numbers = pl.Series(self.numbers, dtype=pl.UInt32).gather(self.place)
        grades = pl.DataFrame([grade.alias(name) for name, grade in self.family.grades.items()])
        return grades.select(pl.all().gather(numbers)).get_columns() if grades.width else []

    def _read(self, names: tuple[str, ...], readings: tuple[pl.Expr, ...]) -> list[pl.Series]:
        codes: dict[str, NDArray[np.uint8]] = {}
        place = self.place.to_numpy()
        for name in names:
            bit = self.family.bit(name)
            holds, may_hold = (self.answers.holds & bit) > 0, (self.answers.may_hold & bit) > 0
            codes[name] = (holds.astype(np.uint8) + may_hold)[place]
        return pl.DataFrame(codes).select(readings).get_columns()


@cache
def _as_truths(names: tuple[str, ...]) -> tuple[pl.Expr, ...]:
    columns = {name: pl.col(name) for name in names}
    return tuple(
        pl.when(each != POSSIBLE).then(each == ESTABLISHED).alias(name) for name, each in columns.items()
    )


@cache
def _as_states(names: tuple[str, ...]) -> tuple[pl.Expr, ...]:
    return tuple(pl.lit(_STATES).gather(pl.col(name)).alias(name) for name in names)


_STATES = pl.Series(["excluded", "possible", "established"], dtype=STATES)


def met(family: Completions, facts: pl.DataFrame) -> Met:
    """The combinations that the rows of a frame of facts are."""
    per_row = facts.select(family.number).to_series().to_numpy()
    numbers, place = different(per_row, family.size)
    return Met(family, numbers.astype(np.int32), family.answers(numbers.astype(np.int32)), place)


def truths(classifier: Classifier, facts: pl.DataFrame, found: tuple[Met, ...]) -> pl.DataFrame:
    """Every statement of the edition by row: true, false or null, grades as codes."""
    own = facts.select(_decided_alone(classifier.edition.name, classifier.edition.readings))
    decided = [column for each in found for column in (*each.truths(each.family.statements), *each.grades())]
    return pl.DataFrame([*own.get_columns(), *decided])


@cache
def _decided_alone(edition: str, readings: Readings) -> tuple[pl.Expr, ...]:
    biopsy, chosen = biopsy_of(NAMED_FACTS), edition_under(edition, readings)
    return tuple(chosen.decide(name, biopsy).alias(name) for name in DIRECT if name in chosen.statements)


@cache
def single_answers(edition: str, readings: Readings) -> tuple[pl.Expr, ...]:
    """The single answers, from columns of truths and facts: empty where not decided."""
    columns = {name: pl.col(name) for name in edition_under(edition, readings).statements}
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
    return tuple(answer.alias(name) for name, answer in single.items())


def _with_bounds(name: str, bounds: Bounds) -> dict[str, pl.Expr]:
    low, high = bounds.low.cast(pl.Int8), bounds.high.cast(pl.Int8)
    return {name: bounds.decided().cast(pl.Int8), f"{name}_min": low, f"{name}_max": high}


def states(found: tuple[Met, ...], n_rows: int) -> dict[str, pl.Series]:
    """`<diagnosis>_state` by row."""
    columns = [
        column
        for each in found
        for column in each.states(tuple(name for name in each.family.statements if name in DIAGNOSES))
    ]
    by_name = {f"{column.name}_state": column.alias(f"{column.name}_state") for column in columns}
    nowhere = pl.Series([NOT_IN_EDITION], dtype=STATES)
    for name in DIAGNOSES:
        if f"{name}_state" not in by_name:
            by_name[f"{name}_state"] = nowhere.new_from_index(0, n_rows).alias(f"{name}_state")
    return by_name
