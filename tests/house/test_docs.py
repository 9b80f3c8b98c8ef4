"""What the manual says is true: examples run, commands exist, links lead somewhere, every code and rule has its page."""

from __future__ import annotations

import doctest
import importlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path

import click
import pytest
import xlsxwriter

from graftrial.cli import commands as cli
from graftrial.clinical.rules import RULES
from graftrial.findings import catalogue
from graftrial.intake.declaration import tables

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GENERATED = ("errors", "reference", "spec")
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if path.relative_to(DOCS).parts[0] not in GENERATED]
ROOT_PAGES = sorted(ROOT.glob("*.md"))
FENCE = re.compile(r'^```(\w*)(?: title="([^"]*)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SOURCE = ROOT / "src/graftrial"


def short(path):
    return str(path.relative_to(ROOT))


def fences(path):
    """Blocks of a page: language, title, text."""
    return FENCE.findall(path.read_text(encoding="utf-8"))


def doctest_failures(text, name, namespace):
    """What a doctest of that text prints where it fails, and how many examples it had."""
    test = doctest.DocTestParser().get_doctest(text, namespace, name, name, 0)
    said = io.StringIO()
    doctest.DocTestRunner(verbose=False).run(test, out=said.write)
    return said.getvalue(), len(test.examples)


def pages_with_examples():
    shown = [path for path in (*ROOT_PAGES, *PAGES) if any(">>>" in block for _, _, block in fences(path))]
    assert DOCS / "library.md" in shown
    return shown


@pytest.mark.parametrize("path", pages_with_examples(), ids=short)
def test_the_examples_of_a_page_run(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = "\n".join(block for language, _, block in fences(path) if language == "python")
    failures, examples = doctest_failures(text, short(path), {})
    assert not failures, failures
    assert examples


def test_the_library_page_shows_every_public_name_of_a_run():
    import graftrial

    text = (DOCS / "library.md").read_text(encoding="utf-8")
    assert all(name in text for name in graftrial.__all__ if name not in ("Value", "load_study"))


@pytest.mark.parametrize(
    "path", [each for each in SOURCE.rglob("*.py") if ">>>" in each.read_text(encoding="utf-8")], ids=short
)
def test_the_examples_of_a_docstring_run(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    told = doctest.testmod(module)
    assert told.attempted
    assert told.failed == 0


def commands():
    """Every command line in a block or between backticks, with its page."""
    found = []
    readme = SOURCE / "exports/template/README.txt"
    blocks = {path: "\n".join(block for _, _, block in fences(path)) for path in (*ROOT_PAGES, *PAGES)}
    for path, text in {**blocks, readme: readme.read_text(encoding="utf-8")}.items():
        told = re.findall(r"^\s*(?:\$ )?(graftrial [a-z].*)$", text, re.MULTILINE)
        prose = FENCE.sub("", path.read_text(encoding="utf-8"))
        told += re.findall(r"`(graftrial [a-z][^`]*)`", prose)
        found += [pytest.param(line, id=f"{path.name}: {line[:60]}") for line in dict.fromkeys(told)]
    return found


@pytest.mark.parametrize("line", commands())
def test_a_command_that_is_told_exists_with_its_options(line):
    words = shlex.split(re.split(r"\s{2,}|#", line)[0].replace("[", "").replace("]", ""))
    command = cli.graftrial.commands.get(words[1])
    assert command is not None, f"there is no graftrial {words[1]}"
    if isinstance(command, click.Group) and len(words) > 2:
        command = command.commands.get(words[2]) or command.commands["classify"]  # `banff IN OUT` classifies
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    given = {word.split("=")[0] for word in words if word.startswith("-")}
    assert given <= known | {"--help", "-h", "--version"}


def run_command(line):
    """Output of a command, as the terminal shows it."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit):
        cli.main(shlex.split(line)[1:])
    return said.getvalue()


def write_workbook(path, sheets):
    """What a person does in a spreadsheet: numbers become numbers, whole dates become dates."""
    book = xlsxwriter.Workbook(path)
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, text in sheets.items():
        sheet = book.add_worksheet(name)
        for row, line in enumerate(text.strip().splitlines()):
            for column, given in enumerate(line.split(",")):
                if re.fullmatch(r"\d{4}-\d\d-\d\d", given):
                    sheet.write_datetime(row, column, datetime.fromisoformat(given), dates)
                elif re.fullmatch(r"-?\d+(\.\d+)?", given):
                    sheet.write_number(row, column, float(given))
                elif given:
                    sheet.write_string(row, column, given)
    book.close()


def test_the_session_of_the_quick_start_goes_as_it_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sheets = {}
    ran = []
    for language, title, block in fences(DOCS / "quick-start.md"):
        if title.startswith("sheet "):
            sheets[title.removeprefix("sheet ")] = block
            write_workbook(tmp_path / "my-trial/study.xlsx", sheets)
        elif language == "console":
            said = ""
            for line in block.splitlines():
                if line.startswith("$ "):
                    said = run_command(line[2:])
                    ran.append(line.split()[2])
                else:
                    assert line in said, said
    assert ran == ["init", "check", "report", "explain", "explain"]
    assert (tmp_path / "my-trial/out/report.html").stat().st_size > 10_000


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    """The pages by hand with the generated ones beside them."""
    target = tmp_path_factory.mktemp("manual") / "docs"
    shutil.copytree(DOCS, target, ignore=shutil.ignore_patterns(*GENERATED, "__pycache__"))
    subprocess.run(
        [sys.executable, str(DOCS / "build.py"), str(target)], cwd=ROOT, check=True, capture_output=True
    )
    return target


def codes_in_the_source():
    """Every code that the package names, with the file."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for code in re.findall(r"GT-[A-Z]+-\d{3}", path.read_text(encoding="utf-8")):
            found.setdefault(code, path.name)
    return found


def test_every_code_has_a_page(manual):
    told = {path.stem for path in (manual / "errors").glob("GT-*.md")}
    assert set(catalogue()) <= told
    assert {code: where for code, where in codes_in_the_source().items() if code not in told} == {}


def test_every_rule_and_every_table_has_its_place(manual):
    book = (manual / "reference/rules/index.md").read_text(encoding="utf-8")
    assert [rule.pin for rule in RULES if rule.pin not in book] == []
    assert {path.stem for path in (manual / "reference/tables").glob("*.md")} == {"index", *tables()}


def test_every_specification_test_has_a_page(manual):
    written = {
        path.relative_to(manual / "spec").with_suffix("").as_posix() for path in manual.glob("spec/*/*.md")
    }
    tests = (ROOT / "tests/spec").rglob("test_*.py")
    expected = {f"{path.parent.name}/{path.stem.removeprefix('test_').replace('_', '-')}" for path in tests}
    assert written == expected


def test_a_case_table_is_read_as_a_nephrologist_reads_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    specification = importlib.import_module("writers.specification")
    monkeypatch.setattr(specification, "ROOT", tmp_path)
    monkeypatch.setattr(specification, "SPEC", tmp_path)
    (tmp_path / "banff").mkdir()
    path = tmp_path / "banff/test_inflammation.py"
    cases = '# g  ptc  answer\n    (0, None, NotAssessable("ptc is missing")),\n    (1, 1, YES),\n'
    path.write_text(
        f'"""It is moderate at 2."""\nYES = Value(True)\nCASES = [\n    {cases}]\n', encoding="utf-8"
    )
    page = specification.pages()[0]["spec/banff/inflammation.md"]
    assert "| g | ptc | answer |" in page
    assert "| 0 | not known | not assessable: ptc is missing |" in page
    assert "| 1 | 1 | yes |" in page
    path.write_text("CASES = []\n", encoding="utf-8")
    with pytest.raises(specification.NoSentence):
        specification.pages()


def dead_links(folder, paths):
    dead = []
    for path in paths:
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        for link in LINK.findall(text):
            target = link.split("#")[0]
            if target and not link.startswith(("http", "mailto:")) and not (path.parent / target).exists():
                dead.append(f"{path.relative_to(folder)}: {link}")
    return dead


def test_links_lead_somewhere(manual):
    assert dead_links(manual, sorted(manual.rglob("*.md"))) == []
    assert dead_links(ROOT, ROOT_PAGES) == []


@pytest.mark.slow
def test_the_site_loads_nothing_from_the_network(manual, tmp_path):
    settings = (
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("docs_dir: docs", f"docs_dir: {manual}")
    )
    (tmp_path / "mkdocs.yml").write_text(settings, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
        cwd=tmp_path,
        check=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    loads = re.compile(
        r'<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)="?(?:https?:)?//', re.IGNORECASE
    )
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(catalogue())
    assert [page.name for page in pages if loads.search(page.read_text(encoding="utf-8"))] == []
    remote = re.compile(r"url\(['\"]?(?:https?:)?//|@import")
    sheets = sorted((tmp_path / "site").rglob("*.css"))
    assert [each.name for each in sheets if remote.search(each.read_text(encoding="utf-8"))] == []
    for code in catalogue():
        assert (tmp_path / f"site/errors/{code}.html").is_file(), code
