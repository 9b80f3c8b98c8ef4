"""The command line. Imports what a command needs only when that command runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graftrial.errors import EXIT_BLOCKING_FINDINGS, EXIT_BUG, EXIT_DONE, EXIT_USAGE, GraftrialError

if TYPE_CHECKING:
    from graftrial.findings import Finding

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER = click.Path(path_type=Path)
SHOWN_OF_A_RESULT = (
    "key", "value", "unit", "n", "denominator", "not_assessable", "lower", "upper", "method", "warnings",
)  # fmt: skip
LISTED = 20  # findings of one code that the terminal lists; findings.csv has them all


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and ends with its exit code."""
    try:
        code = graftrial.main(args=arguments, prog_name="graftrial", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else EXIT_DONE)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(EXIT_USAGE)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(EXIT_USAGE)
    except GraftrialError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(EXIT_DONE)
    except Exception as bug:  # noqa: BLE001 (the one place: everything else that escapes is our own bug)
        place = _place_of(bug)
        click.echo(
            f"GT-BUG-001  graftrial met a mistake of its own: {type(bug).__name__} at {place}", err=True
        )
        click.echo("  fix    please report it with this line; no value of a patient is in it", err=True)
        sys.exit(EXIT_BUG)


def _place_of(bug: BaseException) -> str:
    """Module and line, without the message, which might carry a patient's value."""
    import traceback

    frames = traceback.extract_tb(bug.__traceback__)
    ours = [each for each in frames if "graftrial" in each.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "unknown place"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="graftrial", message="graftrial %(version)s")
def graftrial() -> None:
    """From a study folder to the report of an early-phase trial in kidney-graft rejection.

    \b
    Example
      graftrial init my-trial            an empty study folder
      graftrial check my-trial           what is wrong with the data
      graftrial report my-trial          the report, in my-trial/out
    """


@graftrial.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--workbook", is_flag=True, help="One Excel workbook, study.xlsx, in place of CSV files.")
def init(folder: Path, workbook: bool) -> int:
    """Write an empty study folder: study file, tables, data dictionaries.

    \b
    Example
      graftrial init my-trial --workbook
    """
    from graftrial.exports.folder import write_study_folder

    for path in write_study_folder(folder, workbook):
        click.echo(f"written  {path}")
    click.echo(f"next     fill in {folder / 'study.toml'} and the tables, then: graftrial report {folder}")
    return EXIT_DONE


@graftrial.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--subjects", type=click.IntRange(min=1), required=True, help="Number of invented patients.")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Same seed, same data.")
def simulate(folder: Path, subjects: int, seed: int) -> int:
    """Fill a study folder with plausible invented data, marked SYNTHETIC in every output.

    \b
    Example
      graftrial simulate practice --subjects 12 --seed 1
    """
    from graftrial.simulate import write_synthetic_study

    with _progress() as on_stage:
        paths = write_synthetic_study(
            folder,
            subjects,
            seed,
            lambda done, all_of_them: on_stage(f"inventing patient {done} of {all_of_them}"),
        )
    click.echo(f"SYNTHETIC data of {subjects} invented patients: {len(paths)} files in {folder}")
    return EXIT_DONE


@graftrial.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=FOLDER, help="Folder for findings.csv; DIR if not given.")
@click.option("--cutoff", default="", metavar="DATE", help="Data cut, as 2024-06-30.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(folder: Path, out: Path | None, cutoff: str, as_json: bool) -> int:
    """Read and check a study folder: findings only, also in findings.csv.

    \b
    Example
      graftrial check my-trial
    """
    from graftrial import pipeline
    from graftrial.pipeline.write import findings_frame

    with _progress() as on_stage:
        checked = pipeline.check(folder, cutoff, on_stage)
    path = pipeline.write_findings(checked, out or folder)
    if as_json:
        click.echo(json.dumps(findings_frame(checked.findings).to_dicts(), indent=2, ensure_ascii=False))
    else:
        _print_findings(checked.findings)
        for balance in checked.tables.balances:
            click.echo(
                f"{balance.table:<16} read {balance.read} = used {balance.used} + withheld {balance.withheld}"
            )
        click.echo(f"data cut {checked.data_cut or 'none: no date in the data'}")
        click.echo(f"written  {path}")
    return EXIT_BLOCKING_FINDINGS if checked.is_blocked else EXIT_DONE


@graftrial.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=FOLDER, help="Output folder; DIR/out if not given.")
@click.option("--cutoff", default="", metavar="DATE", help="Data cut, as 2024-06-30.")
@click.option("--share", is_flag=True, help="For outsiders: study days only, ages in bands, no free text.")
def report(folder: Path, out: Path | None, cutoff: str, share: bool) -> int:
    """Write the whole report: report.html, results, findings, derived tables, figures, manifest.

    \b
    Example
      graftrial report my-trial --out reports/first --cutoff 2024-06-30
    """
    from graftrial import pipeline

    out = out or folder / "out"
    with _progress() as on_stage:
        run = pipeline.run(folder, cutoff, on_stage)
        pipeline.write_report(run, out, share, on_stage)
    counts = _counted(run.checked.findings)
    click.echo(f"report   {out / 'report.html'}")
    click.echo(f"data cut {run.checked.data_cut or 'none: no date in the data'}")
    click.echo(f"findings {counts}, in {out / 'findings.csv'}")
    if run.checked.is_blocked:
        click.echo("blocking findings withhold rows or results; the report says which", err=True)
        return EXIT_BLOCKING_FINDINGS
    return EXIT_DONE


