"""The answer of `graftrial design stopping` as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.pipeline.design_report import in_time
from graftrial.pipeline.design_stopping import DesignAnswer, sentences, study_file_lines
from graftrial.report.numbers import percent, plain, rounded


def lines(
    given: DesignAnswer, event: str, window_days: int | None, accrual_days: float | None
) -> Iterator[str]:
    """Rule, boundary table, sentences, operating characteristics, study-file lines."""
    design = given.request.design
    size = "" if design.alpha is None else f", alpha {design.alpha}"
    yield f"rule     {design.title}: p0 {design.p0}, {design.n_max} patients{size}"
    yield f"size     {percent(given.at_p0.p_stop, 2)} attained"
    yield f"source   {design.reference}"
    yield ""
    yield "       n  stop if at least"
    for n, least in zip(given.boundary.n_at_look, given.boundary.stop_if_at_least, strict=True):
        yield f"{n:>8}  {least if least <= n else 'cannot stop'}"
    yield ""
    yield from sentences(given.boundary)
    yield ""
    yield "       p   P(stop)  before last  E(patients)  E(events)"
    for each in given.characteristics:
        before = percent(each.p_stop_before_last_look, 2)
        yield (
            f"{plain(each.p, 4):>8}  {percent(each.p_stop, 2):>8}  {before:>11}  {rounded(each.e_n, 2):>11}"
            f"  {rounded(each.e_events, 2):>9}"
        )
    if given.largest_rate is not None:
        yield f"P(stop) is at most one half up to p = {plain(given.largest_rate, 3)}."
    for timed in in_time(given, window_days, accrual_days):
        yield (
            f"p {plain(timed.p, 4)}: {rounded(timed.e_pending, 2)} pending at the stop, "
            f"{rounded(timed.e_events_pending, 2)} events among them, {rounded(timed.e_calendar_time)} days in all"
        )
    yield ""
    yield "In the study file:"
    yield study_file_lines(given.request, event, window_days)
