"""The plain part of the classifier: one elastic net on all genes at constants that were written down beforehand.

Nothing is chosen here, so its outer figures need no inner loop. Its bootstrap refits give an interval, no probability.
"""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import StratifiedKFold

from training.elastic_net import Array, Labels, Setting, fit
from training.ensemble import Centres, Ensemble, bootstrap, calibrate

PLAIN = Setting(758, 0.05, 0.5, by_centre=False)  # knowledge/transcripts.md section 7
CALIBRATION_FOLDS = 5


def train_plain(values: Array, labels: Labels, centres: Centres, refits: int, seed: int) -> Ensemble:
    """The plain part of these biopsies; refits draw the same bootstraps as `ensemble.train` does with this seed."""
    center, scale = values.mean(axis=0), values.std(axis=0)
    standard = (values - center) / scale
    draw = np.random.default_rng(seed)
    coefficients, intercepts = np.zeros((refits, values.shape[1])), np.zeros(refits)
    for member in range(refits):
        drawn = bootstrap(labels, centres, draw)
        coefficients[member], intercepts[member] = fit(standard[drawn], labels[drawn], centres[drawn], PLAIN)
    return Ensemble(
        PLAIN, (), center, scale, coefficients, intercepts,
        calibration=calibrate(*_out_of_fold(values, labels, centres, seed), labels),
        point=fit(standard, labels, centres, PLAIN),
    )  # fmt: skip


def _out_of_fold(values: Array, labels: Labels, centres: Centres, seed: int) -> tuple[Array, Labels]:
    """Each biopsy by the net fitted to the other folds: linear predictors of one member, which had drawn none."""
    found = np.zeros((1, len(labels)))
    folds = StratifiedKFold(CALIBRATION_FOLDS, shuffle=True, random_state=seed)
    for rest, held in folds.split(values, labels):
        center, scale = values[rest].mean(axis=0), values[rest].std(axis=0)
        coefficients, intercept = fit((values[rest] - center) / scale, labels[rest], centres[rest], PLAIN)
        found[0, held] = (values[held] - center) / scale @ coefficients + intercept
    return found, np.ones(found.shape, dtype=bool)
