"""The command `graftrial`: its sub-commands, and how every run ends."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from graftrial.cli.design import design
from graftrial.cli.design_follow_up import follow_up
from graftrial.cli.files import banff, egfr
from graftrial.cli.monitor import monitor
from graftrial.cli.rule_book import rules
from graftrial.cli.study import check, explain, init, report, simulate
from graftrial.cli.transcripts import transcripts
from graftrial.errors import EXIT_BUG, EXIT_DONE, EXIT_USAGE, GraftrialError

SELDOM = 200_000  # new objects between two collections: a report makes many small ones that stay to its end


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and ends with its exit code."""
    gc.set_threshold(SELDOM)
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
      graftrial monitor my-trial         the safety state now
    """


for each in (init, simulate, check, report, monitor, explain, banff, egfr, transcripts, design, rules):
    graftrial.add_command(each)
design.add_command(follow_up)


if __name__ == "__main__":
    main()
