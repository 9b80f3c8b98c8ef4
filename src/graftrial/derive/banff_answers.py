"""The single answers of biopsies, their states and their criteria, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.banff.antibody_mediated import ORDER, category_2
from graftrial.clinical.banff.biopsy import FACTS, biopsy_of
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
    FEW,
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
from graftrial.derive.banff_lookups import Chosen, Code, Lookup, different

NOT_IN_EDITION = "not_in_edition"
STATES = pl.Enum(["excluded", "possible", "established", NOT_IN_EDITION])
EITHER = "active_or_chronic_active_amr"
WIDE = ("c4d_with_ati", "c4d_without_rejection")  # statements that read too many facts for a table
NARROW = ("recorded_in_category_6", "amr_history", "transplant_glomerulopathy")


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
    """The combinations of a family that the rows of a frame are.

    numbers: of the combination of each row. answers: to some combinations or to all. place: of each row among them.
    """

    family: Completions
    numbers: Numbers
    answers: Answers
    place: NDArray[np.integer[Any]]

    def truths(self) -> dict[str, Code]:
        """The statements by row."""
        return {name: self.truth(name) for name in self.family.statements}

    def truth(self, name: str) -> Code:
        """A statement by row."""
        return Code(pl.Boolean(), 3, self.answers.truth(self.family.bit(name)).take(self.place))

    def grades(self) -> list[Chosen]:
        """The grades of the family by row."""
        return [Chosen(name, grade, self.numbers) for name, grade in self.family.grades.items()]


def met(family: Completions, codes: Mapping[str, Code]) -> Met:
    """The combinations that rows are. codes: their facts."""
    numbers = family.numbers(codes)
    if not family.is_asked:
        few, place = different(numbers, family.size)
        if len(few) <= FEW:
            return Met(family, numbers, family.answers(few.astype(np.int32)), place)
    return Met(family, numbers, family.all_answers, numbers)


@cache
def decided_alone(edition: str, readings: Readings) -> tuple[pl.Expr, ...]:
    """The statements of the edition that read too much for a table, over columns of facts."""
    biopsy, chosen = biopsy_of(NAMED_FACTS), edition_under(edition, readings)
    return tuple(chosen.decide(name, biopsy).alias(name) for name in WIDE if name in chosen.statements)


@cache
def decided_by_few(edition: str, readings: Readings) -> Mapping[str, Lookup]:
    """The other statements that belong to no family."""
    chosen, biopsy = edition_under(edition, readings), biopsy_of(NAMED_FACTS)
    return {
        name: _asked_of_facts(chosen.decide(name, biopsy)) for name in NARROW if name in chosen.statements
    }


def _asked_of_facts(answer: pl.Expr) -> Lookup:
    read = set(answer.meta.root_names())
    return Lookup(tuple(name for name in FACTS if name in read), answer)


@cache
def joined_answers(edition: str, readings: Readings) -> Mapping[str, Lookup]:
    """The single answers that several statements give together, over their truths."""
    columns = {name: pl.col(name) for name in edition_under(edition, readings).statements}
    names = [name for name in (*ORDER, EITHER) if name in columns]
    cellular, recorded = ("acute_tcmr", "borderline", "ca_tcmr"), "recorded_in_category_6"
    mixed = mixed_rejection(columns[EITHER], columns["acute_tcmr"], columns["ca_tcmr"])
    humoral = tuple(columns[name] for name in names)
    acute, borderline, chronic_active = (columns[name] for name in cellular)
    normal = normal_or_nonspecific(humoral, acute, borderline, chronic_active, columns[recorded])
    return {
        "amr": order_of_category_2(edition, readings),
        "borderline": Lookup(("borderline",), columns["borderline"].cast(pl.Int8)),
        "mixed": Lookup((EITHER, "acute_tcmr", "ca_tcmr"), mixed.cast(pl.Int8)),
        "category1": Lookup((*names, *cellular, recorded), normal.cast(pl.Int8)),
    }


@cache
def order_of_category_2(edition: str, readings: Readings) -> Lookup:
    """The one answer of category 2, over the truths of its diagnoses."""
    names = [name for name in ORDER if name in edition_under(edition, readings).statements]
    return Lookup(tuple(names), category_2({name: pl.col(name) for name in names}))


@cache
def counted_answers(readings: Readings) -> tuple[pl.Expr, ...]:
    """The single answers that are counted rather than diagnosed, over columns of facts: empty where not decided."""
    ifta = ifta_bounds if readings.ifta_bounded_by_one_score else ifta_bounds_both_scores
    c4d = Bounds(pl.col("c4d_low"), pl.col("c4d_high"))
    bounded: Mapping[str, Bounds] = {
        "ifta": ifta(pl.col("ci"), pl.col("ct")),
        "pvn_class": polyomavirus_class_bounds(pl.col("pvl"), pl.col("ci")),
        "activity_index": activity_index_bounds(pl.col("g"), pl.col("ptc"), pl.col("v"), c4d),
        "chronicity_index": chronicity_index_bounds(*(pl.col(name) for name in ("ci", "ct", "cv", "cg"))),
    }
    counted: dict[str, pl.Expr] = {}
    for name in ("ifta", "pvn_class"):
        counted.update(_with_bounds(name, bounded[name]))
    counted["adequacy"] = adequacy(pl.col("n_glomeruli"), pl.col("n_arteries"))
    for name in ("activity_index", "chronicity_index"):
        counted.update(_with_bounds(name, bounded[name]))
    return tuple(answer.alias(name) for name, answer in counted.items())


@cache
def counted_by_few(readings: Readings) -> Mapping[str, Lookup]:
    """The counted answers that scores alone decide."""
    return {
        answer.meta.output_name(): Lookup(tuple(sorted(set(answer.meta.root_names()))), answer)
        for answer in counted_answers(readings)
        if not set(answer.meta.root_names()) & {"n_glomeruli", "n_arteries"}
    }


def _with_bounds(name: str, bounds: Bounds) -> dict[str, pl.Expr]:
    low, high = bounds.low.cast(pl.Int8), bounds.high.cast(pl.Int8)
    return {name: bounds.decided().cast(pl.Int8), f"{name}_min": low, f"{name}_max": high}


def states(truths: Mapping[str, Code], edition: Edition, n_rows: int) -> dict[str, Chosen]:
    """`<diagnosis>_state` by row, by diagnosis."""
    nowhere = np.zeros(n_rows, dtype=np.uint32)
    return {
        name: Chosen(f"{name}_state", _STATES, truths[name].numbers)
        if name in edition.statements
        else Chosen(f"{name}_state", _NOWHERE, nowhere)
        for name in DIAGNOSES
    }


# As false, true and unknown are numbered.
TRUTHS = pl.Series([False, True, None], dtype=pl.Boolean)
_STATES = pl.Series(["excluded", "established", "possible"], dtype=STATES)
_NOWHERE = pl.Series([NOT_IN_EDITION], dtype=STATES)
