"""The commands that design a dose-finding or a phase 2 trial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from graftrial.errors import EXIT_DONE, UsageError

FILE = click.Path(path_type=Path)
NUMBERS: tuple[tuple[str, str, type[Any], str], ...] = (
    ("--target", "target", float, "DLT probability aimed at."),
    ("--doses", "n_doses", int, "Number of doses."),
    ("--start-dose", "start_dose", int, "Dose of the first cohort, from 1."),
    ("--stop-at-n", "stop_at_n", int, "The dose is found once that many were treated at it."),
    (
        "--skeleton",
        "skeleton",
        str,
        "Of crm and tite-crm: guesses of the DLT probabilities, separated by commas.",
    ),
    (
        "--half-width",
        "half_width",
        float,
        "Of crm: half-width of the indifference interval that makes the skeleton.",
    ),
    ("--nu", "nu", int, "Of crm: the dose guessed to have the target, with --half-width."),
    ("--model", "model", str, "Of crm: empiric (as published first) or logistic."),
    ("--stop-cut", "stop_cut", float, "Of crm: stop once P(lowest dose above target) exceeds it."),
    ("--window-days", "window", float, "Of tite-crm: length of the DLT window."),
    ("--days-between", "accrual_interval", float, "Of tite-crm: mean days between patients, to simulate."),
    ("--below", "below", float, "Of mtpi2, keyboard, i3+3: how far below the target is acceptable."),
    ("--above", "above", float, "Of mtpi2, keyboard, i3+3: how far above the target is acceptable."),
    ("--efficacy", "efficacy", float, "Of boin12: lowest acceptable response probability."),
    (
        "--n-star",
        "n_star",
        int,
        "Of boin12: patients from which a rate above lambda_e keeps from escalating.",
    ),
)

NAMES = {field: name.removeprefix("--") for name, field, _, _ in NUMBERS} | {
    "cohort_size": "cohort",
    "max_n": "subjects",
    "extra_safe": "extra-safe",
}


def _options(command: Any) -> Any:
    for name, field, kind, text in reversed(NUMBERS):
        command = click.option(name, field, type=kind, default=None, help=text)(command)
    return command


@click.command()
@click.option(
    "--method", default=None, help="3+3, boin, mtpi2, keyboard, i3+3, crm, tite-crm, boin12 or table."
)
@_options
@click.option("--cohort", "cohort_size", type=int, default=3, show_default=True, help="Patients of a cohort.")
@click.option("--subjects", "max_n", type=int, default=30, show_default=True, help="Patients planned.")
@click.option("--extra-safe", is_flag=True, help="Of boin: the lowest dose is eliminated earlier.")
@click.option("--table", type=FILE, default=None, help="Of table: CSV with n, x, action (E, S, D, DU).")
@click.option(
    "--scenario", "scenarios", multiple=True, help="True DLT probabilities of the doses; may be repeated."
)
@click.option(
    "--efficacy-scenario",
    multiple=True,
    help="Of boin12: true response probabilities.",
)
@click.option("--simulate", is_flag=True, help="Simulate instead of walking all paths; needs --seed.")
@click.option("--seed", type=int, default=None, help="Of the simulation.")
@click.option("--trials", type=click.IntRange(1), default=10_000, show_default=True, help="Simulated trials.")
@click.option("--out", type=FILE, default=None, help="Folder for the design report of the protocol appendix.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def dose(
    table: Path | None, scenarios: tuple[str, ...], efficacy_scenario: tuple[str, ...], simulate: bool,
    seed: int | None, trials: int, out: Path | None, as_json: bool, **given: Any,
) -> int:  # fmt: skip
    """Decision table and operating characteristics of a dose-finding design.

    \b
    Example
      graftrial design dose --method boin --target 0.3 --doses 5 --scenario 0.05,0.15,0.3,0.45,0.6
      graftrial design dose --method crm --target 0.25 --doses 5 --subjects 24 --half-width 0.05 --nu 3
    """
    from graftrial.pipeline.design_dose import answer, cells_of_file
    from graftrial.pipeline.design_dose import as_json as shaped
    from graftrial.pipeline.design_dose_report import lines, write_dose_design

    asked = dict(given)
    if asked["skeleton"] is not None:
        asked["skeleton"] = _floats("--skeleton", asked["skeleton"])
    asked["cells"] = cells_of_file(table) if table is not None else None
    asked["scenarios"] = tuple(_floats("--scenario", each) for each in scenarios)
    efficacy = [_floats("--efficacy-scenario", each) for each in efficacy_scenario]
    found = answer(asked, efficacy, simulate, seed, trials)
    if out is not None:
        more: dict[str, Any] = {
            "table": table,
            "scenario": scenarios,
            "efficacy-scenario": efficacy_scenario,
            "simulate": simulate,
        }
        more |= {"seed": seed, "trials": trials if simulate else None, "out": out.name}
        told = {NAMES.get(key, key): value for key, value in given.items()}
        written = write_dose_design(found, out, _command_line("dose", told | more))
    if as_json:
        click.echo(json.dumps(shaped(found), indent=2, ensure_ascii=False))
        return EXIT_DONE
    for line in lines(found):
        click.echo(line)
    if out is not None:
        click.echo(f"written  {written[0]}")
    return EXIT_DONE


@click.command(name="two-stage")
@click.option("--method", default=None, help="simon, bryant-day, bop2 or single.")
@click.option("--p0", type=float, required=True, help="Response probability that is too low.")
@click.option("--p1", type=float, required=True, help="Response probability that is to be found.")
@click.option("--alpha", type=float, required=True, help="P(accepted | p0) that may not be exceeded.")
@click.option(
    "--beta", type=float, default=None, help="P(not accepted | p1) that may not be exceeded; not of bop2."
)
@click.option(
    "--toxicity-bad", type=float, default=None, help="Of bryant-day: toxicity probability that is too high."
)
@click.option(
    "--toxicity-good",
    type=float,
    default=None,
    help="Of bryant-day: toxicity probability that is acceptable.",
)
@click.option(
    "--alpha-toxicity", type=float, default=None, help="Of bryant-day: error on toxicity; alpha without it."
)
@click.option("--looks", default=None, help="Of bop2: numbers of patients, separated by commas.")
@click.option("--n-max", type=int, default=None, help="Largest n that is searched.")
@click.option("--out", type=FILE, default=None, help="Folder for the design report of the protocol appendix.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def two_stage(looks: str | None, out: Path | None, as_json: bool, **given: Any) -> int:
    """Two-stage and other phase 2 designs with exact errors.

    \b
    Example
      graftrial design two-stage --method simon --p0 0.1 --p1 0.3 --alpha 0.05 --beta 0.2
      graftrial design two-stage --method bop2 --p0 0.2 --p1 0.4 --alpha 0.1 --looks 10,20,30
    """
    from graftrial.pipeline.design_two_stage import TwoStageQuestion, answer
    from graftrial.pipeline.design_two_stage import as_json as shaped
    from graftrial.pipeline.design_two_stage_report import lines, write_two_stage

    asked = {**given, "method": given["method"] or ""}
    whole = tuple(int(each) for each in _floats("--looks", looks)) if looks is not None else ()
    found = answer(TwoStageQuestion(**asked, looks=whole))
    if out is not None:
        told = {key.replace("_", "-"): value for key, value in given.items()}
        written = write_two_stage(
            found, out, _command_line("two-stage", told | {"looks": looks, "out": out.name})
        )
    if as_json:
        click.echo(json.dumps(shaped(found), indent=2, ensure_ascii=False))
        return EXIT_DONE
    for line in lines(found):
        click.echo(line)
    if out is not None:
        click.echo(f"written  {written[0]}")
    return EXIT_DONE


def _floats(option: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(each) for each in text.split(","))
    except ValueError as error:
        raise UsageError.of("GT-DSGN-010", option, name=option, given=text) from error


def _command_line(command: str, given: dict[str, Any]) -> str:
    import shlex

    words = ["graftrial", "design", command]
    for name, value in given.items():
        if isinstance(value, tuple):
            words += [word for each in value for word in (f"--{name}", str(each))]
        elif value is True:
            words.append(f"--{name}")
        elif value not in (None, False, ""):
            words += [f"--{name}", value.name if isinstance(value, Path) else str(value)]
    return shlex.join(words)
