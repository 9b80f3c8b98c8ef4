"""Model files of the classifier are read as their format says; the numbers are worked by hand."""

import json
import math

import pytest

from graftrial.derive.transcript_models import predict

TINY = {
    "id": "tiny@1",
    "target": "amr",
    "genes": ["CD28", "DARC"],
    "center": [5.0, 6.0],
    "scale": [2.0, 1.0],
    "coef": [[1.0, 0.0], [0.0, 2.0]],
    "intercept": [0.5, -1.0],
    "calibration": {"a": 2.0, "b": 0.25},
    "card": {"auc": 0.9},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.json").write_text(json.dumps(TINY), encoding="utf-8")
    (tmp_path / "README.md").write_text("not a model", encoding="utf-8")
    return tmp_path


def test_the_probability_is_the_mean_over_members_and_the_interval_their_spread(folder):
    (found,) = predict({"CD28": 7.0, "ACKR1": 6.5}, folder)
    # standardised: 1.0 and 0.5; linear: 1.5 and 0.0; calibrated: 3.25 and 0.25
    members = [1 / (1 + math.exp(-3.25)), 1 / (1 + math.exp(-0.25))]
    assert (found.score, found.model, found.card["auc"]) == ("amr_probability", "tiny@1", 0.9)
    assert found.value == pytest.approx(sum(members) / 2, abs=1e-15)
    low, high = sorted(members)
    assert found.lower == pytest.approx(low + 0.025 * (high - low), abs=1e-15)
    assert found.upper == pytest.approx(low + 0.975 * (high - low), abs=1e-15)


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


PLAIN = {
    "name": "plain",
    "genes": ["CD28"],
    "center": [6.0],
    "scale": [1.0],
    "coef": [[2.0], [-1.0]],
    "intercept": [0.0, 0.0],
    "calibration": {"a": 0.5, "b": 1.0},
    "point": {"coef": [3.0], "intercept": -2.0},
}


def test_parts_count_alike_and_their_members_are_paired_by_place(folder):
    head = {key: TINY[key] for key in ("id", "target", "card")}
    first = {key: value for key, value in TINY.items() if key not in head}
    (folder / "tiny.json").write_text(json.dumps({**head, "parts": [first, PLAIN]}), encoding="utf-8")
    (found,) = predict({"CD28": 7.0, "ACKR1": 6.5}, folder)
    one, other = 1 / (1 + math.exp(-3.25)), 1 / (1 + math.exp(-0.25))
    # plain part: the point is 0.5 (3 - 2) + 1, its members are 2 and 0.5 before the sigmoid
    point = 1 / (1 + math.exp(-1.5))
    assert found.value == pytest.approx(((one + other) / 2 + point) / 2, abs=1e-15)
    pairs = (one + 1 / (1 + math.exp(-2.0))) / 2, (other + 1 / (1 + math.exp(-0.5))) / 2
    low, high = sorted(pairs)
    assert found.lower == pytest.approx(low + 0.025 * (high - low), abs=1e-15)
    assert found.upper == pytest.approx(low + 0.975 * (high - low), abs=1e-15)


def test_one_relative_part_makes_all_758_genes_needed(folder):
    head = {key: TINY[key] for key in ("id", "target", "card")}
    parts = [PLAIN, {**PLAIN, "relative_to": "mean"}]
    (folder / "tiny.json").write_text(json.dumps({**head, "parts": parts}), encoding="utf-8")
    (found,) = predict({"CD28": 7.0}, folder)
    assert found.value is None and found.reason.startswith("757 of 758 genes")


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
