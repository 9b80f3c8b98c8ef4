"""The classifier: an elastic net on genes and a regression on prototypes, put together by what inner folds predict.

Every step sees only the biopsies that it is given, so that the same function serves the outer folds and the delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedKFold

from graftrial.derive.transcript_models import sigmoid
from training.elastic_net import Array, Labels, minimise
from training.prototypes import Prototypes, find_prototypes, fit_likeness, whitened

Centres = NDArray[np.str_]
Places = NDArray[np.intp]
Line = tuple[Array, float]  # coefficients and intercept
INNER_FOLDS = 5
PLAIN_PART, PROTOTYPE_PART = "plain", "prototypes"


@dataclass(frozen=True, slots=True)
class Setting:
    """Of the prototype part. width: likeness is exp(-width · mean squared difference). strength: C of scikit-learn."""

    width: float
    strength: float

    def told(self) -> str:
        """In words, for the card."""
        return f"width {self.width:g}, C {self.strength:g}"


# Drawn up and committed before the figures of the card, after a look at other folds of the same biopsies (docs say so).
SETTINGS = tuple(Setting(width, strength) for width in (0.25, 0.5, 1.0) for strength in (10.0, 30.0))


@dataclass(frozen=True, slots=True)
class Part:
    """One part, whose linear predictor counts `weight`.

    point: the fit that gives the probability. members: refits on bootstraps, which give the interval.
    center, scale: of the values of the genes. prototypes, width: of the prototype part alone.
    """

    weight: float
    center: Array
    scale: Array
    point: Line
    members: tuple[Array, Array]
    prototypes: Prototypes | None = None
    width: float = 0.0

    def features(self, values: Array) -> Array:
        """What the coefficients are of: standardised genes, or the likeness to each prototype."""
        if self.prototypes is None:
            return np.asarray((values - self.center) / self.scale)
        return self.prototypes.likeness(relative_to_sample(values), self.width)

    def linear(self, values: Array) -> Array:
        """The linear predictor of each biopsy, unweighted."""
        return np.asarray(self.features(values) @ self.point[0] + self.point[1])


@dataclass(frozen=True, slots=True)
class Classifier:
    """Parts by name. setting: that of the prototype part. inner: log loss in the inner folds by setting; it chooses."""

    setting: Setting
    inner: Mapping[str, float]
    intercept: float
    parts: Mapping[str, Part]

    def chances(self, values: Array) -> Array:
        """The probability of each biopsy."""
        weighted = [part.weight * part.linear(values) for part in self.parts.values()]
        return sigmoid(self.intercept + np.sum(weighted, axis=0))


def relative_to_sample(values: Array) -> Array:
    """Values less the mean over the sample's own 758 endogenous genes: needs no other sample."""
    return np.asarray(values - values.mean(axis=1, keepdims=True))


def train(values: Array, labels: Labels, centres: Centres, members: int, seed: int) -> Classifier:
    """The classifier of these biopsies: setting and weights of the parts by inner folds, then both parts of all."""
    plain, by_setting = out_of_fold(values, labels, seed)
    together = [put_together(np.array([plain, each]), labels) for each in by_setting]
    losses = [loss for _, _, loss in together]
    best = int(np.argmin(losses))
    weights, intercept, _ = together[best]
    draw = np.random.default_rng(seed)
    drawn = [bootstrap(labels, centres, draw) for _ in range(members)]
    return Classifier(
        SETTINGS[best],
        dict(zip((each.told() for each in SETTINGS), losses, strict=True)),
        intercept,
        {
            PLAIN_PART: _plain(values, labels, drawn, weights[0]),
            PROTOTYPE_PART: _on_prototypes(values, labels, drawn, weights[1], SETTINGS[best]),
        },
    )


def out_of_fold(values: Array, labels: Labels, seed: int) -> tuple[Array, list[Array]]:
    """Linear predictors of the plain part, and of the prototype part by setting, for biopsies that the fits lacked."""
    plain, by_setting = np.zeros(len(labels)), [np.zeros(len(labels)) for _ in SETTINGS]
    relative = relative_to_sample(values)
    folds = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    for rest, held in folds.split(values, labels):
        center, scale = values[rest].mean(axis=0), values[rest].std(axis=0)
        coefficients, intercept = minimise((values[rest] - center) / scale, labels[rest])
        plain[held] = (values[held] - center) / scale @ coefficients + intercept
        prototypes = find_prototypes(relative[rest])
        for given, setting in zip(by_setting, SETTINGS, strict=True):
            near = prototypes.likeness(relative, setting.width)
            turn = whitened(prototypes, setting.width)
            coefficients, intercept = fit_likeness(near[rest], turn, labels[rest], setting.strength)
            given[held] = near[held] @ coefficients + intercept
    return plain, by_setting


def put_together(linear: Array, labels: Labels) -> tuple[list[float], float, float]:
    """Weight of each row of predictors (never below 0), intercept, and the log loss, which they make least."""
    start = np.append(np.full(len(linear), 1 / len(linear)), 0.0)
    bounds = [*((0.0, None) for _ in linear), (None, None)]

    def loss(given: Array) -> float:
        chance = np.clip(sigmoid(given[:-1] @ linear + given[-1]), 1e-12, 1 - 1e-12)
        return float(-np.where(labels, np.log(chance), np.log1p(-chance)).mean())

    best = minimize(
        loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8}
    )  # fmt: skip
    return best.x[:-1].tolist(), float(best.x[-1]), float(best.fun)


def _plain(values: Array, labels: Labels, drawn: Sequence[Places], weight: float) -> Part:
    center, scale = values.mean(axis=0), values.std(axis=0)
    standard = (values - center) / scale
    refits = [minimise(standard[each], labels[each]) for each in drawn]
    return Part(weight, center, scale, minimise(standard, labels), _as_members(refits))


def _on_prototypes(
    values: Array, labels: Labels, drawn: Sequence[Places], weight: float, setting: Setting
) -> Part:
    prototypes = find_prototypes(relative_to_sample(values))
    turn = whitened(prototypes, setting.width)
    near = prototypes.likeness(relative_to_sample(values), setting.width)
    point = fit_likeness(near, turn, labels, setting.strength)
    refits = [fit_likeness(near[each], turn, labels[each], setting.strength) for each in drawn]
    return Part(
        weight, prototypes.center, prototypes.scale, point, _as_members(refits), prototypes, setting.width
    )


def _as_members(refits: Sequence[Line]) -> tuple[Array, Array]:
    return np.array([line for line, _ in refits]), np.array([intercept for _, intercept in refits])


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
