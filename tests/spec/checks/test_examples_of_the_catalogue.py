"""Every code of the checks shows itself in its example and is silent after the correction."""

from __future__ import annotations

import pytest

from graftrial.checks import CHECKS
from graftrial.findings import catalogue

FAMILIES = ("ID", "DT", "LAB", "SU", "DS", "PR", "AE", "BX", "DP", "RP", "SF")
ELSEWHERE = {  # findings of intake or of what the study file names, executed in tests/unit/test_catalogue.py
    "GT-AE-015", "GT-AE-016", "GT-AE-017", "GT-PR-012",
}  # fmt: skip
CODES = [code for code in catalogue() if code.split("-")[1] in FAMILIES and code not in ELSEWHERE]


@pytest.mark.parametrize("code", CODES)
def test_the_example_shows_the_finding(code, findings_of):
    shown = [each for each in findings_of(**catalogue()[code].example) if each.code == code]
    assert shown
    assert shown[0].where()
    assert "{" not in shown[0].why + shown[0].fix
    assert "None" not in shown[0].why + shown[0].fix


@pytest.mark.parametrize("code", CODES)
def test_the_corrected_example_does_not(code, findings_of):
    assert code not in {each.code for each in findings_of(**catalogue()[code].corrected)}


@pytest.mark.parametrize("code", CODES)
def test_a_corrected_blocking_example_blocks_no_more(code, findings_of):
    if catalogue()[code].blocking:
        assert not [each.code for each in findings_of(**catalogue()[code].corrected) if each.blocking]


def test_every_check_names_its_codes_and_every_code_has_a_check():
    told = " ".join(check.__doc__ or "" for check in CHECKS)
    assert [code for code in CODES if code not in told] == []
    assert all("GT-" in (check.__doc__ or "") for check in CHECKS)


def test_adverse_events_are_never_withheld():
    assert {catalogue()[code].withholds for code in CODES if code.startswith("GT-AE-")} == {"nothing"}


def test_the_fix_never_tells_a_value_of_a_patient():
    places = {"table", "column", "analyte", "lesion"}
    for code in CODES:
        words = {part.split("}")[0] for part in catalogue()[code].fix.split("{")[1:]}
        assert words <= places, code
