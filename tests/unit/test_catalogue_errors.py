"""Every error that ends a run: its example shows it with its exit code, its corrected input does not, its words agree."""

from __future__ import annotations

import io
import re
import shlex
import string
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from graftrial import errors
from graftrial.cli import commands as cli

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/graftrial"
EXAMPLES = tomllib.loads((ROOT / "docs/error_examples.toml").read_text(encoding="utf-8"))
ERRORS = {
    code: body | {"file": path.name}
    for path in sorted((SOURCE / "catalogue").glob("errors_*.toml"))
    for code, body in tomllib.loads(path.read_text(encoding="utf-8")).items()
}
SHOWN = {code: body for code, body in ERRORS.items() if "example" in body}
NOT_FROM_A_COMMAND = {
    "GT-BANFF-003": "a command always gives a frame; for callers of the library",
    "GT-BANFF-004": "a command always gives a frame; see tests/unit/derive/test_banff.py and tests/engines",
    "GT-BANFF-006": "no command compares a pair; see tests/spec/banff/test_pair.py",
    "GT-BUG-001": "a mistake of our own; see the test below",
    "GT-CLI-011": "the test tools bring the libraries; executed in tests/unit/report/test_documents.py",
    "GT-RCC-005": "only where a library is not installed; see tests/unit/transcripts/test_outputs.py",
    "GT-DSGN-005": "no command takes patients; see tests/unit/stats/test_designs.py",
    "GT-DSGN-006": "no command takes patients; see tests/unit/stats/test_designs.py",
    "GT-SIM-002": "the command line refuses it first; for callers of the library",
    "GT-SIM-006": "the command line refuses it first; for callers of the library",
}


def run(line, folder):
    """Exit code and output of a command, with DIR filled in."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        cli.main([word.replace("DIR", str(folder)) for word in shlex.split(line)[1:]])
    return ended.value.code, said.getvalue()


def write(folder, files):
    for name, content in files.items():
        path = folder / name.rstrip("/")
        if content is False or name.endswith("/"):
            path.unlink(missing_ok=True)
        if content is False:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir()
        elif isinstance(content, dict) and "bytes" in content:
            path.write_bytes(bytes.fromhex(content["bytes"]))
        elif isinstance(content, dict):
            path.write_text(content["text"].replace("{long}", "a" * content["long"]), encoding="utf-8")
        else:
            path.write_text(content, encoding="utf-8")


def told(study_folder, given):
    folder = study_folder()
    write(folder, given.get("files", {}))
    return run(given["command"], folder)


def test_every_error_has_an_example():
    assert set(EXAMPLES) <= set(ERRORS)
    shown = set(EXAMPLES) | set(SHOWN) | set(NOT_FROM_A_COMMAND)
    assert set(ERRORS) - shown == set()
    assert set(NOT_FROM_A_COMMAND) & (set(EXAMPLES) | set(SHOWN)) == set()


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_example_ends_with_the_code(code, study_folder):
    exit_code, said = told(study_folder, EXAMPLES[code]["example"])
    assert code in said
    assert exit_code == ERRORS[code]["exit"]
    assert f"more   docs/errors/{code}" in said
    assert "{" not in said and "None" not in said and "Traceback" not in said


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_corrected_input_does_not(code, study_folder):
    exit_code, said = told(study_folder, EXAMPLES[code]["corrected"])
    assert code not in said
    assert exit_code in (errors.EXIT_DONE, errors.EXIT_BLOCKING_FINDINGS), said


@pytest.mark.parametrize("code", sorted(SHOWN))
def test_the_lines_of_a_study_file_show_the_code_until_they_are_put_right(code, study_folder):
    exit_code, said = run("graftrial check DIR", study_folder(study=SHOWN[code]["example"]))
    assert code in said
    assert exit_code == SHOWN[code]["exit"]
    exit_code, said = run("graftrial check DIR", study_folder(study=SHOWN[code]["corrected"]))
    assert exit_code == errors.EXIT_DONE, said


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_an_error_says_what_why_and_one_fix(code):
    body = ERRORS[code]
    assert body["title"] and body["why"] and body["fix"]
    assert body["exit"] in (1, 2, 3)
    for sentence in (body["title"], body["why"], body["fix"]):
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence)
        )
        assert not sentence.endswith(("!", "."))


def test_every_error_is_raised_somewhere_and_every_code_that_is_raised_is_in_a_catalogue():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    raised = set(re.findall(r'"(GT-[A-Z]+-\d{3})', source)) | set(re.findall(r"GT-BUG-\d{3}", source))
    families = {code.rsplit("-", 1)[0] for code in ERRORS}
    named = {code for code in raised if code.rsplit("-", 1)[0] in families}
    assert named - set(ERRORS) == set()
    assert {code for code in ERRORS if code not in source} == set()


def test_a_mistake_of_our_own_is_told_without_what_it_held(monkeypatch, study_folder):
    def fail(*_):
        raise RuntimeError("the creatinine of Jane Roe is 128")

    monkeypatch.setattr("graftrial.pipeline.check", fail)
    exit_code, said = run("graftrial check DIR", study_folder())
    assert exit_code == errors.EXIT_BUG
    assert "GT-BUG-001" in said and "RuntimeError" in said
    assert "Jane" not in said and "128" not in said


def test_the_titles_of_command_errors_are_those_of_the_catalogue(study_folder):
    for code in ("GT-CLI-001", "GT-OUT-001"):
        _, said = told(study_folder, EXAMPLES[code]["example"])
        assert f"{code}  {ERRORS[code]['title']}" in said
        assert ERRORS[code]["fix"] in said
