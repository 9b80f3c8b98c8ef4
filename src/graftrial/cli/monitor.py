"""The command that watches the safety of a running trial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graftrial.cli.progress import progress
from graftrial.cli.study import FOLDER

if TYPE_CHECKING:
    from graftrial.pipeline.monitor import Monitored


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--cutoff", default="", metavar="DATE", help="Data cut, as 2024-06-30: the state as known then."
)
@click.option("--out", type=FOLDER, help="Folder for the board report: board.html and its figures.")
@click.option("--pdf", is_flag=True, help="With --out, also board.pdf.")
@click.option("--json", "as_json", is_flag=True, help="Print the state as JSON.")
def monitor(folder: Path, cutoff: str, out: Path | None, pdf: bool, as_json: bool) -> int:
    """The safety state now: may the trial go on?

    Exit code 0 go on; 10 a rule or the board says pause or stop; 11 a rule cannot be decided, or none is declared.

    \b
    Example
      graftrial monitor my-trial
      graftrial monitor my-trial --cutoff 2024-06-30 --out board/2024-07
    """
    from graftrial import pipeline
    from graftrial.pipeline.monitor import as_json as shaped
    from graftrial.pipeline.monitor import lines
    from graftrial.pipeline.monitor import monitor as watched

    with progress() as on_stage:
        found = watched(pipeline.run(folder, cutoff, on_stage))
        written = _board(found, folder, out, pdf) if out is not None else []
    if as_json:
        click.echo(json.dumps(shaped(found), indent=2, ensure_ascii=False))
    else:
        for line in (*lines(found), *(f"written   {path}" for path in written)):
            click.echo(line)
    return found.exit_code


def _board(found: Monitored, folder: Path, out: Path, pdf: bool) -> list[Path]:
    from graftrial.pipeline.board import write_board

    return write_board(found, folder, out, pdf)
