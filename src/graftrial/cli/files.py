"""The commands that answer a file row by row: banff, banff compare and egfr."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graftrial.errors import EXIT_BLOCKING_FINDINGS, EXIT_DONE, UsageError

if TYPE_CHECKING:
    from graftrial.pipeline.banff_file import BanffSummary

FILE = click.Path(path_type=Path)


class _ClassifyUnlessCompare(click.Group):
    """`graftrial banff IN OUT …` classifies; `graftrial banff compare IN OUT …` compares editions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["classify", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ClassifyUnlessCompare)
def banff() -> None:
    """Classify a file of biopsies (csv, parquet, xlsx) by an edition of the Banff classification.

    \b
    Example
      graftrial banff biopsies.xlsx classified.xlsx --edition 2022 --explain
      graftrial banff compare biopsies.csv compared.csv --editions 2017,2019,2022
    """


@banff.command()
@click.argument("source", metavar="IN", type=FILE)
@click.argument("out", metavar="OUT", type=FILE)
@click.option("--edition", required=True, help="2017, 2019 or 2022; there is no default.")
@click.option("--explain", is_flag=True, help="Add criteria, reasons, and what missing scores would decide.")
@click.option(
    "--reading", "readings", multiple=True, metavar="R4=i1", help="Another reading of an open point."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def classify(
    source: Path, out: Path, edition: str, explain: bool, readings: tuple[str, ...], as_json: bool
) -> int:
    """Every row and column returns, followed by diagnoses, states and what would decide them.

    \b
    Example
      graftrial banff biopsies.csv classified.csv --edition 2022 --explain
    """
    from graftrial.pipeline.banff_file import classify_file

    return _told(classify_file(source, out, edition, _chosen(readings), explain), out, as_json)


@banff.command()
@click.argument("source", metavar="IN", type=FILE)
@click.argument("out", metavar="OUT", type=FILE)
@click.option("--editions", default="2017,2019,2022", help="Editions, separated by commas.")
@click.option(
    "--reading", "readings", multiple=True, metavar="R4=i1", help="Another reading of an open point."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def compare(source: Path, out: Path, editions: str, readings: tuple[str, ...], as_json: bool) -> int:
    """Who changes category between editions and why; OUT.svg shows the flow.

    \b
    Example
      graftrial banff compare biopsies.csv compared.csv --editions 2017,2022
    """
    from graftrial.pipeline.banff_file import compare_file

    names = [each.strip() for each in editions.split(",") if each.strip()]
    return _told(compare_file(source, out, names, _chosen(readings)), out, as_json)


def _chosen(readings: tuple[str, ...]) -> dict[str, str]:
    chosen = {}
    for each in readings:
        name, equals, value = each.partition("=")
        if not equals:
            raise UsageError.of("GT-BANFF-002", "--reading", reason=f"{each} is not of the form R4=i1")
        chosen[name.strip()] = value.strip()
    return chosen


def _told(summary: BanffSummary, out: Path, as_json: bool) -> int:
    blocking = sum(each.blocking for each in summary.findings)
    said: dict[str, Any] = {
        "written": str(out),
        "rows": summary.rows,
        "columns": list(summary.mapping),
        "unknown_columns": list(summary.unknown_columns),
        "findings": len(summary.findings),
        "blocking_findings": blocking,
        "answers": dict(summary.answers),
    }
    if as_json:
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        for each in summary.mapping:
            click.echo(f"column   {each}")
        for name in summary.unknown_columns:
            click.echo(f"unknown  {name}: returned as it is, not read")
        for answer, count in summary.answers.items():
            click.echo(f"{count:>9,} {answer}")
        click.echo(f"written  {out}, {summary.rows:,} rows")
        if summary.findings:
            click.echo(f"findings {len(summary.findings)}, {blocking} blocking, in {out}.findings.csv")
    return EXIT_BLOCKING_FINDINGS if summary.is_blocked else EXIT_DONE


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.argument("out", metavar="OUT", type=FILE)
@click.option("--equation", required=True, help="Id of the equation; there is no default.")
@click.option(
    "--columns", multiple=True, metavar="NAME=COLUMN", help="Column of the file for a declared input."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def egfr(source: Path, out: Path, equation: str, columns: tuple[str, ...], as_json: bool) -> int:
    """Add an estimated GFR to every row of a file (csv, parquet, xlsx), or the reason why there is none.

    \b
    Example
      graftrial egfr labs.csv labs_egfr.csv --equation ckd_epi_cr_2021
      graftrial egfr labs.parquet out.parquet --equation krs_2023 --columns creatinine_umol_per_l=krea
    """
    from graftrial.pipeline.egfr_file import answer_file

    summary = answer_file(source, out, equation, _named(columns))
    if as_json:
        said = asdict(summary) | {"not_assessable": summary.not_assessable}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        click.echo(f"rule     {summary.rule}  {summary.source}")
        click.echo(f"column   {summary.column}")
        click.echo(
            f"rows     {summary.rows:,}, answered {summary.answered:,}, not assessable {summary.not_assessable:,}"
        )
        click.echo(f"written  {out}")
    return EXIT_DONE


def _named(columns: tuple[str, ...]) -> dict[str, str]:
    named = {}
    for each in columns:
        name, equals, column = each.partition("=")
        if not equals:
            raise click.UsageError(f"--columns {each}: write NAME=COLUMN")
        named[name.strip()] = column.strip()
    return named
