"""The command that reads molecular transcripts: RCC lanes or matrices to quality, values, scores and pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graftrial.cli.progress import progress
from graftrial.errors import EXIT_BLOCKING_FINDINGS, EXIT_DONE

if TYPE_CHECKING:
    from graftrial.pipeline.transcripts import TranscriptsSummary

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("files", metavar="RCC...", nargs=-1, required=True)
@click.option("--out", type=FILE, required=True, help="Output folder.")
@click.option(
    "--instrument", type=click.Choice(["max", "flex", "sprint"]), help="For the limit of binding density."
)
@click.option(
    "--fail-hk-below-lod", type=click.IntRange(min=1), metavar="N", help="A lane fails from N such genes on."
)
@click.option(
    "--set-fraction", type=click.FloatRange(0, 1), default=0.8, show_default=True,
    help="Share of a gene set that must be measured.",
)  # fmt: skip
@click.option(
    "--also", type=click.Choice(["ssgsea", "gsva"]), multiple=True,
    help="More scores; ssgsea depends on gene order, gsva changes with the cohort.",
)  # fmt: skip
@click.option(
    "--cohort", type=click.Choice(["pos_hk", "z_score"]), multiple=True,
    help="More normalisations, which CHANGE WITH THE COHORT; no score uses them.",
)  # fmt: skip
@click.option(
    "--matrix", type=click.Choice(["counts", "single_sample", "normalised"]),
    help="What a csv, parquet or xlsx matrix holds.",
)  # fmt: skip
@click.option("--external", type=FILE, help="Table of printed scores of another report.")
@click.option("--show-identifiers", is_flag=True, help="Keep sample ids that look like accession numbers.")
@click.option("--no-pages", is_flag=True, help="Tables only.")
@click.option("--h5ad", is_flag=True, help="Also transcripts.h5ad (needs the extra anndata).")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def transcripts(
    files: tuple[str, ...], out: Path, instrument: str | None, fail_hk_below_lod: int | None, set_fraction: float,
    also: tuple[str, ...], cohort: tuple[str, ...], matrix: str | None, external: Path | None, show_identifiers: bool,
    no_pages: bool, h5ad: bool, as_json: bool,
) -> int:  # fmt: skip
    """Quality, normalised values, gene-set and rejection scores of B-HOT lanes; files, folders or patterns.

    \b
    Example
      graftrial transcripts run1/*.RCC --out run1-scores
      graftrial transcripts counts.csv --matrix counts --out scores
    """
    from graftrial.derive.transcripts import Settings
    from graftrial.pipeline.transcripts import Request, read_transcripts

    request = Request(
        settings=Settings(instrument or "", fail_hk_below_lod, set_fraction, also),
        matrix=matrix or "",
        show_identifiers=show_identifiers,
        cohort=cohort,
        external=external,
        pages=not no_pages,
        h5ad=h5ad,
    )
    with progress() as on_stage:
        summary = read_transcripts(files, out, request, on_stage)
    _tell(summary, out, as_json)
    return EXIT_BLOCKING_FINDINGS if summary.is_blocked else EXIT_DONE


def _tell(summary: TranscriptsSummary, out: Path, as_json: bool) -> None:
    from graftrial.cli.study import print_findings

    if as_json:
        said = {
            "out": str(out), "biopsies": summary.biopsies, "scored": summary.scored, "quality": summary.verdicts,
            "findings": len(summary.findings), "written": summary.written,
            "blocking_findings": sum(each.blocking for each in summary.findings),
        }  # fmt: skip
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    print_findings(summary.findings)
    click.echo(f"biopsies {summary.biopsies:,}, with scores {summary.scored:,}")
    click.echo("quality  " + ", ".join(f"{count} {name}" for name, count in summary.verdicts.items()))
    click.echo(f"written  {out}: {', '.join(summary.written)}")
