"""Models over the single-sample values of a biopsy: the project's own classifiers and the published ones of HistoMx.

A model of ours is a JSON file in `clinical/transcripts/models`: id, target, parts and its card. A part has genes,
center, scale, coef (one list of coefficients a member), intercept (one a member) and calibration (a, b). Where it has
`relative_to`, the mean of the sample's own 758 endogenous genes is taken from every value first; where it has `point`
(coef, intercept), that fit gives the probability of the part and the members only its interval. A file without `parts`
is one part. Not for: values of another normalisation, or counts.
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
    """Fits over the same genes, calibration folded in; without `point` the mean over members is the probability."""

    genes: tuple[str, ...]
    is_relative: bool
    center: Array
    scale: Array
    coefficients: Array
    intercepts: Array
    point: tuple[Array, float] | None

    def probabilities(self, values: Mapping[str, float]) -> tuple[float, Array]:
        """That of the part and those of its members."""
        own = np.mean([values[gene] for gene in names(ENDOGENOUS)]) if self.is_relative else 0.0
        x = (np.array([values[gene] for gene in self.genes]) - own - self.center) / self.scale
        members = sigmoid(self.coefficients @ x + self.intercepts)
        if self.point is None:
            return float(members.mean()), members
        return float(sigmoid(self.point[0] @ x + self.point[1])), members


@dataclass(frozen=True, slots=True)
class _Model:
    """A model file, read once: `needed` are the probes without which there is no probability."""

    id: str
    score: str
    needed: tuple[str, ...]
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
    return tuple(_model(json.loads(each.read_text(encoding="utf-8"))) for each in found)


def _model(given: Mapping[str, Any]) -> _Model:
    parts = tuple(_part(each) for each in given.get("parts", (given,)))
    all_genes = names(ENDOGENOUS) if any(part.is_relative for part in parts) else ()
    return _Model(
        id=given["id"],
        score=SCORES.get(given["target"], f"{given['target']}_probability"),
        needed=tuple(dict.fromkeys((*all_genes, *(gene for part in parts for gene in part.genes)))),
        parts=parts,
        card=given["card"],
    )


def _part(given: Mapping[str, Any]) -> _Part:
    """The arrays of a part, its calibration folded into coefficients and intercepts."""
    a, b = given["calibration"]["a"], given["calibration"]["b"]
    point = given.get("point")
    return _Part(
        genes=tuple(matched(gene) or gene for gene in given["genes"]),
        is_relative="relative_to" in given,
        center=np.array(given["center"]),
        scale=np.array(given["scale"]),
        coefficients=a * np.array(given["coef"]),
        intercepts=a * np.array(given["intercept"]) + b,
        point=(a * np.array(point["coef"]), a * point["intercept"] + b) if point else None,
    )


def _predicted(model: _Model, values: Mapping[str, float]) -> Prediction:
    missing = [gene for gene in model.needed if gene not in values]
    if missing:
        told = ", ".join(missing[:5])
        reason = f"{len(missing)} of {len(model.needed)} genes of the model are missing: {told}"
        return Prediction(model.score, None, None, None, model.id, reason, model.card)
    points, members = zip(*(part.probabilities(values) for part in model.parts), strict=True)
    lower, upper = np.percentile(np.mean(members, axis=0), INTERVAL)
    return Prediction(
        model.score, float(np.mean(points)), float(lower), float(upper), model.id, "", model.card
    )


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(
        np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    )


def genes_of_models() -> Sequence[str]:
    """Probes that any installed model of ours needs, sorted."""
    return sorted({gene for model in _installed() for gene in model.needed})
