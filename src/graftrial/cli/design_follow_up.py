"""The command that designs a stopping rule over total follow-up, for events that come late."""

from __future__ import annotations

import json
from typing import Any

import click

from graftrial.errors import EXIT_DONE, UsageError

RULES = "pocock, obrien_fleming, wang_tsiatis, sprt, maxsprt or gamma_poisson"


OPTIONS: tuple[tuple[str, type[Any], bool, str], ...] = (
    ("--rule", str, True, f"{RULES}."),
    ("--p0", float, True, "Acceptable event probability within the window."),
    ("--subjects", int, True, "Patients planned."),
    ("--alpha", float, True, "P(stop | p0) to which the rule is calibrated."),
    ("--window-days", float, True, "Days after the infusion that count."),
    ("--delta", float, False, "Of wang_tsiatis: 0 is O'Brien-Fleming, 0.5 is Pocock."),
    ("--p1", float, False, "Unacceptable event probability, of sprt."),
    ("--prior-shape", float, False, "Of gamma_poisson: events that the prior is worth."),
    ("--prior-rate", float, False, "Of gamma_poisson: days of follow-up that the prior is worth."),
    ("--rates", str, False, "Event probabilities to judge the rule at, separated by commas."),
)
FIELDS = {
    "subjects": "n_max",
    "window_days": "window",
}  # names of the design where the option is called otherwise


def _options(command: Any) -> Any:
    for name, kind, is_required, text in reversed(OPTIONS):
        command = click.option(name, type=kind, required=is_required, help=text)(command)
    return command


@click.command("follow-up")
@_options
@click.option(
    "--calibrated-to",
    type=click.Choice(["maximum", "expected"]),
    required=True,
    help="Total follow-up at which the size is alpha: if nobody has the event, or as expected under p0.",
)
@click.option("--event", default="", help="Id of the monitored event, for the study-file lines.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def follow_up(rates: str | None, event: str, as_json: bool, **given: Any) -> int:
    """A stopping rule for time to event: events against the total follow-up of all patients.

    With staggered entry and open windows a count among n patients comes late; total follow-up uses what is known.

    \b
    Example
      graftrial design follow-up --rule pocock --p0 0.2 --subjects 20 --alpha 0.1 \\
        --window-days 90 --calibrated-to maximum
    """
    from graftrial.pipeline import design_follow_up as made

    asked = {FIELDS.get(name, name): value for name, value in given.items()}
    found = made.answer_follow_up(asked, _numbers(rates))
    if as_json:
        click.echo(json.dumps(made.as_json(found), indent=2, ensure_ascii=False))
    else:
        for line in made.lines(found, event):
            click.echo(line)
    return EXIT_DONE


def _numbers(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(each) for each in text.split(",")]
    except ValueError as error:
        expected = "numbers separated by ,"
        raise UsageError.of(
            "GT-STOP-006", "--rates", name="--rates", given=text, expected=expected
        ) from error
