"""The rows of a reference file: those copied here, or all of them where the reference folder lies beside the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden.designs.select_vectors import FILES, rows_of

HERE = Path(__file__).parent
ROWS = {"boin_boundaries": 252, "boin_select_mtd": 27, "boin_exact_oc": 13, "crm_fits_bayes": 29, "crm_fits_mle": 8,
        "crm_skeletons": 19, "titecrm_fits": 15, "interval_decisions": 324, "boin12_rds": 100, "three_plus_three_exact": 16,
        "simon_two_stage": 62, "simon_admissible": 4, "simon_inference": 73, "single_stage": 15, "bryant_day_exact": 13,
        "bryant_day_eurosarcbayes": 3, "bop2_futility_exact": 12, "predictive_probability": 29, "thall_simon_bounds": 14}  # fmt: skip


@pytest.fixture(params=["selected", "all"])
def rows(request):
    """A function that gives the rows of a file by its name without ending."""

    def read(name):
        if request.param == "selected":
            return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["rows"]
        file = next(each for each in FILES if each.split(".")[0] == name)
        found = rows_of(request.getfixturevalue("shared") / "reference" / FILES[file][0] / file)
        assert len(found) == ROWS.get(name, len(found))
        return found

    return read
