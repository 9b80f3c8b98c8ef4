"""What scikit-learn objects predict from the written numbers: for the test that the package computes the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from training.elastic_net import Array
from training.parts import Classifier, Part, relative_to_sample
from training.reference_values import Reference

INVENTED = "invented"
VECTORS_HEAD = (
    "# source: scikit-learn StandardScaler, RBF and LogisticRegression.predict_proba with the numbers as written, by\n"
    "# training/rejection_classifier.py from the HistoMx reference set (MIT). Resubstitution: for parity only.\n"
    "# invented: value of gene number k (from 0, order of the panel) is 4 + (37 k mod 90) / 10.\n"
)


def vector_rows(reference: Reference, classifiers: Mapping[str, Classifier]) -> str:
    """Predictions for 12 reference biopsies and an invented one by scikit-learn objects, from the written numbers."""
    chosen = np.linspace(0, len(reference.ids) - 1, 12).round().astype(int)
    given = np.vstack([reference.values[chosen], invented_values(len(reference.genes))])
    ids = [*(reference.ids[place] for place in chosen), INVENTED]
    text = io.StringIO()
    text.write(VECTORS_HEAD)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "target", "probability", "lower", "upper"))
    for target, classifier in classifiers.items():
        chances, low, high = _by_parts(classifier, given)
        for place, row in enumerate(zip(chances, low, high, strict=True)):
            table.writerow((ids[place], target, *(f"{each:.12f}" for each in row)))
    return text.getvalue()


def _by_parts(classifier: Classifier, given: Array) -> tuple[Array, Array, Array]:
    """Probability and interval, by one regression on the features of all parts; weights are folded in."""
    parts = [*classifier.parts.values()]
    features = np.hstack([_features_by_scikit_learn(part, given) for part in parts])
    fits = [
        [part.point for part in parts],
        *zip(*(zip(*part.members, strict=True) for part in parts), strict=True),
    ]
    point, *members = (
        _by_scikit_learn(
            np.concatenate([part.weight * line for part, (line, _) in zip(parts, fit, strict=True)]),
            classifier.intercept
            + sum(part.weight * intercept for part, (_, intercept) in zip(parts, fit, strict=True)),
            features,
        )
        for fit in fits
    )
    low, high = np.percentile(members, (2.5, 97.5), axis=0)
    return point, low, high


def _features_by_scikit_learn(part: Part, given: Array) -> Array:
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = part.center, part.scale
    if part.prototypes is None:
        return np.asarray(scaler.transform(given))
    kernel = RBF(length_scale=np.sqrt(given.shape[1] / (2 * part.width)))
    return np.asarray(kernel(scaler.transform(relative_to_sample(given)), part.prototypes.profiles))


def invented_values(genes: int) -> Array:
    """A profile that no data set is needed for: 4 + (37 · place mod 90) / 10, genes in the order of the panel."""
    return np.array([4 + (37 * place % 90) / 10 for place in range(genes)])


def _by_scikit_learn(coefficients: Array, intercept: float, features: Array) -> Array:
    """Probabilities of one fit."""
    model = LogisticRegression()
    model.classes_ = np.array([False, True])
    model.coef_ = coefficients[None, :]
    model.intercept_ = np.array([intercept])
    return np.asarray(model.predict_proba(features)[:, 1])
