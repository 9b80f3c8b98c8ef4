"""Models over the single-sample values of a biopsy: the project's own classifiers and the published ones of HistoMx.

A model of ours is a JSON file in `clinical/transcripts/models`: id, target, intercept, parts and its card. Its
probability is 1 / (1 + exp(-(intercept + sum over parts of weight x linear))). A part has weight, genes, center, scale,
point (coef, intercept; its linear predictor), coef (one list a member) and intercept (one a member; members of one
place are of one bootstrap and give the interval). A part with `prototypes` takes genes, center and scale from that
shared file, and its coefficients are of the likeness to each prototype. Where there is `relative_to`, the mean of the
sample's own 758 endogenous genes is taken from every value first. Not for: values of another normalisation, or counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from graftrial.clinical.transcripts.panel import ENDOGENOUS, matched, names
from graftrial.stats.lane_counts import Array

SCORES = {
    "amr": "amr_probability",
    "tcmr": "tcmr_probability",
    "no_rejection": "no_rejection_probability",
    "normal": "no_rejection_probability",
}
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability with the interval over the members of its model; no value where a gene is missing, with reason."""

    score: str
    value: float | None
    lower: float | None
    upper: float | None
    model: str
    reason: str
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """Fits over the same genes, the weight of the part folded in. profiles: prototypes x genes, or None."""

    genes: tuple[str, ...]
    is_relative: bool
    center: Array
    scale: Array
    profiles: Array | None
    width: float
    point: tuple[Array, float]
    coefficients: Array
    intercepts: Array

    def linear(self, values: Mapping[str, float]) -> tuple[float, Array]:
        """Weighted predictor of the point and those of the members."""
        own = np.mean([values[gene] for gene in names(ENDOGENOUS)]) if self.is_relative else 0.0
        x = (np.array([values[gene] for gene in self.genes]) - own - self.center) / self.scale
        if self.profiles is not None:
            x = likeness(x[None, :], self.profiles, self.width)[0]
        return float(self.point[0] @ x + self.point[1]), self.coefficients @ x + self.intercepts


@dataclass(frozen=True, slots=True)
class _Model:
    """A model file, read once: `needed` are the probes without which there is no probability."""

    id: str
    score: str
    needed: tuple[str, ...]
    intercept: float
    parts: tuple[_Part, ...]
    card: Mapping[str, Any]


def predict(values: Mapping[str, float], folder: Traversable | None = None) -> tuple[Prediction, ...]:
    """The probabilities of every model in the folder, in the order of file names.

    values: single-sample values (section 4, log2) by probe. folder: of `*.json`; that of the package if not given.
    Returns: nothing where there is no model. Targets are separate models, so probabilities need not sum to 1.
    """
    return tuple(_predicted(each, values) for each in (_read(folder) if folder else _installed()))


@cache
def _installed() -> tuple[_Model, ...]:
    return _read(files("graftrial.clinical.transcripts").joinpath("models"))


def _read(folder: Traversable) -> tuple[_Model, ...]:
    found = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name
    )
    return tuple(_model(json.loads(each.read_text(encoding="utf-8")), folder) for each in found)


def _model(given: Mapping[str, Any], folder: Traversable) -> _Model:
    parts = tuple(_part(each, folder) for each in given["parts"])
    all_genes = names(ENDOGENOUS) if any(part.is_relative for part in parts) else ()
    return _Model(
        id=given["id"],
        score=SCORES.get(given["target"], f"{given['target']}_probability"),
        needed=tuple(dict.fromkeys((*all_genes, *(gene for part in parts for gene in part.genes)))),
        intercept=given["intercept"],
        parts=parts,
        card=given["card"],
    )


def _part(given: Mapping[str, Any], folder: Traversable) -> _Part:
    """The arrays of a part, its weight folded into coefficients and intercepts."""
    basis = given
    if "prototypes" in given:
        basis = json.loads(folder.joinpath(given["prototypes"]).read_text(encoding="utf-8"))
    weight = given["weight"]
    return _Part(
        genes=tuple(matched(gene) or gene for gene in basis["genes"]),
        is_relative="relative_to" in basis,
        center=np.array(basis["center"]),
        scale=np.array(basis["scale"]),
        profiles=np.array(basis["profiles"]) if "prototypes" in given else None,
        width=given.get("width", 0.0),
        point=(weight * np.array(given["point"]["coef"]), weight * given["point"]["intercept"]),
        coefficients=weight * np.array(given["coef"]),
        intercepts=weight * np.array(given["intercept"]),
    )


def _predicted(model: _Model, values: Mapping[str, float]) -> Prediction:
    missing = [gene for gene in model.needed if gene not in values]
    if missing:
        told = ", ".join(missing[:5])
        reason = f"{len(missing)} of {len(model.needed)} genes of the model are missing: {told}"
        return Prediction(model.score, None, None, None, model.id, reason, model.card)
    points, members = zip(*(part.linear(values) for part in model.parts), strict=True)
    lower, upper = np.percentile(sigmoid(model.intercept + np.sum(members, axis=0)), INTERVAL)
    value = float(sigmoid(model.intercept + np.sum(points)))
    return Prediction(model.score, value, float(lower), float(upper), model.id, "", model.card)


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(
        np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    )


def likeness(standard: Array, prototypes: Array, width: float) -> Array:
    """exp(-width · mean squared difference over genes), biopsies x prototypes; 1 is the same profile."""
    squared = (standard**2).sum(axis=1)[:, None] + (prototypes**2).sum(axis=1) - 2 * standard @ prototypes.T
    return np.asarray(np.exp(-width * np.maximum(squared, 0) / standard.shape[1]))


def genes_of_models() -> Sequence[str]:
    """Probes that any installed model of ours needs, sorted."""
    return sorted({gene for model in _installed() for gene in model.needed})
