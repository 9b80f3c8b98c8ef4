"""Writes what the package knows of the 537 reference biopsies: derived numbers, no counts.

    python -m training.reference_map DATA [OUT]

DATA: folder with `histomx/` (HistoMx, Paris Transplant Group, MIT). Same data, same numbers.
Written: reference_biopsies.csv (study id, centre, diagnosis, digest of the counts, coordinates), reference_map.csv
(mean and loadings of each gene), reference_scores.csv (quantiles of each score), reference_facts.json.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graftrial.clinical.transcripts.gene_sets import FEWEST_GENES, gene_sets
from graftrial.clinical.transcripts.normalisation import REFERENCE_MEAN
from graftrial.clinical.transcripts.panel import ENDOGENOUS, names, reference_names
from graftrial.clinical.transcripts.reference import COMPONENTS, NEIGHBOURS, PROBABILITIES, digest
from graftrial.stats.gene_set_scores import ranked_scores, set_means
from graftrial.stats.lane_counts import to_fixed_reference
from training.facts import HOME

Array = NDArray[np.float64]
NOTICE = (
    "# Derived from the HistoMx reference set (Paris Transplant Group; Copyright 2021 Dina, MIT, see NOTICE).\n"
    "# Cite Am J Transplant 2025, PMID 40345499. Published, de-identified biopsies; study ids as published.\n"
)
GROUPS = {
    "Active AMR": "AMR", "Chronic active AMR": "AMR", "Chronic inactive AMR": "AMR", "Acute TCMR": "TCMR",
    "Chronic active TCMR": "TCMR", "Normal or minimal changes": "normal or minimal", "Pristine": "normal or minimal",
    "Isolated IFTA": "IFTA", "BK virus nephropathy": "BK nephropathy",
}  # fmt: skip
OTHER = "other"


def write_reference(data: Path, out: Path = HOME) -> list[Path]:
    """Writes the four files into `out`."""
    folder = data / "histomx"
    ids, counts = _counts(folder / "refset_counts_raw.csv.gz")
    genes = names(ENDOGENOUS)
    raw = np.array([counts[name] for name in genes], dtype=float).T
    housekeeping = np.array([counts[name] for name in reference_names()], dtype=float).T
    values = to_fixed_reference(raw, housekeeping, REFERENCE_MEAN)
    center, loadings, share = _components(values)
    places = np.round((values - center) @ loadings, 4)
    people = _people(folder, ids)
    written = {
        "reference_map.csv": _map(genes, center, loadings),
        "reference_biopsies.csv": _biopsies(ids, people, raw, places),
        "reference_scores.csv": _scores(values, genes, people),
        "reference_facts.json": _facts(people, places, share),
    }
    for name, text in written.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return [out / name for name in written]


def _counts(path: Path) -> tuple[list[str], dict[str, list[int]]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    return rows[0][3:], {row[1]: [int(each) for each in row[3:]] for row in rows[1:]}


def _people(folder: Path, ids: Sequence[str]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in ("refset_banff.csv", "exp_design.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                found.setdefault(row["ID"], {}).update(row)
    return [found[each] for each in ids]


def _components(values: Array) -> tuple[Array, Array, Array]:
    """Means, loadings with the largest of each positive, and shares of the variance."""
    center = np.round(values.mean(axis=0), 6)
    _, scale, rows = np.linalg.svd(values - center, full_matrices=False)
    kept = rows[:COMPONENTS]
    signs = np.sign(kept[np.arange(COMPONENTS), np.abs(kept).argmax(axis=1)])
    return center, np.round((kept * signs[:, None]).T, 6), (scale**2 / (scale**2).sum())[:COMPONENTS]


def _map(genes: Sequence[str], center: Array, loadings: Array) -> str:
    head = ["probe", "mean", *(f"pc{each}" for each in range(1, COMPONENTS + 1))]
    rows = [[gene, f"{mean:.6f}", *(f"{x:.6f}" for x in row)]
            for gene, mean, row in zip(genes, center, loadings, strict=True)]  # fmt: skip
    return (
        NOTICE
        + "# Place of a biopsy: (values - mean) x loadings, single-sample values.\n"
        + _csv([head, *rows])
    )


def _biopsies(ids: Sequence[str], people: Sequence[dict[str, str]], raw: Array, places: Array) -> str:
    head = [
        "id",
        "centre",
        "diagnosis",
        "group",
        "digest",
        *(f"pc{each}" for each in range(1, COMPONENTS + 1)),
    ]
    genes = names(ENDOGENOUS)
    rows: list[list[str]] = [head]
    for name, person, counts, place in zip(ids, people, raw, places, strict=True):
        own = digest(dict(zip(genes, counts.astype(int).tolist(), strict=True)))
        diagnosis = person["Dx_complete"]
        group = GROUPS.get(diagnosis, OTHER)
        rows.append([name, person["center"], diagnosis, group, own, *(f"{x:.4f}" for x in place)])
    return NOTICE + "# digest: of the 758 endogenous counts, to find a biopsy again.\n" + _csv(rows)


def _scores(values: Array, genes: Sequence[str], people: Sequence[dict[str, str]]) -> str:
    order = {name: place for place, name in enumerate(genes)}
    head = ["set", "method", "auc_amr", "auc_tcmr", *(f"q{100 * each:g}" for each in PROBABILITIES)]
    rows: list[list[str]] = [head]
    amr, tcmr = ([person[name] == "1" for person in people] for name in ("amr", "tcmr"))
    for each in gene_sets().values():
        if len(each.probes) < FEWEST_GENES:
            continue
        inside = np.zeros((1, len(genes)), dtype=bool)
        inside[0, [order[name] for name in each.probes]] = True
        for method, score in (("mean_log2", set_means), ("singscore", ranked_scores)):
            found = score(values, inside)[:, 0]
            quantiles = np.quantile(found, PROBABILITIES)
            aucs = [f"{_auc(found, labels):.3f}" for labels in (amr, tcmr)]
            rows.append([each.name, method, *aucs, *(f"{x:.5f}" for x in quantiles)])
    told = "# auc_amr, auc_tcmr: how well the score alone, unfitted, separates that diagnosis in the reference set.\n"
    return NOTICE + told + _csv(rows)


def _auc(scores: Array, labels: Sequence[bool]) -> float:
    yes = np.array(labels)
    ranks = stats.rankdata(scores)
    n, m = int(yes.sum()), int((~yes).sum())
    return float((ranks[yes].sum() - n * (n + 1) / 2) / (n * m))


def _facts(people: Sequence[dict[str, str]], places: Array, share: Array) -> str:
    """What the neighbours of a reference biopsy, itself left out, say of its diagnosis."""
    distances = ((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]
    groups = np.array([GROUPS.get(person["Dx_complete"], OTHER) for person in people])
    centres = [person["center"] for person in people]
    body = {
        "n": len(people),
        "explained": [round(float(each), 4) for each in share],
        "groups": {name: int((groups == name).sum()) for name in (*dict.fromkeys(GROUPS.values()), OTHER)},
        "centres": {name: centres.count(name) for name in sorted(set(centres), key=lambda c: (-centres.count(c), c))},
        "neighbours_auc": {
            name: round(_auc((groups[nearest] == name).mean(axis=1), list(groups == name)), 3)
            for name in ("AMR", "TCMR")
        },
    }  # fmt: skip
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for each in write_reference(Path(sys.argv[1]), *(Path(given) for given in sys.argv[2:])):
        print(each)
