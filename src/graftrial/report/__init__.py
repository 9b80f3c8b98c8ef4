"""The report: selects, formats and rounds what earlier stages computed, and computes nothing."""

from graftrial.report.figures.still import Stills
from graftrial.report.inputs import Provenance, ReportInputs, RuleCard
from graftrial.report.page import Composed, Rendered, compose, render
from graftrial.report.share import for_outsiders, outsiders_frames
from graftrial.report.summary import summary_pdf

__all__ = [
    "Composed",
    "Provenance",
    "Rendered",
    "ReportInputs",
    "RuleCard",
    "Stills",
    "compose",
    "for_outsiders",
    "outsiders_frames",
    "render",
    "summary_pdf",
]
