"""Every finding of intake is shown by its example, and gone from its corrected input."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from graftrial import intake
from graftrial.errors import EXIT_USAGE
from graftrial.findings import catalogue
from graftrial.study.model import Intake

CODES = [code for code in catalogue() if code.startswith("GT-IN-")]
SETTINGS = ("study", "encoding", "skip")  # keys of an example that are not tables


def codes_found(folder: Path, given: Mapping[str, str]) -> set[str]:
    written = {"subjects": "subject_id,sex,age_years\nS01,F,50\n", **given}
    (folder / "tables").mkdir(parents=True)
    for name, text in written.items():
        if name not in SETTINGS:
            path = folder / "tables" / f"{name}.csv"
            path.write_text(text, encoding=given.get("encoding", "utf-8"))
    settings = Intake(**tomllib.loads(given.get("study", "")).get("intake", {}))
    return {each.code for each in intake.type_tables(intake.read(folder, settings), settings).findings}


@pytest.mark.parametrize("code", CODES)
def test_the_example_shows_the_finding_and_the_corrected_input_does_not(code, tmp_path):
    kind = catalogue()[code]
    assert code in codes_found(tmp_path / "example", kind.example)
    assert not [
        each for each in codes_found(tmp_path / "corrected", kind.corrected) if catalogue()[each].blocking
    ]
    assert code not in codes_found(tmp_path / "corrected_again", kind.corrected)


def test_every_blocking_finding_says_what_it_withholds():
    for code in CODES:
        kind = catalogue()[code]
        assert kind.severity == "error" if kind.blocking else kind.severity in ("warning", "note"), code


def test_every_error_of_the_files_says_why_and_what_to_do():
    text = files("graftrial").joinpath("catalogue", "errors_intake.toml").read_text(encoding="utf-8")
    for code, body in tomllib.loads(text).items():
        assert body["title"] and body["why"] and body["fix"], code
        assert body["exit"] == EXIT_USAGE, code
