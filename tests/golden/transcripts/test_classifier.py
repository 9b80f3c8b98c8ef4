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
from training.honest_figures import CANDIDATES, LEAST_LEFT_OUT, LEAST_TEN_FOLD, is_reached
from training.model_card import MODELS, PAGE, page
from training.parts import PLAIN_PART, PROTOTYPE_PART, relative_to_sample
from training.reference_values import TARGETS, read_reference
from training.rejection_classifier import delivered, part_body
from training.vectors import INVENTED, invented_values

HERE = Path(__file__).parent
PARITY = 1e-9
LARGEST_FILE = 250_000
PROTOTYPES = "shared/prototypes.json"


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


def test_without_one_of_the_758_genes_there_is_no_probability():
    genes = names(ENDOGENOUS)
    values = dict(zip(genes, invented_values(len(genes)).tolist(), strict=True))
    del values["CD28"]
    assert all(each.value is None and "CD28" in each.reason for each in predict(values))


def test_the_benchmark_of_the_project_is_met(models):
    """AMR AUC at least 0.90 in ten folds and 0.82 with each centre left out; the rule was fixed before the run."""
    assert (LEAST_TEN_FOLD, LEAST_LEFT_OUT) == (0.90, 0.82)
    assert is_reached(models["amr"]["card"]["figures"])


@pytest.mark.parametrize("target", TARGETS)
def test_the_ten_fold_figure_is_the_mean_of_five_repeats_and_the_candidates_are_the_same_figures(
    models, target
):
    card = models[target]["card"]
    ten_fold = card["figures"]["nested_10_fold"]
    assert len(ten_fold["repeats"]) == 5
    assert ten_fold["auc"] == pytest.approx(sum(ten_fold["repeats"]) / 5, abs=1e-4)
    assert tuple(card["candidates"]) == CANDIDATES
    together = card["candidates"][CANDIDATES[0]]
    assert together["nested 10-fold"] == ten_fold["auc"]
    assert together["each centre left out"] == card["figures"]["leave_one_centre_out"]["all"]["auc"]


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


@pytest.fixture(scope="module")
def prototypes():
    return json.loads((MODELS / PROTOTYPES).read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", TARGETS)
def test_a_model_file_is_small_and_whole(models, prototypes, target):
    model = models[target]
    assert (MODELS / f"{target}.json").stat().st_size < LARGEST_FILE
    plain, likeness = model["parts"]
    assert [plain["name"], likeness["name"]] == [PLAIN_PART, PROTOTYPE_PART]
    assert likeness["prototypes"] == PROTOTYPES
    for part, features in ((plain, plain["genes"]), (likeness, prototypes["profiles"])):
        coefficients = np.array([part["point"]["coef"], *part["coef"]])
        assert coefficients.shape == (51, len(features)) and len(part["intercept"]) == 50
        assert (coefficients != 0).any(axis=0).all() and part["weight"] > 0
    assert set(plain["genes"]) <= set(names(ENDOGENOUS)) and min(plain["scale"]) > 0


def test_the_prototypes_are_small_licensed_and_of_at_least_three_biopsies(prototypes):
    assert (MODELS / PROTOTYPES).stat().st_size < LARGEST_FILE
    assert "MIT" in prototypes["licence"] and prototypes["genes"] == list(names(ENDOGENOUS))
    assert min(prototypes["biopsies"]) >= 3 and sum(prototypes["biopsies"]) <= 537
    assert np.array(prototypes["profiles"]).shape == (len(prototypes["biopsies"]), 758)


def test_no_prototype_is_a_biopsy(prototypes, reference):
    """Farther from every one of the 537 than rounding to two digits can explain: root mean square over the genes."""
    relative = relative_to_sample(reference.values)
    standard = (relative - np.array(prototypes["center"])) / np.array(prototypes["scale"])
    for profile in np.array(prototypes["profiles"]):
        assert np.sqrt(((standard - profile) ** 2).mean(axis=1)).min() > 0.1


def test_the_page_shows_the_numbers_of_the_cards():
    assert PAGE.read_text(encoding="utf-8") == page(MODELS)


@pytest.mark.slow
def test_training_again_gives_the_installed_coefficients(models, prototypes, reference):
    for target, classifier in delivered(reference).items():
        installed = models[target]
        assert classifier.setting.told() == installed["card"]["setting"]
        assert classifier.intercept == pytest.approx(installed["intercept"], abs=1e-4)
        found = classifier.parts[PROTOTYPE_PART].prototypes
        assert found.profiles == pytest.approx(np.array(prototypes["profiles"]), abs=0.0101)
        for (name, part), before in zip(classifier.parts.items(), installed["parts"], strict=True):
            again = part_body(name, part, reference.genes)
            assert again.keys() == before.keys() and again.get("genes") == before.get("genes")
            for key in ("coef", "intercept", "weight"):
                assert np.array(again[key]) == pytest.approx(np.array(before[key]), rel=1e-3, abs=1e-4), key
            assert again["point"]["coef"] == pytest.approx(before["point"]["coef"], rel=1e-3, abs=1e-4)
