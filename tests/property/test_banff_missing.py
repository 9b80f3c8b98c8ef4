"""Filling in a missing input never changes a Banff answer already given, and no answer is withheld without need."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from graftrial.clinical.banff.biopsy import SCORES
from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.clinical.banff.editions import edition as edition_under
from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import classify_biopsies
from graftrial.derive.banff_answers import classifier
from graftrial.derive.banff_completions import ask_rules
from graftrial.derive.banff_factors import antibody_mediated_family, cellular_family, scar_family

EDITIONS = ("2017", "2019", "2022")
SCORED = ("i", "t", "v", "g", "ptc", "ci", "ct", "cv", "ti", "i_ifta", "t_ifta", "pvl", "c4d")
FLAGS = [
    "ptcml",
    "tma_acute",
    "tma_chronic",
    "ati",
    "gn_de_novo",
    "gn_recurrent",
    "infection",
    "cni_toxicity",
    "drug_interstitial_nephritis",
    "ptld",
    "inflamed_intimal_fibrosis",
    "new_intimal_fibrosis",
    "transcripts_amr",
    "dsa",
    "prior_dsa",
    "prior_active_amr",
    "prior_chronic_active_amr",
]
SINGLE = ("amr", "borderline", "acute_tcmr", "ca_tcmr", "mixed", "category1", "ifta", "pvn_class", "adequacy",
          "activity_index", "chronicity_index")  # fmt: skip
N_ROWS = 4_000


def random_biopsies(seed):
    chance = np.random.default_rng(seed)
    scores = {name: chance.choice(4, N_ROWS, p=[0.5, 0.2, 0.2, 0.1]) for name in SCORED}
    flags = {name: chance.choice(2, N_ROWS, p=[0.8, 0.2]) for name in FLAGS}
    other = {
        "cg": chance.choice(["0", "1a", "1b", "2", "3"], N_ROWS, p=[0.6, 0.1, 0.1, 0.1, 0.1]),
        "c4d_method": chance.choice(["IF", "IHC"], N_ROWS),
        "n_glomeruli": chance.integers(4, 15, N_ROWS),
        "n_arteries": chance.integers(0, 4, N_ROWS),
    }
    return pl.DataFrame({**scores, **flags, **other})


def blanked(biopsies, seed, share):
    """The biopsies with random cells made unknown."""
    chance = np.random.default_rng(seed)
    keep = {name: pl.Series(chance.random(N_ROWS) >= share) for name in biopsies.columns}
    return biopsies.with_columns(
        pl.when(keep[name]).then(pl.col(name)).alias(name) for name in biopsies.columns
    )


def partly_filled(full, blank, seed):
    """The blank cells, half of them filled in again."""
    chance = np.random.default_rng(seed)
    fill = {name: pl.Series(chance.random(N_ROWS) < 0.5) for name in full.columns}
    return blank.with_columns(
        pl.when(fill[name]).then(pl.coalesce(blank[name], full[name])).otherwise(blank[name]).alias(name)
        for name in full.columns
    )


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("edition", EDITIONS)
def test_filling_in_a_missing_input_never_changes_an_answer_already_given(edition, share):
    full = random_biopsies(1)
    blank = blanked(full, 2, share)
    steps = [blank, partly_filled(full, blank, 3), full]
    answers = [classify_biopsies(each, edition=edition, explain=True) for each in steps]
    for fewer, more in itertools.pairwise(answers):
        for name in (*SINGLE, *(each for each in fewer.columns if each.startswith("crit_"))):
            given = fewer[name].is_not_null()
            assert fewer[name].filter(given).equals(more[name].filter(given)), name
        for name in DIAGNOSES:
            settled = fewer[f"{name}_state"] != "possible"
            assert fewer[f"{name}_state"].filter(settled).equals(more[f"{name}_state"].filter(settled)), name
        for name in ("ifta", "pvn_class", "activity_index", "chronicity_index"):
            assert (fewer[f"{name}_min"] <= more[f"{name}_min"]).all()
            assert (fewer[f"{name}_max"] >= more[f"{name}_max"]).all()


@pytest.mark.parametrize("edition", EDITIONS)
def test_with_the_deciding_inputs_filled_in_a_diagnosis_is_decided(edition):
    full = random_biopsies(4)
    blank = blanked(full, 5, 0.3)
    answers = classify_biopsies(blank, edition=edition)
    for name in DIAGNOSES:
        named = answers[f"{name}_decides"].fill_null("").str.split(";")
        filled = blank.with_columns(
            pl.when(named.list.contains(column)).then(full[column]).otherwise(blank[column]).alias(column)
            for column in full.columns
        )
        after = classify_biopsies(filled, edition=edition)
        assert (after[f"{name}_state"] != "possible").all(), name


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_rule_itself_is_exact_over_every_combination_of_known_and_unknown_factors(edition):
    """The rules asked with nulls against all completions of the same rules asked without: 315,000 to 945,000 biopsies."""
    chosen = edition_under(edition, Readings())
    tables = classifier(edition, Readings()).families
    for family, table in zip(
        (antibody_mediated_family(chosen), cellular_family(), scar_family()), tables, strict=True
    ):
        values = [[*range(factor.n_known), None] for factor in table.factors]
        asked = ask_rules(chosen, family.statements, table.factors, values)
        for name in family.statements:
            bit = table.bit(name)
            holds, may_hold = (table.all_answers.holds & bit) > 0, (table.all_answers.may_hold & bit) > 0
            exact = pl.DataFrame({"holds": holds, "may": may_hold}).select(
                pl.when("holds").then(True).when(~pl.col("may")).then(False)
            )
            if name in DIAGNOSES:
                assert asked[name].equals(exact.to_series().alias(name)), name


def test_the_share_of_category_1_and_mixed_that_stays_open_though_every_completion_agrees_is_small():
    """The named exceptions to exactness: statements that join several diagnoses."""
    full = random_biopsies(6)
    blank = blanked(full, 7, 0.1)
    answers = classify_biopsies(blank, edition="2022")
    complete = classify_biopsies(full, edition="2022")
    for name in ("mixed", "category1"):
        assert (answers[name].is_null() & complete[name].is_not_null()).mean() < 0.5


def test_row_order_column_order_and_repeated_numbers_change_nothing():
    biopsies = blanked(random_biopsies(8), 9, 0.2).with_columns(
        biopsy_id=pl.lit("B1"), row=pl.int_range(pl.len())
    )
    answers = classify_biopsies(biopsies, edition="2022", explain=True)
    other = biopsies.sample(fraction=1, shuffle=True, seed=1).select(sorted(biopsies.columns))
    again = classify_biopsies(other, edition="2022", explain=True).sort("row").select(answers.columns)
    assert again.equals(answers)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("raised", ["g", "c4d"])
def test_a_higher_g_or_c4d_alone_never_removes_active_or_chronic_active_amr(edition, raised):
    biopsies = random_biopsies(10)
    higher = biopsies.with_columns((pl.col(raised) + 1).clip(upper_bound=3))
    name = "active_or_chronic_active_amr_state"
    before = classify_biopsies(biopsies, edition=edition)[name] == "established"
    after = classify_biopsies(higher, edition=edition)[name] == "established"
    assert (~before | after).all()


@pytest.mark.parametrize("edition", EDITIONS)
def test_category_2_is_single_valued_and_acute_tcmr_excludes_borderline(edition):
    answers = classify_biopsies(random_biopsies(11), edition=edition)
    two = [name for name in DIAGNOSES if name.endswith("amr") and "_or_" not in name] + [
        "mvi_dsa_neg_c4d_neg"
    ]
    held = pl.sum_horizontal((pl.col(f"{name}_state") == "established").cast(pl.Int8) for name in two)
    assert answers.select(held.max()).item() == 1
    assert not ((answers["acute_tcmr"] != "none") & (answers["borderline"] == 1)).any()


def test_one_biopsy_is_answered_as_in_a_column():
    biopsies = blanked(random_biopsies(12), 13, 0.2).head(20)
    together = classify_biopsies(biopsies, edition="2019", explain=True)
    for row in range(biopsies.height):
        alone = classify_biopsies(biopsies.slice(row, 1), edition="2019", explain=True)
        assert alone.rows() == together.slice(row, 1).rows()


def test_scores_outside_the_declared_ones_are_not_drawn():
    assert set(SCORED) - {"c4d"} <= set(SCORES)
