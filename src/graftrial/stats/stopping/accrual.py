"""What uniform accrual adds to a boundary: windows still open at the stop, events still to come, calendar time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.stopping.boundaries import Boundary
from graftrial.stats.stopping.operating import operating_characteristics, stopping_probabilities
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True, slots=True)
class InCalendarTime:
    """At event probability p. Patients infused but still in their window when the trial stops, events to come
    among them, and the expected length of the trial in the unit of accrual and window.
    """

    p: float
    e_pending: float
    e_events_pending: float
    e_calendar_time: float


def pending_at_stop(boundary: Boundary, accrual: float, window: float) -> tuple[float, ...]:
    """Expected number still pending when the trial stops at each look.

    accrual: length of uniform accrual of all n_max patients; window: of each patient; the same unit.
    References: sum over j of I_(window/accrual)(j - n, N + 1 - j + n), as in stoppingrule 0.5.2.
    """
    from scipy.special import betainc

    if not accrual > 0 or not window > 0:
        raise WrongDesign("GT-STOP-003", "accrual", expected="an accrual time and a window above 0")
    most = boundary.n_max
    expected = []
    for n in boundary.n_at_look:
        later = np.arange(1, most - n + 1)
        expected.append(float(betainc(later, most + 1 - later, min(1.0, window / accrual)).sum()))
    return tuple(expected)


def in_calendar_time(
    boundary: Boundary, rates: Sequence[float], accrual: float, window: float
) -> tuple[InCalendarTime, ...]:
    """Expected pending patients, their events and calendar time, at every event probability.

    The calendar time is A E(n)/(N + 1) + window: the mean entry of the last patient counted, and his window.
    """
    pending = np.array(pending_at_stop(boundary, accrual, window)) @ stopping_probabilities(boundary, rates)
    exact = operating_characteristics(boundary, rates)
    return tuple(
        InCalendarTime(
            each.p, float(open_), float(open_) * each.p, accrual * each.e_n / (boundary.n_max + 1) + window
        )
        for each, open_ in zip(exact, pending, strict=True)
    )
