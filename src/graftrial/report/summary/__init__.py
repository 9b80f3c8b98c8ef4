"""The page for patients: one A4 page in short words, its own file beside the report."""

from graftrial.report.summary.page import TEMPLATE, summary_html, summary_pdf
from graftrial.report.summary.sentences import PlainSummary, plain_summary

__all__ = ["TEMPLATE", "PlainSummary", "plain_summary", "summary_html", "summary_pdf"]
