"""The answer of `graftrial design follow-up`: boundary over total follow-up, operating characteristics, sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graftrial.pipeline.design_request import located
from graftrial.report.numbers import ordinal, percent, plain, plural, rounded
from graftrial.stats.stopping import FollowUpCharacteristics, FollowUpDesign

CONVENTION = (
    "stop at the d-th event if the total follow-up of all patients is then at most the value beside it"
)
STEPS = (0.0, 0.1, 0.2, 0.3)  # above p0, where no event probabilities are named


@dataclass(frozen=True, slots=True)
class FollowUpAnswer:
    """A design and what it does."""

    design: FollowUpDesign
    characteristics: tuple[FollowUpCharacteristics, ...]


def answer_follow_up(asked: Mapping[str, Any], rates: Sequence[float] | None) -> FollowUpAnswer:
    """Boundary and exact operating characteristics of a rule over total follow-up.

    asked: the fields of `FollowUpDesign`. rates: event probabilities within the window; p0 is always among them.
    Raises: UsageError GT-STOP-001 to -005.
    """
    with located("graftrial design follow-up"):
        design = FollowUpDesign(**asked)
        given = rates or [design.p0 + step for step in STEPS if design.p0 + step < 1]
        exact = design.operating_characteristics(sorted({design.p0, *given}))
    return FollowUpAnswer(design, exact)


def as_json(given: FollowUpAnswer) -> dict[str, Any]:
    """The object that `--json` prints."""
    design, found = given.design, given.design.boundary
    names = ("delta", "p1", "prior_shape", "prior_rate")
    return {
        "rule": design.rule,
        "p0": design.p0,
        "n_max": design.n_max,
        "alpha": design.alpha,
        "window": design.window,
        "parameters": {name: getattr(design, name) for name in names if getattr(design, name) is not None},
        "calibrated_to": design.calibrated_to,
        "convention": CONVENTION,
        "constant": found.constant,
        "size": found.size,
        "stop_if_events": list(found.stop_if_events),
        "while_total_follow_up_at_most": list(found.while_total_follow_up_at_most),
        "operating_characteristics": [asdict(each) for each in given.characteristics],
        "citation": design.reference,
    }


def lines(given: FollowUpAnswer, event: str = "") -> Iterator[str]:
    """Rule, boundary, size, operating characteristics and study-file lines. event: id of the monitored event."""
    design, found = given.design, given.design.boundary
    yield f"rule     {design.rule} over total follow-up: p0 {design.p0}, {design.n_max} patients, alpha {design.alpha}"
    yield f"window   {plain(design.window)} days each, {plain(design.maximum)} days together at the most"
    yield f"size     {percent(found.size, 2)}, calibrated to the {design.calibrated_to} follow-up"
    if found.size > design.alpha * (1 + 1e-6):
        yield "         above alpha: the rule was calibrated to the expected follow-up and may run to the maximum"
    yield f"source   {design.reference}"
    yield ""
    for events, at in design.table():
        yield f"Stop at the {ordinal(events)} event if it comes within {plural_days(at)} of follow-up together."
    yield ""
    yield "       p   P(stop)  E(events)  E(follow-up)"
    for each in given.characteristics:
        yield (
            f"{plain(each.p, 4):>8}  {percent(each.p_stop, 2):>8}  {rounded(each.e_events, 2):>9}"
            f"  {rounded(each.e_total_follow_up):>12}"
        )
    yield ""
    yield "In the study file:"
    yield from study_file_lines(design, event)


def study_file_lines(design: FollowUpDesign, event: str) -> Iterator[str]:
    """The lines that put this rule in force; what was not said stays a comment to be filled in."""
    yield "[[safety.rules]]"
    yield f'id = "follow_up_{design.rule}"'
    yield 'layer = "boundary"'
    yield 'over = "follow_up"'
    yield f'text = "Stop by the {design.title}"'
    yield 'action = "stop"'
    yield f'rule = "{design.rule}"'
    for name in ("p0", "n_max", "alpha", "delta", "p1", "prior_shape", "prior_rate"):
        if getattr(design, name) is not None:
            yield f"{name} = {getattr(design, name)}"
    yield f'calibrated_to = "{design.calibrated_to}"'
    whole = design.window == int(design.window)
    yield f"window_days = {int(design.window)}" if whole else "# window_days =  # whole days"
    yield f'event = "{event}"' if event else '# event = ""  # id of a monitored event of this file'


def plural_days(days: float) -> str:
    """Days in words, whole."""
    return plural(int(days), "day")
