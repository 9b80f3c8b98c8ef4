"""Arithmetic of counting lanes: linearity, limit of detection, normalisation. Arrays in, numbers out.

Packages disagree on each of these; the convention is said with every function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def geometric_mean(counts: Array, floor: float = 1.0) -> Array:
    """exp(mean ln max(count, floor)) over the last axis."""
    return np.asarray(np.exp(np.log(np.maximum(counts, floor)).mean(axis=-1)))


def geometric_mean_plus_one(counts: Array) -> Array:
    """exp(mean ln(count + 1)) over the last axis, one not taken away again."""
    return np.asarray(np.exp(np.log(counts + 1).mean(axis=-1)))


def log_linearity(counts: Array, concentrations: Array) -> float | None:
    """R² of log10 count on log10 concentration; null where a count is 0, which has no logarithm."""
    if (counts <= 0).any():
        return None
    r = np.corrcoef(np.log10(concentrations), np.log10(counts))[0, 1]
    return float(r**2)


def limit_of_detection(negatives: Array) -> float:
    """Mean + 2 SD of the negative controls, SD with n - 1."""
    return float(negatives.mean() + 2 * negatives.std(ddof=1))


def to_fixed_reference(counts: Array, housekeeping: Array, reference_mean: float) -> Array:
    """log2(count * R / G + 1), lanes x genes; G floors each count of `housekeeping` (lanes x genes) at 1."""
    factor = reference_mean / geometric_mean(housekeeping)
    return np.asarray(np.log2(counts * factor[:, None] + 1))


def to_cohort(genes: Array, positives: Array, housekeeping: Array) -> tuple[Array, Array, Array]:
    """Counts scaled by positive controls, then by housekeeping genes: genes, factors, factors. CHANGES WITH THE COHORT.

    Lanes x genes each. A factor is the geometric mean over lanes of their geometric means, over the lane's own; zeros
    are dropped from each mean.
    """
    by_positives = _factors(positives)
    scaled = housekeeping * by_positives[:, None]
    by_housekeeping = _factors(scaled)
    return genes * by_positives[:, None] * by_housekeeping[:, None], by_positives, by_housekeeping


def _factors(counts: Array) -> Array:
    own = np.array([np.exp(np.log(each[each > 0]).mean()) if (each > 0).any() else np.nan for each in counts])
    return np.asarray(np.exp(np.nanmean(np.log(own))) / own)
