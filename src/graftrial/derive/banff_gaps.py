"""What is missing: the unknown inputs that can still change a diagnosis, and what would follow from their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.derive.banff_answers import EITHER, Met
from graftrial.derive.banff_completions import Answers, Completions, Numbers
from graftrial.derive.banff_factors import Factor
from graftrial.derive.banff_lookups import Chosen, Code, combined, different
from graftrial.derive.banff_texts import joined, nothing_said

Masks: TypeAlias = NDArray[np.int32]
LARGE = 1 << 62

# In the order of a biopsy report, which is the order in which `decides` names them.
INPUTS = (
    "i", "t", "v", "g", "ptc", "c4d_if", "c4d_ihc", "c4d", "c4d_method", "cg", "ti", "i_ifta", "t_ifta", "ptcml",
    "pvl", "tma_acute", "tma_chronic", "ati", "gn_de_novo", "gn_recurrent", "infection",
    "drug_interstitial_nephritis", "inflamed_intimal_fibrosis", "new_intimal_fibrosis",
    "iifta_other_causes_ruled_out", "transcripts_amr", "dsa", "prior_dsa", "prior_active_amr",
    "prior_chronic_active_amr", "abo_incompatible",
)  # fmt: skip
BIT = {name: 1 << position for position, name in enumerate(INPUTS)}
GLOMERULONEPHRITIS = ("gn_de_novo", "gn_recurrent")
C4D = ("c4d_if", "c4d_ihc", "c4d", "c4d_method", "abo_incompatible")


def unknown_inputs(codes: Mapping[str, Code], given: frozenset[str], abo_counts: bool) -> Masks:
    """Bits of the inputs that are unknown, by row; of the inputs of C4d only where its positivity is open.

    given: the inputs that the frame has a column for. abo_counts: whether ABO incompatibility decides about C4d.
    """
    staining = _staining(given, abo_counts)
    unknown = np.zeros(len(codes["g"].numbers), dtype=np.int32)
    c4d_open = codes["c4d_positive"].is_unknown()
    for name, bit in BIT.items():
        if name in C4D and name not in staining:
            continue
        absent = codes[name].is_unknown()
        if name in C4D:
            absent &= c4d_open
        if absent.any():
            unknown |= absent * np.int32(bit)
    return unknown


def _staining(given: frozenset[str], abo_counts: bool) -> tuple[str, ...]:
    """The inputs of C4d in this frame: by technique, or one score with its method."""
    by_technique = tuple(name for name in ("c4d_if", "c4d_ihc") if name in given)
    named = by_technique or ("c4d", "c4d_method")
    return (*named, "abo_incompatible") if abo_counts else named


def deciding_inputs(found: Met, unknown: Masks) -> list[Chosen]:
    """`<diagnosis>_decides` by row for the diagnoses of a family: the inputs that can still change it.

    unknown: bits of the inputs that are unknown, by row.
    """
    family = found.family
    inputs = _inputs_of_factors(family.factors)
    columns: list[Chosen] = []
    for name in family.statements:
        if name in DIAGNOSES:
            deciding = inputs[found.answers.open_factors(family.bit(name))].take(found.place)
            columns.append(_as_text(deciding & unknown, f"{name}_decides"))
    return columns


@cache
def _inputs_of_factors(factors: tuple[Factor, ...]) -> Masks:
    """The inputs of every set of factors, a bit a factor."""
    inputs = np.zeros(1, dtype=np.int32)
    for factor in factors:
        inputs = np.concatenate([inputs, inputs | np.int32(_bits(factor))])
    return inputs


@cache
def _bits(factor: Factor) -> int:
    bits = 0
    for fact in factor.facts():
        for name in _inputs_of(fact):
            bits |= BIT[name]
    return bits


def _inputs_of(fact: str) -> tuple[str, ...]:
    if fact == "glomerulonephritis":
        return GLOMERULONEPHRITIS
    return C4D if fact == "c4d_positive" else (fact,)


def without_idle_inflammation(unknown: Masks, infiltrate: Code, criteria: Criteria) -> Masks:
    """The bits without i and t where the restriction of ptc is decided without them."""
    both = np.int32(BIT["i"] | BIT["t"])
    none = np.int32(0)
    if not criteria.readings.isolated_v_restricts_ptc:
        # Which infiltrate it is matters too, so i and t are idle only where there is none.
        return np.asarray(unknown & ~np.where(infiltrate.numbers == 0, both, none))
    idle_i = np.int32(BIT["i"] if criteria.borderline_i == 0 else 0)
    return np.asarray(unknown & ~np.where(infiltrate.is_unknown(), idle_i, both))


def nothing_decides(name: str, n_rows: int) -> Chosen:
    """`<diagnosis>_decides` where nothing is open."""
    return Chosen(f"{name}_decides", nothing_said(), np.zeros(n_rows, dtype=np.uint32))


HALF = 16


def _as_text(masks: Masks, name: str) -> Chosen:
    """Inputs of bits as text, joined by `;`; null where there is none."""
    if not masks.any():
        return Chosen(name, nothing_said(), np.zeros(len(masks), dtype=np.uint32))
    halves: list[Chosen] = []
    for shift in (0, HALF):
        unique, place = different(masks >> shift & (1 << HALF) - 1, 1 << HALF)
        words = [_words(mask << shift) for mask in unique.tolist()]
        halves.append(Chosen(name, pl.Series(words, dtype=pl.String), place))
    return joined(halves, name, ";")


@cache
def _words(mask: int) -> str | None:
    return ";".join(name for name, bit in BIT.items() if mask & bit) or None


LABELS: Mapping[str, str] = {
    "chronic_active_amr": "chronic active AMR",
    "active_amr": "active AMR",
    "mvi_dsa_neg_c4d_neg": "microvascular inflammation, DSA-negative and C4d-negative",
    "chronic_amr": "chronic (inactive) AMR",
    "probable_amr": "probable AMR",
    "borderline": "borderline (suspicious) for acute TCMR",
    "acute_tcmr": "acute TCMR",
    "ca_tcmr": "chronic active TCMR",
}


def would_follow(found: Met, none: str, name: str) -> Chosen:
    """For every unknown factor that decides, what follows from each of its values, as a sentence by row."""
    family = found.family
    few, place = different(found.numbers, family.size)
    if family.is_asked:
        parts = [
            Chosen(each.name, each.values, each.place.take(few)) for each in _all_sentences(family, none)
        ]
    else:
        numbers = few.astype(np.int32)
        parts = _sentences(family, numbers, family.answers(numbers), none)
    together = joined(parts, name, "; ")
    return Chosen(name, together.values, together.place.take(place))


@cache
def _all_sentences(family: Completions, none: str) -> Sequence[Chosen]:
    return _sentences(family, np.arange(family.size, dtype=np.int32), family.all_answers, none)


def _sentences(family: Completions, numbers: Numbers, answers: Answers, none: str) -> list[Chosen]:
    """What follows from each value of each factor, for the combinations in which it decides; null for the others."""
    diagnoses = sum(family.bit(each) for each in family.statements if each in DIAGNOSES)
    open_factors = answers.open_factors(diagnoses)
    columns: list[Chosen] = []
    for axis, factor in enumerate(family.factors):
        rows = np.flatnonzero(open_factors & np.uint16(1 << axis))
        step, n_known = family.strides[axis], factor.n_known
        known = [numbers[rows] - np.int32((n_known - value) * step) for value in range(n_known)]
        outcomes, places = _outcomes(family, np.concatenate(known))
        by_value = np.split(places, n_known)
        different_ones, place = combined(by_value, [len(outcomes)] * n_known)
        words = [
            _sentence(family.statements, factor, tuple(outcomes[each] for each in combination), none)
            for combination in zip(*(column.tolist() for column in different_ones), strict=True)
        ]
        everywhere = np.zeros(len(numbers), dtype=np.uint16)
        everywhere[rows] = place + 1
        columns.append(Chosen(factor.name, pl.Series([None, *words], dtype=pl.String), everywhere))
    return columns


def _outcomes(family: Completions, numbers: Numbers) -> tuple[list[int], NDArray[np.integer[Any]]]:
    """What holds and may hold in combinations: the different outcomes, and which is whose.

    An outcome is the bits that hold above those that may hold.
    """
    if not family.is_asked:
        answers = family.answers(numbers)
        unique, place = np.unique(_outcome_bits(answers), return_inverse=True)
        return unique.tolist(), place
    outcomes, places = _all_outcomes(family)
    return outcomes, places.take(numbers)


@cache
def _all_outcomes(family: Completions) -> tuple[list[int], NDArray[np.integer[Any]]]:
    unique, place = different(_outcome_bits(family.all_answers).astype(np.int64), LARGE)
    return unique.tolist(), place


def _outcome_bits(answers: Answers) -> NDArray[np.uint32]:
    return answers.holds.astype(np.uint32) << np.uint32(16) | answers.may_hold


@cache
def _sentence(
    statements: tuple[str, ...], factor: Factor, outcomes: tuple[int, ...], none: str
) -> str | None:
    """`t 0-1: none of these; t 2-3: acute TCMR`: neighbouring values with the same outcome are named together.

    None where the factor alone narrows nothing.
    """
    words = [_outcome(statements, key, none) for key in outcomes]
    if len(set(words)) == 1:
        return None
    runs: list[tuple[int, int, str]] = []
    for value, outcome in enumerate(words):
        last = 3 if factor.highest and value == factor.highest else value
        if runs and factor.highest and runs[-1][2] == outcome:
            runs[-1] = (runs[-1][0], last, outcome)
        else:
            runs.append((value, last, outcome))
    return "; ".join(f"{_value_in_words(factor, first, last)}: {outcome}" for first, last, outcome in runs)


def _value_in_words(factor: Factor, first: int, last: int) -> str:
    if not factor.highest:
        return f"{factor.in_words} {'yes' if first else 'no'}"
    return f"{factor.in_words} {first}" if first == last else f"{factor.in_words} {first}-{last}"


@cache
def _outcome(statements: tuple[str, ...], key: int, none: str) -> str:
    """What holds for certain, or else what may hold. key: the bits that hold above those that may hold."""
    holds, may_hold = key >> 16, key & 0xFFFF
    bits = {name: 1 << position for position, name in enumerate(statements)}
    named = [each for each in LABELS if each in bits]
    certain = [LABELS[each] for each in named if holds & bits[each]]
    if certain:
        return " and ".join(certain)
    if holds & bits.get(EITHER, 0):
        return "active or chronic active AMR"
    open_ones = [LABELS[each] for each in named if may_hold & bits[each]]
    return f"{' or '.join(open_ones)} possible" if open_ones else none
