"""The design report of a stopping rule, for the appendix of a protocol."""

from __future__ import annotations

from pathlib import Path

from graftrial.pipeline.design_request import cited
from graftrial.pipeline.design_stopping import DesignAnswer, parameters_of, sentences, study_file_lines
from graftrial.pipeline.write import written_aside
from graftrial.report.blocks import Cell, Column, Row, Table
from graftrial.report.design_page import DesignPage, render_design
from graftrial.report.figures.stopping import boundary_figure, expected_figure, stopping_figure
from graftrial.report.numbers import percent, plain, rounded
from graftrial.stats.stopping import (
    CONVENTION,
    InCalendarTime,
    in_calendar_time,
    rule_of,
)

CURVE = tuple(step / 100 for step in range(1, 100))
WORDS = {
    "delta": "Delta",
    "p1": "Unacceptable probability p1",
    "nu": "Second cut nu",
    "margin": "Margin over the control",
    "cut": "Posterior cut",
    "predictive_cut": "Predictive cut",
    "prior_a": "Prior a",
    "prior_b": "Prior b",
    "prior": "Prior mixture (weight, a, b)",
    "control": "Control mixture (weight, a, b)",
}


def write_design(
    given: DesignAnswer,
    out: Path,
    command: str,
    event: str,
    window_days: int | None,
    accrual_days: float | None,
) -> list[Path]:
    """Writes design.html and its figures into `out`; what was there before stays whole until then.

    command: the command line that was given. accrual_days: with window_days, adds pending patients and calendar time.
    Raises: OutputUnwritable GT-OUT-001.
    """
    timed = in_time(given, window_days, accrual_days)
    with written_aside(out) as aside:
        names = [
            path.relative_to(aside)
            for path in render_design(_page(given, command, event, window_days, timed), aside)
        ]
    return [out / name for name in names]


def in_time(
    given: DesignAnswer, window_days: int | None, accrual_days: float | None
) -> tuple[InCalendarTime, ...]:
    """Pending patients and calendar time under uniform accrual, where both lengths are said."""
    if window_days is None or accrual_days is None:
        return ()
    return in_calendar_time(given.boundary, given.request.rates, accrual_days, window_days)


def _page(
    given: DesignAnswer, command: str, event: str, window_days: int | None, timed: tuple[InCalendarTime, ...]
) -> DesignPage:
    design = given.request.design
    curve = design.operating_characteristics(CURVE)
    steps = [
        (n, b)
        for n, b in zip(given.boundary.n_at_look, given.boundary.stop_if_at_least, strict=True)
        if b <= n
    ]
    return DesignPage(
        title=f"{design.title} stopping rule for {design.n_max} patients",
        kind="Design of a safety stopping rule",
        lead=f"Stops the trial on the evidence of {rule_of(design.rule).looks_at}; p0 is {design.p0}.",
        assumptions=_assumptions(given),
        sentences=sentences(given.boundary),
        tables=(_boundary_table(given), _characteristics_table(given), *_time_table(timed)),
        figures=(
            boundary_figure(steps, design.n_max),
            stopping_figure([(each.p, each.p_stop) for each in curve], design.p0, design.alpha),
            expected_figure([(each.p, each.e_n) for each in curve], design.p0, design.n_max),
        ),
        remarks=_remarks(given),
        citations=cited(design),
        reproduce=command,
        study_file=study_file_lines(given.request, event, window_days),
    )


def _assumptions(given: DesignAnswer) -> tuple[tuple[str, str], ...]:
    design = given.request.design
    looks = (
        "after every patient"
        if not design.looks and design.imported is None
        else ", ".join(map(str, design.n_at_look))
    )
    more = [
        (WORDS[name], str(value)) for name, value in parameters_of(given.request).items() if name in WORDS
    ]
    return (
        ("Rule", design.title),
        ("Acceptable probability p0", str(design.p0)),
        ("Patients planned", str(design.n_max)),
        ("Size asked for (alpha)", "none: the cut is fixed" if design.alpha is None else str(design.alpha)),
        ("Size attained", percent(given.at_p0.p_stop, 2)),
        ("Looks", looks),
        *more,
    )


def _boundary_table(given: DesignAnswer) -> Table:
    rows = tuple(
        Row(
            (
                Cell(str(n)),
                Cell(str(least) if least <= n else "cannot stop", tone="" if least <= n else "quiet"),
            )
        )
        for n, least in zip(given.boundary.n_at_look, given.boundary.stop_if_at_least, strict=True)
    )
    columns = (Column("Patients n"), Column("Stop if events are at least", is_number=True))
    return Table("Boundary", columns, rows, (f"Convention: {CONVENTION}.",), compact=True, narrow=True)


def _characteristics_table(given: DesignAnswer) -> Table:
    titles = ("True probability p", "P(stop)", "P(stop before the last look)", "E(patients)", "E(events)")
    rows = tuple(
        Row(
            (
                Cell(f"{plain(each.p, 4)}{' (p0)' if each.p == given.request.design.p0 else ''}"),
                Cell(percent(each.p_stop, 2)),
                Cell(percent(each.p_stop_before_last_look, 2)),
                Cell(rounded(each.e_n, 2)),
                Cell(rounded(each.e_events, 2)),
            )
        )
        for each in given.characteristics
    )
    columns = (Column(titles[0]), *(Column(each, is_number=True) for each in titles[1:]))
    return Table("Operating characteristics, exact", columns, rows)


def _time_table(timed: tuple[InCalendarTime, ...]) -> tuple[Table, ...]:
    if not timed:
        return ()
    titles = ("True probability p", "E(pending at the stop)", "E(events among them)", "E(calendar days)")
    rows = tuple(
        Row(
            (
                Cell(plain(each.p, 4)),
                Cell(rounded(each.e_pending, 2)),
                Cell(rounded(each.e_events_pending, 2)),
                Cell(rounded(each.e_calendar_time)),
            )
        )
        for each in timed
    )
    columns = (Column(titles[0]), *(Column(each, is_number=True) for each in titles[1:]))
    return (Table("Under uniform accrual", columns, rows),)


def _remarks(given: DesignAnswer) -> tuple[str, ...]:
    told = [
        "P(stop) includes the last look. All probabilities are computed exactly by recursion; nothing is simulated.",
        "The first n patients are those infused first. An open window is pending: neither an event nor its absence.",
    ]
    if given.largest_rate is not None:
        told.append(
            f"The largest true probability that is stopped at most every second time is {plain(given.largest_rate, 3)}."
        )
    if not given.boundary.can_stop:
        told.append("No attainable constant keeps the size within alpha: this rule can never stop the trial.")
    return tuple(told)
