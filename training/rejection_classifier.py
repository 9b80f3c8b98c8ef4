"""Trains the project's rejection classifier on the 537 reference biopsies and writes its model files.

    python -m training.rejection_classifier DATA [MODELS VECTORS]

DATA: folder with `histomx/` (HistoMx, Paris Transplant Group, MIT). Same data, seed and versions: same bytes.
Written: MODELS/{amr,tcmr,no_rejection}.json, VECTORS (predictions of 12 reference biopsies by scikit-learn objects).
"""

from __future__ import annotations

import csv
import io
import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from training.elastic_net import Array
from training.ensemble import INNER_FOLDS, SETTINGS, Ensemble, relative_to_sample, train
from training.honest_figures import (
    CANDIDATES,
    MEMBERS,
    OUTER_FOLDS,
    PLAIN_PART,
    RELATIVE_PART,
    REPEATS,
    decided,
    honest_figures,
)
from training.plain_net import train_plain
from training.reference_values import Reference, read_reference

Parts = Mapping[str, Ensemble]  # by name, in the order of CANDIDATES
ROOT = Path(__file__).parents[1]
MODELS = ROOT / "src/graftrial/clinical/transcripts/models"
VECTORS = ROOT / "tests/golden/transcripts/classifier_vectors.csv"
SEED, EDITION = 20260101, "1"
DELIVERED_MEMBERS = 50
DIGITS = 6
INVENTED = "invented"
JOBS = 2
PARTS_TOLD = {
    "plain": "one elastic-net logistic regression on single-sample values at constants fixed beforehand, calibrated on "
    f"out-of-fold predictions ({DELIVERED_MEMBERS} bootstrap refits give its interval)",
    "relative": f"the mean of {DELIVERED_MEMBERS} elastic-net logistic regressions on values relative to the sample's "
    "own mean and centre-stratified bootstraps, calibrated out of bag",
}
TITLES = {
    "amr": "antibody-mediated rejection as labelled (active, chronic active or chronic inactive)",
    "tcmr": "T-cell-mediated rejection as labelled (acute or chronic active)",
    "no_rejection": "neither AMR nor TCMR as labelled",
}
LIMITS = (
    "Trained on one public reference set of nine centres, 69% of it one centre; no external validation is possible.",
    "A new centre shifts the scores: read the leave-one-centre-out figures, not the 10-fold ones.",
    "The interval is the spread over bootstrap refits: of training alone, without centre shift and technical noise.",
    "Labels are conventional diagnoses; borderline and mixed rejection are not labelled in the set.",
    "Which biopsies are of one patient is not published, so folds may share patients.",
    "A score of one of the 537 biopsies is resubstitution.",
    "Not a diagnosis and not validated for any clinical decision.",
)
LICENCE = (
    "Trained on the HistoMx reference set (Paris Transplant Group, package dinovski/histomx; Copyright (c) 2021 Dina; "
    "MIT licence, full text in NOTICE). Cite Am J Transplant 2025, PMID 40345499."
)
VECTORS_HEAD = (
    "# source: scikit-learn StandardScaler and LogisticRegression.predict_proba with the unrounded fit, written by\n"
    "# training/rejection_classifier.py from the HistoMx reference set (MIT). Resubstitution: for parity only.\n"
    "# invented: value of gene number k (from 0, order of the panel) is 4 + (37 k mod 90) / 10.\n"
)


def write_models(data: Path, models: Path = MODELS, vectors: Path = VECTORS) -> list[Path]:
    """Writes the three model files with their cards, and the vectors; returns their paths."""
    reference = read_reference(data)
    found = honest_figures(reference.values, reference.labels, reference.centres, SEED, JOBS)
    ensembles = delivered(reference, decided(found))
    written = []
    for target, parts in ensembles.items():
        path = models / f"{target}.json"
        body = model_body(target, parts, reference, found[target])
        path.write_text(as_text(body), encoding="utf-8", newline="\n")
        written.append(path)
    vectors.write_text(vector_rows(reference, ensembles), encoding="utf-8", newline="\n")
    return [*written, vectors]


