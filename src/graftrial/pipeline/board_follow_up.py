"""A rule over total follow-up in the board report: the picture, the rate per patient-year, which events would stop."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.analyse.safety_follow_up import FollowUpCourse
from graftrial.dates import DAYS_PER_YEAR
from graftrial.report.blocks import Block, Cell, Column, Row, Table
from graftrial.report.figures.follow_up import follow_up_figure
from graftrial.report.numbers import ordinal, rounded
from graftrial.stats.rates import garwood
from graftrial.stats.stopping.time_to_event import rate_of

NOT_ESTIMABLE = "not estimable"
AHEAD = 3  # events looked at beyond today's


def follow_up_blocks(name: str, course: FollowUpCourse, subtitle: str) -> Iterator[Block]:
    """name: of the files of the figure."""
    design, said = course.design, course.said
    limits = design.table()
    yield follow_up_figure(name, design.title, limits, course.so_far.at_events, said.follow_up, subtitle)
    yield _rate(course)
    ahead = [(d, at) for d, at in limits if d > said.events and at >= said.follow_up][:AHEAD]
    if said.decisive is None and ahead:
        columns = (
            Column("The next events", wide=True),
            Column("Stop if it comes up to", is_number=True, below="days of follow-up together"),
            Column("From today", is_number=True, below="further days together"),
        )
        rows = tuple(
            Row((Cell(f"{ordinal(d)} event"), Cell(rounded(at)), Cell(rounded(at - said.follow_up))))
            for d, at in ahead
        )
        notes = (
            ("The events before these come too late to stop the trial.",)
            if ahead[0][0] > said.events + 1
            else ()
        )
        yield Table("Which events would stop", columns, rows, notes, narrow=True)


def _rate(course: FollowUpCourse) -> Table:
    """Events per patient-year, beside the rate that p0 means."""
    design, said = course.design, course.said
    years = said.follow_up / DAYS_PER_YEAR
    found = garwood(said.events, years)
    accepted = rate_of(design.p0, design.window) * DAYS_PER_YEAR
    low, high = found.lower, found.upper
    exact = NOT_ESTIMABLE
    if isinstance(low, float) and isinstance(high, float):
        exact = f"{rounded(low, 2)} to {rounded(high, 2)}"
    value = rounded(found.value, 2) if isinstance(found.value, float) else NOT_ESTIMABLE
    rows = (
        ("Patient-years followed", rounded(years, 2)),
        ("Events per patient-year", value),
        ("Exact 95% interval (Garwood)", exact),
        (f"Rate that p0 {design.p0:g} in {rounded(design.window)} days means", rounded(accepted, 2)),
    )
    columns = (Column("Statement", wide=True), Column("Value", is_number=True))
    notes = ("A patient's follow-up ends with the event, with leaving, with the window or at the data cut.",)
    return Table(
        "Events over follow-up", columns, tuple(Row((Cell(a), Cell(b))) for a, b in rows), notes, narrow=True
    )
