"""Selects the vectors of the stopping rules from the reference folder: `python tests/golden/stopping/select_vectors.py`.

Rows are copied, never computed here; the first line of each file names their origin. Needs ../shared beside the project.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
REFERENCE = Path(__file__).parents[4] / "shared/reference/stopping"
FILES = {  # every how many rows one is taken, and where the numbers come from
    "binary_rules": (
        4,
        "stoppingrule 0.5.2 (R 4.2.2), each row confirmed or corrected by an exact recursion",
    ),
    "maxsprt_peer_fails": (1, "exact recursion; stoppingrule 0.5.2 raises an error here"),
    "survival_rules": (3, "stoppingrule 0.5.2, operating characteristics reproduced by a second recursion"),
    "toxbdry_power_family": (6, "clinfun 1.1.5 toxbdry, numeric output only, reproduced"),
    "futility_boundary_clinfun": (1, "clinfun 1.1.5 futilbdry, numeric output only"),
    "group_sequential_normal": (1, "rpact 4.3.0, numeric output only"),
    "maxsprt_sequential": (1, "Sequential 4.5.1, numeric output only"),
    "one_in_three": (1, "scipy 1.17.1, closed forms"),
}
ALWAYS = {"peer_defect"}  # a row with one of these keys is always taken


def main() -> None:
    """Writes one JSON file a reference file: origin, then rows."""
    for name, (step, origin) in FILES.items():
        rows = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
        chosen = [row for number, row in enumerate(rows) if number % step == 0 or row.keys() & ALWAYS]
        lines = ",\n".join(json.dumps(row) for row in chosen)
        text = f'{{"source": "{origin}; reference file stopping/{name}.json",\n"rows": [\n{lines}\n]}}\n'
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
