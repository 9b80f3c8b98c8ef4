"""How good the classifier is on biopsies that no part of it has seen: nested cross-validation and left-out centres.

Not for: external performance. All biopsies are of one reference set; no other is public.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from graftrial.derive.transcript_models import sigmoid
from training.elastic_net import Array, Labels
from training.parts import PLAIN_PART, PROTOTYPE_PART, Centres, Classifier, Places, train

OUTER_FOLDS, REPEATS = 10, 5
RESAMPLES = 500
GROUPS_OF_CURVE = 10
CLIP = 1e-6
LARGEST = "Necker"
CLASSIFIER = "both parts"  # what is delivered; each part alone stands beside it
CANDIDATES = (CLASSIFIER, PLAIN_PART, PROTOTYPE_PART)
LEAST_TEN_FOLD, LEAST_LEFT_OUT = 0.90, 0.82  # AUC of AMR that the project asked for


@dataclass(frozen=True, slots=True)
class Held:
    """One outer split: which biopsies were held out, and of which plan (`fold 0`, `fold 1`, `centre`)."""

    plan: str
    places: Places


def splits(labels: Labels, centres: Centres, seed: int) -> list[Held]:
    """Repeated stratified folds, then each centre left out."""
    found = []
    for repeat in range(REPEATS):
        folds = StratifiedKFold(OUTER_FOLDS, shuffle=True, random_state=seed + repeat)
        found += [Held(f"fold {repeat}", held) for _, held in folds.split(np.zeros(len(labels)), labels)]
    return [*found, *(Held("centre", np.flatnonzero(centres == each)) for each in np.unique(centres))]


def fitted_without(
    values: Array, labels: Labels, centres: Centres, held: Places, seed: int
) -> tuple[Classifier, dict[str, Array]]:
    """The classifier of all other biopsies, and for those held out its probabilities and those of each part alone."""
    rest = np.setdiff1d(np.arange(len(labels)), held)
    fitted = train(values[rest], labels[rest], centres[rest], 0, seed)
    return fitted, {
        CLASSIFIER: fitted.chances(values[held]),
        **{name: sigmoid(part.linear(values[held])) for name, part in fitted.parts.items()},
    }


def honest_figures(
    values: Array, labels: Mapping[str, Labels], centres: Centres, seed: int, jobs: int
) -> dict[str, dict[str, Any]]:
    """The figures of each target: of the classifier and of each part alone, and what the inner folds chose."""
    plans = {target: splits(labels[target], centres, seed) for target in labels}
    tasks = [(target, held) for target, all_held in plans.items() for held in all_held]
    done = Parallel(n_jobs=jobs)(
        delayed(fitted_without)(values, labels[target], centres, held.places, seed) for target, held in tasks
    )
    found = {}
    for target in labels:
        mine = [(held, *result) for (name, held), result in zip(tasks, done, strict=True) if name == target]
        fitted = [each for _, each, _ in mine]
        found[target] = {
            "candidates": {
                name: _of_candidate(
                    [(held, chances[name]) for held, _, chances in mine], labels[target], centres, seed
                )
                for name in CANDIDATES
            },
            "settings_chosen": dict(sorted(Counter(each.setting.told() for each in fitted).items())),
            "inner_log_loss_by_setting": {
                name: round(float(np.mean([each.inner[name] for each in fitted])), 4)
                for name in fitted[0].inner
            },
            "weights": {
                part: _mean_and_spread([each.parts[part].weight for each in fitted])
                for part in fitted[0].parts
            },
        }
    return found


def _mean_and_spread(weights: Sequence[float]) -> list[float]:
    return [round(float(np.mean(weights)), 3), round(float(np.std(weights, ddof=1)), 3)]


def is_reached(amr: Mapping[str, Any]) -> bool:
    """Whether the figures of AMR reach both that the project asked for."""
    left_out = amr["leave_one_centre_out"]["all"]["auc"]
    return bool(amr["nested_10_fold"]["auc"] >= LEAST_TEN_FOLD and left_out >= LEAST_LEFT_OUT)


def _of_candidate(
    mine: Sequence[tuple[Held, Array]], labels: Labels, centres: Centres, seed: int
) -> dict[str, Any]:
    plans: dict[str, Array] = {}
    for held, chances in mine:
        plans.setdefault(held.plan, np.full(len(labels), np.nan))[held.places] = chances
    repeats = [figures(plans[f"fold {each}"], labels, seed) for each in range(REPEATS)]
    left_out = plans["centre"]
    inside = centres == LARGEST
    return {
        "nested_10_fold": {**_mean(repeats), "repeats": [each["auc"] for each in repeats]},
        "leave_one_centre_out": {
            "all": figures(left_out, labels, seed),
            "necker_held_out": figures(left_out[inside], labels[inside], seed),
            "all_other_centres": figures(left_out[~inside], labels[~inside], seed),
            "by_centre": {
                str(each): _of_centre(left_out[centres == each], labels[centres == each])
                for each in np.unique(centres)
            },
        },
    }


def figures(chances: Array, labels: Labels, seed: int) -> dict[str, Any]:
    """AUC with 95% bootstrap interval over biopsies, AP beside prevalence, Brier, calibration."""
    draw = np.random.default_rng(seed)
    drawn = (draw.integers(0, len(labels), len(labels)) for _ in range(RESAMPLES))
    aucs = [auc_by_ranks(labels[each], chances[each]) for each in drawn if 0 < labels[each].sum() < len(each)]
    logit = np.log(np.clip(chances, CLIP, 1 - CLIP) / (1 - np.clip(chances, CLIP, 1 - CLIP)))
    line = LogisticRegression(C=np.inf).fit(logit[:, None], labels)
    prevalence = float(labels.mean())
    return {
        "n": len(labels),
        "positives": int(labels.sum()),
        "prevalence": round(prevalence, 4),
        "auc": round(float(roc_auc_score(labels, chances)), 4),
        "auc_95": [round(float(each), 4) for each in np.percentile(aucs, (2.5, 97.5))],
        "average_precision": round(float(average_precision_score(labels, chances)), 4),
        "brier": round(float(brier_score_loss(labels, chances)), 4),
        "brier_of_prevalence": round(prevalence * (1 - prevalence), 4),
        "calibration_slope": round(float(line.coef_[0, 0]), 3),
        "calibration_intercept": round(float(line.intercept_[0]), 3),
        "mean_predicted": round(float(chances.mean()), 4),
        "curve": _curve(chances, labels),
    }


def auc_by_ranks(labels: Labels, chances: Array) -> float:
    """The same number as `roc_auc_score`, twenty times as fast; both classes have to be there."""
    positives = int(labels.sum())
    above = rankdata(chances)[labels].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(labels) - positives)))


def _curve(chances: Array, labels: Labels) -> list[list[float]]:
    """Mean predicted, observed share and n of equally many biopsies, by rising prediction."""
    order = np.argsort(chances, kind="stable")
    return [
        [round(float(chances[part].mean()), 3), round(float(labels[part].mean()), 3), len(part)]
        for part in np.array_split(order, GROUPS_OF_CURVE)
    ]


def _of_centre(chances: Array, labels: Labels) -> dict[str, Any]:
    both = 0 < labels.sum() < len(labels)
    return {
        "n": len(labels),
        "positives": int(labels.sum()),
        "auc": round(float(roc_auc_score(labels, chances)), 3) if both else None,
        "mean_predicted": round(float(chances.mean()), 3),
    }


def _mean(repeats: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over repeats; the interval and the curve are those of the first repeat."""
    first = dict(repeats[0])
    for name, value in first.items():
        if isinstance(value, float):
            first[name] = round(float(np.mean([each[name] for each in repeats])), 4)
    return first
