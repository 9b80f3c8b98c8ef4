"""Prototypes: averages of biopsies that resemble each other, and a ridge logistic regression on the likeness to them.

No biopsy is a prototype: each is the mean of at least three, found without labels. Likeness to them bends, which a net
of single genes cannot: it is the same smooth kernel as that of a support vector machine, which would ship biopsies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.linear_model import LogisticRegression

from graftrial.derive.transcript_models import likeness
from training.elastic_net import Array, Labels

CLUSTERS, FEWEST_BIOPSIES = 80, 3
DIGITS = 2  # of a standardised value, as written: figures and delivery use the rounded numbers
LEAST_EIGENVALUE = 1e-6  # of the largest: below, prototypes are copies of each other


@dataclass(frozen=True, slots=True)
class Prototypes:
    """profiles: prototypes x genes, of (value - center) / scale. biopsies: how many each is the mean of."""

    center: Array
    scale: Array
    profiles: Array
    biopsies: NDArray[np.intp]

    def likeness(self, relative: Array, width: float) -> Array:
        """Biopsies x prototypes, 1 where they are the same."""
        return likeness((relative - self.center) / self.scale, self.profiles, width)


def find_prototypes(relative: Array) -> Prototypes:
    """Means of Ward clusters; those of fewer than three biopsies are left out. No label and no chance plays a part."""
    center, scale = relative.mean(axis=0), relative.std(axis=0)
    standard = (relative - center) / scale
    wanted = min(CLUSTERS, len(relative) // FEWEST_BIOPSIES)
    cluster = AgglomerativeClustering(wanted).fit(standard).labels_
    biopsies = np.bincount(cluster)
    kept = np.flatnonzero(biopsies >= FEWEST_BIOPSIES)
    profiles = np.array([standard[cluster == each].mean(axis=0) for each in kept])
    return Prototypes(center, scale, profiles.round(DIGITS), biopsies[kept])


def whitened(prototypes: Prototypes, width: float) -> Array:
    """Turns likeness into features whose plain ridge is the ridge of the kernel between prototypes."""
    values, vectors = np.linalg.eigh(likeness(prototypes.profiles, prototypes.profiles, width))
    kept = values > LEAST_EIGENVALUE * values.max()
    return np.asarray(vectors[:, kept] / np.sqrt(values[kept]))


def fit_likeness(near: Array, turn: Array, labels: Labels, strength: float) -> tuple[Array, float]:
    """Coefficient of each prototype and intercept. near: biopsies x prototypes; turn: of `whitened`."""
    model = LogisticRegression(C=strength, tol=1e-6, max_iter=1000).fit(near @ turn, labels)
    return np.asarray(turn @ model.coef_[0]), float(model.intercept_[0])
