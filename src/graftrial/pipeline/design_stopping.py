"""The answer of `graftrial design stopping`: boundary, exact operating characteristics, sentences, study-file lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from graftrial.pipeline.design_request import Request, located
from graftrial.stats.stopping import (
    CONVENTION,
    Boundary,
    OperatingCharacteristics,
    largest_rate_rarely_stopped,
)


@dataclass(frozen=True, slots=True)
class DesignAnswer:
    """A request and what its design does."""

    request: Request
    characteristics: tuple[OperatingCharacteristics, ...]

    @property
    def boundary(self) -> Boundary:
        """Looks and the numbers that stop."""
        return self.request.design.boundary

    @property
    def largest_rate(self) -> float | None:
        """The largest event probability that is stopped at most every second time; None where it never stops."""
        return largest_rate_rarely_stopped(self.boundary)

    @property
    def at_p0(self) -> OperatingCharacteristics:
        """The operating characteristics at p0, of which p_stop is the size."""
        return next(each for each in self.characteristics if each.p == self.request.design.p0)


def answer(request: Request, where: str = "design stopping") -> DesignAnswer:
    """Boundary and exact operating characteristics of a request.

    Raises: UsageError GT-STOP-003, -009.
    """
    with located(where):
        exact = request.design.operating_characteristics(request.rates)
    return DesignAnswer(request, exact)


def as_json(given: DesignAnswer) -> dict[str, Any]:
    """The object that `--json` prints; the names are a contract."""
    design = given.request.design
    return {
        "rule": design.rule,
        "title": design.title,
        "p0": design.p0,
        "n_max": design.n_max,
        "alpha": design.alpha,
        "parameters": parameters_of(given.request),
        "convention": CONVENTION,
        "n_at_look": list(given.boundary.n_at_look),
        "stop_if_at_least": list(given.boundary.stop_if_at_least),
        "can_stop": given.boundary.can_stop,
        "size": given.at_p0.p_stop,
        "operating_characteristics": [asdict(each) for each in given.characteristics],
        "citation": design.reference,
    }


def parameters_of(request: Request) -> dict[str, Any]:
    """The parameters by the names of the batch file and the study file."""
    design = request.design
    found: dict[str, Any] = {}
    for name in ("delta", "p1", "nu", "margin", "cut", "predictive_cut"):
        if getattr(design, name) is not None:
            found[name] = getattr(design, name)
    if design.prior is not None and len(design.prior.components) == 1:
        _, found["prior_a"], found["prior_b"] = design.prior.components[0]
    elif design.prior is not None:
        found["prior"] = [list(each) for each in design.prior.components]
    if design.control is not None:
        found["control"] = [list(each) for each in design.control.components]
    if design.imported is not None:
        found["table"] = [list(each) for each in design.imported]
    return found


def sentences(found: Boundary) -> tuple[str, ...]:
    """What a board reads: one sentence for each run of looks with the same number."""
    told = []
    for first, last, least, is_every in _runs(found):
        at = f"After {first} {'patient' if first == 1 else 'patients'}"
        if first != last:
            at = (
                f"After {first} to {last} patients"
                if is_every
                else f"At the looks from {first} to {last} patients"
            )
        if least is None:
            told.append(f"{at}: the rule cannot stop the trial.")
        else:
            told.append(f"{at}: stop if the number of patients with the event is at least {least}.")
    return tuple(told)


def _runs(found: Boundary) -> Iterator[tuple[int, int, int | None, bool]]:
    """First and last look of a run, the number that stops (None: cannot), whether every patient between is a look."""
    run: list[int] = []
    before: int | None = -1
    for n, least in zip(found.n_at_look, found.stop_if_at_least, strict=True):
        number = least if least <= n else None
        if run and number != before:
            yield run[0], run[-1], before, len(run) == run[-1] - run[0] + 1
            run = []
        run.append(n)
        before = number
    yield run[0], run[-1], before, len(run) == run[-1] - run[0] + 1


def study_file_lines(request: Request, event: str, window_days: int | None) -> str:
    """The lines of the study file that put this rule in force; what was not said stays a comment to be filled in."""
    design = request.design
    least = '"' + f"boundary_{design.rule}" + '"'
    lines = [
        "[[safety.rules]]",
        f"id = {least}",
        'layer = "boundary"',
        f'text = "Stop by the {design.title} boundary"',
        'action = "stop"',
        f'rule = "{design.rule}"',
        f"p0 = {design.p0}",
        f"n_max = {design.n_max}",
    ]
    if design.alpha is not None:
        lines.append(f"alpha = {design.alpha}")
    if design.looks:
        lines.append(f"looks = {list(design.looks)}")
    lines += [f"{name} = {value}" for name, value in parameters_of(request).items()]
    lines.append(f'event = "{event}"' if event else '# event = ""  # id of a monitored event of this file')
    lines.append(
        f"window_days = {window_days}" if window_days else "# window_days =  # days after the first infusion"
    )
    return "\n".join(lines)
