"""Every code of the catalogue is shown by its example and gone with its corrected input."""

import pytest

from graftrial import pipeline
from graftrial.findings import catalogue


def codes_of(study_folder, given):
    tables = {name: text for name, text in given.items() if name != "study"}
    folder = study_folder(tables, given.get("study", ""))
    return {each.code for each in pipeline.check(folder).findings}


# Files of biopsies and lanes are no study folder: their codes are executed in tests/unit/intake/test_banff_file.py
# and tests/unit/transcripts/test_catalogue_examples.py.
CODES = sorted(
    code for code in catalogue() if not code.startswith(("GT-BF", "GT-TX-0")) or code >= "GT-TX-040"
)


@pytest.mark.parametrize("code", CODES)
def test_the_example_shows_the_code(code, study_folder):
    kind = catalogue()[code]
    assert kind.example, f"{code} has no example"
    if "skip" in kind.example:
        pytest.skip(kind.example["skip"])
    assert code in codes_of(study_folder, kind.example)


@pytest.mark.parametrize("code", CODES)
def test_the_corrected_input_does_not_show_the_code(code, study_folder):
    kind = catalogue()[code]
    if "skip" in kind.example:
        pytest.skip(kind.example["skip"])
    assert code not in codes_of(study_folder, kind.corrected)
