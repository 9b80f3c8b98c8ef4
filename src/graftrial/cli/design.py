"""The commands that design a trial before its first patient."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graftrial.cli.design_dose import dose, two_stage
from graftrial.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    from graftrial.pipeline.design_stopping import DesignAnswer

FILE = click.Path(path_type=Path)
OPTIONS: tuple[tuple[str, type[Any], str], ...] = (
    ("--p0", float, "Acceptable event probability."),
    ("--subjects", int, "Patients planned."),
    ("--alpha", float, "P(stop | p0) that may not be exceeded."),
    ("--looks", str, "Numbers of patients, separated by commas; without it every patient is a look."),
    ("--delta", float, "Of wang_tsiatis (0 is O'Brien-Fleming) or power_family (0 is Pocock)."),
    ("--prior-a", float, "a of the beta prior."),
    ("--prior-b", float, "b of the beta prior."),
    ("--prior", str, "Mixture prior: weight:a:b,weight:a:b."),
    ("--control", str, "Mixture of the control: weight:a:b,weight:a:b."),
    ("--margin", float, "Tolerated excess over the control."),
    ("--p1", float, "Unacceptable event probability, of sprt and chen_chaloner."),
    ("--nu", float, "Second cut of chen_chaloner."),
    ("--cut", float, "Fixed posterior cut, of posterior, posterior_vs_control and predictive."),
    ("--predictive-cut", float, "Fixed predictive cut, of predictive."),
    (
        "--rates",
        str,
        "True event probabilities to judge the rule at, separated by commas; p0 is always added.",
    ),
)


@click.group()
def design() -> None:
    """Design a trial: stopping rules, dose finding, two stages, with exact operating characteristics.

    \b
    Example
      graftrial design stopping --rule pocock --p0 0.1 --subjects 20 --alpha 0.05
      graftrial design dose --method boin --target 0.3 --doses 5
      graftrial design two-stage --method simon --p0 0.1 --p1 0.3 --alpha 0.05 --beta 0.2
    """


design.add_command(dose)
design.add_command(two_stage)


def _numbers(command: Any) -> Any:
    for name, kind, text in reversed(OPTIONS):
        command = click.option(name, type=kind, default=None, help=text)(command)
    return command


@design.command()
@click.option("--rule", default=None, help="Id of the rule, such as pocock; there is no default.")
@_numbers
@click.option("--table", type=FILE, default=None, help="CSV of the rule `table`: n,stop_if_at_least.")
@click.option("--batch", type=FILE, default=None, help="JSON list of designs; prints the list of answers.")
@click.option("--event", default="", help="Id of the monitored event, for the study-file lines.")
@click.option(
    "--window-days", type=click.IntRange(1), default=None, help="Days after the infusion that count."
)
@click.option(
    "--accrual-days", type=click.FloatRange(0, min_open=True), default=None, help="Length of accrual."
)
@click.option("--out", type=FILE, default=None, help="Folder for the design report of the protocol appendix.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def stopping(batch: Path | None, out: Path | None, as_json: bool, **given: Any) -> int:
    """Boundary and exact operating characteristics of a safety stopping rule.

    \b
    Example
      graftrial design stopping --rule pocock --p0 0.1 --subjects 20 --alpha 0.05 --rates 0.1,0.2,0.3
      graftrial design stopping --rule wang_tsiatis --delta 0.25 --p0 0.1 --subjects 20 --alpha 0.05 --looks 5,10,15,20
      graftrial design stopping --batch designs.json --json
    """
    from graftrial.pipeline.design_request import request_of, requests_of_file
    from graftrial.pipeline.design_stopping import answer
    from graftrial.pipeline.design_stopping import as_json as shaped

    if batch is not None:
        if named := [name for name, value in {**given, "out": out}.items() if value not in (None, "")]:
            raise UsageError.of("GT-STOP-008", "--batch", name=f"--{named[0].replace('_', '-')}")
        answers = [
            answer(each, f"{batch.name}, design {n}") for n, each in enumerate(requests_of_file(batch), 1)
        ]
        click.echo(json.dumps([shaped(each) for each in answers], indent=None if as_json else 2))
        return EXIT_DONE
    found = answer(request_of(_asked(given), "graftrial design stopping"))
    written = _write(found, out, given) if out is not None else []
    if as_json:
        told = shaped(found) | {"largest_p_stopped_at_most_half": found.largest_rate}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _tell(found, given)
        for path in written[:1]:
            click.echo(f"written  {path}")
    return EXIT_DONE


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    from graftrial.pipeline.design_request import table_of_file

    names = ("delta", "prior_a", "prior_b", "margin", "p1", "nu", "cut", "predictive_cut")
    parameters = {name: given[name] for name in names if given[name] is not None}
    for name in ("prior", "control"):
        if given[name] is not None:
            parameters[name] = [_floats(f"--{name}", each, ":") for each in given[name].split(",")]
    if given["table"] is not None:
        parameters["table"] = table_of_file(given["table"])
    return {
        "rule": given["rule"],
        "p0": given["p0"],
        "n_max": given["subjects"],
        "alpha": given["alpha"],
        "n_at_look": None if given["looks"] is None else _floats("--looks", given["looks"], ","),
        "parameters": parameters,
        "rates": None if given["rates"] is None else _floats("--rates", given["rates"], ","),
    }


def _floats(option: str, text: str, separator: str) -> list[float]:
    try:
        return [float(each) for each in text.split(separator)]
    except ValueError as error:
        expected = f"numbers separated by {separator}"
        raise UsageError.of("GT-STOP-006", option, name=option, given=text, expected=expected) from error


def _write(found: DesignAnswer, out: Path, given: dict[str, Any]) -> list[Path]:
    from graftrial.pipeline.design_report import write_design

    command = _command_line(given, out)
    return write_design(found, out, command, given["event"], given["window_days"], given["accrual_days"])


def _command_line(given: dict[str, Any], out: Path) -> str:
    import shlex

    words = ["graftrial", "design", "stopping"]
    for name, value in {**given, "out": out.name}.items():
        if value not in (None, ""):
            words += [f"--{name.replace('_', '-')}", value.name if isinstance(value, Path) else str(value)]
    return shlex.join(words)


def _tell(found: DesignAnswer, given: dict[str, Any]) -> None:
    from graftrial.pipeline.design_text import lines

    for line in lines(found, given["event"], given["window_days"], given["accrual_days"]):
        click.echo(line)
