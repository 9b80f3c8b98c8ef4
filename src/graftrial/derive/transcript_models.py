"""Models over the single-sample values of a biopsy: the project's own classifiers and the published ones of HistoMx.

A model of ours is a JSON file in `clinical/transcripts/models`: id, target, genes, center, scale, coef (one list of
coefficients a member), intercept (one a member), calibration (a, b) and its card. Where it has `relative_to`, the mean
of the sample's own 758 endogenous genes is taken from every value first. Not for: values of another normalisation, or
counts.
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
class _Model:
    """A model file, read once: `needed` are the probes without which there is no probability."""

    id: str
    score: str
    genes: tuple[str, ...]
    needed: tuple[str, ...]
    is_relative: bool
    center: Array
    scale: Array
    coefficients: Array
    intercepts: Array
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
    return tuple(_model(json.loads(each.read_text(encoding="utf-8"))) for each in found)


def _model(given: Mapping[str, Any]) -> _Model:
    """The arrays of a model, its calibration folded into coefficients and intercepts."""
    genes = tuple(matched(gene) or gene for gene in given["genes"])
    is_relative = "relative_to" in given
    a, b = given["calibration"]["a"], given["calibration"]["b"]
    return _Model(
        id=given["id"],
        score=SCORES.get(given["target"], f"{given['target']}_probability"),
        genes=genes,
        needed=tuple(sorted({*genes, *names(ENDOGENOUS)})) if is_relative else genes,
        is_relative=is_relative,
        center=np.array(given["center"]),
        scale=np.array(given["scale"]),
        coefficients=a * np.array(given["coef"]),
        intercepts=a * np.array(given["intercept"]) + b,
        card=given["card"],
    )


def _predicted(model: _Model, values: Mapping[str, float]) -> Prediction:
    missing = [gene for gene in model.needed if gene not in values]
    if missing:
        told = ", ".join(missing[:5])
        reason = f"{len(missing)} of {len(model.needed)} genes of the model are missing: {told}"
        return Prediction(model.score, None, None, None, model.id, reason, model.card)
    own = np.mean([values[gene] for gene in names(ENDOGENOUS)]) if model.is_relative else 0.0
    x = (np.array([values[gene] for gene in model.genes]) - own - model.center) / model.scale
    members = sigmoid(model.coefficients @ x + model.intercepts)
    lower, upper = np.percentile(members, INTERVAL)
    return Prediction(
        model.score, float(members.mean()), float(lower), float(upper), model.id, "", model.card
    )


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(
        np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    )


def genes_of_models() -> Sequence[str]:
    """Probes that any installed model of ours needs, sorted."""
    return sorted({gene for model in _installed() for gene in model.needed})
