import polars as pl
import pytest

from graftrial.checks.located import found, in_words
from graftrial.intake.table import absent

SHOWN = [
    (None, "not given"),
    (True, "yes"),
    (False, "no"),
    (3_000_000.0, "3e6"),
    (0.05, "0.05"),
    (72.5, "72.5"),
    (60.0, "60"),
    (28, "28"),
    ("fever", "fever"),
]


@pytest.mark.parametrize(("value", "words"), SHOWN)
def test_a_cell_in_words(value, words):
    assert in_words(value) == words


def test_a_finding_knows_its_row_person_and_column():
    rows = pl.DataFrame({"source_row": [4], "subject_id": ["S01"], "n_glomeruli": [6], "n_arteries": [None]})
    (one,) = found("GT-BX-004", absent("biopsies"), rows, "n_glomeruli")
    assert (one.table, one.row, one.column, one.subject_id) == ("biopsies", 4, "n_glomeruli", "S01")
    assert "6 glomeruli, arteries: not given" in one.why
