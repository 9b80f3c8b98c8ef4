"""The only package, with `cli`, that sees every stage: it runs them in order, writes what they found, and walks back."""

from graftrial.pipeline.explain import Walk, explain
from graftrial.pipeline.run import Checked, Run, check, run, versions
from graftrial.pipeline.write import write_findings, write_report

__all__ = ["Checked", "Run", "Walk", "check", "explain", "run", "versions", "write_findings", "write_report"]
