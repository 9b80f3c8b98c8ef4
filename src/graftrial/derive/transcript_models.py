"""Models over the single-sample values of a biopsy: the project's own classifiers and the published ones of HistoMx.

A model of ours is a JSON file in `clinical/transcripts/models`: id, target, genes, center, scale, coef (one list of
coefficients a member), intercept (one a member), calibration (a, b) and its card. Not for: values of another
normalisation, or counts.
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

from graftrial.clinical.transcripts.panel import matched
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


def predict(values: Mapping[str, float], folder: Traversable | None = None) -> tuple[Prediction, ...]:
    """The probabilities of every model in the folder, in the order of file names.

    values: single-sample values (section 4, log2) by probe. folder: of `*.json`; that of the package if not given.
    Returns: nothing where there is no model. Targets are separate models, so probabilities need not sum to 1.
    """
    return tuple(_predicted(each, values) for each in (_read(folder) if folder else _installed()))


@cache
def _installed() -> tuple[Mapping[str, Any], ...]:
    return _read(files("graftrial.clinical.transcripts").joinpath("models"))


def _read(folder: Traversable) -> tuple[Mapping[str, Any], ...]:
    found = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name
    )
    return tuple(json.loads(each.read_text(encoding="utf-8")) for each in found)


def _predicted(model: Mapping[str, Any], values: Mapping[str, float]) -> Prediction:
    name = SCORES.get(model["target"], f"{model['target']}_probability")
    genes = [matched(gene) or gene for gene in model["genes"]]
    missing = [gene for gene in genes if gene not in values]
    if missing:
        reason = f"{len(missing)} of {len(genes)} genes of the model are missing: {', '.join(missing[:5])}"
        return Prediction(name, None, None, None, model["id"], reason, model["card"])
    x = (np.array([values[gene] for gene in genes]) - np.array(model["center"])) / np.array(model["scale"])
    linear = np.array(model["coef"]) @ x + np.array(model["intercept"])
    members = sigmoid(model["calibration"]["a"] * linear + model["calibration"]["b"])
    lower, upper = np.percentile(members, INTERVAL)
    return Prediction(name, float(members.mean()), float(lower), float(upper), model["id"], "", model["card"])


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(
        np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    )


def genes_of_models() -> Sequence[str]:
    """Probes that any installed model of ours needs, sorted."""
    return sorted({matched(gene) or gene for model in _installed() for gene in model["genes"]})
