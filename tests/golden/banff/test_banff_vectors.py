"""Our answers against the vectors: every selected row, and every row of the full files where they lie beside the project."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from graftrial.clinical.banff.readings import OPEN_POINTS, Readings
from graftrial.derive.banff import classify_biopsies

HERE = Path(__file__).parent
EDITIONS = ("2017", "2019", "2022")
NOT_INPUT = r"^(exp_|crit_|decides_|banffit_|bas_).*$"
CODES = ("amr", "borderline", "acute_tcmr", "ca_tcmr", "mixed", "category1")


def read(path):
    columns = pl.read_csv(path, n_rows=0).columns
    text = {name: pl.String for name in ("cg", "c4d_method") if name in columns}
    return pl.read_csv(path, infer_schema_length=None, schema_overrides=text)


def full(shared, edition, kind):
    return read(shared / f"reference/banff/banff_{edition}_{kind}.csv.gz")


def differing(answers, ours, vectors, theirs, edition):
    """Rows in which our column is not the expected one, but those that `decisions.csv` lists with their reason."""
    decided = pl.read_csv(HERE / "decisions.csv", infer_schema=False)
    known = decided.filter(pl.col("edition") == edition, pl.col("field") == ours)["case_id"].to_list()
    different = ~answers[ours].cast(pl.String).eq_missing(vectors[theirs].cast(pl.String))
    return vectors["case_id"].filter(different & ~vectors["case_id"].is_in(known)).to_list()


def assert_complete(vectors, edition):
    answers = classify_biopsies(vectors.select(pl.exclude(NOT_INPUT)), edition=edition, explain=True)
    answers = answers.with_columns(pl.col("^crit_.*$").cast(pl.Int64))
    for column in vectors.columns:
        if column.startswith(("exp_", "crit_")):
            ours = column.removeprefix("exp_")
            assert differing(answers, ours, vectors, column, edition) == [], ours


def assert_missing(vectors, edition):
    answers = classify_biopsies(vectors.select(pl.exclude(NOT_INPUT)), edition=edition)
    for column in vectors.columns:
        name = column.removeprefix("exp_").removeprefix("decides_")
        if column.startswith("exp_"):
            ours = name if name.endswith(("_min", "_max")) else f"{name}_state"
            assert differing(answers, ours, vectors, column, edition) == [], ours
        if column.startswith("decides_"):
            assert differing(answers, f"{name}_decides", vectors, column, edition) == [], name


@pytest.mark.parametrize("edition", EDITIONS)
def test_selected_complete_biopsies_are_answered_as_expected(edition):
    assert_complete(read(HERE / edition / "complete.csv"), edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_selected_incomplete_biopsies_are_answered_exactly(edition):
    assert_missing(read(HERE / edition / "missing.csv"), edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_complete_biopsy_of_the_reference_is_answered_as_expected(edition, shared):
    assert_complete(full(shared, edition, "complete"), edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_incomplete_biopsy_of_the_reference_is_answered_exactly(edition, shared):
    assert_missing(full(shared, edition, "missing"), edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_other_reading_changes_exactly_the_rows_that_the_reference_lists(edition, shared):
    options = pl.read_csv(shared / "reference/banff/banff_options.csv.gz", infer_schema=False)
    vectors = full(shared, edition, "complete")
    names = {point.code: name for name, point in OPEN_POINTS.items()}
    for (code,), listed in options.filter(pl.col("edition") == edition).group_by(
        "option", maintain_order=True
    ):
        other = Readings(**{names[code]: not getattr(Readings(), names[code])})
        answers = classify_biopsies(vectors.select(pl.exclude(NOT_INPUT)), edition=edition, options=other)
        for field in CODES:
            moved = listed.filter(pl.col("field") == field).select("case_id", "exp_with_option")
            expected = vectors.select("case_id", f"exp_{field}").join(
                moved, on="case_id", how="left", maintain_order="left"
            )
            wanted = pl.coalesce("exp_with_option", pl.col(f"exp_{field}").cast(pl.String))
            vector = expected.select("case_id", exp=wanted)
            assert differing(answers, field, vector, "exp", edition) == [], (code, field)


NOTHING = {
    **dict.fromkeys(
        [
            "i",
            "t",
            "v",
            "g",
            "ptc",
            "c4d_if",
            "c4d_ihc",
            "ci",
            "ct",
            "cv",
            "ah",
            "mm",
            "ti",
            "i_ifta",
            "t_ifta",
            "ptcml",
            "pvl",
            "tma_acute",
            "tma_chronic",
            "ati",
            "gn_de_novo",
            "gn_recurrent",
            "infection",
            "cni_toxicity",
            "drug_interstitial_nephritis",
            "ptld",
            "intimal_leukocytes",
            "inflamed_intimal_fibrosis",
            "new_intimal_fibrosis",
            "iifta_other_causes_ruled_out",
            "transcripts_amr",
            "dsa",
            "prior_dsa",
            "prior_active_amr",
            "prior_chronic_active_amr",
            "prior_tcmr",
            "pretransplant_crossmatch",
            "abo_incompatible",
        ],
        0,
    ),
    "cg": "0",
    "n_glomeruli": 12,
    "n_arteries": 3,
}


def biopsy(nonzero):
    """A biopsy in which nothing is found but what `name=value name=value` says."""
    named = dict(each.split("=") for each in nonzero.split())
    return {**NOTHING, **{name: text if name == "cg" else int(text) for name, text in named.items()}}


TRAPS = pl.read_csv(HERE / "traps.csv", infer_schema=False).rows(named=True)


@pytest.mark.parametrize(
    "trap", TRAPS, ids=lambda trap: f"{trap['trap']}-{trap['edition']}-{trap['nonzero_inputs']}"
)
def test_a_fault_of_another_program_is_not_shared(trap):
    answers = classify_biopsies(pl.DataFrame([biopsy(trap["nonzero_inputs"])]), edition=trap["edition"])
    assert str(answers[trap["field"]][0]) == trap["expected"], (
        f"{trap['engine']} answers {trap['engine_answer']}"
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_history_counts_per_graft_and_by_date(edition):
    cases = pl.read_csv(HERE / "history_cases.csv", infer_schema=False)
    names = ("patient_id", "graft", "transplant_date", "biopsy_date")
    rows = [
        {**biopsy(row["nonzero_inputs"]), **{name: row[name] for name in names}}
        for row in cases.rows(named=True)
    ]
    answers = classify_biopsies(pl.DataFrame(rows), edition=edition)
    given = answers["amr_with_history"].cast(pl.String)
    wrong = cases.filter(given != cases[f"exp_amr_{edition}"])
    assert wrong.select("case", "why").rows() == []
    shuffled = classify_biopsies(pl.DataFrame(rows[::-1]), edition=edition)
    assert shuffled["amr_with_history"].reverse().cast(pl.String).to_list() == given.to_list()