def delivered(reference: Reference, names: Mapping[str, str]) -> dict[str, Parts]:
    """The parts of all 537 biopsies, in processes with one thread each, so that sums are added in one order."""
    values, relative = reference.values, relative_to_sample(reference.values)
    tasks = [(target, part) for target, name in names.items() for part in CANDIDATES[name]]
    fitted = Parallel(n_jobs=JOBS)(
        delayed(train_plain if part == PLAIN_PART else train)(
            values if part == PLAIN_PART else relative,
            reference.labels[target], reference.centres, DELIVERED_MEMBERS, SEED,
        )
        for target, part in tasks
    )  # fmt: skip
    found: dict[str, dict[str, Ensemble]] = {target: {} for target in names}
    for (target, part), ensemble in zip(tasks, fitted, strict=True):
        found[target][part] = ensemble
    return {target: found[target] for target in names}


def model_body(target: str, parts: Parts, reference: Reference, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The model as it is written: parts in the order of CANDIDATES, then the card."""
    return {
        "id": f"graftrial.{target}",
        "target": target,
        "edition": EDITION,
        "parts": [part_body(name, ensemble, reference.genes) for name, ensemble in parts.items()],
        "card": _card(target, parts, reference, figures),
    }


def part_body(name: str, ensemble: Ensemble, genes: tuple[str, ...]) -> dict[str, Any]:
    """A part as it is written: genes that any of its fits uses, numbers rounded."""
    fits = [ensemble.coefficients, *([ensemble.point[0][None, :]] if ensemble.point else [])]
    used = np.flatnonzero(np.abs(np.vstack(fits).round(DIGITS)).max(axis=0) > 0)
    body: dict[str, Any] = {"name": name}
    if name == RELATIVE_PART:
        body["relative_to"] = "mean of the 758 endogenous genes of the sample"
    body |= {
        "genes": [genes[place] for place in used],
        "center": ensemble.center[used].round(DIGITS).tolist(),
        "scale": ensemble.scale[used].round(DIGITS).tolist(),
        "coef": ensemble.coefficients[:, used].round(DIGITS).tolist(),
        "intercept": ensemble.intercepts.round(DIGITS).tolist(),
        "calibration": dict(zip("ab", np.round(ensemble.calibration, DIGITS).tolist(), strict=True)),
    }
    if ensemble.point:
        coefficients, intercept = ensemble.point
        body["point"] = {
            "coef": coefficients[used].round(DIGITS).tolist(),
            "intercept": round(intercept, DIGITS),
        }
    return body


def _card(target: str, parts: Parts, reference: Reference, found: Mapping[str, Any]) -> dict[str, Any]:
    labels, centres = reference.labels[target], reference.centres
    name = next(each for each, of in CANDIDATES.items() if of == tuple(parts))
    figures = found["candidates"][name]
    return {
        "predicts": TITLES[target],
        "data": "HistoMx reference set: 537 kidney-transplant biopsies, B-HOT counts, section 4 values",
        "licence": LICENCE,
        "n": len(labels),
        "prevalence": round(float(labels.mean()), 4),
        **_in_short(figures),
        "centres": {
            str(each): [int((centres == each).sum()), int(labels[centres == each].sum())]
            for each in np.unique(centres)
        },
        "model": " and ".join(PARTS_TOLD[part] for part in parts),
        "delivered": name,
        "settings": {part: ensemble.setting.told() for part, ensemble in parts.items()},
        "settings_tried": [each.told() for each in SETTINGS],
        "validation": f"nested: {REPEATS} x {OUTER_FOLDS} folds and each centre left out, with {MEMBERS} members; "
        f"setting of the relative part chosen in {INNER_FOLDS} inner folds and 3 left-out groups of centres; the plain "
        "part has fixed constants",
        "figures": figures,
        "candidates": {
            each: {plan: one["auc"] for plan, one in _plans(of).items()}
            for each, of in found["candidates"].items()
        },
        "settings_chosen": found["settings_chosen"],
        "inner_auc_by_setting": found["inner_auc_by_setting"],
        "limits": LIMITS,
        "seed": SEED,
        "versions": {
            "python": ".".join(platform.python_version_tuple()[:2]),
            **{each: version(each) for each in ("numpy", "scipy", "scikit-learn")},
        },
    }


def _plans(figures: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    left_out = figures["leave_one_centre_out"]
    return {
        "nested 10-fold": figures["nested_10_fold"],
        "each centre left out": left_out["all"],
        "Necker left out": left_out["necker_held_out"],
        "all other centres left out": left_out["all_other_centres"],
    }


def _in_short(figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures that stand on the page of a biopsy."""
    return {
        name: f"AUC {each['auc']:.3f} ({each['auc_95'][0]:.3f} to {each['auc_95'][1]:.3f}), average precision "
        f"{each['average_precision']:.3f} at prevalence {each['prevalence']:.3f}, Brier {each['brier']:.3f}, "
        f"calibration slope {each['calibration_slope']:.2f}"
        for name, each in _plans(figures).items()
    }


def as_text(body: Mapping[str, Any]) -> str:
    """JSON with one line a key of the head and of a part, one a member; zeros are short."""
    lines = []
    for key, value in body.items():
        if key == "parts":
            parts = ",\n  ".join("{\n" + ",\n".join(_lines(each)) + "\n  }" for each in value)
            lines.append(f' "parts": [\n  {parts}\n ]')
        elif key == "card":
            inner = json.dumps(value, indent=1, ensure_ascii=False).replace("\n", "\n ")
            lines.append(f' "card": {inner}')
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(part: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part.items():
        if key == "coef":
            yield '   "coef": [\n    ' + ",\n    ".join(_numbers(row) for row in value) + "\n   ]"
        elif key == "point":
            yield f'   "point": {{"coef": {_numbers(value["coef"])}, "intercept": {value["intercept"]!r}}}'
        else:
            yield f"   {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"


def _numbers(row: Sequence[float]) -> str:
    return "[" + ",".join("0" if not each else repr(each) for each in row) + "]"


def vector_rows(reference: Reference, ensembles: Mapping[str, Parts]) -> str:
    """Predictions for 12 reference biopsies and an invented one by scikit-learn objects, from unrounded numbers."""
    chosen = np.linspace(0, len(reference.ids) - 1, 12).round().astype(int)
    given = np.vstack([reference.values[chosen], invented_values(len(reference.genes))])
    ids = [*(reference.ids[place] for place in chosen), INVENTED]
    text = io.StringIO()
    text.write(VECTORS_HEAD)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "target", "probability", "lower", "upper"))
    for target, parts in ensembles.items():
        chances, low, high = _by_parts(parts, given)
        for place, row in enumerate(zip(chances, low, high, strict=True)):
            table.writerow((ids[place], target, *(f"{each:.8f}" for each in row)))
    return text.getvalue()


