"""Deciding while windows are open: act where every outcome of the pending leads to one action, otherwise wait."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from graftrial.stats.design import Decision
from graftrial.stats.designs.patients import TrialData
from graftrial.stats.stopping.refusal import WrongDesign

if TYPE_CHECKING:
    from graftrial.stats.designs.dose_design import DoseDesign

MOST_PENDING = 12  # 4,096 outcomes


def decide_with_pending(design: DoseDesign, data: TrialData) -> Decision:
    """The one decision of all outcomes, or wait with what each number of events would lead to."""
    pending = [each for each in data.at_dose if each.dlt is None]
    if not pending:
        return design.decide_known(data)
    if len(pending) > MOST_PENDING:
        raise WrongDesign("GT-DSGN-001", "pending", expected=f"at most {MOST_PENDING} pending patients")
    found: dict[tuple[bool, ...], Decision] = {}
    for outcome in product((False, True), repeat=len(pending)):
        found[outcome] = design.decide_known(data.with_pending_as(outcome))
    if len({(each.action, each.dose) for each in found.values()}) == 1:
        first = next(iter(found.values()))
        waiting = f"; {len(pending)} pending cannot change it"
        admissible = set(first.admissible_doses).intersection(
            *(each.admissible_doses for each in found.values())
        )
        return Decision(
            first.action, first.dose, "whatever the pending bring" + waiting, tuple(sorted(admissible)),
            closed_from=max_closed(list(found.values())),
        )  # fmt: skip
    told = Counter(
        (sum(outcome), f"{each.action}{'' if each.dose is None else f' (dose {each.dose})'}")
        for outcome, each in found.items()
    )
    reasons = tuple(
        f"{events} of {len(pending)} pending with DLT: {words}" for (events, words), _ in sorted(told.items())
    )
    return Decision(
        "wait", None, "a pending patient can change the action", (), reasons, max_closed(list(found.values()))
    )


def max_closed(decisions: list[Decision]) -> int | None:
    """The highest of the lowest closed doses: closed whatever the pending bring; None where an outcome closes none."""
    closed = [each.closed_from for each in decisions]
    known = [each for each in closed if each is not None]
    return max(known) if len(known) == len(closed) else None
