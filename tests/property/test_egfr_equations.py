"""What must hold for every equation, whatever the patient."""

import polars as pl
import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.egfr.equations import EQUATIONS

AGES = (2.0, 11.9, 12.0, 14.5, 15.0, 17.99, 18.0, 24.9, 25.0, 40.0, 40.5, 50.0, 63.2, 70.0, 88.0)
CREATININE = (None, 0.1, 0.4, 0.7, 0.9, 1.3, 1.8, 2.0358, 2.5, 6.0, 24.0, 128.0)
MEASURED = {
    "creatinine_mg_per_dl": CREATININE,
    "cystatin_c_mg_per_l": (None, 0.5, 0.8, 1.1, 3.5),
    "sex": ("F", "M", "Male", None),
    "height_cm": (None, 95.0, 168.0),
    "weight_kg": (None, 14.0, 70.0),
}


def patients(rule):
    """Every combination of the inputs of a rule, missing and impossible ones among them."""
    frame = pl.DataFrame({"age_years": (None, *AGES)})
    for each in rule.inputs:
        if each.name != "age_years":
            frame = frame.join(pl.DataFrame({each.name: MEASURED[each.name]}, strict=False), how="cross")
    return frame


def answered(rule):
    frame = patients(rule)
    asked = rule.answer(**{each.name: pl.col(each.name) for each in rule.inputs})
    return frame.with_columns(answer=asked).unnest("answer")


@pytest.mark.parametrize("equation", EQUATIONS)
def test_every_row_has_an_answer_or_a_reason_and_only_complete_patients_have_answers(equation):
    """A missing input is never stood in for, so filling one in cannot change an answer."""
    rule = EQUATIONS[equation]
    rows = answered(rule)
    assert (rows["value"].is_null() != rows["reason"].is_null()).all()
    accepted = rows.select(
        pl.all_horizontal(each.accepts(pl.col(each.name)) for each in rule.inputs)
    ).to_series()
    assert accepted.any() and (rows["value"].is_not_null() == accepted).all()
    values = rows["value"].drop_nulls()
    assert values.is_finite().all() and (values > 0).all()
    assert (rows["reason"].drop_nulls() != "").all()


@pytest.mark.parametrize("equation", EQUATIONS)
def test_one_patient_is_answered_as_in_a_column_eager_lazy_or_streaming(equation):
    rule = EQUATIONS[equation]
    rows = answered(rule)
    asked = rule.answer(**{each.name: pl.col(each.name) for each in rule.inputs})
    lazy = patients(rule).lazy().with_columns(answer=asked)
    for engine in ("in-memory", "streaming"):
        assert lazy.collect(engine=engine).unnest("answer").equals(rows)
    names = [each.name for each in rule.inputs]
    for row in rows.gather_every(max(1, rows.height // 40)).iter_rows(named=True):
        alone = rule(**{name: row[name] for name in names})
        if row["value"] is None:
            assert alone == NotAssessable(row["reason"])
        else:  # the engine takes powers of one row by another path: the last binary digit may differ
            assert isinstance(alone, Value) and alone.value == pytest.approx(row["value"], rel=1e-14)


@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("marker", ["creatinine_mg_per_dl", "cystatin_c_mg_per_l"])
def test_more_of_a_marker_never_means_more_function(equation, marker):
    rule = EQUATIONS[equation]
    others = [each.name for each in rule.inputs if each.name != marker]
    if len(others) == len(rule.inputs):
        pytest.skip(f"{equation} does not ask for {marker}")
    rows = answered(rule).drop_nulls("value").sort(*others, marker)
    falls = pl.col("value") < pl.col("value").shift(1).over(others)
    assert rows.select(falls.drop_nulls().all()).item()


@pytest.mark.parametrize(
    ("equation", "joins"), [("ekfc_cys", (40, 50)), ("fas_cr", (40,)), ("ekfc_cr", (40,))]
)
def test_the_fall_with_age_begins_without_a_step(equation, joins):
    given = {"creatinine_mg_per_dl": 1.1, "cystatin_c_mg_per_l": 1.0, "sex": "M"}
    rule = EQUATIONS[equation]
    for join in joins:
        ages = [join - 1e-6, float(join), join + 1e-6]
        inputs = {each.name: given[each.name] for each in rule.inputs if each.name != "age_years"}
        values = [rule(**inputs, age_years=age).value for age in ages]
        assert max(values) - min(values) < 1e-4


def test_reasons_do_not_depend_on_how_many_rows_lack_an_answer():
    rule = EQUATIONS["ckd_epi_cr_2021"]
    asked = rule.answer(**{each.name: pl.col(each.name) for each in rule.inputs})
    types = {"creatinine_mg_per_dl": pl.Float64, "age_years": pl.Float64, "sex": pl.String}
    none = pl.DataFrame(
        {"creatinine_mg_per_dl": [None] * 3, "age_years": [50.0] * 3, "sex": ["F"] * 3}, schema=types
    )
    assert (
        none.select(asked.struct.field("reason")).to_series().to_list()
        == ["creatinine_mg_per_dl is missing"] * 3
    )
    assert none.clear().select(asked.struct.field("reason")).height == 0
