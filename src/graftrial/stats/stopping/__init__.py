"""Stopping rules for a count of events: boundaries, exact operating characteristics, where a trial stands.

Numbers in, numbers out. A rule is always "stop if x is at least b(n)".
"""

from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.accrual import InCalendarTime, in_calendar_time, pending_at_stop
from graftrial.stats.stopping.boundaries import CONVENTION, Boundary, boundary
from graftrial.stats.stopping.conditional import NextPatients, crossing, next_patients
from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.operating import (
    OperatingCharacteristics,
    largest_rate_rarely_stopped,
    operating_characteristics,
    stopping_probabilities,
)
from graftrial.stats.stopping.pending import BoundaryState, LookState, state_of
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.rules import RULES, StoppingRule, rule_of

__all__ = [
    "CONVENTION",
    "RULES",
    "BetaMixture",
    "Boundary",
    "BoundaryState",
    "InCalendarTime",
    "LookState",
    "NextPatients",
    "OperatingCharacteristics",
    "StoppingDesign",
    "StoppingRule",
    "WrongDesign",
    "boundary",
    "crossing",
    "in_calendar_time",
    "largest_rate_rarely_stopped",
    "next_patients",
    "operating_characteristics",
    "pending_at_stop",
    "rule_of",
    "state_of",
    "stopping_probabilities",
]
