"""Scores of the published gene sets for a block of biopsies that carry the same genes.

Mean log2 and singscore need the biopsy alone. Their intervals hold the noise of counting alone; no replicate lane is
public, so the technical noise is unknown and larger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from graftrial.clinical.transcripts.gene_sets import LOWEST_FRACTION, GeneSet, gene_sets
from graftrial.clinical.transcripts.panel import ENDOGENOUS, names
from graftrial.clinical.transcripts.reference import PROBABILITIES, spreads
from graftrial.derive.transcript_published import TWO_SIDED, Noise
from graftrial.stats.gene_set_scores import (
    Sets,
    counting_noise,
    gsva,
    ranked_scores,
    set_means,
    ssgsea,
    value_noise,
)
from graftrial.stats.lane_counts import Array

FEWEST_FOR_GSVA = 3
FAR_APART = 50.0  # percentile points
MEAN, RANKED = "mean_log2", "singscore"
OPTIONAL: Mapping[str, str] = {
    "ssgsea": "depends on the order of probes (here that of the panel)",
    "gsva": "changes with the cohort (here the biopsies of this run)",
}


@dataclass(frozen=True, slots=True)
class Score:
    """One score of one biopsy.

    lower, upper: 95% interval; over its refits for the classifier, else of counting noise alone.
    reference_percentile: share of the 537 reference biopsies at or below the value, in percent.
    warning: what has to be known with the value, or why there is none.
    """

    score: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    reference_percentile: float | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Biopsies with the same genes: single-sample values (biopsies x genes), and counts with their scaling if known.

    factor: what a count is multiplied with; factor_variance: variance of its logarithm by counting.
    own_scale: whether values are on a scale of their own, which no reference describes.
    """

    genes: tuple[str, ...]
    values: Array
    counts: Array | None = None
    factor: Array | None = None
    factor_variance: Array | None = None
    own_scale: bool = False


def noise_of(block: Block) -> list[Noise | None]:
    """What counting moves in each biopsy of the block; null where its counts are not known."""
    if block.counts is None or block.factor is None or block.factor_variance is None:
        return [None] * len(block.values)
    alone, shared = value_noise(block.counts, block.factor)
    return [
        Noise(
            dict(zip(block.genes, mine.tolist(), strict=True)),
            dict(zip(block.genes, together.tolist(), strict=True)),
            float(own),
        )
        for mine, together, own in zip(alone, shared, block.factor_variance, strict=True)
    ]


def score_sets(
    block: Block, lowest_fraction: float = LOWEST_FRACTION, also: Sequence[str] = ()
) -> list[list[Score]]:
    """The scores of each biopsy of the block, sets in the order of their names.

    also: `ssgsea`, `gsva`: labelled as depending on order or cohort.
    """
    endogenous = set(names(ENDOGENOUS))
    inside = [place for place, gene in enumerate(block.genes) if gene in endogenous]
    genes = [block.genes[place] for place in inside]
    found = [tuple(name for name in each.probes if name in set(genes)) for each in gene_sets().values()]
    refusals = [
        each.refusal(len(mine), lowest_fraction)
        for each, mine in zip(gene_sets().values(), found, strict=True)
    ]
    kept = [place for place, refusal in enumerate(refusals) if not refusal]
    members = np.array([[gene in found[place] for gene in genes] for place in kept], dtype=bool).reshape(
        -1, len(genes)
    )
    columns = _columns(block, inside, members, len(genes) == len(endogenous), also)
    rows: list[list[Score]] = [[] for _ in block.values]
    for place, each in enumerate(gene_sets().values()):
        mine = kept.index(place) if place in kept else None
        for method, column in columns.items():
            spots = _percentiles(each.name, method, column, mine)
            for row, scores in enumerate(rows):
                spot = None if spots is None else spots[row]
                scores.append(_score(each, method, column, row, mine, refusals[place], found[place], spot))
    return [_contradictions(scores, 2 + len(also)) for scores in rows]


