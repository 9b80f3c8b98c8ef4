"""Writes the manual's page of the rejection classifier: the text of model_card.md with the numbers of the cards.

    python -m training.model_card [MODELS PAGE]

Every number of the page comes from a card; a test writes the page again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from training.reference_values import TARGETS

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "src/graftrial/clinical/transcripts/models"
PAGE = ROOT / "docs/transcripts-model-card.md"
NAMES = {"amr": "AMR", "tcmr": "TCMR", "no_rejection": "no rejection"}
PLANS = (
    ("nested 10-fold", ("nested_10_fold",)),
    ("each centre left out", ("leave_one_centre_out", "all")),
    ("… Necker left out", ("leave_one_centre_out", "necker_held_out")),
    ("… all other centres", ("leave_one_centre_out", "all_other_centres")),
)
BENCHMARK = {  # plain elastic net by scikit-learn: AUC on other folds, as the project's target stated it
    "amr": (0.901, 0.822, 0.777, 0.907),
    "tcmr": (0.917, 0.814, 0.856, 0.768),
}
BENCHMARK_NOTE = (
    "AUC of both parts together, which is delivered, and of each alone, on the same outer folds. Stated: figures of "
    "the plain net that the project's target named beforehand, on other folds (scikit-learn, l1_ratio 0.5, C 0.05)."
)
SHOWN = 15
GENES_NOTE = (
    "Standardised coefficients of the plain part. A coefficient is no biology: genes stand in for each other."
)


def page(models: Path) -> str:
    """The page, from the model files of a folder."""
    bodies = {each: json.loads((models / f"{each}.json").read_text(encoding="utf-8")) for each in TARGETS}
    written = {
        "performance": _performance(bodies),
        "benchmark": _benchmark(bodies),
        "centres": _centres(bodies),
        "curves": _curves(bodies),
        "settings": _settings(bodies),
        "genes": _genes(bodies),
        "limits": [f"- {each}" for each in bodies["amr"]["card"]["limits"]],
        "again": _again(bodies),
    }
    text = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
    for name, lines in written.items():
        text = text.replace("{{" + name + "}}", "\n".join(lines))
    return text


def _figures(body: Mapping[str, Any], path: Iterable[str]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = body["card"]["figures"]
    for key in path:
        found = found[key]
    return found


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _performance(bodies: Mapping[str, Any]) -> list[str]:
    rows = []
    for target, body in bodies.items():
        for told, path in PLANS:
            each = _figures(body, path)
            low, high = each["auc_95"]
            rows.append(
                (
                    NAMES[target], told, f"{each['auc']:.3f} ({low:.3f} to {high:.3f})",
                    f"{each['average_precision']:.3f}", f"{each['prevalence']:.3f}",
                    f"{each['brier']:.3f} ({each['brier_of_prevalence']:.3f})",
                    f"{each['calibration_slope']:.2f}", f"{each['calibration_intercept']:+.2f}",
                )
            )  # fmt: skip
    head = ("model", "held out", "AUC (95% interval)", "average precision", "prevalence",
            "Brier (of the prevalence)", "slope", "intercept")  # fmt: skip
    return ["## Figures", "", *_table(head, rows)]


def _benchmark(bodies: Mapping[str, Any]) -> list[str]:
    rows = []
    for target, body in bodies.items():
        candidates = body["card"]["candidates"]
        for place, plan in enumerate(candidates["plain"]):
            stated = f"{BENCHMARK[target][place]:.3f}" if target in BENCHMARK else ""
            rows.append((NAMES[target], plan, *(f"{of[plan]:.3f}" for of in candidates.values()), stated))
    head = ("model", "held out", *bodies["amr"]["card"]["candidates"], "plain, stated")
    repeats = [
        f"{NAMES[target]} {', '.join(f'{each:.3f}' for each in _figures(body, ('nested_10_fold',))['repeats'])}"
        for target, body in bodies.items()
    ]
    return ["## The two parts, alone and together", "", BENCHMARK_NOTE, "", *_table(head, rows), "",
            f"The five repeats of ten folds: {'; '.join(repeats)}."]  # fmt: skip


def _centres(bodies: Mapping[str, Any]) -> list[str]:
    rows = []
    for centre in _figures(bodies["amr"], ("leave_one_centre_out", "by_centre")):
        cells = [centre]
        for body in bodies.values():
            each = _figures(body, ("leave_one_centre_out", "by_centre", centre))
            auc = "one class" if each["auc"] is None else f"{each['auc']:.2f}"
            cells.append(f"{each['positives']} of {each['n']}, {each['mean_predicted']:.2f}, {auc}")
        rows.append(cells)
    return ["## Centre by centre, each predicted by the other eight", "",
            "Biopsies with the label, mean predicted probability, AUC inside the centre:", "",
            *_table(("centre", *NAMES.values()), rows)]  # fmt: skip


def _curves(bodies: Mapping[str, Any]) -> list[str]:
    rows = []
    for path, told in ((("nested_10_fold",), "10-fold"), (("leave_one_centre_out", "all"), "centre")):
        for target, body in bodies.items():
            curve = _figures(body, path)["curve"]
            rows.append((NAMES[target], told, *(f"{mean:.2f}/{seen:.2f}" for mean, seen, _ in curve)))
    head = ("model", "held out", *(f"tenth {each}" for each in range(1, 11)))
    return ["## Calibration curve", "", "Mean predicted / observed share, by tenths of rising prediction:", "",
            *_table(head, rows)]  # fmt: skip


def _settings(bodies: Mapping[str, Any]) -> list[str]:
    rows = []
    for told in bodies["amr"]["card"]["settings_tried"]:
        cells = [told]
        for body in bodies.values():
            card = body["card"]
            mark = ", delivered" if card["setting"] == told else ""
            loss, chosen = card["inner_log_loss_by_setting"][told], card["settings_chosen"].get(told, 0)
            cells.append(f"{loss:.4f}, {chosen}{mark}")
        rows.append(cells)
    weights = [
        f"{NAMES[target]} "
        + " and ".join(
            f"{part['name']} {part['weight']:.2f} (outer sets {mean:.2f}, SD {spread:.2f})"
            for part in body["parts"]
            for mean, spread in [body["card"]["weights"][part["name"]]]
        )
        for target, body in bodies.items()
    ]
    return [*_table(("setting", *NAMES.values()), rows), "", f"Weights of the parts: {'; '.join(weights)}."]


def _genes(bodies: Mapping[str, Any]) -> list[str]:
    """The genes that weigh most in the plain part."""
    lines = ["## Genes", ""]
    for target, body in bodies.items():
        (part,) = (each for each in body["parts"] if "genes" in each)
        named = zip(part["genes"], part["point"]["coef"], strict=True)
        used = sorted((-abs(x), gene, x) for gene, x in named if x)
        told = ", ".join(f"{gene} {x:+.2f}" for _, gene, x in used[:SHOWN])
        lines.append(f"- {NAMES[target]}: {len(used)} genes. Largest: {told}.")
    return [*lines, "", GENES_NOTE]


def _again(bodies: Mapping[str, Any]) -> list[str]:
    card = bodies["amr"]["card"]
    versions = ", ".join(f"{name} {value}" for name, value in card["versions"].items())
    return ["## Again", "", "```console", "$ make train", "```", "",
            f"reads the public data beside the project and writes the same files: seed {card['seed']}, {versions}.", "",
            card["licence"]]  # fmt: skip


if __name__ == "__main__":
    models, out = (Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) > 2 else (MODELS, PAGE)
    out.write_text(page(models), encoding="utf-8", newline="\n")
    print(out)
