"""The published models of HistoMx, exactly as published, on single-sample values: diagnoses, lesions, archetypes.

They were fitted on the 537 reference biopsies and on another scale (normalised with the cohort): for a member of the
reference set they are resubstitution, and on a new sample their probabilities are not calibrated. The AMR glm is not
public, so the AMR ensemble has three models.
References: HistoMx, Am J Transplant 2025, PMID 40345499; parameters from the package, MIT.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy import special

from graftrial.clinical.transcripts.panel import matched
from graftrial.stats.lane_counts import Array

Values = Mapping[str, float]
TARGETS = ("amr", "tcmr", "normal")
INTERCEPT = "(Intercept)"
THRESHOLDS = ("0|1", "1|2", "2|3")
TWO_SIDED = 1.959963984540054
STEPS = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
ARCHETYPES = ("normal", "TCMR", "none of them", "AMR")


@cache
def published() -> Mapping[str, Any]:
    """Every parameter as it was published."""
    path = files("graftrial.clinical.transcripts").joinpath("published_models.json")
    parameters: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parameters


@dataclass(frozen=True, slots=True)
class Noise:
    """How counting moves the values of a biopsy: each alone, and all together by the normalisation.

    alone: SD of a value (log2) by its own count. shared: change of a value per change of ln factor.
    factor_variance: variance of ln factor.
    """

    alone: Mapping[str, float]
    shared: Mapping[str, float]
    factor_variance: float

    def of(self, probes: Sequence[str], slopes: Array) -> float:
        """SD of the sum of slopes times values."""
        alone = slopes * np.array([self.alone[each] for each in probes])
        shared = float(slopes @ np.array([self.shared[each] for each in probes]))
        return math.sqrt(float(alone @ alone) + shared**2 * self.factor_variance)


@dataclass(frozen=True, slots=True)
class Predictor:
    """One published model: a sum of slopes times values, and the probabilities that it gives at a sum."""

    probes: tuple[str, ...]
    slopes: Array
    offset: float
    answers: Callable[[float], Mapping[str, float]]
    names: tuple[str, ...]

    def at(self, values: Values) -> float | None:
        """The sum; null where a gene is missing."""
        if any(each not in values for each in self.probes):
            return None
        return self.offset + float(self.slopes @ np.array([values[each] for each in self.probes]))

    def said(self, values: Values) -> Mapping[str, float | None]:
        """The probabilities by name; null where a gene is missing."""
        z = self.at(values)
        return dict.fromkeys(self.names) if z is None else self.answers(z)


def published_diagnoses(values: Values) -> dict[str, float | None]:
    """Probability of the diagnosis by `target_model`; null where a gene of the model is missing."""
    return {name: value for each in _diagnoses() for name, value in each.said(values).items()}


def published_bounds(values: Values, noise: Noise) -> dict[str, tuple[float, float]]:
    """95% interval of counting noise alone for diagnoses, their medians (`target_ensemble`) and lesions (`lesion.…`).

    The sum of a model moves by its noise to either side; the bounds are the extremes of the probability on that way.
    None for archetypes: they are weights of three probabilities.
    """
    bounds: dict[str, tuple[float, float]] = {}
    for prefix, predictors in (("", _diagnoses()), ("lesion.", _lesions())):
        for each in predictors:
            z = each.at(values)
            if z is None:
                continue
            half = TWO_SIDED * noise.of(each.probes, each.slopes)
            way = [each.answers(z + step * half) for step in STEPS]
            for name in each.names:
                bounds[prefix + name] = min(at[name] for at in way), max(at[name] for at in way)
    for target in TARGETS:
        mine = [pair for name, pair in bounds.items() if name.startswith(f"{target}_")]
        if mine:
            bounds[f"{target}_ensemble"] = _median_of([a for a, _ in mine]), _median_of([b for _, b in mine])
    return bounds


def published_ensemble(diagnoses: Mapping[str, float | None]) -> dict[str, float | None]:
    """Median of the base models of each target; null where one of them has no value."""
    return {
        target: _median([p for name, p in diagnoses.items() if name.startswith(f"{target}_")])
        for target in TARGETS
    }


def published_lesions(values: Values) -> dict[str, float | None]:
    """Probabilities of lesion grades: `g_p0` to `g_p3` for g, ptc, i, t, and `p_cg_gt0` and the like."""
    return {name: value for each in _lesions() for name, value in each.said(values).items()}


def published_archetypes(ensemble: Mapping[str, float | None]) -> dict[str, float | None]:
    """Weights of the four archetypes, none below 0 and 1 in sum, nearest to the three probabilities."""
    given = [ensemble[target] for target in TARGETS]
    if any(each is None for each in given):
        return dict.fromkeys(ARCHETYPES)
    corners = np.array([[each[target] for target in TARGETS] for each in published()["archetypes"]])
    heavy = 1e4  # weight of the row that makes the sum 1
    rows = np.vstack([corners.T, heavy * np.ones(len(corners))])
    from scipy import optimize  # imported where used: it is slow to start

    weights, _ = optimize.nnls(rows, np.array([*given, heavy], dtype=float))
    return dict(zip(ARCHETYPES, (float(each) for each in weights), strict=True))


@cache
def _diagnoses() -> tuple[Predictor, ...]:
    return tuple(
        _KINDS[kind](model, target, f"{target}_{kind}")
        for target in TARGETS
        for kind, model in sorted(published()["diagnosis"][target].items())
    )


@cache
def _lesions() -> tuple[Predictor, ...]:
    found = []
    for name, model in published()["lesion"].items():
        lesion, _, kind = name.partition("_")
        if kind == "ordinal_probit":
            found.append(_ordinal(lesion, model))
        else:
            found.append(_linear(model, f"p_{name.removesuffix('_logit')}", _sigmoid))
    return tuple(found)


def _glm(model: Any, target: str, name: str) -> Predictor:
    if target == "tcmr":  # order of classes in the fitted object
        return _linear(model, name, _sigmoid)
    return _linear(model, name, lambda z: 1 - _sigmoid(z))


def _lda(model: Any, target: str, name: str) -> Predictor:
    scaling, *means = np.array(list(model["terms"].values())).T
    centres = [float(scaling @ mean) for mean in means]
    priors = [math.log(prior) for _, prior in model["prior"]]
    is_first = model["prior"][0][0] == target

    def answer(z: float) -> float:
        logs = [prior - (z - centre) ** 2 / 2 for prior, centre in zip(priors, centres, strict=True)]
        first = _sigmoid(logs[0] - logs[1])
        return first if is_first else 1 - first

    return _of_one(list(model["terms"]), scaling, 0.0, name, answer)


def _svm(model: Any, target: str, name: str) -> Predictor:
    weight, center, scale = np.array(list(model["terms"].values())).T
    is_first = model["levels"][0] == target

    def answer(z: float) -> float:
        q = _sigmoid(-(model["A"] * z + model["B"]))
        return 1 - q if is_first else q

    offset = -float(weight @ (center / scale)) - model["b"]
    return _of_one(list(model["terms"]), weight / scale, offset, name, answer)


_KINDS: Mapping[str, Callable[[Any, str, str], Predictor]] = {
    "glm": _glm, "glmnet": _glm, "lda": _lda, "svmlinear": _svm,
}  # fmt: skip


def _ordinal(lesion: str, model: Mapping[str, float]) -> Predictor:
    genes = [each for each in model if each not in THRESHOLDS]
    names = tuple(f"{lesion}_p{grade}" for grade in range(4))

    def answers(z: float) -> Mapping[str, float]:
        upto = [0.0, *(float(special.ndtr(model[each] - z)) for each in THRESHOLDS), 1.0]
        return {name: upto[grade + 1] - upto[grade] for grade, name in enumerate(names)}

    slopes = np.array([model[each] for each in genes])
    return Predictor(tuple(_probe(each) for each in genes), slopes, 0.0, answers, names)


def _linear(model: Mapping[str, float], name: str, answer: Callable[[float], float]) -> Predictor:
    genes = [each for each in model if each != INTERCEPT]
    return _of_one(genes, np.array([model[each] for each in genes]), model[INTERCEPT], name, answer)


def _of_one(
    genes: Sequence[str], slopes: Array, offset: float, name: str, answer: Callable[[float], float]
) -> Predictor:
    probes = tuple(_probe(each) for each in genes)
    return Predictor(probes, slopes, offset, lambda z: {name: answer(z)}, (name,))


def _probe(gene: str) -> str:
    return matched(gene) or gene


def _median(given: list[float | None]) -> float | None:
    return None if None in given else _median_of([each for each in given if each is not None])


def _median_of(given: Sequence[float]) -> float:
    return float(np.median(given))


def _sigmoid(z: float) -> float:
    return float(special.expit(z))
