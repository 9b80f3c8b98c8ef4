"""Pinned rules applied to typed tables. Adds columns in a fixed order, never overwrites, knows no endpoint."""

from graftrial.derive.derived import Derived
from graftrial.derive.run import run

__all__ = ["Derived", "run"]
