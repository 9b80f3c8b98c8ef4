"""Model files of the classifier are read as their format says; the numbers are worked by hand."""

import json
import math

import pytest

from graftrial.clinical.transcripts.panel import ENDOGENOUS, names
from graftrial.derive.transcript_models import predict

HEAD = {"id": "tiny@1", "target": "amr", "intercept": 0.25, "card": {"auc": 0.9}}
PART = {
    "name": "plain",
    "weight": 2.0,
    "genes": ["CD28", "DARC"],
    "center": [5.0, 6.0],
    "scale": [2.0, 1.0],
    "point": {"coef": [1.0, 1.0], "intercept": -1.0},
    "coef": [[1.0, 0.0], [0.0, 2.0]],
    "intercept": [0.5, -1.0],
}
TINY = {**HEAD, "parts": [PART]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.json").write_text(json.dumps(TINY), encoding="utf-8")
    (tmp_path / "README.md").write_text("not a model", encoding="utf-8")
    return tmp_path


def chance(linear):
    return 1 / (1 + math.exp(-linear))


def between(found, *members):
    low, high = sorted(members)
    assert found.lower == pytest.approx(low + 0.025 * (high - low), abs=1e-15)
    assert found.upper == pytest.approx(low + 0.975 * (high - low), abs=1e-15)


def test_the_probability_is_that_of_the_point_and_the_interval_the_spread_of_members(folder):
    (found,) = predict({"CD28": 7.0, "ACKR1": 6.5}, folder)
    # standardised: 1.0 and 0.5; point 0.5; members 1.5 and 0.0; weight 2, intercept 0.25
    assert (found.score, found.model, found.card["auc"]) == ("amr_probability", "tiny@1", 0.9)
    assert found.value == pytest.approx(chance(1.25), abs=1e-15)
    between(found, chance(3.25), chance(0.25))


def test_a_missing_gene_gives_no_probability_but_a_reason(folder):
    (found,) = predict({"CD28": 7.0}, folder)
    assert found.value is None and "ACKR1" in found.reason


def test_targets_are_named_as_the_contract_says_and_without_a_file_there_is_no_row(folder, tmp_path):
    for target in ("tcmr", "no_rejection"):
        (folder / f"{target}.json").write_text(json.dumps({**TINY, "target": target}), encoding="utf-8")
    names = {each.score for each in predict({"CD28": 7.0, "ACKR1": 6.5}, folder)}
    assert names == {"amr_probability", "tcmr_probability", "no_rejection_probability"}
    (tmp_path / "empty").mkdir()
    assert predict({"CD28": 7.0}, tmp_path / "empty") == ()


def test_parts_add_up_by_weight_and_their_members_are_paired_by_place(folder):
    other = {
        **PART, "weight": 0.5, "genes": ["CD28"], "center": [6.0], "scale": [1.0], "coef": [[2.0], [-1.0]],
        "intercept": [0.0, 0.0], "point": {"coef": [3.0], "intercept": -2.0},
    }  # fmt: skip
    (folder / "tiny.json").write_text(json.dumps({**HEAD, "parts": [PART, other]}), encoding="utf-8")
    (found,) = predict({"CD28": 7.0, "ACKR1": 6.5}, folder)
    assert found.value == pytest.approx(chance(0.25 + 2 * 0.5 + 0.5 * 1.0), abs=1e-15)
    between(found, chance(0.25 + 2 * 1.5 + 0.5 * 2.0), chance(0.25 + 2 * 0.0 + 0.5 * -1.0))


def test_a_part_on_prototypes_is_of_the_likeness_to_each_of_them(folder):
    basis = {
        "genes": ["CD28", "DARC"],
        "center": [5.0, 6.0],
        "scale": [2.0, 1.0],
        "profiles": [[1.0, 0.5], [0.0, 1.5]],
    }
    (folder / "shared").mkdir()
    (folder / "shared" / "prototypes.json").write_text(json.dumps(basis), encoding="utf-8")
    part = {
        "weight": 1.0, "prototypes": "shared/prototypes.json", "width": 0.5,
        "point": {"coef": [1.0, 2.0], "intercept": 0.0}, "coef": [[1.0, 0.0]], "intercept": [0.0],
    }  # fmt: skip
    (folder / "tiny.json").write_text(json.dumps({**HEAD, "parts": [part]}), encoding="utf-8")
    (found,) = predict({"CD28": 7.0, "ACKR1": 6.5}, folder)
    # the biopsy is the first prototype; from the second it differs by 1 and 1, mean square 1
    assert found.value == pytest.approx(chance(0.25 + 1 + 2 * math.exp(-0.5)), abs=1e-15)
    assert found.lower == found.upper == pytest.approx(chance(1.25), abs=1e-15)


def test_one_relative_part_makes_all_758_genes_needed_and_takes_the_mean_of_the_sample(folder):
    relative = {**PART, "relative_to": "mean"}
    (folder / "tiny.json").write_text(json.dumps({**HEAD, "parts": [relative]}), encoding="utf-8")
    (found,) = predict({"CD28": 7.0}, folder)
    assert found.value is None and found.reason.startswith("757 of 758 genes")
    values = dict.fromkeys(names(ENDOGENOUS), 1.0) | {"CD28": 8.0, "ACKR1": 7.5}
    mean = sum(values.values()) / 758
    (found,) = predict(values, folder)
    assert found.value == pytest.approx(chance(0.25 + 2 * ((3 - mean) / 2 + (1.5 - mean) - 1)), abs=1e-12)


def test_the_percentile_of_a_probability_is_among_out_of_fold_predictions_only():
    from graftrial.derive.transcript_models import Prediction
    from graftrial.derive.transcripts import OUT_OF_FOLD, _of_model

    curve = [[0.1, 0.0, 20], [0.3, 0.2, 20], [0.5, 0.6, 20], [0.7, 0.7, 20], [0.9, 1.0, 20]]
    card = {"figures": {"nested_10_fold": {"curve": curve}}}
    told = [
        _of_model(Prediction("amr_probability", value, 0.0, 1.0, "m", "", card))
        for value in (0.5, 0.4, 0.01, 0.99)
    ]
    assert [each.reference_percentile for each in told] == pytest.approx([50, 40, 10, 90])
    assert all(OUT_OF_FOLD in each.warning for each in told)
    without = _of_model(Prediction("amr_probability", 0.5, 0.0, 1.0, "m", "", {}))
    assert without.reference_percentile is None and OUT_OF_FOLD not in without.warning
