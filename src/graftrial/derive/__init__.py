"""Pinned rules applied to typed tables. Adds columns in a fixed order, never overwrites, knows no endpoint."""

from graftrial.derive.derived import Derived
from graftrial.derive.run import run
from graftrial.derive.transcript_study import lane_findings

__all__ = ["Derived", "lane_findings", "run"]
