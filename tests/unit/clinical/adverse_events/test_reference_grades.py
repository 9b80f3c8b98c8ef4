"""Every row of both reference files is graded to equality, bounds included.

Source: reference/ae_grading, criteria of admiral 1.5.0; decisions in tests/golden/adverse_events/decisions.md.
"""

from pathlib import Path

import polars as pl
import pytest

from graftrial import units
from graftrial.clinical.adverse_events.grading import GIVEN, Given, grade_bounds
from graftrial.clinical.adverse_events.records import edition

SHARED = Path(__file__).parents[5] / "shared"
REFERENCE = SHARED / "reference/ae_grading"
CTCAE = SHARED / "data/ctcae"
needs_reference = pytest.mark.skipif(
    not REFERENCE.exists() or not CTCAE.exists(), reason="../shared is not beside this checkout"
)
EDITIONS = {"v5": "5.0", "v6": "6.0"}
OTHER_NAMES = {
    "Hypercalcemia (Ionized)": "hypercalcemia_ionized",
    "Hypocalcemia (Ionized)": "hypocalcemia_ionized",
    "Hyperglycemia (Fasting)": "hyperglycemia",
}


def record_of(term, label):
    records = edition(label).records
    return records[OTHER_NAMES.get(term) or next(k for k, one in records.items() if one.term == term)]


def bounds_of(record, rows, **given):
    columns = {name: pl.lit(None, dtype=pl.Boolean) for name in GIVEN} | {
        "value": pl.col("value"),
        "lower_limit": pl.col("lln"),
        "upper_limit": pl.col("uln"),
        "baseline": pl.col("baseline"),
        "baseline_state": pl.col("baseline_indicator").str.to_lowercase(),
        "gap": pl.lit(None, dtype=pl.String),
    }
    found = grade_bounds(record, Given(**(columns | given)))
    return rows.with_columns(low=found.low, high=found.high)


@needs_reference
@pytest.mark.parametrize("label", ["v5", "v6"])
def test_every_boundary_row_has_its_grade_or_its_bounds(label):
    rows = pl.read_csv(REFERENCE / "lab_grade_boundaries.csv.gz", infer_schema_length=None)
    rows = rows.filter(pl.col("edition") == label)
    worst_case = {
        name: pl.lit(True) for name in ("symptomatic", "on_anticoagulation", "physiologic_consequences")
    }
    graded = []
    for (term,), of_term in rows.group_by("term"):
        graded.append(
            bounds_of(
                record_of(term, EDITIONS[label]),
                of_term,
                unit=units.unit_spelling(pl.col("unit")),
                fasting=pl.lit(term == "Hyperglycemia (Fasting)"),
                **worst_case,
            )
        )
    answers = pl.concat(graded)
    wrong = answers.filter(
        pl.col("low").ne_missing(pl.col("grade_min")) | pl.col("high").ne_missing(pl.col("grade_max"))
    )
    assert answers.height == {"v5": 2611, "v6": 2718}[label]
    assert wrong.is_empty(), wrong.head(5).rows(named=True)
    one_grade = pl.when(pl.col("low") == pl.col("high")).then("low")
    assert answers.filter(one_grade.ne_missing(pl.col("grade"))).is_empty()


@needs_reference
@pytest.mark.parametrize("label", ["v5", "v6"])
def test_every_record_of_the_pilot_study_has_its_grade(label):
    rows = pl.read_csv(REFERENCE / "cdisc_lab_grades.csv.gz", infer_schema_length=None)
    assert rows.height == 13_925
    which = 0 if label == "v5" else 1
    for (term, parameter), of_term in rows.group_by("term", "param"):
        name = term.split(" / ")[min(which, term.count(" / "))].replace(" (v5)", "").replace(" (v6)", "")
        unit = pl.select(units.unit_spelling(pl.lit(parameter.split("(")[1].rstrip(")")))).item()
        answers = bounds_of(
            record_of(name, EDITIONS[label]), of_term, unit=pl.lit(unit), symptomatic=pl.lit(True)
        )
        expected = pl.col(f"grade_{label}")
        wrong = answers.filter((pl.col("low") != expected) | (pl.col("high") != expected))
        assert answers["low"].null_count() == 0
        assert wrong.is_empty(), (term, wrong.head(5).rows(named=True))


@needs_reference
@pytest.mark.parametrize(("label", "file"), [("5.0", "ctcae_v5_0.csv"), ("6.0", "ctcae_v6_0.csv")])
def test_the_sentence_beside_a_condition_is_ncis(label, file):
    terms = {row["term"]: row for row in pl.read_csv(CTCAE / file, infer_schema_length=None).rows(named=True)}
    for record in edition(label).records.values():
        assert terms[record.term]["soc"] == record.soc
        for grade in record.grades:
            assert terms[record.term][f"grade{grade.number}"] == grade.text, record.id