def _by_parts(parts: Parts, given: Array) -> tuple[Array, Array, Array]:
    """Probability and interval: equal weights of parts; members of one place are of one bootstrap and are averaged."""
    points, spread = [], []
    for name, ensemble in parts.items():
        values = relative_to_sample(given) if name == RELATIVE_PART else given
        members = [
            _by_scikit_learn(ensemble, *fit, values)
            for fit in zip(ensemble.coefficients, ensemble.intercepts, strict=True)
        ]
        spread.append(members)
        points.append(
            _by_scikit_learn(ensemble, *ensemble.point, values)
            if ensemble.point
            else np.mean(members, axis=0)
        )
    low, high = np.percentile(np.mean(spread, axis=0), (2.5, 97.5), axis=0)
    return np.mean(points, axis=0), low, high


def invented_values(genes: int) -> Array:
    """A profile that no data set is needed for: 4 + (37 · place mod 90) / 10, genes in the order of the panel."""
    return np.array([4 + (37 * place % 90) / 10 for place in range(genes)])


def _by_scikit_learn(ensemble: Ensemble, coefficients: Array, intercept: float, values: Array) -> Array:
    """Probabilities of one fit; calibration is folded into its coefficients."""
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = ensemble.center, ensemble.scale
    a, b = ensemble.calibration
    model = LogisticRegression()
    model.classes_ = np.array([False, True])
    model.coef_ = a * coefficients[None, :]
    model.intercept_ = np.array([a * intercept + b])
    return np.asarray(model.predict_proba(scaler.transform(values))[:, 1])


if __name__ == "__main__":
    for each in write_models(Path(sys.argv[1]), *(Path(given) for given in sys.argv[2:])):
        print(each)
