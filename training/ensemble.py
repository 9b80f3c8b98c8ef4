"""The classifier: a setting chosen by inner folds, members refitted on bootstraps, calibration out of bag.

Every step sees only the biopsies that it is given, so that the same function serves the outer folds and the delivery.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from graftrial.derive.transcript_models import sigmoid
from training.elastic_net import Array, Labels, Setting, fit

Centres = NDArray[np.str_]
Places = NDArray[np.intp]
INNER_FOLDS = 3
LEAST_SLOPE = 0.05  # a model of mere noise must not be turned round by its out-of-bag predictions
# Drawn up before the figures of the card, after a look at other folds of the same biopsies (docs say so).
SETTINGS = tuple(
    Setting(kept, strength, l1_ratio, by_centre)
    for kept, strength, l1_ratio in (
        (200, 0.1, 0.5),
        (100, 0.1, 0.5),
        (758, 0.05, 0.5),
        (150, 0.03, 0.01),
    )
    for by_centre in (False, True)
)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """A fitted classifier on values relative to the mean of the sample's own 758 genes.

    coefficients: members x genes, for (value - center) / scale. calibration: a, b of sigmoid(a · linear + b).
    inner: the setting's score in the inner folds, by setting; it is optimistic and only chooses.
    """

    setting: Setting
    inner: tuple[float, ...]
    center: Array
    scale: Array
    coefficients: Array
    intercepts: Array
    calibration: tuple[float, float]

    def probabilities(self, relative: Array) -> Array:
        """Calibrated probabilities, biopsies x members."""
        standard = (relative - self.center) / self.scale
        linear = standard @ self.coefficients.T + self.intercepts
        return sigmoid(self.calibration[0] * linear + self.calibration[1])


def relative_to_sample(values: Array) -> Array:
    """Values less the mean over the sample's own 758 endogenous genes: needs no other sample."""
    return np.asarray(values - values.mean(axis=1, keepdims=True))


def train(
    relative: Array, labels: Labels, centres: Centres, members: int, seed: int, setting: Setting | None = None
) -> Ensemble:
    """The classifier of these biopsies; the setting is chosen by inner folds unless one is given."""
    inner: tuple[float, ...] = ()
    if setting is None:
        inner = choose(relative, labels, centres, seed)
        setting = SETTINGS[int(np.argmax(inner))]
    center, scale = relative.mean(axis=0), relative.std(axis=0)
    standard = (relative - center) / scale
    draw = np.random.default_rng(seed)
    coefficients, intercepts = np.zeros((members, standard.shape[1])), np.zeros(members)
    out_of_bag = np.ones((members, len(labels)), dtype=bool)
    for member in range(members):
        drawn = bootstrap(labels, centres, draw)
        out_of_bag[member, drawn] = False
        coefficients[member], intercepts[member] = fit(
            standard[drawn], labels[drawn], centres[drawn], setting
        )
    linear = coefficients @ standard.T + intercepts[:, None]
    return Ensemble(
        setting, inner, center, scale, coefficients, intercepts, calibrate(linear, out_of_bag, labels)
    )


def choose(relative: Array, labels: Labels, centres: Centres, seed: int) -> tuple[float, ...]:
    """Mean of the AUC over random folds and of the AUC over left-out groups of centres, by setting."""
    found = np.full((2, len(SETTINGS), len(labels)), np.nan)
    random = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    plans = (
        [held for _, held in random.split(relative, labels)],
        list(centre_groups(centres, labels)),
    )
    for which, plan in enumerate(plans):
        for held in plan:
            rest = np.setdiff1d(np.arange(len(labels)), held)
            center, scale = relative[rest].mean(axis=0), relative[rest].std(axis=0)
            standard = (relative - center) / scale
            for place, setting in enumerate(SETTINGS):
                coefficients, intercept = fit(standard[rest], labels[rest], centres[rest], setting)
                found[which, place, held] = standard[held] @ coefficients + intercept
    return tuple(_mean_auc(found[:, place], labels) for place in range(len(SETTINGS)))


def _mean_auc(plans: Array, labels: Labels) -> float:
    """Mean AUC of the plans; a plan counts for the biopsies that it held out, if they are of both classes."""
    known = [
        (scores[held], labels[held])
        for scores in plans
        if len(np.unique(labels[held := ~np.isnan(scores)])) > 1
    ]
    return float(np.mean([roc_auc_score(y, scores) for scores, y in known]))


def centre_groups(centres: Centres, labels: Labels) -> Iterator[Places]:
    """The two largest centres, each alone, and the rest together; a group whose rest lacks a class is passed over."""
    named, sizes = np.unique(centres, return_counts=True)
    largest = named[np.argsort(-sizes, kind="stable")][:2]
    groups: Sequence[Labels] = [*(centres == each for each in largest), ~np.isin(centres, largest)]
    for inside in groups:
        if inside.any() and 1 < labels[~inside].sum() < (~inside).sum() - 1:
            yield np.flatnonzero(inside)


def bootstrap(labels: Labels, centres: Centres, draw: np.random.Generator) -> Places:
    """As many places of each centre as it has, drawn with replacement; drawn again where a class has fewer than two."""
    while True:
        drawn = np.concatenate(
            [
                draw.choice(np.flatnonzero(centres == each), int((centres == each).sum()))
                for each in np.unique(centres)
            ]
        )
        if 1 < labels[drawn].sum() < len(drawn) - 1:
            return drawn


def calibrate(linear: Array, out_of_bag: Labels, labels: Labels) -> tuple[float, float]:
    """a, b with the least log loss of the mean of sigmoid(a · linear + b) over members that did not see the biopsy."""
    seen = out_of_bag.any(axis=0)
    weights = out_of_bag[:, seen] / out_of_bag[:, seen].sum(axis=0)
    given, y = linear[:, seen], labels[seen]

    def loss(ab: Array) -> float:
        chance = np.clip((sigmoid(ab[0] * given + ab[1]) * weights).sum(axis=0), 1e-12, 1 - 1e-12)
        return float(-np.where(y, np.log(chance), np.log1p(-chance)).mean())

    best = minimize(
        loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=((LEAST_SLOPE, None), (None, None)),
        options={"ftol": 1e-14, "gtol": 1e-8},
    )  # fmt: skip
    return float(best.x[0]), float(best.x[1])
