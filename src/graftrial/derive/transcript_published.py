"""The published models of HistoMx, exactly as published, on single-sample values: diagnoses, lesions, archetypes.

They were fitted on the 537 reference biopsies and on another scale (normalised with the cohort): for a member of the
reference set they are resubstitution, and on a new sample their probabilities are not calibrated. The AMR glm is not
public, so the AMR ensemble has three models.
References: HistoMx, Am J Transplant 2025, PMID 40345499; parameters from the package, MIT.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy import special

from graftrial.clinical.transcripts.panel import matched

Values = Mapping[str, float]
TARGETS = ("amr", "tcmr", "normal")
INTERCEPT = "(Intercept)"
THRESHOLDS = ("0|1", "1|2", "2|3")
ARCHETYPES = ("normal", "TCMR", "none of them", "AMR")


@cache
def published() -> Mapping[str, Any]:
    """Every parameter as it was published."""
    path = files("graftrial.clinical.transcripts").joinpath("published_models.json")
    parameters: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parameters


def published_diagnoses(values: Values) -> dict[str, float | None]:
    """Probability of the diagnosis by `target_model`; null where a gene of the model is missing."""
    found: dict[str, float | None] = {}
    for target in TARGETS:
        for kind, model in sorted(published()["diagnosis"][target].items()):
            found[f"{target}_{kind}"] = _KINDS[kind](model, values, target)
    return found


def published_ensemble(diagnoses: Mapping[str, float | None]) -> dict[str, float | None]:
    """Median of the base models of each target; null where one of them has no value."""
    return {
        target: _median([p for name, p in diagnoses.items() if name.startswith(f"{target}_")])
        for target in TARGETS
    }


def published_lesions(values: Values) -> dict[str, float | None]:
    """Probabilities of lesion grades: `g_p0` to `g_p3` for g, ptc, i, t, and `p_cg_gt0` and the like."""
    found: dict[str, float | None] = {}
    for name, model in published()["lesion"].items():
        lesion, _, kind = name.partition("_")
        if kind == "ordinal_probit":
            found.update(_ordinal(lesion, model, values))
        else:
            z = _linear(model, values)
            found[f"p_{name.removesuffix('_logit')}"] = None if z is None else _sigmoid(z)
    return found


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


def _glm(model: Any, values: Values, target: str) -> float | None:
    z = _linear(model, values)
    if z is None:
        return None
    return _sigmoid(z) if target == "tcmr" else 1 - _sigmoid(z)  # order of classes in the fitted object


def _lda(model: Any, values: Values, target: str) -> float | None:
    x = _values(list(model["terms"]), values)
    if x is None:
        return None
    scaling, *means = np.array(list(model["terms"].values())).T
    score = float(scaling @ x)
    logs = [
        np.log(prior) - (score - float(scaling @ mean)) ** 2 / 2
        for (_, prior), mean in zip(model["prior"], means, strict=True)
    ]
    first = _sigmoid(float(logs[0] - logs[1]))
    return first if model["prior"][0][0] == target else 1 - first


def _svm(model: Any, values: Values, target: str) -> float | None:
    x = _values(list(model["terms"]), values)
    if x is None:
        return None
    weight, center, scale = np.array(list(model["terms"].values())).T
    z = float(weight @ ((x - center) / scale)) - model["b"]
    q = _sigmoid(-(model["A"] * z + model["B"]))
    return 1 - q if model["levels"][0] == target else q


_KINDS: Mapping[str, Callable[[Any, Values, str], float | None]] = {
    "glm": _glm, "glmnet": _glm, "lda": _lda, "svmlinear": _svm,
}  # fmt: skip


def _ordinal(lesion: str, model: Mapping[str, float], values: Values) -> dict[str, float | None]:
    slopes = {gene: slope for gene, slope in model.items() if gene not in THRESHOLDS}
    z = _linear({INTERCEPT: 0.0, **slopes}, values)
    names = [f"{lesion}_p{grade}" for grade in range(4)]
    if z is None:
        return dict.fromkeys(names)
    upto = [0.0, *(float(special.ndtr(model[each] - z)) for each in THRESHOLDS), 1.0]
    return {name: upto[grade + 1] - upto[grade] for grade, name in enumerate(names)}


def _linear(model: Mapping[str, float], values: Values) -> float | None:
    genes = [each for each in model if each != INTERCEPT]
    x = _values(genes, values)
    return None if x is None else model[INTERCEPT] + float(np.array([model[each] for each in genes]) @ x)


def _values(genes: list[str], values: Values) -> Any:
    probes = [_probe(each) for each in genes]
    return None if any(each not in values for each in probes) else np.array([values[each] for each in probes])


@cache
def _probe(gene: str) -> str:
    return matched(gene) or gene


def _median(given: list[float | None]) -> float | None:
    return None if None in given else float(np.median([each for each in given if each is not None]))


def _sigmoid(z: float) -> float:
    return float(special.expit(z))
