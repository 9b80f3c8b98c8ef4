"""The command that designs a stopping rule over total follow-up, for events that come late."""

from __future__ import annotations

import json

import click

from graftrial.errors import EXIT_DONE, UsageError

RULES = "pocock, obrien_fleming, wang_tsiatis, sprt, maxsprt or gamma_poisson"


@click.command("follow-up")
@click.option("--rule", required=True, help=f"{RULES}.")
@click.option("--p0", type=float, required=True, help="Acceptable event probability within the window.")
@click.option("--subjects", type=int, required=True, help="Patients planned.")
@click.option("--alpha", type=float, required=True, help="P(stop | p0) to which the rule is calibrated.")
@click.option("--window-days", type=float, required=True, help="Days after the infusion that count.")
@click.option(
    "--calibrated-to",
    type=click.Choice(["maximum", "expected"]),
    required=True,
    help="Total follow-up at which the size is alpha: if nobody has the event, or as expected under p0.",
)
@click.option("--delta", type=float, help="Of wang_tsiatis: 0 is O'Brien-Fleming, 0.5 is Pocock.")
@click.option("--p1", type=float, help="Unacceptable event probability, of sprt.")
@click.option("--prior-shape", type=float, help="Of gamma_poisson: events that the prior is worth.")
@click.option("--prior-rate", type=float, help="Of gamma_poisson: days of follow-up that the prior is worth.")
@click.option("--rates", help="Event probabilities to judge the rule at, separated by commas.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def follow_up(
    rule: str,
    p0: float,
    subjects: int,
    alpha: float,
    window_days: float,
    calibrated_to: str,
    delta: float | None,
    p1: float | None,
    prior_shape: float | None,
    prior_rate: float | None,
    rates: str | None,
    as_json: bool,
) -> int:
    """A stopping rule for time to event: events against the total follow-up of all patients.

    With staggered entry and open windows a count among n patients comes late; total follow-up uses what is known.

    \b
    Example
      graftrial design follow-up --rule pocock --p0 0.2 --subjects 20 --alpha 0.1 \\
        --window-days 90 --calibrated-to maximum
    """
    from graftrial.pipeline import design_follow_up as made

    asked = {
        "rule": rule,
        "p0": p0,
        "n_max": subjects,
        "alpha": alpha,
        "window": window_days,
        "calibrated_to": calibrated_to,
        "delta": delta,
        "p1": p1,
        "prior_shape": prior_shape,
        "prior_rate": prior_rate,
    }
    found = made.answer_follow_up(asked, _numbers(rates))
    if as_json:
        click.echo(json.dumps(made.as_json(found), indent=2, ensure_ascii=False))
    else:
        for line in made.lines(found):
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
