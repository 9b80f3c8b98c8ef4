"""Stopping rules for events among patients or over follow-up: boundaries, exact characteristics, where a trial stands.

Numbers in, numbers out. A rule is always "stop if x is at least b(n)", or "at the d-th event up to u(d)".
"""

from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.accrual import InCalendarTime, in_calendar_time, pending_at_stop
from graftrial.stats.stopping.boundaries import CONVENTION, Boundary
from graftrial.stats.stopping.conditional import NextPatients, crossing, next_patients
from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.follow_up import FollowUpBoundary, FollowUpCharacteristics
from graftrial.stats.stopping.follow_up_state import EventLook, FollowUpDecision, FollowUpSoFar
from graftrial.stats.stopping.operating import (
    OperatingCharacteristics,
    largest_rate_rarely_stopped,
    stopping_probabilities,
)
from graftrial.stats.stopping.pending import LookState, StoppingDecision
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.rules import RULES, StoppingRule, rule_of
from graftrial.stats.stopping.time_to_event import FollowUpDesign

__all__ = [
    "CONVENTION",
    "RULES",
    "BetaMixture",
    "Boundary",
    "EventLook",
    "FollowUpBoundary",
    "FollowUpCharacteristics",
    "FollowUpDecision",
    "FollowUpDesign",
    "FollowUpSoFar",
    "InCalendarTime",
    "LookState",
    "NextPatients",
    "OperatingCharacteristics",
    "StoppingDecision",
    "StoppingDesign",
    "StoppingRule",
    "WrongDesign",
    "crossing",
    "in_calendar_time",
    "largest_rate_rarely_stopped",
    "next_patients",
    "pending_at_stop",
    "rule_of",
    "stopping_probabilities",
]
