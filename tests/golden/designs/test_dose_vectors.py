"""Dose-finding designs against the vectors: the selected rows, and every row where the reference folder is."""

from __future__ import annotations

import numpy as np
import pytest

from graftrial.stats.designs import (
    Boin,
    Boin12,
    Crm,
    CrmModel,
    I3Plus3,
    Keyboard,
    Mtpi2,
    ThreePlusThree,
    fit,
    skeleton,
)
from graftrial.stats.designs.states import States


def number(text):
    return None if text == "" else int(text)


def test_boin_bounds_are_equal_in_every_row(rows):
    for row in rows("boin_boundaries"):
        design = Boin(float(row["target"]), 5, 1, 30, extra_safe=row["extra_safe"] == "True")
        assert design.lambda_e == pytest.approx(float(row["lambda_e"]), abs=1e-12)
        assert design.lambda_d == pytest.approx(float(row["lambda_d"]), abs=1e-12)
        found = design.table()[int(row["n"]) - 1]
        for name in ("escalate_if_at_most", "deescalate_if_at_least", "eliminate_if_at_least"):
            assert getattr(found, name) == number(row[name]), row


def test_boin_selects_the_same_dose_in_every_row(rows):
    for row in rows("boin_select_mtd"):
        doses = len(row["n"])
        state = States(*(np.array([each]) for each in (row["n"], row["dlt"], 1, 0, doses + 1)))
        assert (int(Boin(row["target"], doses, 3, 90).selected(state)[0]) or None) == row["mtd"], row


def test_boin_has_the_exact_characteristics_of_every_row(rows):
    for row in rows("boin_exact_oc"):
        design = Boin(
            row["target"], len(row["p_true"]), row["cohortsize"], row["ncohort"] * row["cohortsize"]
        )
        found = design.operating_characteristics([row["p_true"]])[0]
        assert found.p_select == pytest.approx(row["p_select"], abs=1e-9)
        assert found.p_select_none == pytest.approx(row["p_stop_no_mtd"], abs=1e-9)
        assert found.e_n_per_dose == pytest.approx(row["e_n_per_dose"], abs=1e-9)
        assert found.e_dlt_per_dose == pytest.approx(row["e_dlt_per_dose"], abs=1e-9)
        assert (found.e_n, found.e_dlt) == pytest.approx((row["e_n"], row["e_dlt"]), abs=1e-9)


def test_boin_is_within_the_simulation_error_of_the_peer(rows):
    for row in rows("boin_simulated_10000"):
        design = Boin(
            row["target"], len(row["p_true"]), row["cohortsize"], row["ncohort"] * row["cohortsize"]
        )
        found = design.operating_characteristics([row["p_true"]])[0]
        assert [100 * each for each in found.p_select] == pytest.approx(row["select_percent"], abs=1.5)
        assert 100 * found.p_select_none == pytest.approx(row["stop_percent"], abs=1.5)


def test_three_plus_three_equals_the_closed_form(rows):
    for row in rows("three_plus_three_exact"):
        found = ThreePlusThree(0.3, len(row["p"])).operating_characteristics([row["p"]])[0]
        assert [found.p_select_none, *found.p_select] == pytest.approx(
            list(row["prob_mtd"].values()), abs=1e-12
        )
        assert found.e_n_per_dose == pytest.approx(row["e_n_per_dose"], abs=1e-12)
        assert found.e_dlt_per_dose == pytest.approx(row["e_dlt_per_dose"], abs=1e-12)
        assert (found.e_n, found.e_dlt) == pytest.approx((row["e_n"], row["e_dlt"]), abs=1e-12)


def test_interval_designs_decide_alike_in_every_cell(rows):
    for row in rows("interval_decisions"):
        given = {"below": float(row["eps1"]), "above": float(row["eps2"])}
        n, y = int(row["n"]), int(row["dlt"])
        designs = {kind: kind(float(row["target"]), 5, 1, 30, **given) for kind in (Mtpi2, Keyboard, I3Plus3)}
        assert designs[Mtpi2].letters(n)[y] == row["mtpi2"], row
        assert designs[Keyboard].letters(n)[y] == row["keyboard"], row
        assert designs[I3Plus3].letter(n, y) == row["i3plus3"], row
        assert designs[Mtpi2].tail(n, y) == pytest.approx(float(row["p_gt_target"]), abs=1e-9)


def test_skeletons(rows):
    for row in rows("crm_skeletons"):
        found = skeleton(row["halfwidth"], row["target"], row["nu"], row["nlevel"], row["model"])
        assert found == pytest.approx(row["skeleton"], abs=1e-9)


@pytest.mark.parametrize(("name", "method", "tolerance"), [
    ("crm_fits_bayes", "bayes", 1e-6), ("crm_fits_mle", "mle", 1e-4), ("titecrm_fits", "bayes", 1e-6),
])  # fmt: skip
def test_fits_of_the_continual_reassessment_method(rows, name, method, tolerance):
    for row in rows(name):
        model = CrmModel(tuple(row["prior"]), row.get("model", "empiric"))
        found = fit(model, row["target"], row["level"], row["tox"], row.get("weights"), method)
        assert found.beta == pytest.approx(row["estimate"], abs=tolerance)
        assert found.p == pytest.approx(row["ptox"], abs=tolerance)
        assert found.mtd == row["mtd"]
        if "ptoxL" in row:
            assert found.lower == pytest.approx(row["ptoxL"], abs=1e-5)
            assert found.upper == pytest.approx(row["ptoxU"], abs=1e-5)


def test_crm_is_within_the_simulation_error_of_the_peer(rows):
    for row in rows("crm_simulated_1000"):
        design = Crm(row["target"], 5, row["mcohort"], row["n"], skeleton=tuple(row["prior"]))
        found = design.operating_characteristics([row["PI"]])[0]
        assert found.p_select == pytest.approx(row["mtd"], abs=0.04)
        assert found.e_n_per_dose == pytest.approx(row["level"], abs=0.04 * row["n"])


def test_desirability_scores_of_boin12(rows):
    table = {(each.n, each.toxicity, each.efficacy): each for each in Boin12(0.35, 0.25, 5).table()}
    for row in rows("boin12_rds"):
        found = table[tuple(int(row[name]) for name in ("n", "toxicity", "efficacy"))]
        assert found.admissible == (row["admissible"] == "True"), row
        assert found.rds == (float(row["rds"]) if row["rds"] else None), row
