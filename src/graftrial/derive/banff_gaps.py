"""What is missing: the unknown inputs that can still change a diagnosis, and what would follow from their values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.derive.banff_answers import Met
from graftrial.derive.banff_completions import Numbers
from graftrial.derive.banff_factors import Factor
from graftrial.derive.banff_texts import Code, different

Masks: TypeAlias = NDArray[np.int64]
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
    unknown = np.zeros(len(codes["g"].numbers), dtype=np.int64)
    c4d_open = _is_unknown(codes["c4d_positive"])
    for name, bit in BIT.items():
        if name in C4D:
            if name in staining and c4d_open.any():
                unknown |= (_is_unknown(codes[name]) & c4d_open) * np.int64(bit)
        elif (absent := _is_unknown(codes[name])).any():
            unknown |= absent * np.int64(bit)
    return unknown


def _is_unknown(code: Code) -> NDArray[np.bool_]:
    return np.asarray(code.numbers == code.size - 1)


def _staining(given: frozenset[str], abo_counts: bool) -> tuple[str, ...]:
    """The inputs of C4d in this frame: by technique, or one score with its method."""
    by_technique = tuple(name for name in ("c4d_if", "c4d_ihc") if name in given)
    named = by_technique or ("c4d", "c4d_method")
    return (*named, "abo_incompatible") if abo_counts else named


def deciding_inputs(found: Met, unknown: Masks) -> list[pl.Series]:
    """`<diagnosis>_decides` by row for the diagnoses of a family: the inputs that can still change it.

    unknown: bits of the inputs that are unknown, by row.
    """
    factor_bits = np.array([_bits(factor) for factor in found.family.factors], dtype=np.int64)
    diagnoses = [name for name in found.family.statements if name in DIAGNOSES]
    own = int(np.bitwise_or.reduce(factor_bits))
    place = found.place.to_numpy()
    relevant = unknown & own
    if not relevant.any():
        return [nothing_decides(name, len(unknown)) for name in diagnoses]
    open_rows = np.flatnonzero(relevant)
    keys = place[open_rows].astype(np.int64) << len(INPUTS) | relevant[open_rows]
    unique, where = different(keys, LARGE)
    combination, inputs = unique >> len(INPUTS), unique & ((1 << len(INPUTS)) - 1)
    row = np.zeros(len(unknown), dtype=np.uint32)
    row[open_rows] = where.to_numpy() + 1
    columns: list[pl.Series] = []
    for name in diagnoses:
        open_factors = (found.answers.deciding & found.family.bit(name)) > 0
        by_combination = np.bitwise_or.reduce(np.where(open_factors, factor_bits[:, None], 0), axis=0)
        masks = np.concatenate([[0], by_combination[combination] & inputs])
        columns.append(_as_text(masks, f"{name}_decides"))
    return pl.DataFrame(columns).select(pl.all().gather(pl.Series(row))).get_columns()


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
    both = BIT["i"] | BIT["t"]
    if not criteria.readings.isolated_v_restricts_ptc:
        # Which infiltrate it is matters too, so i and t are idle only where there is none.
        return np.asarray(unknown & ~np.where(infiltrate.numbers == 0, both, 0))
    idle_i = BIT["i"] if criteria.borderline_i == 0 else 0
    return np.asarray(unknown & ~np.where(_is_unknown(infiltrate), idle_i, both))


def nothing_decides(name: str, n_rows: int) -> pl.Series:
    """`<diagnosis>_decides` where nothing is open."""
    return pl.Series(f"{name}_decides", [None], dtype=pl.String).new_from_index(0, n_rows)


def _as_text(masks: Masks, name: str) -> pl.Series:
    """Inputs of bits as text, joined by `;`; null where there is none."""
    unique, place = np.unique(masks, return_inverse=True)
    words = pl.Series(name, [_words(int(mask)) for mask in unique], dtype=pl.String)
    return words.gather(pl.Series(place.astype(np.uint32)))


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
EITHER = "active_or_chronic_active_amr"


def would_follow(found: Met, none: str, name: str) -> pl.Series:
    """For every unknown factor that decides, what follows from each of its values, as a sentence by row."""
    family = found.family
    diagnoses = np.uint16(sum(family.bit(each) for each in family.statements if each in DIAGNOSES))
    open_factors = (found.answers.deciding & diagnoses) > 0
    columns: list[pl.Series] = []
    for axis, factor in enumerate(family.factors):
        rows = np.flatnonzero(open_factors[axis])
        if len(rows):
            columns.append(_sentences(found, axis, factor, rows, none))
    if not columns:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(found.place))
    joined = pl.concat_str(pl.all(), separator="; ", ignore_nulls=True)
    text = pl.DataFrame(columns).select(pl.when(joined != "").then(joined).alias(name)).to_series()
    return found.by_row([text])[0]


def _sentences(found: Met, axis: int, factor: Factor, rows: NDArray[np.intp], none: str) -> pl.Series:
    """What follows from each value of one factor, for the combinations in which it decides; null for the others."""
    family = found.family
    keys: list[NDArray[np.uint32]] = []
    for value in range(factor.n_known):
        known: Numbers = found.numbers[rows] - (factor.n_known - value) * family.strides[axis]
        answers = family.answers(known.astype(np.int32))
        keys.append(answers.holds.astype(np.uint32) << np.uint32(16) | answers.may_hold)
    together = pl.DataFrame(keys, schema=[str(value) for value in range(factor.n_known)])
    different = together.unique()
    words = [_sentence(family.statements, factor, outcomes, none) for outcomes in different.iter_rows()]
    sentences = together.join(
        different.with_columns(sentence=pl.Series(words, dtype=pl.String)),
        on=together.columns,
        how="left",
        maintain_order="left",
    )
    everywhere = pl.Series(factor.name, [None], dtype=pl.String).new_from_index(0, len(found.numbers))
    return everywhere.scatter(rows, sentences["sentence"]).alias(factor.name)


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
