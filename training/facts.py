"""Writes the facts of panel, gene sets and published models into the package, from the public data sets.

    python -m training.facts DATA [OUT]

DATA: folder with `genesets/` and `histomx/` (HistoMx, Paris Transplant Group, MIT). Same data, same bytes.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).parents[1] / "src/graftrial/clinical/transcripts"
PANEL_HEAD = (
    "# Probes of the Banff Human Organ Transplant panel (NS_Hs_Transplant_v1.0): facts of the panel.\n"
    "# Class and name as in lanes of HistoMx (Copyright 2021 Dina, MIT, see NOTICE); symbols from NCBI gene names.\n"
    "# is_reference: the probe divides in the single-sample normalisation.\n"
)
SETS_HEAD = (
    "# Published gene sets on the B-HOT panel: gene names are facts, the source of each list is named.\n"
    "# Sets HMX_ from HistoMx (Copyright 2021 Dina, MIT, see NOTICE). probes: on the panel, separated by ;.\n"
    "# absent: genes of the list that are not on the panel. theme: where the page shows the set.\n"
)
THEMES = {
    "AMR and endothelium": (
        "LIT_DSAST21", "HMX_DSAST", "PBT_DSAST", "LIT_DSAprob19", "HMX_AMR", "LIT_ABMRpm17", "PBT_ABMR_RATs",
        "PBT_ENDAT", "HMX_ENDAT", "HMX_Angiogenesis", "HMX_Complement_System",
    ),
    "NK and cytotoxic cells": (
        "LIT_NK4", "PBT_NK4", "HMX_CELL_NK_CD56dim_cells", "HMX_CELL_NK_cells", "HMX_CELL_Cytotoxic_cells",
        "HMX_Cytotoxicity", "PBT_QCAT",
    ),
    "TCMR and T cells": (
        "HMX_TCMR", "PBT_TCMR_RATs", "HMX_CELL_T-cells", "HMX_CELL_CD8_T_cells", "HMX_CELL_Exhausted_CD8",
        "HMX_CELL_Th1_cells", "HMX_CELL_Treg", "HMX_T-cell_Receptor_Signaling", "HMX_T-cell_Checkpoint_Signaling",
        "HMX_Th1_Differentiation", "HMX_Th2_Differentiation", "HMX_Th17_Differentiation", "HMX_Th17_Mediated_Biology",
        "HMX_Treg_Differentiation", "PBT_TCB5",
    ),
    "Interferon and rejection in general": (
        "PBT_Rej_RATs", "PBT_GRIT1", "PBT_GRIT2", "PBT_GRIT3", "HMX_Type_I_Interferon_Signaling",
        "HMX_Type_II_Interferon_Signaling", "HMX_MHC_Class_I_Antigen_Presentation",
        "HMX_MHC_Class_II_Antigen_Presentation",
    ),
    "Injury": ("HMX_Acute_Early_Injury", "PBT_IRITD1", "PBT_IRITD3", "PBT_IRITD5", "PBT_KT1"),
    "Chronicity": ("LIT_CAMR21", "HMX_Late_Injury_IFTA", "HMX_TGF-beta_Signaling", "PBT_MCAT", "HMX_CELL_Mast_cells"),
    "B cells and macrophages": (
        "PBT_BAT", "HMX_CELL_B-cells", "HMX_B-cell_Receptor_Signaling", "PBT_QCMAT", "HMX_CELL_Macrophages",
        "HMX_CELL_DC", "HMX_CELL_Neutrophils",
    ),
}  # fmt: skip
OTHER = "Pathways"
GLM, LDA, SVM = ("glm", "glmnet"), "lda", "svmlinear"


def write_facts(data: Path, out: Path = HOME) -> list[Path]:
    """Writes panel.csv, gene_sets.csv and published_models.json into `out`."""
    written = {
        "panel.csv": PANEL_HEAD + _csv(_panel(data)),
        "gene_sets.csv": SETS_HEAD + _csv(_gene_sets(data)),
        "published_models.json": _models(data / "histomx/models"),
    }
    for name, text in written.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return [out / name for name in written]


def _csv(rows: Iterator[tuple[object, ...]]) -> str:
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _panel(data: Path) -> Iterator[tuple[object, ...]]:
    yield "probe", "code_class", "symbol", "is_reference"
    with (data / "genesets/bhot_panel_784_probes.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in sorted(rows, key=lambda each: (each["code_class"], each["probe"])):
        is_reference = "yes" if row["used_as_reference_hk"].lower() in ("yes", "true", "1") else ""
        yield row["probe"], row["code_class"], row["current_symbol"], is_reference


def _gene_sets(data: Path) -> Iterator[tuple[object, ...]]:
    yield "set", "theme", "source", "licence", "probes", "absent"
    theme = {name: title for title, members in THEMES.items() for name in members}
    sets: dict[str, list[dict[str, str]]] = {}
    with gzip.open(data / "genesets/genesets_long.csv.gz", "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            sets.setdefault(row["set"], []).append(row)
    for name, rows in sorted(sets.items()):
        on = sorted({row["bhot_probe"] for row in rows if row["bhot_probe"]})
        off = sorted({row["symbol"] for row in rows if not row["bhot_probe"]})
        yield name, theme.get(name, OTHER), rows[0]["source"], rows[0]["licence"], ";".join(on), ";".join(off)


def _models(folder: Path) -> str:
    """Parameters as they were published, in full precision, one file."""
    body = {
        "source": "HistoMx, Paris Transplant Group, package dinovski/histomx",
        "licence": "MIT, Copyright (c) 2021 Dina; the notice is in the file NOTICE of this product",
        "cite": "Am J Transplant 2025, PMID 40345499",
        "diagnosis": {target: _diagnosis(folder, target) for target in ("amr", "tcmr", "normal")},
        "lesion": {
            path.stem.removeprefix("lesion_"): _coefficients(path)
            for path in sorted(folder.glob("lesion_*.csv"))
        },
        "archetypes": [
            {key: float(value) for key, value in row.items() if key != "archetype"}
            for row in _rows(folder / "archetypes_k4.csv")
        ],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def _diagnosis(folder: Path, target: str) -> dict[str, object]:
    found: dict[str, object] = {
        kind: _coefficients(folder / f"{target}_{kind}_coef.csv")
        for kind in GLM
        if (folder / f"{target}_{kind}_coef.csv").exists()
    }
    terms = {row["term"]: [float(row[key]) for key in ("scaling", "mean_level1", "mean_level2")]
             for row in _rows(folder / f"{target}_lda_params.csv")}  # fmt: skip
    prior = [[row["level"], float(row["prior"])] for row in _rows(folder / f"{target}_lda_prior.csv")]
    found[LDA] = {"prior": prior, "terms": terms}
    (platt,) = _rows(folder / f"{target}_svmlinear_platt.csv")
    weights = {row["term"]: [float(row[key]) for key in ("weight", "center", "scale")]
               for row in _rows(folder / f"{target}_svmlinear_weights.csv")}  # fmt: skip
    found[SVM] = {
        "b": float(platt["b"]), "A": float(platt["A"]), "B": float(platt["B"]),
        "levels": [platt["level1"], platt["level2"]], "terms": weights,
    }  # fmt: skip
    return found


def _coefficients(path: Path) -> dict[str, float]:
    return {row["term"]: float(row["coef"]) for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


if __name__ == "__main__":
    for each in write_facts(Path(sys.argv[1]), *(Path(given) for given in sys.argv[2:])):
        print(each)