@graftrial.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("key")
@click.option("--cutoff", default="", metavar="DATE", help="Data cut, as 2024-06-30.")
@click.option(
    "--values", is_flag=True, help="Print the cells' contents too: patients' values on your screen."
)
@click.option("--json", "as_json", is_flag=True, help="Print the walk as JSON.")
def explain(folder: Path, key: str, cutoff: str, values: bool, as_json: bool) -> int:
    """Walk one result back to its rows, rules and citations.

    \b
    Example
      graftrial explain my-trial egfr.S01.28
    """
    from graftrial import pipeline

    with _progress() as on_stage:
        walk = pipeline.explain(pipeline.run(folder, cutoff, on_stage), key)
    result = {name: walk.result[name] for name in SHOWN_OF_A_RESULT}
    cells = [
        {"file": c.file, "row": c.row, "column": c.column} | ({"text": c.text} if values else {})
        for c in walk.cells
    ]
    rules = [{"rule": r.pin, "title": r.title, "source": str(r.source)} for r in walk.rules]
    if as_json:
        click.echo(
            json.dumps({"result": result, "cells": cells, "rules": rules}, indent=2, ensure_ascii=False)
        )
        return EXIT_DONE
    for name, value in result.items():
        if value not in (None, ""):
            click.echo(f"{name:<15} {value}")
    click.echo("from")
    for cell in cells:
        text = f": {cell['text']}" if values else ""
        click.echo(f"  {cell['file']} row {cell['row']}, column {cell['column']}{text}")
    click.echo("by" if rules else "by              counting; no clinical rule")
    for each in rules:
        click.echo(f"  {each['rule']}  {each['title']}\n    {each['source']}")
    return EXIT_DONE


@graftrial.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the rule book as JSON.")
def rules(rule_id: str | None, as_json: bool) -> int:
    """Print the rule book, one rule of it, or the facts that eligibility criteria may name.

    \b
    Example
      graftrial rules
      graftrial rules egfr.ckd_epi_cr
      graftrial rules facts
    """
    from graftrial.pipeline.rule_book import facts, pages

    book = facts() if rule_id == "facts" else pages(rule_id)
    if as_json:
        click.echo(json.dumps(book, indent=2, ensure_ascii=False))
        return EXIT_DONE
    for page in book:
        head, *rest = page.items()
        click.echo(str(head[1]))
        for name, value in rest:
            for line in value if isinstance(value, list) else [value]:
                click.echo(f"  {name:<11} {line}")
    return EXIT_DONE


def _print_findings(findings: tuple[Finding, ...]) -> None:
    """By code: what it is, every place, and the fix once where it is the same everywhere."""
    by_code: dict[str, list[Finding]] = {}
    for each in findings:
        by_code.setdefault(each.code, []).append(each)
    for code, places in by_code.items():
        kind = places[0].kind
        click.echo(f"{code}  {kind.title}  ({'blocking' if kind.blocking else kind.severity})")
        fixes = dict.fromkeys(each.fix for each in places)
        for each in places[:LISTED]:
            click.echo(f"  where  {each.where()}")
            if len(fixes) > 1:
                click.echo(f"  fix    {each.fix}")
        if len(places) > LISTED:
            click.echo(f"         and {len(places) - LISTED} more, all in findings.csv")
        if len(fixes) == 1:
            click.echo(f"  fix    {places[0].fix}")
    click.echo(f"findings {_counted(findings)}")


def _counted(findings: tuple[Finding, ...]) -> str:
    blocking = sum(each.blocking for each in findings)
    kinds = {name: sum(each.severity == name for each in findings) for name in ("error", "warning", "note")}
    words = ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in kinds.items())
    return f"{words}; {blocking} blocking"


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line on a terminal that says what is being done; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda stage: status.update(stage)


if __name__ == "__main__":
    main()
