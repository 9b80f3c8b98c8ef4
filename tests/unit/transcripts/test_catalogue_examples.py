"""Every finding of transcripts is shown by its example, and gone from its corrected input."""

import pytest

from graftrial.findings import catalogue
from graftrial.intake.external_report import read_external
from graftrial.intake.rcc_batch import rcc_files, read_lanes
from graftrial.intake.transcript_matrix import COUNTS, read_matrix

CODES = [code for code in catalogue() if code.startswith("GT-TX-") and code < "GT-TX-040"]


def codes_of(folder, given):
    folder.mkdir()
    found = []
    lanes = {name: text for name, text in given.items() if name.startswith("rcc")}
    for name, text in lanes.items():
        (folder / f"{name.removeprefix('rcc_')}.RCC").write_text(text, encoding="utf-8")
    if lanes:
        found += [each for lane in read_lanes(rcc_files([str(folder)])) for each in lane.findings]
    for name, read in (("matrix", lambda path: read_matrix(path, COUNTS).findings), ("external", external)):
        if name in given:
            path = folder / f"{name}.csv"
            path.write_text(given[name], encoding="utf-8")
            found += read(path)
    assert all("{" not in each.why + each.fix and "None" not in each.why for each in found)
    return {each.code for each in found}


def external(path):
    return read_external(path)[1]


@pytest.mark.parametrize("code", CODES)
def test_the_example_shows_the_code_and_the_corrected_input_does_not(code, tmp_path):
    kind = catalogue()[code]
    if "skip" in kind.example:
        pytest.skip(kind.example["skip"])
    assert code in codes_of(tmp_path / "example", kind.example)
    assert code not in codes_of(tmp_path / "corrected", kind.corrected)
