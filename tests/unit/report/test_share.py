"""What outsiders get: no date, no exact age, no words of a person, in the page and in every file beside it."""

import re

import polars as pl
import pytest

from graftrial.report import for_outsiders, outsiders_frames
from tests.unit.report.frames import INDEX, THREE, inputs_of

WORDS = {
    "index": ("secret history", "words about the loss", "chronic rejection as dictated", "alert(1)"),
    "three": ("swollen legs", "shivering", "private remark", "words of the monitor"),
}
AGES = {"index": ("53.7",), "three": ("41.375", "67.25", "29.625", "61.9", "44.1", "38.8")}
SHOWN_TO_THE_TEAM = {"index": ("53.7 years",), "three": ("41.4 years", "67.3 years", "62 years", "44 years")}
ISO_DATE = re.compile(r"(?:19|20)\d{2}-\d{2}")
TABLES = {"index": INDEX, "three": THREE}


def written(page_of, case):
    """Everything written for outsiders, without the vendored scripts."""
    page, out = page_of(case, share=True)
    texts = [each.read_text(encoding="utf-8") for each in sorted((out / "figures").iterdir())]
    return re.sub(r"<script>.*?</script>", "", page, flags=re.S), "\n".join(texts)


@pytest.mark.parametrize("case", ["index", "three"])
def test_no_date_survives(page_of, case):
    for text in written(page_of, case):
        assert not ISO_DATE.findall(text)


@pytest.mark.parametrize("case", ["index", "three"])
def test_no_exact_age_and_no_free_text_survive(page_of, case):
    for text in written(page_of, case):
        for secret in (*WORDS[case], *AGES[case], *SHOWN_TO_THE_TEAM[case]):
            assert secret not in text, secret


@pytest.mark.parametrize("case", ["index", "three"])
def test_the_page_for_the_team_has_all_of_it(page_of, case):
    page, _ = page_of(case)
    assert all(secret in page for secret in WORDS[case] if secret != "alert(1)")
    assert all(age in page for age in SHOWN_TO_THE_TEAM[case])


def test_ages_are_bands_and_days_stay(page_of):
    page, _ = page_of("three", share=True)
    assert "40 to 49 years" in page
    assert "day 28" in page
    assert "date withheld" in page


def test_no_frame_for_outsiders_holds_a_date_an_age_or_a_key_with_a_date(tmp_path):
    inputs = inputs_of(tmp_path, THREE)
    for name, frame in outsiders_frames(inputs.derived).items():
        text = frame.write_csv()
        assert not ISO_DATE.findall(text), name
        assert not any(age in text for age in AGES["three"]), name
        assert not any(secret in text for secret in WORDS["three"]), name
        assert frame.columns == inputs.derived[name].columns
        assert frame.height == inputs.derived[name].height


def test_results_for_outsiders_keep_their_numbers_and_lose_what_points_at_a_person(tmp_path):
    inputs = inputs_of(tmp_path, THREE)
    shared = for_outsiders(inputs).results
    text = shared.drop("number").write_csv()
    assert not ISO_DATE.findall(text)
    assert not any(secret in text for secret in ("swollen", "41.375", "67.25", "29.625"))
    serious = shared.filter(pl.col("key") == "ae.serious.subjects")
    assert serious["value"].to_list() == ["1"]


def test_leaving_out_twice_is_leaving_out_once(tmp_path):
    once = for_outsiders(inputs_of(tmp_path, THREE))
    twice = for_outsiders(once)
    assert all(once.derived[name].equals(twice.derived[name]) for name in once.derived)
    assert once.results.equals(twice.results)


def test_findings_keep_their_code_and_lose_their_values(tmp_path):
    tables = THREE | {
        "labs": "subject_id,date,analyte,value,unit\nS01,2020-02-01,creatinine,9999999,umol/L\n"
    }
    inputs = inputs_of(tmp_path, tables | {"subjects": THREE["subjects"].replace("41.375", "413")})
    assert inputs.findings
    for before, after in zip(inputs.findings, for_outsiders(inputs).findings, strict=True):
        assert after.code == before.code
        assert "413" not in after.why + after.fix


def test_the_frames_of_antibodies_and_product_are_among_those_for_outsiders(tmp_path):
    kept = outsiders_frames(inputs_of(tmp_path, THREE).derived)
    for name in (
        "sera",
        "antigens",
        "courses",
        "products",
        "release_tests",
        "kidney_sensitivity",
        "hla_mismatches",
    ):
        assert name in kept
    assert kept["sera"].height == 3
    assert kept["products"]["note"].drop_nulls().is_empty()
    assert set(kept["release_tests"]["date"]) == {"date withheld"}
