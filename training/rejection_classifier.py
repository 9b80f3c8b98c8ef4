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
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from training.elastic_net import Array
from training.ensemble import INNER_FOLDS, SETTINGS, Ensemble, relative_to_sample, train
from training.honest_figures import MEMBERS, OUTER_FOLDS, REPEATS, honest_figures
from training.reference_values import TARGETS, Reference, read_reference

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "src/graftrial/clinical/transcripts/models"
VECTORS = ROOT / "tests/golden/transcripts/classifier_vectors.csv"
SEED, EDITION = 20260101, "1"
DELIVERED_MEMBERS = 50
DIGITS = 6
INVENTED = "invented"
JOBS = 2
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
    ensembles = delivered(reference)
    relative = relative_to_sample(reference.values)
    card = honest_figures(relative, reference.labels, reference.centres, SEED, JOBS)
    written = []
    for target, ensemble in ensembles.items():
        path = models / f"{target}.json"
        body = model_body(target, ensemble, reference, card[target])
        path.write_text(as_text(body), encoding="utf-8", newline="\n")
        written.append(path)
    vectors.write_text(vector_rows(reference, ensembles), encoding="utf-8", newline="\n")
    return [*written, vectors]


def delivered(reference: Reference) -> dict[str, Ensemble]:
    """The classifiers of all 537 biopsies, in processes with one thread each, so that sums are added in one order."""
    relative = relative_to_sample(reference.values)
    fitted = Parallel(n_jobs=JOBS)(
        delayed(train)(relative, reference.labels[each], reference.centres, DELIVERED_MEMBERS, SEED)
        for each in TARGETS
    )
    return dict(zip(TARGETS, fitted, strict=True))


def model_body(
    target: str, ensemble: Ensemble, reference: Reference, figures: Mapping[str, Any]
) -> dict[str, Any]:
    """The model as it is written: genes that any member uses, numbers rounded."""
    used = np.flatnonzero(np.abs(ensemble.coefficients.round(DIGITS)).max(axis=0) > 0)
    return {
        "id": f"graftrial.{target}",
        "target": target,
        "edition": EDITION,
        "relative_to": "mean of the 758 endogenous genes of the sample",
        "genes": [reference.genes[place] for place in used],
        "center": ensemble.center[used].round(DIGITS).tolist(),
        "scale": ensemble.scale[used].round(DIGITS).tolist(),
        "coef": ensemble.coefficients[:, used].round(DIGITS).tolist(),
        "intercept": ensemble.intercepts.round(DIGITS).tolist(),
        "calibration": dict(zip("ab", np.round(ensemble.calibration, DIGITS).tolist(), strict=True)),
        "card": _card(target, ensemble, reference, figures),
    }


def _card(
    target: str, ensemble: Ensemble, reference: Reference, figures: Mapping[str, Any]
) -> dict[str, Any]:
    labels, centres = reference.labels[target], reference.centres
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
        "model": f"{DELIVERED_MEMBERS} elastic-net logistic regressions on centre-stratified bootstraps, "
        "calibrated out of bag",
        "setting": ensemble.setting.told(),
        "settings_tried": [each.told() for each in SETTINGS],
        "validation": f"nested: {REPEATS} x {OUTER_FOLDS} folds and each centre left out, with {MEMBERS} members; "
        f"setting chosen in {INNER_FOLDS} inner folds and 3 left-out groups of centres",
        "figures": figures,
        "limits": LIMITS,
        "seed": SEED,
        "versions": {
            "python": ".".join(platform.python_version_tuple()[:2]),
            **{each: version(each) for each in ("numpy", "scipy", "scikit-learn")},
        },
    }


def _in_short(figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures that stand on the page of a biopsy."""
    left_out = figures["leave_one_centre_out"]
    shown = {
        "nested 10-fold": figures["nested_10_fold"],
        "each centre left out": left_out["all"],
        "Necker left out": left_out["necker_held_out"],
        "all other centres left out": left_out["all_other_centres"],
    }
    return {
        name: f"AUC {each['auc']:.3f} ({each['auc_95'][0]:.3f} to {each['auc_95'][1]:.3f}), average precision "
        f"{each['average_precision']:.3f} at prevalence {each['prevalence']:.3f}, Brier {each['brier']:.3f}, "
        f"calibration slope {each['calibration_slope']:.2f}"
        for name, each in shown.items()
    }


def as_text(body: Mapping[str, Any]) -> str:
    """JSON with one line a key and one a member; zeros are short."""
    lines = []
    for key, value in body.items():
        if key == "coef":
            rows = ",\n  ".join(_numbers(row) for row in value)
            lines.append(f' "coef": [\n  {rows}\n ]')
        elif key == "card":
            inner = json.dumps(value, indent=1, ensure_ascii=False).replace("\n", "\n ")
            lines.append(f' "card": {inner}')
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _numbers(row: Sequence[float]) -> str:
    return "[" + ",".join("0" if not each else repr(each) for each in row) + "]"


def vector_rows(reference: Reference, ensembles: Mapping[str, Ensemble]) -> str:
    """Predictions for 12 reference biopsies and an invented one by scikit-learn objects, from unrounded numbers."""
    chosen = np.linspace(0, len(reference.ids) - 1, 12).round().astype(int)
    given = np.vstack([reference.values[chosen], invented_values(len(reference.genes))])
    relative = relative_to_sample(given)
    ids = [*(reference.ids[place] for place in chosen), INVENTED]
    text = io.StringIO()
    text.write(VECTORS_HEAD)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "target", "probability", "lower", "upper"))
    for target, ensemble in ensembles.items():
        chances = np.array(
            [_by_scikit_learn(ensemble, member, relative) for member in range(DELIVERED_MEMBERS)]
        )
        low, high = np.percentile(chances, (2.5, 97.5), axis=0)
        for place, row in enumerate(zip(chances.mean(axis=0), low, high, strict=True)):
            table.writerow((ids[place], target, *(f"{each:.8f}" for each in row)))
    return text.getvalue()


def invented_values(genes: int) -> Array:
    """A profile that no data set is needed for: 4 + (37 · place mod 90) / 10, genes in the order of the panel."""
    return np.array([4 + (37 * place % 90) / 10 for place in range(genes)])


def _by_scikit_learn(ensemble: Ensemble, member: int, relative: Array) -> Array:
    """Probabilities of one member; calibration is folded into its coefficients."""
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = ensemble.center, ensemble.scale
    a, b = ensemble.calibration
    model = LogisticRegression()
    model.classes_ = np.array([False, True])
    model.coef_ = a * ensemble.coefficients[member][None, :]
    model.intercept_ = np.array([a * ensemble.intercepts[member] + b])
    return np.asarray(model.predict_proba(scaler.transform(relative))[:, 1])


if __name__ == "__main__":
    for each in write_models(Path(sys.argv[1]), *(Path(given) for given in sys.argv[2:])):
        print(each)
