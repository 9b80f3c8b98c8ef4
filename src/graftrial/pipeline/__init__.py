"""Every stage in order, what a run leaves behind, and the way back. Only `cli` sees as much."""

from graftrial.pipeline.explain import Walk, explain
from graftrial.pipeline.stages import Checked, Run, check, run, versions
from graftrial.pipeline.write import write_findings, write_report

__all__ = ["Checked", "Run", "Walk", "check", "explain", "run", "versions", "write_findings", "write_report"]
