"""Trains the project's rejection classifier on the 537 reference biopsies and writes its model files.

    python -m training.rejection_classifier DATA [MODELS VECTORS]

DATA: folder with `histomx/` (HistoMx, Paris Transplant Group, MIT). Same data, seed and versions: same bytes.
Written: MODELS/{amr,tcmr,no_rejection}.json, MODELS/shared/prototypes.json, VECTORS (predictions of 12
reference biopsies and an invented one by scikit-learn objects).
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from training.elastic_net import L1_RATIO, STRENGTH
from training.honest_figures import CLASSIFIER, OUTER_FOLDS, REPEATS, honest_figures
from training.parts import (
    INNER_FOLDS,
    PLAIN_PART,
    PROTOTYPE_PART,
    SETTINGS,
    Classifier,
    Part,
    train,
)
from training.prototypes import FEWEST_BIOPSIES, Prototypes
from training.reference_values import Reference, read_reference
from training.vectors import vector_rows

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "src/graftrial/clinical/transcripts/models"
SHARED = "shared/prototypes.json"
VECTORS = ROOT / "tests/golden/transcripts/classifier_vectors.csv"
SEED, EDITION = 20260101, "2"
MEMBERS = 50
DIGITS = 5
JOBS = 2
PARTS_TOLD = {
    PLAIN_PART: f"an elastic-net logistic regression on single-sample values (l1_ratio {L1_RATIO:g}, C {STRENGTH:g}, "
    "fixed beforehand)",
    PROTOTYPE_PART: "a ridge logistic regression on the likeness to prototypes, each the mean of at least "
    f"{FEWEST_BIOPSIES} biopsies, of values relative to the sample's own mean",
}
TITLES = {
    "amr": "antibody-mediated rejection as labelled (active, chronic active or chronic inactive)",
    "tcmr": "T-cell-mediated rejection as labelled (acute or chronic active)",
    "no_rejection": "neither AMR nor TCMR as labelled",
}
LIMITS = (
    "Trained on one public reference set of nine centres, 69% of it one centre; no external validation is possible.",
    "A new centre shifts the scores: read the leave-one-centre-out figures, not the 10-fold ones.",
    "The interval is the spread over bootstrap refits, prototypes and weights fixed: no centre shift or lane noise.",
    "Labels are conventional diagnoses; borderline and mixed rejection are not labelled in the set.",
    "Which biopsies are of one patient is not published, so folds may share patients.",
    "A score of one of the 537 biopsies is resubstitution.",
    "Not a diagnosis and not validated for any clinical decision.",
)
LICENCE = (
    "Trained on the HistoMx reference set (Paris Transplant Group, package dinovski/histomx; Copyright (c) 2021 Dina; "
    "MIT licence, full text in NOTICE). Cite Am J Transplant 2025, PMID 40345499."
)


def write_models(data: Path, models: Path = MODELS, vectors: Path = VECTORS) -> list[Path]:
    """Writes the model files with their cards, the prototypes they share, and the vectors; returns their paths."""
    reference = read_reference(data)
    found = honest_figures(reference.values, reference.labels, reference.centres, SEED, JOBS)
    classifiers = delivered(reference)
    written = [models / SHARED, vectors]
    written[0].parent.mkdir(parents=True, exist_ok=True)
    prototypes = next(  # labels play no part in them: those of all targets are the same
        part.prototypes for each in classifiers.values() for part in each.parts.values() if part.prototypes
    )
    written[0].write_text(as_text(prototypes_body(prototypes, reference)), encoding="utf-8", newline="\n")
    for target, classifier in classifiers.items():
        path = models / f"{target}.json"
        body = model_body(target, classifier, reference, found[target])
        path.write_text(as_text(body), encoding="utf-8", newline="\n")
        written.append(path)
    vectors.write_text(vector_rows(reference, classifiers), encoding="utf-8", newline="\n")
    return written


def delivered(reference: Reference) -> dict[str, Classifier]:
    """The classifiers of all 537 biopsies as written, in processes of one thread, so that sums have one order."""
    fitted = Parallel(n_jobs=JOBS)(
        delayed(train)(reference.values, labels, reference.centres, MEMBERS, SEED)
        for labels in reference.labels.values()
    )
    return {
        target: replace(
            each,
            intercept=round(each.intercept, DIGITS),
            parts={name: rounded(part) for name, part in each.parts.items()},
        )
        for target, each in zip(reference.labels, fitted, strict=True)
    }


def rounded(part: Part) -> Part:
    """With the digits that are written."""
    (line, intercept), (lines, intercepts) = part.point, part.members
    return replace(
        part,
        center=part.center.round(DIGITS),
        scale=part.scale.round(DIGITS),
        point=(line.round(DIGITS), round(intercept, DIGITS)),
        members=(lines.round(DIGITS), intercepts.round(DIGITS)),
        weight=round(part.weight, DIGITS),
        prototypes=rounded_prototypes(part.prototypes) if part.prototypes else None,
    )


def rounded_prototypes(given: Prototypes) -> Prototypes:
    """With the digits that are written; the profiles have theirs already."""
    return replace(given, center=given.center.round(DIGITS), scale=given.scale.round(DIGITS))


def prototypes_body(prototypes: Prototypes, reference: Reference) -> dict[str, Any]:
    """The file that the prototype parts of all targets share."""
    return {
        "id": "graftrial.prototypes",
        "edition": EDITION,
        "licence": LICENCE,
        "relative_to": "mean of the 758 endogenous genes of the sample",
        "genes": list(reference.genes),
        "center": prototypes.center.tolist(),
        "scale": prototypes.scale.tolist(),
        "biopsies": prototypes.biopsies.tolist(),
        "profiles": prototypes.profiles.tolist(),
    }


def model_body(
    target: str, classifier: Classifier, reference: Reference, found: Mapping[str, Any]
) -> dict[str, Any]:
    """The model as it is written: its parts, then the card."""
    return {
        "id": f"graftrial.{target}",
        "target": target,
        "edition": EDITION,
        "intercept": classifier.intercept,
        "parts": [part_body(name, part, reference.genes) for name, part in classifier.parts.items()],
        "card": _card(target, classifier, reference, found),
    }


def part_body(name: str, part: Part, genes: tuple[str, ...]) -> dict[str, Any]:
    """A part as it is written: of the plain one the genes that any of its fits uses."""
    (line, intercept), (lines, intercepts) = part.point, part.members
    body: dict[str, Any] = {"name": name, "weight": part.weight}
    if part.prototypes:
        used = np.arange(len(line))
        body |= {"prototypes": SHARED, "width": part.width}
    else:
        used = np.flatnonzero(np.abs(np.vstack([lines, line])).max(axis=0) > 0)
        body |= {
            "genes": [genes[place] for place in used],
            "center": part.center[used].tolist(),
            "scale": part.scale[used].tolist(),
        }
    return body | {
        "point": {"coef": line[used].tolist(), "intercept": intercept},
        "coef": lines[:, used].tolist(),
        "intercept": intercepts.tolist(),
    }


def _card(
    target: str, classifier: Classifier, reference: Reference, found: Mapping[str, Any]
) -> dict[str, Any]:
    labels, centres = reference.labels[target], reference.centres
    figures = found["candidates"][CLASSIFIER]
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
        "model": " and ".join(PARTS_TOLD[name] for name in classifier.parts)
        + f"; one logistic regression weighs them, fitted to predictions out of {INNER_FOLDS} folds; {MEMBERS} "
        "bootstrap refits give the interval",
        "setting": classifier.setting.told(),
        "settings_tried": [each.told() for each in SETTINGS],
        "validation": f"nested: {REPEATS} x {OUTER_FOLDS} folds and each centre left out; setting and weights from "
        f"{INNER_FOLDS} inner folds",
        "figures": figures,
        "candidates": {
            each: {plan: one["auc"] for plan, one in _plans(of).items()}
            for each, of in found["candidates"].items()
        },
        **{name: found[name] for name in ("settings_chosen", "inner_log_loss_by_setting", "weights")},
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
    """JSON with one line a key of the head and of a part, one a member and a prototype; zeros are short."""
    lines = []
    for key, value in body.items():
        if key == "parts":
            parts = ",\n  ".join("{\n" + ",\n".join(_lines(each)) + "\n  }" for each in value)
            lines.append(f' "parts": [\n  {parts}\n ]')
        elif key == "card":
            inner = json.dumps(value, indent=1, ensure_ascii=False).replace("\n", "\n ")
            lines.append(f' "card": {inner}')
        elif key == "profiles":
            lines.append(' "profiles": [\n  ' + ",\n  ".join(_numbers(row) for row in value) + "\n ]")
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


if __name__ == "__main__":
    for each in write_models(Path(sys.argv[1]), *(Path(given) for given in sys.argv[2:])):
        print(each)
