"""graftrial: early-phase trials that try to rescue a rejected kidney graft, from a study folder to the report.

The public names are loaded when they are first used, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graftrial.clinical.card import NotAssessable as NotAssessable
    from graftrial.clinical.card import Value as Value
    from graftrial.clinical.rules import rule as rule
    from graftrial.derive.banff import classify_biopsies as classify_biopsies
    from graftrial.errors import GraftrialError as GraftrialError
    from graftrial.pipeline import check as check
    from graftrial.pipeline import run as run
    from graftrial.pipeline import write_report as write_report
    from graftrial.study import load as load_study

_HOMES = {
    "GraftrialError": ("graftrial.errors", "GraftrialError"),
    "NotAssessable": ("graftrial.clinical.card", "NotAssessable"),
    "Value": ("graftrial.clinical.card", "Value"),
    "check": ("graftrial.pipeline", "check"),
    "classify_biopsies": ("graftrial.derive.banff", "classify_biopsies"),
    "load_study": ("graftrial.study", "load"),
    "rule": ("graftrial.clinical.rules", "rule"),
    "run": ("graftrial.pipeline", "run"),
    "write_report": ("graftrial.pipeline", "write_report"),
}
__all__ = [
    "GraftrialError",
    "NotAssessable",
    "Value",
    "check",
    "classify_biopsies",
    "load_study",
    "rule",
    "run",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graftrial' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