def _contradictions(scores: list[Score], methods: int) -> list[Score]:
    """Mean and ranks that lie far apart in the reference are both marked: background or poor RNA does that."""
    told = list(scores)
    for place in range(0, len(scores), methods):
        mean, ranked = (scores[place + step].reference_percentile for step in (0, 1))
        if mean is not None and ranked is not None and abs(mean - ranked) > FAR_APART:
            said = (
                f"mean and ranks disagree (percentiles {mean:.0f} and {ranked:.0f}): background or poor RNA"
            )
            for step in (0, 1):
                old = told[place + step]
                told[place + step] = replace(
                    old, warning="; ".join(each for each in (said, old.warning) if each)
                )
    return told


@dataclass(frozen=True, slots=True)
class _Column:
    values: Array | None
    errors: Array | None
    warning: str
    comparable: bool


def _columns(
    block: Block, inside: list[int], members: Sets, complete: bool, also: Sequence[str]
) -> dict[str, _Column]:
    """Scores of the sets that may be scored, by method: biopsies x sets."""
    values = block.values[:, inside]
    noise: tuple[Array | None, Array | None] = (None, None)
    if block.counts is not None and block.factor is not None and block.factor_variance is not None:
        noise = counting_noise(block.counts[:, inside], block.factor, block.factor_variance, members)
    own = "the matrix is on a scale of its own; no percentile" if block.own_scale else ""
    columns = {MEAN: _Column(set_means(values, members), noise[0], own, not block.own_scale)}
    lacking = "" if complete else "needs all 758 endogenous genes for its ranks"
    ranked = ranked_scores(values, members) if complete else None
    columns[RANKED] = _Column(ranked, noise[1] if complete else None, lacking, True)
    for method in also:
        columns[method] = _optional(method, values, members)
    return columns


def _optional(method: str, values: Array, members: Sets) -> _Column:
    if method == "gsva" and len(values) < FEWEST_FOR_GSVA:
        return _Column(None, None, f"needs {FEWEST_FOR_GSVA} biopsies or more in one run", False)
    computed = gsva(values, members) if method == "gsva" else ssgsea(values, members)
    return _Column(computed, None, OPTIONAL[method], False)


def _score(
    each: GeneSet,
    method: str,
    column: _Column,
    row: int,
    mine: int | None,
    refusal: str,
    found: tuple[str, ...],
    percentile: float | None,
) -> Score:
    name = f"set.{each.name}.{method}"
    if mine is None:
        return Score(name, None, warning=f"not assessable: {refusal}")
    if column.values is None:
        return Score(name, None, warning=f"not assessable: {column.warning}")
    value = float(column.values[row, mine])
    if not np.isfinite(value):
        return Score(name, None, warning=f"not assessable: no gene of the set varies; {column.warning}")
    warnings = [column.warning] if column.warning else []
    if len(found) < each.n_listed:
        lacking = sorted({*each.absent, *(set(each.probes) - set(found))})
        warnings.append(f"{len(found)} of {each.n_listed} genes; not measured: {', '.join(lacking)}")
    lower = upper = None
    if column.errors is not None:
        half = TWO_SIDED * float(column.errors[row, mine])
        lower, upper = value - half, value + half
    return Score(name, value, lower, upper, percentile, "; ".join(warnings))


def _percentiles(set_name: str, method: str, column: _Column, mine: int | None) -> list[float] | None:
    """Percent of the reference biopsies at or below each value, read between quantiles; null without a reference."""
    spread = spreads().get((set_name, method)) if column.comparable else None
    if spread is None or mine is None or column.values is None:
        return None
    percent: list[float] = (100 * np.interp(column.values[:, mine], spread.quantiles, PROBABILITIES)).tolist()
    return percent


@dataclass(frozen=True, slots=True)
class SetCard:
    """What stands beside the score of a set: theme, source, genes, and how well it alone tells AMR and TCMR (AUC).

    The AUCs are those of the unfitted mean in the reference set; null where no reference exists.
    """

    name: str
    theme: str
    source: str
    n_measured: int
    n_listed: int
    auc_amr: float | None
    auc_tcmr: float | None


@cache
def set_cards() -> Mapping[str, SetCard]:
    """The card of every set, by name."""
    cards = {}
    for each in gene_sets().values():
        spread = spreads().get((each.name, MEAN))
        aucs = (spread.auc_amr, spread.auc_tcmr) if spread else (None, None)
        cards[each.name] = SetCard(each.name, each.theme, each.source, len(each.probes), each.n_listed, *aucs)
    return cards
