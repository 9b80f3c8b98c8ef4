"""Selects the vectors of the designs from the reference folder: `python tests/golden/designs/select_vectors.py`.

Rows are copied, never computed here; each file names their origin first. Needs ../shared beside the project.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

HERE = Path(__file__).parent
REFERENCE = Path(__file__).parents[4] / "shared/reference"
FILES = {  # folder, every how many rows one is taken, and where the numbers come from
    "boin_boundaries.csv": ("dose_finding", 6, "BOIN 2.7.2 get.boundary, numeric output only, re-derived"),
    "boin_select_mtd.json": ("dose_finding", 3, "BOIN 2.7.2 select.mtd, numeric output only, re-derived"),
    "boin_exact_oc.json": (
        "dose_finding",
        4,
        "exact path enumeration, four scenarios within simulation error of BOIN",
    ),
    "boin_simulated_10000.json": ("dose_finding", 1, "BOIN 2.7.2 get.oc, numeric output only"),
    "crm_fits_bayes.json": ("dose_finding", 4, "dfcrm 0.2-2.1, numeric output only, re-derived"),
    "crm_fits_mle.json": ("dose_finding", 3, "dfcrm 0.2-2.1, numeric output only, re-derived"),
    "crm_simulated_1000.json": ("dose_finding", 1, "dfcrm crmsim, numeric output only"),
    "crm_skeletons.json": ("dose_finding", 4, "dfcrm 0.2-2.1 getprior, numeric output only, re-derived"),
    "titecrm_fits.json": ("dose_finding", 4, "dfcrm 0.2-2.1 titecrm, numeric output only, re-derived"),
    "interval_decisions.csv": (
        "dose_finding",
        7,
        "escalation 0.2.3 (numeric output) and definitions, re-derived",
    ),
    "boin12_rds.csv": ("dose_finding", 5, "escalation 0.2.3 boin12_rds, numeric output only, re-derived"),
    "three_plus_three_exact.json": ("dose_finding", 4, "closed form, confirmed by path enumeration"),
    "simon_two_stage.csv": ("phase2", 8, "clinfun 1.1.5 ph2simon, numeric output only, recomputed"),
    "simon_admissible.json": ("phase2", 2, "clinfun 1.1.5 twostage.admissible, numeric output only"),
    "simon_inference.csv": (
        "phase2",
        6,
        "clinfun 1.1.5 twostage.inference, numeric output only; limits recomputed",
    ),
    "single_stage.csv": ("phase2", 3, "clinfun 1.1.5 ph2single, numeric output only"),
    "bryant_day_exact.json": ("phase2", 6, "exhaustive exact search"),
    "bryant_day_eurosarcbayes.json": ("phase2", 1, "EurosarcBayes 1.1, numeric output only"),
    "bop2_futility_exact.json": ("phase2", 4, "exact recursion, two computations"),
    "predictive_probability.csv": ("phase2", 6, "phase1b 1.0.0, numeric output only, re-derived"),
    "posterior_and_predictive_bounds.json": (
        "phase2",
        1,
        "phase1b 1.0.0 and Lee and Liu 2008, bounds recomputed",
    ),
    "thall_simon_bounds.csv": ("phase2", 1, "ph2bayes 0.0.2, numeric output only, re-derived"),
}


def rows_of(path: Path) -> list[dict[str, object]]:
    """The rows of a reference file; a file that is one object is one row."""
    text = path.read_text(encoding="utf-8")
    found = json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))
    return found if isinstance(found, list) else [found]


def main() -> None:
    """Writes one JSON file a reference file: origin, then rows."""
    for name, (folder, step, origin) in FILES.items():
        rows = rows_of(REFERENCE / folder / name)
        chosen = [row for number, row in enumerate(rows) if number % step == 0 or row.get("i3plus3_note")]
        lines = ",\n".join(json.dumps(row) for row in chosen)
        text = f'{{"source": "{origin}; reference file {folder}/{name}",\n"rows": [\n{lines}\n]}}\n'
        (HERE / f"{name.split('.')[0]}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
