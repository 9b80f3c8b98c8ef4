"""A laboratory's file of biopsies: names, encodings, and what is refused with its row."""

from __future__ import annotations

import io
import tomllib
from importlib.resources import files

import polars as pl
import pytest

from graftrial.derive.banff import classify_biopsies
from graftrial.intake.banff_cells import typed_cells
from graftrial.intake.banff_file import map_columns
from graftrial.intake.banff_findings import find_in_biopsies
from graftrial.intake.banff_repeats import repeated_numbers

CATALOGUE = tomllib.loads(files("graftrial").joinpath("catalogue/banff.toml").read_text(encoding="utf-8"))


def codes_of(text):
    frame = pl.read_csv(io.StringIO(text.strip() + "\n"), infer_schema=False)
    return {each.code for each in find_in_biopsies(frame, map_columns(frame.columns))}


@pytest.mark.parametrize("code", [code for code, kind in CATALOGUE.items() if "example" in kind])
def test_the_example_shows_the_code_and_the_corrected_file_does_not(code):
    assert code in codes_of(CATALOGUE[code]["example"]["banff"])
    assert code not in codes_of(CATALOGUE[code]["corrected"]["banff"])


NAMES = {
    "i_score": "i", "PTC score": "ptc", "Glomerulitis": "g", "C4d (IF)": "c4d_if", "C4d (IHC)": "c4d_ihc",
    "i-IFTA": "i_ifta", "iifta_score": "i_ifta", "t-IFTA": "t_ifta", "C4d_type": "c4d_method", "ptcbm": "ptcml",
    "atn": "ati", "cgn": "gn_recurrent", "agn": "gn_de_novo", "newaif": "new_intimal_fibrosis",
    "monofibneoint": "inflamed_intimal_fibrosis", "mmarker": "transcripts_amr", "hist_dsa": "prior_dsa",
    "xm": "pretransplant_crossmatch", "ABO_incompatibility": "abo_incompatible", "number_glomeruli": "n_glomeruli",
    "gs": "gs_percent", "No. glomeruli": "n_glomeruli", "No. arteries": "n_arteries", "Biopsy No.": "biopsy_id",
    "EM done": "electron_microscopy", "Date of prior AMR": "prior_amr_date", "sc_date_bx": "biopsy_date", "date_tx": "transplant_date", "Banff lesion score v": "v",
}  # fmt: skip


@pytest.mark.parametrize(("given", "ours"), NAMES.items())
def test_a_name_of_a_laboratory_is_known(given, ours):
    assert map_columns([given]).read[ours].source == given


def test_an_exact_name_goes_before_another_spelling_and_the_other_is_named():
    columns = map_columns(["g_score", "g", "eosinophils"])
    assert columns.read["g"].source == "g"
    assert [each.source for each in columns.doubled] == ["g_score"]
    assert columns.unknown == ("eosinophils",)
    assert map_columns(["PTC score"]).read["ptc"].in_words() == "PTC score: read as ptc"


def test_a_percentage_is_told_from_a_score():
    columns = map_columns(["% interstitial inflammation", "SV40 %"])
    assert columns.read["i"].is_percentage and columns.read["pvl"].is_percentage


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("g", "2", 2), ("g", "2.0", 2), ("g", "g2", 2), ("i", "i1*", 1), ("i_ifta", "i-IFTA 3", 3), ("g", "NA", None),
        ("g", "-", None), ("g", "not done", None), ("g", "4", None), ("g", "-1", None), ("g", "1-2", None),
        ("g", "II", None), ("ptc", "1b", None), ("cg", "1a", 1), ("cg", "cg 1b", 1), ("cg", "1A", 1), ("cg", "3", 3),
        ("dsa", "pos", True), ("dsa", "No", False), ("dsa", "2500", None), ("c4d_method", "Paraffin", "IHC"),
        ("c4d_method", "IF (frozen)", "IF"), ("n_glomeruli", "12", 12), ("n_glomeruli", "-3", None),
    ],
)  # fmt: skip
def test_a_cell_is_read_or_counts_as_unknown(name, text, value):
    frame = pl.DataFrame({name: [text]}, schema={name: pl.String})
    assert typed_cells(frame, map_columns([name]))[name].to_list() == [value]


