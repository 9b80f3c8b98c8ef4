"""The commands of a study folder: init, simulate, check, report, explain."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graftrial.cli.beside import WorkedBeside
from graftrial.cli.progress import progress
from graftrial.errors import EXIT_BLOCKING_FINDINGS, EXIT_DONE

if TYPE_CHECKING:
    from graftrial.findings import Finding

FOLDER = click.Path(path_type=Path)
SHOWN_OF_A_RESULT = (
    "key", "value", "unit", "n", "denominator", "not_assessable", "lower", "upper", "method", "warnings",
)  # fmt: skip
LISTED = 20  # findings of one code that the terminal lists; findings.csv has them all


@click.command()
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


@click.command()
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

    with progress() as on_stage:
        paths = write_synthetic_study(
            folder,
            subjects,
            seed,
            lambda done, all_of_them: on_stage(f"inventing patient {done} of {all_of_them}"),
        )
    click.echo(f"SYNTHETIC data of {subjects} invented patients: {len(paths)} files in {folder}")
    return EXIT_DONE


@click.command()
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

    with progress() as on_stage:
        checked = pipeline.check(folder, cutoff, on_stage)
    path = pipeline.write_findings(checked, out or folder)
    if as_json:
        click.echo(json.dumps(findings_frame(checked.findings).to_dicts(), indent=2, ensure_ascii=False))
    else:
        print_findings(checked.findings)
        for balance in (each for each in checked.tables.balances if each.read):
            click.echo(
                f"{balance.table:<16} read {balance.read} = used {balance.used} + withheld {balance.withheld}"
            )
        if checked.worked:
            agree = sum(each.agrees for each in checked.worked)
            click.echo(f"worked patients  {agree} of {len(checked.worked)} expected answers agree")
        click.echo(f"data cut {checked.data_cut or 'none: no date in the data'}")
        click.echo(f"written  {path}")
    return EXIT_BLOCKING_FINDINGS if checked.is_blocked else EXIT_DONE


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=FOLDER, help="Output folder; DIR/out if not given.")
@click.option("--cutoff", default="", metavar="DATE", help="Data cut, as 2024-06-30.")
@click.option("--share", is_flag=True, help="For outsiders: study days only, ages in bands, no free text.")
@click.option(
    "--compare",
    "earlier",
    type=FOLDER,
    metavar="OTHER_OUT",
    help="An earlier output folder: show what changed, number by number.",
)
@click.option("--pdf", is_flag=True, help="Also report.pdf.")
@click.option("--docx", is_flag=True, help="Also report.docx: tables editable, figures vector.")
@click.option("--h5ad", is_flag=True, help="Also transcripts.h5ad of the lanes (needs the extra anndata).")
def report(
    folder: Path, out: Path | None, cutoff: str, share: bool, earlier: Path | None, pdf: bool, docx: bool, h5ad: bool
) -> int:  # fmt: skip
    """Write the whole report: report.html, results, findings, derived tables, figures, manifest.

    \b
    Example
      graftrial report my-trial --out reports/first --cutoff 2024-06-30
      graftrial report my-trial --out reports/second --compare reports/first --pdf --docx
    """
    out = out or folder / "out"
    documents = [name for name, wanted in (("pdf", pdf), ("docx", docx)) if wanted]
    with WorkedBeside(folder) as worked:
        from graftrial import pipeline  # after the other process has begun
        from graftrial.pipeline.stages import DERIVING
        from graftrial.report import Stills

        with Stills() as stills, progress() as on_stage:
            on_stage = _and_at(DERIVING, stills.start, on_stage)  # when the other process is about to end
            run = pipeline.run(folder, cutoff, on_stage, worked.answers)
            pipeline.write_report(run, out, share, on_stage, stills, earlier, documents, h5ad)
    counts = _counted(run.checked.findings)
    for name in ("html", *documents):
        click.echo(f"report   {out / f'report.{name}'}")
    click.echo(f"data cut {run.checked.data_cut or 'none: no date in the data'}")
    click.echo(f"findings {counts}, in {out / 'findings.csv'}")
    if run.checked.is_blocked:
        click.echo("blocking findings withhold rows or results; the report says which", err=True)
        return EXIT_BLOCKING_FINDINGS
    return EXIT_DONE


def _and_at(stage: str, do: Callable[[], None], on_stage: Callable[[str], None]) -> Callable[[str], None]:
    """Tells a stage, and does something as that one begins."""

    def told(name: str) -> None:
        if name == stage:
            do()
        on_stage(name)

    return told


@click.command()
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

    with progress() as on_stage:
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


def print_findings(findings: tuple[Finding, ...]) -> None:
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
