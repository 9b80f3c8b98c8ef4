"""The design report of a two-stage design, for the appendix of a protocol, and its lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graftrial.pipeline.design_request import cited
from graftrial.pipeline.design_two_stage import CONVENTION, TwoStageAnswer, sentences
from graftrial.pipeline.write import written_aside
from graftrial.report.blocks import Cell, Column, Row, Table
from graftrial.report.design_page import DesignPage, render_design
from graftrial.report.figures.designs import acceptance_figure
from graftrial.report.numbers import plain

WORDS = {
    "r1": "r1", "s1": "s1", "n1": "n1", "r": "r", "s": "s", "n": "n",
    "expected_n": "E(n) at p0", "pet": "P(early stop) at p0",
    "size": "Size", "power": "Power", "alpha_response": "Error, response", "alpha_toxicity": "Error, toxicity",
    "q_low": "Best from q", "q_high": "to q", "lambda": "lambda", "gamma": "gamma", "n_at_look": "Looks",
    "stop_if_at_most": "Stop if at most", "distinct_boundaries": "Boundaries compared",
}  # fmt: skip


def write_two_stage(given: TwoStageAnswer, out: Path, command: str) -> list[Path]:
    """Writes design.html and its figures into `out`; what was there before stays whole until then.

    Raises: OutputUnwritable GT-OUT-001.
    """
    with written_aside(out) as aside:
        names = [path.relative_to(aside) for path in render_design(_page(given, command), aside)]
    return [out / name for name in names]


def lines(given: TwoStageAnswer) -> Iterator[str]:
    """Question, designs and sentences."""
    asked = given.question
    beta = "" if asked.beta is None else f", beta {asked.beta}"
    yield f"design   {given.title}: p0 {asked.p0}, p1 {asked.p1}, alpha {asked.alpha}{beta}"
    yield f"source   {given.citation}"
    yield f"reads    {CONVENTION[asked.method]}"
    for each in given.found:
        yield ""
        yield each.name
        for name, value in each.numbers.items():
            yield f"  {WORDS[name]:<22}{_said(value)}"
    yield ""
    yield from sentences(given)
    if given.n_searched is not None:
        yield f"Searched up to n = {given.n_searched}."


def _page(given: TwoStageAnswer, command: str) -> DesignPage:
    asked = given.question
    remarks = [
        "All probabilities are exact. The errors hold for the planned looks and number of patients alone."
    ]
    if asked.method == "bryant-day":
        remarks.append(
            "Response and toxicity are taken as independent; E(n) is the larger of the two null cases."
        )
    return DesignPage(
        title=f"{given.title}: {asked.p0} against {asked.p1}",
        kind="Design of a phase 2 trial",
        lead=CONVENTION[asked.method].capitalize() + ".",
        assumptions=_assumptions(given),
        sentences=sentences(given),
        tables=(_table(given),),
        figures=(
            acceptance_figure(
                [(each.name, p, value) for each in given.found[:2] for p, value in each.curve],
                asked.p0,
                asked.p1,
                asked.alpha,
            ),
        ),
        remarks=tuple(remarks),
        citations=tuple(dict.fromkeys(each for best in given.found[:2] for each in cited(best.design))),
        reproduce=command,
    )


def _assumptions(given: TwoStageAnswer) -> tuple[tuple[str, str], ...]:
    asked = given.question
    more = [
        (word, str(value))
        for word, value in (
            ("Toxicity probability, bad", asked.toxicity_bad),
            ("Toxicity probability, good", asked.toxicity_good),
            ("Looks", ", ".join(map(str, asked.looks)) or None),
            ("Searched up to n", given.n_searched),
        )
        if value is not None
    ]
    return (
        ("Poor response probability p0", str(asked.p0)),
        ("Good response probability p1", str(asked.p1)),
        ("Size asked for (alpha)", str(asked.alpha)),
        (
            "Power asked for",
            "the largest that alpha allows" if asked.beta is None else plain(1 - asked.beta, 4),
        ),
        *more,
    )


def _table(given: TwoStageAnswer) -> Table:
    names = list(given.found[0].numbers)
    columns = (Column("Design"), *(Column(WORDS[each], is_number=True) for each in names))
    rows = tuple(
        Row((Cell(each.name), *(Cell(_said(each.numbers[name])) for name in names))) for each in given.found
    )
    return Table(
        "Designs with exact operating characteristics",
        columns,
        rows,
        (CONVENTION[given.question.method] + ".",),
    )


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return plain(value, 4) if isinstance(value, float) else str(value)
