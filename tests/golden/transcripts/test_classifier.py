"""The installed classifiers give what scikit-learn gave at training time, and their cards are honest and good enough."""

import csv
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from graftrial.clinical.transcripts.panel import ENDOGENOUS, names
from graftrial.derive.transcript_models import predict
from tests.unit.transcripts.lane_text import shared
from training.model_card import MODELS, PAGE, page
from training.reference_values import TARGETS, read_reference
from training.rejection_classifier import INVENTED, delivered, invented_values, model_body

HERE = Path(__file__).parent
PARITY = 2e-5  # coefficients are written with six digits, the vectors come from unrounded ones
LARGEST_FILE = 200_000


def vectors():
    lines = (HERE / "classifier_vectors.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# source")
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.fixture(scope="module")
def models():
    folder = files("graftrial.clinical.transcripts").joinpath("models")
    return {each: json.loads(folder.joinpath(f"{each}.json").read_text(encoding="utf-8")) for each in TARGETS}


@pytest.fixture(scope="module")
def reference():
    shared("data", "histomx", "refset_counts_raw.csv.gz")
    return read_reference(shared("data"))


def agrees(found, row):
    told = (found.value, found.lower, found.upper)
    expected = tuple(float(row[name]) for name in ("probability", "lower", "upper"))
    return told == pytest.approx(expected, abs=PARITY)


def by_target(values):
    return {each.score.removesuffix("_probability"): each for each in predict(values)}


def test_an_invented_profile_gets_the_probabilities_of_scikit_learn():
    genes = names(ENDOGENOUS)
    found = by_target(dict(zip(genes, invented_values(len(genes)).tolist(), strict=True)))
    rows = [row for row in vectors() if row["id"] == INVENTED]
    assert [row["target"] for row in rows] == list(TARGETS)
    assert all(agrees(found[row["target"]], row) for row in rows)


def test_twelve_reference_biopsies_get_the_probabilities_of_scikit_learn(reference):
    rows = [row for row in vectors() if row["id"] != INVENTED]
    assert len(rows) == 36
    for row in rows:
        values = reference.values[reference.ids.index(row["id"])]
        found = by_target(dict(zip(reference.genes, values.tolist(), strict=True)))
        assert agrees(found[row["target"]], row), row


def test_a_constant_added_to_every_value_changes_no_probability():
    """Values are read relative to the sample's own mean: twice the input RNA is the same biopsy."""
    genes = names(ENDOGENOUS)
    first, second = (
        predict(dict(zip(genes, (invented_values(len(genes)) + more).tolist(), strict=True)))
        for more in (0, 1)
    )
    assert [each.value for each in first] == pytest.approx([each.value for each in second], abs=1e-12)


def test_without_one_of_the_758_genes_there_is_no_probability():
    genes = names(ENDOGENOUS)
    values = dict(zip(genes, invented_values(len(genes)).tolist(), strict=True))
    del values["CD28"]
    assert all(each.value is None and "CD28" in each.reason for each in predict(values))


def test_the_benchmark_of_left_out_centres_is_met(models):
    """Target of the project: AMR AUC at least 0.82 with each centre left out."""
    assert models["amr"]["card"]["figures"]["leave_one_centre_out"]["all"]["auc"] >= 0.82


@pytest.mark.xfail(
    strict=True, reason="target missed: nested 10-fold AMR AUC is 0.893, the model card says so"
)
def test_the_benchmark_of_ten_folds_is_met(models):
    """Target of the project: AMR AUC at least 0.90 in ten folds. Not to be reached by choosing after the fact."""
    assert models["amr"]["card"]["figures"]["nested_10_fold"]["auc"] >= 0.90


@pytest.mark.parametrize("target", TARGETS)
def test_a_card_says_what_has_to_be_known(models, target):
    card = models[target]["card"]
    assert "MIT" in card["licence"] and card["n"] == 537 and isinstance(card["seed"], int)
    assert sum(n for n, _ in card["centres"].values()) == 537 and len(card["centres"]) == 9
    assert any("external validation" in each for each in card["limits"])
    for plan in (
        card["figures"]["nested_10_fold"],
        *list(card["figures"]["leave_one_centre_out"].values())[:3],
    ):
        low, high = plan["auc_95"]
        assert 0.5 < low < plan["auc"] < high < 1
        assert plan["average_precision"] > plan["prevalence"] and plan["brier"] < plan["brier_of_prevalence"]
        assert sum(n for *_, n in plan["curve"]) == plan["n"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_model_file_is_small_and_whole(models, target):
    model = models[target]
    assert (MODELS / f"{target}.json").stat().st_size < LARGEST_FILE
    coefficients = np.array(model["coef"])
    assert coefficients.shape == (50, len(model["genes"])) and len(model["intercept"]) == 50
    assert set(model["genes"]) <= set(names(ENDOGENOUS)) and min(model["scale"]) > 0
    assert (coefficients != 0).any(axis=0).all()
    assert model["calibration"]["a"] > 0


def test_the_page_shows_the_numbers_of_the_cards():
    assert PAGE.read_text(encoding="utf-8") == page(MODELS)


@pytest.mark.slow
def test_training_again_gives_the_installed_coefficients(models, reference):
    for target, ensemble in delivered(reference).items():
        again = model_body(target, ensemble, reference, models[target]["card"]["figures"])
        assert again["genes"] == models[target]["genes"]
        for key in ("coef", "intercept", "center", "scale"):
            assert np.array(again[key]) == pytest.approx(np.array(models[target][key]), abs=1.01e-6), key
        assert again["calibration"] == pytest.approx(models[target]["calibration"], abs=1e-5)
        assert again["card"]["setting"] == models[target]["card"]["setting"]
