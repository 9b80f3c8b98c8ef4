"""Every stage in order, what a run leaves behind, and the way back. Only `cli` sees as much.

The names are loaded when they are first used: the process of the worked patients needs no report.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graftrial.pipeline.stages import Checked as Checked
    from graftrial.pipeline.stages import Run as Run
    from graftrial.pipeline.stages import check as check
    from graftrial.pipeline.stages import run as run
    from graftrial.pipeline.stages import versions as versions
    from graftrial.pipeline.walk import Walk as Walk
    from graftrial.pipeline.walk import explain as explain
    from graftrial.pipeline.write import write_findings as write_findings
    from graftrial.pipeline.write import write_report as write_report

_HOMES = {
    "walk": ("Walk", "explain"),
    "stages": ("Checked", "Run", "check", "run", "versions"),
    "write": ("write_findings", "write_report"),
}
__all__ = ["Checked", "Run", "Walk", "check", "explain", "run", "versions", "write_findings", "write_report"]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"graftrial.pipeline.{home}"), name)
    raise AttributeError(f"module 'graftrial.pipeline' has no attribute '{name}'")
