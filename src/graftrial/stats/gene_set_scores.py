"""Scores of a set of genes in a sample: mean, singscore, ssGSEA, GSVA. Arrays in, arrays out.

Values come as samples x genes, sets as a matrix of booleans, sets x genes. Mean and singscore need one sample alone and
do not depend on the order of genes. ssGSEA depends on the order of genes where values tie; GSVA and the z-score depend
on the other samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sets = NDArray[np.bool_]
NORMAL_CONSISTENCY = 1.4826
SSGSEA_POWER = 0.25
CDF_STEPS, CDF_LARGEST = 10_000, 10.0


def set_means(values: Array, sets: Sets) -> Array:
    """Mean of the values of each set, samples x sets."""
    return np.asarray(_totals(values, sets) / sets.sum(axis=1))


def singscore(values: Array, sets: Sets) -> tuple[Array, Array]:
    """Centred score and dispersion (MAD x 1.4826 of the ranks) of sets expected to be high, samples x sets.

    Ranks ascend over all genes, ties get the lowest; the mean rank of n genes of N is put between its smallest and
    largest possible value, less one half.
    References: Foroutan M et al. BMC Bioinformatics 2018;19:404, Methods.
    """
    from scipy import stats  # imported where used: it is slow to start

    ranks = stats.rankdata(values, method="min", axis=1)
    scores = _centred(set_means(ranks, sets), sets)
    spread = np.stack(
        [stats.median_abs_deviation(ranks[:, each], axis=1) * NORMAL_CONSISTENCY for each in sets], axis=1
    )
    return scores, spread


def ranked_scores(values: Array, sets: Sets) -> Array:
    """The singscore alone, without its dispersion."""
    from scipy import stats  # imported where used: it is slow to start

    return _centred(set_means(stats.rankdata(values, method="min", axis=1), sets), sets)


def value_noise(counts: Array, factor: Array) -> tuple[Array, Array]:
    """SD of each value log2(count x factor + 1) by its own count, and its change per change of ln factor.

    counts: samples x genes. factor: one a sample.
    """
    spread = np.sqrt(np.maximum(counts, 1.0))
    scaled = counts * factor[:, None]
    high, low = (np.log2((counts + sign * spread).clip(min=0) * factor[:, None] + 1) for sign in (1, -1))
    return (high - low) / 2, scaled / ((scaled + 1) * np.log(2))


def counting_noise(counts: Array, factor: Array, own: Array, sets: Sets) -> tuple[Array, Array]:
    """Standard errors of mean log2 and of singscore from counting alone (Poisson), samples x sets.

    Each count moves by its own standard deviation (the square root, at least 1) up and down.

    counts: samples x genes. factor: what a count is multiplied with before log2(x + 1), one a sample.
    own: variance of ln factor, one a sample.
    Not for: noise of RNA, hybridisation or block, which no replicate lane of the public sets measures. A lower bound.
    """
    spread = np.sqrt(np.maximum(counts, 1.0))
    single, together = value_noise(counts, factor)
    size = sets.sum(axis=1)
    alone = _totals(single**2, sets) / size**2
    shared = set_means(together, sets) ** 2 * own[:, None]
    n = counts.shape[1]
    rank_spread = np.empty_like(counts)
    for row, (mine, error) in enumerate(zip(counts, spread, strict=True)):
        ordered = np.sort(mine)
        above = np.searchsorted(ordered, mine + error, side="right")
        below = np.searchsorted(ordered, mine - error, side="left")
        rank_spread[row] = (above - below) / 2
    span = (2 * n - size + 1) / 2 - (size + 1) / 2
    ranked = np.sqrt(_totals(rank_spread**2, sets)) / size / span
    return np.sqrt(alone + shared), ranked


def ssgsea(values: Array, sets: Sets) -> Array:
    """Raw enrichment scores, samples x sets. DEPENDS ON THE ORDER OF GENES where values tie.

    References: Barbie DA et al. Nature 2009;462:108-112; order of ties as in gseapy.
    """
    from scipy import stats  # imported where used: it is slow to start

    scores = np.empty((values.shape[0], sets.shape[0]))
    for row, mine in enumerate(values):
        ranks = stats.rankdata(mine, method="average")
        order = np.argsort(mine, kind="stable")[::-1]
        for column, each in enumerate(sets):
            inside = each[order]
            weights = np.where(inside, ranks[order] ** SSGSEA_POWER, 0.0)
            hits = np.cumsum(weights) / weights.sum()
            misses = np.cumsum(~inside) / (~inside).sum()
            scores[row, column] = float(np.sum(hits - misses))
    return scores


def gsva(values: Array, sets: Sets) -> Array:
    """GSVA scores with Gaussian kernels, samples x sets. CHANGES WITH THE COHORT.

    Genes that are the same in every sample are left out; a set of such genes alone is NaN.
    The normal distribution is tabulated in steps of 0.001, as gseapy has it: another step moves scores by 0.005.
    References: Hanzelmann S et al. BMC Bioinformatics 2013;14:7, equations 1 to 5, tau 1, difference of extremes.
    """
    from scipy import stats  # imported where used: it is slow to start

    varies = values.std(axis=0, ddof=1) > 0
    values, sets = values[:, varies], sets[:, varies]
    bandwidth = values.std(axis=0, ddof=1) / 4
    table = stats.norm.cdf(np.arange(CDF_STEPS + 1) * CDF_LARGEST / CDF_STEPS)
    density = np.empty_like(values)
    for gene, (mine, width) in enumerate(zip(values.T, bandwidth, strict=True)):
        apart = (mine[:, None] - mine[None, :]) / width
        place = (np.minimum(np.abs(apart), CDF_LARGEST) / CDF_LARGEST * CDF_STEPS).astype(np.intp)
        density[:, gene] = np.where(apart < 0, 1 - table[place], table[place]).mean(axis=1)
    density = -np.log((1 - density) / density)
    n = values.shape[1]
    scores = np.empty((values.shape[0], sets.shape[0]))
    for row, mine in enumerate(density):
        order = np.argsort(mine, kind="stable")[::-1]
        weight = np.abs(n / 2 - np.arange(n))  # rank 1 to n from the top, symmetric about the middle
        for column, each in enumerate(sets):
            inside = each[order]
            if not inside.any():
                scores[row, column] = np.nan
                continue
            hits = np.cumsum(np.where(inside, weight, 0.0))
            walk = hits / hits[-1] - np.cumsum(~inside) / (~inside).sum()
            scores[row, column] = max(walk.max(), 0.0) + min(walk.min(), 0.0)
    return scores


def z_scores(values: Array) -> Array:
    """Values in standard deviations (n - 1) from the mean of the cohort, gene by gene. CHANGES WITH THE COHORT."""
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0, ddof=1))


def _totals(values: Array, sets: Sets) -> Array:
    """Sums by set, row by row: a matrix product may give other last bits when there are other rows."""
    totals = [np.ascontiguousarray(values[:, each]).sum(axis=1) for each in sets]
    return np.stack(totals, axis=1) if totals else np.empty((len(values), 0))


def _centred(means: Array, sets: Sets) -> Array:
    n: Any = sets.sum(axis=1)
    lowest = (n + 1) / 2
    highest = (2 * sets.shape[1] - n + 1) / 2
    return np.asarray((means - lowest) / (highest - lowest) - 0.5)
