"""Typed frames to findings: what contradicts itself, in words for the person who can correct it.

A check is a small pure function `(study, tables) -> findings`; it knows no result. Missing data is no error
of its own: a check speaks where two recorded facts cannot both be true, or where the protocol demands a fact.
"""

from graftrial.checks.event_terms import check_terms
from graftrial.checks.run import CHECKS, Check, run

__all__ = ["CHECKS", "Check", "check_terms", "run"]