def test_numbers_are_read_whatever_their_type_and_a_score_of_4_is_refused_with_its_row():
    for dtype in (pl.Int64, pl.Float64, pl.UInt8):
        frame = pl.DataFrame({"g": [3, 0, 4]}, schema={"g": dtype})
        assert typed_cells(frame, map_columns(["g"]))["g"].to_list() == [3, 0, None]
        (found,) = find_in_biopsies(frame, map_columns(["g"]))
        assert (found.code, found.row, found.column) == ("GT-BF-001", 4, "g")
    fractions = pl.DataFrame({"g": [1.5, float("nan"), None]})
    assert typed_cells(fractions, map_columns(["g"]))["g"].to_list() == [None, None, None]
    assert [each.row for each in find_in_biopsies(fractions, map_columns(["g"]))] == [2]


def test_a_million_repeated_numbers_are_one_finding():
    frame = pl.DataFrame({"biopsy_id": ["B1"] * 1_000_000, "g": [0] * 1_000_000})
    (found,) = find_in_biopsies(frame, map_columns(frame.columns))
    assert found.code == "GT-BF-008" and "1000000 rows" in found.why


def test_a_column_of_wrong_cells_is_listed_up_to_a_limit_and_then_counted():
    frame = pl.DataFrame({"g": [9] * 5_000})
    found = find_in_biopsies(frame, map_columns(["g"]))
    assert sum(each.code == "GT-BF-001" for each in found) == 1_000
    assert any(each.code == "GT-BF-015" and "5000 cells" in each.why for each in found)


@pytest.mark.parametrize("at_once", [1_000_000, 700, 64])
def test_repeated_numbers_are_found_over_the_whole_file_however_little_is_held(at_once):
    numbers = [f"B{number}" for number in range(3_000)]
    numbers[2_900], numbers[2_990] = "B10", "B2"
    numbers[5] = numbers[6] = None
    frame = pl.DataFrame({"biopsy_id": numbers, "g": [0] * 3_000})
    found = repeated_numbers(frame.lazy(), map_columns(frame.columns), frame.height, at_once)
    assert (found.n_rows, found.first, found.second) == (4, 2, 2_990)


def test_the_same_number_of_another_patient_is_no_repeat():
    frame = pl.DataFrame({"patient_id": ["P1", "P2", "P1", None, None], "biopsy_id": [1, 1, 1, 1, 1]})
    found = repeated_numbers(frame.lazy(), map_columns(frame.columns), 5)
    assert (found.n_rows, found.first, found.second) == (4, 0, 2)
    assert repeated_numbers(frame.head(2).lazy(), map_columns(frame.columns), 2) is None


def test_findings_of_a_file_in_parts_keep_their_rows_and_a_number_repeats_across_parts(monkeypatch):
    monkeypatch.setattr("graftrial.intake.banff_findings.ROWS_AT_ONCE", 1_000)
    n_rows = 5_000
    scores, numbers = [0] * n_rows, [f"B{number}" for number in range(n_rows)]
    scores[4_321], numbers[4_999] = 7, "B3"
    frame = pl.DataFrame({"biopsy_id": numbers, "g": scores, "remark": ["x"] * n_rows})
    found = {each.code: each for each in find_in_biopsies(frame.lazy(), map_columns(frame.columns))}
    assert set(found) == {"GT-BF-001", "GT-BF-002", "GT-BF-008"}
    assert found["GT-BF-001"].row == 4_323
    assert "rows 5 and 5001" in found["GT-BF-008"].why


def test_rows_that_contradict_themselves_are_listed_up_to_a_limit_and_then_counted():
    frame = pl.DataFrame({"i": [1] * 5_000, "t": [3] * 5_000})
    found = find_in_biopsies(frame, map_columns(frame.columns))
    assert sum(each.code == "GT-BF-016" for each in found) == 1_000
    assert any(
        each.code == "GT-BF-018" and "5000 rows have the finding GT-BF-016" in each.why for each in found
    )


def test_microangiopathy_without_its_kind_is_read_and_its_absence_excludes_both():
    assert map_columns(["TMA"]).read["tma"].source == "TMA"
    frame = pl.DataFrame({"TMA": ["No", "Yes", None], "g": [0, 0, 0]})
    answered = classify_biopsies(
        frame.with_columns(cg=pl.lit(0), v=pl.lit(0), ptc=pl.lit(0)), edition="2022", explain=True
    )
    assert answered["crit_acute_tissue_injury"].to_list() == [False, None, None]
